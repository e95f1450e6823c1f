import { type Cell, newCell } from "./ipynb.js";
import type { WovenNotebook } from "./notebook.js";

const ending = "-navigation";

/** Whether a cell was made here; no author wrote its words. */
export function isNavigation({ id }: Cell): boolean {
  return id.endsWith(ending);
}

/**
 * Ends each notebook with a way to the one before it and the one after it, in the order of the course. One without
 * code is looked things up in, and has no place in that order.
 */
export function addNavigation(notebooks: readonly WovenNotebook[]): void {
  const way = notebooks.filter(({ cells }) => cells.some(({ cell }) => cell.cell_type === "code"));
  for (const [index, notebook] of way.entries()) {
    const before = way[index - 1];
    const after = way[index + 1];
    const ways = [
      ...(before ? [`← [${titleOf(before)}](${before.name}.ipynb)`] : []),
      ...(after ? [`[${titleOf(after)}](${after.name}.ipynb) →`] : []),
    ];
    if (ways.length === 0) continue;
    const id = `${String(notebook.chapter.number).padStart(2, "0")}${ending}`;
    const cell = newCell("markdown", id, ways.join(" &nbsp;·&nbsp; "), []);
    notebook.cells.push({ cell, place: notebook.place, raises: false, grades: false });
  }
}

/** What stands above a notebook. */
function titleOf({ cells, name }: WovenNotebook): string {
  const texts = cells.filter(({ cell }) => cell.cell_type === "markdown");
  const headings = texts.map(({ cell }) => /^# +(.*)/m.exec(cell.source)?.[1]);
  return headings.find((heading) => heading !== undefined) ?? name;
}
