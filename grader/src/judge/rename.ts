import type ts from "@tslab/typescript-for-tslab";
import { parser } from "./parser.js";

/** A piece of text that is to be replaced. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Names that a statement declares; none for an import, an export list or an expression. */
export function namesOf(statement: ts.Statement): string[] {
  if (parser.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((one) => bindingNames(one.name));
  }
  const isDeclaration =
    parser.isFunctionDeclaration(statement) ||
    parser.isClassDeclaration(statement) ||
    parser.isInterfaceDeclaration(statement) ||
    parser.isTypeAliasDeclaration(statement) ||
    parser.isEnumDeclaration(statement);
  return isDeclaration && statement.name ? [statement.name.text] : [];
}

function bindingNames(name: ts.BindingName): string[] {
  if (parser.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) =>
    parser.isBindingElement(one) ? bindingNames(one.name) : [],
  );
}

export function isExported(statement: ts.Statement): boolean {
  const modifiers = parser.canHaveModifiers(statement) ? parser.getModifiers(statement) : undefined;
  return modifiers?.some((one) => one.kind === parser.SyntaxKind.ExportKeyword) ?? false;
}

/** A text with the pieces replaced; they do not overlap. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  }
  return result;
}

/**
 * New names for those that collide, each used in none of the texts: `helperOfOrmlet`, else
 * `helperOfOrmlet2`.
 */
export function otherNames(
  colliding: Iterable<string>,
  ...texts: readonly string[]
): Map<string, string> {
  const isFree = (name: string) => texts.every((text) => !text.includes(name));
  return new Map(
    Array.from(colliding, (name) => {
      let other = `${name}OfOrmlet`;
      for (let count = 2; !isFree(other); count++) other = `${name}OfOrmlet${count}`;
      return [name, other];
    }),
  );
}

/**
 * A statement of the module in which every identifier of `others` has its other name. All of them are
 * changed alike, whatever scope they are in, so their meaning stays; names of properties stay too.
 */
export function renamed(
  statement: ts.Statement,
  file: ts.SourceFile,
  others: ReadonlyMap<string, string>,
): string {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const other = parser.isIdentifier(node) ? others.get(node.text) : undefined;
    if (parser.isIdentifier(node) && other !== undefined) {
      const text = replacement(node, other);
      if (text) edits.push({ start: node.getStart(), end: node.end, text });
    }
    parser.forEachChild(node, visit);
  };
  visit(statement);
  const start = statement.getFullStart();
  const shifted = edits.map((edit) => ({
    ...edit,
    start: edit.start - start,
    end: edit.end - start,
  }));
  const text = apply(statement.getFullText(file), shifted).replace(/^\n+/, "");
  const again = isExported(statement) ? namesOf(statement).filter((n) => others.has(n)) : [];
  if (again.length === 0) return text;
  const isType =
    parser.isInterfaceDeclaration(statement) || parser.isTypeAliasDeclaration(statement);
  const list = again.map((name) => `${others.get(name)} as ${name}`).join(", ");
  return `${text.replace(/^(\s*(?:\/\*[\s\S]*?\*\/\s*)?)export /, "$1")}\nexport ${isType ? "type " : ""}{ ${list} };`;
}

/** What stands in an identifier's place; undefined where it names a property. */
function replacement(node: ts.Identifier, name: string): string | undefined {
  const { parent } = node;
  if (parser.isImportSpecifier(parent)) {
    if (parent.propertyName === node) return undefined;
    return parent.propertyName ? name : `${node.text} as ${name}`;
  }
  if (parser.isExportSpecifier(parent)) {
    if (parent.propertyName) return parent.propertyName === node ? name : undefined;
    return `${name} as ${node.text}`;
  }
  if (parser.isShorthandPropertyAssignment(parent)) return `${node.text}: ${name}`;
  if (parser.isBindingElement(parent)) {
    if (parent.propertyName === node) return undefined;
    const shorthand = parser.isObjectBindingPattern(parent.parent) && !parent.propertyName;
    if (parent.name === node)
      return shorthand && !parent.dotDotDotToken ? `${node.text}: ${name}` : name;
    return name;
  }
  if (parser.isPropertyAccessExpression(parent) && parent.name === node) return undefined;
  if (parser.isQualifiedName(parent) && parent.right === node) return undefined;
  const member =
    parser.isPropertyAssignment(parent) ||
    parser.isClassElement(parent) ||
    parser.isTypeElement(parent) ||
    parser.isEnumMember(parent) ||
    parser.isNamedTupleMember(parent);
  return member && parent.name === node ? undefined : name;
}
