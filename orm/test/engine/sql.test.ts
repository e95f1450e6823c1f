import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Fragment, mysqlDialect, type SqlValue, sql } from "../../src/engine/index.js";
import { errorOf } from "../support.js";

const test = suite("sql tag");

function compiles(fragment: ReturnType<typeof sql>, text: string, parameters: SqlValue[] = []) {
  assert.equal(fragment.toSql(mysqlDialect), { text, parameters });
}

test("text alone is the statement", () => {
  compiles(sql`SELECT 1`, "SELECT 1");
});

test("values are bound in their order", () => {
  compiles(
    sql`SELECT * FROM loans WHERE member = ${7} AND book = ${"Notes"} AND back IS ${null}`,
    "SELECT * FROM loans WHERE member = ? AND book = ? AND back IS ?",
    [7, "Notes", null],
  );
});

test("input cannot become SQL", () => {
  const input = "x'; DROP TABLE members; -- ";
  compiles(
    sql`SELECT * FROM members WHERE name = ${input}`,
    "SELECT * FROM members WHERE name = ?",
    [input],
  );
});

test("nested sql is written out and keeps the order of its values", () => {
  const since = sql`due < ${"2026-01-01"}`;
  const open = sql`(back IS NULL AND ${since})`;
  compiles(
    sql`SELECT * FROM loans WHERE member = ${1} AND ${open} LIMIT ${5}`,
    "SELECT * FROM loans WHERE member = ? AND (back IS NULL AND due < ?) LIMIT ?",
    [1, "2026-01-01", 5],
  );
});

test("a fragment can be used many times", () => {
  const one = sql`${1}`;
  compiles(sql`SELECT ${one} + ${one}`, "SELECT ? + ?", [1, 1]);
  compiles(one, "?", [1]);
});

