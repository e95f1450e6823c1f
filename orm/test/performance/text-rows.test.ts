import { execFileSync } from "node:child_process";
import fc from "fast-check";
import mysql from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DriverConnection } from "../../src/engine/driver.js";
import type { Mysql2Field } from "../../src/engine/mysql-connection.js";
import { mysqlDriver } from "../../src/engine/mysql-driver.js";
import { parseUrl } from "../../src/engine/url.js";
import { textRows } from "../../src/performance/text-rows.js";
import { errorOf, runs, testDatabase } from "../support.js";

const test = suite("rows that came as text");
const database = testDatabase(test);
let line: DriverConnection;
/** Which columns were asked for, and whether they were read here. */
let asked: { readonly types: number[]; readonly known: boolean }[] = [];

test.before(async () => {
  const watched = (fields: readonly Mysql2Field[], room: number) => {
    const read = textRows(fields, room);
    asked.push({ types: fields.map(({ columnType }) => columnType), known: read !== undefined });
    return read;
  };
  line = await mysqlDriver(parseUrl(database.url), watched).connect();
});
test.before.each(() => {
  asked = [];
});
test.after(() => line.close());

/** Each type of MySQL that comes as something other than its own, with values at its edges. */
const types: Readonly<Record<string, readonly [type: string, ...values: string[]]>> = {
  tiny: ["TINYINT", "-128", "127", "0"],
  tiny_unsigned: ["TINYINT UNSIGNED", "255", "0", "7"],
  small: ["SMALLINT", "-32768", "32767", "0"],
  medium: ["MEDIUMINT", "-8388608", "8388607", "0"],
  whole: ["INT", "-2147483648", "2147483647", "0"],
  filled: ["INT(8) ZEROFILL", "42", "0", "4294967295"],
  big: ["BIGINT", "-9223372036854775808", "9223372036854775807", "0"],
  big_unsigned: ["BIGINT UNSIGNED", "18446744073709551615", "0", "9007199254740993"],
  exact: ["DECIMAL(40, 10)", "-123456789012345678901234567890.0000000001", "0", "1.5"],
  single: ["FLOAT", "1.5", "-3.25e10", "0"],
  twice: ["DOUBLE", "914724.9664357405", "-1.7976931348623157e308", "5e-324"],
  day: ["DATE", "'1000-01-01'", "'9999-12-31'", "'2026-11-22'"],
  moment: ["DATETIME(6)", "'1000-01-01 00:00:00.000001'", "'9999-12-31 23:59:59.999999'", "now()"],
  stamp: ["TIMESTAMP(3) NULL", "'1970-01-02 00:00:01.001'", "'2038-01-18 03:14:07.999'", "now()"],
  duration: ["TIME(6)", "'-838:59:59'", "'838:59:59'", "'00:00:00.000001'"],
  annum: ["YEAR", "1901", "2155", "2026"],
  words: ["VARCHAR(20)", "''", "'0123456789'", "'Ægir 🙂'"],
  fixed: ["CHAR(12)", "'0123456789ab'", "'ééé'", "'a'"],
  octets: ["VARBINARY(20)", "X''", "X'00ff80'", "'0123456789'"],
  long_words: ["LONGTEXT", "'ten bytes.'", "'eleven byte'", "REPEAT('é', 40000)"],
  lump: ["BLOB", "X''", "X'ff'", "REPEAT(X'80', 300)"],
  flags: ["BIT(12)", "b'0'", "b'111111111111'", "b'1'"],
  choice: ["ENUM('a', 'grün', '')", "'a'", "'grün'", "''"],
  choices: ["SET('a', 'b', 'grün')", "''", "'a,b,grün'", "'grün'"],
  record: ["JSON", "'[]'", `'{"ä": 12345678901234567890, "n": null}'`, `'"🙂"'`],
};

/** What mysql2 reads by itself, with the options that ormlet gives it; a floating number from its text. */
async function byMysql2(statement: string): Promise<unknown[][]> {
  const connection = await mysql.createConnection({
    uri: database.url,
    charset: "utf8mb4",
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    typeCast: (field, next) =>
      field.type === "DOUBLE" || field.type === "FLOAT" ? toNumber(field.string()) : next(),
  });
  try {
    await connection.query("SET time_zone = '+00:00'");
    const [rows] = await connection.query(statement);
    return rows as unknown[][];
  } finally {
    await connection.end();
  }
}

