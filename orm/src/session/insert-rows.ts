import { type Dialect, InvalidRequestError } from "../engine/index.js";
import { refuseMissing } from "../mapping/family.js";
import type { Instance } from "../mapping/instance.js";
import type { Column, Table } from "../mapping/table.js";
import {
  type Batch,
  type Flush,
  groupBy,
  inBatches,
  MAX_ROWS,
  names,
  numbered,
} from "./batches.js";
import { FEW, literalsOf, type RowTexts, rowsText, rowValues } from "./literals.js";
import { currentValue, written } from "./row-changes.js";

/**
 * Inserts rows of one table and gives them their generated keys. Rows with the same columns share a statement:
 * INSERT INTO books (title, price) VALUES (?, ?), (?, ?)
 */
export async function insertRows(flush: Flush, table: Table, rows: readonly Instance[]) {
  for (const row of rows) if (row.mapper.parent !== undefined) refuseIncomplete(row);
  let given = "";
  const groups = groupBy(rows, (row) => {
    // Mostly a row has the columns of the one before it, and no text is made for it.
    if (!isGiven(row, given)) given = givenColumns(row);
    return given;
  });
  for (const [given, group] of groups) {
    const columns = table.columns.filter((_, index) => given[index] === "1");
    await insertGroup(flush, table, columns, group);
  }
}

function refuseIncomplete({ mapper, values }: Instance): void {
  refuseMissing(mapper, ({ position }) => values[position] !== undefined);
}

/** For each column "1" when the row has a value for it, else "0": then the server makes one. */
function givenColumns({ mapper, values }: Instance): string {
  return mapper.table.columns.map((column) => givenTo(values, column)).join("");
}

/** Whether `given` is what {@link givenColumns} says of a row. */
function isGiven({ mapper, values }: Instance, given: string): boolean {
  for (const column of mapper.table.columns) {
    if (givenTo(values, column) !== given[column.position]) return false;
  }
  return true;
}

function givenTo(values: readonly unknown[], { position, generated }: Column): "0" | "1" {
  return values[position] === undefined || generated ? "0" : "1";
}

/** Inserts rows that all have the same columns. */
export async function insertGroup(
  flush: Flush,
  table: Table,
  columns: readonly Column[],
  rows: readonly Instance[],
): Promise<void> {
  const key = keyToGenerate(rows[0] as Instance, columns);
  const certain = key === undefined || rows.length === 1 || (await keysAreCertain(flush, table));
  const limit = certain ? MAX_ROWS : 1;
  for await (const { items, result } of insertBatches(flush, table, columns, rows, limit)) {
    if (key !== undefined) await fillKeys(flush, key, items, result.firstKey ?? 0n);
    items.forEach(written);
  }
}

/** Sends INSERTs for rows that all have the same columns, of at most `limit` rows each. */
export function insertBatches(
  flush: Flush,
  table: Table,
  columns: readonly Column[],
  rows: readonly Instance[],
  limit: number,
): AsyncGenerator<Batch<Instance>> {
  // One row after the other is one text for all of them, which is prepared once.
  const write = rows.length > FEW && limit > 1 ? literalsOf : undefined;
  const prepare = (part: readonly Instance[]) => {
    const { texts, ...values } = rowValues(part, columns, currentValue, write);
    const textFor = (count: number) => insertText(flush.dialect, table, columns, count, texts);
    return { ...values, textFor };
  };
  return inBatches(flush, rows, prepare, limit);
}

/**
 * The column of the key that the server has to count up.
 * @throws InvalidRequestError `key-missing` for another kind of key, which MySQL would not tell us.
 */
function keyToGenerate({ mapper }: Instance, given: readonly Column[]): Column | undefined {
  const missing = mapper.table.primaryKey.find((column) => !given.includes(column));
  if (missing === undefined || missing.autoIncrement) return missing;
  throw new InvalidRequestError(`${mapper.name}.${missing.property} has no value.`, {
    code: "key-missing",
    hint: "Give it to the constructor, or by .default(() => …): what the server makes is not known here.",
  });
}

/**
 * Whether the keys of one INSERT are known when the first of them is: InnoDB takes all that a plain INSERT
 * needs at once, also while others insert (MySQL manual, "AUTO_INCREMENT Handling in InnoDB", simple
 * inserts). Only a BEFORE INSERT trigger can set others. Who sees triggers has the right TRIGGER.
 */
export async function keysAreCertain(flush: Flush, { name }: Table): Promise<boolean> {
  return !(await flush.settings()).triggered.has(name.toLowerCase());
}

/** Gives the rows of one INSERT their keys: the server tells the first, and counts on from there. */
export async function fillKeys(
  flush: Flush,
  { type, position }: Column,
  rows: readonly Instance[],
  firstKey: bigint,
): Promise<void> {
  const { increment } = rows.length === 1 ? { increment: 0n } : await flush.settings();
  let key = firstKey;
  for (const { values } of rows) {
    values[position] = type.read === undefined ? key : type.read(key as never);
    key += increment;
  }
}

/**
 * INSERT INTO books (title, price) VALUES (?, ?), (?, ?)
 *
 * @param texts the values that stand in the text; all others are parameters.
 */
export function insertText(
  dialect: Dialect,
  { name }: Table,
  columns: readonly Column[],
  count: number,
  texts: RowTexts = new Map(),
): string {
  const values = rowsText("(", columns, count, texts, numbered(dialect));
  return `INSERT INTO ${dialect.quote(name)} (${names(dialect, columns)}) VALUES ${values}`;
}
