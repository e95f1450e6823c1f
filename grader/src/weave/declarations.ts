import ts from "@tslab/typescript-for-tslab";
import type { Declaration } from "./modules.js";
import { publicSpecifier } from "./modules.js";

/** How the text of a declaration is changed on its way out of `orm/src`. */
export interface Change {
  /** Cells take `export` off; exercises have it on everything. */
  exported: boolean;
  /** Cells keep the first sentence of a docstring. */
  shortDocs: boolean;
  /** Replaces the body of every function and method: `throw new Error("…");`. */
  body?: string;
  /** Leaves the bodies of constructors: they set fields that must be set. */
  constructors?: boolean;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The text of a declaration with the comments that belong to it. `emptied` counts replaced bodies. */
export function printDeclaration(
  declaration: Declaration,
  change: Change,
): { text: string; emptied: number } {
  let text = "";
  let emptied = 0;
  let last: ts.Statement | undefined;
  for (const statement of declaration.statements) {
    const source = statement.getSourceFile();
    const start = startWithComments(statement);
    const edits = [...exportEdits(statement, change.exported), ...specifierEdits(statement)];
    if (change.shortDocs) edits.push(...docEdits(statement));
    if (change.body !== undefined) {
      const bodies = bodyEdits(statement, change.body, change.constructors);
      emptied += bodies.length;
      edits.push(...bodies);
    }
    const follows = last && source.statements.indexOf(statement) === indexOf(last) + 1;
    const gap = follows && !source.text.slice(last?.end, start).includes("\n\n") ? "\n" : "\n\n";
    text += (last ? gap : "") + apply(source.text, start, statement.end, edits);
    last = statement;
  }
  return { text, emptied };
}

function indexOf(statement: ts.Statement): number {
  return statement.getSourceFile().statements.indexOf(statement);
}

/** Applies edits to a part of the text; an edit within another one is dropped. */
function apply(text: string, start: number, end: number, edits: Edit[]): string {
  let result = "";
  let from = start;
  for (const edit of edits.sort((one, other) => one.start - other.start)) {
    if (edit.start < from) continue;
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from, end);
}

/** A comment belongs to a statement when no empty line stands between them. */
function startWithComments(statement: ts.Statement): number {
  const text = statement.getSourceFile().text;
  let start = statement.getStart();
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  for (const comment of comments.reverse()) {
    if (/\n[ \t]*\n/.test(text.slice(comment.end, start))) break;
    start = comment.pos;
  }
  return start;
}

function exportEdits(statement: ts.Statement, exported: boolean): Edit[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const isExport = (one: ts.Modifier) =>
    one.kind === ts.SyntaxKind.ExportKeyword || one.kind === ts.SyntaxKind.DefaultKeyword;
  const has = modifiers.some(isExport);
  if (exported) {
    const start = statement.getStart();
    return has ? [] : [{ start, end: start, text: "export " }];
  }
  const text = statement.getSourceFile().text;
  return modifiers.filter(isExport).map((one) => {
    const space = /^\s*/.exec(text.slice(one.end))?.[0].length ?? 0;
    return { start: one.getStart(), end: one.end + space, text: "" };
  });
}

/** `import("./sql.js")` in a type or an expression gets the path that works outside the package. */
function specifierEdits(statement: ts.Statement): Edit[] {
  const file = statement.getSourceFile().fileName;
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    let specifier: ts.Node | undefined;
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      specifier = node.argument.literal;
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      specifier = node.arguments[0];
    }
    if (specifier && ts.isStringLiteral(specifier) && specifier.text.startsWith(".")) {
      const text = JSON.stringify(publicSpecifier(file, specifier.text));
      edits.push({ start: specifier.getStart(), end: specifier.end, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return edits;
}

function docEdits(statement: ts.Statement): Edit[] {
  const source = statement.getSourceFile();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    for (const doc of (node as { jsDoc?: ts.JSDoc[] }).jsDoc ?? []) {
      const indent = source.getLineAndCharacterOfPosition(doc.pos).character;
      edits.push({ start: doc.pos, end: doc.end, text: shortDoc(doc, indent) });
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return edits;
}

function shortDoc(doc: ts.JSDoc, indent: number): string {
  const sentence = firstSentence(ts.getTextOfJSDocComment(doc.comment) ?? "");
  if (sentence === "") return doc.getText();
  const room = 100 - indent;
  if (sentence.length + 7 <= room) return `/** ${sentence} */`;
  const space = " ".repeat(indent);
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length + 3 <= room) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return `/**\n${lines.map((line) => `${space} * ${line}\n`).join("")}${space} */`;
}

/** The first sentence of a comment, on one line, links as plain names. A full stop within a word or code ends nothing. */
export function firstSentence(comment: string): string {
  const plain = comment.replace(/\{@link\s+([^\s}]+)\s*\}/g, "$1");
  const paragraph = (plain.trim().split(/\n\s*\n/)[0] ?? "").replace(/\s+/g, " ");
  const ends = /`[^`]*`|\b(?:e\.g|i\.e|cf|vs|etc)\.|([.!?])["')]*(?=\s|$)/g;
  for (const match of paragraph.matchAll(ends)) {
    if (match[1] !== undefined) return paragraph.slice(0, match.index + match[0].length);
  }
  return paragraph;
}

/** The outermost bodies of a declaration: of functions, methods, accessors, and functions in an object. */
function bodyEdits(statement: ts.Statement, body: string, constructors = false): Edit[] {
  const source = statement.getSourceFile();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const empty = ts.isFunctionLike(node) && "body" in node && isNamed(node) && node.body;
    if (empty && !(ts.isConstructorDeclaration(node) && (constructors || callsSuper(node)))) {
      const block = empty as ts.Node;
      const line =
        source.getLineStarts()[source.getLineAndCharacterOfPosition(node.getStart()).line];
      const indent = /^[ \t]*/.exec(source.text.slice(line))?.[0] ?? "";
      const text = `{\n${indent}  ${body}\n${indent}}`;
      edits.push({ start: block.getStart(), end: block.end, text });
    } else if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(statement);
  return edits;
}

/** A cell's text with some of its statements without bodies, and all else as it was. */
export function withoutBodies(
  source: ts.SourceFile,
  statements: readonly ts.Statement[],
  body: string,
): { text: string; emptied: number } {
  const edits = statements.flatMap((one) => bodyEdits(one, body, true));
  return { text: apply(source.text, 0, source.text.length, edits), emptied: edits.length };
}

/** A function that is the value of a name; one that is handed to a call at once would throw at import. */
function isNamed(node: ts.Node): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return true;
  let holder = node.parent;
  while (ts.isParenthesizedExpression(holder) || ts.isAsExpression(holder)) holder = holder.parent;
  return (
    ts.isVariableDeclaration(holder) ||
    ts.isPropertyAssignment(holder) ||
    ts.isPropertyDeclaration(holder)
  );
}

/** The constructor of a subclass cannot be emptied: it must call `super`, and with the right values. */
function callsSuper(node: ts.ConstructorDeclaration): boolean {
  return node.body?.getText().includes("super(") ?? false;
}
