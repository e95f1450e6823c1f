import { deepStrictEqual } from "node:assert";
import { runInNewContext } from "node:vm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ColumnType, type Editable, sameParameter } from "../../src/mapping/column-type.js";
import {
  bigintType,
  binaryType,
  booleanType,
  convertedType,
  dateType,
  datetimeType,
  decimalType,
  doubleType,
  enumerationType,
  integerType,
  jsonType,
  textType,
  uuidType,
  varcharType,
} from "../../src/mapping/types.js";
import { errorOf } from "../support.js";
import { makeTable, rawDatabase } from "./round-trip.js";

const test = suite("types");
const raw = rawDatabase(test);

/** That each value is refused, with the message where there is one, in order. */
async function refuses<T>(
  type: ColumnType<T>,
  cases: readonly [unknown, string?][],
): Promise<void> {
  for (const [value, message] of cases) {
    const error = await errorOf(() => type.take(value));
    const said = error.message.split("\n")[0] ?? "";
    assert.is(error.name, "ArgumentError", said);
    assert.is(error.code, "column-value", said);
    assert.is(said, message ?? said);
    assert.ok(String(error.hint).length > 10, said);
  }
}

/** That each value is kept as the one beside it. */
function keeps<T>(type: ColumnType<T>, cases: readonly [unknown, T][]): void {
  for (const [value, kept] of cases) deepStrictEqual(type.take(value), kept);
}

test("a boolean is true or false, nothing that is like it", async () => {
  keeps(booleanType, [
    [true, true],
    [false, false],
  ]);
  await refuses(booleanType, [
    [1, "1 is not a boolean."],
    ["true", '"true" is not a boolean.'],
    [null, "null is not a boolean."],
    [undefined, "undefined is not a boolean."],
    [new Boolean(true), "an object (Boolean) is not a boolean."],
  ]);
  const error = await errorOf(() => booleanType.read?.(2 as never));
  assert.is(error.name, "RangeError");
  assert.is(error.message, "2 is neither 0 nor 1");
});

test("an integer is whole and has 32 bits", async () => {
  const what = "is not a whole number from -2147483648 to 2147483647.";
  keeps(integerType, [
    [2147483647, 2147483647],
    [-2147483648, -2147483648],
    [-0, 0],
  ]);
  await refuses(integerType, [
    [2147483648, `2147483648 ${what}`],
    [-2147483649, `-2147483649 ${what}`],
    [7.5, `7.5 ${what}`],
    [Number.NaN, `NaN ${what}`],
    [Number.POSITIVE_INFINITY, `Infinity ${what}`],
    ["7", `"7" ${what}`],
    [7n, `7n ${what}`],
    [true, `true ${what}`],
  ]);
});

test("an integer is read from a BIGINT too, which an existing table can have", async () => {
  assert.is(integerType.read?.("7" as never), 7);
  const error = await errorOf(() => integerType.read?.("9007199254740993" as never));
  assert.is(error.name, "RangeError");
});

test("a bigint has 64 bits, with a sign or without", async () => {
  keeps(bigintType(), [[2n ** 63n - 1n, 2n ** 63n - 1n]]);
  keeps(bigintType("bigint", true), [[2n ** 64n - 1n, 2n ** 64n - 1n]]);
  assert.equal(bigintType().parameters, []);
  assert.equal(bigintType("bigint", true).parameters, ["unsigned"]);
  const signed = "is not a whole number from -2⁶³ to 2⁶³ - 1, as a bigint.";
  await refuses(bigintType(), [
    [2n ** 63n, `9223372036854775808n ${signed}`],
    [-(2n ** 63n) - 1n, `-9223372036854775809n ${signed}`],
    [7, `7 ${signed}`],
    ["7", `"7" ${signed}`],
  ]);
  await refuses(bigintType("bigint", true), [
    [-1n, "-1n is not a whole number from 0 to 2⁶⁴ - 1, as a bigint."],
    [2n ** 64n, "18446744073709551616n is not a whole number from 0 to 2⁶⁴ - 1, as a bigint."],
  ]);
});

