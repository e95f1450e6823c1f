import { type Cell, type Ipynb, isEdited, isWoven } from "./ipynb.js";

export interface Updated {
  notebook: Ipynb;
  /** Cells whose text is new, by id. */
  renewed: string[];
  added: string[];
  removed: string[];
  /** Cells that the learner and the book both changed: the learner's stands below the new one. */
  doubled: string[];
}

/**
 * Brings new text into a learner's notebook. A cell that the learner has not changed gets the new
 * text; one that only the learner has changed stays; where both did, the new one comes in and the
 * learner's stays below it, marked. The learner's own cells stay after their neighbour.
 */
export function updateNotebook(learners: Ipynb, woven: Ipynb): Updated {
  const wanted = new Map(woven.cells.map((cell) => [cell.id, cell]));
  const updated: Updated = {
    notebook: { ...woven, metadata: { ...learners.metadata, ...woven.metadata }, cells: [] },
    renewed: [],
    added: [],
    removed: [],
    doubled: [],
  };
  const { theirs, own } = sort(learners, wanted, updated);
  const taken = new Set([...wanted.keys(), ...learners.cells.map((cell) => cell.id)]);
  const cells = updated.notebook.cells;
  cells.push(...(own.get(undefined) ?? []));
  for (const cell of woven.cells) {
    cells.push(...merged(cell, theirs.get(cell.id), updated, taken));
    cells.push(...(own.get(cell.id) ?? []));
  }
  return updated;
}

/** Parts the notebook into cells of the weave, by id, and the learner's own, by the cell before them. */
function sort(learners: Ipynb, wanted: Map<string, Cell>, updated: Updated) {
  const theirs = new Map<string, Cell>();
  const own = new Map<string | undefined, Cell[]>();
  let neighbour: string | undefined;
  for (const cell of learners.cells) {
    if (wanted.has(cell.id) && !theirs.has(cell.id)) {
      theirs.set(cell.id, cell);
      neighbour = cell.id;
      continue;
    }
    const gone = isWoven(cell);
    if (gone) updated.removed.push(cell.id);
    if (gone && !isEdited(cell)) continue;
    const kept = gone ? mark(cell, cell.id, "the chapter has dropped this cell") : cell;
    own.set(neighbour, [...(own.get(neighbour) ?? []), kept]);
  }
  return { theirs, own };
}

function merged(
  cell: Cell,
  theirs: Cell | undefined,
  updated: Updated,
  taken: Set<string>,
): Cell[] {
  if (!theirs) {
    updated.added.push(cell.id);
    return [cell];
  }
  const metadata = { ...theirs.metadata, ...cell.metadata };
  if (theirs.source === cell.source) return [{ ...theirs, metadata }];
  const sameText = theirs.metadata.course?.digest === cell.metadata.course?.digest;
  if (sameText) return [theirs];
  if (!isEdited(theirs)) {
    updated.renewed.push(cell.id);
    return [{ ...cell, metadata }];
  }
  updated.doubled.push(cell.id);
  let id = `${cell.id.slice(0, 50)}-yours`;
  for (let count = 2; taken.has(id); count++) id = `${cell.id.slice(0, 50)}-yours-${count}`;
  taken.add(id);
  return [cell, mark(theirs, id, "the cell above has new text")];
}

/** Makes a woven cell the learner's own, with a line at its top that says why it is here. */
function mark(cell: Cell, id: string, why: string): Cell {
  const { course: _, ...metadata } = cell.metadata;
  const line = `Yours, kept by \`course update\`: ${why}.`;
  const head = cell.cell_type === "code" ? `// ${line}\n` : `*${line}*\n\n`;
  return { ...cell, id, metadata, source: head + cell.source };
}
