import { brand, hide } from "./brand.js";
import type { Dialect } from "./dialect.js";
import type { DriverConnection, DriverResult, TakeRows } from "./driver.js";
import { type Echo, echoStatement } from "./echo.js";
import { InvalidRequestError, type OrmletError } from "./errors.js";
import {
  type ExecuteEvent,
  executeChannel,
  isWatched,
  type TransactionEvent,
  timed,
  tracedUntil,
  transactionChannel,
} from "./events.js";
import { type SqlResult, toSqlResult } from "./result.js";
import { type CompiledSql, checkStatement, type Statement } from "./sql.js";

/** What a {@link Connection} is made of. */
export interface ConnectionState {
  readonly driver: DriverConnection;
  readonly dialect: Dialect;
  readonly echo: Echo;
  /** What begins a transaction, when it is not BEGIN alone. */
  readonly begin?: readonly string[];
  /** Gives the driver's connection back to where it came from. */
  readonly giveBack: () => Promise<void>;
  closed: boolean;
  /** Whether `begin` is running. */
  begun: boolean;
  /** Statements sent and not yet answered. */
  inFlight: number;
  /** The statement whose rows are being read, batch after batch. */
  streaming?: string | undefined;
  /** Tells the event of the transaction how it ended, if anybody listens. */
  tellEnd?: ((end: TransactionEnd) => void) | undefined;
  /** The error by which the server ended the transaction, while `begin` is still running. */
  ended?: unknown;
}

/** How a transaction ended: by this statement, or by this error of BEGIN or COMMIT. */
export type TransactionEnd = "commit" | "rollback" | { readonly error: unknown };

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

  /**
   * The rows of a statement one after the other, as they come: `for await (const row of connection.stream(…))`.
   * Memory holds a few hundred of them. Until the loop is left the connection can do nothing else; who leaves it
   * early waits until the rest was read and thrown away.
   */
  stream<R>(statement: Statement<R>): AsyncGenerator<R, void, undefined> {
    return streamStatement(this.state, statement);
  }

  /**
   * Sends BEGIN, runs `work`, then COMMIT; or, when `work` throws, ROLLBACK. Gives what `work` gave.
   * @example
   * ```ts
   * const connection = await engine.connect();
   * const work = connection.begin(async () => {
   *   await connection.execute(sql`DELETE FROM loans`);
   *   throw new Error("The loans stay.");
   * });
   * await work.catch((error) => console.log(error.message)); // The loans stay.
   *
   * console.log(await connection.execute(sql`SELECT COUNT(*) AS loans FROM loans`)); // [ { loans: 3 } ]
   * await connection.close();
   * ```
   */
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

/**
 * Sends a statement, if the connection may still be used. Rows come as the driver gives them.
 * @param take is given them batch by batch, as they come; the result has none then.
 * @param room places that a row may have behind its values, for what is put there later.
 */
export async function run(
  state: ConnectionState,
  compiled: CompiledSql,
  take?: TakeRows,
  room = 0,
): Promise<DriverResult> {
  refuseClosed(state);
  state.inFlight += 1;
  let failure: { readonly error: unknown } | undefined;
  // Whatever it throws, the rest of the rows must be read, or the connection is of no use any more.
  const takeUntilFailure: TakeRows = (rows, columns) => {
    if (failure !== undefined) return;
    try {
      take?.(rows, columns);
    } catch (error) {
      failure = { error };
    }
  };
  try {
    const result = await send(state, compiled, take && takeUntilFailure, room);
    if (failure !== undefined) throw failure.error;
    return result;
  } catch (error) {
    if (state.begun && (error as OrmletError).code === "deadlock") state.ended = error;
    throw error;
  } finally {
    state.inFlight -= 1;
  }
}

/** Gives the rows of a statement as objects, one after the other. */
export async function* streamStatement<R>(
  state: ConnectionState,
  statement: Statement<R>,
): AsyncGenerator<R, void, undefined> {
  checkStatement(statement);
  const compiled = statement.toSql(state.dialect);
  for await (const batch of stream(state, compiled)) {
    yield* toSqlResult<R>(state.dialect, batch, compiled);
  }
}

