import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { Session } from "../../src/integrity/index.js";
import { deleteFrom, update } from "../../src/query/index.js";
import { inspect, type StaleDataError } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clear, inUse, type Recorded, recorded } from "./library.js";

const test = suite("optimistic lock");
const database = testDatabase(test);
let db: Recorded;
let session: Session;
let other: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await clear(db);
  [session, other] = [new Session(db.engine), new Session(db.engine)];
});
test.after.each(async () => {
  await session.close();
  await other.close();
  assert.is(inUse(db.engine), 0);
});
test.after(() => db.engine.dispose());

async function makeBooks(count: number): Promise<Book[]> {
  const books = Array.from({ length: count }, (_, at) => new Book({ id: at + 1, title: `b${at}` }));
  session.addAll(books);
  await session.commit();
  db.sent();
  return books;
}

async function versions(): Promise<unknown[]> {
  const rows = await db.engine.execute(sql`SELECT version FROM books ORDER BY id`);
  db.sent();
  return rows.map(({ version }) => version);
}

test("one row: the version is asked for, and counted up in the row and in the object", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  assert.is(book.version, 1);
  book.title = "new";
  await session.commit();
  assert.equal(db.sent(), [
    ["BEGIN"],
    [
      "UPDATE `books` SET `title` = ?, `version` = `version` + 1 WHERE `id` = ? AND `version` = ?",
      "new",
      1,
      1,
    ],
    ["COMMIT"],
  ]);
  assert.is(book.version, 2);
  book.title = "newer";
  await session.commit();
  assert.is(book.version, 3);
  assert.equal(await versions(), [3]);
});

test("several rows share one UPDATE, and one DELETE", async () => {
  const [one, two, three] = (await makeBooks(3)) as [Book, Book, Book];
  one.title = "x";
  two.title = "y";
  await session.commit();
  assert.equal(db.sent(), [
    ["BEGIN"],
    [
      "UPDATE (SELECT `title`, `id`, `version` FROM `books` WHERE FALSE UNION ALL VALUES ROW(?, ?, ?), ROW(?, ?, ?)) " +
        "AS `_changed` STRAIGHT_JOIN `books` ON `books`.`id` = `_changed`.`id` AND `books`.`version` = " +
        "`_changed`.`version` SET `books`.`title` = `_changed`.`title`, `books`.`version` = `books`.`version` + 1",
      ...["x", 1, 1],
      ...["y", 2, 1],
    ],
    ["COMMIT"],
  ]);
  assert.equal([one.version, two.version, three.version], [2, 2, 1]);
  assert.equal(await versions(), [2, 2, 1]);
  for (const book of [one, two, three]) session.delete(book);
  await session.commit();
  assert.equal(db.sent(), [
    ["BEGIN"],
    [
      "DELETE FROM `books` WHERE (`id`, `version`) IN ((?, ?), (?, ?), (?, ?))",
      ...[1, 2],
      ...[2, 2],
      ...[3, 1],
    ],
    ["COMMIT"],
  ]);
  assert.equal(await versions(), []);
});

test("who comes second gets a StaleDataError, and loses nothing", async () => {
  const [mine] = (await makeBooks(1)) as [Book];
  const theirs = (await other.get(Book, 1)) as Book;
  theirs.title = "theirs";
  await other.commit();
  mine.title = "mine";
  const error = (await errorOf(() => session.commit())) as unknown as StaleDataError;
  assert.equal(
    [error.name, error.code, error.entity, error.key],
    ["StaleDataError", "stale", "Book", 1],
  );
  assert.match(error.message, "Rows to update were changed or deleted: Book 1.");
  assert.match(error.message, "Somebody changed or deleted them meanwhile.");
  await session.rollback();
  assert.equal([mine.title, mine.version], ["b0", 1]);
  assert.is(session.inTransaction, false);
  await session.refresh(mine);
  assert.equal([mine.title, mine.version], ["theirs", 2]);
  mine.title = "mine";
  await session.commit();
  assert.equal(await versions(), [3]);
});

test("in a batch the stale rows are named, and only they", async () => {
  const books = await makeBooks(4);
  await db.engine.execute(sql`UPDATE books SET title = 'z', version = 2 WHERE id = 3`);
  for (const book of books) book.title = `n${book.id}`;
  const error = await errorOf(() => session.commit());
  assert.match(error.message, "Rows to update were changed or deleted: Book 3.");
  assert.is(error.key, 3);
  await session.rollback();
  assert.equal(
    books.map(({ version }) => version),
    [1, 1, 1, 1],
  );
  assert.equal(await versions(), [1, 1, 2, 1]);
});

