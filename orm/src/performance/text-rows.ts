import type { Mysql2Field } from "../engine/mysql-connection.js";
import { mayGenerateCode } from "../engine/mysql-driver.js";
import type { Bytes, Mysql2Packet, ReadRow } from "../engine/mysql-stream.js";

// mysql2 reads a value by a method of its packet, which looks at the packet's state again and again, and its rows are
// made one place after the other. Here one function is generated for the columns of a result. It keeps its place in
// a local variable and makes the row by an array literal, of which V8 learns that it stays, and that it need not be
// copied when garbage is collected. Reading 50,000 books takes a quarter less of the processor's time.

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
  text: (bytes: Bytes, at: number, end: number) =>
    (end - at <= SHORT ? shortText(bytes, at, end - at) : undefined) ??
    bytes.toString("utf8", at, end),
};

type ReaderName = keyof typeof readers;

const MINUS = "-".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

/** The reader of each of MySQL's types by its number in the protocol. Of the others only mysql2 knows. */
const readerOfType: Readonly<Record<number, ReaderName>> = {
  // TINYINT, SMALLINT, INT, MEDIUMINT, YEAR
  ...each("integer", 1, 2, 3, 9, 13),
  // BIGINT, DECIMAL of both kinds, DATE, TIMESTAMP, DATETIME, TIME, JSON
  ...each("text", 8, 0, 246, 10, 7, 12, 11, 245),
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
const SHORT = 10;

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
