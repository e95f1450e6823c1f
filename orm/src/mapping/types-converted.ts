import { type ColumnType, describe, refusal, sameParameter } from "./column-type.js";

/** A converter of the user's own, between `U` in the program and `T`, the value of the column's type. */
export interface ValueConverter<U, T> {
  readonly toDatabase: (value: U) => T;
  readonly fromDatabase: (value: T) => U;
}

/**
 * A type whose values the program sees as `U`. null never meets a converter. What is kept of an assigned
 * value is what `fromDatabase` will make of it when the row is loaded; so it is a copy, and a converter
 * that loses something shows it at once.
 */
export function convertedType<U, T>(
  type: ColumnType<T>,
  { toDatabase, fromDatabase }: ValueConverter<U, T>,
): ColumnType<U> {
  const stored = (value: U): T => type.take(converted("toDatabase", toDatabase, value));
  const seen = (value: T): U => converted("fromDatabase", fromDatabase, value);
  const bind = (value: U) => type.bind(stored(value));
  return {
    name: type.name,
    parameters: type.parameters,
    take: (value) => seen(stored(value as U)),
    bind,
    read: (raw: never) => seen(type.read === undefined ? raw : type.read(raw)),
    editable: {
      copy: (value) => (typeof value === "object" ? seen(stored(value)) : value),
      equal: (one, other) => Object.is(one, other) || sameParameter(bind(one), bind(other)),
    },
  };
}

/** Calls one half of a converter. What it throws, and null, becomes an error that names the half. */
function converted<A, B>(half: keyof ValueConverter<A, B>, convert: (value: A) => B, value: A): B {
  let result: B;
  try {
    result = convert(value);
  } catch (cause) {
    const what = `${half} of the converter failed for ${describe(value)}: ${cause}`;
    throw refusal(what, "Give a value that the converter takes.", cause);
  }
  if (result !== null && result !== undefined) return result;
  throw refusal(
    `${half} of the converter gave ${result} for ${describe(value)}`,
    "null never goes through a converter; a column that can be empty is .nullable().",
  );
}