test("a bigint can be a number as far as that is exact, or a string", async () => {
  keeps(bigintType("number"), [[-0, 0]]);
  keeps(bigintType("string"), [
    ["007", "7"],
    ["-0", "0"],
  ]);
  assert.is(bigintType("number").bind(7), 7n);
  assert.is(bigintType("string").bind("9223372036854775807"), 9223372036854775807n);
  await refuses(bigintType("number"), [
    [2 ** 53, "9007199254740992 is not a whole number from -2⁶³ to 2⁶³ - 1, as a number."],
    [0.5, "0.5 is not a whole number from -2⁶³ to 2⁶³ - 1, as a number."],
    [7n, "7n is not a whole number from -2⁶³ to 2⁶³ - 1, as a number."],
  ]);
  for (const text of ["", " 7", "+7", "7.0", "0x7", "1e3", "7n", "9223372036854775808", "٧"]) {
    const error = await errorOf(() => bigintType("string").take(text));
    assert.is(error.code, "column-value", text);
  }
  const error = await errorOf(() => bigintType("number").read?.("9007199254740993" as never));
  assert.is(error.message, "9007199254740993 is not a whole number that JavaScript holds exactly");
});

test("a decimal is kept with all digits of its scale, and never rounded", async () => {
  keeps(decimalType(10, 2), [
    ["9.9", "9.90"],
    ["9", "9.00"],
    ["007", "7.00"],
    ["-0.00", "0.00"],
    ["-0", "0.00"],
    ["-0.010", "-0.01"],
    ["1.5000000", "1.50"],
    ["0099999999.99", "99999999.99"],
  ]);
  keeps(decimalType(3, 0), [
    ["7.00", "7"],
    ["-999", "-999"],
  ]);
  keeps(decimalType(3, 3), [["0.5", "0.500"]]);
  const wrong = [
    "",
    "+1",
    "1e3",
    ".5",
    "5.",
    " 1",
    "1 ",
    "1,5",
    "--1",
    "0x1",
    "1.2.3",
    "NaN",
    "٧",
    "1\n",
  ];
  for (const value of [...wrong, "9.999", "100000000", "-100000000.00", "-", "."]) {
    const limits = "with at most 8 digits before and 2 behind the point";
    await refuses(decimalType(10, 2), [
      [value, `${JSON.stringify(value)} is not a decimal in a string, ${limits}.`],
    ]);
  }
  const limits = "with at most 0 digits before and 3 behind the point";
  await refuses(decimalType(3, 3), [
    ["1.000", `"1.000" is not a decimal in a string, ${limits}.`],
    [0.5, `0.5 is not a decimal in a string, ${limits}.`],
    [0n, `0n is not a decimal in a string, ${limits}.`],
  ]);
  await refuses(decimalType(3, 0), [
    [
      "7.5",
      '"7.5" is not a decimal in a string, with at most 3 digits before and 0 behind the point.',
    ],
  ]);
});

test("a double is finite", async () => {
  keeps(doubleType, [
    [-0, -0],
    [Number.MIN_VALUE, Number.MIN_VALUE],
  ]);
  await refuses(doubleType, [
    [Number.NaN, "NaN is not a finite number."],
    [Number.NEGATIVE_INFINITY, "-Infinity is not a finite number."],
    ["1.5", '"1.5" is not a finite number.'],
    [1n, "1n is not a finite number."],
  ]);
});

test("the length of a varchar is counted in characters, as MySQL counts", async () => {
  keeps(varcharType(3), [
    ["😀😀😀", "😀😀😀"],
    ["a  ", "a  "],
    ["", ""],
  ]);
  await refuses(varcharType(3), [
    ["four", "The text has 4 characters, the column holds 3."],
    ["a   ", "The text has 4 characters, the column holds 3."],
    ["😀😀😀😀", "The text has 4 characters, the column holds 3."],
    [7, "7 is not a string."],
    [{}, "an object (Object) is not a string."],
    [Object.create(null), "an object (without a class) is not a string."],
    [() => 1, "a function is not a string."],
    [Symbol("s"), "Symbol(s) is not a string."],
  ]);
  await makeTable(raw, "VARCHAR(3)");
  const insert = (text: string) => raw.connection.run("INSERT INTO kept VALUES (1, ?)", [text]);
  await insert("😀😀😀");
  assert.is((await errorOf(() => insert("😀😀😀😀"))).code, "too-long");
});

test("text is whole characters: half of an emoji is refused, and no error shows a long text", async () => {
  await refuses(textType, [
    ["\ud83d", "The text holds half of a character."],
    ["a\ude00b", "The text holds half of a character."],
    [["a"], "an object (Array) is not a string."],
  ]);
  await refuses(dateType, [
    ["x".repeat(50), `"${"x".repeat(40)}…" is not a day from 0001-01-01 to 9999-12-31.`],
  ]);
});

