/*
 * Exercise 6.3: Once more. One solution.
 *
 * A random wait spreads those who met, and a longer one spreads more of them: with two at the door 20 ms are
 * plenty, with a hundred they are not. "Full" jitter, from 0 up, is the form that needs the fewest runs in all.
 * What is thrown in the end is a real error of the database, with its code and its statement, not a new one that
 * hides it. Alternative: repeat only the statement that failed. After a deadlock the transaction is gone, and what
 * it had read and written before with it, so this would write half of a change.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { hide } from "ormlet/internal/engine/brand";
import type { DatabaseError } from "ormlet/internal/engine/index";
import type { StopSignal } from "ormlet/internal/integrity/options";
import { limitReached } from "ormlet/internal/integrity/stop";

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
