import { control, run } from "../engine/connection.js";
import { InvalidRequestError } from "../engine/index.js";
import { instanceOf } from "../mapping/instance.js";
import { expire } from "./changes.js";
import { flush } from "./flush.js";
import { allIdentities, detachAll } from "./identity-map.js";
import { afterAll, alone, concurrent } from "./in-flight.js";
import { refuseInListener } from "./listeners.js";
import type { SessionState } from "./state.js";
import {
  commitAll,
  type Level,
  openTransaction,
  pushLevel,
  refuseFailed,
  rollbackAll,
  transactionOf,
  undoFrom,
} from "./transaction.js";
import { rollbackAndTell, tellCommitted, tellCommitting } from "./transaction-events.js";

/** Flush, then COMMIT. */
export async function commitSession(state: SessionState): Promise<void> {
  refuseManaged(state, "commit()");
  return alone(state, "commit()", () => flushAndCommit(state, "commit()"));
}

export async function flushAndCommit(state: SessionState, name: string): Promise<void> {
  const open = state.transaction?.levels.length ?? 0;
  if (open > 1) throw concurrent(`session.${name} came to its end`, "beginNested()");
  await tellCommitting(state);
  await flush(state, name);
  await commitAll(state);
  if (state.options.expireOnCommit) {
    for (const object of allIdentities(state.identities)) expire(instanceOf(object));
    state.touched.clear();
  }
  await tellCommitted(state);
}

/** ROLLBACK. */
export async function rollbackSession(state: SessionState): Promise<void> {
  refuseManaged(state, "rollback()");
  return alone(state, "rollback()", () => rollbackAndTell(state));
}

/** Rolls back and lets all objects go. What is under way is waited for, so that the connection goes back. */
export async function closeSession(state: SessionState): Promise<void> {
  refuseManaged(state, "close()");
  const [other] = state.calls;
  await afterAll(state, "close()", async () => {
    await rollbackAll(state);
    detachAll(state.identities);
    state.identities.clear();
    state.touched.clear();
    state.epoch += 1;
  });
  if (other !== undefined) throw concurrent("session.close() was called", other.name);
}

/** Refuses to end what a block will end, or in the middle of an end. */
export function refuseManaged(state: SessionState, name: string): void {
  refuseInListener(state, `session.${name} was called`);
  const { transaction } = state;
  if (transaction === undefined) return;
  const block = transaction.levels.length > 1 ? "beginNested()" : "begin()";
  if (!transaction.managed && transaction.levels.length === 1) return;
  throw new InvalidRequestError(`session.${name} was called inside of ${block}.`, {
    code: "inside-block",
    hint: "The block commits when its function returns. To roll back, throw an error out of it.",
  });
}

/** One transaction around `work`, on a connection that `connect` gives. */
export async function beginWith<T>(
  state: SessionState,
  work: () => Promise<T> | T,
  connect = state.connect,
): Promise<T> {
  refuseInListener(state, "session.begin() was called");
  await alone(state, "begin()", async () => {
    refuseManaged(state, "begin()");
    refuseOpen(state);
    Object.assign(transactionOf(state), { managed: true, connect });
  });
  try {
    const result = await work();
    await alone(state, "begin()", () => flushAndCommit(state, "begin()"));
    return result;
  } catch (error) {
    await afterAll(state, "begin()", () => rollbackAndTell(state, { error }));
    throw error;
  }
}

export function refuseOpen(state: SessionState): void {
  refuseFailed(state);
  if (state.transaction?.connection === undefined) return;
  throw new InvalidRequestError("The session has a transaction open already.", {
    code: "transaction-open",
    hint: "Its first statement began it. Await commit() or rollback() first, or use beginNested().",
  });
}

/** A savepoint around `work`. */
export async function nestWith<T>(state: SessionState, work: () => Promise<T> | T): Promise<T> {
  refuseInListener(state, "session.beginNested() was called");
  const level = await alone(state, "beginNested()", () => openSavepoint(state));
  try {
    const result = await work();
    await alone(state, "beginNested()", () => releaseSavepoint(state, level));
    return result;
  } catch (error) {
    await afterAll(state, "beginNested()", () => undoSavepoint(state, level, error));
    throw error;
  }
}

/** Flushes first, so that the savepoint stands where the objects do. Its name is its depth: sp_1, sp_2. */
export async function openSavepoint(state: SessionState): Promise<Level> {
  await flush(state, "beginNested()");
  const connection = await openTransaction(state);
  const transaction = transactionOf(state);
  await run(connection, control(`SAVEPOINT sp_${transaction.levels.length}`));
  return pushLevel(state, transaction);
}

/** What was kept for a rollback of the savepoint is kept for one of the level around it, unless that knows more. */
export async function releaseSavepoint(state: SessionState, level: Level): Promise<void> {
  const { levels } = transactionOf(state);
  if (levels.at(-1) !== level)
    throw concurrent("session.beginNested() came to its end", "beginNested()");
  await flush(state, "beginNested()");
  await run(await openTransaction(state), control(`RELEASE SAVEPOINT sp_${levels.length - 1}`));
  levels.pop();
  const outer = levels.at(-1) as Level;
  for (const [instance, snapshot] of level.snapshots) {
    if (!outer.snapshots.has(instance)) outer.snapshots.set(instance, snapshot);
  }
  if (level.doubtful) outer.doubtful = new Set([...(outer.doubtful ?? []), ...level.doubtful]);
}

export async function undoSavepoint(
  state: SessionState,
  level: Level,
  error: unknown,
): Promise<void> {
  const levels = state.transaction?.levels ?? [];
  const depth = levels.indexOf(level);
  if (depth === -1) return;
  await undoFrom(state, depth, error);
  levels.length = depth;
}
