/*
 * Exercise 3.4: What an UPDATE has to write. One solution.
 *
 * Setters note the old value once, so the work of a flush grows with what was set, not with what was loaded.
 * A value that can be edited in place says nothing when it is edited: only a copy tells. It is made when the
 * value is handed out, so that objects that nobody reads cost nothing.
 * Alternative: keep a copy of every row as it was loaded, and compare all of it at a flush, as Hibernate does.
 * It needs no setters, and twice the memory.
 */
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Column } from "ormlet/internal/mapping/table";

/** Whether two values of a column are the same to the database. */
export function isSameValue({ type: { editable } }: Column, one: unknown, other: unknown): boolean {
  if (Object.is(one, other) || editable === undefined || one == null || other == null) {
    return Object.is(one, other);
  }
  return editable.equal(one, other);
}

/** Whether the value of a column is not that of the database any more: it was set, or edited in place. */
export function isChanged({ values, before, handedOut }: Instance, column: Column): boolean {
  const { position } = column;
  const value = values[position];
  if (value === undefined) return false;
  const isSet = before?.has(position) && !isSameValue(column, before.get(position), value);
  const isEdited = handedOut?.has(position) && !isSameValue(column, handedOut.get(position), value);
  return isSet || isEdited || false;
}

/** The columns of a row whose values are not those of the database any more. */
export function changedColumns(row: Instance): Column[] {
  if (row.before === undefined && row.handedOut === undefined) return [];
  return row.mapper.table.columns.filter((column) => isChanged(row, column));
}
