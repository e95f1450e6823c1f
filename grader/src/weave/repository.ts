import { existsSync, readFileSync, rmSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { inState, root } from "../base/paths.js";
import { historyVariable } from "../judge/history.js";
import {
  type Course,
  manifestPath,
  printManifest,
  readManifest,
  toIpynb,
  weaveCourse,
} from "./course.js";
import { findNotebook } from "./index.js";
import { digest, type Ipynb, isEdited, isWoven, printNotebook, readNotebook } from "./ipynb.js";
import type { WovenNotebook } from "./notebook.js";
import { type Run, withOutputs } from "./outputs.js";
import { write } from "./write.js";

export interface WeaveOptions {
  /** The checkout's root, which is read and written; this one by default. */
  from?: string;
  /** Run these notebooks, or all, and put in their outputs. */
  outputs?: readonly string[] | "all";
  /** Overwrite notebooks that hold a learner's work. */
  force?: boolean;
  /** Runs a notebook; by default the course's own kernel does. */
  run?: Run;
}

/** Paths below the root. */
export interface WeaveReport {
  written: string[];
  removed: string[];
  /** Exercise files that a learner has begun: left as they are. */
  kept: string[];
}

/**
 * Weaves the course into its own checkout. A learner's answer is never touched, and a notebook that
 * holds a learner's cells only by `force`. Outputs stay with cells whose text has not changed.
 */
export async function weaveRepository(options: WeaveOptions = {}): Promise<WeaveReport> {
  const from = options.from ?? root;
  const before = readManifest(from);
  const course = weaveCourse(from);
  const report: WeaveReport = { written: [], removed: [], kept: [] };
  const put = (path: string, text: string) => {
    const file = `${from}/${path}`;
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    write(file, text);
    report.written.push(path);
  };
  if (!options.force) refuseLearners(course, from);
  for (const [path, text] of await notebookTexts(course, from, options)) put(path, text);
  for (const [path, text] of course.solutions) put(path, text);
  for (const entry of course.manifest) {
    if (isPristine(`${from}/${entry.path}`, entry.starters)) put(entry.path, entry.starter);
    else report.kept.push(entry.path);
  }
  const paths = new Set(course.manifest.flatMap((entry) => [entry.path, entry.solution]));
  for (const old of before) {
    const stale: string[] = [];
    if (isPristine(`${from}/${old.path}`, old.starters)) stale.push(old.path);
    for (const path of [...stale, old.solution]) {
      if (paths.has(path) || !existsSync(`${from}/${path}`)) continue;
      rmSync(`${from}/${path}`);
      report.removed.push(path);
    }
  }
  put(manifestPath, printManifest(course.manifest));
  return report;
}

/** Whether nobody has worked on a starter: it is not there, or is one that was woven once. */
export function isPristine(file: string, starters: readonly string[]): boolean {
  return !existsSync(file) || starters.includes(digest(readFileSync(file, "utf8")));
}

async function notebookTexts(
  course: Course,
  from: string,
  options: WeaveOptions,
): Promise<Map<string, string>> {
  const wanted = options.outputs ?? [];
  const running =
    wanted === "all" ? course.notebooks : wanted.map((name) => findNotebook(course, name));
  const run = options.run ?? (running.length > 0 ? await kernel() : undefined);
  const texts = new Map<string, string>();
  for (const notebook of course.notebooks) {
    const committed = committedNotebook(from, notebook.path);
    const whole =
      run && running.includes(notebook)
        ? await withOutputs(notebook, committed, { from, run })
        : withCommitted(notebook, committed);
    texts.set(notebook.path, printNotebook(whole));
  }
  return texts;
}

async function kernel(): Promise<Run> {
  const { runNotebook } = await import("../notebooks/run-notebook.js");
  // The author's own progress is nobody else's: the outputs are those of a reader who begins.
  const env = { [historyVariable]: inState("history", "of-nobody.jsonl") };
  return (path, options) => runNotebook(path, { ...options, env });
}

/** The notebook with the outputs that the committed one has for the same cells. */
function withCommitted(woven: WovenNotebook, committed: Ipynb | undefined): Ipynb {
  const notebook = toIpynb(woven);
  const before = new Map(committed?.cells.map((cell) => [cell.id, cell]));
  const cells = notebook.cells.map((cell) => {
    const old = before.get(cell.id);
    if (cell.cell_type !== "code" || !old?.outputs || old.source !== cell.source) return cell;
    if (cell.metadata.tags?.includes("grade")) return cell;
    return { ...cell, execution_count: old.execution_count ?? null, outputs: old.outputs };
  });
  return { ...notebook, cells };
}

export function committedNotebook(from: string, path: string): Ipynb | undefined {
  const file = `${from}/${path}`;
  if (!existsSync(file)) return undefined;
  try {
    return readNotebook(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Failure(`${path} is not a notebook`, {
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: "Close it in JupyterLab, then `npx course reset` with its name brings it back.",
    });
  }
}

function refuseLearners(course: Course, from: string): void {
  const theirs = course.notebooks
    .map((notebook) => notebook.path)
    .filter((path) => {
      const cells = committedNotebook(from, path)?.cells ?? [];
      return cells.some((cell) => !isWoven(cell) || isEdited(cell));
    });
  if (theirs.length === 0) return;
  throw new Failure(`there is work in ${theirs.join(", ")} that no chapter holds`, {
    why: "Weaving would overwrite cells that were changed or added by hand.",
    remedy: "`npx course update` keeps them; `npx course weave --force` gives them up.",
  });
}
