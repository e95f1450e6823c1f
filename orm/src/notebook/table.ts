import { alignRows, columnWidths } from "./align.js";
import { type Displayable, display, escapeHtml, remark, valueText } from "./display.js";

export interface TableOptions {
  readonly caption?: string;
  /** How many rows are shown at most. Default 50. */
  readonly limit?: number;
}

/**
 * Rows as a table, for the last line of a cell: `table(await engine.execute(sql\`SELECT …\`))`. Colours are those of
 * the page around it, so it can be read in light and dark themes.
 * @example
 * ```ts
 * const rows = await engine.execute(sql`SELECT id, name FROM tags ORDER BY id`);
 * console.log(table(rows));
 * // id  name
 * // --  -------
 * //  1  classic
 * //  2  love
 * //  3  epic
 * ```
 */
export function table(
  rows: readonly Readonly<Record<string, unknown>>[],
  { caption, limit = 50 }: TableOptions = {},
): Displayable {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.slice(0, limit).map((row) => columns.map((column) => row[column]));
  const more = rows.length - cells.length;
  const note = more > 0 ? `… and ${more} more` : rows.length === 0 ? "no rows" : "";
  const html = tableHtml(columns, cells, caption, note);
  return display(html, [caption, tableText(columns, cells), note].filter(Boolean).join("\n"));
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function tableHtml(
  columns: readonly string[],
  cells: readonly (readonly unknown[])[],
  caption: string | undefined,
  note: string,
): string {
  const head = columns.map((name) => `<th style="text-align:left">${escapeHtml(name)}</th>`);
  const body = cells.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`);
  return [
    "<table>",
    caption === undefined ? "" : `<caption>${escapeHtml(caption)}</caption>`,
    columns.length === 0 ? "" : `<thead><tr>${head.join("")}</tr></thead>`,
    `<tbody>${body.join("")}</tbody></table>`,
    remark(note),
  ].join("");
}

function cellHtml(value: unknown): string {
  const text = escapeHtml(valueText(value));
  const content =
    value === null || value === undefined ? `<em style="opacity:.65">${text}</em>` : text;
  return `<td style="text-align:${isNumeric(value) ? "right" : "left"}">${content}</td>`;
}

/** Columns padded to one width, numbers to the right. */
function tableText(columns: readonly string[], cells: readonly (readonly unknown[])[]): string {
  if (columns.length === 0) return "";
  const texts = cells.map((row) => row.map((value) => valueText(value).replaceAll("\n", "⏎")));
  const line = columnWidths([columns, ...texts]).map((width) => "-".repeat(width));
  const isRight = (row: number, column: number) => isNumeric(cells[row - 2]?.[column]);
  return alignRows([columns, line, ...texts], isRight).join("\n");
}
