import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isWatched } from "../../src/engine/events.js";
import { sql } from "../../src/engine/index.js";
import { func, select, union } from "../../src/query/index.js";
import { joinedload, Session, selectinload } from "../../src/relationships/index.js";
import type { CompiledQuery, Executable } from "../../src/session/index.js";
import { loadChannel } from "../../src/session/tracing.js";
import { errorOf } from "../support.js";
import { parts, type Traced, traced } from "../traced.js";
import { Author, Book, openShop, Tag } from "./bookshop.js";

const test = suite("tracing of loads");
const shop = openShop(test);
let session: Session;

test.before.each(() => {
  session = new Session(shop.engine);
});
test.after.each(async () => {
  await session.close();
  assert.is(shop.engine.pool.open - shop.engine.pool.idle, 0);
});

/** What is loaded: phase, classes, rows. */
const loaded = (work: () => Promise<unknown>) => traced(["load"], parts("entities", "rows"), work);

test("a load says the classes and the rows; of values there is no class", async () => {
  const seen = await loaded(async () => {
    await session.scalars(select(Author)).all();
    await session.execute(select(Book, Author, Book.c.title).join(Book.r.author)).all();
    await session.scalar(select(func.count()).from(Book));
    await session.scalars(union(select(Author), select(Author))).all();
    await session.scalars(select(Book).where(Book.c.id.eq(99))).first();
  });
  assert.equal(seen, [
    "load:start Author 0",
    "load:asyncEnd Author 3",
    "load:start Book,Author 0",
    "load:asyncEnd Book,Author 3",
    "load:start  0",
    "load:asyncEnd  1",
    "load:start Author 0",
    "load:asyncEnd Author 3",
    "load:start Book 0",
    "load:asyncEnd Book 0",
  ]);
});

test("what is loaded besides is a load within the first; what is joined is a class of it", async () => {
  const seen = await loaded(async () => {
    const nested = selectinload(Author.r.books, joinedload(Book.r.tags));
    await session.scalars(select(Author).options(nested)).all();
    const [tag] = await session.scalars(select(Tag).where(Tag.c.id.eq(1))).all();
    await tag?.lazy.books;
  });
  // Ada's two books have three tags, Grace's one has one.
  assert.equal(seen, [
    "load:start Author 0",
    "load:start Book,Tag 0",
    "load:asyncEnd Book,Tag 4",
    "load:asyncEnd Author 3",
    "load:start Tag 0",
    "load:asyncEnd Tag 1",
    "load:start Book 0",
    "load:asyncEnd Book 2",
  ]);
});

test("a flush counts rows and pairs: who only got another pair is not updated", async () => {
  const tag = (await session.get(Tag, 1)) as Tag;
  const ships = (await session.get(Book, 2)) as Book;
  const letters = (await session.get(Book, 3)) as Book;
  const [author] = await session.scalars(select(Author).where(Author.c.id.eq(3))).all();
  await tag.lazy.books;
  const seen = await traced(
    ["flush"],
    parts("inserts", "updates", "deletes", "links", "statements"),
    async () => {
      tag.books.push(ships);
      await session.flush();
      (await (author as Author).lazy.books).push(letters);
      await session.flush();
      session.delete(letters);
      await session.flush();
    },
  );
  assert.equal(seen, [
    "flush:start 0 0 0 0 0",
    "flush:asyncEnd 0 0 0 1 1",
    "flush:start 0 0 0 0 0",
    "flush:asyncEnd 0 1 0 0 1",
    "flush:start 0 0 0 0 0",
    "flush:asyncEnd 0 0 1 1 2",
  ]);
  await session.rollback();
});

test("an error of the server, and one of reading the rows, is told", async () => {
  const wrong = select(Author).where(sql`nothing = 1`);
  const failing: CompiledQuery<never> = {
    ...{ text: "SELECT 1", parameters: [], tuples: false },
    hydrate() {
      throw Object.assign(new Error("no"), { code: "no" });
    },
  };
  const unreadable = { compile: () => failing } as unknown as Executable<never>;
  const seen = await loaded(async () => {
    assert.is((await errorOf(() => session.scalars(wrong).all())).code, "unknown-column");
    await errorOf(() => session.scalars(unreadable).all());
    await errorOf(() => readAll(session.scalars(unreadable)));
  });
  assert.equal(seen, [
    "load:start Author 0",
    "load:error Author 0 unknown-column",
    "load:asyncEnd Author 0 unknown-column",
    "load:start  0",
    "load:error  1 no",
    "load:asyncEnd  1 no",
    "load:start  0",
    "load:error  1 no",
    "load:asyncEnd  1 no",
  ]);
});

async function readAll(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _row of rows);
}

test("a loop over a result is one load, to its end, an early one, or the close of its session", async () => {
  const books = () => session.scalars(select(Book).orderBy(Book.c.id));
  const seen = await traced(["load"], parts("entities"), async () => {
    await readAll(books());
    for await (const _book of books()) break;
    const rows = books()[Symbol.asyncIterator]();
    await rows.next();
    assert.is((await errorOf(() => session.close())).code, "concurrent");
  });
  assert.equal(seen, [
    "load:start Book",
    "load:asyncEnd Book",
    "load:start Book",
    "load:asyncEnd Book",
    "load:start Book",
    "load:error Book concurrent",
    "load:asyncEnd Book concurrent",
  ]);
});

test("the time of making objects is told apart from that of the statement", async () => {
  const slow: CompiledQuery<number> = {
    ...{ text: "SELECT SLEEP(0.1)", parameters: [], tuples: false },
    hydrate(rows) {
      for (const end = performance.now() + 20; performance.now() < end; );
      return rows.map(() => 1);
    },
  };
  let times: number[] = [];
  const note = ({ message }: Traced) => {
    times = [message.hydrationMilliseconds as number, message.milliseconds as number];
    return "";
  };
  const statement = { compile: () => slow } as unknown as Executable<number>;
  await traced(["load"], note, () => session.scalars(statement).all());
  const [hydration = 0, whole = 0] = times;
  assert.ok(hydration >= 20 && hydration + 99 <= whole, times.join());
});

test("with no listener the query itself is read, not a copy that is watched", async () => {
  assert.is(isWatched(loadChannel), false);
  const read: unknown[] = [];
  const query: CompiledQuery<never> = {
    ...{ text: "SELECT 1", parameters: [], tuples: false },
    hydrate() {
      read.push(this);
      return [];
    },
  };
  const statement = { compile: () => query } as unknown as Executable<never>;
  await session.execute(sql`SELECT 1`);
  await session.scalars(statement).all();
  await readAll(session.scalars(statement));
  assert.equal(
    read.map((one) => one === query),
    [true, true],
  );
  await loaded(() => session.scalars(statement).all());
  assert.is(read[2], query);
});

test.run();
