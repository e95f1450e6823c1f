import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  bigint,
  binary,
  boolean,
  type Col,
  date,
  datetime,
  decimal,
  double,
  enumeration,
  integer,
  json,
  now,
  text,
  uuid,
  varchar,
} from "../../src/mapping/column.js";
import { Metadata } from "../../src/mapping/metadata.js";
import { type TableOptions, toTable } from "../../src/mapping/table.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("metadata");
const database = testDatabase(test);
let engine: Engine;
/** What was sent, in order. */
let sent: string[] = [];

test.before(() => {
  engine = createEngine(database.url, {
    pool: { size: 1 },
    echo: (_line, event) => void sent.push(event.text),
  });
});
test.before.each(async () => {
  await database.admin.query(`DROP DATABASE ${database.name}`);
  await database.admin.query(`CREATE DATABASE ${database.name}`);
  await engine.execute(sql`USE ${sql.identifier(database.name)}`);
  sent = [];
});
test.after(() => engine.dispose());

const id = integer().primaryKey();

function metadataOf(
  tables: Record<string, object | readonly [columns: object, options: TableOptions]>,
): Metadata {
  const metadata = new Metadata();
  for (const [name, given] of Object.entries(tables)) {
    const [columns, options = {}] = Array.isArray(given) ? given : [given];
    metadata.add(toTable(name, columns, options));
  }
  return metadata;
}

