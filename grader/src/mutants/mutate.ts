import { createHash } from "node:crypto";
import type ts from "@tslab/typescript-for-tslab";
import { parse } from "../judge/exchange.js";
import { parser } from "../judge/parser.js";
import { apply, namesOf } from "../judge/rename.js";
import { type Fault, faultsAt } from "./operators.js";

/** A solution with one small fault in it. */
export interface Mutant {
  /** `3.3:1f0c9a2b`: the same as long as the declaration that it is in has that piece. */
  id: string;
  kind: string;
  /** The declaration that the fault is in; "" outside of any. */
  name: string;
  /** Where the fault begins in the solution, counting from 1. */
  line: number;
  /** The lines with the fault, without and with it. */
  before: string[];
  after: string[];
  /** The whole file. */
  text: string;
}

/**
 * All mutants of a solution, in the order of its text, each text once. Faults are put into what the starter
 * does not give already, and not into types, nor into the words of errors.
 *
 * @param exercise the id that those of the mutants begin with
 */
export function mutantsOf(exercise: string, solution: string, starter: string): Mutant[] {
  const source = parse("solution.ts", solution);
  const given = givenTexts(starter);
  const makers = errorMakers(source);
  const mutants: Mutant[] = [];
  const texts = new Set([solution]);
  const counts = new Map<string, number>();
  for (const statement of source.statements) {
    if (given.has(unexported(statement)) || !isCode(statement)) continue;
    const name = namesOf(statement).join();
    for (const fault of faultsIn(statement, makers)) {
      const text = apply(solution, [fault]);
      const piece = solution.slice(fault.start, fault.end);
      const key = [exercise, name, fault.kind, squeeze(piece), squeeze(fault.text)].join("\0");
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (texts.has(text)) continue;
      texts.add(text);
      const id = `${exercise}:${short(`${key}\0${count}`)}`;
      mutants.push({ id, kind: fault.kind, name, text, ...shownLines(source, fault) });
    }
  }
  return mutants;
}

/** The statements that a starter has whole. */
function givenTexts(starter: string): Set<string> {
  return new Set(parse("starter.ts", starter).statements.map(unexported));
}

/** A statement's text without what differs by layout; a starter may export less than its solution. */
function unexported(statement: ts.Statement): string {
  return squeeze(statement.getText()).replace(/^export /, "");
}

function isCode(statement: ts.Statement): boolean {
  return !(
    parser.isImportDeclaration(statement) ||
    parser.isExportDeclaration(statement) ||
    parser.isInterfaceDeclaration(statement) ||
    parser.isTypeAliasDeclaration(statement)
  );
}

function faultsIn(statement: ts.Statement, makers: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = [];
  const visit = (node: ts.Node): void => {
    if (parser.isTypeNode(node) && !parser.isExpressionWithTypeArguments(node)) return;
    // What a function takes is given with its name.
    if (parser.isParameter(node)) return;
    const words = parser.isThrowStatement(node) || makesError(node, makers);
    faults.push(...faultsAt(node).filter(({ kind }) => !words || kind === "no statement"));
    if (!words) parser.forEachChild(node, visit);
  };
  visit(statement);
  return faults.sort((one, other) => one.start - other.start || one.end - other.end);
}

/** Whether an expression is an error that is made: what it says is compared by few tests, and rightly. */
function makesError(node: ts.Node, makers: ReadonlySet<string>): boolean {
  if (parser.isNewExpression(node)) return /Error$/.test(node.expression.getText());
  return parser.isCallExpression(node) && makers.has(node.expression.getText());
}

/** Functions of a file that give an error back, by their type or because that is all they do. */
function errorMakers(source: ts.SourceFile): Set<string> {
  const makers = new Set<string>();
  const visit = (node: ts.Node): void => {
    const named = parser.isFunctionDeclaration(node) || parser.isVariableDeclaration(node);
    const made = parser.isVariableDeclaration(node) ? node.initializer : node;
    if (named && node.name && made && parser.isFunctionLike(made)) {
      const isTyped = /Error$/.test(made.type?.getText() ?? "");
      const isShort = parser.isArrowFunction(made) && makesError(made.body, makers);
      if (isTyped || isShort) makers.add(node.name.getText());
    }
    parser.forEachChild(node, visit);
  };
  // Twice: one of them may stand before another that it calls.
  visit(source);
  visit(source);
  return makers;
}

function shownLines(
  source: ts.SourceFile,
  fault: Fault,
): Pick<Mutant, "line" | "before" | "after"> {
  const first = source.getLineAndCharacterOfPosition(fault.start).line;
  const last = source.getLineAndCharacterOfPosition(fault.end).line;
  const starts = source.getLineStarts();
  const start = starts[first] ?? 0;
  const end = starts[last + 1] ?? source.text.length;
  const lines = (text: string) => text.trimEnd().split("\n");
  const before = source.text.slice(start, end);
  const shifted = { ...fault, start: fault.start - start, end: fault.end - start };
  return { line: first + 1, before: lines(before), after: lines(apply(before, [shifted])) };
}

const squeeze = (text: string): string => text.replace(/\s+/g, " ").trim();

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
