import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { type Session, sessionmaker } from "../../src/integrity/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clear, inUse, type Recorded, recorded } from "./library.js";

const test = suite("retry of a transaction");
const database = testDatabase(test);
let db: Recorded;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await clear(db);
  await db.engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'a'), (2, 'b')`);
  db.sent();
});
test.after.each(() => assert.is(inUse(db.engine), 0));
test.after(() => db.engine.dispose());

/** Lets two transactions lock two rows in opposite order, at the same time in their first run. */
function meeting(): (session: Session, first: number, second: number) => Promise<void> {
  let locked = 0;
  let both = () => {};
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  return async (session, first, second) => {
    await session.get(Author, first, { lock: "update" });
    locked += 1;
    if (locked >= 2) both();
    await met;
    await session.get(Author, second, { lock: "update" });
  };
}

test("after a deadlock all of it runs again in a fresh session, and both are committed", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const meet = meeting();
  const sessions = new Set<Session>();
  const rename = (first: number, second: number, name: string) =>
    SessionLocal.begin(
      async (session) => {
        sessions.add(session);
        session.add(new Author({ name }));
        await meet(session, first, second);
        return name;
      },
      { retry: 3 },
    );
  assert.equal(await Promise.all([rename(1, 2, "one"), rename(2, 1, "two")]), ["one", "two"]);
  assert.is(sessions.size, 3);
  const rows = await db.engine.execute(sql`SELECT name FROM authors WHERE id > 2 ORDER BY name`);
  assert.equal(
    rows.map(({ name }) => name),
    ["one", "two"],
  );
});

test("without retry the DeadlockError comes as it is", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const meet = meeting();
  const outcomes = await Promise.allSettled([
    SessionLocal.begin((session) => meet(session, 1, 2)),
    SessionLocal.begin((session) => meet(session, 2, 1)),
  ]);
  const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  assert.is(errors.length, 1);
  assert.equal([errors[0].name, errors[0].code], ["DeadlockError", "deadlock"]);
  assert.not.match(errors[0].message, "tried");
});

test("a lock that takes too long: the last error is the real one and says how many tries", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const holder = await db.engine.connect();
  await holder.execute(sql`BEGIN`);
  await holder.execute(sql`UPDATE authors SET name = 'mine' WHERE id = 1`);
  let runs = 0;
  const outside = new Author({ id: 9, name: "outside" });
  const error = await errorOf(() =>
    SessionLocal.begin(
      async (session) => {
        runs += 1;
        session.add(outside);
        await session.execute(sql`SET SESSION innodb_lock_wait_timeout = 1`);
        const ada = (await session.get(Author, 1)) as Author;
        ada.name = "theirs";
      },
      { retry: 1 },
    ),
  );
  assert.is(runs, 2);
  assert.equal([error.name, error.code, error.tries], ["OperationalError", "lock-timeout", 2]);
  assert.match(error.message, /Try again later\.\n {2}It was tried 2 times\.$/);
  assert.match(String(error.stack), "It was tried 2 times.");
  assert.is(inspect(outside).state, "transient");
  await holder.execute(sql`ROLLBACK`);
  await holder.close();
});

test("what the caller caught is retried all the same, when it ended the transaction", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const meet = meeting();
  let runs = 0;
  const swallow = (first: number, second: number) =>
    SessionLocal.begin(
      async (session) => {
        runs += 1;
        session.add(new Author({ name: `by ${first}` }));
        await session.flush();
        await meet(session, first, second).catch(() => {});
      },
      { retry: 5 },
    );
  await Promise.all([swallow(1, 2), swallow(2, 1)]);
  assert.is(runs, 3);
  const rows = await db.engine.execute(sql`SELECT name FROM authors WHERE id > 2 ORDER BY name`);
  assert.equal(
    rows.map(({ name }) => name),
    ["by 1", "by 2"],
  );
});

test("nothing else is tried again", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const works: ((session: Session) => unknown)[] = [
    () => {
      throw new Error("mine");
    },
    () => {
      throw undefined;
    },
    (session) => session.add(new Author({ id: 1, name: "twice" })),
    (session) => session.execute(sql`SELECT nothing`),
    async (session) => {
      const book = new Book({ id: 1, title: "b" });
      session.add(book);
      await session.flush();
      book.version = 5;
    },
  ];
  for (const work of works) {
    let runs = 0;
    await SessionLocal.begin(
      async (session) => {
        runs += 1;
        await work(session);
      },
      { retry: 3 },
    ).then(
      () => assert.unreachable(),
      () => {},
    );
    assert.is(runs, 1);
  }
});

test("a signal ends the waiting between two runs", async () => {
  const controller = new AbortController();
  const SessionLocal = sessionmaker(db.engine, { signal: controller.signal });
  let runs = 0;
  const error = await errorOf(() =>
    SessionLocal.begin(
      () => {
        runs += 1;
        if (runs === 3) controller.abort(new Error("enough"));
        throw Object.assign(new Error("busy"), { code: "deadlock" });
      },
      { retry: 1000 },
    ),
  );
  assert.is(runs, 3);
  assert.equal([error.name, error.code], ["AbortError", "aborted"]);
  assert.is((error.cause as Error).message, "enough");
});

test.run();