/** Sends a statement and gives its rows in batches. Until the last, the connection is in use. */
export async function* stream(
  state: ConnectionState,
  compiled: CompiledSql,
): AsyncGenerator<DriverResult, void, undefined> {
  refuseClosed(state);
  state.inFlight += 1;
  state.streaming = compiled.text;
  let rowCount = 0;
  let end = (_failure?: unknown) => {};
  const ended = new Promise<{ rowCount: number }>((resolve, reject) => {
    end = (failure) => (failure === undefined ? resolve({ rowCount }) : reject(failure));
  });
  const reported = report(state, compiled, () => ended).catch(() => {});
  let failure: unknown;
  try {
    for await (const batch of state.driver.stream(compiled.text, compiled.parameters)) {
      rowCount += batch.rows.length;
      yield batch;
    }
  } catch (error) {
    failure = error;
    if (state.begun && (error as OrmletError).code === "deadlock") state.ended = error;
    throw error;
  } finally {
    state.inFlight -= 1;
    state.streaming = undefined;
    end(failure);
    await reported;
  }
}

/** The one place where statements go to the driver. */
function send(
  state: ConnectionState,
  compiled: CompiledSql,
  take?: TakeRows,
  room?: number,
): Promise<DriverResult> {
  const { text, parameters } = compiled;
  return report(state, compiled, () => state.driver.run(text, parameters, take, room));
}

/** Lets echo and events hear of a statement and of its end; mostly nobody listens, and it is only sent. */
export function report<T extends { readonly rowCount: number }>(
  state: ConnectionState,
  compiled: CompiledSql,
  sent: () => Promise<T>,
): Promise<T> {
  const isHeard = state.echo !== false || isWatched(executeChannel);
  return isHeard ? reportNow(state, compiled, sent) : sent();
}

async function reportNow<T extends { readonly rowCount: number }>(
  state: ConnectionState,
  compiled: CompiledSql,
  sent: () => Promise<T>,
): Promise<T> {
  const { driver, dialect, echo } = state;
  const event: ExecuteEvent = { dialect: dialect.name, connection: driver.id, ...compiled };
  const work = async () => {
    try {
      const result = await sent();
      event.rowCount = result.rowCount;
      return result;
    } catch (error) {
      event.error = error;
      throw error;
    }
  };
  try {
    return await timed(executeChannel, event, work);
  } finally {
    echoStatement(echo, event);
  }
}

export const control = (text: string): CompiledSql => ({ text, parameters: [] });

export function refuseClosed({ closed, ended, streaming }: ConnectionState): void {
  if (streaming !== undefined && !closed) {
    throw new InvalidRequestError("The rows of another statement are still being read.", {
      code: "streaming",
      hint: `Leave the loop first, or use another connection of the engine. It reads: ${streaming}`,
    });
  }
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
  if (isWatched(transactionChannel)) state.tellEnd = reportTransaction(state);
  try {
    for (const text of state.begin ?? ["BEGIN"]) await run(state, control(text));
  } catch (error) {
    tellEnd(state, { error });
    await rollbackTransaction(state);
    throw error;
  }
}

/** Sends COMMIT. When that fails, the transaction is still to be rolled back. */
export async function commitTransaction(state: ConnectionState): Promise<void> {
  try {
    if (state.inFlight > 0) throw notAwaited();
    await run(state, control("COMMIT"));
  } catch (error) {
    tellEnd(state, { error });
    throw error;
  }
  state.begun = false;
  tellEnd(state, "commit");
}

/** Sends ROLLBACK; never fails. */
export async function rollbackTransaction(state: ConnectionState): Promise<void> {
  // After close() the connection can be someone else's already.
  if (!state.closed) await rollBack(state);
  state.begun = false;
  state.ended = undefined;
  tellEnd(state, "rollback");
}

/** Lets events hear of a transaction that begins; gives what tells its end. */
export function reportTransaction({
  dialect,
  driver,
}: ConnectionState): (end: TransactionEnd) => void {
  const event: TransactionEvent = { dialect: dialect.name, connection: driver.id };
  const ended = tracedUntil(transactionChannel, event);
  return (end) => {
    if (typeof end === "object") return ended(end);
    event.outcome = end;
    ended();
  };
}

/** Lets events hear of the end of a transaction; what is told after the first is not heard. */
export function tellEnd(state: ConnectionState, end: TransactionEnd): void {
  state.tellEnd?.(end);
  state.tellEnd = undefined;
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
  const { driver, streaming } = state;
  // Whoever reads the rows does not ask for more, and ROLLBACK would wait behind them for ever.
  if (streaming !== undefined) driver.destroy();
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
