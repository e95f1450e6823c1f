import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { inState } from "../base/paths.js";
import type { ExerciseReport } from "./report.js";

/** One grading of a learner's answer, one line of `.course/history/attempts.jsonl`. */
export interface Attempt {
  /** UTC, ISO 8601. */
  at: string;
  id: string;
  status: ExerciseReport["status"];
  points: number;
  max: number;
  seed: number;
  isolation: string;
  milliseconds: number;
  /** Of the text that was graded; attempts of earlier versions of the course have none. */
  digest?: string;
  passed: string[];
  failed: string[];
}

/** Names another file of attempts than the reader's: the weave runs notebooks for a reader without any. */
export const historyVariable = "ORMLET_HISTORY";

/** Where the attempts are kept; tests name another file. */
export const historyFile = process.env[historyVariable] || inState("history", "attempts.jsonl");

/** How many hints of each exercise `course hint` has shown; tests name another file. */
export const hintsFile = inState("history", "hints.json");

/** How many hints have been shown, by exercise. */
export async function readHints(file = hintsFile): Promise<Record<string, number>> {
  try {
    return { ...(JSON.parse(await readFile(file, "utf8")) as Record<string, number>) };
  } catch {
    return {};
  }
}

/** Keeps how many hints of an exercise have been shown. */
export async function rememberHints(id: string, shown: number, file = hintsFile): Promise<void> {
  const hints = { ...(await readHints(file)), [id]: shown };
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(hints)}\n`);
  } catch {
    // A read-only checkout: the hint is still shown.
  }
}

/** All attempts so far, oldest first. A line that was cut off by a crash is left out. */
export async function readHistory(file = historyFile): Promise<Attempt[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Attempt];
    } catch {
      return [];
    }
  });
}

/** Adds one grading. A history that cannot be written must not hide a verdict. */
export async function remember(report: ExerciseReport, file = historyFile): Promise<void> {
  const names = (status: string) =>
    report.tests.filter((test) => test.status === status).map((test) => test.name);
  const { id, status, points, max, seed, isolation, milliseconds } = report;
  const at = new Date().toISOString();
  const attempt: Attempt = {
    ...{ at, id, status, points, max, seed, isolation, milliseconds },
    ...(report.digest !== undefined && { digest: report.digest }),
    passed: names("pass"),
    failed: names("fail"),
  };
  try {
    await mkdir(dirname(file), { recursive: true });
    // The newline in front ends a line that a crash left open.
    await appendFile(file, `${JSON.stringify(attempt)}\n`);
  } catch {
    // A read-only checkout: the verdict is still shown.
  }
}

/** How often an exercise has been graded; what could not be graded does not count. */
export function attempts(history: readonly Attempt[], id: string): number {
  return history.filter((one) => one.id === id && one.status === "graded").length;
}

/** The last result of exactly this text. */
export function lastOf(
  history: readonly Attempt[],
  id: string,
  digest: string,
): Attempt | undefined {
  return history.filter((one) => one.id === id && one.digest === digest).at(-1);
}

/** The best result so far, by exercise. */
export function best(history: readonly Attempt[]): Map<string, Attempt> {
  const found = new Map<string, Attempt>();
  for (const one of history) {
    const earlier = found.get(one.id);
    if (one.status === "graded" && (!earlier || one.points >= earlier.points))
      found.set(one.id, one);
  }
  return found;
}
