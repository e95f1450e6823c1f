import { hasBrand } from "../engine/brand.js";
import { ArgumentError } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import type { DeclarativeBase } from "../mapping/mapped.js";
import type { AnyMappedObject } from "../mapping/mapped-types.js";
import { mapperIn, mapperOf } from "../mapping/mapper.js";
import { checkOptions, didYouMean } from "../mapping/naming.js";
import {
  addListener,
  type EventName,
  type Listener,
  makerMark,
  type ObjectEvent,
  objectEvents,
  sessionEvents,
} from "./listeners.js";
import type { MappedClass } from "./load.js";
import type { Session } from "./session.js";
import type { Flushed } from "./transaction-events.js";

/** What a listener of each event of a session is given. It may be async: the session waits for it. */
export interface SessionListeners<S> {
  /** Before a flush that has something to write is planned. Objects may be added, changed and deleted. */
  readonly beforeFlush: (session: S) => unknown;
  /** After a flush has written. Statements may be sent; objects do not change any more. */
  readonly afterFlush: (session: S, flushed: Flushed) => unknown;
  /** Before the flush of a commit. */
  readonly beforeCommit: (session: S) => unknown;
  /** After COMMIT: the session sends nothing here. */
  readonly afterCommit: (session: S) => unknown;
  /** After a ROLLBACK by `rollback()`, or by an error that leaves `begin()`. */
  readonly afterRollback: (session: S) => unknown;
}

/** What ends the listening: an `AbortSignal` is one. */
export interface ListenOptions {
  readonly signal?: {
    readonly aborted: boolean;
    addEventListener(type: "abort", listener: () => void): void;
  };
}

/**
 * Calls a function whenever something happens. To objects of a class, or of all classes of a `Base`: `load`,
 * `beforeInsert`, `afterInsert`, `beforeUpdate`, `afterUpdate`, `beforeDelete`, `afterDelete`. To a session, to all of
 * a `sessionmaker`, or of a class: `beforeFlush`, `afterFlush`, `beforeCommit`, `afterCommit`, `afterRollback`. The
 * names and the order are those of SQLAlchemy's ORM events.
 *
 * Listeners of objects run in the middle of a statement, so they are not async. What one sets in `beforeInsert` or
 * `beforeUpdate` goes into the same statement; all else belongs into `beforeFlush`. Statements that write many rows,
 * `update(Book)`, make no objects, and so no events of objects.
 *
 * What a listener throws is the error of the flush, which is rolled back.
 *
 * @returns what ends the listening; `{ signal }` does as well.
 * @throws ArgumentError `not-a-target`, `unknown-event`, or `not-a-function`.
 * @example
 * ```ts
 * const stop = listen(Book, "beforeInsert", (book) => {
 *   book.title = book.title.trim();
 * });
 * const lady = new Book({ title: "  Lady Susan ", authorId: 1 });
 * session.add(lady);
 * await session.flush();
 * console.log(lady); // Book { id: 5, title: 'Lady Susan', price: '0.00', authorId: 1 }
 * stop();
 * ```
 */
export function listen<E extends AnyMappedObject>(
  target: MappedClass<E>,
  event: ObjectEvent,
  listener: (object: E, session: Session) => void,
  options?: ListenOptions,
): () => void;
export function listen(
  target: DeclarativeBase,
  event: ObjectEvent,
  listener: (object: AnyMappedObject, session: Session) => void,
  options?: ListenOptions,
): () => void;
export function listen<S extends Session, K extends keyof SessionListeners<S>>(
  target: S | (abstract new (...values: never[]) => S),
  event: K,
  listener: SessionListeners<S>[K],
  options?: ListenOptions,
): () => void;
export function listen(
  target: unknown,
  event: string,
  listener: unknown,
  options: ListenOptions = {},
): () => void {
  checkOptions("listen()", options, ["signal"]);
  const { heard, events, others } = targetOf(target);
  if (!events.includes(event)) throw unknownEvent(event, events, others);
  if (typeof listener !== "function") {
    throw new ArgumentError(`listen() was given ${describe(listener)} for a listener.`, {
      code: "not-a-function",
      hint: `Give it a function: listen(target, ${JSON.stringify(event)}, (…) => { … }).`,
    });
  }
  const { signal } = options;
  if (signal?.aborted) return () => {};
  const stop = addListener(heard, event as EventName, listener as Listener["call"]);
  signal?.addEventListener("abort", stop);
  return stop;
}

/** What listeners are kept by, and the events that it has. */
function targetOf(target: unknown) {
  if (hasBrand(target, "session") || makesSessions(target)) {
    return {
      heard: target as object,
      events: sessionEvents as readonly string[],
      others: objectEvents,
    };
  }
  const of = { events: objectEvents as readonly string[], others: sessionEvents };
  if (typeof target === "function" && mapperIn(target)) return { ...of, heard: mapperOf(target) };
  const metadata = (target as Partial<DeclarativeBase> | null | undefined)?.metadata;
  if (metadata !== undefined && hasBrand(metadata, "metadata")) return { ...of, heard: metadata };
  throw new ArgumentError(`listen() was given ${describe(target)}.`, {
    code: "not-a-target",
    hint: "Give it a mapped class, a Base, a session, a sessionmaker, or a class of sessions.",
  });
}

/** Whether something is a class of sessions, or was made by `sessionmaker`. */
function makesSessions(target: unknown): boolean {
  if (typeof target !== "function" || mapperIn(target) !== undefined) return false;
  return makerMark in target || typeof target.prototype?.beginNested === "function";
}

function unknownEvent(
  event: string,
  events: readonly string[],
  others: readonly string[],
): ArgumentError {
  const [kind, other] = events === objectEvents ? ["objects", "sessions"] : ["sessions", "objects"];
  const elsewhere = others.includes(event) ? `${event} is an event of ${other}. ` : "";
  const near = elsewhere || (typeof event === "string" ? didYouMean(event, events) : "");
  const name = typeof event === "string" ? event : describe(event);
  return new ArgumentError(`There is no event ${name} of ${kind}.`, {
    code: "unknown-event",
    hint: `${near}Those of ${kind} are ${events.join(", ")}.`,
  });
}
