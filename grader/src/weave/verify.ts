import { mismatch, textOf } from "./expect.js";
import { type Cell, type Ipynb, joinLines, type Output } from "./ipynb.js";
import { at } from "./model.js";
import type { WovenCell, WovenNotebook } from "./notebook.js";

/** What the runner of notebooks says of one cell. */
export interface CellOutcome {
  id: string;
  outputs: readonly object[];
  error?: { name: string; message: string; line?: number };
}

/** The notebook with its grading cells silenced: they would look at the learner's own files. */
export function withoutGrading(notebook: Ipynb): Ipynb {
  const silence = (cell: Cell): Cell => {
    if (!cell.metadata.tags?.includes("grade")) return cell;
    const lines = cell.source.split("\n").filter((line) => !/\bgrade\(/.test(line));
    return { ...cell, source: lines.join("\n") };
  };
  return { ...notebook, cells: notebook.cells.map(silence) };
}

/**
 * Compares one Run All of a notebook with its chapter: an error that was not expected, an expected one
 * that did not come, something on standard error, an output that differs, a cell that never ran.
 *
 * @returns one text for each fault, beginning with the chapter's file and line
 */
export function faultsOf(notebook: WovenNotebook, outcomes: readonly CellOutcome[]): string[] {
  const byId = new Map(outcomes.map((one) => [one.id, one]));
  const faults: string[] = [];
  for (const woven of notebook.cells) {
    const outcome = byId.get(woven.cell.id);
    if (woven.cell.cell_type !== "code" || (woven.grades && !outcome)) continue; // may be silenced
    if (outcome) faults.push(...faultsOfCell(woven, outcome));
    else if (faults.length === 0) faults.push(`${at(woven.place)}: the cell was not run`);
  }
  return faults;
}

function faultsOfCell(woven: WovenCell, outcome: CellOutcome): string[] {
  const { place, expected, raises } = woven;
  const outputs = outcome.outputs as readonly Output[];
  const error = errorOf(outcome);
  if (error && !raises) {
    const line = outcome.error?.line ? ` in line ${outcome.error.line} of the cell` : "";
    return [`${at(place)}: the cell threw${line}: ${error}`];
  }
  if (!error && raises) return [`${at(place)}: the cell should have thrown, and did not`];
  const faults = outputs
    .filter((one) => one.output_type === "stream" && one.name === "stderr")
    .map((one) => `${at(place)}: the cell wrote to standard error: ${joinLines(one.text).trim()}`);
  if (!expected) return faults;
  const reported = outputs.some((one) => one.output_type === "error");
  const text = textOf(outputs);
  const whole = error && !reported ? `${text}${error}\n` : text;
  const difference = mismatch(expected.text, whole);
  if (difference) faults.push(`${at(expected.place)}: the output differs\n${difference}`);
  return faults;
}

/** `Name: message`, from the outcome itself or from its error output. */
function errorOf(outcome: CellOutcome): string | undefined {
  if (outcome.error) return `${outcome.error.name}: ${outcome.error.message}`;
  const output = (outcome.outputs as readonly Output[]).find((one) => one.output_type === "error");
  return output && `${output.ename}: ${output.evalue}`;
}
