import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { alias, select } from "../../src/query/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Person, plainSql } from "./shelf.js";

const test = suite("locks");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("FOR UPDATE and FOR SHARE, with what is done about locked rows", async () => {
  const boss = alias(Person, "boss");
  const people = select(Person.c.id).leftJoin(Person.r.boss, boss).limit(1);
  const text = "SELECT people.id FROM people LEFT JOIN people AS boss ON people.boss_id = boss.id";
  const cases: [typeof people, string][] = [
    [people.forUpdate(), "FOR UPDATE"],
    [people.forShare(), "FOR SHARE"],
    [people.forUpdate({ skipLocked: true }), "FOR UPDATE SKIP LOCKED"],
    [people.forUpdate({ noWait: true, skipLocked: false }), "FOR UPDATE NOWAIT"],
    [people.forShare({ of: boss, noWait: true }), "FOR SHARE OF boss NOWAIT"],
    [people.forUpdate({ of: [Person, boss] }), "FOR UPDATE OF people, boss"],
  ];
  for (const [statement, lock] of cases) {
    assert.is(plainSql(statement), `${text} LIMIT 1 ${lock}`);
  }
  const wrong = await errorOf(() => people.forUpdate({ skipLocked: true, noWait: true }));
  assert.is(wrong.code, "lock-options");
  const misspelt = await errorOf(() => people.forUpdate({ skiplocked: true } as never));
  assert.is(misspelt.code, "unknown-option");
  const missing = await errorOf(() => people.forUpdate({ of: "books" as never }));
  assert.is(missing.code, "not-a-source");
});

test("two sessions take rows of a queue, each its own", async () => {
  const [one, two] = [new Session(engine), new Session(engine)];
  const next = select(Book).orderBy(Book.c.id).limit(1);
  const queue = next.forUpdate({ skipLocked: true });
  const first = await one.scalars(queue).one();
  const second = await two.scalars(queue).one();
  assert.equal([first.title, second.title], ["Notes", "Letters"]);
  const error = await errorOf(() => two.scalars(next.forUpdate({ noWait: true })).one());
  assert.is(error.number, 3572);
  await one.close();
  await two.close();
});

test("a shared lock lets others read, and lock in the same way", async () => {
  const [one, two] = [new Session(engine), new Session(engine)];
  const ada = select(Author).where(Author.c.id.eq(1));
  await one.scalars(ada.forShare()).one();
  assert.is((await two.scalars(ada.forShare({ noWait: true })).one()).name, "Ada");
  const error = await errorOf(() => two.scalars(ada.forUpdate({ noWait: true })).one());
  assert.is(error.number, 3572);
  await one.close();
  await two.close();
});

test("objects that the session holds get the values of the rows that it locks", async () => {
  const session = new Session(engine);
  const [notes, letters] = [await session.get(Book, 1), await session.get(Book, 2)] as [Book, Book];
  await session.commit();
  await engine.execute(sql`UPDATE books SET price = 15, title = 'Notes 2' WHERE id = 1`);
  await engine.execute(sql`UPDATE books SET price = 25 WHERE id = 2`);
  const plain = select(Book).where(Book.c.id.in([1, 2, 3]));
  await session.scalars(plain).all();
  assert.equal([notes.title, notes.price], ["Notes", "9.99"], "without a lock nothing changes");
  for (const [query, lock] of [
    [plain.forUpdate(), "FOR UPDATE"],
    [plain.forShare(), "FOR SHARE"],
  ] as const) {
    assert.is(
      plainSql(query),
      "SELECT books.id, books.title, books.price, books.author_id FROM books " +
        `WHERE books.id IN (?, ?, ?) ${lock} [1,2,3]`,
    );
    const [found, , compilers] = await session.scalars(query).all();
    assert.is(found, notes);
    assert.equal([notes.title, notes.price, letters.price], ["Notes 2", "15.00", "25.00"]);
    assert.is(compilers?.title, "Compilers");
    assert.equal([session.dirty, inspect(notes).changes], [[], []]);
  }
  notes.price = "16.00";
  await session.flush();
  await session.rollback();
  assert.equal(
    [notes.title, notes.price],
    ["Notes", "9.99"],
    "as it was when the transaction began",
  );
  await session.close();
  await engine.execute(
    sql`UPDATE books SET price = IF(id = 1, 9.99, 20), title = IF(id = 1, 'Notes', title) WHERE id < 3`,
  );
});

test("what the program changed and did not flush stays, and is written over the values of now", async () => {
  const session = new Session(engine, { autoflush: false });
  const notes = (await session.get(Book, 1)) as Book;
  await session.commit();
  await engine.execute(sql`UPDATE books SET price = 15, title = 'Notes 2' WHERE id = 1`);
  notes.title = "Mine";
  await session.scalars(select(Book).where(Book.c.id.eq(1)).forUpdate()).one();
  assert.equal([notes.title, notes.price], ["Mine", "15.00"]);
  assert.equal(inspect(notes).changes, [{ property: "title", before: "Notes 2", after: "Mine" }]);
  notes.title = "Notes 2";
  assert.equal(session.dirty, [], "the value of now is no change");
  await session.close();
  await engine.execute(sql`UPDATE books SET price = 9.99, title = 'Notes' WHERE id = 1`);
});

test("only objects of the sources that are locked, in joins and in a loop", async () => {
  const session = new Session(engine);
  const [ada, notes] = [await session.get(Author, 1), await session.get(Book, 1)] as [Author, Book];
  await session.commit();
  await engine.execute(sql`UPDATE authors SET name = 'Countess' WHERE id = 1`);
  await engine.execute(sql`UPDATE books SET price = 15 WHERE id = 1`);
  const pairs = select(Book, Author).join(Book.r.author).where(Book.c.id.eq(1));
  const [row] = await session.execute(pairs.forUpdate({ of: Book })).all();
  assert.equal([row?.[0] === notes, row?.[1] === ada], [true, true]);
  assert.equal([notes.price, ada.name], ["15.00", "Ada"]);
  for await (const author of session.scalars(select(Author).where(Author.c.id.eq(1)).forShare()))
    assert.is(author.name, "Countess");
  assert.is(ada.name, "Countess");
  await session.close();
  await engine.execute(sql`UPDATE authors SET name = 'Ada' WHERE id = 1`);
  await engine.execute(sql`UPDATE books SET price = 9.99 WHERE id = 1`);
});

test.run();
