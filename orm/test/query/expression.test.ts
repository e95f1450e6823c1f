import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import {
  bigint,
  boolean,
  type Condition,
  date,
  datetime,
  decimal,
  double,
  type Expr,
  integer,
  json,
  type Order,
  text,
  varchar,
} from "../../src/mapping/index.js";
import {
  caseWhen,
  cast,
  expression,
  func,
  literal,
  type Select,
  type Selected,
  select,
} from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book } from "./library.js";

const test = suite("expressions");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name, born_on) VALUES
    (1, 'Ada', '1815-12-10'), (2, 'Grace 😀', '1906-12-31'), (3, '50%_\\\\', NULL)`);
  await engine.execute(sql`INSERT INTO books
    (id, title, price, sold, kind, printed, seen_at, details, author_id) VALUES
    (1, 'Notes', 9.99, 9223372036854775807, 'notes', TRUE, '2026-11-21 08:30:00.123', '{"pages": 66}', 1),
    (2, 'Nanoseconds', 20, 0, 'novel', FALSE, NULL, NULL, 2),
    (3, ' Compilers ', -7.5, 5, 'notes', FALSE, '2024-02-29 23:59:59.999', ${JSON.stringify(document)}, 2)`);
});
test.after(() => engine.dispose());

const document = {
  pages: 3,
  tags: ["a", "b", { deep: "é" }],
  'a"b\\': { "x.y[0]": null, $: 1.5 },
  "": "empty",
};

async function all<R>(statement: Select<R>): Promise<R[]> {
  const session = new Session(engine);
  try {
    return await session.execute(statement).all();
  } finally {
    await session.close();
  }
}

/** What an expression is in SQL, `b.` for the table of books, its parameters, and its value for each book. */
type Case = [expr: Expr<unknown>, text: string, parameters: unknown[], values: unknown[]];

function quotedColumns(text: string): string {
  return text.replace(/\bb\.(\w+)/g, "`books`.`$1`");
}

function checkAll(name: string, cases: () => Case[]): void {
  test(name, async () => {
    for (const [expr, text, parameters, values] of cases()) {
      const statement = select(expr).from(Book).orderBy(Book.c.id);
      const compiled = statement.toSql(mysqlDialect);
      assert.is(
        compiled.text,
        `SELECT ${quotedColumns(text)} FROM \`books\` ORDER BY \`books\`.\`id\``,
      );
      assert.equal(compiled.parameters, parameters, text);
      assert.equal(await all(statement), values, text);
    }
  });
}

const { id, title, price, sold, kind, printed, seenAt, details } = Book.c;
const max = 9223372036854775807n;

checkAll("calculations are exact, and of the type of their operands", () => [
  [id.add(1), "b.id + ?", [1], [2, 3, 4]],
  [id.mul(id.sub(1)), "b.id * (b.id - ?)", [1], [0, 2, 6]],
  [id.add(0.5), "b.id + ?", [0.5], [1.5, 2.5, 3.5]],
  [id.add(2 ** 40), "b.id + ?", [2 ** 40], [2 ** 40 + 1, 2 ** 40 + 2, 2 ** 40 + 3]],
  [id.div(2), "CAST(b.id AS DOUBLE) / ?", [2], [0.5, 1, 1.5]],
  [id.sub(2).div(3), "CAST(b.id - ? AS DOUBLE) / ?", [2, 3], [-1 / 3, 0, 1 / 3]],
  [id.div(0), "CAST(b.id AS DOUBLE) / ?", [0], [null, null, null]],
  [id.sub(4).mod(2), "(b.id - ?) % ?", [4, 2], [-1, 0, -1]],
  [price.mul("0.9"), "b.price * CAST(? AS DECIMAL(2, 1))", ["0.9"], ["8.991", "18.000", "-6.750"]],
  [price.add(price), "b.price + b.price", [], ["19.98", "40.00", "-15.00"]],
  [
    price.div("3"),
    "b.price / CAST(? AS DECIMAL(1, 0))",
    ["3"],
    ["3.330000", "6.666667", "-2.500000"],
  ],
  [price.mod("0.25"), "b.price % CAST(? AS DECIMAL(3, 2))", ["0.25"], ["0.24", "0.00", "0.00"]],
  [sold.sub(1n), "b.sold - ?", [1n], [max - 1n, -1n, 4n]],
  [sold.div(2n), "b.sold DIV ?", [2n], [max / 2n, 0n, 2n]],
]);