/** The names of the tables that there are. */
async function tables(): Promise<string[]> {
  const [rows] = await database.admin.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY 1",
    [database.name],
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** The names of the foreign keys that there are. */
async function foreignKeys(): Promise<string[]> {
  const [rows] = await database.admin.query(
    "SELECT CONSTRAINT_NAME AS name FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? ORDER BY 1",
    [database.name],
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

const library = () =>
  metadataOf({
    books: [
      {
        id,
        title: varchar(200).index(),
        price: decimal(10, 2),
        twice: decimal(11, 2).generatedAs(sql`price * 2`, { stored: true }),
        authorId: integer().references("authors.id", { onDelete: "cascade" }),
      },
      { checks: [sql`price >= 0`], uniques: [["authorId", "title"]] },
    ],
    authors: { id, name: varchar(100), bornOn: date().nullable() },
  });

test("createAll makes what the metadata says", async () => {
  await library().createAll(engine);
  assert.equal(await tables(), ["authors", "books"]);
  const columns = await engine.execute(
    sql`SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, EXTRA AS extra, COLLATION_NAME AS collation
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  assert.equal(
    columns.map((row) => Object.values(row).join(" ")),
    [
      "id int NO auto_increment ",
      "name varchar(100) NO  utf8mb4_0900_bin",
      "born_on date YES  ",
      "id int NO auto_increment ",
      "title varchar(200) NO  utf8mb4_0900_bin",
      "price decimal(10,2) NO  ",
      "twice decimal(11,2) NO STORED GENERATED ",
      "author_id int NO  ",
    ],
  );
  const constraints = await engine.execute(
    sql`SELECT CONSTRAINT_NAME AS name, CONSTRAINT_TYPE AS type FROM information_schema.TABLE_CONSTRAINTS
    WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME`,
  );
  assert.equal(
    constraints.map((row) => Object.values(row).join(" ")),
    [
      "PRIMARY PRIMARY KEY",
      "ck_books_1 CHECK",
      "fk_books_author_id_authors FOREIGN KEY",
      "PRIMARY PRIMARY KEY",
      "uq_books_author_id_title UNIQUE",
    ],
  );
  const [rule] = await engine.execute(
    sql`SELECT DELETE_RULE AS d, UPDATE_RULE AS u, REFERENCED_TABLE_NAME AS t FROM information_schema.REFERENTIAL_CONSTRAINTS
    WHERE CONSTRAINT_SCHEMA = DATABASE()`,
  );
  assert.equal(rule, { d: "CASCADE", u: "NO ACTION", t: "authors" });
  const [engines] = await engine.execute(
    sql`SELECT GROUP_CONCAT(DISTINCT ENGINE) AS e FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()`,
  );
  assert.equal(engines, { e: "InnoDB" });
});

test("createAll and dropAll can be repeated", async () => {
  const metadata = library();
  await metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (name) VALUES ('Ada')`);
  sent = [];
  await metadata.createAll(engine);
  assert.is(sent.length, 1, "the question what there is");
  assert.is((await engine.execute(sql`SELECT * FROM authors`)).length, 1);
  sent = [];
  await metadata.dropAll(engine);
  assert.equal(sent, ["DROP TABLE IF EXISTS `books`, `authors`"]);
  assert.equal(await tables(), []);
  await metadata.dropAll(engine);
  await metadata.createAll(engine);
  assert.equal(await tables(), ["authors", "books"]);
});

test("createAll makes only what is missing", async () => {
  await engine.execute(sql`CREATE TABLE authors (id INT PRIMARY KEY)`);
  sent = [];
  await library().createAll(engine);
  assert.equal(
    sent.slice(1).map((statement) => statement.split(" (")[0]),
    ["CREATE TABLE IF NOT EXISTS `books`"],
  );
});

test("a connection will do as well", async () => {
  const connection = await engine.connect();
  await library().createAll(connection);
  assert.equal(await tables(), ["authors", "books"]);
  await library().dropAll(connection);
  assert.equal(await tables(), []);
  await connection.close();
});

test("no tables, nothing to do", async () => {
  await new Metadata().createAll(engine);
  await new Metadata().dropAll(engine);
  assert.equal(await tables(), []);
});

const circle = () =>
  metadataOf({
    teams: { id, leaderId: integer().nullable().references("people.id") },
    people: {
      id,
      teamId: integer().references("teams.id"),
      friendId: integer().nullable().references("people.id"),
    },
  });
const ofCircle = [
  "fk_people_friend_id_people",
  "fk_people_team_id_teams",
  "fk_teams_leader_id_people",
];

test("circles of foreign keys", async () => {
  await circle().createAll(engine);
  assert.equal(await foreignKeys(), ofCircle);
  await circle().createAll(engine);
  assert.equal(await foreignKeys(), ofCircle);
  await circle().dropAll(engine);
  assert.equal(await tables(), []);
});

test("a circle that was made by half is completed", async () => {
  await circle().createAll(engine);
  await engine.execute(sql`ALTER TABLE teams DROP FOREIGN KEY fk_teams_leader_id_people`);
  sent = [];
  await circle().createAll(engine);
  assert.is(sent.length, 2);
  assert.equal(await foreignKeys(), ofCircle);
});

test("a parent that is in the database alone", async () => {
  const metadata = metadataOf({ books: { id, userId: integer().references("users.id") } });
  const error = await errorOf(() => metadata.createAll(engine));
  assert.match(error.message, "books.user_id: It references users, and there is no such table.");
  assert.equal(await tables(), []);
  await engine.execute(sql`CREATE TABLE users (id INT PRIMARY KEY)`);
  await metadata.createAll(engine);
  assert.equal(await tables(), ["books", "users"]);
  await metadata.dropAll(engine);
  assert.equal(await tables(), ["users"]);
});

test("composite keys, actions and long names reach the server", async () => {
  const long = "x".repeat(60);
  const metadata = metadataOf({
    returns: [
      {
        id,
        memberId: integer().nullable(),
        copyId: integer().nullable(),
        [long]: integer().unique(),
      },
      {
        foreignKeys: [
          {
            columns: ["memberId", "copyId"],
            references: ["loans.member_id", "loans.copy_id"],
            onDelete: "set null",
            onUpdate: "cascade",
          },
        ],
      },
    ],
    loans: { memberId: integer().primaryKey(), copyId: integer().primaryKey() },
  });
  await metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO loans VALUES (1, 2), (3, 4)`);
  await engine.execute(sql`INSERT INTO returns VALUES (1, 1, 2, 0), (2, 3, 4, 1)`);
  await engine.execute(sql`UPDATE loans SET copy_id = 5 WHERE member_id = 1`);
  await engine.execute(sql`DELETE FROM loans WHERE member_id = 3`);
  const rows = await engine.execute(
    sql`SELECT member_id AS m, copy_id AS c FROM returns ORDER BY id`,
  );
  assert.equal(
    [...rows],
    [
      { m: 1, c: 5 },
      { m: null, c: null },
    ],
  );
  const wrong = await errorOf(() => engine.execute(sql`INSERT INTO returns VALUES (3, 1, 2, 2)`));
  assert.is(wrong.constraint, "fk_returns_member_id_copy_id_loans");
  const twice = await errorOf(() => engine.execute(sql`INSERT INTO returns VALUES (3, 1, 5, 1)`));
  assert.match(String(twice.constraint), /^returns\.uq_returns_x+_[0-9a-f]{8}$/);
});

test("two programs may make the same tables at once", async () => {
  const other = createEngine(database.url, { pool: { size: 1 } });
  await Promise.all([library().createAll(engine), library().createAll(other)]);
  assert.equal(await tables(), ["authors", "books"]);
  await Promise.all([library().dropAll(engine), library().dropAll(other)]);
  assert.equal(await tables(), []);
  await other.dispose();
});

test("dropAll drops all or nothing", async () => {
  await library().createAll(engine);
  await engine.execute(
    sql`CREATE TABLE reviews (id INT PRIMARY KEY, book_id INT, FOREIGN KEY (book_id) REFERENCES books (id))`,
  );
  const error = await errorOf(() => library().dropAll(engine));
  assert.match(error.message, "Cannot drop table 'books' referenced by a foreign key constraint");
  assert.equal(await tables(), ["authors", "books", "reviews"]);
});

/** Each constant, and what a row has that was inserted without it. */
const constants: Record<string, [column: Col<unknown, boolean, boolean>, value: unknown]> = {
  i: [integer().default(-2147483648), -2147483648],
  b: [bigint().default(-(2n ** 63n)), -(2n ** 63n)],
  u: [bigint({ unsigned: true }).default(2n ** 64n - 1n), 2n ** 64n - 1n],
  v: [varchar(60).default("it's \\ \0 \n \" ? :x %s 😀\\"), "it's \\ \0 \n \" ? :x %s 😀\\"],
  empty: [varchar(60).default(""), ""],
  t: [text().default("it's \\ \0 \n \" ? 😀\\'"), "it's \\ \0 \n \" ? 😀\\'"],
  yes: [boolean().default(true), true],
  no: [boolean().default(false), false],
  d: [
    decimal(65, 30).default("-99999999999999999999999999999999999.999999999999999999999999999999"),
    "-99999999999999999999999999999999999.999999999999999999999999999999",
  ],
  tenth: [double().default(0.1), 0.1],
  small: [double().default(5e-324), 5e-324],
  large: [double().default(-Number.MAX_VALUE), -Number.MAX_VALUE],
  round: [double().default(123456789012345680000), 123456789012345680000],
  day: [date().default("9999-12-31"), "9999-12-31"],
  second: [datetime(0).default(new Date("1969-12-31T23:59:59Z")), new Date("1969-12-31T23:59:59Z")],
  tenths: [
    datetime(1).default(new Date("2026-11-21T08:30:00.9Z")),
    new Date("2026-11-21T08:30:00.9Z"),
  ],
  milli: [
    datetime().default(new Date("2039-01-01T00:00:00.001Z")),
    new Date("2039-01-01T00:00:00.001Z"),
  ],
  micro: [datetime(6).default("2026-11-21T08:30:00.000001Z"), "2026-11-21T08:30:00.000001Z"],
  four: [datetime(4).default("2026-11-21T08:30:00.1234Z"), "2026-11-21T08:30:00.123400Z"],
  j: [
    json<unknown>().default({ a: ["it's", "\\", '"', "\0\n", "😀"], n: 1.5, nothing: null }),
    { a: ["it's", "\\", '"', "\0\n", "😀"], n: 1.5, nothing: null },
  ],
  js: [json<string>().default("a'b\\"), "a'b\\"],
  e: [enumeration("it's", "a\\b", "A\\B", "").default("A\\B"), "A\\B"],
  bytes: [binary(4).default(new Uint8Array([0, 39, 92, 255])), new Uint8Array([0, 39, 92, 255])],
  none: [binary(4).default(new Uint8Array()), new Uint8Array()],
  blob: [binary().default(new Uint8Array([0, 39, 92, 255])), new Uint8Array([0, 39, 92, 255])],
  key: [
    uuid().default("00112233-4455-6677-8899-aabbccddeeff"),
    "00112233-4455-6677-8899-aabbccddeeff",
  ],
  converted: [
    varchar(50)
      .convert({ toDatabase: (url: URL) => url.href, fromDatabase: (href) => new URL(href) })
      .default(new URL("http://a.b/?c='d'")),
    new URL("http://a.b/?c='d'"),
  ],
};

test("a constant is exact in a row that was inserted without it", async () => {
  const columns = Object.entries(constants).map(([name, [column]]) => [name, column] as const);
  const metadata = metadataOf({ t: Object.fromEntries([["id", id], ...columns]) });
  await metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO t () VALUES ()`);
  const [row = {}] = await engine.execute(sql`SELECT * FROM t`);
  assert.is(row.id, 1);
  for (const [name, [{ definition }, expected]] of Object.entries(constants)) {
    const read = name === "key" || name === "converted" ? definition.type.read : undefined;
    assert.equal(read ? read(row[name] as never) : row[name], expected, name);
  }
});

test("every constant of a text, of JSON and of bytes is exact", async () => {
  const texts = fc.array(fc.string({ unit: "binary", maxLength: 20 }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      const metadata = metadataOf({
        t: Object.fromEntries([
          ["id", id],
          ...values.flatMap((value, index) => [
            [`v${index}`, varchar(40).default(value)],
            [`t${index}`, text().default(value)],
            [`j${index}`, json<{ value: string }>().default({ value })],
            [`b${index}`, binary().default(new TextEncoder().encode(value))],
          ]),
        ]),
      });
      await metadata.dropAll(engine);
      await metadata.createAll(engine);
      await engine.execute(sql`INSERT INTO t () VALUES ()`);
      const [row = {}] = await engine.execute(sql`SELECT * FROM t`);
      for (const [index, value] of values.entries()) {
        assert.is(row[`v${index}`], value);
        assert.is(row[`t${index}`], value);
        assert.equal(row[`j${index}`], { value });
        assert.equal(row[`b${index}`], new TextEncoder().encode(value));
      }
    }),
    { numRuns: 12 },
  );
});

test("what the server makes", async () => {
  const metadata = metadataOf({
    t: {
      id,
      sum: integer().default(sql`3 + 4`),
      word: varchar(9).default(sql`UPPER('a')`),
      day: date().default(now()),
      time: datetime(6).default(now()),
      changed: datetime(0).nullable().onUpdate(now()),
      twice: integer().generatedAs(sql`sum * 2`),
    },
  });
  await metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO t () VALUES ()`);
  const [row] = await engine.execute(
    sql`SELECT sum, word, twice, changed, day = UTC_DATE() AS day, ABS(TIMESTAMPDIFF(SECOND, time, UTC_TIMESTAMP(6))) < 60 AS time FROM t`,
  );
  assert.equal(row, { sum: 7, word: "A", twice: 14, changed: null, day: 1, time: 1 });
  await engine.execute(sql`UPDATE t SET sum = 8`);
  const [changed] = await engine.execute(
    sql`SELECT twice, ABS(TIMESTAMPDIFF(SECOND, changed, UTC_TIMESTAMP())) < 60 AS recent FROM t`,
  );
  assert.equal(changed, { twice: 16, recent: 1 });
});

test("texts are equal when they are the same, in keys and in joins with values", async () => {
  const metadata = metadataOf({ words: { word: varchar(20).primaryKey(), n: integer() } });
  await metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO words VALUES ('a', 1), ('A', 2), ('ä', 3), ('a ', 4)`);
  const rows = await engine.execute(sql`SELECT n FROM words WHERE word = ${"A"}`);
  assert.equal([...rows], [{ n: 2 }]);
  await engine.execute(
    sql`UPDATE words JOIN (VALUES ROW(${"a"}, ${5}), ROW(${"a "}, ${6})) AS changed (k, v) ON words.word = changed.k SET words.n = changed.v`,
  );
  const all = await engine.execute(sql`SELECT n FROM words ORDER BY n`);
  assert.equal(
    all.map(({ n }) => n),
    [2, 3, 5, 6],
  );
});

