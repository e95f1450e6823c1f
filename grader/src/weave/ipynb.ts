import { createHash } from "node:crypto";
import { kernelMetadata } from "../kernel/metadata.js";

/** An output of a cell, as nbformat 4.5 writes it. */
export type Output = { output_type: string } & Record<string, unknown>;

/** What the weave writes into the metadata of each of its cells. */
export interface WovenMark {
  /** The cell's id; a copy made in JupyterLab has another id, and so is known to be the learner's. */
  id: string;
  /** `digest` of the source as it was woven: tells whether a learner has changed it. */
  digest: string;
}

export interface Cell {
  cell_type: string;
  id: string;
  metadata: { course?: WovenMark; tags?: string[] } & Record<string, unknown>;
  source: string;
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Ipynb {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** A notebook of these cells for the course's kernel. `name` marks it as woven. */
export function newNotebook(name: string, cells: Cell[]): Ipynb {
  return { cells, metadata: { ...kernelMetadata, course: { notebook: name } } };
}

/** Makes a cell of the weave: without outputs, and marked. */
export function newCell(
  type: "code" | "markdown",
  id: string,
  source: string,
  tags: string[],
): Cell {
  const course = { id, digest: digest(source) };
  const cell = {
    cell_type: type,
    id,
    metadata: { course, ...(tags.length > 0 && { tags }) },
    source,
  };
  return type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell;
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Whether the cell is one of the weave's, under the id that the weave gave it. */
export function isWoven(cell: Cell): boolean {
  return cell.metadata.course !== undefined && cell.metadata.course.id === cell.id;
}

/** Whether a learner has changed the text of a woven cell. */
export function isEdited(cell: Cell): boolean {
  return cell.metadata.course?.digest !== digest(cell.source);
}

/** The file's text, byte for byte as Jupyter writes it: keys in order, one space of indent, texts in lines. */
export function printNotebook(notebook: Ipynb): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitLines(cell.source),
    ...(cell.outputs && { outputs: cell.outputs.map(splitOutput) }),
  }));
  const whole = { cells, metadata: notebook.metadata, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(sortKeys(whole), null, 1)}\n`;
}

/** Reads an .ipynb file's text; throws a SyntaxError where it is no notebook. */
export function readNotebook(text: string): Ipynb {
  const read = JSON.parse(text) as { cells?: unknown; metadata?: unknown };
  if (!Array.isArray(read.cells)) throw new SyntaxError("the file holds no list of cells");
  const cells = (read.cells as Cell[]).map((cell) => ({
    ...cell,
    metadata: cell.metadata ?? {},
    source: joinLines(cell.source),
  }));
  return { cells, metadata: (read.metadata ?? {}) as Record<string, unknown> };
}

function splitLines(text: string): string[] {
  return text === "" ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}

function splitOutput(output: Output): Output {
  if (output.output_type === "stream")
    return { ...output, text: splitLines(joinLines(output.text)) };
  if (typeof output.data !== "object" || output.data === null) return output;
  const data = Object.entries(output.data).map(([mime, value]) =>
    /[/+]json$/.test(mime) ? [mime, value] : [mime, splitLines(joinLines(value))],
  );
  return { ...output, data: Object.fromEntries(data) };
}

/** nbformat allows a list of lines wherever it has a text. */
export function joinLines(text: unknown): string {
  return Array.isArray(text) ? text.join("") : String(text ?? "");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}
