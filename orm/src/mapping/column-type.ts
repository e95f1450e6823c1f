import { ArgumentError, type SqlValue } from "../engine/index.js";

/** The column types that ormlet has; each dialect has a name of its own for them. */
export type TypeName =
  | "integer"
  | "bigint"
  | "varchar"
  | "text"
  | "boolean"
  | "decimal"
  | "double"
  | "date"
  | "datetime"
  | "json"
  | "enumeration"
  | "binary"
  | "uuid";

/**
 * How values of one type travel between an object and the database. `T` is the type in JavaScript.
 * One law holds for all of them: what `take` keeps equals what `read` will give when the row is loaded.
 */
export interface ColumnType<T = unknown> {
  readonly name: TypeName;
  /** What stands in parentheses: a length, precision and scale, digits of a second, members; "unsigned" for bigint. */
  readonly parameters: readonly (number | string)[];
  /**
   * Checks a value that somebody assigns, and gives the one to keep: a copy of what could be edited.
   * null and undefined are refused as every other wrong value.
   * @throws ArgumentError `column-value`, which says what is wrong but not where.
   */
  take(value: unknown): T;
  /** The parameter to bind for a value that `take` gave. */
  bind(value: T): SqlValue;
  /**
   * Makes the value of what the driver gave; undefined when that is the value already. Never called with null.
   * @throws RangeError for what a table not made by ormlet can hold, and the type cannot.
   */
  readonly read: ((raw: never) => T) | undefined;
  /** For values that can be edited in place, such as a Date: how to find out that one was. */
  readonly editable: Editable<T> | undefined;
}

export interface Editable<T> {
  copy(value: T): T;
  equal(one: T, other: T): boolean;
}

/** What most types have in common: a value is bound and read as it is. Written before what differs. */
export const plainType = {
  parameters: [],
  bind: (value: SqlValue) => value,
  read: undefined,
  editable: undefined,
};

/** The error of a `take`: "7.5 is not a boolean." Its caller adds class and property. */
export function wrongValue(value: unknown, expected: string, hint: string): ArgumentError {
  return refusal(`${describe(value)} is not ${expected}`, hint);
}

/** The error of a `take` in other words. */
export function refusal(what: string, hint: string, cause?: unknown): ArgumentError {
  return new ArgumentError(`${what}.`, { code: "column-value", hint, cause });
}

/** A value as an error names it: short, and of an object only its kind. */
export function describe(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  }
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return `an object (${value.constructor?.name ?? "without a class"})`;
}

/**
 * A number in the parentheses of a type, such as the length of a VARCHAR.
 * @throws ArgumentError `column-type` when it is not a whole number from `min` to `max`.
 */
export function checkSize(what: string, size: number, min: number, max: number): void {
  if (Number.isInteger(size) && size >= min && size <= max) return;
  const hint = `It is a whole number from ${min} to ${max}.`;
  throw new ArgumentError(`${what} cannot be ${size}.`, { code: "column-type", hint });
}

/** Whether two parameters are the same value: bytes and times are compared by what they hold. */
export function sameParameter(one: SqlValue, other: SqlValue): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  return one instanceof Uint8Array && other instanceof Uint8Array
    ? Buffer.compare(one, other) === 0
    : Object.is(one, other);
}