checkAll("numbers", () => [
  [func.abs(price), "ABS(b.price)", [], ["9.99", "20.00", "7.50"]],
  [func.sign(price), "SIGN(b.price)", [], [1, 1, -1]],
  [func.round(price), "ROUND(b.price, 0)", [], ["10", "20", "-8"]],
  [func.round(price, 1), "ROUND(b.price, 1)", [], ["10.0", "20.0", "-7.5"]],
  [func.truncate(price, 1), "TRUNCATE(b.price, 1)", [], ["9.9", "20.0", "-7.5"]],
  [func.floor(price), "FLOOR(b.price)", [], ["9", "20", "-8"]],
  [func.ceil(price), "CEILING(b.price)", [], ["10", "20", "-7"]],
  [func.floor(id.div(2)), "FLOOR(CAST(b.id AS DOUBLE) / ?)", [2], [0, 1, 1]],
  [func.abs(sold), "ABS(b.sold)", [], [max, 0n, 5n]],
  [func.power(id, 3), "POWER(b.id, ?)", [3], [1, 8, 27]],
  [func.sqrt(price), "SQRT(b.price)", [], [Math.sqrt(9.99), Math.sqrt(20), null]],
  [func.ln(id.sub(1)), "LN(b.id - ?)", [1], [null, 0, Math.log(2)]],
  [func.exp(id.sub(1)), "EXP(b.id - ?)", [1], [1, Math.E, Math.exp(2)]],
]);

checkAll("texts, by characters", () => [
  [
    func.concat(title, "-", kind),
    "CONCAT(b.title, ?, b.kind)",
    ["-"],
    ["Notes-notes", "Nanoseconds-novel", " Compilers -notes"],
  ],
  [func.lower(title), "LOWER(b.title)", [], ["notes", "nanoseconds", " compilers "]],
  [func.upper("é😀"), "UPPER(?)", ["é😀"], ["É😀", "É😀", "É😀"]],
  [func.trim(title), "TRIM(b.title)", [], ["Notes", "Nanoseconds", "Compilers"]],
  [func.trimStart(title), "LTRIM(b.title)", [], ["Notes", "Nanoseconds", "Compilers "]],
  [func.trimEnd(title), "RTRIM(b.title)", [], ["Notes", "Nanoseconds", " Compilers"]],
  [func.length("é😀"), "CHAR_LENGTH(?)", ["é😀"], [2, 2, 2]],
  [func.substring(title, 2, 3), "SUBSTRING(b.title, ?, ?)", [2, 3], ["ote", "ano", "Com"]],
  [func.substring(title, -2), "SUBSTRING(b.title, ?)", [-2], ["es", "ds", "s "]],
  [func.left(title, id), "LEFT(b.title, b.id)", [], ["N", "Na", " Co"]],
  [func.right(title, 2), "RIGHT(b.title, ?)", [2], ["es", "ds", "s "]],
  [
    func.replace(title, "o", "0"),
    "REPLACE(b.title, ?, ?)",
    ["o", "0"],
    ["N0tes", "Nan0sec0nds", " C0mpilers "],
  ],
  [func.position(title, "o"), "INSTR(b.title, ?)", ["o"], [2, 4, 3]],
  [func.padStart(title, 6, "*"), "LPAD(b.title, ?, ?)", [6, "*"], ["*Notes", "Nanose", " Compi"]],
  [func.padEnd(title, 6, "*"), "RPAD(b.title, ?, ?)", [6, "*"], ["Notes*", "Nanose", " Compi"]],
  [func.repeat(func.left(title, 1), 2), "REPEAT(LEFT(b.title, ?), ?)", [1, 2], ["NN", "NN", "  "]],
  [func.reverse(title), "REVERSE(b.title)", [], ["setoN", "sdnocesonaN", " srelipmoC "]],
]);

