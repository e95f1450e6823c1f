import { setTimeout as sleep } from "node:timers/promises";
import mysql from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, type Fragment, sql } from "../../src/index.js";
import { type Fault, type FaultyProxy, startProxy } from "../engine/proxy.js";
import { errorOf, progress, runs, until } from "../support.js";
import { startFaultServer } from "./fault-server.js";
import { Base, type Books, checkBooks, enough, runOrder, ways } from "./ledger.js";

/** Moments of a transaction, by the text of the packet in which the client asks for it. */
const phases: Record<string, (txn: number) => string> = {
  connect: () => "SET NAMES",
  BEGIN: () => "BEGIN",
  "the first statement": () => "slots",
  "preparing a write": () => "INSERT INTO",
  "writing rows": (txn) => `mark ${txn}.1`,
  "writing more": () => "UPDATE `slots`",
  "a savepoint": () => "SAVEPOINT sp_1",
  "the end of a savepoint": () => "RELEASE SAVEPOINT",
  "rollback to a savepoint": () => "ROLLBACK TO",
  COMMIT: () => "COMMIT",
  ROLLBACK: () => "ROLLBACK",
};
const hows = ["cut before", "cut after", "stall", "stall after"] as const;

/** The same numbers on every run that is given the same seed. */
const seed = Number(process.env.ORMLET_TEST_SEED ?? Date.now() % 2 ** 31);
let state = seed;
function random(below: number): number {
  // Numerical Recipes' linear congruential generator; its upper bits are good enough here.
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)] as T;

const test = suite("the law of commits");
const server = await startFaultServer();
const books: Books = new Map();
/** All of them, to be closed after a test that failed too. */
const proxies: FaultyProxy[] = [];
const wayNames = Object.keys(ways);
let txn = 0;

/** The account of the code under test, which is not the one that looks. */
function appUrl(): URL {
  const url = new URL(server?.url.href as string);
  url.username = "app";
  url.password = "app";
  return url;
}

const ledgerUrl = () => `${server?.url.href.replace(/\/$/, "")}/ledger`;

async function admin<T>(work: (connection: mysql.Connection) => Promise<T>): Promise<T> {
  const connection = await mysql.createConnection(ledgerUrl());
  return work(connection).finally(() => connection.end());
}

/**
 * Has the server lock rows alone, and no gaps between them: with those a transaction that a test holds in the middle
 * would hold up others at the end of the table, which is the business of no test here.
 */
const withoutGaps = () =>
  admin((connection) => connection.query("SET GLOBAL transaction_isolation = 'READ-COMMITTED'"));

async function restart(): Promise<void> {
  await server?.restart();
  await withoutGaps();
}

test.before(async () => {
  const connection = await mysql.createConnection(server?.url.href as string);
  await connection.query("CREATE DATABASE ledger");
  await connection.query("CREATE USER app IDENTIFIED BY 'app'");
  await connection.query("GRANT ALL ON ledger.* TO app");
  await connection.end();
  const engine = createEngine(ledgerUrl());
  await Base.metadata.createAll(engine);
  await engine.dispose();
  await withoutGaps();
});

/** A worker with a slot, a proxy and a pool of one connection. */
interface Worker {
  readonly number: number;
  readonly proxy: FaultyProxy;
  readonly engine: Engine;
}

let workers = 0;
async function newWorkers(count: number): Promise<Worker[]> {
  const numbers = Array.from({ length: count }, () => ++workers);
  await admin((connection) =>
    connection.query("INSERT INTO slots (worker, txn) VALUES ?", [numbers.map((n) => [n, 0])]),
  );
  return Promise.all(
    numbers.map(async (number) => {
      const proxy = await startProxy(appUrl());
      const engine = createEngine(proxy.url("ledger"), { pool: { size: 1, timeout: 20 } });
      proxies.push(proxy);
      return { number, proxy, engine };
    }),
  );
}

/** Nothing is in use, the next transaction works, and no connection is left on the server. */
async function dismiss(hired: readonly Worker[]): Promise<void> {
  for (const { number, engine, proxy } of hired) {
    proxy.fault = undefined;
    assert.equal([engine.pool.open - engine.pool.idle, engine.pool.waiting], [0, 0]);
    const next = ++txn;
    const order = { engine, worker: number, txn: next, fails: false };
    const { told } = await runOrder("session.begin", order);
    assert.is(told, "committed");
    books.set(next, { told, worker: number });
    await engine.dispose();
    await proxy.close();
  }
  await until(async () => (await connections()) === 0, 10);
}

