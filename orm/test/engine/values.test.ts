import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, type SqlArgument, sql } from "../../src/engine/index.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("values");
const database = testDatabase(test);
let engine: Engine;

test.before(() => {
  engine = createEngine(database.url, { pool: { size: 1 } });
});
test.after(() => engine.dispose());

/** The values of a column, read as text (a statement without parameters) and in binary (one with). */
async function readBoth(table: string): Promise<unknown[][]> {
  const name = sql.identifier(table);
  const text = await engine.execute(sql`SELECT v FROM ${name} ORDER BY id`);
  const binary = await engine.execute(sql`SELECT v FROM ${name} WHERE id > ${0} ORDER BY id`);
  return [text.map((row) => row.v), binary.map((row) => row.v)];
}

async function exactRoundTrip<T>(
  type: string,
  values: readonly T[],
  bind: (value: T) => SqlArgument,
): Promise<void> {
  const table = sql.identifier("values_under_test");
  await engine.execute(sql`DELETE FROM ${table}`);
  const rows = values.map((value, id) => sql`(${id + 1}, ${value === null ? null : bind(value)})`);
  await engine.execute(sql`INSERT INTO ${table} (id, v) VALUES ${sql.join(rows)}`);
  const [text, binary] = await readBoth("values_under_test");
  assert.equal(text, values, `${type}, as text`);
  assert.equal(binary, values, `${type}, in binary`);
}

interface Case<T> {
  type: string;
  /** The values at the type's limits, from MySQL's manual, "Data Types". */
  limits: T[];
  any: fc.Arbitrary<T>;
  bind?: (value: T) => SqlArgument;
}

function exact<T>({ type, limits, any, bind = (value) => value as SqlArgument }: Case<T>): void {
  test(`${type} comes back exactly`, async () => {
    await database.admin.query(`DROP TABLE IF EXISTS ${database.name}.values_under_test`);
    await database.admin.query(
      `CREATE TABLE ${database.name}.values_under_test (id INT PRIMARY KEY, v ${type} NULL)`,
    );
    await exactRoundTrip<T | null>(type, [...limits, null], (value) => bind(value as T));
    const lists = fc.array(fc.option(any), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lists, (list) =>
        exactRoundTrip<T | null>(type, list, (value) => bind(value as T)),
      ),
      { numRuns: 15 },
    );
  });
}

const integer = (min: number, max: number) => fc.integer({ min, max });
const digits = (count: number) =>
  integer(0, 10 ** count - 1).map((n) => `${n}`.padStart(count, "0"));

exact({ type: "TINYINT", limits: [-128, 127, 0], any: integer(-128, 127) });
exact({ type: "SMALLINT UNSIGNED", limits: [0, 65535], any: integer(0, 65535) });
exact({ type: "MEDIUMINT", limits: [-8388608, 8388607], any: integer(-8388608, 8388607) });
exact({ type: "INT", limits: [-2147483648, 2147483647], any: integer(-2147483648, 2147483647) });
exact({ type: "INT UNSIGNED", limits: [0, 4294967295], any: integer(0, 4294967295) });
exact({
  type: "BIGINT",
  limits: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, 0n],
  any: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
});
exact({
  type: "BIGINT UNSIGNED",
  limits: [0n, 2n ** 63n, 2n ** 64n - 1n],
  any: fc.bigInt(0n, 2n ** 64n - 1n),
});
exact({
  type: "DECIMAL(65,30)",
  limits: [
    "99999999999999999999999999999999999.999999999999999999999999999999",
    "-99999999999999999999999999999999999.999999999999999999999999999999",
    "0.000000000000000000000000000001",
  ],
  any: fc
    .tuple(fc.bigInt(-(10n ** 35n) + 1n, 10n ** 35n - 1n), fc.bigInt(0n, 10n ** 30n - 1n))
    .map(([whole, fraction]) => `${whole}.${`${fraction}`.padStart(30, "0")}`),
});
exact({
  type: "DOUBLE",
  limits: [
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    Number.MIN_VALUE,
    0.1 + 0.2,
    2 ** 53 + 2,
    914724.9664357405,
  ],
  any: fc.double({ noNaN: true, noDefaultInfinity: true }),
});
exact({
  type: "FLOAT",
  limits: [0.1, -1.5, 999999],
  any: integer(-999999, 999999)
    .map((n) => n / 8)
    .filter((n) => Number(n.toPrecision(6)) === n),
});
exact({ type: "BOOLEAN", limits: [true, false], any: fc.boolean() });
exact({ type: "BIT(1)", limits: [0, 1], any: integer(0, 1) });
exact({ type: "BIT(53)", limits: [0, 2 ** 53 - 1], any: fc.maxSafeNat() });
exact({ type: "BIT(64)", limits: [0n, 2n ** 64n - 1n], any: fc.bigInt(0n, 2n ** 64n - 1n) });
exact({ type: "YEAR", limits: [1901, 2155], any: integer(1901, 2155) });