const toNumber = (text: string | null) => (text === null ? null : Number(text));

async function byTextRows(statement: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  await line.run(statement, [], (batch) => rows.push(...batch));
  return rows;
}

test("each type is read as mysql2 reads it, NULL too", async () => {
  const columns = Object.entries(types);
  const declared = columns.map(([name, [type]]) => `${name} ${type}`);
  await line.run(`CREATE TABLE kinds (n INT PRIMARY KEY, ${declared.join(", ")})`, []);
  for (const row of [1, 2, 3]) {
    const values = columns.map(([, values]) => values[row]);
    await line.run(`INSERT INTO kinds VALUES (${row}, ${values.join(", ")})`, []);
  }
  await line.run("INSERT INTO kinds (n) VALUES (4)", []);
  const rows = await byTextRows("SELECT * FROM kinds ORDER BY n");
  assert.equal(asked.at(-1)?.known, true);
  assert.equal(rows, await byMysql2("SELECT * FROM kinds ORDER BY n"));
  assert.is(rows[0]?.[11], 914724.9664357405);
  assert.equal(
    rows[3]?.slice(1),
    columns.map(() => null),
  );
});

test("a column that is said to be whole has whole numbers, however it is read, and each integer type is one", async () => {
  const other = await mysqlDriver(parseUrl(database.url)).connect();
  const integers = "n tiny tiny_unsigned small medium whole filled annum".split(" ");
  const ways: [DriverConnection, string, number[]][] = [
    [line, "SELECT * FROM kinds", []],
    [line, "SELECT * FROM kinds WHERE n > ?", [0]],
    [other, "SELECT * FROM kinds", []],
  ];
  for (const [connection, statement, parameters] of ways) {
    const { columns, rows } = await connection.run(statement, parameters);
    const whole = columns.filter((column) => column.whole);
    assert.equal(
      whole.map(({ name }) => name),
      integers,
    );
    for (const column of whole) {
      const values = rows.map((row) => row[columns.indexOf(column)]);
      assert.ok(values.every((value) => value === null || Number.isSafeInteger(value)));
    }
  }
  await other.close();
});

test("a text of any length, where the length takes one byte, three, four or nine", async () => {
  for (const length of [0, 1, 24, 25, 250, 251, 252, 65_535, 65_536, 16_777_215, 16_777_216]) {
    const rows = await byTextRows(`SELECT REPEAT('x', ${length}), 7, REPEAT('é', 3), NULL`);
    assert.is(String(rows[0]?.[0]).length, length);
    assert.equal(rows[0]?.slice(1), ["7", "ééé", null]);
  }
});

test("dates come back, whichever came before: of each day, of none, and of days that share a place", async () => {
  await line.run("CREATE TABLE days (n INT PRIMARY KEY, day DATE)", []);
  // 1980-01-05 and 2019-06-05 are 16,384 apart, by 13 months of 32 days.
  const days = ["1980-01-05", "2019-06-05", "1980-01-05", "1980-01-06", "0001-01-01", "9999-12-31"];
  const some = fc.date({
    min: new Date("1000-01-01"),
    max: new Date("9999-12-31"),
    noInvalidDate: true,
  });
  const sampled = fc.sample(some, 500).map((day) => day.toISOString().slice(0, 10));
  const all = [...days, ...sampled, ...sampled, ...days];
  const rows = all.map((day, n) => [n, day]);
  await database.admin.query(`INSERT INTO ${database.name}.days VALUES ?`, [rows]);
  const texts = await byTextRows("SELECT day FROM days ORDER BY n");
  assert.equal(texts.flat(), all);
  await line.run("SET SESSION sql_mode = ''", []);
  await line.run("INSERT INTO days VALUES (-1, '0000-00-00'), (-2, '2026-00-00')", []);
  const without = await byTextRows("SELECT day FROM days WHERE n < 0 ORDER BY n");
  assert.equal(without.flat(), ["2026-00-00", "0000-00-00"]);
  await line.run("SET SESSION sql_mode = DEFAULT", []);
});

