import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../base/failure.js";
import { type Catalogue, type ExerciseEntry, type Target, target } from "../judge/catalogue.js";
import { isSameText } from "../judge/grade.js";
import { type Attempt, historyFile, lastOf, readHistory } from "../judge/history.js";
import { type GradingOptions, gradeAll } from "../judge/index.js";
import { type ExerciseReport, isSolved } from "../judge/report.js";
import { readSubmission } from "../judge/submission.js";
import { digest } from "../weave/ipynb.js";

/** What takes the place of declarations of the package: somebody's answer to a build exercise. */
export interface Part {
  entry: ExerciseEntry;
  target: Target;
  text: string;
  /** The file's name in messages: `exercises/01-engines/2-sql-tag.ts`. */
  path: string;
}

/** An exercise, and what stands in the package for it: a part, or the reference and why. */
export interface Choice {
  entry: ExerciseEntry;
  target: Target;
  part?: Part;
  /** Why it is the reference: "not begun", "6 of 12 points". */
  why?: string;
}

/** Exercises that build a piece of the package; the others use it and leave nothing in it. */
export function buildEntries(catalogue: Catalogue): ExerciseEntry[] {
  return catalogue.entries.filter((entry) => entry.kind === "build");
}

/** Every build exercise with the reference solution as its part. */
export async function solutionChoices(catalogue: Catalogue): Promise<Choice[]> {
  return Promise.all(
    buildEntries(catalogue).map(async (entry) => {
      const text = await readFile(join(catalogue.root, entry.solution), "utf8").catch((cause) => {
        throw new Failure(`The solution of exercise ${entry.id} cannot be read.`, {
          why: (cause as Error).message,
          remedy: "Run npm run weave, which writes it.",
          cause,
        });
      });
      return choose(entry, text, entry.solution);
    }),
  );
}

/**
 * Every build exercise with the learner's answer, where that answer scores full: by the last verdict on
 * exactly this text, else by grading it now, as `npm run grade` does.
 *
 * @param options `without`: ids whose answers are left out; `history` and `serverUrl` as for grading
 * @throws Failure when the grader cannot work, or `without` names no build exercise
 */
export async function learnerChoices(
  catalogue: Catalogue,
  options: { without?: readonly string[] } & Omit<GradingOptions, "submission"> = {},
): Promise<Choice[]> {
  const { without = [], ...grading } = options;
  const entries = buildEntries(catalogue);
  checkIds(without, entries);
  const history = await readHistory(options.history ?? historyFile);
  const choices = new Map<string, Choice>();
  const unknown: { entry: ExerciseEntry; text: string }[] = [];
  for (const entry of entries) {
    if (without.includes(entry.id)) choices.set(entry.id, refuse(entry, "left out"));
    else {
      const known = await fromHistory(catalogue, entry, history);
      if ("text" in known) unknown.push({ entry, text: known.text });
      else choices.set(entry.id, known);
    }
  }
  const entriesLeft = unknown.map(({ entry }) => entry);
  // Without anything to grade no MySQL is started.
  const reports = unknown.length > 0 ? await gradeAll(catalogue, entriesLeft, grading) : [];
  for (const [index, { entry, text }] of unknown.entries()) {
    const report = reports[index] as ExerciseReport;
    // The file can have been saved again in the meantime: what was graded counts.
    const isIt = isSolved(report) && report.digest === digest(text);
    choices.set(entry.id, isIt ? choose(entry, text, entry.path) : refuse(entry, inWords(report)));
  }
  return entries.map((entry) => choices.get(entry.id) as Choice);
}

function checkIds(ids: readonly string[], entries: readonly ExerciseEntry[]): void {
  const unknown = ids.find((id) => !entries.some((entry) => entry.id === id));
  if (unknown === undefined) return;
  throw new Failure(`There is no exercise "${unknown}" that builds a piece of ormlet.`, {
    why: `there are ${entries.map((entry) => entry.id).join(", ")}`,
    remedy: "Leave it out of --without, or name one of these.",
  });
}

/** What can be said of an answer without grading it; its text when that is nothing. */
async function fromHistory(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  history: readonly Attempt[],
): Promise<Choice | { text: string }> {
  const reading = await readSubmission(resolve(catalogue.root, entry.path), entry.path);
  if (!("text" in reading)) return refuse(entry, reading.ungradable);
  const { text } = reading;
  if (isSameText(text, entry.starter)) return refuse(entry, "not begun");
  const last = lastOf(history, entry.id, digest(text));
  if (last?.status !== "graded") return { text };
  if (last.points < last.max) return refuse(entry, `${last.points} of ${last.max} points`);
  return choose(entry, text, entry.path);
}

function choose(entry: ExerciseEntry, text: string, path: string): Choice {
  const own = target(entry);
  return { entry, target: own, part: { entry, target: own, text, path } };
}

function refuse(entry: ExerciseEntry, why: string): Choice {
  return { entry, target: target(entry), why };
}

function inWords({ status, points, max }: ExerciseReport): string {
  return status === "ungradable" ? "cannot be graded" : `${points} of ${max} points`;
}
