/*
 * Exercise 1.7: Rows become objects. One solution.
 *
 * The converter of a column and the names are looked up once, and not once for each row: a result can have a
 * hundred thousand rows, and they are all alike. Converting in place needs no second array.
 * Alternative: `Object.fromEntries(names.map((name, index) => [name, row[index]]))`. It is one line, and makes
 * an array for each value on the way, which shows in the benchmark. Another is to give the arrays on as they
 * are, which is what an ORM does that makes its own objects of them: chapter 4 does so.
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
  convertRows(dialect, result, statement);
  const names = uniqueNames(result.columns, statement);
  const objects = result.rows.map((row) => toObject(names, row));
  const { rowCount, firstKey } = result;
  const generatedKeys = rowCount === 1 && firstKey !== undefined ? [toKey(firstKey)] : [];
  // Beside rows they stay hidden, so that printing and comparing see the rows alone.
  const enumerable = result.columns.length === 0;
  return Object.defineProperties(objects, {
    rowCount: { value: rowCount, enumerable },
    generatedKeys: { value: generatedKeys, enumerable },
  }) as unknown as SqlResult<R>;
}

/** Converts in place, column by column; most columns need nothing. */
export function convertRows(dialect: Dialect, { columns, rows }: DriverResult, statement: CompiledSql) {
  for (const [index, column] of columns.entries()) {
    const convert = dialect.converter(column) as ((value: unknown) => unknown) | undefined;
    if (convert === undefined) continue;
    try {
      for (const row of rows) {
        const value = row[index];
        if (value !== null) row[index] = convert(value);
      }
    } catch (cause) {
      throw inexact(column, cause, statement);
    }
  }
}

export function inexact({ name }: DriverColumn, cause: unknown, { text, parameters }: CompiledSql) {
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
export function uniqueNames(
  columns: readonly DriverColumn[],
  { text, parameters }: CompiledSql,
): string[] {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new ProgrammingError(`Two columns of the result are called ${twice}.`, {
    code: "duplicate-column",
    hint: `Give one another name: SELECT books.${twice} AS book_${twice}, …`,
    statement: text,
    parameters,
  });
}

export function toObject(names: readonly string[], row: readonly unknown[]): Row {
  const object: Row = {};
  for (let index = 0; index < names.length; index += 1) object[names[index] ?? ""] = row[index];
  return object;
}

export function toKey(key: bigint): number | bigint {
  return BigInt(Number(key)) === key && Number.isSafeInteger(Number(key)) ? Number(key) : key;
}