test("random texts and numbers come back", async () => {
  await line.run("CREATE TABLE pairs (n INT PRIMARY KEY, number INT, words TEXT)", []);
  const pair = fc.record({
    number: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    words: fc.option(fc.string({ unit: "grapheme", maxLength: 30 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 30 }), async (pairs) => {
      await line.run("DELETE FROM pairs", []);
      const rows = pairs.map(({ number, words }, index) => [index, number, words]);
      await database.admin.query(`INSERT INTO ${database.name}.pairs VALUES ?`, [rows]);
      assert.equal(await byTextRows("SELECT number, words FROM pairs ORDER BY n"), [
        ...pairs.map(({ number, words }) => [number, words]),
      ]);
    }),
    { numRuns: runs(30, 1000) },
  );
});

test("a stream is read so as well, and who leaves it early finds the connection free", async () => {
  await line.run("CREATE TABLE counted (n INT PRIMARY KEY)", []);
  const numbers = Array.from({ length: 3000 }, (_, n) => [n]);
  await database.admin.query(`INSERT INTO ${database.name}.counted VALUES ?`, [numbers]);
  const statement = "SELECT n FROM counted ORDER BY n";
  const rows: unknown[][] = [];
  for await (const batch of line.stream(statement, [])) rows.push(...batch.rows);
  assert.equal(rows, numbers);
  for await (const batch of line.stream(statement, [])) {
    assert.is(batch.rows.length > 0, true);
    break;
  }
  assert.equal(await byTextRows("SELECT 1"), [["1"]]);
});

test("what only mysql2 knows is left to it, and a statement with parameters, which is not text", async () => {
  const point = "SELECT 1 AS one, POINT(1, 2) AS place";
  assert.equal(await byTextRows(point), await byMysql2(point));
  assert.equal(asked, [{ types: [8, 255], known: false }]);
  asked = [];
  const rows: unknown[][] = [];
  await line.run("SELECT ? AS word", ["Ada"], (batch) => rows.push(...batch));
  assert.equal([rows, asked], [[["Ada"]], []]);
});

test("rows have the room that is asked for, where they are read here", async () => {
  const rows: unknown[][] = [];
  const take = (batch: unknown[][]) => rows.push(...batch);
  await line.run("SELECT 7, 'Ada'", [], take, 2);
  await line.run("SELECT 7, 'Ada'", [], take);
  await line.run("SELECT ?, 'Ada'", [7], take, 2);
  assert.equal(rows, [
    ["7", "Ada", undefined, undefined],
    ["7", "Ada"],
    ["7", "Ada"],
  ]);
});

test("an error in the middle of the rows is the statement's", async () => {
  const error = await errorOf(() =>
    byTextRows("SELECT IF(n = 2000, (SELECT n FROM counted WHERE n < 2), 1) FROM counted"),
  );
  assert.match(error.message, "Subquery returns more than 1 row");
  assert.equal(await byTextRows("SELECT 1"), [["1"]]);
});

test("a procedure that gives several results", async () => {
  await line.run(
    "CREATE PROCEDURE two() BEGIN SELECT 'a', 1; SELECT POINT(1, 2); SELECT 'b'; END",
    [],
  );
  const rows = await byTextRows("CALL two()");
  assert.equal(rows, [["a", "1"], [{ x: 1, y: 2 }], ["b"]]);
});

test("where a program may not generate code, mysql2 reads, and generates none either", () => {
  const tsx = import.meta.resolve("tsx");
  const [performance, engine] = ["performance", "engine"].map((chapter) =>
    JSON.stringify(new URL(`../../src/${chapter}/index.ts`, import.meta.url).href),
  );
  const program = `
    const { createEngine } = await import(${performance});
    const { sql } = await import(${engine});
    let allowed = true;
    try { new Function("return 1"); } catch { allowed = false; }
    const engine = createEngine(${JSON.stringify(database.url)});
    const [row] = await engine.execute(sql\`SELECT 'Ada' AS name, 7 AS n, DATE '2026-11-22' AS day\`);
    const [bound] = await engine.execute(sql\`SELECT \${7} AS n\`);
    for await (const one of engine.stream(sql\`SELECT 1 AS n\`)) console.log(one.n);
    console.log(allowed, row.name, row.n, row.day, bound.n);
    await engine.dispose();`;
  const run = (...flags: string[]) =>
    execFileSync(
      process.execPath,
      [...flags, "--import", tsx, "--input-type=module", "-e", program],
      {
        encoding: "utf8",
      },
    );
  assert.is(run(), "1\ntrue Ada 7 2026-11-22 7\n");
  assert.is(run("--disallow-code-generation-from-strings"), "1\nfalse Ada 7 2026-11-22 7\n");
});

test.run();
