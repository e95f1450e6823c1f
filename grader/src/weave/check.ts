import { existsSync, readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { root } from "../base/paths.js";
import { printMeasure } from "./bounds.js";
import { type Course, readManifest, weaveCourse } from "./course.js";
import { coverage, printShares, type Shares } from "./coverage.js";
import { boundProblems } from "./exceptions.js";
import type { ManifestEntry } from "./exercise.js";
import { type Cell, digest, isEdited, isWoven } from "./ipynb.js";
import { brokenLinks } from "./links.js";
import { at } from "./model.js";
import type { WovenNotebook } from "./notebook.js";
import { committedNotebook } from "./repository.js";

export interface CheckReport {
  /** Files that are not what the chapters make; weaving mends them. */
  drift: string[];
  /** What only an author can mend: missing declarations, broken links, notebooks out of bounds. */
  problems: string[];
  shares: Shares[];
  /** How long the way through each notebook is. */
  measures: string[];
}

/**
 * Compares a checkout with its chapters. Outputs are not looked at, nor is what a learner wrote into
 * an exercise.
 *
 * @param options `from`: the checkout's root; `learner`: also take no notice of cells that a learner
 *   changed or added in a notebook
 */
export function checkRepository(
  options: { from?: string; learner?: boolean } = {},
): CheckReport & { course: Course } {
  const from = options.from ?? root;
  const course = weaveCourse(from);
  const { problems, shares } = coverage(course);
  const drift = [
    ...course.notebooks.flatMap((one) => notebookDrift(one, from, options.learner ?? false)),
    ...staleFiles(course, from),
    ...exerciseDrift(course, from),
  ];
  const links = brokenLinks(course, from);
  const outside = boundProblems(course, from);
  const measures = course.notebooks.flatMap((one) => printMeasure(one) ?? []);
  return { drift, problems: [...problems, ...links, ...outside], shares, measures, course };
}

/** The report as lines for the terminal, with the command that mends what drifted. */
export function printCheck(report: CheckReport): { lines: string[]; passed: boolean } {
  const { drift, problems, shares, measures } = report;
  const lines = [
    ...printShares(shares),
    ...measures,
    ...problems.map((line) => `wrong    ${line}`),
    ...drift.map((line) => `drifted  ${line}`),
  ];
  if (drift.length > 0) lines.push("", "`npm run weave` makes anew what drifted.");
  if (problems.length > 0)
    lines.push("", "What is wrong must be mended in the chapters or in orm/src.");
  const passed = drift.length + problems.length === 0;
  if (passed) lines.push("Notebooks, exercises and solutions are in step with their chapters.");
  return { lines, passed };
}

function notebookDrift(woven: WovenNotebook, from: string, learner: boolean): string[] {
  const file = committedNotebook(from, woven.path);
  if (!file) return [`${woven.path} is missing`];
  const cells = learner ? file.cells.filter(isWoven) : file.cells;
  const problems: string[] = [];
  const wanted = new Map(woven.cells.map((one) => [one.cell.id, one]));
  for (const cell of cells) {
    const own = wanted.get(cell.id);
    if (!own) problems.push(`${woven.path}: the cell ${cell.id} stands in no chapter`);
    else if (!isSame(cell, own.cell, learner)) {
      problems.push(`${woven.path}: the cell ${cell.id} differs from ${at(own.place)}`);
    }
  }
  const there = cells.map((cell) => cell.id);
  for (const { cell, place } of woven.cells) {
    if (there.includes(cell.id)) continue;
    problems.push(`${woven.path}: the cell of ${at(place)} is missing (${cell.id})`);
  }
  const order = [...wanted.keys()];
  if (problems.length === 0 && there.join() !== order.join()) {
    problems.push(`${woven.path}: its cells stand in another order, or twice`);
  }
  return problems;
}

/** For a learner's notebook, what was woven counts, not what became of it. */
function isSame(cell: Cell, woven: Cell, learner: boolean): boolean {
  if (cell.cell_type !== woven.cell_type) return false;
  const mark = cell.metadata.course?.digest;
  if (mark !== woven.metadata.course?.digest) return false;
  return learner || (cell.source === woven.source && !isEdited(cell));
}

/** What was woven once and is made by no chapter any more. */
function staleFiles(course: Course, from: string): string[] {
  const made = new Set([...course.notebooks.map((one) => one.path), ...course.solutions.keys()]);
  const patterns = ["notebooks/*.ipynb", "solutions/*/*.ts"];
  return globSync(patterns, { cwd: from })
    .filter((path) => !made.has(path) && (path.startsWith("solutions") || wasWoven(path, from)))
    .map((path) => `${path} is made by no chapter: delete it`);
}

function wasWoven(path: string, from: string): boolean {
  const mark = committedNotebook(from, path)?.metadata.course as { notebook?: string } | undefined;
  return mark !== undefined && path === `notebooks/${mark.notebook}.ipynb`;
}

function exerciseDrift(course: Course, from: string): string[] {
  const problems: string[] = [];
  const read = (path: string) =>
    existsSync(`${from}/${path}`) ? readFileSync(`${from}/${path}`, "utf8") : undefined;
  for (const [path, text] of course.solutions) {
    if (read(path) !== text) problems.push(`${path} is not what its chapter makes`);
  }
  for (const { path, starters, starter } of course.manifest) {
    const text = read(path);
    if (text === undefined) problems.push(`${path} is missing`);
    else if (text !== starter && starters.includes(digest(text))) {
      problems.push(`${path} is an earlier starter`);
    }
  }
  const committed = readManifest(from).map(withoutHistory);
  const woven = course.manifest.map(withoutHistory);
  if (JSON.stringify(committed) !== JSON.stringify(woven)) {
    problems.push("grader/src/exercises/manifest.json is not what the chapters make");
  }
  return problems;
}

function withoutHistory(entry: ManifestEntry): object {
  return { ...entry, starters: undefined, line: undefined };
}
