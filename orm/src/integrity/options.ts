import { ArgumentError } from "../engine/index.js";
import { checkOptions } from "../mapping/naming.js";

/** How much a transaction sees of others that run at the same time, from the least safe to the safest. */
export type Isolation = "read uncommitted" | "read committed" | "repeatable read" | "serializable";

/**
 * What tells a session to stop: an `AbortSignal` is one. Written out, because the name would ask every user's
 * project for the types of Node or of browsers.
 */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** How a transaction runs; of a session, how each of its transactions does. */
export interface TransactionOptions {
  /** Default: as the server is set, `"repeatable read"` with MySQL. */
  readonly isolation?: Isolation;
  /** Whether the server refuses to write in it. Default false. */
  readonly readOnly?: boolean;
  /** Seconds that each of its statements may take, COMMIT too. Default: no limit. */
  readonly timeout?: number;
  /** Stops the statement that is running, and refuses those that follow. `AbortSignal.timeout(5000)` limits the whole. */
  readonly signal?: StopSignal;
}

/** The options of `SessionLocal.begin`. */
export interface BeginOptions extends TransactionOptions {
  /** How often the transaction is run again, at most, after a deadlock and its like. Default 0. */
  readonly retry?: number;
}

/** Their words stand in SQL, so nothing else may. */
const isolations = /^(read uncommitted|read committed|repeatable read|serializable)$/;

/**
 * Refuses options that are misspelt or make no sense.
 * @param where what they are the options of: `session.begin()`.
 * @throws ArgumentError `unknown-option` or `transaction-option`.
 */
export function checkTransaction(where: string, options: BeginOptions, more: string[] = []): void {
  checkOptions(where, options, ["isolation", "readOnly", "timeout", "signal", ...more]);
  const { isolation = "serializable", timeout = 1, retry = 0 } = options;
  // Node's timers wait for 24 days at most.
  const isTime = timeout > 0 && timeout < 2 ** 31 / 1000;
  if (isolations.test(isolation) && isTime && Number.isSafeInteger(retry) && retry >= 0) return;
  throw new ArgumentError(`The options of ${where} make no sense.`, {
    code: "transaction-option",
    hint: 'isolation is "read committed" or its like, timeout seconds above 0, retry a count.',
  });
}
