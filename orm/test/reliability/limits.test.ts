import { setTimeout as sleep } from "node:timers/promises";
import mysql from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEngine,
  type Engine,
  inspect,
  integer,
  Session,
  sql,
  text,
} from "../../src/index.js";
import { errorOf, progress, until } from "../support.js";
import { startFaultServer } from "./fault-server.js";
import { Base, Entry, Slot } from "./ledger.js";

const test = suite("limits of the server and of the pool, in every phase");
const server = await startFaultServer();
let admin: mysql.Connection;
let engine: Engine;
/** A row as large as one likes. */
class Page extends Base.mapped("texts", { id: integer().primaryKey(), text: text() }) {}

const engines: Engine[] = [];
const leaks: unknown[] = [];

/** An engine of an account that the limits hold for. */
function newEngine(pool = {}): Engine {
  const url = new URL(server?.url.href as string);
  url.username = "app";
  url.password = "app";
  url.pathname = "/limits";
  const made = createEngine(url.href, { pool: { size: 2, timeout: 5, ...pool } });
  engines.push(made);
  return made;
}

test.before(async () => {
  admin = await mysql.createConnection(server?.url.href as string);
  await admin.query("CREATE DATABASE limits");
  await admin.query("USE limits");
  await admin.query("CREATE USER app IDENTIFIED BY 'app'");
  await admin.query("GRANT ALL ON limits.* TO app");
  await Base.metadata.createAll(newEngine());
  await admin.query("SET GLOBAL innodb_lock_wait_timeout = 1");
});
test.before.each(async () => {
  await admin.query("SET GLOBAL max_allowed_packet = 67108864");
  await admin.query("DELETE FROM entries");
  await admin.query("DELETE FROM texts");
  await admin.query("DELETE FROM slots");
  await admin.query("INSERT INTO slots VALUES (1, 10), (2, 20), (3, 30)");
  engine = newEngine();
});
test.after.each(async () => {
  await admin.query("ROLLBACK");
  const used = engines.map(({ pool }) => [pool.open - pool.idle, pool.waiting]);
  await Promise.all(engines.splice(0).map((made) => made.dispose()));
  // What a test that failed has left must not make the next one fail.
  const gone = until(async () => (await connections()).length === 0, 5);
  const left = await gone.then(() => [], connections);
  for (const id of left) await admin.query(`KILL ${id}`).catch(() => {});
  // An error here would hide the one of the test.
  if (left.length > 0 || used.flat().some((count) => count > 0)) leaks.push({ used, left });
});
test.after(async () => {
  await admin.end();
  await server?.remove();
});

/** The connections that the code under test has. */
async function connections(): Promise<number[]> {
  const [rows] = await admin.query("SHOW PROCESSLIST");
  const all = rows as { Id: number; User: string }[];
  return all.filter(({ User }) => User === "app").map(({ Id }) => Id);
}

/** What the tables hold: the slots, then the notes of the entries. */
async function held(): Promise<unknown[]> {
  const read = async (text: string) => {
    const [rows] = await admin.query({ sql: text, rowsAsArray: true });
    return (rows as unknown[][]).flat();
  };
  return [...(await read("SELECT txn FROM slots")), ...(await read("SELECT note FROM entries"))];
}

const slot = async (session: Session, worker: number) => (await session.get(Slot, worker)) as Slot;

/** What a caller knows of the objects of a session whose transaction was undone. */
function undone(session: Session, entry: Entry, loaded: Slot | undefined): void {
  assert.is(session.inTransaction, false);
  assert.equal([inspect(entry).state, inspect(entry).key], ["transient", undefined]);
  if (loaded) assert.equal([inspect(loaded).state, loaded.txn], ["persistent", 10]);
}

/** The session does the same once more, and this time it is written. */
async function again(session: Session, entry: Entry): Promise<void> {
  await session.rollback();
  (await slot(session, 1)).txn = 11;
  session.add(entry);
  await session.commit();
  assert.equal(await held(), [11, 20, 30, "mine"]);
  await session.close();
}

// Deadlocks --------------------------------------------------------------------------------------------------

/**
 * Has someone else lock slot 2 and then wait for slot 1, which the session has locked. They wrote much, so the
 * server ends the transaction that wrote less, which is the session's, as soon as it wants slot 2.
 */
