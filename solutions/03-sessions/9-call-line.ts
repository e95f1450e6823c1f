/*
 * Exercise 3.9: One call at a time. One solution.
 *
 * Each call waits for the one before it only, and that one waits for its own: so a queue needs no list of waiting work,
 * only promises. ended always resolves and never rejects, because a call that failed must not fail those behind it. To
 * enter before waiting is what makes the refusals sure: between a look at the line and a place in it nothing can come.
 * Alternative: a mutex, in which writes wait as well. It is simpler to use, and hides a mistake: who starts a commit
 * beside a read has forgotten an await, and would not hear of it.
 */
import { type Call, concurrent } from "ormlet/internal/session/in-flight";
import type { SessionState } from "ormlet/internal/session/state";

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
