import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  acquire,
  createPool,
  disposePool,
  type Pool,
  type PooledConnection,
  type PoolOptions,
  poolStatus,
  release,
} from "../../src/engine/pool.js";
import { errorOf } from "../support.js";
import { FakeConnection } from "./fake-driver.js";

const test = suite("pool");

interface Fixture {
  pool: Pool;
  made: FakeConnection[];
  failing: { connect: boolean };
}

function makePool(options: PoolOptions): Fixture {
  const made: FakeConnection[] = [];
  const failing = { connect: false };
  const connect = async () => {
    await sleep(1);
    if (failing.connect) throw new Error("refused");
    const connection = new FakeConnection();
    made.push(connection);
    return connection;
  };
  return { pool: createPool(connect, options), made, failing };
}

test("nothing is opened before it is needed, and then it is kept", async () => {
  const { pool, made } = makePool({ size: 3 });
  assert.is(made.length, 0);
  const one = await acquire(pool);
  await release(pool, one);
  const again = await acquire(pool);
  assert.is(again, one);
  assert.is(made.length, 1);
  assert.equal(poolStatus(pool), { size: 3, open: 1, idle: 0, waiting: 0 });
});

test("the one used last is taken first", async () => {
  const { pool } = makePool({ size: 2 });
  const [first, second] = [await acquire(pool), await acquire(pool)];
  await release(pool, first);
  await release(pool, second);
  assert.is(await acquire(pool), second);
});

test("who waits is served in order, and nobody overtakes", async () => {
  const { pool } = makePool({ size: 1 });
  const held = await acquire(pool);
  const order: number[] = [];
  const waiters = [1, 2, 3].map(async (number) => {
    const connection = await acquire(pool);
    order.push(number);
    await release(pool, connection);
  });
  assert.is(poolStatus(pool).waiting, 3);
  const returned = release(pool, held);
  const late = acquire(pool).then((connection) => {
    order.push(4);
    return release(pool, connection);
  });
  await Promise.all([returned, ...waiters, late]);
  assert.equal(order, [1, 2, 3, 4]);
});

test("waiting ends after timeout seconds, and the line closes up", async () => {
  const { pool } = makePool({ size: 1, timeout: 0.03 });
  const held = await acquire(pool);
  const started = performance.now();
  const error = await errorOf(() => acquire(pool));
  assert.ok(performance.now() - started >= 25);
  assert.is(error.name, "PoolTimeoutError");
  assert.is(error.code, "pool-timeout");
  assert.ok(error.message.startsWith("No connection became free in 0.03 s: all 1 are in use"));
  assert.match(error.message, "Close every session");
  await release(pool, held);
  assert.is(await acquire(pool), held);
});

test("overflow connections are closed when nobody waits for them", async () => {
  const { pool, made } = makePool({ size: 1, overflow: 1 });
  const [first, second] = [await acquire(pool), await acquire(pool)];
  assert.is(poolStatus(pool).open, 2);
  await release(pool, first);
  assert.ok(made[0]?.closed);
  await release(pool, second);
  assert.equal(poolStatus(pool), { size: 1, open: 1, idle: 1, waiting: 0 });
});

test("a connection known to be lost is replaced, without a ping", async () => {
  const { pool, made } = makePool({ size: 1 });
  await release(pool, await acquire(pool));
  (made[0] as FakeConnection).alive = false;
  const fresh = await acquire(pool);
  assert.is(fresh.driver, made[1]);
  assert.is(poolStatus(pool).open, 1);
});

test("prePing asks before a connection is handed out, and replaces one that is silent", async () => {
  const { pool, made } = makePool({ size: 1, prePing: true });
  await release(pool, await acquire(pool));
  await release(pool, await acquire(pool));
  assert.is(made[0]?.pings, 1);
  (made[0] as FakeConnection).answers = false;
  assert.is((await acquire(pool)).driver, made[1]);
  assert.ok(made[0]?.closed);
});