test("a DELETE of a row that was changed", async () => {
  const [one, two] = (await makeBooks(2)) as [Book, Book];
  await db.engine.execute(sql`UPDATE books SET version = 7 WHERE id = 2`);
  session.delete(two);
  const single = await errorOf(() => session.flush());
  assert.equal([single.code, single.entity, single.key], ["stale", "Book", 2]);
  await session.rollback();
  assert.is(inspect(two).state, "persistent");
  session.delete(one);
  session.delete(two);
  const both = await errorOf(() => session.flush());
  assert.match(both.message, "1 of 2 rows to delete were changed or deleted: Book 1, Book 2.");
  assert.equal([both.entity, both.key], ["Book", undefined]);
});

test("rollback and savepoints give the version back", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  await session.begin(async () => {
    book.title = "one";
    await session.flush();
    assert.is(book.version, 2);
    await errorOf(() =>
      session.beginNested(async () => {
        book.title = "two";
        await session.flush();
        assert.is(book.version, 3);
        throw new Error("mine");
      }),
    );
    assert.equal([book.title, book.version], ["one", 2]);
    book.title = "three";
  });
  assert.is(book.version, 3);
  assert.equal(await versions(), [3]);
  book.title = "four";
  await session.flush();
  await session.rollback();
  assert.equal([book.title, book.version], ["three", 3]);
  book.title = "five";
  await session.commit();
  assert.equal(await versions(), [4]);
});

test("the version that the program gives is the one expected", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  book.title = "first";
  await session.commit();
  const form = { title: "from a form", version: 1 };
  Object.assign(book, form);
  assert.is((await errorOf(() => session.commit())).code, "stale");
  await session.rollback();
  Object.assign(book, { ...form, version: 2 });
  await session.commit();
  assert.equal([book.title, book.version], ["from a form", 3]);
  book.version = 2;
  assert.is((await errorOf(() => session.commit())).code, "stale");
  await session.rollback();
  const stale = new Book({ id: 1, title: "merged", version: 2 });
  await session.merge(stale);
  assert.is((await errorOf(() => session.commit())).code, "stale");
  await session.rollback();
  assert.equal(await versions(), [3]);
});

test("an expired version is not asked for", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  session.expire(book);
  book.title = "blind";
  await session.commit();
  assert.equal(db.sent(), [
    ["BEGIN"],
    ["UPDATE `books` SET `title` = ?, `version` = `version` + 1 WHERE `id` = ?", "blind", 1],
    ["COMMIT"],
  ]);
  await session.refresh(book);
  assert.is(book.version, 2);
  session.expire(book);
  session.delete(book);
  await session.commit();
  assert.equal(await versions(), []);
});

test("a foreign key that a flush fills in counts as a change; a class without a version has no lock", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  const ada = new Author({ id: 7, name: "Ada" });
  book.author = ada;
  await session.commit();
  assert.equal(db.sent(), [
    ["BEGIN"],
    ["INSERT INTO `authors` (`id`, `name`, `email`) VALUES (?, ?, ?)", 7, "Ada", null],
    [
      "UPDATE `books` SET `author_id` = ?, `version` = `version` + 1 WHERE `id` = ? AND `version` = ?",
      ...[7, 1, 1],
    ],
    ["COMMIT"],
  ]);
  ada.name = "Countess";
  await session.commit();
  assert.equal(db.sent()[1], ["UPDATE `authors` SET `name` = ? WHERE `id` = ?", "Countess", 7]);
});

test("an update() of many rows counts the version up, so that others notice", async () => {
  const [book] = (await makeBooks(1)) as [Book];
  const theirs = (await other.get(Book, 1)) as Book;
  await session.execute(update(Book).set({ price: "2.00" }).where(Book.c.id.eq(1)));
  await session.commit();
  assert.is(book.version, 2);
  theirs.title = "late";
  assert.is((await errorOf(() => other.commit())).code, "stale");
  await other.rollback();
  await session.execute(deleteFrom(Book).where(Book.c.id.eq(1)));
  await session.commit();
  theirs.title = "later";
  assert.match((await errorOf(() => other.commit())).message, "Book 1");
});

test.run();
