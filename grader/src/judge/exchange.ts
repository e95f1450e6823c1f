import { dirname, posix } from "node:path";
import type ts from "@tslab/typescript-for-tslab";
import { parser } from "./parser.js";
import { apply, type Edit, isExported, namesOf, otherNames, renamed } from "./rename.js";

/** A module of `ormlet` with the learner's declarations in it. */
export interface Exchanged {
  text: string;
  /** Lines of `text` that stand before the learner's first; the learner's stay together, in order. */
  offset: number;
  /** How many lines are the learner's. */
  lines: number;
}

/** The exchange, or why it cannot be made: `parse` is not gradable, `refused` is a wrong answer. */
export type Exchange = { module: Exchanged } | { parse: string[] } | { refused: string };

/**
 * Puts a submission in the place of a module of `ormlet`, or of some declarations of it. The learner's
 * text stays as it is, line for line, but for the paths of imports: `ormlet/internal/engine/x` becomes
 * `./x.js`. Where names of the module meet other names of the learner's, the module's are changed.
 *
 * @param file the module's path below `orm/src` @param names the declarations; empty for the module
 * @param reference the module's own text @param submission the learner's
 * @param shown the submission's name in messages
 */
export function exchange(
  file: string,
  names: readonly string[],
  reference: string,
  submission: string,
  shown: string,
): Exchange {
  const theirs = parse(shown, submission);
  const problems = syntaxErrors(theirs, shown);
  if (problems.length > 0) return { parse: problems };
  const ours = parse(file, reference);
  const wanted = names.length > 0 ? names : exportedNames(ours);
  for (const name of wanted) {
    const why = missing(theirs, name, names.length > 0);
    if (why) return { refused: `${shown} ${why}` };
  }
  if (names.length === 0) {
    const text = withPaths(theirs, file, new Set());
    return { module: { text, offset: 0, lines: lineCount(text) } };
  }
  return { module: merge(file, names, ours, theirs) };
}

function merge(
  file: string,
  names: readonly string[],
  ours: ts.SourceFile,
  theirs: ts.SourceFile,
): Exchanged {
  const exportedByThem = new Set(exportedNames(theirs));
  const taken = new Set(names);
  // A copy of another exported declaration, exported again, takes that one's place as well.
  for (const name of exportedNames(ours)) if (exportedByThem.has(name)) taken.add(name);
  const kept = new Set(declaredNames(ours).filter((name) => !taken.has(name)));
  const own = withPaths(theirs, file, kept);
  const colliding = [...topLevelNames(theirs, file, kept)].filter((name) => !taken.has(name));
  const others = otherNames(colliding, ours.text, theirs.text);
  const assigned = new Set(assignments(theirs));
  const before: string[] = [];
  const after: string[] = [];
  let part = before;
  for (const statement of ours.statements) {
    const removed = removal(statement, taken, assigned);
    if (removed === "declaration") part = after;
    if (removed === "no") part.push(renamed(statement, ours, others));
  }
  const head = before.length > 0 ? `${before.join("\n")}\n` : "";
  const text = `${head}${own}\n${after.join("\n")}\n`;
  return { text, offset: lineCount(head) - 1, lines: lineCount(own) };
}

/** Whether a statement of the module makes way for the learner's. */
function removal(
  statement: ts.Statement,
  taken: Set<string>,
  assigned: Set<string>,
): "declaration" | "assignment" | "no" {
  const declared = namesOf(statement);
  if (declared.length > 0 && declared.every((name) => taken.has(name))) return "declaration";
  const assignment = assignmentOf(statement);
  return assignment !== undefined && assigned.has(assignment) ? "assignment" : "no";
}

/** Why a submission does not declare what the exercise is about; undefined when it does. */
function missing(file: ts.SourceFile, name: string, declared: boolean): string | undefined {
  const there = declaredNames(file).includes(name);
  const exported = exportedNames(file).includes(name);
  if (exported && (there || !declared)) return undefined;
  if (there) return `does not export ${name}: write export before its declaration.`;
  return `does not declare ${name}: the exercise asks for exactly that name, with export before it.`;
}

/** Reads a text as TypeScript. */
export function parse(name: string, text: string): ts.SourceFile {
  return parser.createSourceFile(
    name,
    text,
    parser.ScriptTarget.ES2022,
    true,
    parser.ScriptKind.TS,
  );
}

