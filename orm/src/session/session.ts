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
      touched: (instance) => noteTouched(this.state, instance),
    };
    hide(this, "state", newState(engine, options, plan, owner));
    closeOnDispose(this, () => this.close());
    brand(this, "session");
  }

  /** Objects that the next flush will insert, in the order in which they were added. */
  get new(): object[] {
    return Array.from(this.state.pending, ({ object }) => object);
  }

  /** Objects whose changes the next flush will write. */
  get dirty(): object[] {
    return changedInstances(this.state).map(({ object }) => object);
  }

  /** Objects that the next flush will delete. */
  get deleted(): object[] {
    return Array.from(this.state.removed, ({ object }) => object);
  }

  /** Whether BEGIN was sent, so that a connection is in use. */
  get inTransaction(): boolean {
    return this.state.transaction?.connection !== undefined;
  }

  /** Whether this session knows the object. */
  contains(object: AnyMappedObject): boolean {
    return isIn(this.state, object);
  }

  /** Puts a new object, or a detached one, into the session, and all that is related to it. */
  add(object: AnyMappedObject): void {
    addObjects(this.state, [object]);
  }

  addAll(objects: Iterable<AnyMappedObject>): void {
    addObjects(this.state, objects);
  }

  /** Marks an object, whose row the next flush will delete. */
  delete(object: AnyMappedObject): void {
    deleteObject(this.state, object);
  }

  /** Takes an object out of the session: it becomes detached, or transient if it was never inserted. */
  expunge(object: AnyMappedObject): void {
    expungeObject(this.state, object);
  }

  /** Forgets what is known of an object, or of these properties, changes too; `refresh` loads it anew. */
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

  /** Copies the values of an object onto the one of this session with the same key, loaded or new; gives that. */
  merge<E extends AnyMappedObject>(object: E): Promise<E> {
    return mergeObject(this.state, object);
  }

  /**
   * Writes what is new, changed and deleted, in as few statements as the order of rows allows. When one fails,
   * the transaction, or the savepoint around the flush, is rolled back at once, its objects too; after
   * `rollback()` the session goes on.
   */
  flush(): Promise<void> {
    return flushSession(this.state);
  }

  /** Flushes, then COMMIT. Objects stay loaded, unless `expireOnCommit`. When it fails, as `flush`. */
  commit(): Promise<void> {
    return commitSession(this.state);
  }

  /** ROLLBACK; every object returns to what it was when the transaction began. */
  rollback(): Promise<void> {
    return rollbackSession(this.state);
  }

  /** Runs `work`, then commits; or, when it throws, rolls back. Gives what `work` gave. */
  begin<T>(work: () => Promise<T> | T): Promise<T> {
    return beginWith(this.state, work);
  }

  /** Runs `work` in a savepoint: when it throws, only what happened in it is rolled back. */
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

  /** As `execute`, for a statement whose rows are one object or value each. */
  scalars<R>(statement: Executable<R>): Result<R> {
    return newResult(this.state, statement, "scalars()", true);
  }

  /** The only object or value of the first row, or null when there is no row. */
  scalar<R>(statement: Executable<R>): Promise<R | null> {
    return this.scalars(statement).first();
  }

  /** Rolls back what is open, gives the connection back, and lets all objects go: they become detached. */
  close(): Promise<void> {
    return closeSession(this.state);
  }
}
