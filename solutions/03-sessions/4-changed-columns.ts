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

/** The columns of a row whose values are not those of the database any more. */
export function changedColumns({ mapper, values, before, handedOut }: Instance): Column[] {
  if (before === undefined && handedOut === undefined) return [];
  const differs = (old: Map<number, unknown> | undefined, column: Column) =>
    old?.has(column.position) &&
    !isSameValue(column, old.get(column.position), values[column.position]);
  return mapper.table.columns.filter(
    (column) =>
      values[column.position] !== undefined &&
      (differs(before, column) || differs(handedOut, column)),
  );
}
