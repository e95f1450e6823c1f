import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { Failure } from "../base/failure.js";
import { inRoot, root } from "../base/paths.js";

/** What the weave tells about one exercise (an entry of manifest.json). */
export interface ExerciseEntry {
  id: string;
  chapter: number;
  name: string;
  kind: "use" | "build";
  points: number;
  minutes: number;
  title: string;
  /** `notebooks/01-engines.ipynb`, where it stands. */
  notebook: string;
  /** `exercises/01-engines/1-find-member.ts` */
  path: string;
  solution: string;
  /** `engine/sql.ts#sql,Fragment`: what a build exercise exchanges; without names, the module. */
  weave?: string;
  statement: string;
  /** The file as a learner first finds it. */
  starter: string;
  hints: string[];
}

/** A set of exercises and where their files lie; tests have one of their own. */
export interface Catalogue {
  /** Paths in the entries are relative to this folder. */
  root: string;
  /** The folders of probes and verdicts, `NN-chapter/M-name.probe.js` or `.ts` below. */
  tests: string;
  entries: ExerciseEntry[];
}

/** A selector that fits nothing: wrong usage, not a broken grader. */
export class SelectorFailure extends Failure {
  override name = "SelectorFailure";
}

/**
 * Reads the course's own exercises.
 *
 * @throws Failure when the manifest is missing (the notebooks were never woven)
 */
export async function loadCatalogue(): Promise<Catalogue> {
  const path = inRoot("grader/src/exercises/manifest.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new Failure("The list of exercises cannot be read.", {
      why: `${path}: ${(cause as Error).message}`,
      remedy: "Run npm run weave, which writes it from notebooks/chapters/.",
      cause,
    });
  }
  const entries = JSON.parse(text) as ExerciseEntry[];
  // Beside this module, so that dist uses compiled tests and a run from source uses the sources.
  const tests = new URL("../exercises", import.meta.url).pathname;
  return { root, tests: decodeURIComponent(tests), entries: entries.sort(byId) };
}

function byId(a: ExerciseEntry, b: ExerciseEntry): number {
  return a.id.localeCompare(b.id, "en", { numeric: true });
}

/**
 * The exercises that selectors name: an id (`3.1`), a chapter (`3`), a path to a file, a folder or
 * a notebook, or `all`. Each exercise once, in the course's order.
 *
 * @param cwd paths may be relative to this folder or to the root of the checkout
 * @throws SelectorFailure naming the first selector that fits nothing
 */
export function select(
  catalogue: Catalogue,
  selectors: readonly string[],
  cwd = process.cwd(),
): ExerciseEntry[] {
  const chosen = new Set<ExerciseEntry>();
  for (const selector of selectors) {
    const found = catalogue.entries.filter((entry) => fits(catalogue, entry, selector, cwd));
    if (found.length === 0) throw unknown(catalogue, selector);
    for (const entry of found) chosen.add(entry);
  }
  return catalogue.entries.filter((entry) => chosen.has(entry));
}

function fits(catalogue: Catalogue, entry: ExerciseEntry, selector: string, cwd: string): boolean {
  if (selector === "all" || selector === entry.id || selector === String(entry.chapter))
    return true;
  if (/^\d+(\.\d+)?$/.test(selector)) return false;
  const own = [entry.path, entry.solution, entry.notebook];
  return [cwd, catalogue.root].some((base) => {
    const path = relative(catalogue.root, resolve(base, selector));
    if (path === "" || path.startsWith("..") || isAbsolute(path)) return false;
    return own.some((file) => file === path || file.startsWith(`${path}/`));
  });
}

function unknown(catalogue: Catalogue, selector: string): SelectorFailure {
  const ids = catalogue.entries.map((entry) => entry.id);
  return new SelectorFailure(`There is no exercise "${selector}".`, {
    why: ids.length === 0 ? "the list of exercises is empty" : `there are ${ids.join(", ")}`,
    remedy:
      "Name an exercise (1.1), a chapter (1), a path (exercises/01-engines) or all; " +
      "npx course progress lists them.",
  });
}

/** What a build exercise exchanges: `engine/sql.ts#sql,Fragment` in parts. */
export interface Target {
  /** Below `orm/src`: `engine/sql.ts`. */
  file: string;
  /** The declarations; none for the whole module. */
  names: string[];
  /** As code imports it: `ormlet/internal/engine/sql`. */
  module: string;
}

/** The parts of an entry's `weave`. */
export function target(entry: Pick<ExerciseEntry, "weave">): Target {
  const [file = "", names = ""] = (entry.weave ?? "").split("#");
  const module = `ormlet/internal/${file.replace(/\.ts$/, "")}`;
  return { file, names: names.split(",").filter((name) => name !== ""), module };
}

/** The parts of an exercise's tests: `<tests>/01-engines/1-find-member.{probe,verdict}.{js,ts}`. */
export async function testFile(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  half: "probe" | "verdict",
): Promise<string> {
  const folder = join(catalogue.tests, basename(dirname(entry.path)));
  const stem = join(folder, `${basename(entry.path, ".ts")}.${half}`);
  for (const path of [`${stem}.js`, `${stem}.ts`]) {
    if (await stat(path).catch(() => undefined)) return path;
  }
  const there = await readdir(folder).catch(() => []);
  throw new Failure(`Exercise ${entry.id} has no ${half}.`, {
    why: `${stem}.js is not there (${there.length} files in that folder)`,
    remedy: "Run npm run build. If it stays missing, the exercise is not finished.",
  });
}
