/*
 * Exercise 3.5: Many rows, one statement, every key. One solution.
 *
 * InnoDB takes all keys that a plain INSERT needs at once, also while others insert, so the first one and the
 * step say them all. A trigger can set other keys, and then only a statement of its own tells the key of a row.
 * To ask for the step and the triggers takes a statement, so it is done once in a flush, and only where it matters.
 * Alternative: read the keys back with a SELECT. That needs a unique column to find the rows by, which a table
 * may not have. PostgreSQL and SQLite have INSERT … RETURNING, which gives every key; MySQL has nothing like it.
 */
import { InvalidRequestError } from "ormlet/internal/engine/index";
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Column, Table } from "ormlet/internal/mapping/table";
import { type Flush, MAX_ROWS } from "ormlet/internal/session/batches";
import { insertBatches } from "ormlet/internal/session/insert-rows";
import { written } from "ormlet/internal/session/row-changes";

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

/**
 * The column of the key that the server has to count up.
 * @throws InvalidRequestError `key-missing` for another kind of key, which MySQL would not tell us.
 */
export function keyToGenerate({ mapper }: Instance, given: readonly Column[]): Column | undefined {
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
