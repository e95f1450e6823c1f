import {
  type ColumnType,
  checkSize,
  describe,
  plainType,
  refusal,
  wrongValue,
} from "./column-type.js";

/** Text of any length, in a LONGTEXT. */
export const textType: ColumnType<string> = { ...plainType, name: "text", take: wholeText };

/** Text of at most `length` characters. An emoji is one character, as in MySQL: code points are counted. */
export function varcharType(length: number): ColumnType<string> {
  checkSize("The length of a varchar", length, 1, 16_383);
  const take = (value: unknown) => textWithin(length, value);
  return { ...plainType, name: "varchar", parameters: [length], take };
}

function textWithin(length: number, value: unknown): string {
  const text = wholeText(value);
  if (text.length <= length || [...text].length <= length) return text;
  throw refusal(
    `The text has ${[...text].length} characters, the column holds ${length}`,
    "Shorten it, or make the column longer: varchar(n), or text() for any length.",
  );
}

/**
 * The value itself, when it is a string of whole characters.
 * @throws ArgumentError `column-value` for half of a surrogate pair, which has no UTF-8 form.
 */
export function wholeText(value: unknown): string {
  if (typeof value !== "string") throw wrongValue(value, "a string", "Write a string.");
  if ((value as string & WellFormed).isWellFormed()) return value;
  throw refusal("The text holds half of a character", "It was cut inside an emoji.");
}

/** A method of strings that TypeScript 5.0 does not know. */
interface WellFormed {
  isWellFormed(): boolean;
}

/** One of some strings, in an ENUM: one or two bytes in each row, whatever their length. */
export function enumerationType<M extends string>(members: readonly M[]): ColumnType<M> {
  checkSize("The number of an enumeration's members", new Set(members).size, 1, 65_535);
  members.forEach(checkMember);
  const take = (value: unknown) => {
    if (members.includes(value as M)) return value as M;
    const names = members.map((member) => JSON.stringify(member)).join(", ");
    throw wrongValue(value, `one of ${names}`, "Write one of them.");
  };
  return { ...plainType, name: "enumeration", parameters: [...members], take };
}

/** MySQL drops spaces at a member's end, so what was stored would not be what is read. */
function checkMember(member: string, index: number, members: readonly string[]): void {
  textWithin(255, member);
  if (!member.endsWith(" ") && members.indexOf(member) === index) return;
  throw refusal(
    `${describe(member)} cannot be a member of the enumeration`,
    "Name each member once, without a space at its end.",
  );
}
