import type { DriverConnection } from "./driver.js";
import { ArgumentError, PoolTimeoutError } from "./errors.js";

/**
 * How many connections are kept, and how they are looked after. Times are in seconds.
 * @example
 * ```ts
 * const small = createEngine("mysql://root:secret@127.0.0.1:3306/library", {
 *   pool: { size: 1, overflow: 1, prePing: true, recycle: 1800, timeout: 5 },
 * });
 * const [one, other] = [await small.connect(), await small.connect()];
 * console.log(small.pool); // { size: 1, open: 2, idle: 0, waiting: 0 }
 * await one.close();
 * await other.close();
 * console.log(small.pool); // { size: 1, open: 1, idle: 1, waiting: 0 }
 * await small.dispose();
 * ```
 */
export interface PoolOptions {
  /** Connections that are kept open. Default 5. */
  readonly size?: number;
  /** Connections beyond `size` that may be open for a while, when all are in use. Default 0. */
  readonly overflow?: number;
  /** Ask the server for a sign of life before a connection is handed out. Default false. */
  readonly prePing?: boolean;
  /** Replace a connection that is older than this when it is next asked for. Default: never. */
  readonly recycle?: number;
  /** How long to wait for a free connection. Default 30. */
  readonly timeout?: number;
}

/** Numbers to look at: how many connections are open, free, and waited for. */
export interface PoolStatus {
  readonly size: number;
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A connection and what the pool has to know of it. */
export interface PooledConnection {
  readonly driver: DriverConnection;
  /** When it was opened, in milliseconds of `performance.now()`. */
  readonly openedAt: number;
  readonly generation: number;
}

/** Someone in line: gets a connection, or `undefined` for the right to open one. */
interface Waiter {
  grant(connection: PooledConnection | undefined): void;
}

/**
 * A pool. `open` counts places, not sockets: a connection that is being opened, and one that someone
 * uses, each hold a place, and there are never more than size + overflow.
 */
export interface Pool {
  readonly options: Required<PoolOptions>;
  readonly connect: () => Promise<DriverConnection>;
  /** The one used last is taken first, so that the others can grow old in a quiet time. */
  readonly idle: PooledConnection[];
  readonly waiters: Waiter[];
  open: number;
  /** Goes up with each dispose: connections of an earlier generation are closed when they come back. */
  generation: number;
}

/** A pool that opens its connections, when they are needed, by `connect`. */
export function createPool(
  connect: () => Promise<DriverConnection>,
  options: PoolOptions = {},
): Pool {
  const defaults = { size: 5, overflow: 0, prePing: false, recycle: Infinity, timeout: 30 };
  checkPoolOptions(options, defaults);
  return {
    options: { ...defaults, ...options },
    connect,
    idle: [],
    waiters: [],
    open: 0,
    generation: 0,
  };
}

/** The longest that a Node timer can wait, in seconds: 24 days. */
const maxTimeout = 2 ** 31 / 1000 - 1;

function checkPoolOptions(options: PoolOptions, defaults: Required<PoolOptions>): void {
  for (const [name, value] of Object.entries(options)) {
    const expected: unknown = defaults[name as keyof PoolOptions];
    const count = name === "size" || name === "overflow";
    const good =
      typeof value === typeof expected &&
      (typeof value !== "number" ||
        (value >= (name === "size" ? 1 : 0) && (!count || Number.isInteger(value)))) &&
      !(name === "timeout" && Number(value) > maxTimeout);
    if (good) continue;
    throw new ArgumentError(`The pool option ${name}: ${String(value)} was refused.`, {
      code: "pool-option",
      hint: "size (at least 1) and overflow are counts, recycle and timeout seconds, prePing a boolean.",
    });
  }
}

/**
 * A connection that is ready for use; give it back with {@link release}. Those who wait are served in the
 * order in which they came.
 * @throws PoolTimeoutError when none is free within `timeout` seconds.
 */
export async function acquire(pool: Pool): Promise<PooledConnection> {
  const offered = await takePlace(pool);
  try {
    if (offered !== undefined) {
      if (await isUsable(pool, offered)) return offered;
      offered.driver.destroy();
    }
    return await openConnection(pool);
  } catch (error) {
    leavePlace(pool);
    throw error;
  }
}

/** An idle connection; or `undefined`, which is the right to open one. Waits in line for either. */
async function takePlace(pool: Pool): Promise<PooledConnection | undefined> {
  const idle = pool.idle.pop();
  if (idle !== undefined) return idle;
  const { size, overflow, timeout } = pool.options;
  if (pool.open < size + overflow) {
    pool.open += 1;
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      grant(connection) {
        clearTimeout(timer);
        resolve(connection);
      },
    };
    const timer = setTimeout(() => {
      pool.waiters.splice(pool.waiters.indexOf(waiter), 1);
      reject(noneFree(pool));
    }, timeout * 1000);
    pool.waiters.push(waiter);
  });
}

function noneFree({ options: { size, overflow, timeout }, waiters }: Pool): PoolTimeoutError {
  const all = overflow === 0 ? `${size}` : `${size} + ${overflow}`;
  return new PoolTimeoutError(
    `No connection became free in ${timeout} s: all ${all} are in use, ${waiters.length} more wait.`,
    {
      code: "pool-timeout",
      hint: "Close every session, and connection of engine.connect(), or give the pool a larger size.",
    },
  );
}

/** Not known to be lost, not too old, and, with `prePing`, answering. */
async function isUsable(pool: Pool, { driver, openedAt, generation }: PooledConnection) {
  const { recycle, prePing } = pool.options;
  if (!driver.alive || generation !== pool.generation) return false;
  if (performance.now() - openedAt >= recycle * 1000) return false;
  if (!prePing) return true;
  return driver.ping().then(
    () => true,
    () => false,
  );
}

async function openConnection(pool: Pool): Promise<PooledConnection> {
  const { generation } = pool;
  return { driver: await pool.connect(), openedAt: performance.now(), generation };
}

/** Gives a place up: to the next in line, who may open a connection, or to nobody. */
function leavePlace(pool: Pool): void {
  const next = pool.waiters.shift();
  if (next === undefined) pool.open -= 1;
  else next.grant(undefined);
}

/**
 * Takes a connection back: for the next in line, or to keep. One that is lost, or still in a transaction
 * (its ROLLBACK failed, or autocommit is off), is in doubt and closed. Never fails.
 */
export async function release(pool: Pool, connection: PooledConnection): Promise<void> {
  const { driver } = connection;
  const reusable = driver.alive && !driver.inTransaction;
  const next = reusable ? pool.waiters[0] : undefined;
  if (!reusable || connection.generation !== pool.generation) {
    if (reusable) await driver.close();
    else driver.destroy();
    leavePlace(pool);
  } else if (next !== undefined) {
    pool.waiters.shift();
    next.grant(connection);
  } else if (pool.open > pool.options.size) {
    await driver.close();
    leavePlace(pool);
  } else {
    pool.idle.push(connection);
  }
}

/**
 * Closes the connections that are free now; those in use are closed when they come back. The pool can be
 * used again afterwards and opens new ones, as SQLAlchemy's can.
 */
export async function disposePool(pool: Pool): Promise<void> {
  pool.generation += 1;
  const idle = pool.idle.splice(0);
  await Promise.all(idle.map(({ driver }) => driver.close()));
  for (const _ of idle) leavePlace(pool);
}

export function poolStatus({ options: { size }, open, idle, waiters }: Pool): PoolStatus {
  return { size, open, idle: idle.length, waiting: waiters.length };
}
