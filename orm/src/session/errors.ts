import { InvalidRequestError } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";

/**
 * A row that a flush wanted to change or to delete is not there any more, or has another version: somebody else
 * deleted or changed it. Its code is `stale`. The name is SQLAlchemy's.
 * @example
 * ```ts
 * const other = new SessionLocal();
 * const [mine, theirs] = [await session.get(Loan, 2), await other.get(Loan, 2)];
 * if (mine && theirs) {
 *   theirs.returnedOn = "2026-06-01";
 *   await other.commit();
 *   mine.returnedOn = "2026-06-02";
 *   await session.commit().catch((error) => console.log(error.name, error.entity, error.key)); // StaleDataError Loan 2
 * }
 * await other.close();
 * ```
 */
export class StaleDataError extends InvalidRequestError {
  /** The class, and the key of the first of the rows: 7, or `[7, 12]`; undefined where it is not known. */
  declare readonly entity: string | undefined;
  declare readonly key: unknown;
}

/** The error for `missing` of these rows, which are of one class. */
export function staleRows(
  action: "update" | "delete",
  rows: readonly Instance[],
  missing: number,
): StaleDataError {
  const keys = rows.slice(0, 5).map(describeRow).join(", ") + (rows.length > 5 ? " …" : "");
  const which = rows.length > missing ? `${missing} of ${rows.length} rows` : "Rows";
  const [{ mapper, values }] = rows as [Instance];
  const { columns, primaryKey } = mapper.table;
  const error = columns.some(({ version }) => version)
    ? stale(`${which} to ${action} were changed or deleted: ${keys}`, "changed or deleted")
    : stale(`${which} to ${action} are not there: ${keys}`);
  const key = primaryKey.map(({ position }) => values[position]);
  return Object.assign(error, {
    entity: mapper.name,
    key: rows.length > missing ? undefined : key.length === 1 ? key[0] : key,
  });
}

/** The error for rows that somebody else changed or deleted, in whichever words. */
export function stale(what: string, happened = "deleted"): StaleDataError {
  return new StaleDataError(`${what}.`, {
    code: "stale",
    hint: `Somebody ${happened} them meanwhile. Roll back, load the objects anew, and try again.`,
  });
}

/** "Book 7", and for a key of two columns "Loan 7, 12". */
export function describeRow({ mapper, values }: Instance): string {
  const key = mapper.table.primaryKey.map(({ position }) => String(values[position]));
  return `${mapper.name} ${key.join(", ")}`;
}
