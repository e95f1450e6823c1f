import { createHash } from "node:crypto";
import { ArgumentError, type SqlValue } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";

/** How many bytes of a digest stand in a cursor, twice. */
const DIGEST = 6;

/**
 * A place in the rows of a statement as text that a URL takes: a digest of the statement, one of all that follows,
 * and the values that the row is sorted by. It is opaque, not secret: who reads it learns these values, and who makes
 * one of his own stands at another place in the same rows, because values are bound.
 */
export function writeCursor(statement: string, values: readonly SqlValue[]): string {
  const payload = JSON.stringify(values.map(toPlain));
  return Buffer.concat([...digestsOf(statement, payload), Buffer.from(payload)]).toString(
    "base64url",
  );
}

/**
 * The values in a cursor of this statement.
 * @throws ArgumentError `cursor` for what is none, or was changed; `cursor-statement` for one of another statement.
 */
export function readCursor(statement: string, cursor: unknown): SqlValue[] {
  const bytes = Buffer.from(typeof cursor === "string" ? cursor : "", "base64url");
  const payload = bytes.subarray(2 * DIGEST).toString();
  const [own, whole] = [bytes.subarray(0, DIGEST), bytes.subarray(DIGEST, 2 * DIGEST)];
  // What is no base64 is skipped when it is read, so the text is compared as well.
  if (bytes.toString("base64url") !== cursor || !whole.equals(checkOf(own, payload))) {
    throw noCursor(cursor);
  }
  if (own.equals(digestOf(statement))) {
    try {
      return JSON.parse(payload).map(fromPlain);
    } catch {
      // Somebody made it who knows how digests are made.
      throw noCursor(cursor);
    }
  }
  throw new ArgumentError("The cursor is of another statement, or of another order.", {
    code: "cursor-statement",
    hint: "Page with the statement that the cursor came from; when it changes, begin without a cursor.",
  });
}

export function noCursor(cursor: unknown): ArgumentError {
  return new ArgumentError(`${describe(cursor)} is not a cursor.`, {
    code: "cursor",
    hint: "Hand in what a page gave as next or previous, unchanged; without a cursor it is the first page.",
  });
}

function digestsOf(statement: string, payload: string): Buffer[] {
  const own = digestOf(statement);
  return [own, checkOf(own, payload)];
}

function checkOf(own: Uint8Array, payload: string): Buffer {
  return digestOf(`${Buffer.from(own).toString("hex")} ${payload}`);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest().subarray(0, DIGEST);
}

/** A parameter as JSON holds it exactly: what JSON has not stands in an object that names its kind. */
function toPlain(value: SqlValue): unknown {
  if (typeof value === "bigint") return { bigint: String(value) };
  if (value instanceof Date) return { date: value.toISOString() };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  // JSON would write -0 as 0, which SQL holds for the same.
  return value;
}

function fromPlain(plain: SqlValue | { bigint?: string; date?: string; bytes?: string }): SqlValue {
  if (typeof plain !== "object" || plain === null) return plain;
  const { bigint, date, bytes } = plain as { bigint?: string; date?: string; bytes?: string };
  if (bigint !== undefined) return BigInt(bigint);
  return date === undefined ? Buffer.from(bytes ?? "", "base64") : new Date(date);
}
