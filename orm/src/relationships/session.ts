import type { Engine } from "../engine/index.js";
import { instanceOf } from "../mapping/instance.js";
import type { AnyMappedObject } from "../mapping/mapped-types.js";
import {
  Session as QuerySession,
  type SessionOptions as QuerySessionOptions,
} from "../query/session.js";
import { makerOf, type SessionMaker } from "../session/sessionmaker.js";
import type { SessionState } from "../session/state.js";
import { forgetStrays } from "./follow-keys.js";
import { type Loadable, loadObjects } from "./load-objects.js";
import { relationshipPlan } from "./plan.js";
import { strictSessions } from "./raise.js";

export interface SessionOptions extends QuerySessionOptions {
  /** Whether `await author.lazy.books` throws where it would have to load. Default false. */
  readonly raiseload?: boolean;
}

/**
 * A conversation with the database: it keeps the objects that were loaded, notes what changes and writes it
 * in one flush. All of that is the session of chapter 3; this one also writes what relationships say.
 *
 *     const session = new Session(engine);
 *     session.add(new Author({ name: "Ada", books: [new Book({ title: "Notes" })] }));
 *     await session.commit();      -- INSERT INTO authors …, then INSERT INTO books … with its author_id
 *
 * Cheap to make: one for each request or task, never shared between two. The ideas are SQLAlchemy's.
 */
export class Session extends QuerySession {
  /** @internal */
  declare readonly state: SessionState;

  constructor(engine: Engine, { raiseload = false, ...options }: SessionOptions = {}) {
    super(engine, options, relationshipPlan);
    if (raiseload) strictSessions.add(this.state);
  }

  /**
   * Loads relationships of objects of this session, as far as they are not in memory: one statement for each
   * relationship. Changes that were not flushed stay.
   *
   *     await session.load(authors, Author.r.books, Author.r.publisher)
   *     await session.load(ada, selectinload(Author.r.books, selectinload(Book.r.tags)))
   *
   * @throws ArgumentError `option-root` for a path of another class.
   * @throws InvalidRequestError `not-persistent` for an object that is not in this session, or has no row.
   * @example
   * ```ts
   * const authors = await session.scalars(select(Author).orderBy(Author.c.id)).all();
   * await session.load(authors, Author.r.books);
   * console.log(authors.map(({ books }) => books.length)); // [ 2, 1, 1 ]
   * ```
   */
  load<E extends AnyMappedObject>(
    objects: E | readonly E[],
    ...what: readonly Loadable<E>[]
  ): Promise<void> {
    return loadObjects(this.state, [objects].flat() as E[], what);
  }

  /**
   * Loads an object anew; changes that were not flushed are lost. With names of properties, only these: its
   * columns, or these relationships. A related object that a foreign key does not lead to any more is forgotten.
   */
  override async refresh<E extends AnyMappedObject>(
    object: E,
    ...properties: readonly (keyof E & string)[]
  ): Promise<void> {
    const instance = instanceOf(object);
    const { mapper } = instance;
    const paths = properties.flatMap((property) => {
      const relationship = mapper.relationships.get(property);
      return relationship ? [{ mapper, relationship, alias: undefined }] : [];
    });
    const columns = properties.length > paths.length || paths.length === 0;
    if (columns) await super.refresh(object);
    if (columns) forgetStrays(instance);
    for (const { relationship } of paths)
      this.expire(object, relationship.property as keyof E & string);
    if (paths.length > 0) await loadObjects(this.state, [object], paths);
  }
}

/**
 * Makes sessions with the same engine and options: `const SessionLocal = sessionmaker(engine)`, then
 * `new SessionLocal()`, or `SessionLocal.begin(async (session) => { … })` for one transaction.
 */
export function sessionmaker(engine: Engine, options: SessionOptions = {}): SessionMaker<Session> {
  return makerOf(Session, engine, options);
}
