import type { DriverConnection } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `engine/pool.ts` that is asked for here. */
interface PoolModule {
  createPool(connect: () => Promise<DriverConnection>, options: object): unknown;
  acquire(pool: unknown): Promise<Pooled>;
  release(pool: unknown, connection: Pooled): Promise<void>;
  poolStatus(pool: unknown): { open: number; idle: number; waiting: number };
}
interface Pooled {
  driver: DriverConnection;
}
type Fake = { -readonly [Key in keyof DriverConnection]: DriverConnection[Key] };

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A place where connections come from, without a server: each has a number and can be lost. */
function source() {
  const opened: Fake[] = [];
  const fail = { next: false };
  const connect = async (): Promise<DriverConnection> => {
    await pause(2);
    if (fail.next) {
      fail.next = false;
      throw new Error("no server today");
    }
    const fake: Fake = {
      id: opened.length + 1,
      alive: true,
      inTransaction: false,
      run: async () => ({ columns: [], rows: [], rowCount: 0, firstKey: undefined }),
      stream: async function* () {},
      ping: async () => {},
      close: async () => {
        fake.alive = false;
      },
      destroy: () => {
        fake.alive = false;
      },
    };
    opened.push(fake);
    return fake;
  };
  return { opened, fail, connect };
}

/** The number of the connection that came, or what happened in its place; patient on a slow machine. */
async function outcome(acquired: Promise<Pooled>, milliseconds = 3000): Promise<Json> {
  const late = pause(milliseconds).then((): Json => "still waiting");
  const came = acquired.then(
    ({ driver }): Json => driver.id,
    (error): Json => ({ name: error.name ?? "", code: error.code ?? error.message }),
  );
  return Promise.race([came, late]);
}

const load = async (context: ProbeContext) => (await context.submission()) as unknown as PoolModule;

const probes: Probes = {
  "opens a connection when none is free, up to the size": async (context) => {
    const { createPool, acquire, poolStatus } = await load(context);
    const size = context.input as number;
    const { connect, opened } = source();
    const pool = createPool(connect, { size, timeout: 5 });
    const asked = Array.from({ length: size + 2 }, () => acquire(pool));
    const patience = (index: number) => (index < size ? 3000 : 100);
    const numbers = await Promise.all(asked.map((one, index) => outcome(one, patience(index))));
    const { open, waiting } = poolStatus(pool);
    return { numbers, opened: opened.length, open, waiting };
  },
  "hands out a free connection again, the one used last first": async (context) => {
    const { createPool, acquire, release, poolStatus } = await load(context);
    const { connect, opened } = source();
    const pool = createPool(connect, { size: 4, timeout: 5 });
    const held = [await acquire(pool), await acquire(pool), await acquire(pool)];
    const back = context.input as number[];
    for (const index of back) await release(pool, held[index] as Pooled);
    const again = [await outcome(acquire(pool)), await outcome(acquire(pool))];
    return { again, idle: poolStatus(pool).idle, opened: opened.length };
  },
  "serves those who wait in the order in which they came": async (context) => {
    const { createPool, acquire, release } = await load(context);
    const { size, names, late } = context.input as { size: number; names: string[]; late: string };
    const { connect, opened } = source();
    const pool = createPool(connect, { size, timeout: 5 });
    const held: Pooled[] = [];
    for (let i = 0; i < size; i += 1) held.push(await acquire(pool));
    const served: string[] = [];
    const visit = async (name: string) => {
      const connection = await acquire(pool);
      served.push(name);
      await pause(1);
      await release(pool, connection);
    };
    const visits = names.map(visit);
    await pause(5);
    const released = release(pool, held.pop() as Pooled);
    visits.push(visit(late));
    await released;
    await Promise.race([Promise.all(visits), pause(3000)]);
    return { served, opened: opened.length };
  },
  "gives up after the timeout, and leaves the line": async (context) => {
    const { createPool, acquire, release, poolStatus } = await load(context);
    const milliseconds = context.input as number;
    const { connect } = source();
    const pool = createPool(connect, { size: 1, timeout: milliseconds / 1000 });
    const held = await acquire(pool);
    const started = performance.now();
    const first = acquire(pool);
    await pause(milliseconds / 3);
    const second = acquire(pool);
    const refused = await outcome(first);
    const waited = performance.now() - started;
    const { waiting } = poolStatus(pool);
    await release(pool, held);
    const served = await outcome(second);
    // The third waits while the time of the second, which was served, would be over.
    const third = acquire(pool);
    await pause(milliseconds / 2);
    await second.then((connection) => release(pool, connection)).catch(() => undefined);
    return { refused, waited, waiting, served, next: await outcome(third) };
  },
  "keeps its places when a connection cannot be opened": async (context) => {
    const { createPool, acquire, poolStatus } = await load(context);
    const { connect, fail } = source();
    const pool = createPool(connect, { size: 1, timeout: 5 });
    fail.next = true;
    const [first, second] = [acquire(pool), acquire(pool)];
    const outcomes = [await outcome(first), await outcome(second)];
    return { outcomes, open: poolStatus(pool).open };
  },
  "puts a new connection in the place of a lost one": async (context) => {
    const { createPool, acquire, release, poolStatus } = await load(context);
    const { connect, opened } = source();
    const pool = createPool(connect, { size: 1, timeout: 1 });
    const first = await acquire(pool);
    await release(pool, first);
    const destroyed: number[] = [];
    for (const one of opened) {
      one.alive = false;
      one.destroy = () => {
        destroyed.push(one.id);
      };
    }
    const number = await outcome(acquire(pool));
    return { number, destroyed, open: poolStatus(pool).open };
  },
  "lets many statements share two connections of MySQL": async (context) => {
    await context.submission();
    const { createEngine, sql } = context.ormlet;
    const engine = createEngine(context.url, { pool: { size: 1, overflow: 1, timeout: 5 } });
    try {
      const results = await Promise.all(
        (context.input as number[]).map((number) =>
          engine.execute(
            sql<{ n: number; c: number }>`SELECT ${number} AS n, CONNECTION_ID() AS c`,
          ),
        ),
      );
      const rows = results.map(([row]) => row);
      return {
        numbers: rows.map((row) => row?.n ?? null),
        used: new Set(rows.map((row) => row?.c)).size,
      };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