const seen = new Date("2026-11-21T08:30:00.123Z");
const leap = new Date("2024-02-29T23:59:59.999Z");
checkAll("times", () => [
  [func.year(seenAt), "YEAR(b.seen_at)", [], [2026, null, 2024]],
  [func.month(seenAt), "MONTH(b.seen_at)", [], [11, null, 2]],
  [func.day(seenAt), "DAYOFMONTH(b.seen_at)", [], [21, null, 29]],
  // 21 November 2026 is a Saturday, 29 February 2024 a Thursday.
  [func.extract("weekday", seenAt), "(WEEKDAY(b.seen_at) + 1)", [], [6, null, 4]],
  [func.extract("week", seenAt), "WEEK(b.seen_at, 3)", [], [47, null, 9]],
  [func.extract("quarter", seenAt), "QUARTER(b.seen_at)", [], [4, null, 1]],
  [func.extract("dayOfYear", seenAt), "DAYOFYEAR(b.seen_at)", [], [325, null, 60]],
  [func.extract("hour", seenAt), "HOUR(b.seen_at)", [], [8, null, 23]],
  [func.extract("minute", seenAt), "MINUTE(b.seen_at)", [], [30, null, 59]],
  [func.extract("second", seenAt), "SECOND(b.seen_at)", [], [0, null, 59]],
  [func.extract("microsecond", seenAt), "MICROSECOND(b.seen_at)", [], [123000, null, 999000]],
  [func.date(seenAt), "DATE(b.seen_at)", [], ["2026-11-21", null, "2024-02-29"]],
  [
    func.dateAdd(seenAt, 1, "year"),
    "DATE_ADD(b.seen_at, INTERVAL ? YEAR)",
    [1],
    [new Date("2027-11-21T08:30:00.123Z"), null, new Date("2025-02-28T23:59:59.999Z")],
  ],
  [
    func.dateAdd(seenAt, -90, "second"),
    "DATE_ADD(b.seen_at, INTERVAL ? SECOND)",
    [-90],
    [new Date(seen.getTime() - 90_000), null, new Date(leap.getTime() - 90_000)],
  ],
  [
    func.dateAdd(func.date(seenAt), id, "month"),
    "DATE_ADD(DATE(b.seen_at), INTERVAL b.id MONTH)",
    [],
    ["2026-12-21", null, "2024-05-29"],
  ],
  [
    func.dateDiff(seenAt, new Date("2024-02-29T12:00:00Z"), "hour"),
    "TIMESTAMPDIFF(HOUR, CAST(? AS DATETIME(3)), b.seen_at)",
    [new Date("2024-02-29T12:00:00Z")],
    // 996 days and 20.5 hours before 8:30 on the 21st; 11 hours and a little less than another one.
    [Math.floor((seen.getTime() - Date.UTC(2024, 1, 29, 12)) / 3_600_000), null, 11],
  ],
  [
    func.dateFormat(seenAt, "%d.%m.%Y %H:%i"),
    "DATE_FORMAT(b.seen_at, ?)",
    ["%d.%m.%Y %H:%i"],
    ["21.11.2026 08:30", null, "29.02.2024 23:59"],
  ],
  [
    func.coalesce(seenAt, new Date(0)),
    "COALESCE(b.seen_at, CAST(? AS DATETIME(3)))",
    [new Date(0)],
    [seen, new Date(0), leap],
  ],
]);

