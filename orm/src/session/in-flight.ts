import { InvalidRequestError } from "../engine/index.js";
import { inListener, listeningIn } from "./listeners.js";
import type { SessionState } from "./state.js";

/** A call of a session that is under way. */
export interface Call {
  readonly name: string;
  /** Whether nothing else may be under way beside it. */
  readonly alone: boolean;
  /** Resolves when it has ended, well or not. */
  readonly ended: Promise<void>;
  /** Ends a call that waits for the program, such as a loop over rows, for another one that cannot wait. */
  readonly stop?: ((name: string) => void) | undefined;
}

/** Runs a call that reads, after those that were started before it: a connection has one statement at a time. */
export async function inTurn<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  refuseBeside(state, name);
  return start(state, name, false, work);
}

/** Refuses a call that reads while another one has the session to itself. */
export function refuseBeside(state: SessionState, name: string): void {
  for (const other of state.calls) {
    if (other.alone) throw concurrent(`session.${name} was called`, other.name);
  }
}

/** Runs a call that must have the session to itself; meanwhile its objects cannot be changed. */
export async function alone<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const [other] = state.calls;
  if (other !== undefined) throw concurrent(`session.${name} was called`, other.name);
  return start(state, name, true, () => sealed(state, name, work));
}

/** As `alone`, after all that is under way: for a rollback, which must happen. */
export async function afterAll<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  while (state.calls.size > 0) {
    for (const call of state.calls) call.stop?.(name);
    await Promise.all(Array.from(state.calls, ({ ended }) => ended));
  }
  return alone(state, name, work);
}

/** Objects that change while they are written would be half written. */
export async function sealed<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = state.sealedBy;
  state.sealedBy = name;
  try {
    return await work();
  } finally {
    state.sealedBy = before;
  }
}

/** Runs a call, and lets others know of it from now until it has ended. */
export async function start<T>(
  state: SessionState,
  name: string,
  alone: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const earlier = [...state.calls].at(-1)?.ended;
  const end = enter(state, { name, alone });
  try {
    if (!alone) await earlier;
    return await work();
  } finally {
    end();
  }
}

/** Lets others know of a call from now on, until the function that it gives is called. */
export function enter({ calls }: SessionState, what: Omit<Call, "ended">): () => void {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call: Call = { ...what, ended };
  calls.add(call);
  return () => {
    calls.delete(call);
    end();
  };
}

/**
 * Refuses what must not happen while objects are written, unless a listener does it that may. `what` is a sentence:
 * "session.add() was called".
 */
export function refuseSealed(state: SessionState, what: string): void {
  const listening = listeningIn(state);
  if (listening?.changes) return;
  if (listening !== undefined) throw inListener(listening, what);
  const { sealedBy } = state;
  if (sealedBy !== undefined) throw concurrent(what, sealedBy);
}

/** Two things met that cannot happen at the same time. */
export function concurrent(what: string, other: string): InvalidRequestError {
  return new InvalidRequestError(`${what} while session.${other} was running.`, {
    code: "concurrent",
    hint: "Write await before each; for work at the same time, give each its own session.",
  });
}
