import { InvalidRequestError } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";

/**
 * A row that a flush wanted to change or to delete is not there any more: somebody else deleted it. Its code
 * is `stale`. The name is SQLAlchemy's.
 */
export class StaleDataError extends InvalidRequestError {}

/** The error for `missing` of these rows, which are of one class. */
export function staleRows(
  action: "update" | "delete",
  rows: readonly Instance[],
  missing: number,
): StaleDataError {
  const keys = rows.slice(0, 5).map(describeRow).join(", ") + (rows.length > 5 ? " …" : "");
  const which = rows.length > missing ? `${missing} of ${rows.length} rows` : "Rows";
  return stale(`${which} to ${action} are not there: ${keys}`);
}

/** The error for rows that somebody else deleted, in whichever words. */
export function stale(what: string): StaleDataError {
  return new StaleDataError(`${what}.`, {
    code: "stale",
    hint: "Somebody deleted them meanwhile. Roll back, load the objects anew, and try again.",
  });
}

/** "Book 7", and for a key of two columns "Loan 7, 12". */
export function describeRow({ mapper, values }: Instance): string {
  const key = mapper.table.primaryKey.map(({ position }) => String(values[position]));
  return `${mapper.name} ${key.join(", ")}`;
}
