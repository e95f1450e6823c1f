import { integers, type Mysql2Field } from "../engine/mysql-connection.js";
import { mayGenerateCode } from "../engine/mysql-driver.js";
import type { Bytes, Mysql2Packet, ReadRow } from "../engine/mysql-stream.js";

// mysql2 reads a value by a method of its packet, which looks at the packet's state again and again, and its rows are
// made one place after the other. Here one function is generated for the columns of a result. It keeps its place in
// a local variable and makes the row by an array literal, of which V8 learns that it stays, and that it need not be
// copied when garbage is collected. Reading 50,000 books takes a quarter less of the processor's time.
//
// What a row allocates counts as much as what it computes: rows that fit into the part of memory where V8 puts new
// objects (16 MB) are not copied while the server sends more of them.

/** How the text of a value becomes what the program's converters take: as mysql2 would read it, digits exact. */
const readers = {
  integer(bytes: Bytes, at: number, end: number): number {
    const negative = bytes[at] === MINUS;
    let value = 0;
    for (let place = negative ? at + 1 : at; place < end; place += 1) {
      value = value * 10 + (bytes[place] as number) - ZERO;
    }
    return negative ? -value : value;
  },
  double: (bytes: Bytes, at: number, end: number) => Number(bytes.toString("latin1", at, end)),
  octets: (bytes: Bytes, at: number, end: number) => bytes.subarray(at, end),
  text: textOf,
  date(bytes: Bytes, at: number, end: number): string {
    if (end - at !== "2026-11-23".length) return textOf(bytes, at, end);
    const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
    const number = (year * 13 + twoDigits(bytes, at + 5)) * 32 + twoDigits(bytes, at + 8);
    const place = number % DATES;
    if (dateNumbers[place] === number) return dateTexts[place] as string;
    const text = textOf(bytes, at, end);
    dateNumbers[place] = number;
    dateTexts[place] = text;
    return text;
  },
};

function textOf(bytes: Bytes, at: number, end: number): string {
  const short = end - at <= SHORT ? shortText(bytes, at, end - at) : undefined;
  return short ?? bytes.toString("utf8", at, end);
}

function twoDigits(bytes: Bytes, at: number): number {
  return (bytes[at] as number) * 10 + (bytes[at + 1] as number) - 11 * ZERO;
}

type ReaderName = keyof typeof readers;

const MINUS = "-".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

/** Texts of dates that are kept, those of 39 years: most tables have the same few dates again and again. */
const DATES = 2 ** 14;
/** Which date stands at each place, as a number, and its text. */
const dateNumbers = new Int32Array(DATES).fill(-1);
const dateTexts = new Array<string>(DATES);

/** The reader of each of MySQL's types by its number in the protocol. Of the others only mysql2 knows. */
const readerOfType: Readonly<Record<number, ReaderName>> = {
  ...each("integer", ...integers),
  // BIGINT, DECIMAL of both kinds, TIMESTAMP, DATETIME, TIME, JSON
  ...each("text", 8, 0, 246, 7, 12, 11, 245),
  ...each("date", 10),
  // FLOAT, DOUBLE
  ...each("double", 4, 5),
  // BIT
  ...each("octets", 16),
};

/** VARCHAR, ENUM, SET, the four sizes of TEXT and BLOB, VARCHAR as it is sent, CHAR: text or bytes. */
const strings = new Set([15, 247, 248, 249, 250, 251, 252, 253, 254]);
/** The character set `binary`. */
const BINARY = 63;

function each(name: ReaderName, ...types: number[]): Record<number, ReaderName> {
  return Object.fromEntries(types.map((type) => [type, name]));
}

function readerOf({ columnType, characterSet, encoding }: Mysql2Field): ReaderName | undefined {
  if (!strings.has(columnType)) return readerOfType[columnType];
  if (characterSet === BINARY) return "octets";
  return encoding === "utf8" ? "text" : undefined;
}

/**
 * What reads the rows of a result that came as text; undefined where mysql2 must do it: for a type that is not known
 * here, and where a program may not generate code (`node --disallow-code-generation-from-strings`).
 * @param room places behind the values, for what the program will put there.
 */
export function textRows(fields: readonly Mysql2Field[], room = 0): ReadRow | undefined {
  const names = fields.map(readerOf);
  if (!canGenerate || !names.every((name) => name !== undefined)) return undefined;
  const shape = `${names.join()} ${room}`;
  const known = generated.get(shape);
  if (known !== undefined) return known;
  // As many as a program has kinds of results; one that makes ever new ones begins again.
  if (generated.size === 1000) generated.clear();
  const made = generate(names as ReaderName[], room);
  generated.set(shape, made);
  return made;
}

/** Functions that were generated, by the names of their readers. */
const generated = new Map<string, ReadRow>();

/** A value is its length and then its bytes; a length of 251 is NULL, one above says in how many bytes it stands. */
function generate(names: readonly ReaderName[], room: number): ReadRow {
  const read = names.map(
    (name, place) => `
    let value${place} = null;
    length = bytes[at++];
    if (length !== 251) {
      if (length > 251) {
        const width = length === 254 ? 8 : length - 250;
        length = bytes.readUIntLE(at, Math.min(width, 6));
        at += width;
      }
      value${place} = ${name}(bytes, at, at + length);
      at += length;
    }`,
  );
  const places = [...names.map((_, place) => `value${place}`), ...Array(room).fill("undefined")];
  const body = `return (packet) => {
    const bytes = packet.buffer;
    let at = packet.offset;
    let length = 0;${read.join("")}
    return [${places.join(", ")}];
  }`;
  const make = new Function(...Object.keys(readers), body);
  return make(...Object.values(readers)) as (packet: Mysql2Packet) => unknown[];
}

/** So many letters are cheaper to make one by one than by a call out of JavaScript. */
const SHORT = 24;

/** A text of {@link SHORT} bytes at most, undefined when it is not ASCII; generated, as it has a case for each length. */
type ShortText = (bytes: Bytes, at: number, length: number) => string | undefined;

function generateShortText(): ShortText {
  const cases = Array.from({ length: SHORT }, (_, index) => {
    const codes = Array.from({ length: index + 1 }, (_, place) => `bytes[at + ${place}]`);
    return `case ${index + 1}:
      if ((${codes.join(" | ")}) > 127) return undefined;
      return String.fromCharCode(${codes.join(", ")});`;
  });
  const body = `switch (length) {
    case 0: return "";
    ${cases.join("\n")}
  }`;
  return new Function("bytes", "at", "length", body) as ShortText;
}

const canGenerate = mayGenerateCode();
const shortText = canGenerate ? generateShortText() : () => undefined;