checkAll("JSON", () => [
  [
    func.jsonValue<number>(details, "pages"),
    "JSON_EXTRACT(b.details, ?)",
    ['$."pages"'],
    [66, null, 3],
  ],
  [func.jsonValue(details), "JSON_EXTRACT(b.details, ?)", ["$"], [{ pages: 66 }, null, document]],
  [
    func.jsonValue(details, "tags", -1),
    "JSON_EXTRACT(b.details, ?)",
    ['$."tags"[last]'],
    [null, null, { deep: "é" }],
  ],
  [
    func.jsonValue(details, "tags", -3),
    "JSON_EXTRACT(b.details, ?)",
    ['$."tags"[last-2]'],
    [null, null, "a"],
  ],
  [
    func.jsonValue(details, 'a"b\\', "$"),
    "JSON_EXTRACT(b.details, ?)",
    ['$."a\\"b\\\\"."$"'],
    [null, null, 1.5],
  ],
  [
    func.jsonText(details, "tags", 2, "deep"),
    "IF(JSON_TYPE(JSON_EXTRACT(b.details, ?)) = 'NULL', NULL, JSON_UNQUOTE(JSON_EXTRACT(b.details, ?)))",
    ['$."tags"[2]."deep"', '$."tags"[2]."deep"'],
    [null, null, "é"],
  ],
  [
    func.jsonText(details, 'a"b\\', "x.y[0]"),
    "IF(JSON_TYPE(JSON_EXTRACT(b.details, ?)) = 'NULL', NULL, JSON_UNQUOTE(JSON_EXTRACT(b.details, ?)))",
    ['$."a\\"b\\\\"."x.y[0]"', '$."a\\"b\\\\"."x.y[0]"'],
    [null, null, null],
  ],
  [func.jsonLength(details, "tags"), "JSON_LENGTH(b.details, ?)", ['$."tags"'], [null, null, 3]],
  [
    func.jsonKeys(details, 'a"b\\'),
    "JSON_KEYS(b.details, ?)",
    ['$."a\\"b\\\\"'],
    [null, null, ["$", "x.y[0]"]],
  ],
  [
    func.jsonHas(details, 'a"b\\', "x.y[0]"),
    "JSON_CONTAINS_PATH(b.details, ?, ?)",
    ["one", '$."a\\"b\\\\"."x.y[0]"'],
    [false, null, true],
  ],
  [
    func.jsonContains(details, ["b", "a"], "tags"),
    "JSON_CONTAINS(b.details, CAST(? AS JSON), ?)",
    ['["b","a"]', '$."tags"'],
    [null, null, true],
  ],
  [
    func.jsonValue<number>(details, "pages").gt(60),
    "JSON_EXTRACT(b.details, ?) > CAST(? AS JSON)",
    ['$."pages"', "60"],
    [true, null, false],
  ],
]);