async function someoneElse(): Promise<{ end(): Promise<void> }> {
  const other = await mysql.createConnection(`${server?.url.href.replace(/\/$/, "")}/limits`);
  await other.query("BEGIN");
  const rows = Array.from({ length: 60 }, (_, index) => [-index - 1, "theirs"]);
  await other.query("INSERT INTO entries (txn, note) VALUES ?", [rows]);
  await other.query("SELECT * FROM slots WHERE worker = 2 FOR UPDATE");
  const waits = other.query("SELECT * FROM slots WHERE worker = 1 FOR UPDATE");
  await until(async () => {
    const [found] = await admin.query("SELECT 1 FROM performance_schema.data_lock_waits");
    return (found as unknown[]).length > 0;
  });
  return {
    async end() {
      await waits;
      await other.query("ROLLBACK");
      await other.end();
    },
  };
}

test("a deadlock at a statement of engine.begin: nothing stays, and what follows is refused", async () => {
  let later: Record<string, unknown> = {};
  let other: { end(): Promise<void> } | undefined;
  const error = await errorOf(() =>
    engine.begin(async (connection) => {
      await connection.execute(sql`UPDATE slots SET txn = 11 WHERE worker = 1`);
      other = await someoneElse();
      const update = sql`UPDATE slots SET txn = 21 WHERE worker = 2`;
      const deadlock = await errorOf(() => connection.execute(update));
      later = { ...(await errorOf(() => connection.execute(sql`SELECT 1`))) };
      throw deadlock;
    }),
  );
  assert.equal([error.name, error.code, error.number], ["DeadlockError", "deadlock", 1213]);
  assert.is(error.outcome, undefined);
  assert.is(later.code, "transaction-ended");
  await other?.end();
  assert.equal(await held(), [10, 20, 30]);
});

for (const phase of ["statement", "flush", "commit", "savepoint"] as const) {
  test(`a deadlock at a session's ${phase}: its objects are what they were, and it goes on`, async () => {
    const session = new Session(engine);
    const entry = new Entry({ txn: 1, note: "mine" });
    const first = await slot(session, 1);
    const second = await slot(session, 2);
    first.txn = 11;
    session.add(entry);
    await session.flush();
    const other = await someoneElse();
    if (phase !== "statement") second.txn = 21;
    const error = await errorOf(() => {
      if (phase === "statement")
        return session.execute(sql`UPDATE slots SET txn = 21 WHERE worker = 2`);
      if (phase === "savepoint") return session.beginNested(() => {});
      return session[phase]();
    });
    assert.equal([error.name, error.code], ["DeadlockError", "deadlock"]);
    await other.end();
    // A statement of the program's own is undone by the server alone; the objects follow at rollback.
    if (phase === "statement") await session.rollback();
    undone(session, entry, first);
    assert.is(second.txn, 20);
    assert.equal(await held(), [10, 20, 30]);
    await again(session, entry);
  });
}

// Locks that take too long -----------------------------------------------------------------------------------

for (const phase of ["statement", "flush", "commit", "savepoint"] as const) {
  test(`a lock that takes too long at a session's ${phase}`, async () => {
    const session = new Session(engine);
    const entry = new Entry({ txn: 1, note: "mine" });
    const first = await slot(session, 1);
    const second = await slot(session, 2);
    first.txn = 11;
    session.add(entry);
    await session.flush();
    await admin.query("BEGIN");
    await admin.query("SELECT * FROM slots WHERE worker = 2 FOR UPDATE");
    if (phase !== "statement") second.txn = 21;
    const error = await errorOf(() => {
      if (phase === "statement")
        return session.execute(sql`UPDATE slots SET txn = 21 WHERE worker = 2`);
      if (phase === "savepoint") return session.beginNested(() => {});
      return session[phase]();
    });
    assert.equal(
      [error.name, error.code, error.number],
      ["OperationalError", "lock-timeout", 1205],
    );
    await admin.query("ROLLBACK");
    if (phase === "statement") {
      // MySQL undoes the statement alone; the transaction is open and whole.
      assert.is(session.inTransaction, true);
      assert.is(inspect(entry).state, "persistent");
      await session.rollback();
    }
    undone(session, entry, first);
    assert.is(second.txn, 20);
    await again(session, entry);
  });
}

