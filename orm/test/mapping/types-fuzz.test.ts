import fc from "fast-check";
import { suite } from "uvu";
import type { ColumnType } from "../../src/mapping/column-type.js";
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
import { checkLaw, makeTable, rawDatabase } from "./round-trip.js";

const test = suite("types-fuzz");
const raw = rawDatabase(test);

/** Whatever value is taken comes back as it was kept: at the limits, and for many values between them. */
function exact<T>(
  column: string,
  type: ColumnType<T>,
  limits: readonly unknown[],
  any: fc.Arbitrary<unknown>,
): void {
  test(`${column} gives back what was kept`, async () => {
    await makeTable(raw, column);
    await checkLaw(raw, type, limits);
    const lists = fc.array(any, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(lists, (list) => checkLaw(raw, type, list)),
      { numRuns: 25 },
    );
  });
}

exact("TINYINT(1)", booleanType, [true, false], fc.boolean());
exact("INT", integerType, [-2147483648, 2147483647, 0, -0], fc.integer());

const signed = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const unsigned = fc.bigInt(0n, 2n ** 64n - 1n);
exact("BIGINT", bigintType(), [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, 0n], signed);
exact("BIGINT UNSIGNED", bigintType("bigint", true), [0n, 2n ** 63n, 2n ** 64n - 1n], unsigned);
const safe = Number.MAX_SAFE_INTEGER;
exact("BIGINT", bigintType("number"), [safe, -safe, -0, 1], fc.maxSafeInteger());
const digits = [`${2n ** 63n - 1n}`, `-${2n ** 63n}`, "0", "-0", "007"];
exact("BIGINT", bigintType("string"), digits, signed.map(String));
exact("BIGINT UNSIGNED", bigintType("string", true), [`${2n ** 64n - 1n}`], unsigned.map(String));

/** Decimals with up to so many digits before and behind the point, in forms that are not the kept one. */
const decimals = (before: number, behind: number) =>
  fc
    .tuple(
      fc.constantFrom("", "-", "0", "-00"),
      fc.bigInt(0n, 10n ** BigInt(before) - 1n),
      fc.stringMatching(new RegExp(`^(\\.\\d{1,${Math.max(behind, 1)}})?$`)),
    )
    .map(([sign, whole, fraction]) => `${sign}${whole}${behind === 0 ? "" : fraction}`);
exact(
  "DECIMAL(65,30)",
  decimalType(65, 30),
  [
    `${"9".repeat(35)}.${"9".repeat(30)}`,
    `-${"9".repeat(35)}.${"9".repeat(30)}`,
    "-0",
    `0.${"0".repeat(29)}1`,
  ],
  decimals(35, 30),
);
exact(
  "DECIMAL(10,2)",
  decimalType(10, 2),
  ["-0.00", "9.9", "99999999.99", "1.500"],
  decimals(8, 2),
);
exact("DECIMAL(65,0)", decimalType(65, 0), ["9".repeat(65), "-0", "0.00"], decimals(65, 0));
exact("DECIMAL(3,3)", decimalType(3, 3), ["0.999", "-0.001", "0"], fc.constant("-0.5"));

/** Every pattern of 64 bits that is a finite number, and numbers of everyday size with all their digits. */
const doubles = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc
    .tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -20, max: 20 }))
    .map(([mantissa, exponent]) => mantissa * 10 ** exponent),
);
const doubleLimits = [
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  2.2250738585072014e-308,
  2.225073858507201e-308,
  0.1 + 0.2,
  914724.9664357405,
];
exact("DOUBLE", doubleType, [...doubleLimits, -0, 0, 2 ** 53 + 2, 1e20, 2 ** 64], doubles);

const moments = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const days = [
  "0001-01-01",
  "0069-12-31",
  "0004-02-29",
  "0999-12-31",
  "1000-01-01",
  "1582-10-10",
  "1969-12-31",
  "2038-01-20",
  "9999-12-31",
];
exact(
  "DATE",
  dateType,
  days,
  moments.map((date) => date.toISOString().slice(0, 10)),
);
const dates = (unit: number) =>
  moments.map((date) => new Date(Math.floor(date.getTime() / unit) * unit));
const dateLimits = days.map((day) => new Date(`${day}T23:59:59Z`));
exact("DATETIME", datetimeType(0), dateLimits, dates(1000));
exact("DATETIME(1)", datetimeType(1), dateLimits, dates(100));
exact("DATETIME(2)", datetimeType(2), dateLimits, dates(10));
exact(
  "DATETIME(3)",
  datetimeType(),
  ["0001-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"].map(
    (text) => new Date(text),
  ),
  dates(1),
);
const micros = (digits: number) =>
  fc
    .tuple(moments, fc.integer({ min: 0, max: 10 ** (digits - 3) - 1 }))
    .map(
      ([date, rest]) => `${date.toISOString().slice(0, -1)}${`${rest}`.padStart(digits - 3, "0")}Z`,
    );
