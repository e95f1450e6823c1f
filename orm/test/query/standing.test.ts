import nodeAssert from "node:assert/strict";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { instanceOf, isOwn, standingOf } from "../../src/mapping/instance.js";
import { select, update } from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { type Inspection, inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book } from "./shelf.js";

const test = suite("objects that came by one statement share where they stand");
const database = testDatabase(test);
const sent: (readonly [text: string, parameters: readonly unknown[]])[] = [];
let engine: Engine;
let session: Session;

test.before(async () => {
  engine = createEngine(database.url, {
    echo: (_line, { text, parameters }) => sent.push([text, parameters]),
  });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM books`);
  await engine.execute(
    sql`INSERT INTO books (id, title, price) VALUES (1, 'Notes', 9), (2, 'Maps', 8)`,
  );
  session = new Session(engine);
});
test.after.each(() => session.close());
test.after(() => engine.dispose());

/** Both books, as one statement loads them. */
async function load(from = session): Promise<[Book, Book]> {
  const books = await from.scalars(select(Book).orderBy(Book.c.id)).all();
  assert.is(books.length, 2);
  return books as [Book, Book];
}

/** Which of these objects has an instance of its own. */
const own = (...objects: object[]) => objects.map((one) => isOwn(standingOf(one)));

/** What is seen of an object from outside. */
function seen(book: Book): { state: Inspection["state"]; title: string; mine: boolean } {
  const { state, session: its } = inspect(book);
  return { state, title: book.title, mine: its === session };
}

const untouched = { state: "persistent", title: "Maps", mine: true } as const;

test("to read, show and find objects makes no instance", async () => {
  const [notes, maps] = await load();
  assert.equal(own(notes, maps), [false, false]);
  assert.is(standingOf(notes), standingOf(maps));
  assert.is(notes.title + maps.price, "Notes8.00");
  assert.is(JSON.stringify(notes), '{"id":1,"title":"Notes","price":"9.00","authorId":null}');
  assert.equal(maps.toObject(), { id: 2, title: "Maps", price: "8.00", authorId: null });
  assert.equal(await load(), [notes, maps]);
  assert.equal(
    (await load()).map((one) => one === notes || one === maps),
    [true, true],
  );
  await session.commit();
  assert.equal(own(notes, maps), [false, false]);
});

test("who is written alone is changed, and the other one is as it was", async () => {
  const [notes, maps] = await load();
  notes.title = "Letters";
  assert.equal(own(notes, maps), [true, false]);
  assert.equal(session.dirty, [notes]);
  assert.equal(inspect(notes).changes, [{ property: "title", before: "Notes", after: "Letters" }]);
  sent.length = 0;
  await session.commit();
  assert.equal(
    sent.filter(([text]) => text.startsWith("UPDATE")),
    [["UPDATE `books` SET `title` = ? WHERE `id` = ?", ["Letters", 1]]],
  );
  assert.equal(seen(maps), untouched);
  assert.equal(seen(notes), { ...untouched, title: "Letters" });
});

test("a value that is refused changes nobody", async () => {
  const [notes, maps] = await load();
  assert.is((await errorOf(() => (notes.id = 7))).code, "key-change");
  assert.is((await errorOf(() => (notes.title = null as never))).code, "null-value");
  assert.equal(session.dirty, []);
  assert.equal([seen(notes), seen(maps)], [{ ...untouched, title: "Notes" }, untouched]);
});

test("who is expired alone is not loaded", async () => {
  const [notes, maps] = await load();
  session.expire(notes);
  assert.is((await errorOf(() => notes.title)).code, "unloaded");
  assert.equal(seen(maps), untouched);
  await load();
  assert.is(notes.title, "Notes");
});

test("who is deleted alone is gone, and a rollback brings it back", async () => {
  const [notes, maps] = await load();
  session.delete(notes);
  assert.equal(session.deleted, [notes]);
  await session.flush();
  assert.equal([inspect(notes).state, inspect(maps).state], ["deleted", "persistent"]);
  assert.is(await session.get(Book, 1), null);
  await session.rollback();
  assert.equal([inspect(notes).state, inspect(maps).state], ["persistent", "persistent"]);
  assert.is(await session.get(Book, 1), notes);
  session.delete(notes);
  await session.commit();
  assert.equal([inspect(notes).state, seen(maps)], ["detached", untouched]);
});

test("who is expunged alone is detached, and can go to another session", async () => {
  const [notes, maps] = await load();
  session.expunge(notes);
  assert.equal([session.contains(notes), session.contains(maps)], [false, true]);
  assert.equal([inspect(notes).state, seen(maps)], ["detached", untouched]);
  const other = new Session(engine);
  other.add(notes);
  assert.is(inspect(notes).session, other);
  assert.is((await errorOf(() => other.add(maps))).code, "other-session");
  await other.close();
  assert.equal(seen(maps), untouched);
});

test("a session that is closed lets all go: the touched, and those that share", async () => {
  const [notes, maps] = await load();
  notes.title = "Letters";
  const other = new Session(engine);
  const [, theirs] = await load(other);
  await session.close();
  for (const book of [notes, maps]) assert.equal(inspect(book).session, undefined);
  assert.equal([inspect(notes).state, inspect(maps).state], ["detached", "detached"]);
  // Objects of another session stand for themselves, though they are of the same rows.
  assert.is(inspect(theirs).session, other);
  // A detached object can be changed, and comes into a session with its change.
  maps.title = "Plans";
  other.expunge(theirs);
  other.add(maps);
  await other.commit();
  await other.close();
  assert.is((await session.get(Book, 2))?.title, "Plans");
});

test("a rollback gives back what was changed, and leaves the others alone", async () => {
  const [notes, maps] = await load();
  await session
    .beginNested(async () => {
      notes.title = "Letters";
      await session.flush();
      maps.title = "Plans";
      throw new Error("no");
    })
    .catch(() => {});
  assert.equal([notes.title, maps.title], ["Notes", "Maps"]);
  assert.equal(session.dirty, []);
  notes.title = "Letters";
  await session.rollback();
  assert.equal([seen(notes), seen(maps)], [{ ...untouched, title: "Notes" }, untouched]);
});

test("who is loaded after a raw write is expired by the rollback", async () => {
  await session.execute(sql`UPDATE books SET title = 'Wrong'`);
  const [notes, maps] = await load();
  assert.is(maps.title, "Wrong");
  await session.rollback();
  for (const book of [notes, maps]) {
    assert.is((await errorOf(() => book.title)).code, "unloaded");
    await session.refresh(book);
  }
  assert.equal([notes.title, maps.title], ["Notes", "Maps"]);
});

test("refresh, and a statement that updates, reach the object that they are for", async () => {
  const [notes, maps] = await load();
  await session.commit();
  await engine.execute(sql`UPDATE books SET title = CONCAT(title, '!')`);
  await session.refresh(notes);
  assert.equal([notes.title, maps.title], ["Notes!", "Maps"]);
  await session.execute(update(Book).set({ title: "Atlas" }).where(Book.c.id.eq(2)));
  assert.equal([notes.title, maps.title], ["Notes!", "Atlas"]);
});

test("a commit that expires, expires each", async () => {
  const forgetting = new Session(engine, { expireOnCommit: true });
  const books = await load(forgetting);
  await forgetting.commit();
  for (const book of books) {
    assert.is((await errorOf(() => book.title)).code, "unloaded");
    assert.equal(inspect(book).key, [book.id]);
  }
  await forgetting.close();
});

test("merge copies from an object that was never touched, and onto one", async () => {
  const [notes, maps] = await load();
  const other = new Session(engine);
  const [, theirs] = await load(other);
  const copy = await other.merge(maps);
  assert.is(copy, theirs);
  notes.title = "Letters";
  assert.is((await other.merge(notes)).title, "Letters");
  assert.equal(seen(maps), untouched);
  await other.close();
});

test("objects of a stream share too, and come into the session one by one", async () => {
  const visitors: Book[] = [];
  for await (const book of session.scalars(select(Book).orderBy(Book.c.id))) visitors.push(book);
  const [notes, maps] = visitors as [Book, Book];
  assert.equal(own(notes, maps), [false, false]);
  notes.title = "Letters";
  assert.equal([inspect(notes).state, inspect(maps).state], ["persistent", "detached"]);
  assert.equal([session.contains(notes), session.contains(maps)], [true, false]);
  await session.rollback();
  assert.equal([notes.title, inspect(notes).state], ["Notes", "detached"]);
});

test("objects of equal values are equal to assert.deepEqual, touched or not", async () => {
  const other = new Session(engine);
  const [[notes, maps], [theirs]] = [await load(), await load(other)];
  nodeAssert.deepEqual(notes, theirs);
  instanceOf(notes);
  nodeAssert.deepEqual(notes, theirs);
  nodeAssert.notDeepEqual(notes, maps);
  await other.close();
});

test("an object is found through one of which it is the prototype; a copy is none", async () => {
  const [notes, maps] = await load();
  const derived: Book = Object.create(notes);
  derived.title = "Letters";
  assert.equal(session.dirty, [notes]);
  assert.is(notes.title, "Letters");
  assert.is((await errorOf(() => session.delete({ ...maps }))).code, "not-mapped");
  assert.equal(seen(maps), untouched);
});

test("two items of one class in a statement have siblings of their own", async () => {
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada')`);
  const rows = await session
    .execute(select(Author, Book).join(Book, Book.c.id.gt(0)).orderBy(Book.c.id))
    .all();
  const [ada, books] = [rows[0]?.[0] as Author, rows.map(([, book]) => book)];
  assert.equal(standingOf(ada).siblings, [[ada, ada]]);
  for (const book of books) assert.equal(standingOf(book).siblings, [books]);
  const [notes, maps] = books as [Book, Book];
  // Who comes once more has the siblings of that time; the other keeps those that it had.
  const again = await session.scalars(select(Book).where(Book.c.id.eq(1))).all();
  assert.is(again[0], notes);
  assert.equal(standingOf(notes).siblings, [[notes]]);
  assert.equal(standingOf(maps).siblings, [books]);
  assert.equal(own(notes, maps), [false, false]);
  await engine.execute(sql`DELETE FROM authors`);
});

test("what an object weighs that nobody touches", async () => {
  await session.execute(sql`SET SESSION cte_max_recursion_depth = 20000`);
  await session.execute(sql`
    INSERT INTO books (id, title, price) WITH RECURSIVE n AS
    (SELECT 3 AS n UNION ALL SELECT n + 1 FROM n WHERE n < 4000) SELECT n, 'x', 1 FROM n`);
  await session.commit();
  const books = await session.scalars(select(Book)).all();
  assert.is(books.length, 4000);
  assert.is(new Set(books.map(standingOf)).size, 1);
  assert.not.ok(books.some((one) => isOwn(standingOf(one))));
  assert.is(new Set(books.map((one) => standingOf(one).siblings)).size, 1);
  assert.equal(
    standingOf(books[0] as Book).siblings?.map(({ length }) => length),
    new Array(8).fill(500),
  );
});

test.run();
