import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Failure } from "../base/failure.js";
import type { Grading } from "./report.js";

/** How a value asks to be shown in a notebook (Deno's convention, which the course's kernel follows). */
const display = Symbol.for("Jupyter.display");

/** What the child process says on standard output, once. */
export type CellAnswer =
  | { grading: Grading; html: string; text: string }
  | { failure: { message: string; why?: string; remedy?: string } };

/** A verdict that a notebook shows as a page and everything else as text. */
export class CellReport {
  readonly points: number;
  readonly max: number;
  readonly exercises: Grading["exercises"];
  readonly #html: string;
  readonly #text: string;

  constructor({ grading, html, text }: Extract<CellAnswer, { grading: Grading }>) {
    ({ points: this.points, max: this.max, exercises: this.exercises } = grading);
    this.#html = html;
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  [display](): Record<string, string> {
    return { "text/html": this.#html, "text/plain": this.#text };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#text;
  }
}

/**
 * Grades what a learner saved, as `npm run grade` does; its value is the cell's last expression:
 * `await grade("1.1")`. A wrong answer is a report, not an error.
 *
 * @param selector an exercise (`"1.1"`), a chapter (`"1"`), a path, or `"all"`
 * @throws Failure for a selector that fits nothing, or when the grader cannot work (no MySQL, say)
 */
export async function grade(selector: string): Promise<CellReport> {
  const answer = await askChild(String(selector));
  if ("failure" in answer) {
    const { message, ...parts } = answer.failure;
    throw new Failure(message, parts);
  }
  return new CellReport(answer);
}

/**
 * Grades in a process of its own: the kernel has patched modules, and keeps what it once loaded. The
 * child ends when its standard input does, so it does not outlive a kernel that is killed.
 */
async function askChild(selector: string): Promise<CellAnswer> {
  const isSource = import.meta.url.endsWith(".ts");
  const script = fileURLToPath(new URL(`cell-child.${isSource ? "ts" : "js"}`, import.meta.url));
  const flags = isSource ? process.execArgv : [];
  const child = spawn(process.execPath, [...flags, script, selector], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [out, err]: string[][] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out?.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err?.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  try {
    return JSON.parse(out?.join("") ?? "") as CellAnswer;
  } catch (cause) {
    const why = err?.join("").trim().split("\n").at(-1);
    throw new Failure("The grader ended without a verdict.", {
      why: why || `its process ended with exit code ${code}`,
      remedy: `Run npm run grade -- ${selector} in a terminal, which shows more.`,
      cause,
    });
  }
}
