import { root } from "../base/paths.js";
import { loadCatalogue } from "../judge/catalogue.js";
import { historyFile, readHistory } from "../judge/history.js";
import { readChapters } from "../weave/chapters.js";
import { type CourseMap, courseMap } from "./map.js";

/** The map of this checkout's course, with the attempts that its reader has made so far. */
export async function readMap(history = historyFile): Promise<CourseMap> {
  const { entries } = await loadCatalogue();
  return courseMap(readChapters(root), entries, await readHistory(history));
}