/** How many connections the code under test has on the server. */
function connections(): Promise<number> {
  return admin(async (connection) => {
    const [rows] = await connection.query("SHOW PROCESSLIST");
    return (rows as { User: string }[]).filter(({ User }) => User === "app").length;
  });
}

/** Runs one transaction under one fault and writes down what its caller was told. */
async function under(
  worker: Worker,
  way: string,
  phase: string,
  how: Fault["how"],
  hit = () => {},
) {
  const { proxy, engine, number } = worker;
  const mine = ++txn;
  if (phase === "connect") await engine.dispose();
  proxy.fault = { text: phases[phase]?.(mine) as string, how, meanwhile: hit };
  const order = { engine, worker: number, txn: mine, fails: phase === "ROLLBACK" };
  // Who swallows the error of a savepoint's end hears of it at the next call.
  const { told, error } = await runOrder(
    way,
    order,
    phase.endsWith("savepoint") ? ["rolled-back"] : [],
  );
  books.set(mine, { told, worker: number });
  const struck = proxy.fault === undefined;
  proxy.fault = undefined;
  const what = `${way}, ${how}, ${phase}: ${error}`;
  if (!struck) {
    assert.is(error, order.fails ? enough : undefined, what);
    return false;
  }
  if (phase === "ROLLBACK") assert.is(error, enough, what);
  assert.is(told, phase === "COMMIT" ? "unknown" : "not committed", what);
  return true;
}

test("a connection that is cut or freezes, in every phase of every kind of transaction", async () => {
  const [worker] = (await newWorkers(1)) as [Worker];
  worker.proxy.patience = 20;
  const struck: Record<string, number> = {};
  for (const way of wayNames) {
    for (const phase of Object.keys(phases)) {
      for (const how of hows) {
        if (!(await under(worker, way, phase, how))) continue;
        struck[phase] = (struck[phase] ?? 0) + 1;
      }
    }
  }
  await sleep(50);
  const found = await checkBooks(ledgerUrl(), books);
  const all = hows.length * wayNames.length;
  const inSessions = all - hows.length;
  assert.equal(struck, {
    connect: all,
    BEGIN: all,
    "the first statement": all,
    "preparing a write": all,
    "writing rows": all,
    "writing more": inSessions,
    "a savepoint": hows.length,
    "the end of a savepoint": hows.length,
    "rollback to a savepoint": hows.length,
    COMMIT: all,
    ROLLBACK: all,
  });
  // A COMMIT that the server saw is there, one that it did not see is not.
  assert.is(found, 2 * wayNames.length);
  await dismiss([worker]);
});

test("what commits by itself, lost: the outcome is unknown; what writes nothing: it is not", async () => {
  const [worker] = (await newWorkers(1)) as [Worker];
  const { engine, proxy, number } = worker;
  const mine = sql`UPDATE slots SET txn = txn WHERE worker = ${number}`;
  const outside: [Fragment, string, unknown][] = [
    [mine, "UPDATE slots", "unknown"],
    [sql`CREATE TABLE more (id INT)`, "CREATE TABLE", "unknown"],
    [sql`SELECT txn FROM slots`, "SELECT txn", undefined],
  ];
  const inside: typeof outside = [
    [mine, "UPDATE slots", undefined],
    [sql`SELECT txn FROM slots`, "SELECT txn", undefined],
    // These commit what came before them.
    [sql`CREATE TABLE even_more (id INT)`, "CREATE TABLE", "unknown"],
    [sql`commit`, "commit", "unknown"],
  ];
  for (const how of ["cut before", "cut after"] as const) {
    for (const [statement, text, outcome] of outside) {
      proxy.fault = { text, how };
      const error = await errorOf(() => engine.execute(statement));
      assert.equal([error.code, error.outcome], ["connection-lost", outcome], `${how} ${text}`);
      await admin((connection) => connection.query("DROP TABLE IF EXISTS more"));
    }
    for (const [statement, text, outcome] of inside) {
      const error = await errorOf(() =>
        engine.begin(async (connection) => {
          await connection.execute(sql`SELECT 1`);
          proxy.fault = { text, how };
          await connection.execute(statement);
        }),
      );
      assert.equal([error.code, error.outcome], ["connection-lost", outcome], `${how} ${text}`);
      await admin((connection) => connection.query("DROP TABLE IF EXISTS even_more"));
    }
  }
  await dismiss([worker]);
});

