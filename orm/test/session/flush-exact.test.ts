import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  bigint,
  binary,
  boolean,
  type Col,
  date,
  datetime,
  decimal,
  declarativeBase,
  double,
  enumeration,
  integer,
  json,
  text,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { flushBench } from "./flush-support.js";

// What a statement of many rows stores is compared, by the server itself, with what statements of one row store.

const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const planes =
  "\0\u0001'\"\\%_ \u00e9e\u0301\u4e2d\ud83d\ude00\ud800\udf48\u{1f9ff}\u{20000}\u{e0001}\u{10ffff}\ufffd\uffff";
const moment = fc.date({
  min: new Date("1000-01-01"),
  max: new Date("9999-12-31"),
  noInvalidDate: true,
});
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${length}}$`));

interface Case {
  readonly column: () => Col<never, true, true>;
  /** The values at the type's limits. */
  readonly limits: readonly unknown[];
  readonly any: fc.Arbitrary<unknown>;
}

const unsigned = () =>
  bigint().convert({ toDatabase: (value: bigint) => value, fromDatabase: (value) => value });
const nullable =
  <T>(column: Col<T, boolean, boolean>) =>
  () =>
    column.nullable() as Col<never, true, true>;

const cases: Record<string, Case> = {
  whole: { column: nullable(integer()), limits: [-2147483648, 2147483647, 0], any: fc.integer() },
  large: {
    column: nullable(bigint()),
    limits: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n],
    any: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  },
  converted: { column: nullable(unsigned()), limits: [0n, 1n], any: fc.bigInt(0n, 2n ** 63n - 1n) },
  exact: {
    column: nullable(decimal(65, 30)),
    limits: [`${"9".repeat(35)}.${"9".repeat(30)}`, `-0.${"0".repeat(29)}1`, "0"],
    any: fc
      .tuple(digits(35), digits(30), fc.boolean())
      .map(([a, b, minus]) => `${minus ? "-" : ""}${a}.${b}`),
  },
  real: {
    column: nullable(double()),
    limits: [5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 0.1, -0, 2 ** 53, 1e22],
    any: fc.double({ noNaN: true, noDefaultInfinity: true }),
  },
  short: {
    column: nullable(varchar(200)),
    limits: ["", planes, " ", "\ud83d\ude00".repeat(200), "0", "NULL"],
    any: fc.string({ unit: "binary", maxLength: 100 }),
  },
  long: {
    column: nullable(text()),
    limits: ["", planes.repeat(5000), "x".repeat(70_000)],
    any: fc.string({ unit: "binary", maxLength: 300 }),
  },
  blob: {
    column: nullable(binary()),
    limits: [new Uint8Array(), bytes, new Uint8Array(70_000).fill(255)],
    any: fc.uint8Array({ maxLength: 300 }),
  },
  few: {
    column: nullable(binary(300)),
    limits: [new Uint8Array(), bytes, new Uint8Array([0]), new Uint8Array([0xc3])],
    any: fc.uint8Array({ maxLength: 300 }),
  },
  yes: { column: nullable(boolean()), limits: [true, false], any: fc.boolean() },
  day: {
    column: nullable(date()),
    limits: ["1000-01-01", "9999-12-31", "2000-02-29"],
    any: moment.map((value) => value.toISOString().slice(0, 10)),
  },
  millis: {
    column: nullable(datetime()),
    limits: [
      new Date("1000-01-01T00:00:00.001Z"),
      new Date("9999-12-31T23:59:59.999Z"),
      new Date(-1),
    ],
    any: moment,
  },
  micros: {
    column: nullable(datetime(6)),
    limits: ["1000-01-01T00:00:00.000001Z", "9999-12-31T23:59:59.999999Z"],
    any: fc
      .tuple(moment, fc.integer({ min: 0, max: 999 }))
      .map(([value, rest]) =>
        value.toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`),
      ),
  },
  document: {
    column: nullable(json()),
    limits: [
      { a: [1, 2.5, 5e-324, planes.replaceAll("\0", "")] },
      "text",
      5,
      1.5,
      true,
      [],
      {},
      -0.5,
    ],
    any: fc.jsonValue({ maxDepth: 2 }).filter((value) => {
      return value !== null && !/-0|\d{16}|e[+]|\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value));
    }),
  },
  choice: {
    column: nullable(enumeration("a", "A", "\u00e4", "it's")),
    limits: ["a", "A", "\u00e4", "it's"],
    any: fc.constantFrom("a", "A", "\u00e4", "it's"),
  },
  id16: {
    column: nullable(uuid()),
    limits: ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    any: fc.uuid(),
  },
};

