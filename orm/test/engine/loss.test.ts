import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { errorOf, testDatabase, until } from "../support.js";
import { type FaultyProxy, startProxy } from "./proxy.js";

const test = suite("connection loss");
const database = testDatabase(test);
let proxy: FaultyProxy;
let engine: Engine;

test.before(async () => {
  proxy = await startProxy();
  await database.admin.query(`CREATE TABLE ${database.name}.loans (id INT PRIMARY KEY)`);
});
test.before.each(async () => {
  await database.admin.query(`DELETE FROM ${database.name}.loans`);
  engine = createEngine(proxy.url(database.name), { pool: { size: 1, timeout: 1 } });
});
test.after.each(async () => {
  proxy.fault = undefined;
  proxy.down = false;
  await engine.dispose();
});
test.after(() => proxy.close());

async function loans(): Promise<unknown> {
  const [rows] = await database.admin.query(`SELECT COUNT(*) AS n FROM ${database.name}.loans`);
  return (rows as { n: number }[])[0]?.n;
}

/** After whatever happened the pool's only place is free, and a statement works. */
async function worksAgain(): Promise<void> {
  assert.is(engine.pool.waiting, 0);
  assert.is(engine.pool.open, engine.pool.idle);
  assert.equal([...(await engine.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
}

test("at connect: connection-failed, and the place is free", async () => {
  proxy.down = true;
  const error = await errorOf(() => engine.execute(sql`SELECT 1`));
  assert.is(error.name, "OperationalError");
  assert.is(error.code, "connection-failed");
  assert.match(error.message, /^No connection to 127\.0\.0\.1:\d+: /);
  assert.is(engine.pool.open, 0);
  proxy.down = false;
  await worksAgain();
});

test("while the session is set up: the place is free", async () => {
  proxy.fault = { text: "SET NAMES", how: "cut before" };
  const error = await errorOf(() => engine.execute(sql`SELECT 1`));
  assert.is(error.code, "connection-lost");
  assert.is(engine.pool.open, 0);
  await worksAgain();
});

for (const how of ["cut before", "cut after"] as const) {
  test(`at BEGIN, ${how}: work is never run`, async () => {
    proxy.fault = { text: "BEGIN", how };
    let ran = false;
    const error = await errorOf(() =>
      engine.begin(() => {
        ran = true;
      }),
    );
    assert.is(error.code, "connection-lost");
    assert.not.ok(ran);
    await worksAgain();
  });

  test(`at a statement, ${how}: nothing of the transaction stays`, async () => {
    proxy.fault = { text: "loans (id) VALUES (2)", how };
    const error = await errorOf(() =>
      engine.begin(async (connection) => {
        await connection.execute(sql`INSERT INTO loans (id) VALUES (1)`);
        await connection.execute(sql`INSERT INTO loans (id) VALUES (2)`);
      }),
    );
    assert.is(error.name, "OperationalError");
    assert.is(error.code, "connection-lost");
    assert.match(error.message, /^The connection was lost: /);
    assert.is(error.statement, "INSERT INTO loans (id) VALUES (2)");
    await worksAgain();
    await until(async () => (await loans()) === 0);
  });

  test(`at COMMIT, ${how}: the error says that the outcome is not known`, async () => {
    proxy.fault = { text: "COMMIT", how };
    const error = await errorOf(() =>
      engine.begin((connection) => connection.execute(sql`INSERT INTO loans (id) VALUES (1)`)),
    );
    assert.is(error.code, "connection-lost");
    assert.ok(String(error.hint).startsWith("Whether the transaction was committed is not known"));
    await worksAgain();
    await sleep(20);
    assert.is(await loans(), how === "cut after" ? 1 : 0);
  });

  test(`at ROLLBACK, ${how}: the first error is the one reported`, async () => {
    proxy.fault = { text: "ROLLBACK", how };
    const first = new Error("the last copy is lent");
    const error = await errorOf(() =>
      engine.begin(async (connection) => {
        await connection.execute(sql`INSERT INTO loans (id) VALUES (1)`);
        throw first;
      }),
    );
    assert.is(error, first);
    await worksAgain();
    await until(async () => (await loans()) === 0);
  });
}

test("while prepared: one error, and the connection is dropped", async () => {
  proxy.fault = { text: "SELECT ? AS", how: "cut before" };
  assert.is((await errorOf(() => engine.execute(sql`SELECT ${1} AS one`))).code, "connection-lost");
  await worksAgain();
});

test("while idle: it is noticed without a ping", async () => {
  await engine.execute(sql`SELECT 1`);
  proxy.cutAll();
  await sleep(20);
  await worksAgain();
});

test("the other statements under way on it fail too, none hangs", async () => {
  const connection = await engine.connect();
  proxy.fault = { text: "SELECT 'now'", how: "cut before" };
  const outcomes = await Promise.allSettled([
    connection.execute(sql`SELECT 'now'`),
    connection.execute(sql`SELECT 2`),
    connection.execute(sql`SELECT ${3}`),
  ]);
  assert.equal(
    outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code),
    ["connection-lost", "connection-lost", "connection-lost"],
  );
  assert.is((await errorOf(() => connection.execute(sql`SELECT 4`))).code, "connection-lost");
  await connection.close();
  await worksAgain();
});

test("prePing replaces a connection that the server has killed", async () => {
  const pinging = createEngine(database.url, { pool: { size: 1, prePing: true } });
  const id = async () => (await pinging.execute(sql`SELECT CONNECTION_ID() AS id`))[0]?.id;
  const first = await id();
  await database.admin.query(`KILL ${first}`);
  assert.is.not(await id(), first);
  await pinging.dispose();
});

test("KILL under a statement is connection-lost, KILL QUERY is not", async () => {
  const connection = await engine.connect();
  const id = Number((await connection.execute(sql`SELECT CONNECTION_ID() AS id`))[0]?.id);
  await database.admin.query("BEGIN");
  await database.admin.query(`INSERT INTO ${database.name}.loans (id) VALUES (7)`);
  const interrupted = errorOf(() => connection.execute(sql`INSERT INTO loans (id) VALUES (7)`));
  await sleep(50);
  await database.admin.query(`KILL QUERY ${id}`);
  assert.is((await interrupted).code, "interrupted");
  await database.admin.query("ROLLBACK");
  const killed = errorOf(() => connection.execute(sql`SELECT SLEEP(5)`));
  await sleep(50);
  await database.admin.query(`KILL ${id}`);
  assert.is((await killed).code, "connection-lost");
  await connection.close();
  await worksAgain();
});

test("a ping without an answer is given up after connect_timeout", async () => {
  const pinging = createEngine(proxy.url(database.name, "?connect_timeout=0.3"), {
    pool: { size: 1, prePing: true },
  });
  await pinging.execute(sql`SELECT 1`);
  proxy.fault = { text: "\u000e", how: "stall" };
  const started = performance.now();
  assert.equal([...(await pinging.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
  assert.ok(performance.now() - started >= 290);
  await pinging.dispose();
});

test("a server that accepts and says nothing: connect_timeout", async () => {
  const mute = createServer(() => {}).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  const silent = createEngine(`mysql://root@127.0.0.1:${port}/x?connect_timeout=0.2`);
  const patient = createEngine(`mysql://root@127.0.0.1:${port}/x?connect_timeout=2`);
  const ended: string[] = [];
  const attempt = async (engine: Engine, name: string) => {
    assert.is((await errorOf(() => engine.execute(sql`SELECT 1`))).code, "connection-failed");
    ended.push(name);
  };
  await Promise.all([attempt(patient, "2 s"), attempt(silent, "0.2 s")]);
  assert.equal(ended, ["0.2 s", "2 s"]);
  mute.close();
});

test.run();