test("recycle replaces what is older, in seconds", async () => {
  const { pool, made } = makePool({ size: 1, recycle: 0.05 });
  await release(pool, await acquire(pool));
  await release(pool, await acquire(pool));
  assert.is(made.length, 1);
  await sleep(60);
  await release(pool, await acquire(pool));
  assert.is(made.length, 2);
  assert.ok(made[0]?.closed);
});

test("one that comes back in a transaction is in doubt and closed", async () => {
  const { pool, made } = makePool({ size: 1 });
  const held = await acquire(pool);
  (made[0] as FakeConnection).inTransaction = true;
  await release(pool, held);
  assert.ok(made[0]?.closed);
  assert.equal(poolStatus(pool), { size: 1, open: 0, idle: 0, waiting: 0 });
});

test("a failed connect gives its place up to the next in line", async () => {
  const { pool, failing } = makePool({ size: 1, timeout: 1 });
  failing.connect = true;
  const first = errorOf(() => acquire(pool));
  const second = errorOf(() => acquire(pool));
  assert.is((await first).message, "refused");
  assert.is((await second).message, "refused");
  assert.equal(poolStatus(pool), { size: 1, open: 0, idle: 0, waiting: 0 });
  failing.connect = false;
  await release(pool, await acquire(pool));
});

test("dispose closes the free ones now, the used ones when they come back; then it starts anew", async () => {
  const { pool, made } = makePool({ size: 2 });
  const [used, free] = [await acquire(pool), await acquire(pool)];
  await release(pool, free);
  await disposePool(pool);
  assert.equal([made[0]?.closed, made[1]?.closed], [false, true]);
  await release(pool, used);
  assert.ok(made[0]?.closed);
  assert.is(poolStatus(pool).open, 0);
  await release(pool, await acquire(pool));
  assert.is(made.length, 3);
});

/** What can happen to a connection while it is out. */
type Fate = "well" | "lost" | "silent" | "in transaction";

test("whatever happens: never more than allowed, nobody forgotten, nothing leaks", async () => {
  const fate = fc.constantFrom<Fate>("well", "well", "lost", "silent", "in transaction");
  const setup = fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    overflow: fc.integer({ min: 0, max: 2 }),
    prePing: fc.boolean(),
    users: fc.array(fc.tuple(fate, fc.integer({ min: 0, max: 3 })), { maxLength: 25 }),
    disposeAfter: fc.option(fc.integer({ min: 0, max: 5 })),
  });
  await fc.assert(
    fc.asyncProperty(setup, async ({ users, disposeAfter, ...options }) => {
      const { pool, made } = makePool({ ...options, timeout: 5 });
      let out = 0;
      const inUse = new Set<PooledConnection>();
      const use = async ([what, pause]: [Fate, number]) => {
        await sleep(pause);
        const connection = await acquire(pool);
        out += 1;
        assert.not.ok(inUse.has(connection), "handed out twice");
        assert.ok(connection.driver.alive, "handed out though lost");
        assert.ok(out <= options.size + options.overflow, "too many are out");
        inUse.add(connection);
        await sleep(pause);
        const driver = connection.driver as FakeConnection;
        if (what === "lost") driver.alive = false;
        if (what === "silent") driver.answers = false;
        if (what === "in transaction") driver.inTransaction = true;
        inUse.delete(connection);
        out -= 1;
        await release(pool, connection);
      };
      const disposal = sleep(disposeAfter ?? 0).then(() =>
        disposeAfter === null ? undefined : disposePool(pool),
      );
      await Promise.all([...users.map(use), disposal]);
      const { open, idle, waiting } = poolStatus(pool);
      assert.is(waiting, 0);
      assert.is(open, idle, "a place leaked");
      assert.ok(open <= options.size);
      assert.is(made.filter((one) => !one.closed && one.alive).length, idle, "a socket leaked");
    }),
    { numRuns: 60 },
  );
});

test.run();
