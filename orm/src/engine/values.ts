import { hasBrand } from "./brand.js";
import { ArgumentError } from "./errors.js";

/** What can be bound as a parameter. Objects and arrays go through `sql.json` or `sql.list`. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null;

/**
 * The value itself when it can be bound without losing anything, else an error.
 * @throws ArgumentError `undefined-parameter` or `parameter` for undefined, NaN, ±Infinity, an invalid
 *   Date, arrays, objects, functions and symbols. None of them ever reaches the database by accident.
 */
export function checkedValue(value: unknown): SqlValue {
  switch (typeof value) {
    case "string":
      // Half of a surrogate pair has no UTF-8 form; the driver would send U+FFFD in its place.
      if (!/\p{Surrogate}/u.test(value)) return value;
      throw refusal("the string holds half of a character", "Text was cut inside an emoji.");
    case "bigint":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw refusal(`${value} is not a number that SQL knows`, "Use null for an absent number.");
    case "undefined":
      throw new ArgumentError("A parameter is undefined.", {
        code: "undefined-parameter",
        hint: "Write null for SQL's NULL. Leave the condition out if none is meant.",
      });
    case "object":
      return checkedObject(value);
    default:
      throw refusal(`a ${typeof value} cannot be bound`, "Bind a value, such as a string.");
  }
}

function checkedObject(value: object | null): SqlValue {
  if (value === null || value instanceof Uint8Array) return value;
  if (value instanceof Date) {
    const year = value.getUTCFullYear();
    if (year >= 0 && year <= 9999) return value;
    throw refusal(
      Number.isNaN(year) ? "an invalid Date" : `a Date in the year ${year}`,
      "SQL knows the years 0 to 9999.",
    );
  }
  if (Array.isArray(value)) {
    throw refusal(
      "an array is not one value",
      `Write IN \${sql.list(ids)} for a list of values, or \${sql.json(value)} for JSON.`,
    );
  }
  if (hasBrand(value, "expr")) {
    const hint = `Write its name, sql.identifier("books", "title"); or a select with the column, and expression(sql\`…\`).`;
    throw refusal("a column is no value", hint);
  }
  throw refusal(
    "an object is not one value",
    `Bind one of its properties, or write \${sql.json(value)} to store it as JSON.`,
  );
}

function refusal(what: string, hint: string): ArgumentError {
  return new ArgumentError(`A parameter was refused: ${what}.`, { code: "parameter", hint });
}

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

function isInexactInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

const isoDatetime = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;

/**
 * `2026-11-21T08:30:00.123456Z` as SQL's text of a DATETIME in UTC, `2026-11-21 08:30:00.123456`.
 * @throws ArgumentError `datetime-value` for any other form, because a time without Z has no time zone.
 */
export function toDatetime(iso: string): string {
  const parts = isoDatetime.exec(iso);
  if (parts && !Number.isNaN(Date.parse(iso))) {
    return `${parts[1]} ${parts[2]}${parts[3] === undefined ? "" : `.${parts[3]}`}`;
  }
  throw new ArgumentError(`${JSON.stringify(iso)} is not a UTC time.`, {
    code: "datetime-value",
    hint: "Write it as 2026-11-21T08:30:00.123456Z.",
  });
}
