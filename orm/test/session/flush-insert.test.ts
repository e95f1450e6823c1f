import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { datetime, declarativeBase, integer, now, uuid, varchar } from "../../src/mapping/index.js";
import { errorOf } from "../support.js";
import { depends, flushBench, SETTINGS } from "./flush-support.js";

const Base = declarativeBase();
class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).nullable(),
  createdAt: datetime().default(now()),
}) {}
class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  authorId: integer().references("authors.id"),
}) {}
class Node extends Base.mapped("nodes", {
  id: integer().primaryKey(),
  name: varchar(20),
  parentId: integer().nullable().references("nodes.id"),
}) {}
class Seat extends Base.mapped("seats", {
  row: integer().primaryKey(),
  number: integer().primaryKey(),
  guest: varchar(50).nullable(),
}) {}
class Token extends Base.mapped("tokens", {
  id: uuid().primaryKey().default(sql`(UUID_TO_BIN(UUID()))`),
  name: varchar(20),
}) {}
class Counter extends Base.mapped("counters", { id: integer().primaryKey() }) {}

const test = suite("flush: inserts");
const bench = flushBench(test, () => Base.metadata);

test.before.each(async () => {
  for (const table of ["books", "authors", "nodes", "seats", "tokens", "counters"]) {
    await bench.rows("SET FOREIGN_KEY_CHECKS = 0");
    await bench.rows(`TRUNCATE ${table}`);
    await bench.rows("SET FOREIGN_KEY_CHECKS = 1");
  }
});

test("one row is one statement, which asks the server nothing", async () => {
  const ada = new Author({ name: "Ada" });
  await bench.flush({ inserts: [ada] });
  assert.equal(bench.sent, [
    ["INSERT INTO `authors` (`name`, `email`) VALUES (?, ?)", "Ada", null],
  ]);
  assert.is(ada.id, 1);
});

test("rows of one class are one statement, and each gets its key", async () => {
  const authors = ["Ada", "Bob", "Cy"].map((name) => new Author({ name }));
  await bench.flush({ inserts: authors });
  assert.equal(bench.sent, [
    [SETTINGS],
    [
      "INSERT INTO `authors` (`name`, `email`) VALUES (?, ?), (?, ?), (?, ?)",
      ...["Ada", null, "Bob", null, "Cy", null],
    ],
  ]);
  assert.equal(
    authors.map(({ id }) => id),
    [1, 2, 3],
  );
  assert.equal(await bench.rows("SELECT id, name FROM authors ORDER BY id"), [
    { id: 1, name: "Ada" },
    { id: 2, name: "Bob" },
    { id: 3, name: "Cy" },
  ]);
});

/** So many authors, whose names are made of their numbers. */
const manyAuthors = (count: number, name = (index: number) => `author ${index}`) =>
  Array.from({ length: count }, (_, index) => new Author({ name: name(index) }));

const authorsText = (rows: readonly string[]) =>
  `INSERT INTO \`authors\` (\`name\`, \`email\`) VALUES ${rows.join(", ")}`;

test("a hundred rows are parameters; of more, plain texts and NULL stand in the text", async () => {
  const few = manyAuthors(100);
  await bench.flush({ inserts: few });
  const parameters = few.flatMap(({ name }) => [name, null]);
  assert.equal(bench.sent[1], [authorsText(few.map(() => "(?, ?)")), ...parameters]);
  const authors = manyAuthors(1002, (index) => (index === 7 ? "Flann O'Brien" : `no. ${index}?`));
  await bench.flush({ inserts: authors });
  const rows = authors.map((_, index) =>
    index === 7 ? "('Flann O''Brien', NULL)" : `('no. ${index}?', NULL)`,
  );
  assert.equal(bench.sent, [
    [SETTINGS],
    [authorsText(rows.slice(0, 1000))],
    [authorsText(rows.slice(1000))],
  ]);
  const stored = await bench.rows("SELECT name FROM authors WHERE id > 100 ORDER BY id");
  assert.equal(
    stored.map(({ name }) => name),
    authors.map(({ name }) => name),
  );
  assert.is(authors.at(-1)?.id, 1102);
});

test("a value that may not stand in the text is a parameter, and its column in that statement only", async () => {
  const authors = manyAuthors(1002, (index) => (index === 7 ? "C:\\" : `no. ${index}?`));
  await bench.flush({ inserts: authors });
  const names = authors.map(({ name }) => name);
  assert.equal(bench.sent, [
    [SETTINGS],
    [authorsText(names.slice(0, 1000).map(() => "(?, NULL)")), ...names.slice(0, 1000)],
    [authorsText(names.slice(1000).map((name) => `('${name}', NULL)`))],
  ]);
  const stored = await bench.rows("SELECT name FROM authors ORDER BY id");
  assert.equal(
    stored.map(({ name }) => name),
    names,
  );
});

