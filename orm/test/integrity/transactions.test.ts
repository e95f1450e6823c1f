import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { Session, sessionmaker } from "../../src/integrity/index.js";
import { select } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clear, inUse, type Recorded, recorded } from "./library.js";

const test = suite("isolation and row locks");
const database = testDatabase(test);
let db: Recorded;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await clear(db);
  await db.engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Grace')`);
  db.sent();
});
test.after.each(() => assert.is(inUse(db.engine), 0));
test.after(() => db.engine.dispose());

const read = "SELECT `id`, `name`, `email` FROM `authors` WHERE `id` = ?";

test("isolation and read-only: of one transaction, of a session, of a maker", async () => {
  const SessionLocal = sessionmaker(db.engine, { isolation: "serializable" });
  await SessionLocal.begin((session) => session.get(Author, 1));
  await SessionLocal.begin((session) => session.get(Author, 1), { readOnly: true });
  const session = new Session(db.engine, { readOnly: true });
  await session.get(Author, 1);
  await session.rollback();
  await session.begin(() => session.get(Author, 2), {
    isolation: "read committed",
    readOnly: false,
  });
  await session.close();
  assert.equal(
    db.sent().map(([text]) => (text.startsWith("SELECT") ? "SELECT" : text)),
    [
      ...["SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "BEGIN", "SELECT", "COMMIT"],
      "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
      ...["START TRANSACTION READ ONLY", "SELECT", "COMMIT"],
      ...["START TRANSACTION READ ONLY", "SELECT", "ROLLBACK"],
      ...["SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN", "SELECT", "COMMIT"],
    ],
  );
});

test("the server isolates as it was told, and the next transaction of the connection is as always", async () => {
  const [one, two] = [new Session(db.engine), new Session(db.engine)];
  const rename = (name: string) =>
    two.begin(() => two.execute(sql`UPDATE authors SET name = ${name} WHERE id = 1`));
  const name = async () => (await one.execute(sql`SELECT name FROM authors WHERE id = 1`))[0]?.name;
  await one.begin(
    async () => {
      await name();
      await rename("committed");
      assert.is(await name(), "committed");
    },
    { isolation: "read committed" },
  );
  await one.begin(async () => {
    await name();
    await rename("repeatable");
    assert.is(await name(), "committed");
  });
  await two.execute(sql`UPDATE authors SET name = 'dirty' WHERE id = 1`);
  await one.begin(async () => assert.is(await name(), "dirty"), { isolation: "read uncommitted" });
  await one.begin(async () => assert.is(await name(), "repeatable"));
  await two.close();
  await one.close();
});

test("a read-only transaction refuses to write, and undoes the objects", async () => {
  const session = new Session(db.engine, { readOnly: true });
  const ada = (await session.get(Author, 1)) as Author;
  ada.name = "Countess";
  const error = await errorOf(() => session.flush());
  assert.equal([error.name, error.code], ["OperationalError", "read-only"]);
  assert.is(ada.name, "Ada");
  await session.close();
});

test("options that make no sense are refused before anything is sent", async () => {
  const session = new Session(db.engine);
  const SessionLocal = sessionmaker(db.engine);
  const refused: [() => unknown, code: string][] = [
    [() => new Session(db.engine, { isolation: "snapshot" as never }), "transaction-option"],
    [() => new Session(db.engine, { timeout: 0 }), "transaction-option"],
    [() => new Session(db.engine, { timout: 1 } as never), "unknown-option"],
    [() => new Session(undefined as never), "not-an-engine"],
    [() => sessionmaker(undefined as never), "not-an-engine"],
    [() => sessionmaker(db.engine, { timeout: 0 }), "transaction-option"],
    [() => session.begin(() => {}, { retry: 3 } as never), "unknown-option"],
    [() => SessionLocal.begin(() => {}, { retry: -1 }), "transaction-option"],
    [() => SessionLocal.begin(undefined as never), "not-a-function"],
    [() => session.begin(undefined as never), "not-a-function"],
    [() => session.get(Author, 1, { lock: "upd" as never }), "lock-options"],
    [() => session.get(Author, 1, { lock: "update", nowait: true } as never), "unknown-option"],
    [
      () => session.get(Author, 1, { lock: "update", noWait: true, skipLocked: true }),
      "lock-options",
    ],
  ];
  for (const [call, code] of refused) assert.is((await errorOf(call)).code, code);
  const isolation = await errorOf(() => new Session(db.engine, { isolation: "snapshot" as never }));
  assert.match(isolation.message, 'Session: isolation cannot be "snapshot".');
  assert.match(isolation.message, 'Write one of "read uncommitted", "read committed", "repeatable');
  const misspelt = await errorOf(() => new Session(db.engine, { isolaton: "x" } as never));
  assert.match(
    misspelt.message,
    "Its options are autoflush, expireOnCommit, filters, raiseload, isolation, readOnly, timeout, signal.",
  );
  assert.equal(db.sent(), []);
});

test("a savepoint within a serializable transaction", async () => {
  const SessionLocal = sessionmaker(db.engine);
  await SessionLocal.begin(
    async (session) => {
      session.add(new Author({ id: 3, name: "Mary" }));
      await errorOf(() =>
        session.beginNested(() => session.add(new Author({ id: 1, name: "again" }))),
      );
      await session.beginNested(() => session.add(new Author({ id: 4, name: "Anne" })));
    },
    { isolation: "serializable" },
  );
  const rows = await db.engine.execute(sql`SELECT id FROM authors ORDER BY id`);
  assert.equal(
    rows.map(({ id }) => id),
    [1, 2, 3, 4],
  );
});

test("get with a lock reads what is there now, and keeps others away", async () => {
  const [one, two] = [new Session(db.engine), new Session(db.engine)];
  const ada = (await one.get(Author, 1)) as Author;
  await db.engine.execute(sql`UPDATE authors SET name = 'Countess' WHERE id = 1`);
  db.sent();
  assert.is(await one.get(Author, 1, { lock: "update" }), ada);
  assert.is(ada.name, "Countess");
  assert.equal(db.sent(), [[`${read} FOR UPDATE`, 1]]);
  const refused = await errorOf(() => two.get(Author, 1, { lock: "update", noWait: true }));
  assert.equal([refused.name, refused.code], ["OperationalError", "lock-not-available"]);
  assert.is(await two.get(Author, 1, { lock: "share", skipLocked: true }), null);
  assert.equal(db.sent(), [
    ["BEGIN"],
    [`${read} FOR UPDATE NOWAIT`, 1],
    [`${read} FOR SHARE SKIP LOCKED`, 1],
  ]);
  let waited = false;
  const waiting = two.get(Author, 1, { lock: "update" }).then((author) => {
    assert.ok(waited);
    return author;
  });
  await sleep(50);
  waited = true;
  ada.name = "Ada L.";
  await one.commit();
  assert.is((await waiting)?.name, "Ada L.");
  assert.is(await two.get(Author, 99, { lock: "share" }), null);
  await two.close();
  await one.close();
});

test("a lock flushes first; what it finds does not count as a change", async () => {
  const session = new Session(db.engine);
  const ada = (await session.get(Author, 1)) as Author;
  ada.name = "Countess";
  assert.is(await session.get(Author, 1, { lock: "update" }), ada);
  assert.is(ada.name, "Countess");
  assert.equal(session.dirty, []);
  await session.rollback();
  assert.is(ada.name, "Ada");
  await session.close();
});

test("refresh with a lock", async () => {
  const session = new Session(db.engine);
  const ada = (await session.get(Author, 1)) as Author;
  db.sent();
  await session.refresh(ada, { lock: "share" });
  await session.refresh(ada, "name");
  assert.equal(db.sent(), [
    [`${read} FOR SHARE`, 1],
    [read, 1],
  ]);
  await session.close();
});

test("refresh with a lock keeps the related object that the key leads to", async () => {
  const session = new Session(db.engine);
  await db.engine.execute(sql`INSERT INTO books (id, title, author_id) VALUES (1, 'Notes', 1)`);
  const notes = (await session.get(Book, 1)) as Book;
  const ada = await notes.lazy.author;
  assert.is(ada?.name, "Ada");
  await session.refresh(notes, { lock: "update" });
  assert.is(notes.author, ada);
  await session.close();
});

test("select(…).forUpdate() locks as well", async () => {
  const [one, two] = [new Session(db.engine), new Session(db.engine)];
  await one.scalars(select(Author).where(Author.c.id.eq(1)).forUpdate()).one();
  const free = await two.scalars(select(Author).forUpdate({ skipLocked: true })).all();
  assert.equal(
    free.map(({ id }) => id),
    [2],
  );
  await two.close();
  await one.close();
});

test("two sessions that lock first do not lose an update", async () => {
  await db.engine.execute(sql`INSERT INTO books (id, title, price) VALUES (1, 'b', 0)`);
  const SessionLocal = sessionmaker(db.engine);
  const addOne = () =>
    SessionLocal.begin(async (session) => {
      const book = (await session.get(Book, 1, { lock: "update" })) as Book;
      await sleep(5);
      book.price = String(Number(book.price) + 1);
    });
  await Promise.all(Array.from({ length: 10 }, addOne));
  const rows = await db.engine.execute(sql`SELECT price, version FROM books`);
  assert.equal([...rows], [{ price: "10.00", version: 11 }]);
});

test.run();
