import { run } from "../engine/connection.js";
import type { TakeRows } from "../engine/driver.js";
import { isWatched, timed } from "../engine/events.js";
import { ArgumentError, type SqlResult, type Statement } from "../engine/index.js";
import { toSqlResult } from "../engine/result.js";
import { checkStatement } from "../engine/sql.js";
import type { CompiledQuery, Executable } from "./executable.js";
import { autoflush } from "./flush.js";
import { newLoader } from "./load.js";
import type { SessionState } from "./state.js";
import { loadChannel, watchedQuery } from "./tracing.js";
import { openTransaction, transactionOf } from "./transaction.js";
import { takeTurn } from "./transaction-events.js";

/**
 * Sends a raw statement in the session's transaction, after a flush.
 * @param send what else belongs to it is sent before and after.
 */
export async function executeRaw<R>(
  state: SessionState,
  statement: Statement<R>,
  send: typeof run = run,
): Promise<SqlResult<R>> {
  checkStatement(statement);
  const { dialect } = state.engine;
  const compiled = statement.toSql(dialect);
  return takeTurn(state, "execute()", async () => {
    await autoflush(state, "execute()");
    const result = await send(await openTransaction(state), compiled);
    const level = transactionOf(state).levels.at(-1);
    // It wrote; what is loaded from now on can be wrong after a rollback.
    if (level && result.columns.length === 0) level.doubtful ??= new Set();
    return toSqlResult<R>(dialect, result, compiled);
  });
}

/**
 * Sends a statement that makes objects, after a flush, and makes its results.
 * @param single whether each row must be one thing.
 */
export async function fetchResults<R>(
  state: SessionState,
  statement: Executable<R>,
  name: string,
  single = false,
): Promise<R[]> {
  const query = statement.compile(state.engine.dialect, state.filters);
  if (single && query.tuples) throw tuplesRefused();
  return takeTurn(state, name, async () => {
    await autoflush(state, name);
    return fetchNow(state, query);
  });
}

/** Sends a compiled statement, makes its results, and loads what is to be loaded with them. */
export function fetchNow<R>(state: SessionState, query: CompiledQuery<R>): Promise<R[]> {
  if (!isWatched(loadChannel)) return sendQuery(state, query);
  const watched = watchedQuery(query);
  return timed(loadChannel, watched.event, () => sendQuery(state, watched.query));
}

/** Sends it, whoever watches. What does not need all rows at once is made of each batch while the server sends the next. */
export async function sendQuery<R>(state: SessionState, query: CompiledQuery<R>): Promise<R[]> {
  const { text, parameters, filters } = query;
  const connection = await openTransaction(state);
  const loader = newLoader(state);
  // Put together at the end: an array that grows takes three times the memory.
  if (query.after === undefined) {
    const parts: R[][] = [];
    const take: TakeRows = (rows, columns) => parts.push(query.hydrate(rows, loader, columns));
    await run(connection, { text, parameters }, take, query.room);
    return ([] as R[]).concat(...parts);
  }
  const batches: unknown[][][] = [];
  const keep: TakeRows = (batch) => batches.push(batch);
  const { columns } = await run(connection, { text, parameters }, keep, query.room);
  // A copy: the array itself can be that of siblings, and the program may change what it gets.
  const results = [...query.hydrate(([] as unknown[][]).concat(...batches), loader, columns)];
  await query.after((statement) =>
    fetchNow(state, statement.compile(state.engine.dialect, filters)),
  );
  return results;
}

export function tuplesRefused(): ArgumentError {
  return new ArgumentError("scalars() was given a statement whose rows are tuples.", {
    code: "tuples",
    hint: "Select one thing only, or write execute() for tuples.",
  });
}