test("a date is a day that exists", async () => {
  keeps(dateType, [
    ["2024-02-29", "2024-02-29"],
    ["0001-01-01", "0001-01-01"],
    ["9999-12-31", "9999-12-31"],
  ]);
  const wrong = [
    "2023-02-29",
    "2026-02-30",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "0000-01-01",
  ];
  const forms = [
    "2026-1-1",
    "26-01-01",
    "10000-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01 ",
    "",
    "0100-02-29",
  ];
  for (const text of [...wrong, ...forms]) {
    await refuses(dateType, [[text, `"${text}" is not a day from 0001-01-01 to 9999-12-31.`]]);
  }
  await refuses(dateType, [
    [new Date(), "an object (Date) is not a day from 0001-01-01 to 9999-12-31."],
    [20260101, "20260101 is not a day from 0001-01-01 to 9999-12-31."],
  ]);
});

test("a datetime of up to 3 digits is a Date without finer parts", async () => {
  const noon = new Date("2026-11-21T12:00:00.123Z");
  keeps(datetimeType(), [[noon, noon]]);
  assert.is.not(datetimeType().take(noon), noon);
  keeps(datetimeType(1), [[new Date(-900), new Date(-900)]]);
  await refuses(datetimeType(2), [
    [noon, "2026-11-21T12:00:00.123Z has more than 2 digits of a second."],
  ]);
  await refuses(datetimeType(0), [
    [new Date(-1), "1969-12-31T23:59:59.999Z has more than 0 digits of a second."],
  ]);
  const what = "is not a valid Date in the years 1 to 9999.";
  await refuses(datetimeType(), [
    [new Date(Number.NaN), `an object (Date) ${what}`],
    [new Date("+010000-01-01T00:00:00Z"), `an object (Date) ${what}`],
    [new Date("0000-12-31T23:59:59.999Z"), `an object (Date) ${what}`],
    ["2026-11-21T12:00:00Z", `"2026-11-21T12:00:00Z" ${what}`],
    [noon.getTime(), `1795262400123 ${what}`],
  ]);
});

test("a Date of another realm is a Date, and its copy is one of ours", () => {
  const foreign: unknown = runInNewContext("new Date(0)");
  deepStrictEqual(datetimeType().take(foreign), new Date(0));
  const bytes: unknown = runInNewContext("new Uint8Array([1, 2])");
  deepStrictEqual(binaryType().take(bytes), Uint8Array.of(1, 2));
});

test("a Date that was edited is found, and checked again before it is sent", async () => {
  const type = datetimeType(0);
  const date = type.take(new Date(1000));
  const copy = type.editable?.copy(date) as Date;
  assert.is(type.editable?.equal(date, copy), true);
  date.setUTCMilliseconds(1);
  assert.is(type.editable?.equal(date, copy), false);
  assert.is((await errorOf(() => type.bind(date))).code, "column-value");
  date.setTime(Number.NaN);
  assert.is((await errorOf(() => type.bind(date))).code, "column-value");
});

test("a datetime of 4 to 6 digits is text, always with six of them", async () => {
  keeps(datetimeType(6), [
    ["2026-11-21T08:30:00Z", "2026-11-21T08:30:00.000000Z"],
    ["2026-11-21 08:30:00.5Z", "2026-11-21T08:30:00.500000Z"],
    ["2026-11-21T08:30:00.123456Z", "2026-11-21T08:30:00.123456Z"],
  ]);
  keeps(datetimeType(4), [["2026-11-21T08:30:00.123400Z", "2026-11-21T08:30:00.123400Z"]]);
  await refuses(datetimeType(4), [
    [
      "2026-11-21T08:30:00.12345Z",
      "2026-11-21T08:30:00.12345Z has more than 4 digits of a second.",
    ],
  ]);
  const noZone = ["2026-11-21T08:30:00", "2026-11-21T08:30:00+02:00", "2026-11-21", "now", ""];
  const never = [
    "2026-02-30T00:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T23:59:60Z",
    "0000-01-01T00:00:00Z",
  ];
  for (const text of [...noZone, ...never, "2026-11-21T08:30:00.1234567Z"]) {
    await refuses(datetimeType(6), [
      [text, `"${text}" is not the text of a time in UTC, in the years 0001 to 9999.`],
    ]);
  }
});

