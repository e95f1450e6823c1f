/*
 * Exercise 1.7: Rows become objects (15 points, about 20 minutes)
 *
 * Read:  notebooks/01c-nothing-lost.ipynb
 * Grade: npm run grade -- 1.7
 */
import type { Dialect } from "ormlet/internal/engine/dialect";
import type { DriverColumn, DriverResult } from "ormlet/internal/engine/driver";
import { DataError, ProgrammingError } from "ormlet/internal/engine/errors";
import type { CompiledSql, Row } from "ormlet/internal/engine/sql";

/** What a raw statement gives: its rows, as an array of objects, and what it did. */
export interface SqlResult<R = Row> extends Array<R> {
  /** Rows given, or rows that an INSERT, UPDATE or DELETE found (MySQL: matched, even if not changed). */
  readonly rowCount: number;
  /**
   * The key that the server generated for an INSERT of one row: a number while that is exact, else a bigint.
   * Empty for several rows, because MySQL tells the first key only and does not promise the others.
   */
  readonly generatedKeys: readonly (number | bigint)[];
}

/** Makes objects of the rows that the driver gave. Converters and names are looked up once for all rows. */
export function toSqlResult<R>(
  dialect: Dialect,
  result: DriverResult,
  statement: CompiledSql,
): SqlResult<R> {
  throw new Error("not written yet: exercise 1.7");
}

/** Converts in place, column by column; most columns need nothing. */
function convertRows(dialect: Dialect, { columns, rows }: DriverResult, statement: CompiledSql) {
  throw new Error("not written yet: exercise 1.7");
}

function inexact({ name }: DriverColumn, cause: unknown, { text, parameters }: CompiledSql) {
  return new DataError(
    `The column ${name} holds a value that JavaScript cannot hold exactly: ${String(cause)}.`,
    {
      code: "inexact",
      hint: `Read it as text: CAST(${name} AS CHAR).`,
      cause,
      statement: text,
      parameters,
    },
  );
}

/** An object has one value for a name, so two columns of one name would lose one of them. */
function uniqueNames(
  columns: readonly DriverColumn[],
  { text, parameters }: CompiledSql,
): string[] {
  throw new Error("not written yet: exercise 1.7");
}

function toObject(names: readonly string[], row: readonly unknown[]): Row {
  throw new Error("not written yet: exercise 1.7");
}

function toKey(key: bigint): number | bigint {
  throw new Error("not written yet: exercise 1.7");
}