const Base = declarativeBase();
const columns = () =>
  Object.fromEntries(Object.entries(cases).map(([name, { column }]) => [name, column()]));
class Many extends Base.mapped("many", { id: integer().primaryKey(), ...columns() }) {}
class Single extends Base.mapped("single", { id: integer().primaryKey(), ...columns() }) {}
type AnyClass = new (values: Record<string, unknown>) => { id: number };

const test = suite("flush: exact values");
const bench = flushBench(test, () => Base.metadata);

/** Compares the two tables, each column as text of its bytes. */
async function compare(where: string): Promise<void> {
  for (const column of ["id", ...Object.keys(cases)]) {
    const [one, other] = ["many", "single"].map(
      (table) => `HEX(CAST(${table}.\`${column}\` AS CHAR CHARACTER SET binary))`,
    );
    const differ = await bench.rows(
      `SELECT id, ${one} AS many, ${other} AS single FROM many JOIN single USING (id) WHERE NOT (${one} <=> ${other}) LIMIT 3`,
    );
    assert.equal(differ, [], `${column}, ${where}`);
  }
  assert.equal(
    await bench.rows("SELECT (SELECT COUNT(*) FROM many) - (SELECT COUNT(*) FROM single) AS n"),
    [{ n: 0 }],
  );
}

async function insertBoth(records: readonly Record<string, unknown>[]): Promise<object[][]> {
  await bench.rows("DELETE FROM many");
  await bench.rows("DELETE FROM single");
  const [many, single] = [Many, Single].map((Class) =>
    records.map(
      (record, index) => new (Class as unknown as AnyClass)({ id: index + 1, ...record }),
    ),
  ) as [object[], object[]];
  await bench.flush({ inserts: many });
  for (const row of single) await bench.flush({ inserts: [row] });
  return [many, single];
}

/** The same columns change in all rows, so that they share a statement. */
async function updateBoth(
  [many = [], single = []]: object[][],
  records: readonly Record<string, unknown>[],
) {
  for (const [index, record] of records.entries()) {
    for (const rows of [many, single]) Object.assign(rows[index] as object, record);
  }
  await bench.flush({ updates: many });
  for (const row of single) await bench.flush({ updates: [row] });
}

/** `count` rows: the values of each column's limits in turn, and NULL where `empty` says. */
function limits(count: number, empty: (row: number) => boolean): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      Object.entries(cases).map(([name, { limits }]) => [
        name,
        empty(row) ? null : limits[row % limits.length],
      ]),
    ),
  );
}

const empties: Record<string, (row: number) => boolean> = {
  "no NULL": () => false,
  "NULL in the first row": (row) => row === 0,
  "NULL in the last row": (row) => row === 8,
  "NULL in all rows but one": (row) => row !== 4,
  "NULL in all rows": () => true,
};

for (const [name, empty] of Object.entries(empties)) {
  test(`values at the limits, ${name}`, async () => {
    await insertBoth(limits(9, empty));
    await compare("inserted");
    const both = await insertBoth(limits(9, (row) => !empty(row)));
    await updateBoth(both, limits(9, empty));
    await compare("updated");
  });
}

const record = fc.record(
  Object.fromEntries(
    Object.entries(cases).map(([name, { any }]) => [name, fc.option(any, { freq: 4 })]),
  ),
);

