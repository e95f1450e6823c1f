/*
 * Exercise 3.5: Many rows, one statement, every key (15 points, about 20 minutes)
 *
 * Read:  notebooks/03b-unit-of-work.ipynb
 * Grade: npm run grade -- 3.5
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
  throw new Error("not written yet: exercise 3.5");
}

/**
 * The column of the key that the server has to count up.
 * @throws InvalidRequestError `key-missing` for another kind of key, which MySQL would not tell us.
 */
export function keyToGenerate({ mapper }: Instance, given: readonly Column[]): Column | undefined {
  throw new Error("not written yet: exercise 3.5");
}

/**
 * Whether the keys of one INSERT are known when the first of them is: InnoDB takes all that a plain INSERT
 * needs at once, also while others insert (MySQL manual, "AUTO_INCREMENT Handling in InnoDB", simple
 * inserts). Only a BEFORE INSERT trigger can set others. Who sees triggers has the right TRIGGER.
 */
export async function keysAreCertain(flush: Flush, { name }: Table): Promise<boolean> {
  throw new Error("not written yet: exercise 3.5");
}

/** Gives the rows of one INSERT their keys: the server tells the first, and counts on from there. */
export async function fillKeys(
  flush: Flush,
  { type, position }: Column,
  rows: readonly Instance[],
  firstKey: bigint,
): Promise<void> {
  throw new Error("not written yet: exercise 3.5");
}