checkAll("choices, casts and values", () => [
  [
    caseWhen(price.lt("0"), "debt").when(price.lt("10"), "cheap").else("dear"),
    "CASE WHEN b.price < ? THEN ? WHEN b.price < ? THEN ? ELSE ? END",
    ["0.00", "debt", "10.00", "cheap", "dear"],
    ["cheap", "dear", "debt"],
  ],
  [caseWhen(printed, price), "CASE WHEN b.printed THEN b.price END", [], ["9.99", null, null]],
  // The values are decimals as the price is, so what is computed of them is exact.
  [
    caseWhen(printed, "0.125").else(price),
    "CASE WHEN b.printed THEN CAST(? AS DECIMAL(4, 3)) ELSE b.price END",
    ["0.125"],
    ["0.125", "20.00", "-7.50"],
  ],
  [
    caseWhen(id.eq(1), 1).else(2.5),
    "CASE WHEN b.id = ? THEN ? ELSE ? END",
    [1, 1, 2.5],
    [1, 2.5, 2.5],
  ],
  [
    caseWhen(id.eq(1), true).else(false),
    "CASE WHEN b.id = ? THEN ? ELSE ? END",
    [1, true, false],
    [true, false, false],
  ],
  [
    func.ifNull(seenAt, seen),
    "COALESCE(b.seen_at, CAST(? AS DATETIME(3)))",
    [seen],
    [seen, seen, leap],
  ],
  [
    func.nullIf(price, "20"),
    "NULLIF(b.price, CAST(? AS DECIMAL(2, 0)))",
    ["20"],
    ["9.99", null, "-7.50"],
  ],
  [func.greatest(id, 2), "GREATEST(b.id, ?)", [2], [2, 2, 3]],
  [
    func.least(price, "0.5"),
    "LEAST(b.price, CAST(? AS DECIMAL(2, 1)))",
    ["0.5"],
    ["0.50", "0.50", "-7.50"],
  ],
  [cast(price, integer()), "CAST(b.price AS SIGNED)", [], [10, 20, -8]],
  [cast(price, double()), "CAST(b.price AS DOUBLE)", [], [9.99, 20, -7.5]],
  [cast(price, text()), "CAST(b.price AS CHAR)", [], ["9.99", "20.00", "-7.50"]],
  [cast(title, varchar(2)), "CAST(b.title AS CHAR(2))", [], ["No", "Na", " C"]],
  [cast(id, decimal(5, 2)), "CAST(b.id AS DECIMAL(5, 2))", [], ["1.00", "2.00", "3.00"]],
  [cast(id, bigint({ unsigned: true })), "CAST(b.id AS UNSIGNED)", [], [1n, 2n, 3n]],
  [cast(seenAt, date()), "CAST(b.seen_at AS DATE)", [], ["2026-11-21", null, "2024-02-29"]],
  [
    cast(seenAt, datetime(6)),
    "CAST(b.seen_at AS DATETIME(6))",
    [],
    ["2026-11-21T08:30:00.123000Z", null, "2024-02-29T23:59:59.999000Z"],
  ],
  [cast(id, json<number>()), "CAST(b.id AS JSON)", [], [1, 2, 3]],
  [literal(7), "?", [7], [7, 7, 7]],
  [literal(max), "?", [max], [max, max, max]],
  [
    literal("9.99", decimal(10, 3)),
    "CAST(? AS DECIMAL(4, 3))",
    ["9.990"],
    ["9.990", "9.990", "9.990"],
  ],
  [literal(false, boolean()), "?", [false], [false, false, false]],
  [literal(seen), "CAST(? AS DATETIME(3))", [seen], [seen, seen, seen]],
]);

checkAll("conditions as values: true, false or null", () => [
  [seenAt.isNotDistinctFrom(null), "b.seen_at <=> ?", [null], [false, true, false]],
  [
    price.isNotDistinctFrom("20"),
    "b.price <=> CAST(? AS DECIMAL(4, 2))",
    ["20.00"],
    [false, true, false],
  ],
  [printed.eq(true), "b.printed = ?", [true], [true, false, false]],
  [seenAt.gt(seen), "b.seen_at > ?", [seen], [false, null, false]],
  [title.startsWith("N"), "b.title LIKE ?", ["N%"], [true, true, false]],
  [id.add(1).in([2, 4]), "(b.id + ?) IN (?, ?)", [1, 2, 4], [true, false, true]],
  [
    price.mul("2").between("19", "19.98"),
    "(b.price * CAST(? AS DECIMAL(1, 0))) BETWEEN ? AND ?",
    ["2", "19", "19.98"],
    [true, false, false],
  ],
]);

checkAll("raw SQL, read as a raw statement is, or by a type", () => [
  [expression<number>(sql`1 + ${2}`), "1 + ?", [2], [3, 3, 3]],
  [expression<bigint>(sql`books.sold`), "books.sold", [], [max, 0n, 5n]],
  [expression<Date>(sql`books.seen_at`), "books.seen_at", [], [seen, null, leap]],
  [
    expression(sql`SUM(books.price) OVER ()`, decimal(20, 4)),
    "SUM(books.price) OVER ()",
    [],
    ["22.49", "22.49", "22.49"],
  ],
  [expression<number>(sql`1 - 2`).mul(id), "(1 - 2) * b.id", [], [-1, -2, -3]],
]);