test("NOWAIT in a transaction fails at once and leaves the transaction open", async () => {
  await admin.query("BEGIN");
  await admin.query("SELECT * FROM slots WHERE worker = 2 FOR UPDATE");
  await engine.begin(async (connection) => {
    await connection.execute(sql`UPDATE slots SET txn = 11 WHERE worker = 1`);
    const locked = sql`SELECT * FROM slots WHERE worker = 2 FOR UPDATE NOWAIT`;
    const error = await errorOf(() => connection.execute(locked));
    assert.equal([error.name, error.code], ["OperationalError", "lock-not-available"]);
  });
  await admin.query("ROLLBACK");
  assert.equal(await held(), [11, 20, 30]);
});

// No connection to be had --------------------------------------------------------------------------------------

/** Calls that need a connection, each for a session of its own that has one new entry. */
const needs: Record<string, (session: Session, entry: Entry) => Promise<unknown>> = {
  "get()": (session) => session.get(Slot, 1),
  "execute()": (session) => session.execute(sql`SELECT 1`),
  "flush()": (session) => session.flush(),
  "commit()": (session) => session.commit(),
  "begin()": (session) => session.begin(() => {}),
  "beginNested()": (session) => session.beginNested(() => {}),
};

/** Every call that needs a connection fails with this, changes nothing, and works afterwards. */
async function refusedEverywhere(
  of: Engine,
  code: string,
  relieve: () => Promise<unknown>,
): Promise<void> {
  const sessions: [Session, Entry][] = [];
  for (const [name, call] of Object.entries(needs)) {
    const session = new Session(of);
    const entry = new Entry({ txn: 1, note: name });
    session.add(entry);
    const error = await errorOf(() => call(session, entry));
    assert.is(error.code, code, `${name}: ${error}`);
    assert.is(error.outcome, undefined, name);
    assert.is(session.inTransaction, false, name);
    await session.rollback();
    assert.is(inspect(entry).state, "transient", name);
    sessions.push([session, entry]);
  }
  assert.is((await errorOf(() => of.execute(sql`SELECT 1`))).code, code);
  assert.is((await errorOf(() => of.begin(() => {}))).code, code);
  assert.is((await errorOf(() => of.connect())).code, code);
  await relieve();
  for (const [session, entry] of sessions) {
    session.add(entry);
    await session.commit();
    assert.is(inspect(entry).state, "persistent");
    await session.close();
  }
  const notes = Object.keys(needs).sort();
  assert.equal((await held()).slice(3).sort(), notes);
}

test("a full pool: PoolTimeoutError in every call, and nothing is lost", async () => {
  const small = newEngine({ size: 1, timeout: 0.1 });
  const busy = await small.connect();
  await refusedEverywhere(small, "pool-timeout", () => busy.close());
});

test("a pool that is full for a while only makes others wait", async () => {
  const small = newEngine({ size: 2, timeout: 10 });
  const one = () => small.begin((connection) => connection.execute(sql`DO SLEEP(0.01)`));
  await Promise.all(Array.from({ length: 60 }, one));
  assert.equal([small.pool.open, small.pool.idle, small.pool.waiting], [2, 2, 0]);
});

test("max_connections is reached: too-many-connections in every call, and nothing is lost", async () => {
  const [[before]] = (await admin.query("SELECT @@max_connections AS n")) as unknown as [
    [{ n: number }],
  ];
  // One place is left; the server keeps one more for an administrator.
  await admin.query("SET GLOBAL max_connections = 2");
  const others = newEngine({ size: 1 });
  const busy = await others.connect();
  await refusedEverywhere(engine, "too-many-connections", async () => {
    await busy.close();
    await admin.query(`SET GLOBAL max_connections = ${before.n}`);
  });
});