/** Up to six tables; each points at some of them, by number, itself included. */
const graphs = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.array(fc.uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 3 }), {
    minLength: size,
    maxLength: size,
  }),
);

test("any tables are made and dropped in one go", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const metadata = new Metadata();
      for (const [index, parents] of graph.entries()) {
        const references = parents.map((parent) => [
          `p${parent}`,
          integer().nullable().references(`t${parent}.id`),
        ]);
        metadata.add(toTable(`t${index}`, Object.fromEntries([["id", id], ...references])));
      }
      await metadata.createAll(engine);
      assert.is((await tables()).length, graph.length);
      assert.is((await foreignKeys()).length, graph.flat().length);
      sent = [];
      await metadata.createAll(engine);
      assert.is(sent.length, 1);
      await metadata.dropAll(engine);
      assert.equal(await tables(), []);
    }),
    { numRuns: 12 },
  );
});

test("without an engine nothing can be made", async () => {
  const metadata = new Metadata();
  metadata.add(toTable("t", { id }));
  for (const wrong of [undefined, null, "mysql://localhost/x"]) {
    for (const method of ["createAll", "dropAll", "ddl"] as const) {
      assert.is((await errorOf(() => metadata[method](wrong as never))).code, "not-an-engine");
    }
  }
});

test.run();