test("any values", async () => {
  const lists = fc.array(fc.tuple(record, record), { minLength: 2, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(lists, async (pairs) => {
      const both = await insertBoth(pairs.map(([before]) => before));
      await compare("inserted");
      await updateBoth(
        both,
        pairs.map(([, after]) => after),
      );
      await compare("updated");
    }),
    { numRuns: 6 },
  );
});

test("a table of 60 long texts and bytes, all changed", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const wide = Object.fromEntries(
    names.map((name, index) => [name, index % 2 ? varchar(200) : binary(200)]),
  );
  const Wide = Base.mapped("wide", { id: integer().primaryKey(), ...wide }) as unknown as AnyClass;
  await Base.metadata.createAll(bench.engine);
  const value = (index: number, fill: number) =>
    index % 2 ? String.fromCodePoint(0x1f600 + fill).repeat(200) : new Uint8Array(200).fill(fill);
  const record = (fill: number) =>
    Object.fromEntries(names.map((name, index) => [name, value(index, fill)]));
  const rows = [1, 2, 3].map((id) => new Wide({ id, ...record(id) }));
  await bench.flush({ inserts: rows });
  for (const row of rows) Object.assign(row, record(row.id + 10));
  await bench.flush({ updates: rows });
  const stored = await bench.rows("SELECT c0, c59 FROM wide ORDER BY id");
  assert.equal(
    stored,
    [11, 12, 13].map((fill) => ({ c0: value(0, fill), c59: value(59, fill) })),
  );
});

const keys: Record<string, readonly [Col<never, false, true>, readonly unknown[]]> =
  Object.fromEntries(
    Object.entries({
      large: [bigint(), [2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 63n - 1n]],
      exact: [
        decimal(40, 5),
        [1, 2, 3, 4].map((n) => `1234567890123456789012345678901234${n}.00001`),
      ],
      text: [varchar(50), ["a", "A", "\u00e4", "a "]],
      bytes: [binary(20), [[0], [0, 0], [255], [65]].map((list) => Uint8Array.from(list))],
      uuid: [uuid(), [1, 2, 3, 4].map((n) => `00000000-0000-0000-0000-00000000000${n}`)],
      day: [date(), ["1000-01-01", "1000-01-02", "9999-12-31", "2000-02-29"]],
      millis: [datetime(), [0, 1, 2, 3].map((ms) => new Date(ms))],
      micros: [datetime(6), [0, 1, 2, 3].map((n) => `2026-11-21T08:30:00.12345${n}Z`)],
      real: [double(), [0.1, 0.2, 0.30000000000000004, 0.3]],
      choice: [enumeration("a", "A", "b", "B"), ["a", "A", "b", "B"]],
    }).map(
      ([name, [column, values]]) => [name, [(column as Col<never>).primaryKey(), values]] as never,
    ),
  );

for (const [name, [column, values]] of Object.entries(keys)) {
  test(`a key of ${name} finds its rows, and only those`, async () => {
    const Keyed = Base.mapped(`key_${name}`, { id: column, n: integer() }) as unknown as new (
      values: object,
    ) => { n: number };
    await Base.metadata.createAll(bench.engine);
    const rows = values.map((id, n) => new Keyed({ id, n }));
    await bench.flush({ inserts: rows });
    const changed = rows.slice(1, 3);
    const [first] = changed as [(typeof rows)[0]];
    for (const row of changed) row.n += 10;
    await bench.flush({ updates: changed });
    const numbers = () => bench.rows(`SELECT n FROM key_${name} ORDER BY n`);
    assert.equal(await numbers(), [{ n: 0 }, { n: 3 }, { n: 11 }, { n: 12 }]);
    first.n = 21;
    await bench.flush({ updates: [first] });
    await bench.flush({ deletes: [rows[0], rows[2]] });
    assert.equal(await numbers(), [{ n: 3 }, { n: 21 }]);
  });
}

test.run();
