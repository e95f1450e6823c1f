import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
// The compiler as a library: TypeScript 7 has none yet, and the course's kernel brings this one along.
import ts from "@tslab/typescript-for-tslab";
import { type Doc, noDoc, readDoc } from "./docstring.js";

export const orm: string = fileURLToPath(new URL("../..", import.meta.url));

/** A method, or a property, of something that is exported. */
export interface Member {
  readonly name: string;
  readonly doc: Doc;
  readonly signatures: readonly string[];
}

/** Overloads, which have one name, together. */
export function grouped(members: readonly ts.ClassElement[]): Map<string, ts.ClassElement[]> {
  const groups = new Map<string, ts.ClassElement[]>();
  for (const member of members) {
    groups.set(nameOf(member), [...(groups.get(nameOf(member)) ?? []), member]);
  }
  return groups;
}

export function nameOf(member: ts.ClassElement | ts.TypeElement): string {
  if (ts.isConstructSignatureDeclaration(member)) return "new";
  return ts.isConstructorDeclaration(member) ? "constructor" : (member.name?.getText() ?? "");
}

/** Whether a member is for users: not private, not there for the types alone, no constructor without a word. */
export function isPublic(member: ts.ClassElement): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return false;
  const modifiers = ts.canHaveModifiers(member) ? ts.getModifiers(member) : undefined;
  const has = (kind: ts.SyntaxKind) => modifiers?.some((one) => one.kind === kind) ?? false;
  if (has(ts.SyntaxKind.PrivateKeyword) || has(ts.SyntaxKind.ProtectedKeyword)) return false;
  if (ts.isConstructorDeclaration(member)) return docOf(member) !== noDoc;
  // What a compiler walks is plain to see, and of no use to others.
  if (ts.isPropertyDeclaration(member) && /Node$|Definition$/.test(member.type?.getText() ?? "")) {
    return false;
  }
  const isForTypes = has(ts.SyntaxKind.DeclareKeyword) && ts.isPropertyDeclaration(member);
  return !(isForTypes && (member.questionToken !== undefined || /^_/.test(nameOf(member))));
}

export function memberOf(...nodes: readonly (ts.ClassElement | ts.TypeElement)[]): Member {
  const [first] = nodes;
  return {
    name: first ? nameOf(first) : "",
    doc: docOfAll(nodes),
    signatures: signaturesOf(nodes),
  };
}

/** Each overload; where there are some, without the one that has the body. */
export function signaturesOf(nodes: readonly ts.Node[]): string[] {
  const open = nodes.filter((node) => (node as ts.FunctionDeclaration).body === undefined);
  return (open.length > 0 && nodes.length > 1 ? open : nodes).map((node) => headOf(node));
}

/** A declaration up to its body, on one line, or as it is written when that is too long. */
export function headOf(node: ts.Node, end = endOfHead(node)): string {
  const file = node.getSourceFile();
  const text = file.text
    .slice(node.getStart(), end)
    .replace(/^(?:(?:export|override|async|declare|abstract) )+/, "")
    .replace(/;$/, "")
    .trim();
  const line = text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll(/([([<]) | (?=[)\]])|,(?= ?[)\]])/g, "$1")
    .replace("= | ", "= ");
  const { character } = file.getLineAndCharacterOfPosition(node.getStart());
  const indent = new RegExp(`^ {${character}}`, "gm");
  return line.length <= 110 ? line : text.replaceAll(indent, "");
}

/** Where a declaration says no more of what it is, but begins to say what it does. */
function endOfHead(node: ts.Node): number {
  const opened = ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
  const { body } = node as ts.FunctionDeclaration;
  return opened ? node.members.pos - 1 : (body?.getStart() ?? node.getEnd());
}

/** The last docstring before a declaration. */
export function docOf(node: ts.Node): Doc {
  const text = node.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  const comments = ranges.map(({ pos, end }) => text.slice(pos, end));
  const last = comments.filter((comment) => comment.startsWith("/**")).at(-1);
  return last === undefined ? noDoc : readDoc(last);
}

/** The docstrings of overloads as one. */
export function docOfAll(nodes: readonly ts.Node[]): Doc {
  const docs = nodes.map(docOf).filter((doc) => doc !== noDoc);
  if (docs.length === 0) return noDoc;
  return {
    text: docs
      .map(({ text }) => text)
      .filter(Boolean)
      .join("\n\n"),
    parameters: docs.flatMap(({ parameters }) => parameters),
    throws: docs.flatMap(({ throws }) => throws),
    examples: docs.flatMap(({ examples }) => examples),
    internal: docs.some(({ internal }) => internal),
  };
}

/** The text of a file of the package. */
export function readText(path: string): string {
  return readFileSync(join(orm, path), "utf8");
}
