import type { SqlValue } from "../engine/index.js";
import type { TypeName } from "../mapping/column-type.js";
import type { Instance } from "../mapping/instance.js";
import type { Column } from "../mapping/table.js";
import { bound } from "./batches.js";

// A statement with many values has those in its text that can stand there, and the others as parameters.

/**
 * So many values are parameters of a statement; of more, those stand in its text that can. Each parameter more costs the
 * driver and the server ten times what digits in the text do.
 */
export const FEW = 100;

/** Values as they stand in SQL; undefined when one of them cannot stand there. */
function inText<T>(
  values: readonly T[],
  textOf: (value: T) => string | undefined,
): string[] | undefined {
  // With room for all of them from the beginning, the list is not copied while it grows.
  const texts = new Array<string>(values.length);
  for (let place = 0; place < values.length; place += 1) {
    const text = textOf(values[place] as T);
    if (text === undefined) return undefined;
    texts[place] = text;
  }
  return texts;
}

/** The digits of a whole number. */
function wholeDigits(value: unknown): string | undefined {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  return isWhole ? String(value) : undefined;
}

/** More than {@link FEW} whole numbers as digits; undefined when anything else is among them. */
export function toDigits(values: readonly unknown[]): string[] | undefined {
  return values.length > FEW ? inText(values, wholeDigits) : undefined;
}

/** The values of one column as they stand in SQL. */
export interface Literals {
  /** What stands around each of them. */
  readonly quote: "'" | "";
  readonly texts: readonly string[];
}

/** The values of one column as digits, for an UPDATE. */
export function digitsOf(column: Column, values: readonly SqlValue[]): Literals | undefined {
  const texts = inText(values, (value) => numberIn(column, value));
  return texts && { quote: "", texts };
}

/**
 * The values of one column as an INSERT may have them: digits, NULL, and texts without {@link special} characters. For a
 * text the rules of escaping differ from server to server, but not without a backslash, a control character or another
 * script.
 */
export function literalsOf(column: Column, values: readonly SqlValue[]): Literals | undefined {
  const isText = textTypes.has(column.type.name);
  const plain = isText ? inText(values, plainIn) : undefined;
  if (plain !== undefined) return { quote: "'", texts: plain };
  // A NULL among texts has no quotes, so there each text gets its own.
  const texts = inText(values, (value) => {
    if (value === null) return "NULL";
    const text = isText ? plainIn(value) : undefined;
    return text === undefined ? numberIn(column, value) : `'${text}'`;
  });
  return texts && { quote: "", texts };
}

/** The digits of a decimal stand in its text already. A double is a parameter, as -0 has no digits. */
function numberIn({ type }: Column, value: SqlValue): string | undefined {
  if (type.name === "double") return undefined;
  if (type.name !== "decimal") return wholeDigits(value);
  return isDecimal(value) ? String(value) : undefined;
}

/** Whether it is a number that MySQL reads as an exact one: it has at most 65 digits, and 30 behind the point. */
const isDecimal = (value: SqlValue) =>
  typeof value === "string" && value.length <= 65 && /^-?\d+(\.\d{1,30})?$/.test(value);

/** A text as it stands between quotes; undefined when it may not. Longer ones gain nothing. */
function plainIn(value: SqlValue): string | undefined {
  if (typeof value !== "string" || value.length > 255) return undefined;
  if (!specialOrQuote.test(value)) return value;
  return special.test(value) ? undefined : value.replaceAll("'", "''");
}

const textTypes: ReadonlySet<TypeName> = new Set(["varchar", "text", "date", "enumeration"]);

/** A character that is no printable one of ASCII, or a backslash. */
const special = /[^ -[\]-~]/;
const specialOrQuote = /[^ -&(-[\]-~]/;

/** The values of rows, column by column, as far as they stand in the text of a statement. */
export type RowTexts = ReadonlyMap<Column, Literals>;

/** The values of the rows of one statement: some stand in its text, the others are parameters. */
export interface RowValues {
  readonly parameters: readonly SqlValue[];
  readonly texts: RowTexts;
  /** Bytes that the values of a row take in the text, at most. */
  readonly bytes: number;
}

/** The values of one column. It stands alone, as V8 soon forgets what it compiled for a loop in a longer function. */
function columnValues(
  rows: readonly Instance[],
  column: Column,
  read: (row: Instance, column: Column) => unknown,
): SqlValue[] {
  const values = new Array<SqlValue>(rows.length);
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] as Instance;
    values[place] = bound(row, column, read(row, column));
  }
  return values;
}

/** The length of the longest. */
function widest(texts: readonly string[]): number {
  let most = 0;
  for (const { length } of texts) if (length > most) most = length;
  return most;
}

/**
 * Sorts the columns of a statement by where their values stand.
 * @param write the values of a column as they may stand in the text; undefined when they may not. Without it, all are
 *   parameters.
 */
export function rowValues(
  rows: readonly Instance[],
  columns: readonly Column[],
  read: (row: Instance, column: Column) => unknown,
  write?: (column: Column, values: readonly SqlValue[]) => Literals | undefined,
): RowValues {
  const texts = new Map<Column, Literals>();
  const others: SqlValue[][] = [];
  let bytes = "ROW(), ".length;
  for (const column of columns) {
    const values = columnValues(rows, column, read);
    const literals = write?.(column, values);
    if (literals === undefined) others.push(values);
    else {
      texts.set(column, literals);
      bytes += widest(literals.texts);
      bytes += 2 * literals.quote.length;
    }
    bytes += ", ".length;
  }
  const parameters: SqlValue[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    for (const values of others) parameters.push(values[row] ?? null);
  }
  return { parameters, texts, bytes };
}

/**
 * The values of rows, `(1, 'Ada'), (2, 'Grace')`. What stands between two of them, quotes too, is the same in each row,
 * and is put together once.
 *
 * @param open `"("` or `"ROW("`.
 * @param placeholder what stands for a parameter.
 */
export function rowsText(
  open: string,
  columns: readonly Column[],
  count: number,
  texts: RowTexts,
  placeholder: (column: Column) => string,
): string {
  const literals = columns.map((column) => texts.get(column));
  const quotes = literals.map((one) => one?.quote ?? "");
  const begin = open + (quotes[0] ?? "");
  const end = `${quotes.at(-1) ?? ""})`;
  const betweenRows = `${end}, ${begin}`;
  const before = quotes.map((quote, place) => `${quotes[place - 1]}, ${quote}`);
  let all = begin;
  for (let row = 0; row < count; row += 1) {
    if (row > 0) all += betweenRows;
    for (let place = 0; place < columns.length; place += 1) {
      if (place > 0) all += before[place];
      all += literals[place]?.texts[row] ?? placeholder(columns[place] as Column);
    }
  }
  return all + end;
}