test("kill -9 of the server, in every phase of every kind of transaction", async () => {
  const combinations = wayNames.flatMap((way) =>
    Object.keys(phases).flatMap((phase) => [
      { way, phase, how: "cut before" as const },
      { way, phase, how: "cut after" as const },
    ]),
  );
  const rounds = runs(2, 40);
  const size = Math.ceil(combinations.length / 2);
  for (let round = 0; round < rounds; round += 1) {
    const part = combinations.slice((round % 2) * size, (round % 2) * size + size);
    const hired = await newWorkers(part.length);
    // Every transaction comes to its moment and is held there; then the server dies under all of them.
    let kill = (_: unknown) => {};
    const killed = new Promise((resolve) => {
      kill = resolve;
    });
    const open = new Set(part);
    const ends = part.map(async (one, index) => {
      const hit = () => {
        open.delete(one);
        return killed;
      };
      await under(hired[index] as Worker, one.way, one.phase, one.how, hit);
      open.delete(one);
    });
    const held = until(() => open.size === 0, 30).catch((error) => {
      throw new Error(JSON.stringify([...open]), { cause: error });
    });
    await Promise.race([held, Promise.all(ends)]);
    await server?.kill();
    kill(undefined);
    await Promise.all(ends);
    await restart();
    for (const { proxy } of hired) proxy.target = appUrl();
    const found = await checkBooks(ledgerUrl(), books);
    progress(
      `kill ${round + 1} of ${rounds}: ${part.length} transactions; ${found} unknown are there`,
    );
    await dismiss(hired);
  }
});

test("kill -9 and lost connections at random, under load", async () => {
  const rounds = runs(3, 200);
  const [first] = (await newWorkers(1)) as [Worker];
  const numbers = [first.number];
  for (const { number, engine, proxy } of await newWorkers(7)) {
    numbers.push(number);
    await engine.dispose();
    await proxy.close();
  }
  const { proxy } = first;
  const engine = createEngine(proxy.url("ledger"), { pool: { size: 5, timeout: 20 } });
  for (let round = 0; round < rounds; round += 1) {
    const counts: Record<string, number> = {};
    let over = false;
    proxy.patience = 100;
    proxy.chance = () => (random(150) === 0 ? oneOf(hows) : undefined);
    const work = numbers.map(async (worker): Promise<void> => {
      while (!over) {
        const mine = ++txn;
        const order = { engine, worker, txn: mine, fails: random(8) === 0 };
        // One whose connection has frozen holds its row until the server hears of it.
        const { told } = await runOrder(oneOf(wayNames), order, ["lock-timeout", "rolled-back"]);
        books.set(mine, { told, worker });
        counts[told] = (counts[told] ?? 0) + 1;
        if (told !== "committed") await sleep(50);
      }
    });
    // One that fails ends the test at once, and not as a rejection that nobody handles.
    const enoughDone = until(() => (counts.committed ?? 0) >= 50, 30);
    try {
      await Promise.race([enoughDone, ...work]);
      await sleep(random(300));
      await server?.kill();
    } finally {
      over = true;
    }
    proxy.chance = undefined;
    proxy.cutAll();
    await Promise.all(work);
    await restart();
    proxy.target = appUrl();
    const found = await checkBooks(ledgerUrl(), books);
    const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    progress(`random ${round + 1} of ${rounds}: ${told.join(", ")}; ${found} unknown are there`);
  }
  assert.equal([engine.pool.open - engine.pool.idle, engine.pool.waiting], [0, 0]);
  await engine.dispose();
  await dismiss([first]);
});

test.after(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await server?.remove();
});
if (server !== undefined) {
  progress(`ORMLET_TEST_SEED=${seed}`);
  test.run();
}
