import type * as TypeScript from "@tslab/typescript-for-tslab";

type Compiler = typeof TypeScript;

/**
 * Where cells reach the `let` and `var` variables of earlier cells. Each is a property whose getter
 * and setter were made inside of the cell that declared it. Stack traces call it by this name.
 */
class Lets {}

/** Adds what cells need for it to the object in which tslab has its own things for them. */
export function makeLets(): void {
  const { __tslab__: own } = globalThis as unknown as { __tslab__: Record<string, unknown> };
  const lets = new Lets();
  own.lets = lets;
  own.keepLet = (name: string, get: () => unknown, set: (value: unknown) => void) =>
    Object.defineProperty(lets, name, { get, set, configurable: true });
}

/**
 * Why: tslab keeps the values of a cell's variables in `exports`, and has later cells read and write
 * them there. What a later cell writes never reaches the functions of the cell that declared it.
 *
 * @returns code to be run at the end of the cell, which makes its variables part of `Lets`
 */
export function keepLets(ts: Compiler, code: string): string {
  return letsOf(ts, code)
    .map((name) => {
      // Must not be the variable itself.
      const value = `${name}_`;
      const set = `(${value}) => { ${name} = ${value}; }`;
      return `__tslab__.keepLet("${name}", () => ${name}, ${set});`;
    })
    .join(" ");
}

function letsOf(ts: Compiler, code: string): string[] {
  const names: string[] = [];
  const collect = ({ name }: TypeScript.VariableDeclaration | TypeScript.BindingElement) => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const part of name.elements) if (ts.isBindingElement(part)) collect(part);
  };
  for (const statement of ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (statement.declarationList.flags & ts.NodeFlags.Const) continue;
    statement.declarationList.declarations.forEach(collect);
  }
  return names;
}

/**
 * Why: tslab writes `exports.` in front of every name whose declaration is in an earlier cell.
 *
 * It takes the name of a property for the variable's, so `const { pool: size } = options` becomes
 * `const { exports.pool: size }` where an earlier cell declared the type of `options`. And it does
 * not know that `{ users }` stands for `{ users: users }`.
 *
 * So those places are rewritten before tslab sees them, and with them the variables that are kept in
 * `Lets`. It leaves names alone that were not in the source.
 */
export function renameEarlier(
  ts: Compiler,
  checker: TypeScript.TypeChecker,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    /** Another node of the same text, which tslab finds no declaration for. */
    const plain = (name: TypeScript.Identifier) =>
      ts.setTextRange(factory.createIdentifier(name.text), name);
    const reach = (name: TypeScript.Identifier, symbol: TypeScript.Symbol) => {
      const holder = isLet(ts, symbol)
        ? factory.createPropertyAccessExpression(factory.createIdentifier("__tslab__"), "lets")
        : factory.createIdentifier("exports");
      return ts.setTextRange(factory.createPropertyAccessExpression(holder, plain(name)), name);
    };

    const visitShorthand = (node: TypeScript.ShorthandPropertyAssignment): TypeScript.Node => {
      const symbol = checker.getShorthandAssignmentValueSymbol(node);
      if (symbol === undefined || !isEarlier(symbol)) return visitInside(node);
      const value = reach(node.name, symbol);
      const fallback = node.objectAssignmentInitializer;
      const assigned =
        fallback === undefined
          ? value
          : factory.createAssignment(value, ts.visitNode(fallback, visit) as TypeScript.Expression);
      return factory.createPropertyAssignment(plain(node.name), assigned);
    };
    const visitBinding = (node: TypeScript.BindingElement): TypeScript.Node => {
      const { propertyName, name, initializer, dotDotDotToken } = node;
      if (propertyName === undefined || !ts.isIdentifier(propertyName)) return visitInside(node);
      return factory.updateBindingElement(
        node,
        dotDotDotToken,
        plain(propertyName),
        ts.visitNode(name, visit) as TypeScript.BindingName,
        ts.visitNode(initializer, visit) as TypeScript.Expression | undefined,
      );
    };
    const visitInside = (node: TypeScript.Node) => ts.visitEachChild(node, visit, context);
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isShorthandPropertyAssignment(node)) return visitShorthand(node);
      if (ts.isBindingElement(node)) return visitBinding(node);
      // `typeof count` in a type must stay a name; types are erased anyway.
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (!ts.isIdentifier(node)) return visitInside(node);
      const symbol = checker.getSymbolAtLocation(node);
      return symbol !== undefined && isLet(ts, symbol) ? reach(node, symbol) : node;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

function isEarlier(symbol: TypeScript.Symbol): boolean {
  return (symbol.declarations ?? []).some((at) => inEarlier(at.getSourceFile()));
}

/** tslab gives the compiler the declarations of all earlier cells as this file. */
function inEarlier(file: TypeScript.SourceFile): boolean {
  return file.fileName.endsWith("/__prev__.d.ts");
}

/** Whether it is what an earlier cell declared by `let` or `var`, so that it is kept in `Lets`. */
function isLet(ts: Compiler, symbol: TypeScript.Symbol): boolean {
  return (symbol.declarations ?? []).some((at) => {
    if (!ts.isVariableDeclaration(at)) return false;
    const statement = at.parent.parent;
    if (!ts.isSourceFile(statement.parent) || !inEarlier(statement.parent)) return false;
    if (at.parent.flags & ts.NodeFlags.Const) return false;
    // Without `declare` it is a class, of which a type of the same name has left only the value.
    return (ts.getCombinedModifierFlags(at) & ts.ModifierFlags.Ambient) !== 0;
  });
}
