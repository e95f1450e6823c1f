import { closeConnection, control, run } from "../engine/connection.js";
import type { DriverConnection } from "../engine/driver.js";
import { connectBeside, type Engine } from "../engine/engine.js";
import { OperationalError } from "../engine/index.js";
import { integrityDialect } from "./integrity-dialect.js";
import type { StopSignal, TransactionOptions } from "./options.js";

/**
 * The signal said stop; its reason is the `cause`. The name is the one that `fetch` uses.
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(50);
 * const slow = session.begin(() => session.execute(sql`SELECT SLEEP(5)`), { signal });
 * await slow.catch((error) => console.log(error.name, error.code)); // AbortError aborted
 * ```
 */
export class AbortError extends OperationalError {}

/** How many seconds the server may take to stop a statement; then the connection is dropped. */
const stopLimit = 3;

interface Limits {
  readonly timeout?: number | undefined;
  readonly signal?: StopSignal | undefined;
}

/**
 * Runs a statement within the limits of its transaction. When they are reached, the server is told to stop it.
 * No signal stops a COMMIT, because nobody would know what became of it, nor a ROLLBACK, which must happen. Their
 * time is limited all the same: then the connection is dropped.
 * @throws OperationalError `statement-timeout`, with the outcome `"unknown"` for a COMMIT; AbortError `aborted`.
 */
export async function runLimited<T>(
  engine: Engine,
  driver: DriverConnection,
  text: string,
  { timeout, signal }: TransactionOptions,
  work: () => Promise<T>,
): Promise<T> {
  const ends = text === "COMMIT" || text.startsWith("ROLLBACK");
  if (signal?.aborted && !text.startsWith("ROLLBACK")) throw aborted(signal);
  if (timeout === undefined && (signal === undefined || ends)) return work();
  const answer = work();
  const error = await limitReached(answer, ends ? { timeout } : { timeout, signal }, text);
  if (error === undefined) return answer;
  if (ends) driver.destroy();
  else await stopStatement(engine, driver, answer);
  throw error;
}

/** The error to throw when a limit is reached before the answer has come; undefined when the answer comes first. */
export function limitReached(
  answer: Promise<unknown>,
  { timeout, signal }: Limits,
  text?: string,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const onAbort = () => end(signal && aborted(signal));
    const timer = timeout && setTimeout(() => end(timedOut(timeout, text)), timeout * 1000);
    const end = (error?: Error) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(error);
    };
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    void answer.then(
      () => end(),
      () => end(),
    );
  });
}

/**
 * Lets the server stop a statement, and waits until both it and the order to stop have been answered: only then is
 * the connection known to be idle, and the order cannot hit the next statement. One that does not get so far is
 * dropped; the server rolls back what was open on it.
 */
export async function stopStatement(
  engine: Engine,
  driver: DriverConnection,
  answer: Promise<unknown>,
): Promise<void> {
  const late = setTimeout(() => driver.destroy(), stopLimit * 1000);
  const stopped = limitReached(sendStop(engine, driver.id), { timeout: stopLimit });
  await Promise.allSettled([answer, stopped]);
  clearTimeout(late);
}

/** KILL QUERY, on a connection beside the pool, in which none may be free. */
export async function sendStop(engine: Engine, connection: number): Promise<void> {
  const beside = await connectBeside(engine);
  const sent = run(beside, control(integrityDialect(engine.dialect).stop(connection)));
  await sent.finally(() => closeConnection(beside));
}

export function aborted({ reason }: StopSignal): AbortError {
  return new AbortError("The signal of the session was aborted.", {
    code: "aborted",
    cause: reason,
    hint: "What was running was stopped. Roll the transaction back; begin() does so by itself.",
  });
}

export function timedOut(timeout: number, text?: string): OperationalError {
  const isCommit = text === "COMMIT";
  return new OperationalError(`The statement took longer than ${timeout} s and was stopped.`, {
    code: "statement-timeout",
    statement: text,
    outcome: isCommit ? "unknown" : undefined,
    hint: isCommit
      ? "Whether the transaction was committed is not known: look before you run it again."
      : "Roll the transaction back; begin() does so by itself. More time: { timeout: 60 }, in seconds.",
  });
}