checkAll("windows", () => [
  [
    func.sum(price).over({ orderBy: id, rows: [-1, 0] }),
    "SUM(b.price) OVER (ORDER BY b.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
    [],
    ["9.99", "29.99", "12.50"],
  ],
  [func.count().over(), "COUNT(*) OVER ()", [], [3, 3, 3]],
  [
    func.avg(id).over({ partitionBy: Book.c.authorId }),
    "AVG(CAST(b.id AS DOUBLE)) OVER (PARTITION BY b.author_id)",
    [],
    [1, 2.5, 2.5],
  ],
  [
    func.sum(id).over({ orderBy: id, range: [-Infinity, 1] }),
    "SUM(b.id) OVER (ORDER BY b.id RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)",
    [],
    [3, 6, 6],
  ],
  [
    func.rowNumber().over({ partitionBy: [kind, printed], orderBy: price.desc() }),
    "ROW_NUMBER() OVER (PARTITION BY b.kind, b.printed ORDER BY b.price DESC)",
    [],
    [1, 1, 1],
  ],
  [func.rank().over({ orderBy: kind }), "RANK() OVER (ORDER BY b.kind)", [], [2, 1, 2]],
  [
    func.denseRank().over({ orderBy: kind.desc() }),
    "DENSE_RANK() OVER (ORDER BY b.kind DESC)",
    [],
    [1, 2, 1],
  ],
  [
    func.percentRank().over({ orderBy: id }),
    "PERCENT_RANK() OVER (ORDER BY b.id)",
    [],
    [0, 0.5, 1],
  ],
  [
    func.cumeDist().over({ orderBy: id }),
    "CUME_DIST() OVER (ORDER BY b.id)",
    [],
    [1 / 3, 2 / 3, 1],
  ],
  [func.ntile(2).over({ orderBy: id }), "NTILE(?) OVER (ORDER BY b.id)", [2], [1, 1, 2]],
  [
    func.lag(price).over({ orderBy: id }),
    "LAG(b.price) OVER (ORDER BY b.id)",
    [],
    [null, "9.99", "20.00"],
  ],
  [
    func.lead(seenAt, 2).over({ orderBy: id }),
    "LEAD(b.seen_at, ?) OVER (ORDER BY b.id)",
    [2],
    [leap, null, null],
  ],
  [
    func.firstValue(id).over({ orderBy: seenAt.asc().nullsLast() }),
    "FIRST_VALUE(b.id) OVER (ORDER BY b.seen_at IS NULL, b.seen_at)",
    [],
    [3, 3, 3],
  ],
  [
    func.lastValue(id).over({ orderBy: id, rows: [-Infinity, Infinity] }),
    "LAST_VALUE(b.id) OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
    [],
    [3, 3, 3],
  ],
  [
    func.nthValue(id, 2).over({ orderBy: id }),
    "NTH_VALUE(b.id, ?) OVER (ORDER BY b.id)",
    [2],
    [null, 2, 2],
  ],
]);
test("aggregates, each with its type", async () => {
  const rows: {
    n: number;
    kinds: number;
    pairs: number;
    total: string | null;
    whole: number | null;
    large: bigint | null;
    mean: string | null;
    middle: number | null;
    first: Date | null;
    last: string | null;
    titles: string | null;
  }[] = await all(
    select({
      n: func.count(seenAt),
      kinds: func.countDistinct(kind),
      pairs: func.countDistinct(kind, Book.c.authorId),
      total: func.sum(price),
      whole: func.sum(func.distinct(Book.c.authorId)),
      large: func.sum(sold),
      mean: func.avg(price),
      middle: func.avg(func.distinct(Book.c.authorId)),
      first: func.min(seenAt),
      last: func.max(title),
      titles: func.groupConcat(func.distinct(func.trim(title)), {
        orderBy: [func.trim(title).desc()],
        separator: " '\\ ",
      }),
    }),
  );
  assert.equal(rows, [
    {
      n: 2,
      kinds: 2,
      pairs: 3,
      total: "22.49",
      whole: 3,
      large: max + 5n,
      // 22.49 / 3, with four digits more than the price has.
      mean: "7.496667",
      middle: 1.5,
      first: leap,
      last: "Notes",
      titles: "Notes '\\ Nanoseconds '\\ Compilers",
    },
  ]);
});

