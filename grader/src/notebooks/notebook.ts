import { readFile } from "node:fs/promises";
import { Failure } from "../base/failure.js";

/** Data by MIME type, as nbformat 4.5 has it. Text may stand in lines. */
export type MimeBundle = Record<string, unknown>;

/** An output of a cell, as nbformat 4.5 has it. */
export type NbOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string | string[] }
  | { output_type: "display_data"; data: MimeBundle; metadata: MimeBundle }
  | {
      output_type: "execute_result";
      execution_count: number | null;
      data: MimeBundle;
      metadata: MimeBundle;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A cell of a notebook file. */
export interface NbCell {
  cell_type: "code" | "markdown" | "raw";
  id?: string;
  source: string | string[];
  metadata: { tags?: string[]; [key: string]: unknown };
  outputs?: NbOutput[];
  execution_count?: number | null;
}

/** A notebook file. */
export interface Notebook {
  cells: NbCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** What one code cell did. */
export interface CellResult {
  /** Its place among all cells of the notebook, from 0. */
  index: number;
  id: string;
  outputs: NbOutput[];
  /** The first thing that went wrong, an unhandled rejection and an end without end included. */
  error?: { name: string; message: string; line?: number };
}

/** @throws Failure when the file is missing or is no notebook */
export async function readNotebook(path: string): Promise<Notebook> {
  try {
    const notebook = JSON.parse(await readFile(path, "utf8")) as Notebook;
    if (Array.isArray(notebook.cells)) return notebook;
  } catch (cause) {
    throw new Failure(`The notebook ${path} cannot be read.`, {
      why: (cause as Error).message,
      cause,
    });
  }
  throw new Failure(`The file ${path} is not a notebook: it has no cells.`);
}

/** The text of a cell or of an output, however it is stored. */
export function textOf(source: string | string[]): string {
  return Array.isArray(source) ? source.join("") : source;
}

/** Whether the author expects the cell to throw. */
export function mayRaise(cell: NbCell): boolean {
  return cell.metadata.tags?.includes("raises-exception") ?? false;
}

/**
 * A copy of the notebook with the outputs of one Run All in it, numbered from 1 as after a restart,
 * in the form in which Jupyter itself saves them. Cells without a result come out empty.
 */
export function fillOutputs(notebook: Notebook, results: readonly CellResult[]): Notebook {
  const byIndex = new Map(results.map((result) => [result.index, result]));
  let count = 0;
  const cells = notebook.cells.map((cell, index) => {
    if (cell.cell_type !== "code") return cell;
    const result = byIndex.get(index);
    if (result === undefined) return { ...cell, execution_count: null, outputs: [] };
    count += 1;
    const outputs = result.outputs.map((output) => saved(output, count));
    return { ...cell, execution_count: count, outputs };
  });
  return { ...notebook, cells };
}

function saved(output: NbOutput, count: number): NbOutput {
  if (output.output_type === "error") return output;
  if (output.output_type === "stream") return { ...output, text: lines(textOf(output.text)) };
  const data: MimeBundle = {};
  for (const [type, value] of Object.entries(output.data)) {
    const isText = typeof value === "string" && /^text\/|^image\/svg\+xml$/.test(type);
    data[type] = isText ? lines(value) : value;
  }
  if (output.output_type === "display_data") return { ...output, data };
  return { ...output, data, execution_count: count };
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
