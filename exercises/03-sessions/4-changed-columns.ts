/*
 * Exercise 3.4: What an UPDATE has to write (15 points, about 15 minutes)
 *
 * Read:  notebooks/03b-unit-of-work.ipynb
 * Grade: npm run grade -- 3.4
 */
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Column } from "ormlet/internal/mapping/table";

/** Whether two values of a column are the same to the database. */
export function isSameValue({ type: { editable } }: Column, one: unknown, other: unknown): boolean {
  throw new Error("not written yet: exercise 3.4");
}

/** Whether the value of a column is not that of the database any more: it was set, or edited in place. */
export function isChanged({ values, before, handedOut }: Instance, column: Column): boolean {
  throw new Error("not written yet: exercise 3.4");
}

/** The columns of a row whose values are not those of the database any more. */
export function changedColumns(row: Instance): Column[] {
  throw new Error("not written yet: exercise 3.4");
}
