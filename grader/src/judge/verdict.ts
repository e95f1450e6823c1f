import * as assert from "uvu/assert";
import type { Assert, Json, Sql, TestCase } from "./exercise.js";
import { limits } from "./limits.js";
import { plain } from "./runner-words.js";

/** How a test came out; `compared` only where values were. */
export interface Verdict {
  passed: boolean;
  message: string;
  compared?: { expected: string; actual: string };
}

interface Facts {
  observation: Json;
  input: Json;
  secret: Json;
  sql: Sql;
}

/** How long a verdict may take; more is a mistake in it. Seconds. */
const patience = 15;

/**
 * Asks a test's verdict, and puts its answer into words. Nothing that a hidden test compared, and
 * nothing that the learner's code said while it ran, is told: both could carry the hidden values out.
 */
export async function decide(test: TestCase, facts: Facts): Promise<Verdict> {
  try {
    const asked = (async () => test.judge({ ...facts, assert: assert as unknown as Assert }))();
    const timer = late();
    await Promise.race([asked, timer.passed]).finally(timer.clear);
    return { passed: true, message: "" };
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return explain(test, facts.observation, error);
  }
}

function late(): { passed: Promise<never>; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The verdict took too long.")), patience * 1000);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

/** The driver's errors after which a connection is no more. */
function isConnectionLost(error: unknown): boolean {
  return (error as { fatal?: unknown }).fatal === true;
}

function explain(test: TestCase, observation: Json, error: unknown): Verdict {
  const parts: string[] = [];
  const thrown = thrownIn(observation);
  if (test.feedback) parts.push(test.feedback);
  if (thrown) {
    parts.push(test.hidden ? `Your code threw ${plain(thrown.name)}.` : saidThrown(thrown));
    return { passed: false, message: parts.join("\n") || "Your code threw an error." };
  }
  if (!(error instanceof assert.Assertion)) {
    parts.push(
      isSlip(error) ? "What came back does not have the shape that is asked for." : words(error),
    );
    const seen = test.hidden ? {} : { compared: { expected: "", actual: print(observation) } };
    return { passed: false, message: parts.join("\n"), ...seen };
  }
  if (!error.generated) parts.push(error.message);
  const compares = ["equal", "is", "match", "type", "snapshot", "fixture"].includes(error.operator);
  if (test.hidden || !compares) {
    return { passed: false, message: parts.join("\n") || "Not what is asked for." };
  }
  const compared = { expected: print(error.expects), actual: print(error.actual) };
  return { passed: false, message: parts.join("\n") || "Not what is asked for.", compared };
}

/** An error of JavaScript's own in a verdict means that the observation was shaped oddly. */
function isSlip(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function thrownIn(observation: Json): { name: string; message: string } | undefined {
  if (typeof observation !== "object" || observation === null || Array.isArray(observation)) return;
  const { thrown } = observation;
  if (typeof thrown !== "object" || thrown === null || Array.isArray(thrown)) return;
  return { name: String(thrown.name ?? "Error"), message: String(thrown.message ?? "") };
}

function saidThrown({ name, message }: { name: string; message: string }): string {
  const said = `Your code threw ${plain(name)}${message === "" ? "." : `: ${plain(message)}`}`;
  if (!/allocation failed|allocate memory|out of memory/i.test(message)) return said;
  return `${said}. An answer may use ${limits.memory / 1024 / 1024} MB of memory.`;
}

/** A value as a reader sees it: JSON, on one line when it fits, cut when it is long. */
export function print(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  const flat = JSON.stringify(value);
  if (flat === undefined) return String(value);
  const text = layOut(value, "");
  return plain(text.length <= 2000 ? text : `${text.slice(0, 2000)} …`);
}

/** JSON in which whatever fits into a line stands on one: a row of a table, most of all. */
function layOut(value: unknown, indent: string): string {
  const flat = JSON.stringify(value) ?? "null";
  const fits = indent.length + flat.length <= 80;
  // Ten levels are more than any exercise asks for; what is deeper was made to keep the judge busy.
  if (fits || indent.length > 20 || typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => layOut(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${layOut(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indent}${close}`;
}
