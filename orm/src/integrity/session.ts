import { hide } from "../engine/brand.js";
import type { Engine } from "../engine/engine.js";
import { instanceOf } from "../mapping/instance.js";
import type { AnyMappedObject } from "../mapping/mapped-types.js";
import { mapperOf } from "../mapping/mapper.js";
import { isFiltered } from "../query/filters.js";
import { forgetStrays } from "../relationships/follow-keys.js";
import { Session as LoadingSession } from "../relationships/session.js";
import { beginWith } from "../session/blocks.js";
import type { Key } from "../session/keys.js";
import { refuseInListener } from "../session/listeners.js";
import type { MappedClass } from "../session/load.js";
import { refreshObject } from "../session/refresh.js";
import { madeBy, withSession } from "../session/sessionmaker.js";
import type { SessionState } from "../session/state.js";
import { connectWith } from "./connect.js";
import {
  type BeginOptions,
  checkTransaction,
  checkWork,
  type SessionOptions,
  sessionOptions,
  type TransactionOptions,
} from "./options.js";
import { withRetry } from "./retry.js";
import { getLocked, getVisible, lockText, type RowLock } from "./row-lock.js";
import { optimisticVersions } from "./versions.js";

/**
 * A conversation with the database: it keeps the objects that were loaded, notes what changes and writes it in one
 * flush, what is related along with it; it looks after versions, locks and limits, and its errors name the property.
 *
 *     const session = new Session(engine);
 *     session.add(new Author({ name: "Ada", books: [new Book({ title: "Notes" })] }));
 *     await session.commit();      -- INSERT INTO authors …, then INSERT INTO books … with its author_id
 *
 * Cheap to make: one for each request or task, never shared between two. The ideas are SQLAlchemy's.
 * @example
 * ```ts
 * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
 * emma.price = "10.00";
 * const author = new Author({ name: "Anne Brontë", books: [new Book({ title: "Agnes Grey" })] });
 * session.add(author);
 * await session.commit();
 * console.log(author.id, author.books[0]?.id); // 4 5
 * await session.close();
 * ```
 */
export class Session extends LoadingSession {
  /** @internal */
  declare readonly state: SessionState;
  /** @internal */
  declare readonly transactions: TransactionOptions;

  constructor(engine: Engine, options: SessionOptions = {}) {
    checkTransaction("Session", options, sessionOptions);
    const { isolation, readOnly, timeout, signal, ...others } = options;
    super(engine, others);
    const transactions = { isolation, readOnly, timeout, signal } as TransactionOptions;
    hide(this, "transactions", transactions);
    this.state.writing = optimisticVersions;
    this.state.connect = connectWith(this.state, transactions);
  }

  /**
   * Runs `work`, then commits; or, when it throws, rolls back. Gives what `work` gave. Options are for this
   * transaction: `begin(work, { isolation: "serializable", readOnly: true, timeout: 5, signal })`.
   * @example
   * ```ts
   * await session.begin(
   *   async () => {
   *     const emma = await session.get(Book, 1);
   *     if (emma) emma.price = "10.00";
   *   },
   *   { isolation: "serializable", timeout: 5 },
   * );
   * console.log((await session.get(Book, 1))?.price); // 10.00
   * ```
   */
  override begin<T>(work: () => Promise<T> | T, options: TransactionOptions = {}): Promise<T> {
    checkWork("session.begin()", work);
    checkTransaction("session.begin()", options);
    const connect = connectWith(this.state, { ...this.transactions, ...options });
    return beginWith(this.state, work, connect);
  }