test("of no rows, COUNT is 0 and the others are null", async () => {
  const statement = select(func.count(), func.sum(price), func.avg(sold), func.max(printed));
  const rows: [number, string | null, string | null, boolean | null][] = await all(
    statement.from(Book).where(id.eq(0)),
  );
  assert.equal(rows, [[0, null, null, null]]);
});

test("a sum that a number cannot hold exactly is an error", async () => {
  const rows = all(select(func.sum(cast(sold, integer()))).from(Book));
  assert.is((await errorOf(() => rows)).code, "unreadable");
});

test("nulls first and last, in either direction", async () => {
  const cases: [Order, string, number[]][] = [
    [seenAt.asc(), "", [2, 3, 1]],
    [seenAt.asc().nullsFirst(), "", [2, 3, 1]],
    [seenAt.asc().nullsLast(), "b.seen_at IS NULL, ", [3, 1, 2]],
    [seenAt.desc().nullsFirst(), "b.seen_at IS NULL DESC, ", [2, 1, 3]],
    [seenAt.desc().nullsLast(), "", [1, 3, 2]],
  ];
  for (const [order, before, ids] of cases) {
    const statement = select(id).orderBy(order);
    const by = `${before}b.seen_at${order.direction === "DESC" ? " DESC" : ""}`;
    assert.match(statement.toSql(mysqlDialect).text, ` ORDER BY ${quotedColumns(by)}`);
    assert.equal(await all(statement), ids);
  }
});

test("what is sought in a text is no pattern", async () => {
  const { name } = Author.c;
  const found = async (condition: Condition) => all(select(Author.c.id).where(condition));
  assert.equal(await found(name.contains("%")), [3]);
  assert.equal(await found(name.contains("_\\")), [3]);
  assert.equal(await found(name.startsWith("50%_")), [3]);
  assert.equal(await found(name.endsWith("\\")), [3]);
  assert.equal(await found(name.endsWith("%")), []);
  assert.equal(await found(name.like("%a%")), [1, 2]);
});

test("expressions stand wherever columns do", async () => {
  const cost = price.mul("2").as("cost");
  assert.equal(
    await all(
      select({ id, cost })
        .where(func.length(func.trim(title)).gt(5), sql`books.id < ${9}`)
        .orderBy(func.lower(func.trim(title)), sql`books.id`),
    ),
    [
      { id: 3, cost: "-15.00" },
      { id: 2, cost: "40.00" },
    ],
  );
  const kinds = select({ kind, n: func.count() }).groupBy(kind).having(func.count().gt(1));
  assert.equal(await all(kinds), [{ kind: "notes", n: 2 }]);
});

/** Compiles only when both types are one. */
type Same<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
function typed<T, N extends boolean>(_: Expr<T, N>) {
  return <Wanted>(same: Same<Selected<Expr<T, N>>, Wanted>) => assert.ok(same);
}

