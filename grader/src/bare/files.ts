import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { readChapters } from "../weave/chapters.js";
import { findNotebook } from "../weave/index.js";
import { isEdited, isWoven, printNotebook, readNotebook } from "../weave/ipynb.js";
import type { Chapter, NotebookSource } from "../weave/model.js";
import { Modules } from "../weave/modules.js";
import { weaveSource } from "../weave/notebook.js";
import { write } from "../weave/write.js";
import { bareFolder, bareNotebook } from "./edition.js";

export interface BareOptions {
  /** The checkout's root; this one by default. */
  from?: string;
  /** Puts a file aside and says where it is; without it, a reader's work is kept where it lies. */
  again?: (path: string, text: string, from: string) => Promise<string>;
}

/**
 * Makes bare notebooks. One that the reader has worked in is not overwritten.
 *
 * @param what chapters (`4`), notebooks (`04b-rows`, also as a path) or `all`
 * @returns what was done with each, in a sentence
 * @throws Failure for what is neither
 */
export async function makeBare(
  what: readonly string[],
  { from = root, again }: BareOptions = {},
): Promise<string[]> {
  const all = readChapters(from).flatMap((chapter) =>
    chapter.notebooks.map((source) => ({ chapter, source, name: source.name })),
  );
  const chosen = new Set(what.flatMap((one) => choose(all, one)));
  const modules = new Modules(`${from}/orm/src`);
  const lines: string[] = [];
  for (const { source, chapter, name } of all.filter((one) => chosen.has(one))) {
    const woven = weaveSource(source, chapter, modules);
    if (woven.failures[0]) throw woven.failures[0];
    const path = `${bareFolder}/${name}.ipynb`;
    const text = printNotebook(bareNotebook(woven));
    lines.push(again ? await again(path, text, from) : put(path, text, from));
  }
  return lines;
}

/** A notebook that nobody has woven yet: that takes time, and most of them are not asked for. */
interface Unwoven {
  name: string;
  chapter: Chapter;
  source: NotebookSource;
}

function choose(notebooks: readonly Unwoven[], what: string): Unwoven[] {
  if (what === "all") return [...notebooks];
  if (!/^\d+$/.test(what)) return [findNotebook({ notebooks }, what)];
  const found = notebooks.filter(({ chapter }) => chapter.number === Number(what));
  if (found.length > 0) return found;
  throw new Failure(`There is no chapter ${what}.`, {
    why: `The last one is chapter ${notebooks.at(-1)?.chapter.number}.`,
    remedy: "Name a chapter (4), a notebook (04b-rows) or all.",
  });
}

function put(path: string, text: string, from: string): string {
  const file = `${from}/${path}`;
  if (!existsSync(file)) {
    write(file, text);
    return `${path} is made.`;
  }
  const before = readFileSync(file, "utf8");
  if (before === text) return `${path} is there, and nothing is written in it yet.`;
  if (isUntouched(before)) {
    write(file, text);
    return `${path} is made anew: nothing was written in it. Reload it in JupyterLab if it is open.`;
  }
  return `${path} holds your work and is left as it is. With --again it is put aside, and made anew.`;
}

/** Whether every cell is as it was made. What ran in it does not count; what is no notebook is somebody's. */
function isUntouched(text: string): boolean {
  try {
    const { cells } = readNotebook(text);
    return cells.length > 0 && cells.every((cell) => isWoven(cell) && !isEdited(cell));
  } catch {
    return false;
  }
}