test("an account may have no more connections: those it has go on", async () => {
  await admin.query("ALTER USER app WITH MAX_USER_CONNECTIONS 1");
  const others = newEngine({ size: 1 });
  const busy = await others.connect();
  await refusedEverywhere(engine, "too-many-connections", async () => {
    assert.equal([...(await busy.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
    await busy.close();
    await admin.query("ALTER USER app WITH MAX_USER_CONNECTIONS 0");
  });
});

test("a pool that may open more than the server allows keeps what it has and says why", async () => {
  await admin.query("SET GLOBAL max_connections = 3");
  const wide = newEngine({ size: 10, timeout: 10 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => wide.execute(sql`DO SLEEP(0.3)`)),
  );
  await admin.query("SET GLOBAL max_connections = 300");
  const codes = outcomes.map((one) => (one.status === "rejected" ? one.reason.code : "done"));
  assert.ok(codes.includes("done"));
  assert.equal([...new Set(codes)].sort(), ["done", "too-many-connections"]);
  await Promise.all(Array.from({ length: 10 }, () => wide.execute(sql`SELECT 1`)));
});

// Packets ------------------------------------------------------------------------------------------------------

const large = "x".repeat(3 << 20);

for (const way of ["parameter", "bytes", "text"] as const) {
  test(`a packet larger than max_allowed_packet, as a ${way}: the transaction goes on without it`, async () => {
    await admin.query("SET GLOBAL max_allowed_packet = 1048576");
    const small = newEngine({ size: 1 });
    const statement = {
      parameter: sql`INSERT INTO texts (id, text) VALUES (2, ${large})`,
      bytes: sql`INSERT INTO texts (id, text) VALUES (2, ${Buffer.from(large)})`,
      text: sql`INSERT INTO texts (id, text) VALUES (2, ${sql.identifier(large)})`,
    }[way];
    await small.begin(async (connection) => {
      await connection.execute(sql`INSERT INTO texts (id, text) VALUES (1, 'small')`);
      const error = await errorOf(() => connection.execute(statement));
      assert.equal(
        [error.name, error.code, error.number],
        ["OperationalError", "packet-too-large", 1153],
      );
      assert.is(error.outcome, undefined);
      await connection.execute(sql`INSERT INTO texts (id, text) VALUES (3, 'small')`);
    });
    await admin.query("SET GLOBAL max_allowed_packet = 67108864");
    const [rows] = await admin.query({ sql: "SELECT id FROM texts", rowsAsArray: true });
    assert.equal(rows, [[1], [3]]);
  });
}

test("a packet that is too large for the server in a flush: all of the transaction is undone", async () => {
  await admin.query("SET GLOBAL max_allowed_packet = 1048576");
  const session = new Session(newEngine({ size: 1 }));
  const entry = new Entry({ txn: 1, note: "mine" });
  const loaded = await slot(session, 1);
  loaded.txn = 11;
  session.addAll([entry, new Page({ id: 1, text: large })]);
  const error = await errorOf(() => session.commit());
  await admin.query("SET GLOBAL max_allowed_packet = 67108864");
  assert.is(error.code, "packet-too-large");
  undone(session, entry, loaded);
  await again(session, entry);
});

test("packets up to the limit of the server pass", async () => {
  const rows = Array.from({ length: 3 }, (_, id) => sql`(${id}, ${"é".repeat(10 << 20)})`);
  await engine.execute(sql`INSERT INTO texts (id, text) VALUES ${sql.join(rows)}`);
  const [row] = await engine.execute(
    sql<{ n: number }>`SELECT SUM(CHAR_LENGTH(text)) AS n FROM texts`,
  );
  assert.is(Number(row?.n), 3 * (10 << 20));
});

test("an answer that is larger than the client's buffer comes whole", async () => {
  await engine.execute(sql`INSERT INTO texts (id, text) VALUES (1, ${large})`);
  const [row] = await engine.execute(sql<{ text: string }>`SELECT text FROM texts`);
  assert.is(row?.text.length, large.length);
});

// Transactions that another ended ------------------------------------------------------------------------------

test("KILL of a session's connection in every state: it says so, and goes on after rollback", async () => {
  for (const moment of ["loaded", "flushed", "in a savepoint"]) {
    await admin.query("DELETE FROM entries");
    await admin.query("UPDATE slots SET txn = 10 WHERE worker = 1");
    const session = new Session(engine);
    const entry = new Entry({ txn: 1, note: "mine" });
    const first = await slot(session, 1);
    const [row] = await session.execute(sql<{ id: number }>`SELECT CONNECTION_ID() AS id`);
    const kill = async () => {
      await admin.query(`KILL ${row?.id}`);
      await sleep(20);
    };
    first.txn = 11;
    session.add(entry);
    const error = await errorOf(async () => {
      if (moment === "flushed") await session.flush();
      if (moment !== "in a savepoint") {
        await kill();
        return session.commit();
      }
      return session.beginNested(kill);
    });
    assert.is(error.code, "connection-lost", `${moment}: ${error}`);
    // COMMIT was never sent: the connection was known to be lost.
    assert.is(error.outcome, undefined, moment);
    await session.rollback();
    undone(session, entry, first);
    await again(session, entry);
  }
});

test("no test before has left a connection in use, or on the server", () => {
  assert.equal(leaks, []);
});

if (server !== undefined) {
  progress("deadlocks, lock waits, connections, packets");
  test.run();
}