test("types: what can be null says so", () => {
  const { name, bornOn } = Author.c;
  typed(func.count())<number>(true);
  typed(func.sum(price))<string | null>(true);
  typed(func.sum(sold))<bigint | null>(true);
  typed(func.avg(id))<number | null>(true);
  typed(func.avg(sold))<string | null>(true);
  typed(func.max(seenAt))<Date | null>(true);
  typed(func.max(kind))<"novel" | "notes" | null>(true);
  typed(id.add(1))<number>(true);
  typed(id.add(func.max(id)))<number | null>(true);
  typed(id.div(2))<number | null>(true);
  typed(func.lower(name))<string>(true);
  typed(func.lower("A"))<string>(true);
  typed(func.lower(bornOn))<string | null>(true);
  typed(func.concat(name, "x"))<string>(true);
  typed(func.concat(name, bornOn))<string | null>(true);
  typed(func.length(name))<number>(true);
  typed(func.coalesce(bornOn, "2000-01-01"))<string>(true);
  typed(func.coalesce(bornOn, func.concat(name), bornOn))<string | null>(true);
  typed(func.ifNull(seenAt, new Date(0)))<Date>(true);
  typed(func.nullIf(name, "x"))<string | null>(true);
  typed(func.year(seenAt))<number | null>(true);
  typed(func.dateAdd(seenAt, 1, "day"))<Date | null>(true);
  typed(func.now())<Date>(true);
  typed(caseWhen(printed, "a"))<string | null>(true);
  typed(caseWhen(printed, "a").else("b"))<string>(true);
  typed(caseWhen(printed, bornOn).else("2000-01-01"))<string | null>(true);
  typed(cast(id, decimal(10, 2)))<string>(true);
  typed(cast(bornOn, text()))<string | null>(true);
  typed(literal(1n))<bigint>(true);
  typed(expression<number>(sql`1`))<number>(true);
  typed(func.jsonValue<{ a: number[] }>(details))<{ readonly a: readonly number[] } | null>(true);
  typed(func.rowNumber().over())<number>(true);
  typed(func.lag(id).over())<number | null>(true);
  typed(func.count().over())<number>(true);
  typed(id.isNotDistinctFrom(null))<boolean>(true);
  const wrong = () => [
    // @ts-expect-error a window function has no value before it has a window
    select(func.rowNumber()),
    // @ts-expect-error a Date is no number
    func.sum(seenAt),
    // @ts-expect-error a price is a string
    price.mul(2),
    // @ts-expect-error only text
    func.lower(id),
    // @ts-expect-error undefined is no value
    func.lower(undefined),
    // @ts-expect-error the branches are of one type
    caseWhen(printed, 1).else("a"),
    // @ts-expect-error a unit
    func.dateAdd(seenAt, 1, "days"),
  ];
  assert.type(wrong, "function");
});

test("refused, with an error that says what to write", async () => {
  const cases: [() => unknown, string][] = [
    [() => func.lower(undefined as never), "undefined-value"],
    [() => func.lower(null as never), "null-argument"],
    [() => func.substring(title, 1, undefined as never), "undefined-value"],
    [() => func.coalesce(title, undefined as never), "undefined-value"],
    [() => func.coalesce(price, "1,5"), "column-value"],
    [() => func.sum(title), "not-a-number"],
    [() => func.round(title, 1), "not-a-number"],
    [() => func.dateAdd(seenAt, 1, "day; DROP" as never), "unknown-word"],
    [() => func.dateAdd(func.date(seenAt), 1, "hour"), "unknown-word"],
    [() => func.dateAdd(seenAt, 0.5, "day"), "column-value"],
    [() => func.extract("constructor" as never, seenAt), "unknown-word"],
    [() => func.jsonValue(details, 1.5), "not-a-segment"],
    [() => func.jsonValue(details, undefined as never), "not-a-segment"],
    [() => func.jsonContains(details, undefined), "undefined-value"],
    [() => func.count().over({ rows: [0.5, 0] }), "frame"],
    [() => func.count().over({ rows: ["1; DROP" as never, 0] }), "frame"],
    [() => func.count().over({ partitionBy: "kind" as never }), "not-an-expression"],
    [() => func.count().over({ orderBy: "kind" as never }), "not-an-order"],
    [() => func.groupConcat(title, { separator: 1 as never }), "column-value"],
    [() => func.groupConcat(title, { seperator: ";" } as never), "unknown-option"],
    [() => func.rowNumber().over({ orderby: title } as never), "unknown-option"],
    [() => func.count("*" as never), "not-an-expression"],
    [() => title.eq(select(func.max(title)) as never), "not-scalar"],
    [() => caseWhen(undefined as never, 1), "not-a-condition"],
    [() => caseWhen(printed, undefined as never), "undefined-value"],
    [() => caseWhen(printed, null as never), "null-argument"],
    [() => caseWhen(printed, 1).else(undefined as never), "undefined-value"],
    [() => caseWhen(printed, price).else("x"), "column-value"],
    [() => literal(undefined as never), "undefined-value"],
    [() => literal({ a: 1 }), "no-type"],
    [() => expression("RAND()" as never), "not-a-fragment"],
    [() => select(cast(price, boolean())).toSql(mysqlDialect), "cast-missing"],
  ];
  for (const [work, code] of cases) assert.is((await errorOf(work)).code, code, String(work));
});

test.run();
