import type { Dialect } from "../engine/index.js";
import { takeValue } from "../mapping/accessors.js";
import type { TypeName } from "../mapping/column-type.js";
import type { Instance } from "../mapping/instance.js";
import type { Column, Table } from "../mapping/table.js";
import { type Flush, groupBy, inBatches, list, names, numbered, parametersOf } from "./batches.js";
import { staleRows } from "./errors.js";
import { selectRows } from "./fetch-rows.js";
import { identityKey } from "./identity-map.js";
import {
  change,
  changedColumns,
  currentValue,
  refusal,
  storedValue,
  written,
} from "./row-changes.js";

/**
 * Updates rows of one table, only in the columns that changed. Rows that changed in the same columns share a
 * statement.
 * @throws StaleDataError when one of them is not there any more.
 */
export async function updateRows(flush: Flush, table: Table, rows: readonly Instance[]) {
  const changes = new Map(rows.map((row) => [row, columnsToWrite(table, row)]));
  const changedIn = (row: Instance) => changes.get(row) ?? [];
  const placesOf = (row: Instance) =>
    changedIn(row)
      .map(({ position }) => position)
      .join();
  for (const group of groupBy(rows, placesOf).values()) {
    const columns = changedIn(group[0] as Instance);
    if (columns.length > 0) await updateGroup(flush, table, columns, group);
  }
}

/** The changed columns; and if there are any, those that the program sets at each UPDATE. */
function columnsToWrite(table: Table, row: Instance): Column[] {
  const changed = changedColumns(row);
  if (changed.length === 0) return changed;
  const key = changed.find(({ primaryKey }) => primaryKey);
  if (key !== undefined) throw refusal(row, key, "key-change");
  for (const column of table.columns) {
    if (column.onUpdate?.kind !== "client" || changed.includes(column)) continue;
    change(row, column, takeValue(row.mapper, column, column.onUpdate.make()));
  }
  return changedColumns(row);
}

/** Updates rows that changed in the same columns. */
export async function updateGroup(
  flush: Flush,
  table: Table,
  columns: readonly Column[],
  rows: readonly Instance[],
): Promise<void> {
  const parameters = parametersOf(rows, [...columns, ...table.primaryKey], (row, column) =>
    column.primaryKey ? storedValue(row, column) : currentValue(row, column),
  );
  const textFor = (count: number) =>
    count === 1
      ? updateOneText(flush.dialect, table, columns)
      : updateManyText(flush.dialect, table, columns, count);
  const serverMade = table.columns.filter(
    (column) =>
      !columns.includes(column) && (column.generated || column.onUpdate?.kind === "server"),
  );
  for await (const { items, result } of inBatches(flush, rows, parameters, textFor)) {
    if (result.rowCount !== items.length) throw await goneRows(flush, table, items);
    for (const row of items) {
      for (const { position } of serverMade) row.values[position] = undefined;
      written(row);
    }
  }
}

/** The error that names the rows that an UPDATE did not find. */
async function goneRows(flush: Flush, table: Table, rows: readonly Instance[]): Promise<Error> {
  const found = await selectRows(flush, table, table.primaryKey, rows, " FOR SHARE");
  const gone = rows.filter(({ mapper, values }) => !found.has(identityKey(mapper, values)));
  return staleRows("update", gone, gone.length);
}

/** UPDATE books SET price = ? WHERE id = ? */
export function updateOneText(dialect: Dialect, table: Table, columns: readonly Column[]): string {
  const next = numbered(dialect);
  const set = columns.map(({ name }) => `${dialect.quote(name)} = ${next()}`).join(", ");
  const where = table.primaryKey.map(({ name }) => `${dialect.quote(name)} = ${next()}`);
  return `UPDATE ${dialect.quote(table.name)} SET ${set} WHERE ${where.join(" AND ")}`;
}

/**
 * Where MySQL needs to be told the type. A column of VALUES in which NULL stands is text to it, and its text of
 * a double has too few digits; a time that is a parameter has no milliseconds.
 */
const casts: Partial<Record<TypeName, (value: string) => string>> = {
  double: (value) => `CAST(${value} AS DOUBLE)`,
  datetime: (value) => `CAST(${value} AS DATETIME(6))`,
};

/**
 * UPDATE (SELECT price, id FROM books WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) AS _changed
 * STRAIGHT_JOIN books ON books.id = _changed.id SET books.price = _changed.price
 *
 * The SELECT gives no rows. It gives the types and collations of its columns to those of VALUES, where texts
 * and bytes longer than 65,535 would be refused. STRAIGHT_JOIN makes MySQL go from these rows to the table, by
 * its key and in their order; it might scan a small table otherwise, and lock rows that do not change.
 */
export function updateManyText(
  dialect: Dialect,
  table: Table,
  columns: readonly Column[],
  count: number,
): string {
  const next = numbered(dialect);
  const all = [...columns, ...table.primaryKey];
  const value = ({ type }: Column) => casts[type.name]?.(next()) ?? next();
  const rows = list(count, () => `ROW(${all.map(value).join(", ")})`);
  const [target, changed] = [dialect.quote(table.name), dialect.quote("_changed")];
  const equal = ({ name }: Column) =>
    `${target}.${dialect.quote(name)} = ${changed}.${dialect.quote(name)}`;
  return (
    `UPDATE (SELECT ${names(dialect, all)} FROM ${target} WHERE FALSE UNION ALL VALUES ${rows}) ` +
    `AS ${changed} STRAIGHT_JOIN ${target} ON ${table.primaryKey.map(equal).join(" AND ")} ` +
    `SET ${columns.map(equal).join(", ")}`
  );
}
