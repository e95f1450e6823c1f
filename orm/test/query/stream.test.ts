import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { declarativeBase, integer } from "../../src/mapping/index.js";
import { insert } from "../../src/query/insert.js";
import { select } from "../../src/query/select.js";
import { Session } from "../../src/query/session.js";
import { update } from "../../src/query/update.js";
import { inspect } from "../../src/session/index.js";
import { startProxy } from "../engine/proxy.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, recorded, Sample } from "./writing.js";

const test = suite("streaming");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];
let session: Session;
const ROWS = 5000;
const BIG = 200_000;

/** Its rows are more than what the network holds. */
class Big extends declarativeBase().mapped("big_books", { id: integer().primaryKey() }) {}

/** Its table is not made. */
class Missing extends declarativeBase().mapped("missing", { id: integer().primaryKey() }) {}

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (7, 'Ada'), (8, 'Grace')`);
  const { admin, name } = database;
  const numbers = (count: number) =>
    `WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < ${count}) `;
  await admin.query("SET SESSION cte_max_recursion_depth = 200000");
  await admin.query(
    `INSERT INTO ${name}.books (id, title, price, author_id)
      ${numbers(ROWS)} SELECT n, CONCAT('Book ', n), n, 7 FROM n`,
  );
  await admin.query(
    `CREATE TABLE ${name}.big_books (id INT PRIMARY KEY, title VARCHAR(200) NOT NULL, sold BIGINT NOT NULL)
      ${numbers(BIG)} SELECT n AS id, REPEAT('x', 200) AS title, 9007199254740993 AS sold FROM n`,
  );
});
test.before.each(async () => {
  session = new Session(engine);
  sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const books = () => session.scalars(select(Book).orderBy(Book.c.id));

test("every row comes, in order, of one statement", async () => {
  let count = 0;
  for await (const book of books()) {
    count += 1;
    assert.is(book.title, `Book ${count}`);
  }
  assert.is(count, ROWS);
  assert.is(sent().length, 2);
  const rows: [number, string][] = [];
  for await (const row of session.execute(select(Book.c.id, Book.c.price).limit(2))) rows.push(row);
  assert.equal(rows, [
    [1, "1.00"],
    [2, "2.00"],
  ]);
  for await (const _ of session.scalars(select(Book).where(Book.c.id.lt(0)))) assert.unreachable();
});

test("values are as exact as those of all()", async () => {
  const value = {
    whole: -7,
    large: 9007199254740993n,
    word: "ÄÖ 🙂",
    prose: "",
    flag: false,
    exact: "0.1000000000",
    real: 914724.9664357405,
    day: "2026-11-21",
    moment: new Date("2026-11-21T08:30:00.123Z"),
    instant: "2026-11-21T08:30:00.123456Z",
    data: { a: 1, b: ["x"] },
    kind: "two",
    bytes: new Uint8Array([0, 255, 10]),
    uid: "0189dd4f-1111-7000-8000-0123456789ab",
  } as const;
  await session.execute(insert(Sample).values(value));
  for (const statement of [select(Sample), select(Sample).where(Sample.c.whole.eq(-7))]) {
    for await (const sample of session.scalars(statement)) {
      const { id, ...rest } = sample.toObject();
      assert.ok(id);
      assert.equal(rest, value);
    }
  }
});

test("objects stay outside of the session until they are changed, added or related", async () => {
  const held = (await session.get(Book, 3)) as Book;
  const author = (await session.get(Author, 8)) as Author;
  const seen: Book[] = [];
  for await (const book of books()) {
    seen.push(book);
    if (book.id === 1) book.title = "changed";
    if (book.id === 2) session.add(book);
    if (book.id === 4) book.author = author;
    if (book.id === 5) session.delete(book);
  }
  assert.is(seen[2], held);
  const states = seen.slice(0, 7).map((book) => [inspect(book).state, session.contains(book)]);
  const [inside, outside] = [
    ["persistent", true],
    ["detached", false],
  ];
  assert.equal(states, [inside, inside, inside, inside, inside, outside, outside]);
  assert.is(inspect(seen[0] as Book).session, session);
  assert.is(inspect(seen[6] as Book).session, undefined);
  sent();
  await session.flush();
  assert.equal(sent(), [
    'UPDATE `books` SET `title` = ? WHERE `id` = ? ["changed",1]',
    "DELETE FROM `books` WHERE `id` IN (?) [5]",
  ]);
  assert.is(await session.get(Book, 1), seen[0]);
  await session.rollback();
  // Back outside, with the values that were streamed; and in again with the next change.
  assert.equal(
    [inspect(seen[0] as Book).state, (seen[0] as Book).title, session.contains(seen[0] as Book)],
    ["detached", "Book 1", false],
  );
  (seen[0] as Book).title = "again";
  assert.ok(session.contains(seen[0] as Book));
  await session.rollback();
});

test("to read a Date or JSON is no change", async () => {
  for await (const sample of session.scalars(select(Sample))) {
    assert.is(sample.moment.getUTCFullYear(), 2026);
    assert.not(session.contains(sample));
    sample.moment = new Date(0);
    assert.ok(session.contains(sample));
  }
  await session.rollback();
});

test("an object whose row the session loaded meanwhile is another one", async () => {
  const seen: Book[] = [];
  for await (const book of session.scalars(select(Book).where(Book.c.id.eq(9)))) seen.push(book);
  const held = await session.get(Book, 9);
  assert.is.not(held, seen[0]);
  const error = await errorOf(() => Object.assign(seen[0] as Book, { title: "x" }));
  assert.is(error.code, "same-key");
});

test("what was streamed before close() does not come back by a change", async () => {
  const seen: Book[] = [];
  for await (const book of books()) seen.push(book);
  await session.close();
  const [book] = seen as [Book];
  book.title = "x";
  assert.is(inspect(book).state, "detached");
  assert.not(session.contains(book));
  assert.equal(session.dirty, []);
});

test("values that a rollback made wrong are forgotten", async () => {
  await session.execute(update(Book).set({ price: "0.00" }).where(Book.c.id.eq(1)));
  const seen: Book[] = [];
  for await (const book of session.scalars(select(Book).where(Book.c.id.eq(1)))) seen.push(book);
  const [book] = seen as [Book];
  assert.is(book.price, "0.00");
  await session.rollback();
  book.title = "x";
  assert.ok(inspect(book).unloaded.includes("price"));
  await session.rollback();
});

test("who leaves the loop early keeps the transaction", async () => {
  const author = new Author({ name: "Edsger" });
  session.add(author);
  for await (const book of books()) if (book.id === 10) break;
  const error = await errorOf(async () => {
    for await (const book of books()) if (book.id === 10) throw new Error("enough");
  });
  assert.is(error.message, "enough");
  assert.ok(await session.get(Book, 3));
  const rows = await session.execute(sql`SELECT id FROM authors WHERE name = 'Edsger'`);
  assert.is(rows.length, 1);
  assert.is(engine.pool.open - engine.pool.idle, 1);
  await session.rollback();
});

test("the labelled loop, return and an aborted one end the stream as well", async () => {
  const controller = new AbortController();
  const read = async () => {
    for await (const book of books()) {
      if (book.id === 5) controller.abort(new Error("too late"));
      controller.signal.throwIfAborted();
    }
  };
  assert.is((await errorOf(read)).message, "too late");
  const first = async () => {
    for await (const book of books()) return book.id;
    return 0;
  };
  assert.is(await first(), 1);
  await session.commit();
});

test("other calls in the loop are refused, and name both", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    "get(Author)": () => session.get(Author, 8),
    "execute()": () => session.execute(sql`SELECT 1`),
    "scalars().all": () => session.scalars(select(Author)).all(),
    "scalars().for await": async () => {
      for await (const _ of session.scalars(select(Author)));
    },
    "refresh(Author)": () => session.refresh(author),
    "flush()": () => session.flush(),
    "commit()": () => session.commit(),
    "rollback()": () => session.rollback(),
    "begin()": () => session.begin(() => {}),
    "beginNested()": () => session.beginNested(() => {}),
  };
  const author = (await session.get(Author, 7)) as Author;
  let count = 0;
  for await (const _ of books()) {
    count += 1;
    if (count > 1) continue;
    for (const [name, call] of Object.entries(calls)) {
      const error = await errorOf(call);
      assert.is(error.code, "concurrent", name);
      assert.match(
        error.message,
        `session.${name} was called while session.scalars().for await was running.`,
      );
    }
    // What is in the session needs no connection.
    assert.is(await session.get(Author, 7), author);
    author.name = "Ada L.";
    session.add(new Author({ name: "new" }));
  }
  assert.is(count, ROWS);
  await session.rollback();
});

test("a loop that begins while reads are in flight waits for them", async () => {
  const author = session.get(Author, 7);
  const names: string[] = [];
  const loop = (async () => {
    for await (const each of session.scalars(select(Author))) names.push(each.name);
  })();
  assert.is((await author)?.name, "Ada");
  await loop;
  assert.equal(names, ["Ada", "Grace"]);
});

test("close() in the loop ends it with an error; nothing waits for ever", async () => {
  const closing: Error[] = [];
  const error = await errorOf(async () => {
    for await (const book of books()) {
      if (book.id === 3) closing.push(await errorOf(() => session.close()));
    }
  });
  assert.match(
    closing[0]?.message ?? "",
    "session.close() was called while session.scalars().for await",
  );
  assert.match(
    error.message,
    "session.scalars().for await was being read while session.close() was running.",
  );
  assert.not(session.inTransaction);
});

test("a loop that nobody reads to its end does not hold up a block around it", async () => {
  const error = await errorOf(() =>
    session.begin(async () => {
      const rows = books()[Symbol.asyncIterator]();
      await rows.next();
    }),
  );
  assert.is(error.code, "concurrent");
  assert.not(session.inTransaction);
  assert.ok(await session.get(Book, 1));
});

test("a statement that fails, and a result that needs all rows", async () => {
  const error = await errorOf(async () => {
    for await (const _ of session.scalars(select(Missing))) assert.unreachable();
  });
  assert.is(error.code, "unknown-table");
  assert.ok(await session.get(Book, 1));
  assert.is(
    (
      await errorOf(async () => {
        for await (const _ of session.scalars(select(Book.c.id, Book.c.title) as never));
      })
    ).code,
    "tuples",
  );
});
test("a connection that is lost in the middle: an error, no leak, and a session that goes on", async () => {
  const proxy = await startProxy();
  const own = createEngine(proxy.url(database.name));
  const broken = new Session(own);
  const author = new Author({ name: "Barbara" });
  broken.add(author);
  const error = await errorOf(async () => {
    for await (const { id } of broken.scalars(select(Big))) if (id === 1) proxy.cutAll();
  });
  assert.is(error.code, "connection-lost");
  await broken.rollback();
  assert.is(inspect(author).state, "transient");
  assert.is(own.pool.open, 0);
  assert.ok(await broken.get(Book, 1));
  await broken.close();
  await own.dispose();
  await proxy.close();
});

test("engine and connection stream rows of raw SQL", async () => {
  const statement = sql<{ id: number; price: string }>`SELECT id, price FROM books ORDER BY id`;
  let last = 0;
  for await (const { id } of engine.stream(statement)) last = id;
  assert.is(last, ROWS);
  assert.is(engine.pool.open, 1);
  // Left early: the connection is dropped, as there is nothing on it to keep.
  for await (const { id } of engine.stream(statement)) if (id === 10) break;
  assert.is(engine.pool.open, 0);
  await engine.begin(async (connection) => {
    await connection.execute(sql`DELETE FROM books WHERE id = 1`);
    for await (const { id } of connection.stream(statement)) {
      if (id < 10) continue;
      const error = await errorOf(() => connection.execute(sql`SELECT 1`));
      assert.is(error.code, "streaming");
      assert.match(error.message, "SELECT id, price FROM books ORDER BY id");
      break;
    }
    const [row] = await connection.execute(sql`SELECT COUNT(*) AS n FROM books`);
    assert.equal(row, { n: ROWS - 1 });
    await connection.execute(
      sql`INSERT INTO books (id, title, price, author_id) VALUES (1, 'Book 1', 1, 7)`,
    );
  });
  const error = await errorOf(() =>
    engine.begin(async (connection) => {
      await connection.stream(statement).next();
    }),
  );
  assert.is(error.code, "not-awaited");
  assert.is(engine.pool.open - engine.pool.idle, 0);
});

test("a slow reader holds the server up: memory stays as it is", async () => {
  const child = fileURLToPath(new URL("stream-child.ts", import.meta.url));
  const run = promisify(execFile);
  const { stdout } = await run(
    process.execPath,
    ["--max-old-space-size=40", "--import", "tsx", child],
    { env: { ...process.env, ORMLET_CHILD_URL: database.url }, timeout: 60_000 },
  );
  assert.is(stdout.trim(), `${BIG} rows, 0 objects held`);
});

test.run();
