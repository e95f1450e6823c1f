import {
  beginTransaction,
  type ConnectionState,
  closeConnection,
  commitTransaction,
  control,
  rollbackTransaction,
  run,
} from "../engine/connection.js";
import { InvalidRequestError } from "../engine/index.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import { expire } from "./changes.js";
import { letGoForGood, restoreSnapshots, type Snapshot, takeSnapshot } from "./snapshot.js";
import type { SessionState } from "./state.js";

/** What a session does between two commits. It has a connection from its first statement on. */
export interface SessionTransaction {
  /** The transaction itself, then the savepoints that are open in it. */
  readonly levels: Level[];
  connection: ConnectionState | undefined;
  /** Gives it its connection. */
  connect: () => Promise<ConnectionState>;
  /** Whether `begin` ends it, so that nothing else may. */
  managed: boolean;
}

/** A transaction or a savepoint, as far as objects are concerned. */
export interface Level {
  /** What each object was when this level began, taken before its first change. */
  readonly snapshots: Map<Instance, Snapshot>;
  /** Objects that were loaded after a raw statement had written: a rollback can make their values wrong. */
  doubtful: Set<object> | undefined;
  /** Set when the level was rolled back before its end. */
  failure: { readonly cause: unknown } | undefined;
}

export const newLevel = (): Level => ({
  snapshots: new Map(),
  doubtful: undefined,
  failure: undefined,
});

/** The transaction of a session; it begins, without any SQL, when it is first asked for. */
export function transactionOf(state: SessionState): SessionTransaction {
  if (state.transaction !== undefined) return state.transaction;
  const { connect } = state;
  state.transaction = { levels: [], connection: undefined, connect, managed: false };
  pushLevel(state, state.transaction);
  return state.transaction;
}

/** Begins a level. A value that was handed out can be edited unseen, so its object is remembered at once. */
export function pushLevel(state: SessionState, { levels }: SessionTransaction): Level {
  const level = newLevel();
  levels.push(level);
  for (const instance of state.touched) if (instance.handedOut) remember(state, instance);
  return level;
}

/** Keeps what an object is now for a rollback, unless the level knows what it was. Before each change of it. */
export function remember(state: SessionState, instance: Instance): void {
  const snapshots = transactionOf(state).levels.at(-1)?.snapshots;
  if (snapshots?.has(instance) === false) snapshots.set(instance, takeSnapshot(instance));
}

/** Refuses to go on in a transaction that was rolled back in the middle; the cause says why. */
export function refuseFailed({ transaction }: SessionState): void {
  const failure = transaction?.levels.at(-1)?.failure;
  if (failure === undefined) return;
  throw new InvalidRequestError("The session's transaction was rolled back after an error.", {
    code: "rolled-back",
    hint: "Await session.rollback() to begin anew; in begin() or beginNested(), let the error leave it.",
    cause: failure.cause,
  });
}

/** The connection of the transaction. The first call takes one from the pool and sends BEGIN. */
export async function openTransaction(state: SessionState): Promise<ConnectionState> {
  const transaction = transactionOf(state);
  if (transaction.connection !== undefined) return transaction.connection;
  const connection = await transaction.connect();
  try {
    await beginTransaction(connection);
  } catch (error) {
    await closeConnection(connection);
    throw error;
  }
  transaction.connection = connection;
  return connection;
}

/** Sends COMMIT and gives the connection back. When that fails, all is undone. */
export async function commitAll(state: SessionState): Promise<void> {
  const { transaction } = state;
  if (transaction === undefined) return;
  try {
    if (transaction.connection) await commitTransaction(transaction.connection);
  } catch (error) {
    await undoFrom(state, 0, error);
    throw error;
  }
  for (const instance of transaction.levels[0]?.snapshots.keys() ?? []) {
    if (instance.state === "deleted") letGoForGood(state, instance);
  }
  state.transaction = undefined;
  if (transaction.connection) await closeConnection(transaction.connection);
}

/** Sends ROLLBACK, gives objects back what they were, and the connection to the pool. Never fails. */
export async function rollbackAll(state: SessionState): Promise<void> {
  // Without one, a value that was handed out can have been edited all the same.
  transactionOf(state);
  await undoFrom(state, 0, undefined);
  state.transaction = undefined;
}

/**
 * Rolls back a level and those above it, in the database and in the objects. When the server does not go back
 * to the savepoint, as after a deadlock, all of the transaction is undone. The levels stay, marked as failed.
 */
export async function undoFrom(state: SessionState, depth: number, cause: unknown): Promise<void> {
  const { transaction } = state;
  if (transaction === undefined) return;
  const { connection, levels } = transaction;
  const kept = depth > 0 && connection !== undefined && (await backTo(connection, depth));
  if (!kept) await dropConnection(transaction);
  for (const level of levels.slice(kept ? depth : 0).reverse()) {
    restoreLevel(state, level);
    level.failure = { cause };
  }
}

/** Goes back to a savepoint; false when the server does not. */
export async function backTo(connection: ConnectionState, depth: number): Promise<boolean> {
  const sent = run(connection, control(`ROLLBACK TO SAVEPOINT sp_${depth}`));
  return sent.then(
    () => true,
    () => false,
  );
}

export function restoreLevel(state: SessionState, level: Level): void {
  restoreSnapshots(state, level.snapshots);
  for (const object of level.doubtful ?? []) {
    const instance = instanceOf(object);
    if (instance.owner === state.owner && instance.state === "persistent") expire(instance);
  }
  level.snapshots.clear();
  level.doubtful = undefined;
}

/** Sends ROLLBACK and gives the connection back. */
export async function dropConnection(transaction: SessionTransaction): Promise<void> {
  const { connection } = transaction;
  if (connection === undefined) return;
  transaction.connection = undefined;
  await rollbackTransaction(connection);
  await closeConnection(connection);
}
