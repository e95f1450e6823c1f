import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { type BoundName, bounds, type Measured, outOfBounds, printMeasured } from "./bounds.js";
import type { Course } from "./course.js";
import { write } from "./write.js";

/** Where the exceptions stand, below the root. */
export const exceptionsPath = "notebooks/chapters/exceptions.json";

/** One notebook, or one cell, that may leave a bound, and how far. */
export interface Exception {
  notebook: string;
  cell?: string;
  bound: BoundName;
  /** The largest value it may have, or the smallest where the bound is a lower one. */
  allowed: number;
  reason: string;
}

/**
 * What keeps the notebooks from being within their bounds: something that is not listed or has gone beyond what
 * its exception allows, an exception without a reason, and one that nothing needs any more.
 */
export function boundProblems(course: Pick<Course, "notebooks">, from: string): string[] {
  const listed = readExceptions(from);
  const found = outOfBounds(course);
  const problems = found.flatMap((one) => {
    const exception = listed.find((other) => keyOf(other) === keyOf(one));
    if (!exception) return [printMeasured(one)];
    if (allows(exception, one)) return [];
    return [`${printMeasured(one)}, and ${exception.allowed} by its exception`];
  });
  const needed = new Set(found.map(keyOf));
  for (const exception of listed) {
    const what = `${exceptionsPath}: ${keyOf(exception)}`;
    if (!needed.has(keyOf(exception))) problems.push(`${what} is an exception that nothing needs`);
    else if (exception.reason.trim() === "") problems.push(`${what} has no reason`);
  }
  const twice = listed.filter((one, index) => listed.map(keyOf).indexOf(keyOf(one)) < index);
  return [
    ...problems,
    ...twice.map((one) => `${exceptionsPath}: ${keyOf(one)} stands there twice`),
  ];
}

/**
 * Lists all that is out of its bound now: known exceptions keep their reasons and allow little more than is needed, new
 * ones get an empty reason, which the check refuses until somebody writes one.
 *
 * @returns a line for each that needs a reason
 */
export function listExceptions(course: Pick<Course, "notebooks">, from: string): string[] {
  const before = new Map(readExceptions(from).map((one) => [keyOf(one), one.reason]));
  const now = outOfBounds(course).map((one): Exception => {
    const { notebook, cell, bound, value } = one;
    const reason = before.get(keyOf(one)) ?? "";
    const allowed = withRoom(bound, value);
    return { notebook, ...(cell !== undefined && { cell }), bound, allowed, reason };
  });
  write(`${from}/${exceptionsPath}`, `${JSON.stringify(now, undefined, 2)}\n`);
  return now.filter(({ reason }) => reason === "").map(keyOf);
}

/** The exceptions that are listed; none where there is no file. */
export function readExceptions(from: string): Exception[] {
  const file = `${from}/${exceptionsPath}`;
  if (!existsSync(file)) return [];
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as Exception[]).map(checked);
  } catch (cause) {
    throw new Failure(`${exceptionsPath} cannot be read`, {
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: "`npx course weave --exceptions` writes it; the reasons are added by hand.",
    });
  }
}

function checked(one: Exception): Exception {
  const { notebook, bound, allowed, reason } = one;
  if (typeof notebook === "string" && typeof reason === "string" && bound in bounds) {
    if (typeof allowed === "number") return one;
  }
  throw new Error(`this is no exception: ${JSON.stringify(one)}`);
}

function allows({ allowed }: Exception, { bound, value }: Measured): boolean {
  return value > bounds[bound].most ? value <= allowed : value >= allowed;
}

/** An edit of a few words is no matter for the list. */
function withRoom(bound: BoundName, value: number): number {
  const step = { words: 100, lines: 10 }[bound as string] ?? 0;
  return step === 0 ? value : Math.ceil(value / step) * step;
}

/** `03b-unit-of-work: cells`, `03c-transactions 03-weave-session: cell lines` */
function keyOf({ notebook, cell, bound }: Pick<Exception, "notebook" | "cell" | "bound">): string {
  return `${cell === undefined ? notebook : `${notebook} ${cell}`}: ${bound}`;
}