const day = (min: string, max: string) =>
  fc.date({ min: new Date(min), max: new Date(max), noInvalidDate: true });
const whenever = day("1000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z");
exact({
  type: "DATE",
  limits: ["1000-01-01", "9999-12-31", "2024-02-29"],
  any: whenever.map((date) => date.toISOString().slice(0, 10)),
});
exact({
  type: "DATETIME",
  limits: [new Date("1000-01-01T00:00:00Z"), new Date("9999-12-31T23:59:59Z")],
  any: whenever.map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
});
exact({
  type: "DATETIME(3)",
  limits: [new Date("1000-01-01T00:00:00.001Z"), new Date("9999-12-31T23:59:59.999Z")],
  any: whenever,
});
exact({
  type: "DATETIME(6)",
  limits: [
    "1000-01-01T00:00:00.000001Z",
    "9999-12-31T23:59:59.999999Z",
    "2024-01-01T00:00:00.000000Z",
  ],
  any: fc
    .tuple(whenever, digits(3))
    .map(([date, micro]) => `${date.toISOString().slice(0, -1)}${micro}Z`),
  bind: (text) => sql.datetime(text),
});
exact({
  type: "TIMESTAMP(3)",
  limits: [new Date("1970-01-01T00:00:01Z"), new Date("2038-01-19T03:14:07.499Z")],
  any: day("1970-01-01T00:00:01Z", "2038-01-19T03:14:07.499Z"),
});
exact({
  type: "TIME(6)",
  limits: ["-838:59:59.000000", "838:59:59.000000", "00:00:00.000001", "-00:00:00.500000"],
  any: fc
    .tuple(fc.constantFrom("", "-"), integer(1, 837), integer(0, 59), integer(0, 59), digits(6))
    .map(([sign, ...[h, m, s, f]]) => {
      const [hours, minutes, seconds] = [h, m, s].map((part) => `${part}`.padStart(2, "0"));
      return `${sign}${hours}:${minutes}:${seconds}.${f}`;
    }),
});
exact({
  type: "TIME",
  limits: ["-838:59:59", "838:59:59", "00:00:00"],
  any: fc.constant("12:34:56"),
});

const text = fc.string({ unit: "binary", maxLength: 60 });
exact({
  type: "VARCHAR(200)",
  limits: ["", " ", "😀", "\u0000", "'\"\\`?;--", "é ", "NULL"],
  any: text,
});
exact({ type: "LONGTEXT", limits: ["", "x".repeat(70_000)], any: text });
exact({ type: "ENUM('a','b','')", limits: ["a", ""], any: fc.constantFrom("a", "b") });
exact({ type: "SET('a','b')", limits: ["", "a,b"], any: fc.constantFrom("a", "b", "a,b") });

