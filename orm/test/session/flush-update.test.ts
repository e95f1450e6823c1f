import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import {
  binary,
  boolean,
  datetime,
  decimal,
  declarativeBase,
  double,
  integer,
  now,
  varchar,
} from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { errorOf } from "../support.js";
import { depends, flushBench } from "./flush-support.js";

const Base = declarativeBase();
let clock = 0;
class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  pages: integer().nullable(),
}) {}
class Page extends Base.mapped("pages", {
  book: varchar(20).primaryKey(),
  number: integer().primaryKey(),
  text: varchar(200),
  changes: integer()
    .default(0)
    .onUpdate(() => (clock += 1)),
}) {}
class Log extends Base.mapped("logs", {
  id: integer().primaryKey(),
  text: varchar(200),
  size: integer().generatedAs(sql`CHAR_LENGTH(text)`).fetched(),
  changedAt: datetime(6).default(now()).onUpdate(now()),
  parentId: integer().nullable().references("logs.id"),
}) {}
class Odd extends Base.mapped("odds", {
  id: integer().primaryKey(),
  flag: boolean().default(sql`7`).fetched(),
}) {}
class Measure extends Base.mapped("measures", {
  id: integer().primaryKey(),
  exact: decimal(65, 30),
  inexact: double(),
}) {}
class Photo extends Base.mapped("photos", {
  id: integer().primaryKey(),
  taken: datetime(),
  bytes: binary(),
}) {}

const test = suite("flush: updates");
const bench = flushBench(test, () => Base.metadata);

test.before.each(async () => {
  for (const table of ["books", "pages", "logs", "photos", "measures"])
    await bench.rows(`DELETE FROM ${table}`);
});

const MANY =
  "UPDATE (SELECT `price`, `id` FROM `books` WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) " +
  "AS `_changed` STRAIGHT_JOIN `books` ON `books`.`id` = `_changed`.`id` " +
  "SET `books`.`price` = `_changed`.`price`";

async function books(count: number): Promise<Book[]> {
  const made = Array.from({ length: count }, (_, index) => {
    return new Book({ id: index + 1, title: `b${index + 1}`, price: "1.00" });
  });
  await bench.flush({ inserts: made });
  return made;
}

test("one row: only the changed column", async () => {
  const [book] = (await books(1)) as [Book];
  book.price = "2.50";
  book.title = "other";
  book.title = "b1";
  await bench.flush({ updates: [book] });
  assert.equal(bench.sent, [["UPDATE `books` SET `price` = ? WHERE `id` = ?", "2.50", 1]]);
  await bench.flush({ updates: [book] });
  assert.equal(bench.sent, []);
});

test("rows that changed in the same columns share a statement", async () => {
  const [one, two, three] = (await books(3)) as [Book, Book, Book];
  two.price = "2.00";
  one.price = "1.50";
  three.price = "3.00";
  three.pages = 7;
  await bench.flush({ updates: [two, one, three] });
  assert.equal(bench.sent, [
    [MANY, "1.50", 1, "2.00", 2],
    ["UPDATE `books` SET `price` = ?, `pages` = ? WHERE `id` = ?", "3.00", 7, 3],
  ]);
  assert.equal(await bench.rows("SELECT price, pages FROM books ORDER BY id"), [
    { price: "1.50", pages: null },
    { price: "2.00", pages: null },
    { price: "3.00", pages: 7 },
  ]);
});

test("rows share a statement whatever stands between them", async () => {
  const [one, two, three, four] = (await books(4)) as [Book, Book, Book, Book];
  one.price = "1.50";
  two.pages = 7;
  three.price = "3.00";
  four.pages = 8;
  four.pages = null;
  await bench.flush({ updates: [one, two, three, four] });
  assert.equal(bench.sent, [
    [MANY, "1.50", 1, "3.00", 3],
    ["UPDATE `books` SET `pages` = ? WHERE `id` = ?", 7, 2],
  ]);
});

test("a hundred rows have their keys as parameters", async () => {
  const all = await books(100);
  for (const book of all) book.pages = book.id;
  await bench.flush({ updates: all });
  assert.is(bench.sent.at(-1)?.length, 201);
  assert.match(String(bench.sent.at(-1)?.[0]), "VALUES ROW(?, ?), ROW(?, ?)");
});

/** The UPDATE of one column of these books, which are given as they stand in VALUES. */
function updateOf(column: string, rows: readonly string[]): string {
  return (
    `UPDATE (SELECT \`${column}\`, \`id\` FROM \`books\` WHERE FALSE UNION ALL VALUES ${rows.join(", ")}) AS \`_changed\` ` +
    `STRAIGHT_JOIN \`books\` ON \`books\`.\`id\` = \`_changed\`.\`id\` SET \`books\`.\`${column}\` = \`_changed\`.\`${column}\``
  );
}

