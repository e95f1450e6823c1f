/*
 * Exercise 1.4: Take a connection. One solution.
 *
 * A place is taken before the connection is open, in the same turn of the event loop as the check, so
 * that nobody slips in between. What is handed over goes straight to the first in line, never back to
 * the list, so that a newcomer cannot overtake. A timeout takes its waiter out of the line.
 * Alternative: a semaphore and a list. It is shorter, but a connection that is free and a visitor who
 * waits then have to find each other, and the order is whatever the event loop makes of it.
 */
import type { DriverConnection } from "ormlet/internal/engine/driver";
import { PoolTimeoutError } from "ormlet/internal/engine/errors";
import type { PooledConnection, PoolOptions } from "ormlet/internal/engine/pool";

/** Someone in line: gets a connection, or `undefined` for the right to open one. */
export interface Waiter {
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
export async function takePlace(pool: Pool): Promise<PooledConnection | undefined> {
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

export function noneFree({ options: { size, overflow, timeout }, waiters }: Pool): PoolTimeoutError {
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
export async function isUsable(pool: Pool, { driver, openedAt, generation }: PooledConnection) {
  const { recycle, prePing } = pool.options;
  if (!driver.alive || generation !== pool.generation) return false;
  if (performance.now() - openedAt >= recycle * 1000) return false;
  if (!prePing) return true;
  return driver.ping().then(
    () => true,
    () => false,
  );
}

export async function openConnection(pool: Pool): Promise<PooledConnection> {
  const { generation } = pool;
  return { driver: await pool.connect(), openedAt: performance.now(), generation };
}

/** Gives a place up: to the next in line, who may open a connection, or to nobody. */
export function leavePlace(pool: Pool): void {
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
