import { InvalidRequestError } from "../engine/index.js";
import { inTurn } from "./in-flight.js";
import {
  callAndWait,
  isHeard,
  listenersOf,
  listeningIn,
  refuseInListener,
  type SessionEvent,
} from "./listeners.js";
import type { Work } from "./plan.js";
import type { SessionState } from "./state.js";
import { refuseFailed, rollbackAll, undoFrom } from "./transaction.js";

/** What a flush has written. */
export interface Flushed {
  /** Objects that were inserted. */
  readonly new: readonly object[];
  /** Objects whose changes were written. */
  readonly dirty: readonly object[];
  /** Objects that were deleted. */
  readonly deleted: readonly object[];
}

/** What listeners may do: change objects, send statements. */
const rights: Readonly<Record<SessionEvent, { changes: boolean; sends: boolean }>> = {
  beforeFlush: { changes: true, sends: true },
  afterFlush: { changes: false, sends: true },
  beforeCommit: { changes: true, sends: true },
  afterCommit: { changes: false, sends: false },
  afterRollback: { changes: false, sends: false },
};

/**
 * Calls the listeners of a session and waits for each: those of the session itself first, then those of what made it,
 * then those of its class and of the classes that this extends.
 */
export async function tellSession(
  state: SessionState,
  event: SessionEvent,
  ...more: readonly unknown[]
): Promise<void> {
  if (!isHeard(event)) return;
  const { session } = state.owner;
  const targets = state.maker === undefined ? [session] : [session, state.maker];
  let Class = session.constructor;
  while (Class !== Function.prototype && typeof Class === "function") {
    targets.push(Class);
    Class = Object.getPrototypeOf(Class);
  }
  const listening = { event, subject: undefined, ...rights[event], awaited: true };
  for (const { active, call } of listenersOf(event, ...targets)) {
    const given = [session, ...more] as never[];
    if (active) await callAndWait(state, { ...listening }, () => call(...given));
  }
}

/** What a flush has written, as its listeners get it. */
export function flushedBy({ inserts, updates, deletes }: Work): Flushed {
  const objects = (rows: Work["inserts"]) => rows.map(({ object }) => object);
  return { new: objects(inserts), dirty: objects(updates), deleted: objects(deletes) };
}

/** Before the flush of a commit. An error of a listener ends the transaction, as one of the flush would. */
export async function tellCommitting(state: SessionState): Promise<void> {
  if (!isHeard("beforeCommit")) return;
  refuseFailed(state);
  try {
    await tellSession(state, "beforeCommit");
  } catch (error) {
    await undoFrom(state, 0, error);
    throw error;
  }
}

/**
 * After a COMMIT. Whatever a listener throws, the transaction stays committed; the error says so, and so nobody runs
 * the work again.
 * @throws InvalidRequestError `after-commit`
 */
export async function tellCommitted(state: SessionState): Promise<void> {
  try {
    await tellSession(state, "afterCommit");
  } catch (cause) {
    if ((cause as { code?: unknown } | undefined)?.code === "after-commit") throw cause;
    throw new InvalidRequestError(
      "The transaction is committed; a listener of afterCommit failed.",
      {
        code: "after-commit",
        hint: "Its cause says why. What was committed stays; handle the error within the listener.",
        cause,
      },
    );
  }
}

/**
 * ROLLBACK, told to listeners where there was something to roll back.
 * @param cause the error that is to reach the program; one of a listener gives way to it.
 */
export async function rollbackAndTell(
  state: SessionState,
  cause?: { readonly error: unknown },
): Promise<void> {
  const wasOpen = state.transaction !== undefined;
  await rollbackAll(state);
  if (!wasOpen) return;
  try {
    await tellSession(state, "afterRollback");
  } catch (error) {
    if (cause === undefined) throw error;
  }
}

/**
 * As `inTurn`. A call of a listener that may send statements is not put in line behind the one that waits for the
 * listener: it is a part of that.
 */
export async function takeTurn<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (listeningIn(state)?.sends) return work();
  refuseInListener(state, `session.${name} was called`);
  return inTurn(state, name, work);
}
