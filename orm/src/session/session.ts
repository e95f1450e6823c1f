import { brand, hasBrand, hide } from "../engine/brand.js";
import type { Engine } from "../engine/engine.js";
import type { SqlResult, Statement } from "../engine/index.js";
import type { AnyMappedObject } from "../mapping/mapped-types.js";
import { AsyncClosing, closeOnDispose } from "./async-closing.js";
import { beginWith, closeSession, commitSession, nestWith, rollbackSession } from "./blocks.js";
import type { Executable } from "./executable.js";
import { executeRaw } from "./execute.js";
import { changedInstances, flushSession } from "./flush.js";
import type { Key } from "./keys.js";
import { refuseInListener } from "./listeners.js";
import { getObject, type MappedClass } from "./load.js";
import { addObjects, deleteObject, expungeObject, isIn, noteTouched } from "./membership.js";
import { mergeObject } from "./merge.js";
import { noRelationships, type RelationshipPlan } from "./plan.js";
import { expireObject, refreshObject } from "./refresh.js";
import type { Result } from "./result.js";
import { newState, type SessionOptions, type SessionOwner, type SessionState } from "./state.js";
import { newResult } from "./stream.js";

/**
 * A conversation with the database: the objects that it knows, one for each row, and what is to be written of
 * them. Cheap to make; one for each request or task, never shared between two. The ideas are those of
 * SQLAlchemy's Session: identity map and unit of work.
 */
export class Session extends AsyncClosing {
  /** @internal */
  declare readonly state: SessionState;

  /** @param plan what a flush asks of relationships. */
  constructor(
    engine: Engine,
    options: SessionOptions = {},
    plan: RelationshipPlan = noRelationships,
  ) {
    super();
    const owner: SessionOwner = {
      session: this,
      touched: (instance, toRead) => noteTouched(this.state, instance, toRead),
    };
    hide(this, "state", newState(engine, options, plan, owner));
    closeOnDispose(this, () => this.close());
    brand(this, "session");
  }

  /**
   * Objects that the next flush will insert, in the order in which they were added.
   * @example
   * ```ts
   * const tag = new Tag({ name: "new" });
   * session.add(tag);
   * console.log(session.new); // [ Tag { name: 'new' } ]
   * await session.flush();
   * console.log(session.new); // []
   * ```
   */
  get new(): object[] {
    return Array.from(this.state.pending, ({ object }) => object);
  }

  /**
   * Objects whose changes the next flush will write.
   * @example
   * ```ts
   * const emma = await session.scalars(select(Book).where(Book.c.title.eq("Emma"))).one();
   * emma.price = "10.00";
   * console.log(session.dirty.length, session.dirty[0] === emma); // 1 true
   * ```
   */
  get dirty(): object[] {
    return changedInstances(this.state).map(({ object }) => object);
  }

  /**
   * Objects that the next flush will delete.
   * @example
   * ```ts
   * const epic = await session.get(Tag, 3);
   * if (epic) session.delete(epic);
   * console.log(session.deleted); // [ Tag { id: 3, name: 'epic' } ]
   * ```
   */
  get deleted(): object[] {
    return Array.from(this.state.removed, ({ object }) => object);
  }

  /**
   * Whether BEGIN was sent, so that a connection is in use.
   * @example
   * ```ts
   * console.log(session.inTransaction); // false
   * await session.get(Book, 1);
   * console.log(session.inTransaction); // true
   * await session.commit();
   * console.log(session.inTransaction); // false
   * ```
   */
  get inTransaction(): boolean {
    return this.state.transaction?.connection !== undefined;
  }

  /**
   * Whether this session knows the object.
   * @example
   * ```ts
   * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
   * console.log(session.contains(emma), session.contains(new Tag({ name: "new" }))); // true false
   * ```
   */
  contains(object: AnyMappedObject): boolean {
    return isIn(this.state, object);
  }

  /**
   * Puts a new object, or a detached one, into the session, and all that is related to it.
   * @example
   * ```ts
   * const anne = new Author({ name: "Anne Brontë", books: [new Book({ title: "Agnes Grey" })] });
   * session.add(anne);
   * console.log(session.new.length); // 2
   * await session.commit();
   * console.log(anne.id, anne.books[0]?.authorId); // 4 4
   * ```
   */
  add(object: AnyMappedObject): void {
    addObjects(this.state, [object]);
  }

  addAll(objects: Iterable<AnyMappedObject>): void {
    addObjects(this.state, objects);
  }

  /**
   * Marks an object, whose row the next flush will delete.
   * @example
   * ```ts
   * const beowulf = await session.get(Book, 4);
   * if (beowulf) session.delete(beowulf);
   * await session.commit();
   * console.log(await session.query(Book).count()); // 3
   * ```
   */
  delete(object: AnyMappedObject): void {
    deleteObject(this.state, object);
  }

  /**
   * Takes an object out of the session: it becomes detached, or transient if it was never inserted.
   * @example
   * ```ts
   * const emma = await session.get(Book, 1);
   * if (emma) session.expunge(emma);
   * console.log(emma && inspect(emma).state); // detached
   * ```
   */
  expunge(object: AnyMappedObject): void {
    expungeObject(this.state, object);
  }

