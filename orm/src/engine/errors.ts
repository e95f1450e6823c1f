import { hide } from "./brand.js";

/** What every error of ormlet is made of. */
export interface ErrorDetails {
  /** Stable, for programs: `"duplicate-key"`. Messages may change, codes do not. */
  code: string;
  /** What to do, or what to write instead. */
  hint?: string | undefined;
  cause?: unknown;
}

/** Adds what the database said to {@link ErrorDetails}. */
export interface DatabaseErrorDetails extends ErrorDetails {
  /** The statement that failed, with placeholders. */
  statement?: string | undefined;
  parameters?: readonly unknown[] | undefined;
  /** The server's own error number, such as 1062. */
  number?: number | undefined;
  /** The five letters and digits of the SQL standard, such as `"23000"`. */
  sqlState?: string | undefined;
  /** The constraint or index that was violated. */
  constraint?: string | undefined;
  /** The class and the property that it is about, where they are known. */
  entity?: string | undefined;
  property?: string | undefined;
  outcome?: "unknown" | undefined;
}

/**
 * The root of every error that ormlet throws. Its message says what happened, then the statement, then
 * a hint; `code` is stable. The classes are those of SQLAlchemy's `sqlalchemy.exc`.
 * @example
 * ```ts
 * try {
 *   await session.scalars(select(Book).where(Book.c.title.eq("Ulysses"))).one();
 * } catch (error) {
 *   if (!(error instanceof OrmletError)) throw error;
 *   console.log(error.name, error.code); // NoResultFound no-result
 *   console.log(error.hint);
 *   // Take oneOrNone() or first() where a row may be missing; they give null.
 * }
 * ```
 */
export class OrmletError extends Error {
  readonly code: string;
  declare readonly hint: string | undefined;

  constructor(what: string, details: ErrorDetails) {
    // Ten frames, which is V8's limit, can all be ormlet's own; the caller's line is what one looks for.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Math.max(50, stackTraceLimit);
    super(
      details.hint === undefined ? what : `${what}\n  Hint: ${details.hint}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    Error.stackTraceLimit = stackTraceLimit;
    this.code = details.code;
    hide(this, "name", new.target.name);
    hide(this, "hint", details.hint);
  }
}

/** A value, URL or option that ormlet cannot take. Nothing was sent to the database. */
export class ArgumentError extends OrmletError {}

/** A call that does not fit the state of things, such as a statement on a closed connection. */
export class InvalidRequestError extends OrmletError {}

/** No connection of the pool became free within its `timeout`. */
export class PoolTimeoutError extends OrmletError {}

/**
 * The database, or the way to it, refused. The statement's parameters stand neither in the message nor
 * in what is printed; who asks for them reads `error.parameters`.
 */
export class DatabaseError extends OrmletError {
  declare readonly statement: string | undefined;
  declare readonly parameters: readonly unknown[] | undefined;
  readonly number: number | undefined;
  readonly sqlState: string | undefined;
  /** The mapped class that it is about, where a session knows it: `"Member"`. */
  declare readonly entity: string | undefined;
  /** Its property, `"email"`; several of them as `"authorId, title"`. */
  declare readonly property: string | undefined;
  /**
   * `"unknown"` when the connection was lost while a COMMIT, or a statement that is a transaction of its own, was
   * under way: it may have been done, or not. After every other error nothing of the transaction stays.
   */
  declare readonly outcome: "unknown" | undefined;

  constructor(what: string, details: DatabaseErrorDetails) {
    super(withStatement(what, details), details);
    this.number = details.number;
    this.sqlState = details.sqlState;
    const { entity, property, outcome } = details;
    if (entity !== undefined) Object.assign(this, { entity, property });
    if (outcome !== undefined) Object.assign(this, { outcome });
    hide(this, "statement", details.statement);
    hide(this, "parameters", details.parameters);
  }
}

/**
 * A constraint was violated: unique, foreign key, check or NOT NULL.
 * @example
 * ```ts
 * try {
 *   await session.execute(insert(Tag).values({ name: "epic" }));
 * } catch (error) {
 *   if (!(error instanceof IntegrityError)) throw error;
 *   console.log(error.code, error.constraint); // duplicate-key tags.uq_tags_name
 *   console.log(error.entity, error.property); // Tag name
 *   console.log(error.parameters); // [ 'epic' ]
 * }
 * ```
 */
export class IntegrityError extends DatabaseError {
  /** Its name, as the server gave it; undefined for NOT NULL, which has none. */
  readonly constraint: string | undefined;

  constructor(what: string, details: DatabaseErrorDetails) {
    super(what, details);
    this.constraint = details.constraint;
  }
}

/** Not the fault of the statement: no connection, access denied, a lock that took too long. */
export class OperationalError extends DatabaseError {}

/**
 * The server chose this transaction as the victim of a deadlock and rolled all of it back.
 * @example
 * ```ts
 * const tried: unknown[] = [];
 * const flaky = SessionLocal.begin(
 *   async (session) => {
 *     tried.push(session);
 *     if (tried.length === 1) await session.execute(sql`SIGNAL SQLSTATE '40001'`);
 *     return session.query(Tag).count();
 *   },
 *   { retry: 3 },
 * );
 * console.log(await flaky, tried.length); // 3 2
 * ```
 */
export class DeadlockError extends OperationalError {}

/** The statement is wrong: its syntax, or a table or column that is not there. */
export class ProgrammingError extends DatabaseError {}

/** A value does not fit: too long, out of range, not a date, or not exact in JavaScript. */
export class DataError extends DatabaseError {}

function withStatement(what: string, { statement, parameters }: DatabaseErrorDetails): string {
  if (statement === undefined) return what;
  const text = statement.length > 500 ? `${statement.slice(0, 500)} …` : statement;
  const hidden = parameters?.length ? `  (${parameters.length} hidden, see error.parameters)` : "";
  return `${what}\n  SQL: ${text}${hidden}`;
}