test("JSON is kept as it will be loaded, frozen at every depth", async () => {
  const given = { list: [{ n: 1 }], on: new Date(0), gone: undefined, zero: -0 };
  const kept = jsonType<typeof given>().take(given);
  deepStrictEqual<unknown>(kept, { list: [{ n: 1 }], on: "1970-01-01T00:00:00.000Z", zero: 0 });
  assert.ok(Object.isFrozen(kept) && Object.isFrozen(kept.list) && Object.isFrozen(kept.list[0]));
  const read = jsonType<{ a: number[] }>().read?.('{"a": [1]}' as never);
  assert.ok(Object.isFrozen(read) && Object.isFrozen(read?.a));
});

function fails(thrown: unknown): never {
  throw thrown;
}

test("JSON that MySQL or JSON itself would change or refuse is refused", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await refuses(jsonType(), [
    [null],
    [{ toJSON: () => null }],
    [new Date(Number.NaN)],
    [circle],
    [{ toJSON: () => fails(null) }, "JSON cannot be made of an object (Object): null."],
    [["\ud800"], "The text holds half of a character."],
    [{ "\udfff": 1 }, "The text holds half of a character."],
  ]);
  for (const value of [
    undefined,
    Number.NaN,
    [Number.POSITIVE_INFINITY],
    { id: 2 ** 53 },
    7n,
    [undefined],
  ]) {
    assert.is((await errorOf(() => jsonType().take(value))).code, "json-value");
  }
  // Refused by toJson, or by what takes its text: there is none.
  const ofFunction = await errorOf(() => jsonType().take(() => 1));
  assert.ok(["json-value", "column-value"].includes(String(ofFunction.code)), ofFunction.message);
});

test("JSON is at most 100 deep with keys of at most 65535 bytes, as in MySQL", async () => {
  await makeTable(raw, "JSON");
  const insert = (text: string) => raw.connection.run("INSERT INTO kept VALUES (1, ?)", [text]);
  const deep = `${'[{"a":'.repeat(50)}[]${"}]".repeat(50)}`;
  await refuses(jsonType(), [[JSON.parse(deep)]]);
  assert.match((await errorOf(() => insert(deep))).message, /maximum depth/);
  const wide = { ["é".repeat(32_768)]: 1 };
  await refuses(jsonType(), [[wide]]);
  assert.match(
    (await errorOf(() => insert(JSON.stringify(wide)))).message,
    /key name that is too long/,
  );
  let abyss: unknown = [];
  for (let level = 0; level < 50_000; level += 1) abyss = [abyss];
  assert.is((await errorOf(() => jsonType().take(abyss))).code, "column-value");
});

test("an enumeration has its members only", async () => {
  const type = enumerationType(["small", "it's"]);
  keeps(type, [["it's", "it's"]]);
  await refuses(type, [
    ["Small", '"Small" is not one of "small", "it\'s".'],
    ["", '"" is not one of "small", "it\'s".'],
    [1, '1 is not one of "small", "it\'s".'],
  ]);
  for (const members of [["a "], ["a", "a"], ["x".repeat(256)], ["\ud800"], [7 as never]]) {
    assert.is((await errorOf(() => enumerationType(members))).code, "column-value");
  }
  assert.is((await errorOf(() => enumerationType([]))).code, "column-type");
});

test("bytes are copied in, and compared by what they hold", async () => {
  const given = Buffer.from("Ada");
  const kept = binaryType(3).take(given);
  given[0] = 0;
  deepStrictEqual(kept, Uint8Array.of(65, 100, 97));
  const { copy, equal } = binaryType().editable as Editable<Uint8Array>;
  const before = copy(kept);
  assert.is(equal(before, kept), true);
  kept[0] = 66;
  assert.is(equal(before, kept), false);
  await refuses(binaryType(3), [
    [new Uint8Array(4), "There are 4 bytes, the column holds 3."],
    ["Ada", '"Ada" is not a Uint8Array.'],
    [[1, 2], "an object (Array) is not a Uint8Array."],
    [new ArrayBuffer(3), "an object (ArrayBuffer) is not a Uint8Array."],
    [new Uint16Array(1), "an object (Uint16Array) is not a Uint8Array."],
  ]);
});

test("a UUID is kept in lower case, in 16 bytes", async () => {
  const text = "0189FC3D-6a2b-7c4e-8d5f-0123456789AB";
  keeps(uuidType, [[text, text.toLowerCase()]]);
  const bytes = uuidType.bind(text.toLowerCase());
  deepStrictEqual(bytes, Buffer.from("0189fc3d6a2b7c4e8d5f0123456789ab", "hex"));
  assert.is(uuidType.read?.(bytes as never), text.toLowerCase());
  for (const wrong of [
    "",
    text.replaceAll("-", ""),
    `{${text}}`,
    `${text}\n`,
    text.replace("A", "g"),
    7,
  ]) {
    assert.is((await errorOf(() => uuidType.take(wrong))).code, "column-value");
  }
  const error = await errorOf(() => uuidType.read?.(Buffer.alloc(15) as never));
  assert.is(error.message, "15 bytes are not a UUID");
});

