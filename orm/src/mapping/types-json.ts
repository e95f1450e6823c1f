import { fromJson, toJson } from "../engine/values.js";
import { type ColumnType, describe, plainType, refusal, wrongValue } from "./column-type.js";
import { wholeText } from "./types-text.js";

/** `T`, with every property and element readonly, at any depth. */
export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/**
 * Any value that JSON holds, frozen through and through: it is replaced, never edited. It is kept as it
 * will be loaded, so a Date in it becomes its text and a property that is undefined is left out. The order of an
 * object's properties is not part of a JSON value, and MySQL changes it. JavaScript's null on its own is SQL's
 * NULL; deeper it is JSON's.
 */
export function jsonType<T>(): ColumnType<DeepReadonly<T>> {
  return {
    ...plainType,
    name: "json",
    take(value) {
      const kept: unknown = JSON.parse(jsonText(value));
      checkJson(kept, 1);
      return deepFreeze(kept as DeepReadonly<T>);
    },
    bind: (value) => JSON.stringify(value),
    read: (raw: string) => deepFreeze(fromJson(raw) as DeepReadonly<T>),
  };
}

/** `toJson`, with one kind of error for all that has no form in JSON, such as a circle. */
function jsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = toJson(value);
  } catch (cause) {
    if ((cause as { code?: unknown } | null)?.code === "json-value") throw cause;
    throw refusal(
      `JSON cannot be made of ${describe(value)}: ${cause}`,
      "Write plain data.",
      cause,
    );
  }
  if (text !== undefined && text !== "null") return text;
  throw wrongValue(value, "a value in JSON", "Write plain data, or null itself for SQL's NULL.");
}

/** What JSON has, but MySQL's JSON has not: half characters, keys of 64 KiB, more than 100 levels. */
function checkJson(value: unknown, level: number): void {
  if (typeof value === "string") wholeText(value);
  if (typeof value !== "object" || value === null) return;
  if (level > 100)
    throw refusal("The JSON is nested more than 100 deep", "MySQL allows 100 levels.");
  for (const [key, item] of Object.entries(value)) {
    if (Buffer.byteLength(wholeText(key)) > 65_535) {
      throw refusal(`The JSON has a key of more than 65535 bytes, ${describe(key)}`, "Shorten it.");
    }
    checkJson(item, level + 1);
  }
}

/** Freezes a value with all that is in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(Object.freeze(value)).forEach(deepFreeze);
  }
  return value;
}
