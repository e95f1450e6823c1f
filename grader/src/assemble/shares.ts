import { floors } from "../base/floors.js";
import { inRoot } from "../base/paths.js";
import type { Target } from "../judge/catalogue.js";
import { type Declaration, Modules } from "../weave/modules.js";
import type { Choice } from "./parts.js";

/** The chapters whose folders the parts are counted in: the ORM itself, before migrations and dialects. */
export const lastChapter = 6;

/** How many code lines of the package a set of parts takes the place of. */
export interface Share {
  /** Of chapters 1 to 6, without comments and blank lines. */
  all: number;
  own: number;
  /** By the exercise's id. */
  lines: Map<string, number>;
}

/** Counts code lines as the weave's check does. */
export function shareOf(choices: readonly Choice[], folder = inRoot("orm/src")): Share {
  const modules = new Modules(folder);
  const lines = new Map(choices.map(({ entry, target }) => [entry.id, linesOf(modules, target)]));
  const own = choices
    .filter(({ part, entry }) => part !== undefined && entry.chapter <= lastChapter)
    .reduce((sum, { entry }) => sum + (lines.get(entry.id) ?? 0), 0);
  return { all: allLines(modules), own, lines };
}

function linesOf(modules: Modules, { file, names }: Target): number {
  const text = `${file}#${names.join(",")}`;
  return sum(modules.find({ file, names, text, place: { file: "", line: 0 } }).declarations);
}

function allLines(modules: Modules): number {
  const folders = floors.slice(0, lastChapter);
  const files = modules.files.filter((file) => {
    const [folder = "", ...rest] = file.split("/");
    // A folder's index only hands on what others declare.
    return folders.includes(folder) && rest.join("/") !== "index.ts";
  });
  return files.reduce((all, file) => all + sum(modules.get(file).declarations), 0);
}

function sum(declarations: readonly Declaration[]): number {
  return declarations
    .filter(({ names }) => names.length > 0)
    .reduce((all, { lines }) => all + lines, 0);
}