test("numbers, texts, and texts among NULLs: each stands in the text in its own way", async () => {
  const seats = Array.from({ length: 102 }, (_, index) => {
    const guest = index % 3 === 0 ? null : index % 3 === 1 ? "O'Brien" : "NULL";
    return new Seat({ row: -index, number: index, guest });
  });
  await bench.flush({ inserts: seats });
  const ways = ["NULL", "'O''Brien'", "'NULL'"];
  const rows = seats.map(({ row, number }) => `(${row}, ${number}, ${ways[number % 3]})`);
  const text = `INSERT INTO \`seats\` (\`row\`, \`number\`, \`guest\`) VALUES ${rows.join(", ")}`;
  assert.equal(bench.sent, [[text]]);
  const stored = await bench.rows("SELECT guest FROM seats ORDER BY number");
  assert.equal(
    stored.map(({ guest }) => guest),
    seats.map(({ guest }) => guest),
  );
});

test("a text that is not plain makes parameters of its column, and of no other one", async () => {
  const hostile = ["a\\", "\\'; DROP TABLE authors; -- ", "é", "\n", "\0", "\u007f"];
  for (const given of hostile) {
    await bench.rows("DELETE FROM authors");
    const authors = manyAuthors(101);
    for (const author of authors) author.email = author.name.endsWith("100") ? given : "a@b";
    await bench.flush({ inserts: authors });
    const rows = authors.map(({ name }) => `('${name}', ?)`);
    assert.equal(bench.sent[1], [authorsText(rows), ...authors.map(({ email }) => email)]);
    const stored = await bench.rows("SELECT email FROM authors ORDER BY id");
    assert.equal(
      stored.map(({ email }) => email),
      authors.map(({ email }) => email),
    );
  }
});

test("a text in the statement is the same where a backslash escapes nothing, and quotes are names", async () => {
  const authors = manyAuthors(101, (index) => `"${index}" 'n' /* -- # ${index}`);
  await bench.rows(
    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES,ANSI_QUOTES')",
  );
  await bench.flush({ inserts: authors });
  await bench.rows("SET SESSION sql_mode = DEFAULT");
  assert.is(bench.sent[1]?.length, 1);
  const stored = await bench.rows("SELECT name FROM authors ORDER BY id");
  assert.equal(
    stored.map(({ name }) => name),
    authors.map(({ name }) => name),
  );
});

test("the class pointed at comes first, and its keys are filled in", async () => {
  const books = ["A", "B"].map((title) => new Book({ title }));
  const [first, second] = books as [Book, Book];
  const authors = ["Ada", "Bob"].map((name) => new Author({ name }));
  const [ada, bob] = authors as [Author, Author];
  await bench.flush({
    inserts: [...books, ...authors],
    dependencies: [depends(first, "authorId", bob), depends(second, "authorId", ada)],
  });
  assert.equal(bench.sent.slice(1), [
    ["INSERT INTO `authors` (`name`, `email`) VALUES (?, ?), (?, ?)", "Ada", null, "Bob", null],
    ["INSERT INTO `books` (`title`, `author_id`) VALUES (?, ?), (?, ?)", "A", 2, "B", 1],
  ]);
  assert.equal(
    books.map(({ authorId }) => authorId),
    [2, 1],
  );
});

test("rows of different columns go in statements of their own, in order of add", async () => {
  const time = new Date("2026-11-21T08:30:00.123Z");
  await bench.flush({
    inserts: [
      new Author({ name: "a" }),
      new Author({ name: "b", createdAt: time }),
      new Author({ name: "c", id: 70 }),
      new Author({ name: "d" }),
    ],
  });
  assert.equal(bench.sent.slice(1), [
    ["INSERT INTO `authors` (`name`, `email`) VALUES (?, ?), (?, ?)", "a", null, "d", null],
    ["INSERT INTO `authors` (`name`, `email`, `created_at`) VALUES (?, ?, ?)", "b", null, time],
    ["INSERT INTO `authors` (`id`, `name`, `email`) VALUES (?, ?, ?)", 70, "c", null],
  ]);
});