test("2,000 rows are 2 statements, in which numbers are digits", async () => {
  const all = await books(2000);
  for (const book of all) book.price = `${book.id - 1000}.25`;
  await bench.flush({ updates: all });
  const rowsOf = (first: number) =>
    Array.from({ length: 1000 }, (_, index) => {
      return `ROW(${first + index - 1000}.25, ${first + index})`;
    });
  assert.equal(bench.sent, [[updateOf("price", rowsOf(1))], [updateOf("price", rowsOf(1001))]]);
  const wrong = "SELECT COUNT(*) AS n FROM books WHERE price <> CONCAT(id - 1000, '.25')";
  assert.equal(await bench.rows(wrong), [{ n: 0 }]);
});

test("a text is a parameter, also where it looks like a number; so is a column in which a null stands", async () => {
  const all = await books(101);
  for (const book of all) book.title = String(book.id);
  await bench.flush({ updates: all });
  const rows = all.map(({ id }) => `ROW(?, ${id})`);
  assert.equal(bench.sent, [[updateOf("title", rows), ...all.map(({ id }) => String(id))]]);
  for (const book of all) book.pages = book.id === 7 ? null : book.id;
  for (const book of all) if (book.id === 7) book.pages = 1;
  await bench.flush({ updates: all });
  for (const book of all) book.pages = book.id === 7 ? null : 1000 + book.id;
  await bench.flush({ updates: all });
  const parameters = all.map(({ pages }) => pages);
  assert.equal(bench.sent, [[updateOf("pages", rows), ...parameters]]);
  assert.equal(await bench.rows("SELECT pages FROM books WHERE id IN (6, 7)"), [
    { pages: 1006 },
    { pages: null },
  ]);
});

test("a decimal of 65 digits, and a double that is -0, are stored exactly", async () => {
  const all = Array.from({ length: 101 }, (_, index) => {
    return new Measure({ id: index + 1, exact: "0.000000000000000000000000000000", inexact: 1 });
  });
  await bench.flush({ inserts: all });
  const digits = "12345678901234567890123456789012345.123456789012345678901234567890";
  for (const one of all) {
    one.exact = one.id === 1 ? `-${digits}` : digits;
    one.inexact = one.id === 1 ? -0 : 2;
  }
  await bench.flush({ updates: all });
  assert.equal(
    await bench.rows(
      "SELECT CAST(exact AS CHAR) AS exact, CAST(inexact AS CHAR) AS inexact FROM measures WHERE id < 3",
    ),
    [
      { exact: `-${digits}`, inexact: "-0" },
      { exact: digits, inexact: "2" },
    ],
  );
});

test("rows that are not there are an error with class and key", async () => {
  const [one, two] = (await books(2)) as [Book, Book];
  await bench.rows("DELETE FROM books WHERE id = 2");
  two.price = "2.00";
  const single = await errorOf(() => bench.flush({ updates: [two] }));
  assert.is(single.name, "StaleDataError");
  assert.is(single.code, "stale");
  assert.match(single.message, "Book 2");
  one.price = "2.00";
  const several = await errorOf(() => bench.flush({ updates: [one, two] }));
  assert.is(several.code, "stale");
  assert.match(several.message, "Rows to update are not there: Book 2.");
  assert.equal(bench.sent.at(-1), [
    "SELECT `id` FROM `books` WHERE `id` IN (?, ?) FOR SHARE",
    ...[1, 2],
  ]);
});

test("a row that has the values already is not missing", async () => {
  const [one, two] = (await books(2)) as [Book, Book];
  await bench.rows("UPDATE books SET price = 5");
  one.price = "5.00";
  two.price = "5.00";
  await bench.flush({ updates: [one, two] });
  one.price = "6.00";
  await bench.rows("UPDATE books SET price = 6");
  await bench.flush({ updates: [one] });
});

test("a key of two columns, and what the program sets at each UPDATE", async () => {
  clock = 0;
  const pages = [1, 2].map((number) => new Page({ book: "b", number, text: "old" }));
  await bench.flush({ inserts: pages });
  for (const page of pages) page.text = `new ${page.number}`;
  await bench.flush({ updates: pages });
  assert.equal(bench.sent.at(-1), [
    "UPDATE (SELECT `text`, `changes`, `book`, `number` FROM `pages` WHERE FALSE " +
      "UNION ALL VALUES ROW(?, ?, ?, ?), ROW(?, ?, ?, ?)) AS `_changed` STRAIGHT_JOIN `pages` " +
      "ON `pages`.`book` = `_changed`.`book` AND `pages`.`number` = `_changed`.`number` " +
      "SET `pages`.`text` = `_changed`.`text`, `pages`.`changes` = `_changed`.`changes`",
    ...["new 1", 1, "b", 1, "new 2", 2, "b", 2],
  ]);
  assert.equal(
    pages.map(({ changes }) => changes),
    [1, 2],
  );
});

