import { AsyncLocalStorage } from "node:async_hooks";
import { InvalidRequestError } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import type { SessionState } from "./state.js";

/** What happens to an object, in the order in which it happens to a new one. */
export const objectEvents = [
  "load",
  "beforeInsert",
  "afterInsert",
  "beforeUpdate",
  "afterUpdate",
  "beforeDelete",
  "afterDelete",
] as const;

/** What a session does. */
export const sessionEvents = [
  "beforeFlush",
  "afterFlush",
  "beforeCommit",
  "afterCommit",
  "afterRollback",
] as const;

export type ObjectEvent = (typeof objectEvents)[number];
export type SessionEvent = (typeof sessionEvents)[number];
export type EventName = ObjectEvent | SessionEvent;

/** A function that listens; it is called no more once it was removed, not even by an event that is going on. */
export interface Listener {
  readonly call: (...given: never[]) => unknown;
  active: boolean;
}

/** The property by which it is known what `sessionmaker` gave. */
export const makerMark: symbol = Symbol.for("ormlet.session-maker");

/** By what is listened to: a mapper, the metadata of a `Base`, a session, or what makes sessions. */
const listeners = new WeakMap<object, Map<EventName, readonly Listener[]>>();

/** Events that somebody ever listened to. Without one in it, an event costs this one look. */
const heard = new Set<EventName>();

/** Adds a listener; gives what removes it. The lists never change, so that an event that is going on has its own. */
export function addListener(target: object, event: EventName, call: Listener["call"]): () => void {
  const events = listeners.get(target) ?? new Map<EventName, readonly Listener[]>();
  listeners.set(target, events);
  const listener: Listener = { call, active: true };
  const others = () => (events.get(event) ?? []).filter((one) => one !== listener);
  events.set(event, [...others(), listener]);
  heard.add(event);
  return () => {
    listener.active = false;
    events.set(event, others());
  };
}

/** Whether anybody can be listening; most programs have no listener. */
export function isHeard(event: EventName): boolean {
  return heard.has(event);
}

const nobody: readonly Listener[] = [];

/** Who hears of an event of these: those of the first one first, each in the order in which they were added. */
export function listenersOf(event: EventName, ...targets: readonly object[]): readonly Listener[] {
  if (!isHeard(event)) return nobody;
  return targets.flatMap((target) => listeners.get(target)?.get(event) ?? nobody);
}

/** What a listener may do while it runs. */
export interface Listening {
  readonly event: EventName;
  /** The object that it may change, if it is one. */
  readonly subject: Instance | undefined;
  /** Whether it may add, change and delete objects. */
  readonly changes: boolean;
  /** Whether it may send statements. */
  readonly sends: boolean;
  /** Whether other code of the program can run meanwhile, which is not meant. */
  readonly awaited: boolean;
}

/** In it a listener that is awaited runs, so that what it calls can be told from what others call meanwhile. */
const within = new AsyncLocalStorage<Listening>();

/** The listener that makes the call that is going on, if one does. */
export function listeningIn({ listening }: SessionState): Listening | undefined {
  if (listening?.awaited) return within.getStore() === listening ? listening : undefined;
  return listening;
}

/** Calls a listener that is not awaited; what it asks of the session is known to come from it. */
export function callNow<T>(state: SessionState, listening: Listening, call: () => T): T {
  const around = state.listening;
  state.listening = listening;
  try {
    return call();
  } finally {
    state.listening = around;
  }
}

/** Calls a listener and waits for it. Other code of the program can run meanwhile: it is not taken for the listener. */
export async function callAndWait(
  state: SessionState,
  listening: Listening,
  call: () => unknown,
): Promise<void> {
  const around = state.listening;
  state.listening = listening;
  try {
    await within.run(listening, call);
  } finally {
    state.listening = around;
  }
}

/** Refuses what a listener must not do. `what` is a sentence: "session.add() was called". */
export function refuseInListener(state: SessionState, what: string): void {
  const listening = listeningIn(state);
  if (listening !== undefined) throw inListener(listening, what);
}

/** What to do instead, by event. */
const ways: Readonly<Record<EventName, string>> = {
  load: "Change the object that was loaded, and nothing else.",
  beforeInsert: "Change columns of the object at hand here; the rest belongs into beforeFlush.",
  afterInsert: "The row is written. Change its object in beforeInsert, others in beforeFlush.",
  beforeUpdate: "Change columns of the object at hand here; the rest belongs into beforeFlush.",
  afterUpdate: "The row is written. Change its object in beforeUpdate, others in beforeFlush.",
  beforeDelete: "Change other objects in beforeFlush, where the flush is not planned yet.",
  afterDelete: "Change other objects in beforeFlush, where the flush is not planned yet.",
  beforeFlush: "Change objects and send statements here; the flush goes on by itself.",
  afterFlush: "Send statements here; change objects in beforeFlush.",
  beforeCommit: "Change objects and send statements here; flush and COMMIT follow by themselves.",
  afterCommit: "Do it after await session.commit(), or in a session of its own.",
  afterRollback: "Do it after await session.rollback(), or in a session of its own.",
};

export function inListener({ event }: Listening, what: string): InvalidRequestError {
  return event === "afterCommit"
    ? new InvalidRequestError(`${what} in a listener of afterCommit: the transaction is over.`, {
        code: "after-commit",
        hint: ways[event],
      })
    : new InvalidRequestError(`${what} in a listener of ${event}.`, {
        code: "in-listener",
        hint: ways[event],
      });
}
