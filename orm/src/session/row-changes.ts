import { InvalidRequestError } from "../engine/index.js";
import type { ColumnType } from "../mapping/column-type.js";
import type { Instance } from "../mapping/instance.js";
import type { Column } from "../mapping/table.js";
import type { RowDependency } from "./plan.js";

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

/** Whether there are {@link changedColumns}. To know only that, no list is made for each row. */
export function hasChangedColumns(row: Instance): boolean {
  if (row.before === undefined && row.handedOut === undefined) return false;
  for (const column of row.mapper.table.columns) if (isChanged(row, column)) return true;
  return false;
}

/** The value that the program sees. */
export const currentValue = ({ values }: Instance, { position }: Column): unknown =>
  values[position];

/** The value that the row has in the database, as far as it is known. */
export function storedValue(
  { values, before, handedOut }: Instance,
  { position }: Column,
): unknown {
  if (before?.has(position)) return before.get(position);
  return handedOut?.has(position) ? handedOut.get(position) : values[position];
}

/** What a statement has for a column: a key as it is in the database, all else as the program sees it. */
export function sentValue(row: Instance, column: Column): unknown {
  return column.primaryKey ? storedValue(row, column) : currentValue(row, column);
}

/** Changes a value during a flush, in which no session has to hear of it. */
export function change(row: Instance, column: Column, value: unknown): void {
  const { position } = column;
  const old = row.values[position];
  if (isSameValue(column, old, value)) return;
  row.before ??= new Map();
  if (!row.before.has(position)) row.before.set(position, old);
  row.values[position] = value;
}

/** Notes that the database has the values of a row now. */
export function written(row: Instance): void {
  row.before = undefined;
  for (const position of row.handedOut?.keys() ?? []) {
    const value = row.values[position];
    const editable = row.mapper.table.columns[position]?.type.editable;
    if (value == null) row.handedOut?.delete(position);
    else row.handedOut?.set(position, editable?.copy(value));
  }
}

/**
 * Gives a foreign key the values of the row that it points at, which may have got them a moment ago.
 * @throws InvalidRequestError `null-value` when there is no such row any more and the column cannot be
 *   null, `parent-unknown` when the row is not stored.
 */
export function fillIn({ child, parent, columns }: RowDependency): void {
  for (const { child: column, parent: source } of columns) {
    const value = parent === null ? null : parent.values[source.position];
    if (value === undefined) throw refusal(child, column, "parent-unknown");
    if (value === null && !column.nullable) throw refusal(child, column, "null-value");
    change(child, column, asRead(source.type, column.type, value));
  }
}

/** A value in the form of another type: as if it had been stored by the one and loaded by the other. */
function asRead(from: ColumnType, to: ColumnType, value: unknown): unknown {
  if (value == null || (from.read === to.read && typeof value !== "object")) return value;
  const bound = from.bind(value);
  const raw = bound instanceof Date ? bound.toISOString().slice(0, -1) : bound;
  return to.read === undefined ? raw : to.read(raw as never);
}

const refusals = {
  "key-change": [
    "is a key and stays",
    "Make a new object with the other key, and delete this one.",
  ],
  "null-value": ["cannot be null", "Give it another object, delete it, or make it nullable()."],
  "parent-unknown": ["points at an object that is not stored", "Add that object too."],
} as const;

/** The error of a flush that has to do with one column. */
export function refusal({ mapper }: Instance, { property }: Column, code: keyof typeof refusals) {
  const [what, hint] = refusals[code];
  return new InvalidRequestError(`${mapper.name}.${property} ${what}.`, { code, hint });
}
