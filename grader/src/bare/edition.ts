import { type Cell, type Ipynb, newCell, newNotebook } from "../weave/ipynb.js";
import { freeNames } from "../weave/names.js";
import { fenced, type WovenCell, type WovenNotebook } from "../weave/notebook.js";
import { emptied } from "./emptied.js";
import { anchorOf, headingOf, leadIn, oneLevelDeeper } from "./text.js";

/** Where bare notebooks lie, below the root. Git ignores it: they are the reader's alone. */
export const bareFolder = "notebooks/bare";

/** Sections that stand in the bare edition as they are: they ask, and explain nothing. */
const asking = /^(Your turn|Exercises?\b|Questionnaire|Further reading)/;

/**
 * A notebook to redo from memory. Headings, objectives, "your turn" cells, exercises and the questionnaire stay;
 * the explained cells are emptied. Above each stands what leads to it, below it what it must print, and
 * folded, one way to write it, so that a reader who is stuck can go on: later cells need it.
 */
export function bareNotebook(notebook: WovenNotebook): Ipynb {
  const edition = new Edition(notebook);
  const cells = notebook.cells.flatMap((cell, index) => edition.cellsFor(cell, index));
  return newNotebook(`bare/${notebook.name}`, cells);
}

class Edition {
  readonly #notebook: WovenNotebook;
  /** For each cell, the names that the cells after it use. */
  readonly #later: Set<string>[];
  /** The level of the section that is kept; undefined in one that is explained. */
  #kept: number | undefined;

  constructor(notebook: WovenNotebook) {
    this.#notebook = notebook;
    this.#later = namesUsedLater(notebook.cells);
  }

  cellsFor(woven: WovenCell, index: number): Cell[] {
    const { cell } = woven;
    if (cell.cell_type === "code") {
      const { source } = cell;
      if (this.#kept !== undefined || woven.grades || woven.bare === "keep") return [cell];
      if (isGiven(source)) return [cell];
      return this.#explained(woven, index);
    }
    if (index === 0) return [deeper(cell, cell.source), this.#preface()];
    return this.#text(cell, index);
  }

  #preface(): Cell {
    const { name, path, chapter } = this.#notebook;
    const text = [
      `**This is the bare edition of [${name}](../${name}.ipynb).** The cells that were explained are empty. Write them again, from memory.`,
      "- Imports, types, mapped classes and the signatures of functions are given. So is the cell that opens the database: begin with it.",
      "- Below an empty cell stands what it must print. There, `[..]` and a line `...` stand for what differs from run to run.",
      "- Under that, folded, is one way to write it. Yours may be another. When you are stuck, copy it and go on: later cells need what it defines.",
      `- Save as you like. This file is yours alone. \`npx course bare ${name}\` does not overwrite it once you have changed it.`,
    ].join("\n");
    const id = `${String(chapter.number).padStart(2, "0")}-bare-edition`;
    if (this.#notebook.cells.some((one) => one.cell.id === id)) throw new Error(`${path}: ${id}`);
    return newCell("markdown", id, text, []);
  }

  #text(cell: Cell, index: number): Cell[] {
    const text = cell.source;
    const heading = headingOf(text);
    if (heading && (this.#kept === undefined || heading.level <= this.#kept)) {
      this.#kept = asking.test(heading.title) ? heading.level : undefined;
    }
    const next = this.#notebook.cells[index + 1];
    const isAnswer = text.includes("<details>");
    if (this.#kept !== undefined || isAnswer || isTurn(next)) return [deeper(cell, text)];
    if (next?.cell.cell_type === "code") {
      const lead = next.bare && next.bare !== "keep" ? next.bare : leadIn(text);
      const parts = [heading?.line ?? "", lead].filter((part) => part !== "");
      return parts.length === 0 ? [] : [deeper(cell, parts.join("\n\n"))];
    }
    if (!heading) return [];
    const address = `${this.#notebook.name}.ipynb#${anchorOf(heading.title)}`;
    const ask = `*Say it in your own words. Then read [${this.#notebook.name}](${address}) again.*`;
    return [deeper(cell, `${heading.line}\n\n${ask}`)];
  }

  #explained(woven: WovenCell, index: number): Cell[] {
    const { cell, expected, bare } = woven;
    const source = emptied(woven, this.#later[index] ?? new Set());
    if (source === undefined) return [cell];
    const above = this.#notebook.cells[index - 1]?.cell.cell_type;
    const asked = bare && above !== "markdown" ? `// ${bare}\n${source}` : source;
    const parts = [
      ...(expected ? ["It prints:", fenced("text", expected.text)] : []),
      `<details>\n<summary>One way to write it</summary>\n\n${fenced("ts", cell.source)}\n\n</details>`,
    ];
    return [
      newCell("code", cell.id, asked, cell.metadata.tags ?? []),
      newCell("markdown", `${cell.id}-expected`, parts.join("\n\n"), []),
    ];
  }
}

/** The same cell with another text, whose links are right from the folder of the bare edition. */
function deeper(cell: Cell, text: string): Cell {
  return newCell("markdown", cell.id, oneLevelDeeper(text), []);
}

function isTurn(woven: WovenCell | undefined): boolean {
  return woven?.cell.cell_type === "code" && /\/\/ your turn\b/.test(woven.cell.source);
}

/** Cells that are not explained but needed: the database, the reader's own turns, the connections given back. */
function isGiven(source: string): boolean {
  if (/\bopenDatabase\(/.test(source) || /\/\/ your turn\b/.test(source)) return true;
  const lines = source.split("\n").filter((line) => line.trim() !== "");
  return lines.every((line) => /\bawait [\w.]+\.(close|dispose|end)\(\);$/.test(line.trim()));
}

function namesUsedLater(cells: readonly WovenCell[]): Set<string>[] {
  const later: Set<string>[] = [];
  let names = new Set<string>();
  for (const { cell } of [...cells].reverse()) {
    later.unshift(names);
    if (cell.cell_type !== "code") continue;
    names = new Set([...names, ...freeNames(cell.source).keys()]);
  }
  return later;
}
