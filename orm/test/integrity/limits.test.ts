import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { Session, sessionmaker } from "../../src/integrity/index.js";
import { select } from "../../src/query/index.js";
import { inspect } from "../../src/session/index.js";
import { type FaultyProxy, startProxy } from "../engine/proxy.js";
import { errorOf, testDatabase, until } from "../support.js";
import { Author, Base, clear, inUse, type Recorded, recorded } from "./library.js";

const test = suite("time limits and signals");
const database = testDatabase(test);
let db: Recorded;
let proxy: FaultyProxy;
let slow: Recorded;

test.before(async () => {
  db = recorded(database.url, { size: 2, timeout: 2 });
  proxy = await startProxy();
  slow = recorded(proxy.url(database.name), { size: 1, timeout: 2 });
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await clear(db);
  await db.engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada')`);
  db.sent();
});
test.after.each(() => {
  assert.is(inUse(db.engine), 0);
  assert.is(inUse(slow.engine), 0);
});
test.after(async () => {
  await db.engine.dispose();
  await slow.engine.dispose();
  await proxy.close();
});

/** Statements that run on the server for more than a moment, in this test's database. */
async function running(): Promise<number> {
  const [rows] = await database.admin.query(
    "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = ? AND command <> 'Sleep' AND info NOT LIKE '%processlist%'",
    [database.name],
  );
  return (rows as { n: number }[])[0]?.n ?? -1;
}

const texts = ({ sent }: Recorded) =>
  sent().map(([text]) => text.replace(/KILL QUERY \d+/, "KILL QUERY …"));

// What the server itself would end early or without an error, such as SLEEP alone, proves nothing.
const long = sql`SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c WHERE SLEEP(0.001) = 0`;

test("a statement that takes too long is stopped on the server; the transaction goes on", async () => {
  const session = new Session(db.engine, { timeout: 0.1 });
  session.add(new Author({ id: 2, name: "Grace" }));
  const error = await errorOf(() => session.execute(long));
  assert.equal([error.name, error.code], ["OperationalError", "statement-timeout"]);
  assert.match(error.message, "The statement took longer than 0.1 s and was stopped.");
  assert.is(error.outcome, undefined);
  await until(async () => (await running()) === 0);
  assert.is(session.inTransaction, true);
  await session.commit();
  const { text } = long.toSql(db.engine.dialect);
  assert.equal(texts(db).slice(2), ["KILL QUERY …", text, "COMMIT"]);
  assert.is((await db.engine.execute(sql`SELECT id FROM authors`)).length, 2);
  await session.close();
});

test("a statement is stopped at its own limit: the shorter one ends first, although it began later", async () => {
  const ended: number[] = [];
  const attempt = async (timeout: number) => {
    const session = new Session(db.engine, { timeout });
    assert.is((await errorOf(() => session.execute(long))).code, "statement-timeout");
    ended.push(timeout);
    await session.close();
  };
  const patient = attempt(3);
  await until(async () => (await running()) === 1);
  await Promise.all([attempt(0.1), patient]);
  assert.equal(ended, [0.1, 3]);
});

test("a flush that waits for a lock: objects return to what they were", async () => {
  const holder = await db.engine.connect();
  await holder.execute(sql`BEGIN`);
  await holder.execute(sql`UPDATE authors SET name = 'held' WHERE id = 1`);
  const session = new Session(db.engine, { timeout: 0.15 });
  const ada = (await session.get(Author, 1)) as Author;
  ada.name = "Countess";
  const fresh = new Author({ name: "fresh" });
  session.add(fresh);
  const error = await errorOf(() => session.commit());
  assert.is(error.code, "statement-timeout");
  assert.equal([ada.name, inspect(fresh).state], ["Ada", "transient"]);
  assert.is(session.inTransaction, false);
  await session.close();
  await holder.execute(sql`ROLLBACK`);
  await holder.close();
});

test("a signal stops what is running, and refuses what follows", async () => {
  const controller = new AbortController();
  const session = new Session(db.engine, { signal: controller.signal });
  await session.get(Author, 1);
  setTimeout(() => controller.abort("the browser went away"), 50);
  const error = await errorOf(() => session.execute(long));
  assert.equal(
    [error.name, error.code, error.cause],
    ["AbortError", "aborted", "the browser went away"],
  );
  await until(async () => (await running()) === 0);
  db.sent();
  session.add(new Author({ id: 2, name: "Grace" }));
  assert.is((await errorOf(() => session.execute(sql`SELECT 1`))).code, "aborted");
  await session.rollback();
  assert.is(texts(db).at(-1), "ROLLBACK");
  assert.is((await errorOf(() => session.get(Author, 2))).code, "aborted");
  await session.close();
});

test("begin: all is rolled back, and the connection works again", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const grace = new Author({ id: 2, name: "Grace" });
  const work = async (session: Session) => {
    session.add(grace);
    await session.execute(long);
  };
  for (const limit of ["timeout", "signal"] as const) {
    const options = limit === "timeout" ? { timeout: 0.1 } : { signal: AbortSignal.timeout(100) };
    const error = await errorOf(() => SessionLocal.begin(work, options));
    assert.is(error.code, limit === "timeout" ? "statement-timeout" : "aborted");
    assert.is(texts(db).at(-1), "ROLLBACK");
    assert.is(inspect(grace).state, "transient");
    assert.equal(db.engine.pool.waiting, 0);
  }
  await SessionLocal.begin((session) => session.add(grace));
  assert.is((await db.engine.execute(sql`SELECT id FROM authors`)).length, 2);
});

