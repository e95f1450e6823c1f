import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getHeapSnapshot } from "node:v8";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, Session, select, sessionmaker, sql } from "../../src/index.js";
import { progress, runs, testDatabase, until } from "../support.js";
import { Base, Reading } from "./measured.js";

const test = suite("memory and connections do not grow");
const database = testDatabase(test);
const rows = runs(200_000, 1_000_000);
let engine: Engine;
let threads: number;

test.before(async () => {
  const { admin, name } = database;
  const making = createEngine(database.url);
  await Base.metadata.createAll(making);
  await making.dispose();
  await admin.query(`SET SESSION cte_max_recursion_depth = ${rows}`);
  await admin.query(
    `INSERT INTO ${name}.readings
      WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < ${rows})
      SELECT n, CONCAT('sensor ', n % 100), n / 3, 9007199254740993 + n, n % 2, '2026-01-02 03:04:05.678',
        '{"unit":"mm"}', IF(n % 5 = 0, NULL, REPEAT('x', 100)) FROM n`,
  );
  threads = await connections();
  engine = createEngine(database.url, { pool: { size: 3, timeout: 20 } });
});
test.after(() => engine.dispose());

/** How many connections use this test's database. */
async function connections(): Promise<number> {
  const [found] = await database.admin.query("SHOW PROCESSLIST");
  return (found as { db: string | null }[]).filter(({ db }) => db === database.name).length;
}

const statistic = async (name: string) => {
  const [found] = await database.admin.query(`SHOW GLOBAL STATUS LIKE '${name}'`);
  return Number((found as { Value: string }[])[0]?.Value);
};

interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  /** The fields of every object, one after the other. */
  nodes: number[];
}

/**
 * The bytes that are held once everything that can go has gone: those of all objects, but not of compiled code, which
 * comes and goes. `heapUsed` counts that too, and pages that are half empty: it changes by hundreds of kilobytes.
 */
async function held(): Promise<number> {
  const { snapshot, nodes } = (await json(getHeapSnapshot())) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  const compiled = ["code", "hidden", "object shape"].map((name) => types[0].indexOf(name));
  let bytes = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (!compiled.includes(nodes[at + type] as number)) bytes += nodes[at + size] as number;
  }
  return bytes;
}

for (const kind of ["entities", "records", "raw rows"]) {
  test(`${rows} rows as ${kind} in a stream, in a process with 64 MB`, async () => {
    const script = fileURLToPath(new URL("./stream-rows.ts", import.meta.url));
    const parameters = ["--max-old-space-size=64", "--import", "tsx", script, database.url, kind];
    const started = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, parameters);
    const { count, sum, grown, used } = JSON.parse(stdout);
    progress(`${rows} rows as ${kind}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    assert.is(count, rows);
    assert.is(
      BigInt(sum),
      BigInt(rows) * 9007199254740993n + (BigInt(rows) * BigInt(rows + 1)) / 2n,
    );
    // Noise: caches of the driver, code that was compiled meanwhile.
    assert.ok(grown < 3_000_000, `it grew by ${grown} bytes`);
    assert.is(used, 0);
  });
}

/** The ways in which a session comes to its end. */
const endings: Record<string, (session: Session, id: number) => Promise<unknown>> = {
  "is committed": async (session, id) => {
    const reading = (await session.get(Reading, id)) as Reading;
    reading.note = `seen ${id}`;
    await session.commit();
  },
  "is rolled back": async (session, id) => {
    (await session.scalars(select(Reading).where(Reading.c.id.lt(id)).limit(5)).all()).pop();
    await session.rollback();
  },
  "is closed with work open": async (session, id) => {
    const reading = (await session.get(Reading, id)) as Reading;
    reading.note = "never written";
    await session.flush();
  },
  "fails in begin": (session, id) =>
    session
      .begin(async () => {
        await session.get(Reading, id);
        throw new Error("mine");
      })
      .catch(() => {}),
  "has a savepoint": async (session, id) => {
    await session.beginNested(() => session.get(Reading, id));
    await session.commit();
  },
  "leaves a stream": async (session, id) => {
    for await (const reading of session.scalars(select(Reading).limit(id % 3))) void reading;
  },
  "sends a statement that is wrong": async (session) => {
    await session.execute(sql`SELECT nothing`).catch(() => {});
  },
};

test("sessions opened and closed, however they end, leave nothing behind", async () => {
  const names = Object.keys(endings);
  const stop = new AbortController();
  const warnings: Error[] = [];
  const warned = (warning: Error) => void warnings.push(warning);
  process.on("warning", warned);
  const some: WeakRef<Session>[] = [];
  const open = async (number: number) => {
    // Every third can be stopped by a signal that outlives them all.
    const session = new Session(engine, number % 3 === 0 ? { signal: stop.signal } : {});
    if (number % 50 === 0) some.push(new WeakRef(session));
    await endings[names[number % names.length] as string]?.(session, 1 + (number % 1000));
    await session.close();
  };
  const openMany = async (from: number, to: number) => {
    for (let number = from; number < to; number += 8)
      await Promise.all(Array.from({ length: 8 }, (_, index) => open(number + index)));
  };
  const count = runs(2_000, 10_000);
  const warmUp = 1_000;
  await openMany(0, warmUp);
  const prepared = await statistic("Prepared_stmt_count");
  const before = await held();
  for (let done = 0; done < count; done += 500) {
    await openMany(warmUp + done, warmUp + done + 500);
    progress(`${done + 500} of ${count} sessions`);
  }
  const grown = (await held()) - before;
  process.off("warning", warned);
  assert.ok(grown < 20 * count, `${count} sessions left ${grown} bytes`);
  assert.is(some.filter((reference) => reference.deref() !== undefined).length, 0);
  assert.is(getEventListeners(stop.signal, "abort").length, 0);
  assert.equal(warnings, []);
  assert.equal([engine.pool.open, engine.pool.idle, engine.pool.waiting], [3, 3, 0]);
  assert.is(await connections(), threads + 3);
  // What others prepare on the same server counts too; a statement for each session would be thousands.
  assert.ok((await statistic("Prepared_stmt_count")) < prepared + 100);
});

test("the sessions of sessionmaker.begin leave nothing behind either", async () => {
  const SessionLocal = sessionmaker(engine);
  const some: WeakRef<Session>[] = [];
  const count = runs(500, 10_000);
  for (let number = 0; number < count; number += 1) {
    await SessionLocal.begin(async (session) => {
      if (number % 50 === 0) some.push(new WeakRef(session));
      await session.get(Reading, 1 + (number % 100));
    });
  }
  // A snapshot takes what can go first.
  await held();
  assert.is(some.filter((reference) => reference.deref() !== undefined).length, 0);
  assert.is(await connections(), threads + 3);
});

test("engines that were disposed of leave no connection behind", async () => {
  for (let number = 0; number < runs(30, 1_000); number += 1) {
    const other = createEngine(database.url, { pool: { size: 2 } });
    await Promise.all([1, 2].map(() => other.execute(sql`SELECT 1`)));
    await other.dispose();
    assert.equal([other.pool.open, other.pool.idle], [0, 0]);
  }
  await until(async () => (await connections()) === threads + 3, 10);
});

test.run();
