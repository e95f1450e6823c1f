import { brand, hide } from "./brand.js";
import type { Dialect } from "./dialect.js";
import type { DriverConnection, DriverResult } from "./driver.js";
import { type Echo, echoStatement } from "./echo.js";
import { InvalidRequestError, type OrmletError } from "./errors.js";
import { type ExecuteEvent, executeChannel, traced } from "./events.js";
import { type SqlResult, toSqlResult } from "./result.js";
import { type CompiledSql, checkStatement, type Statement } from "./sql.js";

/** What a {@link Connection} is made of. */
export interface ConnectionState {
  readonly driver: DriverConnection;
  readonly dialect: Dialect;
  readonly echo: Echo;
  /** Gives the driver's connection back to where it came from. */
  readonly giveBack: () => Promise<void>;
  closed: boolean;
  /** Whether `begin` is running. */
  begun: boolean;
  /** Statements sent and not yet answered. */
  inFlight: number;
  /** The error by which the server ended the transaction, while `begin` is still running. */
  ended?: unknown;
}

/** One connection to the database, out of the pool until `close`. It runs one statement after another. */
export class Connection {
  /** @internal */
  declare readonly state: ConnectionState;

  constructor(state: ConnectionState) {
    hide(this, "state", state);
    brand(this, "connection");
  }

  get dialect(): Dialect {
    return this.state.dialect;
  }

  /** Sends a statement; outside of `begin` it is a transaction of its own. */
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>> {
    return executeStatement(this.state, statement);
  }

  /** Sends BEGIN, runs `work`, then COMMIT; or, when `work` throws, ROLLBACK. Gives what `work` gave. */
  begin<T>(work: (connection: Connection) => Promise<T> | T): Promise<T> {
    return runTransaction(this.state, () => work(this));
  }

  /** Gives the connection back to the pool; what was not committed is rolled back. */
  close(): Promise<void> {
    return closeConnection(this.state);
  }
}

/** Runs a statement and gives its rows as objects. */
export async function executeStatement<R>(
  state: ConnectionState,
  statement: Statement<R>,
): Promise<SqlResult<R>> {
  checkStatement(statement);
  const compiled = statement.toSql(state.dialect);
  return toSqlResult<R>(state.dialect, await run(state, compiled), compiled);
}

/** Sends a statement, if the connection may still be used. Rows come as the driver gives them. */
export async function run(state: ConnectionState, compiled: CompiledSql): Promise<DriverResult> {
  refuseClosed(state);
  state.inFlight += 1;
  try {
    return await send(state, compiled);
  } catch (error) {
    if (state.begun && (error as OrmletError).code === "deadlock") state.ended = error;
    throw error;
  } finally {
    state.inFlight -= 1;
  }
}

/** The one place where statements go to the driver; echo and events hear of it here. */
async function send(state: ConnectionState, compiled: CompiledSql): Promise<DriverResult> {
  const { driver, dialect, echo } = state;
  const event: ExecuteEvent = { dialect: dialect.name, connection: driver.id, ...compiled };
  const started = performance.now();
  const work = async () => {
    try {
      const result = await driver.run(compiled.text, compiled.parameters);
      event.rowCount = result.rowCount;
      return result;
    } catch (error) {
      event.error = error;
      throw error;
    } finally {
      event.milliseconds = performance.now() - started;
    }
  };
  try {
    return await traced(executeChannel, event, work);
  } finally {
    echoStatement(echo, event);
  }
}

export const control = (text: string): CompiledSql => ({ text, parameters: [] });

function refuseClosed({ closed, ended }: ConnectionState): void {
  if (closed) {
    throw new InvalidRequestError("This connection was closed.", {
      code: "connection-closed",
      hint: "Use it before close(), or before the function given to begin() returns; await every call.",
    });
  }
  if (ended !== undefined) {
    throw new InvalidRequestError("The server has rolled this transaction back.", {
      code: "transaction-ended",
      hint: "Let the DeadlockError leave begin(), then run the whole transaction again.",
      cause: ended,
    });
  }
}

/**
 * One transaction around `work`. The error that is thrown is always the first: a ROLLBACK that fails too is
 * not reported, and the connection, being in doubt, is dropped.
 */
export async function runTransaction<T>(
  state: ConnectionState,
  work: () => Promise<T> | T,
): Promise<T> {
  await beginTransaction(state);
  try {
    const result = await work();
    await commitTransaction(state);
    return result;
  } catch (error) {
    await rollbackTransaction(state);
    throw error;
  }
}

/** Sends BEGIN. When that fails, nothing is left open. */
export async function beginTransaction(state: ConnectionState): Promise<void> {
  if (state.begun || state.driver.inTransaction) throw alreadyBegun();
  state.begun = true;
  try {
    await run(state, control("BEGIN"));
  } catch (error) {
    await rollbackTransaction(state);
    throw error;
  }
}

/** Sends COMMIT. When that fails, the transaction is still to be rolled back. */
export async function commitTransaction(state: ConnectionState): Promise<void> {
  if (state.inFlight > 0) throw notAwaited();
  await run(state, control("COMMIT"));
  state.begun = false;
}

/** Sends ROLLBACK; never fails. */
export async function rollbackTransaction(state: ConnectionState): Promise<void> {
  // After close() the connection can be someone else's already.
  if (!state.closed) await rollBack(state);
  state.begun = false;
  state.ended = undefined;
}

function alreadyBegun(): InvalidRequestError {
  return new InvalidRequestError("A transaction is open on this connection already.", {
    code: "transaction-open",
    hint: "MySQL would commit it. End it first, or begin on another connection of the engine.",
  });
}

function notAwaited(): InvalidRequestError {
  return new InvalidRequestError("The transaction's work returned while a statement was running.", {
    code: "not-awaited",
    hint: "Write await before every execute() in it. The transaction was rolled back.",
  });
}

/** Undoes what is open; when that fails, the connection is in doubt and dropped. */
async function rollBack(state: ConnectionState): Promise<void> {
  const { driver } = state;
  if (driver.alive) await send(state, control("ROLLBACK")).catch(() => driver.destroy());
}

/**
 * Rolls back what was left open and gives the connection back; with a statement still running on it, it is
 * in doubt and dropped. Closing twice is closing once.
 */
export async function closeConnection(state: ConnectionState): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  if (state.inFlight > 0) state.driver.destroy();
  else if (state.driver.inTransaction) await rollBack(state);
  await state.giveBack();
}
