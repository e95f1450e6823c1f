import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { readChapters } from "./chapters.js";
import type { ManifestEntry } from "./exercise.js";
import { type Ipynb, newNotebook } from "./ipynb.js";
import { at, type Chapter } from "./model.js";
import { Modules } from "./modules.js";
import { addNavigation } from "./navigation.js";
import { type WovenNotebook, weaveSource } from "./notebook.js";

/** Where the manifest lies, below the root. */
export const manifestPath = "grader/src/exercises/manifest.json";

/** All that the chapters make, before anything is written. */
export interface Course {
  chapters: Chapter[];
  notebooks: WovenNotebook[];
  manifest: ManifestEntry[];
  /** The text of each solution's file, by its path. */
  solutions: Map<string, string>;
  modules: Modules;
}

/**
 * Reads the chapters below `from`, a checkout's root, and weaves them in memory.
 * @throws Failure at the chapter's file and line that is not understood
 */
export function weaveCourse(from: string): Course {
  const modules = new Modules(`${from}/orm/src`);
  const chapters = readChapters(from);
  const notebooks = chapters.flatMap((chapter) =>
    chapter.notebooks.map((source) => weaveSource(source, chapter, modules)),
  );
  throwAll(notebooks.flatMap((one) => one.failures));
  addNavigation(notebooks);
  const exercises = notebooks.flatMap((one) => one.exercises);
  const earlier = new Map(readManifest(from).map((entry) => [entry.path, entry.starters]));
  const manifest = exercises.map(({ entry }) => {
    const starters = new Set([...(earlier.get(entry.path) ?? []), ...entry.starters]);
    return { ...entry, starters: [...starters] };
  });
  checkNames(notebooks);
  const solutions = new Map(exercises.map((one) => [one.entry.solution, one.solution]));
  return { chapters, notebooks, manifest, solutions, modules };
}

/** An author mends all faults in one go. */
function throwAll(failures: Failure[]): void {
  if (failures.length > 1) {
    const why = failures.map((one) =>
      [one.message, one.why, one.remedy].filter(Boolean).join("\n  "),
    );
    throw new Failure(`${failures.length} places of the chapters cannot be woven`, {
      why: why.join("\n"),
    });
  }
  if (failures[0]) throw failures[0];
}

/** The notebook as a file's content, without outputs. */
export function toIpynb(notebook: WovenNotebook): Ipynb {
  return newNotebook(
    notebook.name,
    notebook.cells.map((one) => one.cell),
  );
}

/** The manifest that was woven last; empty when there is none yet. */
export function readManifest(from: string): ManifestEntry[] {
  const file = `${from}/${manifestPath}`;
  if (!existsSync(file)) return [];
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ManifestEntry[];
  } catch (cause) {
    throw new Failure(`${manifestPath} cannot be read`, {
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: "Take it back with `git checkout`, or delete it and run `npm run weave`.",
    });
  }
}

export function printManifest(manifest: ManifestEntry[]): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Notebooks, and exercises, must not overwrite each other. */
function checkNames(notebooks: WovenNotebook[]): void {
  const seen = new Map<string, string>();
  const take = (key: string, what: string, where: string) => {
    const other = seen.get(key);
    if (other) throw new Failure(`${where}: there is a second ${what}`, { why: `See ${other}.` });
    seen.set(key, where);
  };
  for (const notebook of notebooks) {
    const prefix = String(notebook.chapter.number).padStart(2, "0");
    if (!notebook.name.startsWith(prefix)) {
      throw new Failure(`${at(notebook.place)}: ${notebook.name} must begin with ${prefix}`);
    }
    take(notebook.path, `notebook ${notebook.name}`, at(notebook.place));
    for (const { entry } of notebook.exercises) {
      const where = `${entry.source}:${entry.line}`;
      if (!entry.id.startsWith(`${entry.chapter}.`)) {
        throw new Failure(`${where}: exercise ${entry.id} is not of chapter ${entry.chapter}`);
      }
      take(entry.id, `exercise ${entry.id}`, where);
    }
  }
}