const bytes = fc.uint8Array({ maxLength: 60 });
exact({ type: "BLOB", limits: [new Uint8Array(), new Uint8Array([0, 255, 128])], any: bytes });
exact({ type: "VARBINARY(60)", limits: [new Uint8Array(60).fill(255)], any: bytes });
exact({
  type: "BINARY(16)",
  limits: [new Uint8Array(16)],
  any: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

const isExact = (json: unknown): boolean =>
  typeof json === "number"
    ? !Number.isInteger(json) || Number.isSafeInteger(json)
    : typeof json !== "object" || json === null || Object.values(json).every(isExact);
exact<unknown>({
  type: "JSON",
  limits: [
    {},
    [],
    "",
    0,
    false,
    2 ** 53 - 1,
    Number.MAX_VALUE,
    1e21,
    1e-7,
    { "é\u0000": [{ a: null }] },
    ["1234567890123456789"],
  ],
  // JSON's own null is not SQL's NULL, and reads like it: it has a test of its own.
  any: fc.jsonValue().filter((json) => json !== null && isExact(json)),
  bind: (value) => sql.json(value),
});

test("JSON null and NULL are told apart by SQL, not by the value", async () => {
  const rows = await engine.execute(
    sql`SELECT CAST(${sql.json(null)} AS JSON) AS json, CAST(NULL AS JSON) AS nothing`,
  );
  assert.equal([...rows], [{ json: null, nothing: null }]);
});

test("a JSON number that JavaScript would round is an error, not another number", async () => {
  const error = await errorOf(() =>
    engine.execute(sql`SELECT CAST('{"id": 9007199254740993}' AS JSON) AS doc`),
  );
  assert.is(error.name, "DataError");
  assert.is(error.code, "inexact");
  assert.is(error.hint, "Read it as text: CAST(doc AS CHAR).");
  const fine = sql`SELECT CAST('["9007199254740993", 1234567890123456.5]' AS JSON) AS doc`;
  assert.equal((await engine.execute(fine))[0], { doc: ["9007199254740993", 1234567890123456.5] });
});

test("COUNT is a number, SUM and AVG of a decimal are strings", async () => {
  const prices = sql`(SELECT 1.10 AS price UNION ALL SELECT 2.20) AS prices`;
  const [row] = await engine.execute(
    sql`SELECT COUNT(*) AS n, SUM(price) AS sum, AVG(price) AS avg FROM ${prices}`,
  );
  assert.equal(row, { n: 2, sum: "3.30", avg: "1.650000" });
});

test("an integer expression is a number while that is exact, else a bigint", async () => {
  const [row] = await engine.execute(
    sql`SELECT 1 AS one, ${7} AS seven, 9007199254740991 AS last, 9007199254740992 AS beyond`,
  );
  assert.equal(row, { one: 1, seven: 7, last: 9007199254740991, beyond: 9007199254740992n });
});

test("parameters keep their types where nothing else gives one", async () => {
  const [row] = await engine.execute(
    sql`SELECT ${1} + 1 AS sum, ${1.5} AS half, ${"1"} AS text, ${null} AS none, ${10n ** 30n} AS huge`,
  );
  assert.equal(row, {
    sum: 2,
    half: 1.5,
    text: "1",
    none: null,
    huge: "1000000000000000000000000000000",
  });
  const limited = await engine.execute(sql`SELECT 1 AS one UNION ALL SELECT 2 LIMIT ${1}`);
  assert.is(limited.length, 1);
});

test("a view of a larger buffer sends its own bytes only", async () => {
  const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  const [row] = await engine.execute(sql`SELECT CAST(${part} AS BINARY) AS part`);
  assert.equal(row, { part: new Uint8Array([2, 3]) });
  assert.not.ok(Buffer.isBuffer(row?.part));
});

test("times do not depend on the time zone of server, session or process", async () => {
  const zone = process.env.TZ;
  process.env.TZ = "Pacific/Auckland";
  try {
    const noon = new Date("2026-06-01T12:00:00Z");
    const [row] = await engine.execute(
      sql`SELECT ${noon} = '2026-06-01 12:00:00' AS same, @@time_zone AS zone,
          TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW()) AS difference`,
    );
    assert.equal(row, { same: 1, zone: "+00:00", difference: 0 });
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("a table that is made anew with other types gets exact values", async () => {
  const remake = async (type: string, value: string | number) => {
    await database.admin.query(`DROP TABLE IF EXISTS ${database.name}.remade`);
    await database.admin.query(`CREATE TABLE ${database.name}.remade (v ${type})`);
    await engine.execute(sql`INSERT INTO remade (v) VALUES (${value})`);
    return (await engine.execute(sql`SELECT CAST(v AS CHAR) AS v FROM remade`))[0]?.v;
  };
  assert.is(await remake("DOUBLE", 0.5), "0.5");
  assert.is(
    await remake("DECIMAL(40,5)", "12345678901234567890.12345"),
    "12345678901234567890.12345",
  );
  assert.is(await remake("TIME(6)", "00:00:00.000001"), "00:00:00.000001");
  assert.is(await remake("VARCHAR(5)", "Āé😀"), "Āé😀");
});

test("prepared statements are kept within a transaction and closed at its end", async () => {
  const open = async () => {
    const [row] = await engine.execute(
      sql`SELECT COUNT(*) AS n FROM performance_schema.prepared_statements_instances
          WHERE sql_text LIKE 'SELECT ? AS kept%'`,
    );
    return row?.n;
  };
  await engine.begin(async (connection) => {
    for (let n = 0; n < 3; n += 1) await connection.execute(sql`SELECT ${n} AS kept`);
    const [row] = await database.admin.query(
      "SELECT COUNT(*) AS n FROM performance_schema.prepared_statements_instances WHERE sql_text = 'SELECT ? AS kept'",
    );
    assert.equal(row, [{ n: 1 }]);
  });
  assert.is(await open(), 0);
});

test("a session is strict: what does not fit is an error", async () => {
  await engine.execute(sql`CREATE TABLE strict_ones (name VARCHAR(3), n TINYINT, d DATE)`);
  const insert = async (column: string, value: string | number) =>
    errorOf(() =>
      engine.execute(sql`INSERT INTO strict_ones (${sql.identifier(column)}) VALUES (${value})`),
    );
  assert.is((await insert("name", "four")).code, "too-long");
  assert.is((await insert("n", 128)).code, "out-of-range");
  assert.is((await insert("d", "0000-00-00")).code, "wrong-value");
  assert.is((await insert("d", "2026-02-30")).code, "wrong-value");
});

test("a zero date that an old table holds is an error, not an invalid Date", async () => {
  await engine.begin(async (connection) => {
    await connection.execute(sql`SET sql_mode = ''`);
    const error = await errorOf(() =>
      connection.execute(sql`SELECT CAST('0000-00-00 00:00:00' AS DATETIME) AS day_zero`),
    );
    await connection.execute(sql`SET sql_mode = DEFAULT`);
    assert.is(error.code, "inexact");
  });
});

test("two columns of one name are refused, not lost", async () => {
  const error = await errorOf(() => engine.execute(sql`SELECT 1 AS id, 2 AS id`));
  assert.is(error.code, "duplicate-column");
  assert.ok(error.message.includes("called id"), error.message);
});

test.run();
