import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { type Course, manifestPath, printManifest, toIpynb, weaveCourse } from "./course.js";
import { printNotebook } from "./ipynb.js";
import { didYouMean } from "./nearest.js";
import { write } from "./write.js";

export type { Course } from "./course.js";
export { manifestPath, readManifest, weaveCourse } from "./course.js";
export type { ManifestEntry } from "./exercise.js";

/**
 * Weaves the whole course into a folder: `notebooks/*.ipynb` without outputs, `exercises/**` (the
 * starters), `solutions/**` and `manifest.json` (in a copy of the checkout where the grader reads it, else right
 * in the folder). What lies there already is overwritten.
 *
 * @param folder made if it is not there
 * @param options `from`: the checkout whose chapters and `orm/src` are read; this one by default
 * @throws Failure at the chapter's file and line that is not understood
 */
export async function weaveTo(folder: string, options: { from?: string } = {}): Promise<Course> {
  const course = weaveCourse(options.from ?? root);
  for (const notebook of course.notebooks) {
    write(`${folder}/${notebook.path}`, printNotebook(toIpynb(notebook)));
  }
  for (const entry of course.manifest) write(`${folder}/${entry.path}`, entry.starter);
  for (const [path, text] of course.solutions) write(`${folder}/${path}`, text);
  const manifest = existsSync(`${folder}/${dirname(manifestPath)}`)
    ? manifestPath
    : "manifest.json";
  write(`${folder}/${manifest}`, printManifest(course.manifest));
  return course;
}

/**
 * The original text of one notebook's file, without outputs: what `course reset` puts back.
 *
 * @param name `01-engines`, with or without folder and ending
 */
export async function weaveNotebook(
  name: string,
  options: { from?: string } = {},
): Promise<string> {
  const course = weaveCourse(options.from ?? root);
  return printNotebook(toIpynb(findNotebook(course, name)));
}

/** The notebook of that name, which may be a path. */
export function findNotebook<N extends { readonly name: string }>(
  course: { readonly notebooks: readonly N[] },
  name: string,
): N {
  const wanted = name.replace(/^.*\//, "").replace(/\.ipynb$/, "");
  const found = course.notebooks.find((notebook) => notebook.name === wanted);
  if (found) return found;
  const names = course.notebooks.map((notebook) => notebook.name);
  throw new Failure(`there is no notebook ${wanted}`, {
    remedy: didYouMean(wanted, names) || `There are ${names.join(", ")}.`,
  });
}