test("what the server makes is unknown afterwards, or selected, one statement for a class", async () => {
  const logs = ["one", "three"].map((text) => new Log({ text }));
  await bench.flush({ inserts: logs });
  assert.equal(bench.sent.at(-1), [
    "SELECT `id`, `size` FROM `logs` WHERE `id` IN (?, ?)",
    logs[0]?.id as number,
    logs[1]?.id as number,
  ]);
  assert.equal(
    logs.map(({ size }) => size),
    [3, 5],
  );
  assert.is((await errorOf(() => logs[0]?.changedAt)).code, "unloaded");
  const [log] = logs as [Log];
  log.text = "longer";
  log.changedAt = "2026-11-21T08:30:00.123456Z";
  await bench.flush({ updates: [log], inserts: [new Log({ text: "x" })] });
  assert.equal(
    bench.sent.map(([text]) => text.slice(0, 6)),
    ["INSERT", "UPDATE", "SELECT"],
  );
  assert.is(log.size, 6);
  assert.is(log.changedAt, "2026-11-21T08:30:00.123456Z");
  log.text = "short";
  await bench.flush({ updates: [log] });
  assert.is(log.size, 5);
  assert.is((await errorOf(() => log.changedAt)).code, "unloaded");
});

test("a fetched value that its type cannot hold is an error with its place", async () => {
  const error = await errorOf(() => bench.flush({ inserts: [new Odd({})] }));
  assert.is(error.code, "unreadable");
  assert.match(
    error.message,
    "Odd.flag: the database holds what its type cannot: 7 is neither 0 nor 1",
  );
});

test("what was edited in place is found, and its milliseconds are kept", async () => {
  const photos = [1, 2].map((id) => {
    const taken = new Date("2026-11-21T08:30:00.001Z");
    return new Photo({ id, taken, bytes: new Uint8Array([1]) });
  });
  await bench.flush({ inserts: photos });
  await bench.flush({ updates: photos });
  assert.equal(bench.sent, []);
  for (const photo of photos) photo.taken.setUTCMilliseconds(123);
  await bench.flush({ updates: photos });
  assert.equal(bench.sent.at(-1)?.slice(1), [photos[0]?.taken, 1, photos[1]?.taken, 2]);
  assert.equal(await bench.rows("SELECT taken FROM photos GROUP BY taken"), [
    { taken: new Date("2026-11-21T08:30:00.123Z") },
  ]);
  const [photo] = photos as [Photo];
  photo.bytes[0] = 7;
  await bench.flush({ updates: photos });
  assert.equal(
    bench.sent.map(([text]) => text),
    ["UPDATE `photos` SET `bytes` = ? WHERE `id` = ?"],
  );
  await bench.flush({ updates: photos });
  assert.equal(bench.sent, []);
  photo.taken.setTime(Number.NaN);
  const error = await errorOf(() => bench.flush({ updates: photos }));
  assert.match(error.message, "Photo.taken: ");
});

test("a new parent of stored rows, and none", async () => {
  const [one, two] = [new Log({ text: "a" }), new Log({ text: "b" })] as const;
  await bench.flush({ inserts: [one, two] });
  const parent = new Log({ text: "p" });
  const dependencies = [depends(one, "parentId", parent), depends(two, "parentId", parent)];
  await bench.flush({ inserts: [parent], updates: [one, two], dependencies });
  assert.equal([one.parentId, two.parentId], [parent.id, parent.id]);
  await bench.flush({ updates: [one], dependencies: [depends(one, "parentId", null)] });
  assert.equal(bench.sent[0], ["UPDATE `logs` SET `parent_id` = ? WHERE `id` = ?", null, one.id]);
  assert.is(instanceOf(one).before, undefined);
});

test("a parent that is not stored is an error, not a NULL", async () => {
  const child = new Log({ text: "child" });
  const dependencies = [depends(child, "parentId", new Log({ text: "forgotten" }))];
  const error = await errorOf(() => bench.flush({ inserts: [child], dependencies }));
  assert.is(error.code, "parent-unknown");
  assert.match(error.message, "Log.parentId");
  assert.equal(bench.sent, []);
});

test("a batch locks the rows that it changes, and no others", async () => {
  const [one, two] = (await books(3)) as [Book, Book];
  await bench.rows("BEGIN");
  one.pages = 1;
  two.pages = 2;
  await bench.flush({ updates: [one, two] });
  const locks = await bench.rows(
    "SELECT lock_mode, lock_data FROM performance_schema.data_locks WHERE object_name = 'books' " +
      "AND object_schema = DATABASE() AND lock_type = 'RECORD' ORDER BY lock_data",
  );
  await bench.rows("ROLLBACK");
  assert.equal(locks, [
    { lock_mode: "X,REC_NOT_GAP", lock_data: "1" },
    { lock_mode: "X,REC_NOT_GAP", lock_data: "2" },
  ]);
});

test.run();
