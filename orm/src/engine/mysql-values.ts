import type { Converter } from "./dialect.js";
import type { DriverColumn } from "./driver.js";
import { fromJson } from "./values.js";

/** The numbers of MySQL's protocol for the types whose values need work. */
const Type = {
  tiny: 1,
  float: 4,
  timestamp: 7,
  bigint: 8,
  time: 11,
  datetime: 12,
  bit: 16,
  json: 245,
};

/**
 * How a column of a raw result becomes a JavaScript value. It is asked once for each column of a result,
 * not once for each row. The driver gives BIGINT, DECIMAL, dates, times and JSON as text, bytes as Buffer.
 *
 * | column | value |
 * | --- | --- |
 * | BIGINT | bigint; a whole-number expression such as COUNT(*) is a number while that is exact |
 * | TINYINT(1) | boolean for 0 and 1, else the number |
 * | DATETIME, TIMESTAMP with 0 to 3 digits | Date |
 * | DATETIME, TIMESTAMP with 4 to 6 digits | string `2026-11-21T08:30:00.123456Z` |
 * | BIT(n) | number up to 53 bits, else bigint |
 * | BINARY, BLOB | Uint8Array |
 * | JSON | the value |
 */
export function mysqlConverter(column: DriverColumn): Converter | undefined {
  switch (column.type) {
    case Type.bigint:
      return column.table === "" ? toNumberIfExact : (text: string) => BigInt(text);
    case Type.tiny:
      return column.length === 1 ? toBoolean : undefined;
    case Type.float:
      // MySQL writes a FLOAT as text with six digits, and sends all of its 24 bits to a prepared
      // statement: without this the same row would differ from one statement to the next.
      return (value: number) => Number(value.toPrecision(6));
    case Type.datetime:
    case Type.timestamp:
      return column.decimals <= 3 ? toDate : toIsoText;
    case Type.time:
      return (text: string) => padFraction(text, column.decimals);
    case Type.bit:
      return column.length <= 53 ? (bytes: Uint8Array) => Number(toBits(bytes)) : toBits;
    case Type.json:
      return fromJson;
    default:
      return isBytes(column) ? (bytes: Uint8Array) => new Uint8Array(bytes) : undefined;
  }
}

function toNumberIfExact(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function toBoolean(value: number): boolean | number {
  return value === 0 ? false : value === 1 ? true : value;
}

/** `2026-11-21 08:30:00.123` as a Date; the session's time zone is UTC. */
function toDate(text: string): Date {
  const date = new Date(`${text.replace(" ", "T")}Z`);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${text} is not a date`);
  return date;
}

function toIsoText(text: string): string {
  return `${padFraction(text, 6).replace(" ", "T")}Z`;
}

/** Gives the fraction of a second its full number of digits, which a prepared statement leaves out. */
function padFraction(text: string, digits: number): string {
  if (digits === 0) return text;
  const [seconds, fraction = ""] = text.split(".");
  return `${seconds}.${fraction.padEnd(digits, "0")}`;
}

function toBits(bytes: Uint8Array): bigint {
  return bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

/** BINARY, VARBINARY and the BLOBs: MySQL sends them as strings of character set 63, `binary`. */
function isBytes(column: DriverColumn): boolean {
  return column.binary && column.type >= 249 && column.type <= 254;
}
