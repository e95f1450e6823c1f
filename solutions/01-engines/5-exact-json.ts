/*
 * Exercise 1.5: JSON that is exact. One solution.
 *
 * JSON.stringify calls its second argument for every value at every depth, before it writes it, so that is
 * the place to refuse. JSON.parse has rounded a number before anybody can look at it, so fromJson looks at
 * the text, and skips strings, in which digits are only digits. Most texts hold no long number: one quick
 * test spares them the walk.
 * Alternative: a JSON parser of your own that gives bigint. It is exact too, but the type of a value would
 * then depend on its size, and a program that works for small numbers would fail for large ones.
 */
import { ArgumentError } from "ormlet/internal/engine/errors";

/**
 * JSON text that reads back as an equal value.
 * @throws ArgumentError `json-value` where `JSON.stringify` would change the value in silence: NaN, ±Infinity,
 *   whole numbers beyond ±(2⁵³ − 1) that it writes as digits, bigint, undefined in an array or on its own.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, function (this: unknown, key, item: unknown) {
    const inexact =
      typeof item === "bigint" ||
      (typeof item === "number" && !Number.isFinite(item)) ||
      // From 10²¹ on a number is written with an exponent, and read as the double that it is.
      (typeof item === "number" && isInexactInteger(item) && Math.abs(item) < 1e21) ||
      (item === undefined && (key === "" || Array.isArray(this)));
    if (!inexact) return item;
    throw new ArgumentError(`JSON cannot hold ${String(item)} exactly${key && ` (at ${key})`}.`, {
      code: "json-value",
      hint: "Store it as a string, or null for an absent value.",
    });
  });
  return text;
}

/**
 * Reads JSON that the database holds.
 * @throws RangeError for a whole number that a JavaScript number would round.
 */
export function fromJson(text: string): unknown {
  if (/\d{16}/.test(text)) {
    for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[-+.\dEe]{16,}/g)) {
      if (/^-?\d+$/.test(token) && isInexactInteger(Number(token))) {
        throw new RangeError(`${token} is too large for a JavaScript number`);
      }
    }
  }
  return JSON.parse(text);
}

export function isInexactInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
