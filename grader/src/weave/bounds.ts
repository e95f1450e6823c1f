import type { Course } from "./course.js";
import { linesToRead, type Measure, measure } from "./measure.js";
import { at, type Place } from "./model.js";
import type { WovenNotebook } from "./notebook.js";

/** What a bound is about. `cell lines` is about one cell, the others about a whole notebook. */
export type BoundName = "cells" | "lines" | "words" | "words per line" | "cell lines";

interface Bound {
  least: number;
  most: number;
  /** How a message says it. */
  words: string;
}

/**
 * What fits a sitting of 30 to 45 minutes. Counted in the same way, half of the notebooks of each of these have,
 * from their fifth to their ninety-fifth percentile:
 *
 * | | cells | lines | words | words per line |
 * |---|---|---|---|---|
 * | Dive into Deep Learning, 135 sections | 4 · 11 · 32 | 20 · 73 · 258 | 445 · 1,213 · 3,730 | 4.3 · 17 · 102 |
 * | Norvig's pytudes, 113 notebooks | 7 · 24 · 125 | 28 · 150 · 1,109 | 226 · 1,601 · 7,142 | 0.9 · 12 · 34 |
 * | Hands-on Machine Learning, 19 notebooks | 29 · 103 · 244 | 230 · 661 · 916 | 240 · 978 · 2,711 | 0.3 · 1.5 · 4.2 |
 *
 * Ours hold the source of a package, so they have more code than the first and should have more text beside it than
 * the last, which is read with a book open. Hence:
 * - cells: course notebooks have about ten to fourteen; two more or less are no fault
 * - lines: fourteen cells of 35 lines, half of what fits one
 * - words: fifteen minutes of the sitting, at 200 words a minute
 * - words per line: below four nobody explains the code, above twenty there is little to run
 * - cell lines: about sixty lines can be seen at once, and ten more are no fault
 */
export const bounds: Record<BoundName, Bound> = {
  cells: { least: 8, most: 16, words: "cells of code" },
  lines: { least: 0, most: 500, words: "lines of code" },
  words: { least: 0, most: 3000, words: "words to read in order" },
  "words per line": { least: 4, most: 20, words: "words for each line of code" },
  "cell lines": { least: 0, most: 70, words: "lines of code in one cell" },
};

/** One thing that was measured. */
export interface Measured {
  bound: BoundName;
  value: number;
  /** The notebook's name, and the id of the cell where it is about one. */
  notebook: string;
  cell?: string;
  place: Place;
}

/** The way through one notebook as a line for the terminal; undefined for an appendix, which has none. */
export function printMeasure(notebook: WovenNotebook): string | undefined {
  if (!isSitting(notebook)) return undefined;
  const { cells, lines, words } = measure(notebook);
  const ratio = perLine({ cells, lines, words }).toFixed(1);
  return `${notebook.name}: ${cells} cells, ${lines} lines, ${words} words, ${ratio} words per line`;
}

/** What is not within its bound. */
export function outOfBounds(course: Pick<Course, "notebooks">): Measured[] {
  return course.notebooks.flatMap(measuresOf).filter(({ bound, value }) => {
    const { least, most } = bounds[bound];
    return value < least || value > most;
  });
}

/** An appendix is looked things up in, so that only its cells have a bound; and so is what has no code. */
function isSitting({ name, cells }: WovenNotebook): boolean {
  return !name.endsWith("-appendix") && cells.some(({ cell }) => cell.cell_type === "code");
}

function measuresOf(notebook: WovenNotebook): Measured[] {
  const { name, place } = notebook;
  const code = notebook.cells.filter(({ cell, grades }) => cell.cell_type === "code" && !grades);
  const ofCells = code.map(
    ({ cell, place }): Measured => ({
      bound: "cell lines",
      value: linesToRead(cell.source),
      notebook: name,
      cell: cell.id,
      place,
    }),
  );
  if (!isSitting(notebook)) return ofCells;
  const found = measure(notebook);
  const whole = (bound: BoundName, value: number): Measured => {
    return { bound, value, notebook: name, place };
  };
  return [
    whole("cells", found.cells),
    whole("lines", found.lines),
    whole("words", found.words),
    whole("words per line", Number(perLine(found).toFixed(1))),
    ...ofCells,
  ];
}

function perLine({ words, lines }: Measure): number {
  return words / Math.max(1, lines);
}

/** `01d-appendix, cell 01-weave-sql (notebooks/chapters/01-engines.md:1787): 88 lines of code in one cell; at most 70` */
export function printMeasured({ bound, value, notebook, cell, place }: Measured): string {
  const { least, most, words } = bounds[bound];
  const limit = value > most ? `at most ${most}` : `at least ${least}`;
  const where = cell === undefined ? notebook : `${notebook}, cell ${cell}`;
  return `${where} (${at(place)}): ${value} ${words}; ${limit}`;
}
