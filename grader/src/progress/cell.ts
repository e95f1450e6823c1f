import { Shown } from "../base/shown.js";

/**
 * The chapters, notebooks and exercises of the course, and which of these are solved, as `course progress`
 * shows them; its value is the cell's last expression: `await progress()`.
 */
export async function progress(): Promise<Shown> {
  // Loaded when it is asked for: every notebook imports from "course", and few show the map.
  const [{ readMap }, { mapHtml }, { mapText }] = await Promise.all([
    import("./read.js"),
    import("./html.js"),
    import("./text.js"),
  ]);
  const map = await readMap();
  return new Shown(mapHtml(map), mapText(map, false));
}
