import { DataError } from "../engine/index.js";
import type { Mapper } from "./mapper.js";
import type { Column } from "./table.js";

/**
 * The value of a column that the program sees, of the one that the driver gave.
 * @throws DataError `unreadable`
 */
export function readValue(mapper: Mapper, { property, type }: Column, raw: unknown): unknown {
  if (type.read === undefined || raw === null) return raw;
  try {
    return type.read(raw as never);
  } catch (cause) {
    throw unreadable(`${mapper.name}.${property}`, cause);
  }
}

/** The error of a row, made by another program, that holds what a type cannot; `place` is "Author.email". */
export function unreadable(place: string, cause: unknown): DataError {
  const what = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${place}: the database holds what its type cannot: ${what}`, {
    code: "unreadable",
    hint: "Give the column the type that its values have, or correct the row.",
    cause,
  });
}
