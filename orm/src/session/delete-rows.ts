import type { Dialect, SqlValue } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import type { Column, Table } from "../mapping/table.js";
import { type Flush, groupBy, inBatches, list, names, numbered, parametersOf } from "./batches.js";
import { staleRows } from "./errors.js";
import { byKey } from "./plan.js";
import { sentValue, storedValue } from "./row-changes.js";

/**
 * Deletes rows of one table, DELETE FROM books WHERE id IN (?, ?).
 * @throws StaleDataError when one of them is not there any more.
 */
export async function deleteRows(flush: Flush, table: Table, rows: readonly Instance[]) {
  const { writing = byKey, dialect } = flush;
  const placesOf = (columns: readonly Column[]) => columns.map(({ position }) => position).join();
  const groups = groupBy(rows, (row) => placesOf(writing(row, []).where));
  for (const group of groups.values()) {
    const { where } = writing(group[0] as Instance, []);
    const textFor = (count: number) =>
      `DELETE FROM ${dialect.quote(table.name)} WHERE ${keyIn(dialect, where, count)}`;
    const prepare = (part: readonly Instance[]) => ({
      parameters: parametersOf(part, where, sentValue),
      textFor,
    });
    for await (const { items, result } of inBatches(flush, group, prepare)) {
      const missing = items.length - result.rowCount;
      if (missing !== 0) throw staleRows("delete", items, missing);
    }
  }
}

/** The keys of rows, as they are in the database. */
export function keysOf({ primaryKey }: Table, rows: readonly Instance[]): SqlValue[] {
  return parametersOf(rows, primaryKey, storedValue);
}

/** `id IN (?, ?)`, and for several columns `(a, b) IN ((?, ?), (?, ?))`. */
export function keyIn(dialect: Dialect, columns: readonly Column[], count: number): string {
  const next = numbered(dialect);
  if (columns.length === 1) return `${names(dialect, columns)} IN (${list(count, next)})`;
  return `(${names(dialect, columns)}) IN (${list(count, () => `(${list(columns.length, next)})`)})`;
}
