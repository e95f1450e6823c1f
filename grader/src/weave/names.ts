import ts from "@tslab/typescript-for-tslab";

/** How a piece of code uses a name: a type alone can be imported with `import type`. */
export type Use = "type" | "value";

/** The names that a statement declares or imports; none for a loose expression. */
export function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((one) => bindingNames(one.name));
  }
  if (ts.isImportDeclaration(statement)) return [...importedNames(statement).keys()];
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  ) {
    return [statement.name?.text ?? "default"];
  }
  return [];
}

function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? bindingNames(one.name) : []));
}

function importedNames(statement: ts.ImportDeclaration): Map<string, Use> {
  const names = new Map<string, Use>();
  const clause = statement.importClause;
  if (!clause) return names;
  const use = (typeOnly: boolean): Use => (clause.isTypeOnly || typeOnly ? "type" : "value");
  if (clause.name) names.set(clause.name.text, use(false));
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.set(bindings.name.text, use(false));
  else if (bindings) {
    for (const one of bindings.elements) names.set(one.name.text, use(one.isTypeOnly));
  }
  return names;
}

/** What a cell gives to later cells. A name brought by `import type` can be used as a type alone. */
export function definedBy(code: string): Map<string, Use> {
  const names = new Map<string, Use>();
  for (const statement of parse(code).statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const [name, use] of importedNames(statement)) names.set(name, use);
    } else {
      const type = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
      for (const name of declaredNames(statement)) {
        if (names.get(name) !== "value") names.set(name, type ? "type" : "value");
      }
    }
  }
  return names;
}

/** A cell's text as TypeScript reads it. */
export function parse(code: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/** The names that code uses and does not itself define: globals, and what it needs from elsewhere. */
export function freeNames(code: string): Map<string, Use> {
  const source = parse(code);
  const isDeclared = scopes(source);
  const free = new Map<string, Use>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isReference(node) && !isDeclared(node)) {
      const use = isType(node) ? "type" : "value";
      if (free.get(node.text) !== "value") free.set(node.text, use);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return free;
}

/** Functions of the compiler that its type declarations leave out. */
interface Hidden {
  resolveName(
    name: string,
    location: ts.Node,
    meaning: ts.SymbolFlags,
    excludeGlobals: boolean,
  ): ts.Symbol | undefined;
}

/** Asks TypeScript's own binder whether the code itself declares a name, seen from a place in it. */
function scopes(source: ts.SourceFile): (node: ts.Identifier) => boolean {
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === source.fileName ? source : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => {},
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === source.fileName,
    readFile: () => undefined,
  };
  const options = { noLib: true, noResolve: true, types: [], target: ts.ScriptTarget.ES2022 };
  const program = ts.createProgram([source.fileName], options, host);
  const checker = program.getTypeChecker() as ts.TypeChecker & Hidden;
  const any = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace;
  return (node) => {
    const symbol = checker.resolveName(node.text, node, any | ts.SymbolFlags.Alias, false);
    return symbol?.declarations !== undefined && symbol.declarations.length > 0;
  };
}

/** Whether an identifier stands for something, rather than being a property's or a declaration's name. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isMetaProperty(parent) || ts.isImportTypeNode(parent)) return false;
  return (parent as { name?: ts.Node }).name !== node;
}

function isType(node: ts.Identifier): boolean {
  let top: ts.Node = node;
  while (ts.isQualifiedName(top.parent) || ts.isPropertyAccessExpression(top.parent)) {
    top = top.parent;
  }
  const parent = top.parent;
  if (ts.isExpressionWithTypeArguments(parent)) {
    const clause = parent.parent;
    if (!ts.isHeritageClause(clause)) return false;
    const extendsClass =
      clause.token === ts.SyntaxKind.ExtendsKeyword && ts.isClassLike(clause.parent);
    return !extendsClass;
  }
  return ts.isTypeNode(parent) || ts.isTypeNode(top);
}