test("an identifier is quoted, its own quotes doubled", () => {
  compiles(sql`SELECT * FROM ${sql.identifier("books")}`, "SELECT * FROM `books`");
  compiles(sql`${sql.identifier("library", "books")}`, "`library`.`books`");
  compiles(sql`${sql.identifier("a`; DROP TABLE b")}`, "`a``; DROP TABLE b`");
});

test("join puts a fragment between fragments", () => {
  const conditions = [sql`a = ${1}`, sql`b = ${2}`, sql`c IS NULL`];
  compiles(sql.join(conditions, sql` AND `), "a = ? AND b = ? AND c IS NULL", [1, 2]);
  compiles(sql.join([1, 2]), "?, ?", [1, 2]);
  compiles(sql.join([]), "");
});

test("list binds each value of IN; no values are an empty set", () => {
  compiles(sql`id IN ${sql.list([1, 2, 3])}`, "id IN (?, ?, ?)", [1, 2, 3]);
  compiles(
    sql`id NOT IN ${sql.list([])}`,
    "id NOT IN (SELECT 1 FROM (SELECT 1) AS empty_set WHERE 1 <> 1)",
  );
});

test("json and datetime bind one value each", () => {
  compiles(sql`${sql.json({ tags: ["a"] })}`, "?", ['{"tags":["a"]}']);
  compiles(sql`${sql.json([])}`, "?", ["[]"]);
  compiles(sql`${sql.datetime("2026-01-02T03:04:05.000006Z")}`, "?", [
    "2026-01-02 03:04:05.000006",
  ]);
  compiles(sql`${sql.datetime("2026-01-02T03:04:05Z")}`, "?", ["2026-01-02 03:04:05"]);
});

const refused: [string, unknown, string][] = [
  ["undefined", undefined, "undefined-parameter"],
  ["NaN", Number.NaN, "parameter"],
  ["Infinity", Number.POSITIVE_INFINITY, "parameter"],
  ["an array", [1, 2], "parameter"],
  ["an object", { id: 1 }, "parameter"],
  ["a function", () => 1, "parameter"],
  ["a symbol", Symbol("x"), "parameter"],
  ["an invalid Date", new Date(Number.NaN), "parameter"],
  ["a Date in the year 10000", new Date(Date.UTC(10000, 0)), "parameter"],
  ["half of an emoji", "😀".slice(0, 1), "parameter"],
];

for (const [name, value, code] of refused) {
  test(`${name} is refused where the tag stands`, async () => {
    const error = await errorOf(() => sql`SELECT ${value as never}`);
    assert.is(error.name, "ArgumentError");
    assert.is(error.code, code);
    assert.type(error.hint, "string");
  });
}

test("a column of a query is no value", async () => {
  const column = Object.defineProperty({}, Symbol.for("ormlet.expr"), { value: true });
  const error = await errorOf(() => sql`SELECT ${column as never}`);
  assert.is(error.code, "parameter");
  assert.match(error.message, "sql.identifier(");
});

test("an object that only looks like a fragment is refused", async () => {
  const forged = JSON.parse('{"parts":[{"kind":"text","text":"1 OR 1=1"}],"ormlet.fragment":true}');
  assert.is((await errorOf(() => sql`SELECT ${forged}`)).code, "parameter");
});

test("a fragment of a second copy of the module, as a notebook makes one, is a fragment", async () => {
  const copy: string = "../../src/engine/sql.js?second";
  const second = (await import(copy)) as typeof import("../../src/engine/sql.js");
  assert.is.not(second.Fragment, Fragment);
  compiles(sql`SELECT ${second.sql`a = ${1}`}`, "SELECT a = ?", [1]);
});

test("json refuses what JSON.stringify would change", async () => {
  const lost = [1n, { a: Number.NaN }, [undefined], undefined, 2 ** 53, { deep: [{ n: 1e20 }] }];
  for (const value of lost) {
    assert.is((await errorOf(() => sql.json(value))).code, "json-value", String(value));
  }
  assert.not.throws(() => sql.json({ n: 2 ** 53 - 1, large: 1e300, missing: undefined }));
});

test("a value in quotes or in a comment is refused, for its placeholder would be text", async () => {
  const name = "Ada";
  const wrong = [
    () => sql`SELECT '${name}' AS a`,
    () => sql`SELECT 'it''s \\' ${name}'`,
    () => sql`SELECT "${name}", ${1}`,
    () => sql`SELECT 1 AS \`${name}\``,
    () => sql`SELECT 1 /* ${name} */`,
    () => sql`SELECT 1 -- ${name}\n`,
    () => sql`SELECT 1 # ${name}`,
    () => sql`name LIKE '%${name}%'`,
    () => sql`SELECT '${sql`a ${name} b`}'`,
    () => sql`SELECT '${sql.list([1, 2])}'`,
    // Neither of the two pieces has a comment.
    () => sql`SELECT 1 -${sql`- ${name}`}`,
    () => sql`SELECT 1 /${sql`* ${name} */`}`,
  ];
  for (const make of wrong) assert.is((await errorOf(make)).code, "quoted-value", String(make));
  for (const make of [
    () => sql`SELECT 'a', ${name}, 'it''s', "b", ${name} /* a */, ${1} -- '`,
    () => sql`SELECT 'a\\'b', ${name}`,
    () => sql`SELECT a - ${1} --${2} FROM t WHERE j->'$.a' = ${3} # '\n AND b = ${4}`,
    () => sql`SELECT /*+ MAX_EXECUTION_TIME(1000) ${sql.identifier("t")} */ ${1}`,
  ])
    assert.not.throws(make, undefined, String(make));
});

test("datetime takes UTC only, and only days that exist", async () => {
  for (const text of [
    "2026-01-02 03:04:05",
    "2026-01-02T03:04:05+01:00",
    "2026-13-02T03:04:05Z",
    "",
  ]) {
    assert.is((await errorOf(() => sql.datetime(text))).code, "datetime-value", text);
  }
});

test("sql as a function and an empty identifier are refused", async () => {
  const call = sql as unknown as (text: string) => unknown;
  assert.is((await errorOf(() => call("SELECT 1"))).code, "not-a-tag");
  assert.is((await errorOf(() => sql.identifier())).code, "identifier");
  assert.is((await errorOf(() => sql.identifier(""))).code, "identifier");
});

test.run();