test("a limit of one transaction does not stay", async () => {
  const session = new Session(db.engine);
  assert.is(
    (await errorOf(() => session.begin(() => session.execute(long), { timeout: 0.05 }))).code,
    "statement-timeout",
  );
  await session.begin(() => session.execute(sql`SELECT SLEEP(0.2)`));
  await session.close();
});

test("a signal that comes while a connection is waited for", async () => {
  const holders = [await db.engine.connect(), await db.engine.connect()];
  const session = new Session(db.engine, { signal: AbortSignal.timeout(50) });
  const error = await errorOf(() => session.get(Author, 1));
  assert.equal([error.code, session.inTransaction], ["aborted", false]);
  for (const holder of holders) await holder.close();
  await until(() => inUse(db.engine) === 0);
  await session.close();
});

test("a signal does not stop a COMMIT that was sent; before that nothing is committed", async () => {
  const controller = new AbortController();
  const session = new Session(slow.engine, { signal: controller.signal });
  session.add(new Author({ id: 2, name: "sent" }));
  await session.flush();
  proxy.fault = { text: "COMMIT", how: "stall" };
  proxy.patience = 150;
  setTimeout(() => controller.abort(), 50);
  const error = await errorOf(() => session.commit());
  assert.equal([error.code, error.outcome], ["connection-lost", "unknown"]);
  proxy.patience = undefined;
  await session.close();
  const second = new AbortController();
  const other = new Session(slow.engine, { signal: second.signal });
  other.add(new Author({ id: 3, name: "not sent" }));
  await other.flush();
  second.abort();
  assert.equal([(await errorOf(() => other.commit())).code], ["aborted"]);
  await other.close();
  assert.is((await db.engine.execute(sql`SELECT id FROM authors WHERE id = 3`)).length, 0);
});

test("a COMMIT without an answer: its outcome is unknown, the connection is dropped", async () => {
  const session = new Session(slow.engine, { timeout: 0.2 });
  const grace = new Author({ id: 2, name: "Grace" });
  session.add(grace);
  await session.flush();
  proxy.fault = { text: "COMMIT", how: "stall after" };
  const error = await errorOf(() => session.commit());
  assert.equal(
    [error.name, error.code, error.outcome],
    ["OperationalError", "statement-timeout", "unknown"],
  );
  assert.match(error.message, "Whether the transaction was committed is not known");
  assert.is(inspect(grace).state, "transient");
  assert.is(slow.engine.pool.open, 0);
  assert.is((await db.engine.execute(sql`SELECT id FROM authors`)).length, 2);
  await session.close();
});

test("a connection that is frozen: it is given up, and dropped", async () => {
  const session = new Session(slow.engine, { timeout: 0.2 });
  await session.get(Author, 1);
  proxy.fault = { text: "SELECT 'frozen'", how: "stall" };
  const error = await errorOf(() => session.execute(sql`SELECT 'frozen'`));
  assert.is(error.code, "statement-timeout");
  await session.close();
  assert.is(slow.engine.pool.open, 0);
  assert.equal([...(await slow.engine.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
});

test("a stream is stopped as well", async () => {
  const controller = new AbortController();
  const session = new Session(db.engine, { signal: controller.signal });
  await db.engine.execute(
    sql`INSERT INTO authors (name) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT 'x' FROM n`,
  );
  let seen = 0;
  const error = await errorOf(async () => {
    for await (const _ of session.scalars(select(Author))) {
      seen += 1;
      if (seen === 10) controller.abort();
    }
  });
  assert.is(error.code, "aborted");
  assert.ok(seen < 901, String(seen));
  await session.close();
  await sleep(10);
  assert.is(await running(), 0);
});

test("a loop over a stream that stops its own transaction leaves nothing open", async () => {
  const controller = new AbortController();
  const session = new Session(db.engine);
  const error = await errorOf(() =>
    session.begin(
      async () => {
        await session.execute(sql`SELECT 1`);
        for await (const _ of session.scalars(select(Author))) controller.abort();
        await session.execute(long);
      },
      { signal: controller.signal },
    ),
  );
  assert.is(error.code, "aborted");
  assert.not(session.inTransaction);
});

test("listeners do not pile up on a signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const counting = {
    aborted: false,
    addEventListener: (type: "abort", listener: () => void) => {
      listeners += 1;
      signal.addEventListener(type, listener);
    },
    removeEventListener: (type: "abort", listener: () => void) => {
      listeners -= 1;
      signal.removeEventListener(type, listener);
    },
  };
  const session = new Session(db.engine, { signal: counting });
  for (let at = 0; at < 5; at += 1) await session.execute(sql`SELECT 1`);
  await session.close();
  assert.is(listeners, 0);
});

test.run();