function syntaxErrors(file: ts.SourceFile, shown: string): string[] {
  const { parseDiagnostics = [] } = file as { parseDiagnostics?: ts.DiagnosticWithLocation[] };
  return parseDiagnostics.map((problem) => {
    const { line, character } = file.getLineAndCharacterOfPosition(problem.start);
    const text = parser.flattenDiagnosticMessageText(problem.messageText, "\n");
    return `${shown}:${line + 1}:${character + 1}: ${text}`;
  });
}

const lineCount = (text: string): number => text.split("\n").length;

function declaredNames(file: ts.SourceFile): string[] {
  return [...new Set(file.statements.flatMap(namesOf))];
}

/** Names that a module exports, by declaration or in a list. */
function exportedNames(file: ts.SourceFile): string[] {
  const names = file.statements.flatMap((statement) => {
    if (isExported(statement)) return namesOf(statement);
    const list = parser.isExportDeclaration(statement) ? statement.exportClause : undefined;
    return list && parser.isNamedExports(list) ? list.elements.map((one) => one.name.text) : [];
  });
  return [...new Set(names)];
}

/** `sql.identifier = …` at the top of a module belongs to `sql`; as "sql.identifier". */
function assignmentOf(statement: ts.Statement): string | undefined {
  if (!parser.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (!parser.isBinaryExpression(expression)) return undefined;
  const { left, operatorToken } = expression;
  if (operatorToken.kind !== parser.SyntaxKind.EqualsToken) return undefined;
  return parser.isPropertyAccessExpression(left) ? left.getText() : undefined;
}

function assignments(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => assignmentOf(statement) ?? []);
}

/** Names that a submission binds at its top: declarations, and imports that stay. */
function topLevelNames(file: ts.SourceFile, module: string, kept: Set<string>): Set<string> {
  const names = new Set(declaredNames(file));
  for (const statement of file.statements) {
    if (!parser.isImportDeclaration(statement)) continue;
    const clause = statement.importClause;
    if (clause?.name) names.add(clause.name.text);
    const bindings = clause?.namedBindings;
    if (bindings && parser.isNamespaceImport(bindings)) names.add(bindings.name.text);
    if (bindings && parser.isNamedImports(bindings)) {
      for (const one of bindings.elements) {
        if (!isOwnName(statement, one, module, kept)) names.add(one.name.text);
      }
    }
  }
  return names;
}

/** An import, under its own name, of what stays in the module that the submission is put into. */
function isOwnName(
  statement: ts.ImportDeclaration,
  one: ts.ImportSpecifier,
  module: string,
  kept: Set<string>,
): boolean {
  const from = (statement.moduleSpecifier as ts.StringLiteral).text;
  return (
    relativePath(from, module) === `./${posix.basename(module, ".ts")}.js` &&
    one.propertyName === undefined &&
    kept.has(one.name.text)
  );
}

/** `ormlet/internal/engine/x` as seen from a module; undefined for what is not of `ormlet`. */
function relativePath(specifier: string, module: string): string | undefined {
  const match = /^ormlet(?:\/internal\/(.+?)(?:\.js)?|\/(notebook))?$/.exec(specifier);
  if (!match) return undefined;
  const to = match[1] ?? (match[2] ? "notebook/index" : "index");
  const path = posix.relative(dirname(module), `${to}.js`);
  return path.startsWith(".") ? path : `./${path}`;
}

/** A submission's text with the paths of its imports changed; no line is added or removed. */
function withPaths(file: ts.SourceFile, module: string, kept: Set<string>): string {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (parser.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      for (const one of bindings && parser.isNamedImports(bindings) ? bindings.elements : []) {
        if (!isOwnName(node, one, module, kept)) continue;
        // An empty list of names is fine; the comma goes with its name.
        const comma = /^\s*,/.exec(file.text.slice(one.end))?.[0].length ?? 0;
        const text = file.text.slice(one.getStart(), one.end + comma).replace(/[^\n]/g, " ");
        edits.push({ start: one.getStart(), end: one.end + comma, text });
      }
    }
    if (parser.isStringLiteral(node) && isSpecifier(node)) {
      const path = relativePath(node.text, module);
      if (path) edits.push({ start: node.getStart() + 1, end: node.end - 1, text: path });
    }
    parser.forEachChild(node, visit);
  };
  visit(file);
  return apply(file.text, edits);
}

function isSpecifier(node: ts.StringLiteral): boolean {
  const { parent } = node;
  if (parser.isImportDeclaration(parent) || parser.isExportDeclaration(parent)) return true;
  if (parser.isLiteralTypeNode(parent)) return parser.isImportTypeNode(parent.parent);
  return (
    parser.isCallExpression(parent) && parent.expression.kind === parser.SyntaxKind.ImportKeyword
  );
}
