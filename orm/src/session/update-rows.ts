import type { Dialect } from "../engine/index.js";
import { takeValue } from "../mapping/accessors.js";
import type { TypeName } from "../mapping/column-type.js";
import type { Instance } from "../mapping/instance.js";
import type { Column, Table } from "../mapping/table.js";
import { type Flush, inBatches, names, numbered } from "./batches.js";
import { staleRows } from "./errors.js";
import { selectRows } from "./fetch-rows.js";
import { identityKey } from "./identity-map.js";
import { digitsOf, FEW, type RowTexts, rowsText, rowValues } from "./literals.js";
import { byKey, type Writing } from "./plan.js";
import {
  change,
  changedColumns,
  isChanged,
  isSameValue,
  refusal,
  sentValue,
  written,
} from "./row-changes.js";

/**
 * Updates rows of one table, only in the columns that changed. Rows that changed in the same columns share a
 * statement.
 * @throws StaleDataError when one of them is not found any more.
 */
export async function updateRows(flush: Flush, table: Table, rows: readonly Instance[]) {
  const { writing = byKey } = flush;
  const groups = new Map<string, { readonly parts: Writing; readonly alike: Instance[] }>();
  let columns: readonly Column[] = [];
  for (const row of rows) {
    columns = columnsToWrite(row, columns);
    if (columns.length === 0) continue;
    const parts = writing(row, columns);
    const places = placesOf(parts);
    const group = groups.get(places);
    if (group === undefined) groups.set(places, { parts, alike: [row] });
    else group.alike.push(row);
  }
  for (const { parts, alike } of groups.values()) await updateGroup(flush, table, parts, alike);
}

/** Which columns are written, and by which the row is found, as a text. */
function placesOf({ set, where }: Writing): string {
  let places = "";
  for (const { position } of set) places += `${position} `;
  for (const { position } of where) places += `=${position} `;
  return places;
}

/**
 * The changed columns; and if there are any, those that the program sets at each UPDATE.
 * @param before those of the row before: mostly they are the same ones, and no list is made.
 */
function columnsToWrite(row: Instance, before: readonly Column[]): readonly Column[] {
  const changed = areChanged(row, before) ? before : changedColumns(row);
  if (changed.length === 0) return changed;
  const key = changed.find(({ primaryKey }) => primaryKey);
  if (key !== undefined) throw refusal(row, key, "key-change");
  let columns: readonly Column[] = changed;
  for (const column of row.mapper.columns) {
    if (column.onUpdate?.kind !== "client" || changed.includes(column)) continue;
    change(row, column, takeValue(row.mapper, column, column.onUpdate.make()));
    columns = changedColumns(row);
  }
  return columns;
}

/** Whether these columns of a row have changed, and no others. */
function areChanged(row: Instance, columns: readonly Column[]): boolean {
  for (const column of row.mapper.table.columns) {
    if (isChanged(row, column) !== columns.includes(column)) return false;
  }
  return true;
}

/** Updates rows that changed in the same columns. */
export async function updateGroup(
  flush: Flush,
  table: Table,
  parts: Writing,
  rows: readonly Instance[],
): Promise<void> {
  const { set, count: counted, where } = parts;
  const columns = [...set, ...where];
  const write = rows.length > FEW ? digitsOf : undefined;
  const prepare = (some: readonly Instance[]) => {
    const { texts, ...values } = rowValues(some, columns, sentValue, write);
    const textFor = (count: number) =>
      count === 1 && texts.size === 0
        ? updateOneText(flush.dialect, table, parts)
        : updateManyText(flush.dialect, table, parts, count, texts);
    return { ...values, textFor };
  };
  const serverMade = table.columns.filter(
    (column) => !set.includes(column) && (column.generated || column.onUpdate?.kind === "server"),
  );
  for await (const { items, result } of inBatches(flush, rows, prepare)) {
    if (result.rowCount !== items.length) {
      throw await goneRows(flush, table, parts, items, items.length - result.rowCount);
    }
    for (const row of items) {
      for (const { position } of serverMade) row.values[position] = undefined;
      for (const column of counted) countUp(row, column);
      written(row);
    }
  }
}

/**
 * The error that names the rows that an UPDATE did not find. Where a version was asked for, those that it did
 * find have the next one now, and the values that were written.
 */
async function goneRows(
  flush: Flush,
  table: Table,
  { set, where }: Writing,
  rows: readonly Instance[],
  missing: number,
): Promise<Error> {
  const versions = where.filter(({ primaryKey }) => !primaryKey);
  const columns = versions.length === 0 ? where : [...where, ...set];
  const found = await selectRows(flush, table, columns, rows, " FOR SHARE");
  const isWritten = ({ mapper, values }: Instance): boolean => {
    const now = found.get(identityKey(mapper, values));
    const next = ({ position }: Column) => now?.[position] === (values[position] as number) + 1;
    const same = (column: Column) =>
      isSameValue(column, now?.[column.position], values[column.position]);
    return now !== undefined && versions.every(next) && (versions.length === 0 || set.every(same));
  };
  const gone = rows.filter((row) => !isWritten(row));
  return staleRows("update", gone.length === missing ? gone : rows, missing);
}

/** What the server counted up is counted up here too, if it is known. */
function countUp({ values }: Instance, { position }: Column): void {
  const value = values[position];
  if (value !== undefined) values[position] = (value as number) + 1;
}

/** UPDATE books SET price = ? WHERE id = ? */
export function updateOneText(dialect: Dialect, table: Table, parts: Writing): string {
  const next = numbered(dialect);
  const equal = ({ name }: Column) => `${dialect.quote(name)} = ${next()}`;
  const up = ({ name }: Column) => `${dialect.quote(name)} = ${dialect.quote(name)} + 1`;
  const set = [...parts.set.map(equal), ...parts.count.map(up)].join(", ");
  const where = parts.where.map(equal).join(" AND ");
  return `UPDATE ${dialect.quote(table.name)} SET ${set} WHERE ${where}`;
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
 *
 * @param texts the values that stand in the text; all others are parameters.
 */
export function updateManyText(
  dialect: Dialect,
  table: Table,
  { set, count: counted, where }: Writing,
  count: number,
  texts: RowTexts = new Map(),
): string {
  const next = numbered(dialect);
  const all = [...set, ...where];
  const placeholder = ({ type }: Column) => casts[type.name]?.(next()) ?? next();
  const rows = rowsText("ROW(", all, count, texts, placeholder);
  const [target, changed] = [dialect.quote(table.name), dialect.quote("_changed")];
  const equal = ({ name }: Column) =>
    `${target}.${dialect.quote(name)} = ${changed}.${dialect.quote(name)}`;
  const up = ({ name }: Column) =>
    `${target}.${dialect.quote(name)} = ${target}.${dialect.quote(name)} + 1`;
  return (
    `UPDATE (SELECT ${names(dialect, all)} FROM ${target} WHERE FALSE UNION ALL VALUES ${rows}) ` +
    `AS ${changed} STRAIGHT_JOIN ${target} ON ${where.map(equal).join(" AND ")} ` +
    `SET ${[...set.map(equal), ...counted.map(up)].join(", ")}`
  );
}
