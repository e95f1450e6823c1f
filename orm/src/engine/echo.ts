import { inspect } from "node:util";
import type { ExecuteEvent } from "./events.js";

/**
 * `true` prints each statement with `console.log`; a function gets the same line and the event behind it.
 * @example
 * ```ts
 * const loud = createEngine("mysql://root:secret@127.0.0.1:3306/library", {
 *   echo: (line, { text, parameters }) => {
 *     console.log(text, parameters); // SELECT title FROM books WHERE id = ? [ 1 ]
 *   },
 * });
 * await loud.execute(sql`SELECT title FROM books WHERE id = ${1}`);
 * await loud.dispose();
 * ```
 */
export type Echo = boolean | ((line: string, event: ExecuteEvent) => void);

/** Tells `echo` of a statement that has ended. An echo that throws is a warning, not a failed statement. */
export function echoStatement(echo: Echo, event: ExecuteEvent): void {
  if (echo === false) return;
  const line = echoLine(event);
  if (echo === true) console.log(line);
  else {
    try {
      echo(line, event);
    } catch (error) {
      process.emitWarning(`The function given as echo threw: ${String(error)}`);
    }
  }
}

/** One statement as echo shows it: `SELECT name FROM authors WHERE id = ?  [7]  (1 row, 0.8 ms)`. */
export function echoLine({
  text,
  parameters,
  rowCount,
  milliseconds,
  error,
}: ExecuteEvent): string {
  const values = parameters.length === 0 ? "" : `  [${parameters.map(showValue).join(", ")}]`;
  const outcome = error === undefined ? `${rowCount} ${rowCount === 1 ? "row" : "rows"}` : "failed";
  return `${text}${values}  (${outcome}, ${(milliseconds ?? 0).toFixed(1)} ms)`;
}

/** A parameter for the eye: strings in quotes, long values cut. */
function showValue(value: unknown): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (value instanceof Date) return value.toISOString();
  return inspect(value, { maxStringLength: 100, breakLength: Infinity });
}