const microLimits = [
  "0001-01-01T00:00:00.0001Z",
  "9999-12-31T23:59:59.999900Z",
  "2024-01-01 00:00:00Z",
  "1969-12-31T23:59:59.5Z",
];
exact("DATETIME(4)", datetimeType(4), microLimits, micros(4));
exact("DATETIME(5)", datetimeType(5), microLimits, micros(5));
exact("DATETIME(6)", datetimeType(6), [...microLimits, "9999-12-31T23:59:59.999999Z"], micros(6));

/** The first and last characters of each of Unicode's 17 planes. */
const planes = Array.from({ length: 17 }, (_, plane) =>
  [0, 1, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff].map((code) =>
    String.fromCodePoint(plane * 0x10000 + code),
  ),
).flat();
const strings = fc.string({ unit: "binary", maxLength: 60 });
const texts = [
  "",
  " ",
  "a  ",
  "\u0000",
  "a\u0000b\u0000",
  "'\"\\`?;--",
  "NULL",
  "\r\n\t",
  "\ufeffa",
  "e\u0301",
  planes.join(""),
];
exact("VARCHAR(200)", varcharType(200), [...texts, "😀".repeat(200)], strings);
exact("LONGTEXT", textType, [...texts, "x".repeat(70_000)], strings);
const members = [
  "it's",
  'a"b',
  "back\\slash",
  "😀",
  "",
  "2",
  "1",
  "x,y",
  " lead",
  "NULL",
  "%",
] as const;
const memberList = members.map((member) => `'${member.replace(/['\\\\]/g, "$&$&")}'`).join(", ");
exact(`ENUM(${memberList})`, enumerationType(members), members, fc.constantFrom(...members));

const bytes = fc.uint8Array({ maxLength: 60 });
exact(
  "LONGBLOB",
  binaryType(),
  [new Uint8Array(), Uint8Array.of(0, 255, 32, 0), Buffer.from("é ")],
  bytes,
);
exact(
  "VARBINARY(60)",
  binaryType(60),
  [new Uint8Array(), new Uint8Array(60).fill(255), Uint8Array.of(32, 0)],
  bytes,
);
exact(
  "BINARY(16)",
  uuidType,
  [
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "20202020-2020-2020-2020-202020202000",
  ],
  fc.uuid(),
);

const numbers = doubles.filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "medium" },
    fc.oneof(strings, numbers, fc.boolean(), fc.maxSafeInteger(), fc.constant(null)),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "binary", maxLength: 8 }), tie("json"), { maxKeys: 4 }),
  ),
}));
const nested = (levels: number): unknown =>
  levels === 0 ? 1 : levels % 2 ? [nested(levels - 1)] : { a: nested(levels - 1) };
exact(
  "JSON",
  jsonType(),
  [
    ...[
      {},
      [],
      "",
      0,
      -0,
      false,
      safe,
      -safe,
      1e-7,
      1e21,
      1e300,
      [null],
      { "": "" },
      { b: 1, aa: 2, a: 3 },
    ],
    ...doubleLimits,
    ...texts,
    { "é\u0000": [{ a: null }], ["__proto__"]: 1, "$.a": "1234567890123456789" },
    { ["k".repeat(65_535)]: texts },
    nested(100),
    { on: new Date(0), gone: undefined },
  ],
  json.filter((value) => value !== null),
);

class Money {
  constructor(readonly cents: bigint) {}
}
const moneyType = convertedType(decimalType(20, 2), {
  toDatabase: (money: Money) =>
    `${money.cents < 0n ? "-" : ""}${abs(money) / 100n}.${`${abs(money) % 100n}`.padStart(2, "0")}`,
  fromDatabase: (text) => new Money(BigInt(text.replace(".", ""))),
});
function abs({ cents }: Money): bigint {
  return cents < 0n ? -cents : cents;
}
exact(
  "DECIMAL(20,2)",
  moneyType,
  [0n, -1n, 10n ** 20n - 1n].map((cents) => new Money(cents)),
  signed.map((cents) => new Money(cents)),
);

test("a BLOB of 16 MB gives back what was kept", async () => {
  await makeTable(raw, "LONGBLOB");
  const large = Buffer.alloc(
    16 * 2 ** 20,
    Uint8Array.from({ length: 257 }, (_, index) => index),
  );
  await checkLaw(raw, binaryType(), [large]);
});

test.run();
