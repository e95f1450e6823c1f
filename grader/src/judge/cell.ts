import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Failure } from "../base/failure.js";
import { Shown } from "../base/shown.js";
import type { Grading } from "./report.js";

/** What the child process says on standard output, once. */
export type CellAnswer =
  | { grading: Grading; html: string; text: string }
  | { failure: { message: string; why?: string; remedy?: string } };

/** A verdict: what a notebook shows, and its figures for a program. */
export class CellReport extends Shown {
  readonly points: number;
  readonly max: number;
  readonly exercises: Grading["exercises"];

  constructor({ grading, html, text }: Extract<CellAnswer, { grading: Grading }>) {
    super(html, text);
    ({ points: this.points, max: this.max, exercises: this.exercises } = grading);
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