test("a size that no column can have is refused at once", async () => {
  const sizes: [() => unknown, string][] = [
    [() => varcharType(0), "The length of a varchar cannot be 0."],
    [() => varcharType(16_384), "The length of a varchar cannot be 16384."],
    [() => decimalType(66, 0), "The precision of a decimal cannot be 66."],
    [() => decimalType(10, 11), "The scale of a decimal cannot be 11."],
    [() => decimalType(65, 31), "The scale of a decimal cannot be 31."],
    [() => datetimeType(7 as 6), "The digits of a second of a datetime cannot be 7."],
    [() => binaryType(1.5), "The length of a binary cannot be 1.5."],
    [() => binaryType(65_536), "The length of a binary cannot be 65536."],
  ];
  for (const [make, message] of sizes) {
    const error = await errorOf(make);
    assert.is(error.code, "column-type");
    assert.is(error.message.split("\n")[0], message);
  }
});

/** Tags as a Set in the program, as JSON in the database. */
const tags = convertedType(jsonType<string[]>(), {
  toDatabase: (set: Set<string>) => [...set].sort(),
  fromDatabase: (list) => new Set(list),
});

test("a converter is asked in both directions, and what is kept is what will be loaded", () => {
  const given = new Set(["sql", "orm"]);
  const kept = tags.take(given);
  deepStrictEqual([...kept], ["orm", "sql"]);
  given.add("late");
  assert.is(kept.size, 2);
  assert.is(tags.name, "json");
  assert.is(tags.bind(kept), '["orm","sql"]');
  deepStrictEqual(tags.read?.('["orm"]' as never), new Set(["orm"]));
});

test("a converted object that was edited in place is found", () => {
  const { copy, equal } = tags.editable as Editable<Set<string>>;
  const kept = tags.take(new Set(["sql"]));
  const before = copy(kept);
  assert.is(equal(before, kept), true);
  kept.add("orm");
  assert.is(equal(before, kept), false);
});

test("what a converter gives is checked as the column's type checks it", async () => {
  const cents = convertedType(integerType, {
    toDatabase: (euros: number) => euros * 100,
    fromDatabase: (stored) => stored / 100,
  });
  keeps(cents, [[1.25, 1.25]]);
  await refuses(cents, [[0.001, "0.1 is not a whole number from -2147483648 to 2147483647."]]);
  const promised = { toDatabase: async () => 1, fromDatabase: (stored: number) => stored };
  await refuses(convertedType(integerType, promised as never), [
    [1, "an object (Promise) is not a whole number from -2147483648 to 2147483647."],
  ]);
  await refuses(tags, [
    [7, "toDatabase of the converter failed for 7: TypeError: set is not iterable."],
  ]);
  const empty = { toDatabase: (text: string) => text, fromDatabase: () => null };
  await refuses(convertedType(textType, empty as never), [
    ["", 'fromDatabase of the converter gave null for "".'],
  ]);
});

test("converters stand on one another", () => {
  const sizes = convertedType(tags, {
    toDatabase: (text: string) => new Set(text.split(" ")),
    fromDatabase: (set) => [...set].join(" "),
  });
  assert.is(sizes.take("sql orm"), "orm sql");
  assert.is(sizes.bind("orm sql"), '["orm","sql"]');
  assert.is(sizes.read?.('["orm", "sql"]' as never), "orm sql");
});

test("parameters are the same when a database would store the same", () => {
  const same = [
    [1, 1],
    ["a", "a"],
    [7n, 7n],
    [null, null],
    [new Date(5), new Date(5)],
    [Buffer.of(1), Uint8Array.of(1)],
  ] as const;
  for (const [one, other] of same) assert.is(sameParameter(one, other), true);
  const different = [
    [1, 1n],
    [0, -0],
    [null, 0],
    [new Date(5), new Date(6)],
    [Uint8Array.of(1), Uint8Array.of(1, 0)],
    [Uint8Array.of(1), null],
  ] as const;
  for (const [one, other] of different) assert.is(sameParameter(one, other), false);
});

test.run();
