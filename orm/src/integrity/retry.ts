import { setTimeout as sleep } from "node:timers/promises";
import { hide } from "../engine/brand.js";
import type { DatabaseError } from "../engine/index.js";
import type { StopSignal } from "./options.js";
import { limitReached } from "./stop.js";

/**
 * Runs `work` again, `times` times at most, when others were in its way. Between two runs it waits for a random time,
 * at most 20 ms at first, then twice as long each time, up to a second: those who met once must not meet again. (The
 * "full jitter" of Marc Brooker, "Exponential Backoff And Jitter", 2015.)
 *
 * The error that is thrown is that of the last run; it says how many there were.
 */
export async function withRetry<T>(
  times: number,
  signal: StopSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (tries > times) throw times === 0 ? error : noteTries(error as Error, tries);
    }
    const delay = sleep(Math.random() * Math.min(1000, 10 * 2 ** tries));
    const stopped = await limitReached(delay, { signal });
    if (stopped !== undefined) throw stopped;
  }
}

/**
 * Whether the same transaction, run again, can succeed: after a deadlock, when a lock took too long, and when the
 * server could not run it as if it were alone (the states 40…, but not 40003, which says that the outcome is unknown).
 */
export function isRetryable(error: unknown): boolean {
  const { code, sqlState = "", cause } = (error ?? {}) as Partial<DatabaseError>;
  // The error that others in the same transaction got after it was rolled back.
  if (code === "rolled-back" || code === "transaction-ended") return isRetryable(cause);
  return code === "deadlock" || code === "lock-timeout" || /^40(?!003)/.test(sqlState);
}

/** Writes into an error how often it was tried. */
export function noteTries(error: Error, tries: number): Error {
  const { message, stack } = error;
  error.message = `${message}\n  It was tried ${tries} times.`;
  hide(
    error,
    "stack",
    stack?.replace(message, () => error.message),
  );
  return Object.assign(error, { tries });
}