  /**
   * The object with this primary key, or null: from the identity map, without SQL, or by one SELECT. Several
   * columns: `get(Loan, [1, 2])` in the order of the table, or `get(Loan, { memberId: 1, copyId: 2 })`.
   *
   * With a lock it is always read, and has the values of now: `get(Account, 1, { lock: "update" })`
   *
   *     SELECT id, total FROM accounts WHERE id = ? FOR UPDATE
   * @example
   * ```ts
   * const emma = await session.get(Book, 1);
   * console.log(emma?.title); // Emma
   * console.log((await session.get(Book, 1)) === emma); // true
   * console.log(await session.get(Book, 99)); // null
   * const locked = await session.get(Book, 1, { lock: "update" });
   * console.log(locked === emma); // true
   * ```
   */
  override async get<E extends object>(
    entity: MappedClass<E>,
    key: Key,
    lock?: RowLock,
  ): Promise<E | null> {
    if (lock === undefined) return super.get(entity, key);
    refuseInListener(this.state, "session.get() with a lock was called");
    const mapper = mapperOf(entity);
    if (isFiltered(this.state, mapper) || mapper.parent)
      return getVisible(this.state, entity, key, lock);
    return getLocked(this.state, entity, key, lock);
  }

  /**
   * Loads an object anew; changes that were not flushed are lost. With names of properties, only these: its columns,
   * or these relationships. With a lock, as with `get`, its columns: `refresh(ada, { lock: "update" })`.
   * @throws InvalidRequestError `row-gone` when its row is not there any more.
   * @example
   * ```ts
   * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
   * emma.price = "100.00";
   * await session.refresh(emma);
   * console.log(emma.price); // 9.50
   * await session.refresh(emma, "tags");
   * console.log(emma.tags.length); // 2
   * ```
   */
  override refresh(object: AnyMappedObject, lock: RowLock): Promise<void>;
  override refresh<E extends AnyMappedObject>(
    object: E,
    ...properties: readonly (keyof E & string)[]
  ): Promise<void>;
  override async refresh(object: AnyMappedObject, ...what: readonly unknown[]): Promise<void> {
    const [first] = what;
    if (typeof first !== "object") return super.refresh(object, ...(what as never[]));
    await refreshObject(this.state, object, lockText(first as RowLock));
    forgetStrays(instanceOf(object));
  }
}

/** Makes sessions of one engine, all with the same options; what is given for one goes first. */
export interface SessionMaker {
  new (options?: SessionOptions): Session;
  (options?: SessionOptions): Session;
  /**
   * Runs `work` with a session of its own: then commits, or rolls back when it throws, and closes it.
   *
   *     await SessionLocal.begin(async (session) => { … }, { isolation: "serializable", retry: 3 })
   *     await SessionLocal.begin(async (session) => { … }, { filters: { tenant: { id: 7 } } })
   *
   * With `retry` all of it runs again, with another session, after a deadlock, a lock that took too long, or a
   * serialization error; so `work` must not do anything outside of the database that cannot be done twice.
   * @example
   * ```ts
   * const id = await SessionLocal.begin(
   *   async (session) => {
   *     const tag = new Tag({ name: "new" });
   *     session.add(tag);
   *     await session.flush();
   *     return tag.id;
   *   },
   *   { retry: 3 },
   * );
   * console.log(id); // 4
   * ```
   */
  begin<T>(work: (session: Session) => Promise<T> | T, options?: BeginOptions): Promise<T>;
}

/**
 * Makes sessions with the same engine and options: `const SessionLocal = sessionmaker(engine)`, then
 * `new SessionLocal()`, or `SessionLocal.begin(async (session) => { … })` for one transaction.
 * @example
 * ```ts
 * const Library = sessionmaker(engine, { expireOnCommit: true });
 * const reading = new Library();
 * console.log((await reading.get(Book, 1))?.title); // Emma
 * await reading.close();
 * ```
 */
export function sessionmaker(engine: Engine, options: SessionOptions = {}): SessionMaker {
  function SessionLocal(more: SessionOptions = {}): Session {
    return madeBy(SessionLocal, new Session(engine, { ...options, ...more }));
  }
  // Wrong arguments are refused now, not with the first request.
  SessionLocal();
  const begin: SessionMaker["begin"] = async (work, more = {}) => {
    checkWork("SessionLocal.begin()", work);
    checkTransaction("SessionLocal.begin()", more, [...sessionOptions, "retry"]);
    const { retry = 0, ...session } = more;
    const signal = session.signal ?? options.signal;
    return withRetry(retry, signal, () => withSession(SessionLocal(session), work));
  };
  return Object.assign(SessionLocal, { begin }) as unknown as SessionMaker;
}