test("rows of one table that point at each other are inserted in layers", async () => {
  const [leaf, twig, root, other] = ["leaf", "twig", "root", "other"].map(
    (name) => new Node({ name }),
  ) as [Node, Node, Node, Node];
  await bench.flush({
    inserts: [leaf, twig, root, other],
    dependencies: [depends(leaf, "parentId", twig), depends(twig, "parentId", root)],
  });
  const insert = "INSERT INTO `nodes` (`name`, `parent_id`) VALUES";
  assert.equal(bench.sent.slice(1), [
    [`${insert} (?, ?), (?, ?)`, "root", null, "other", null],
    [`${insert} (?, ?)`, "twig", 1],
    [`${insert} (?, ?)`, "leaf", 3],
  ]);
});

test("a foreign key that names the key of another new row orders them too", async () => {
  const child = new Node({ id: 1, name: "child", parentId: 2 });
  const parent = new Node({ id: 2, name: "parent" });
  await bench.flush({ inserts: [child, parent] });
  const insert = "INSERT INTO `nodes` (`id`, `name`, `parent_id`) VALUES (?, ?, ?)";
  assert.equal(bench.sent, [
    [insert, 2, "parent", null],
    [insert, 1, "child", 2],
  ]);
});

test("a circle of rows is inserted with NULL, and closed by an UPDATE", async () => {
  const [a, b] = [new Node({ name: "a" }), new Node({ name: "b" })] as const;
  await bench.flush({
    inserts: [a, b],
    dependencies: [depends(a, "parentId", b), depends(b, "parentId", a)],
  });
  assert.equal(bench.sent, [
    ["INSERT INTO `nodes` (`name`, `parent_id`) VALUES (?, ?)", "a", null],
    ["INSERT INTO `nodes` (`name`, `parent_id`) VALUES (?, ?)", "b", 1],
    ["UPDATE `nodes` SET `parent_id` = ? WHERE `id` = ?", 2, 1],
  ]);
  assert.equal([a.parentId, b.parentId], [2, 1]);
});

test("a row that points at itself", async () => {
  const known = new Node({ id: 9, name: "known" });
  const unknown = new Node({ name: "unknown" });
  await bench.flush({
    inserts: [known, unknown],
    dependencies: [depends(known, "parentId", known), depends(unknown, "parentId", unknown)],
  });
  assert.equal(bench.sent, [
    ["INSERT INTO `nodes` (`id`, `name`, `parent_id`) VALUES (?, ?, ?)", 9, "known", 9],
    ["INSERT INTO `nodes` (`name`, `parent_id`) VALUES (?, ?)", "unknown", null],
    ["UPDATE `nodes` SET `parent_id` = ? WHERE `id` = ?", 10, 10],
  ]);
});

test("10,000 rows are 10 statements of one text", async () => {
  const authors = Array.from({ length: 10_000 }, (_, index) => new Author({ name: `ñ${index}` }));
  await bench.flush({ inserts: authors });
  const texts = bench.sent.slice(1).map(([text]) => text);
  assert.is(texts.length, 10);
  assert.is(new Set(texts).size, 1);
  assert.equal(bench.sent.at(-1)?.slice(1, 3), ["ñ9000", "ñ9001"]);
  assert.is(authors.at(-1)?.id, Number(authors[0]?.id) + 9999);
  const wrong = await bench.rows("SELECT id FROM authors WHERE name <> CONCAT('ñ', id - 1)");
  assert.equal(wrong, []);
});

test("a key of several columns, and a row of nothing but its key", async () => {
  const counters = [new Counter({}), new Counter({})];
  await bench.flush({
    inserts: [
      new Seat({ row: 1, number: 2, guest: "Ada" }),
      new Seat({ row: 1, number: 3 }),
      ...counters,
    ],
  });
  assert.equal(bench.sent, [
    [
      "INSERT INTO `seats` (`row`, `number`, `guest`) VALUES (?, ?, ?), (?, ?, ?)",
      1,
      2,
      "Ada",
      1,
      3,
      null,
    ],
    [SETTINGS],
    ["INSERT INTO `counters` () VALUES (), ()"],
  ]);
  assert.equal(
    counters.map(({ id }) => id),
    [1, 2],
  );
});

test("a key that the server makes by an expression is refused before anything is sent", async () => {
  const error = await errorOf(() => bench.flush({ inserts: [new Token({ name: "t" })] }));
  assert.equal([error.name, error.code], ["InvalidRequestError", "key-missing"]);
  assert.equal(bench.sent, []);
});

test("a missing parent is an error that names the property", async () => {
  const book = new Book({ title: "Orphan" });
  const error = await errorOf(() =>
    bench.flush({ inserts: [book], dependencies: [depends(book, "authorId", null)] }),
  );
  assert.is(error.code, "null-value");
  assert.match(error.message, "Book.authorId cannot be null");
});

test.run();