  /**
   * Forgets what is known of an object, or of these properties, changes too; `refresh` loads it anew.
   * @example
   * ```ts
   * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
   * await engine.execute(sql`UPDATE books SET price = 1 WHERE id = ${emma.id}`);
   * await session.commit();
   * console.log(emma.price); // 9.50
   * session.expire(emma);
   * console.log(inspect(emma).unloaded.includes("price")); // true
   * await session.refresh(emma);
   * console.log(emma.price); // 1.00
   * ```
   */
  expire<E extends AnyMappedObject>(object: E, ...properties: readonly (keyof E & string)[]): void {
    expireObject(this.state, object, properties);
  }

  /**
   * The object with this primary key, or null: from the identity map, without SQL, or by one SELECT. Several
   * columns: `get(Loan, [1, 2])` in the order of the table, or `get(Loan, { memberId: 1, copyId: 2 })`.
   */
  get<E extends object>(entity: MappedClass<E>, key: Key): Promise<E | null> {
    return getObject(this.state, entity, key);
  }

  /**
   * Loads an object's columns anew; changes that were not flushed are lost.
   * @throws InvalidRequestError `row-gone` when its row is not there any more.
   */
  refresh(object: AnyMappedObject): Promise<void> {
    return refreshObject(this.state, object);
  }

  /**
   * Copies the values of an object onto the one of this session with the same key, loaded or new; gives that.
   * @example
   * ```ts
   * const fromForm = new Book({ id: 1, title: "Emma", price: "11.00", authorId: 1 });
   * const merged = await session.merge(fromForm);
   * console.log(merged === fromForm, merged.price); // false 11.00
   * console.log(inspect(merged).state, inspect(fromForm).state); // persistent transient
   * ```
   */
  async merge<E extends AnyMappedObject>(object: E): Promise<E> {
    refuseInListener(this.state, "session.merge() was called");
    return mergeObject(this.state, object);
  }

  /**
   * Writes what is new, changed and deleted, in as few statements as the order of rows allows. When one fails,
   * the transaction, or the savepoint around the flush, is rolled back at once, its objects too; after
   * `rollback()` the session goes on.
   * @example
   * ```ts
   * const tag = new Tag({ name: "new" });
   * session.add(tag);
   * await session.flush();
   * console.log(tag.id, inspect(tag).state); // 4 persistent
   * await session.rollback();
   * console.log(tag.id, inspect(tag).state); // undefined transient
   * ```
   */
  flush(): Promise<void> {
    return flushSession(this.state);
  }

  /**
   * Flushes, then COMMIT. Objects stay loaded, unless `expireOnCommit`. When it fails, as `flush`.
   * @example
   * ```ts
   * session.add(new Tag({ name: "new" }));
   * await session.commit();
   *
   * const other = new SessionLocal();
   * console.log(await other.query(Tag).count()); // 4
   * await other.close();
   * ```
   */
  commit(): Promise<void> {
    return commitSession(this.state);
  }

  /**
   * ROLLBACK; every object returns to what it was when the transaction began.
   * @example
   * ```ts
   * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
   * emma.price = "100.00";
   * await session.flush();
   * await session.rollback();
   * console.log(emma.price); // 9.50
   * ```
   */
  rollback(): Promise<void> {
    return rollbackSession(this.state);
  }

  /** Runs `work`, then commits; or, when it throws, rolls back. Gives what `work` gave. */
  begin<T>(work: () => Promise<T> | T): Promise<T> {
    return beginWith(this.state, work);
  }

  /**
   * Runs `work` in a savepoint: when it throws, only what happened in it is rolled back.
   * @example
   * ```ts
   * session.add(new Tag({ name: "kept" }));
   * const nested = session.beginNested(async () => {
   *   session.add(new Tag({ name: "epic" }));
   * });
   * await nested.catch(({ code }) => console.log(code)); // duplicate-key
   * await session.commit();
   * console.log(await session.query(Tag).filterBy({ name: "kept" }).count()); // 1
   * ```
   */
  beginNested<T>(work: () => Promise<T> | T): Promise<T> {
    return nestWith(this.state, work);
  }

  /** Sends a statement. A raw one is sent at once; of a `select` comes a {@link Result}, sent when it is read. */
  execute<R>(statement: Executable<R>): Result<R>;
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>>;
  execute<R>(statement: Statement<R> | Executable<R>): Promise<SqlResult<R>> | Result<R> {
    return hasBrand(statement, "executable")
      ? newResult(this.state, statement as Executable<R>, "execute()")
      : executeRaw(this.state, statement);
  }

  /**
   * As `execute`, for a statement whose rows are one object or value each.
   * @example
   * ```ts
   * const titles = select(Book.c.title).orderBy(Book.c.title).limit(2);
   * console.log(await session.scalars(titles).all()); // [ 'Beowulf', 'Emma' ]
   * ```
   */
  scalars<R>(statement: Executable<R>): Result<R> {
    return newResult(this.state, statement, "scalars()", true);
  }

  /**
   * The only object or value of the first row, or null when there is no row.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.count()).from(Book))); // 4
   * ```
   */
  scalar<R>(statement: Executable<R>): Promise<R | null> {
    return this.scalars(statement).first();
  }

  /**
   * Rolls back what is open, gives the connection back, and lets all objects go: they become detached.
   * @example
   * ```ts
   * const emma = await session.get(Book, 1);
   * await session.close();
   * console.log(emma && inspect(emma).state); // detached
   * ```
   */
  close(): Promise<void> {
    return closeSession(this.state);
  }
}
