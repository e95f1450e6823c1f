import { tracingChannel } from "node:diagnostics_channel";
import { type EndEvent, type EventChannel, tracedUntil } from "../engine/events.js";
import type { CompiledQuery } from "./executable.js";

/**
 * The message of `ormlet:flush`: from the listeners of beforeFlush to those of afterFlush. A flush that has nothing to
 * write is not told. It counts what it writes while it writes it, so look at the message when it has ended.
 */
export interface FlushEvent {
  /** Objects that were inserted. */
  inserts: number;
  /** Objects that were updated, those included whose foreign keys follow other objects. */
  updates: number;
  /** Objects that were deleted. */
  deletes: number;
  /** Changes of many-to-many tables: a pair that is added or removed, or all pairs of an object that goes. */
  links: number;
  /** Statements that were sent to write them and to ask for what the server made of them; BEGIN is none of them. */
  statements: number;
  /** Set when it ended. */
  milliseconds?: number;
  /** Set when it failed; Node sets it. */
  error?: unknown;
}

/**
 * The message of `ormlet:load`: a statement of a session whose rows become objects or values, those included that
 * `get`, `refresh`, `selectinload` and lazy relationships send. What is loaded besides by statements of its own has
 * messages of its own, within this one. A loop over a result is one load; what the program does meanwhile counts.
 */
export interface LoadEvent {
  readonly text: string;
  /** The names of the classes whose objects it selects, each once; those of `joinedload` too. */
  readonly entities: readonly string[];
  /** Rows so far. */
  rows: number;
  /** What it took so far to make objects and values of the rows: the part that is not the server's. */
  hydrationMilliseconds: number;
  /** Set when it ended. */
  milliseconds?: number;
  /** Set when it failed; Node sets it. */
  error?: unknown;
}

/** `tracing:ormlet:flush:*`, whose messages are {@link FlushEvent}s. */
export const flushChannel: EventChannel = tracingChannel("ormlet:flush");

/** `tracing:ormlet:load:*`, whose messages are {@link LoadEvent}s. */
export const loadChannel: EventChannel = tracingChannel("ormlet:load");

/** A flush that has not written anything yet. */
export function newFlush(): FlushEvent {
  return { inserts: 0, updates: 0, deletes: 0, links: 0, statements: 0 };
}

/** A load that has not read anything yet. */
export function newLoad(text: string, entities: readonly string[]): LoadEvent {
  return { text, entities, rows: 0, hydrationMilliseconds: 0 };
}

/** Reads rows, and notes in an event how many there were and how long it took. */
export function readTimed<T>(event: LoadEvent, rows: number, read: () => T): T {
  const started = performance.now();
  event.rows += rows;
  try {
    return read();
  } finally {
    event.hydrationMilliseconds += performance.now() - started;
  }
}

/** A query that notes in its event what it reads. */
export interface WatchedQuery<R> {
  readonly event: LoadEvent;
  readonly query: CompiledQuery<R>;
}

export function watchedQuery<R>(query: CompiledQuery<R>): WatchedQuery<R> {
  const { items = [], hidden = [] } = query.selects ?? {};
  const names = [...items, ...hidden].flatMap(({ mapper }) => mapper?.name ?? []);
  const event = newLoad(query.text, [...new Set(names)]);
  const hydrate: CompiledQuery<R>["hydrate"] = (rows, loader, columns) =>
    readTimed(event, rows.length, () => query.hydrate(rows, loader, columns));
  return { event, query: { ...query, hydrate } };
}

/** As {@link watchedQuery}, whose event has begun, until `end` is called. */
export function openLoad<R>(given: CompiledQuery<R>): WatchedQuery<R> & { readonly end: EndEvent } {
  const { event, query } = watchedQuery(given);
  return { event, query, end: tracedUntil(loadChannel, event) };
}
