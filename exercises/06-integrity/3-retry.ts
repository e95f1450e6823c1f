/*
 * Exercise 6.3: Once more (20 points, about 25 minutes)
 *
 * Read:  notebooks/06-integrity.ipynb
 * Grade: npm run grade -- 6.3
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
  throw new Error("not written yet: exercise 6.3");
}

/**
 * Whether the same transaction, run again, can succeed: after a deadlock, when a lock took too long, and when the
 * server could not run it as if it were alone (the states 40…, but not 40003, which says that the outcome is unknown).
 */
export function isRetryable(error: unknown): boolean {
  throw new Error("not written yet: exercise 6.3");
}

/** Writes into an error how often it was tried. */
export function noteTries(error: Error, tries: number): Error {
  throw new Error("not written yet: exercise 6.3");
}
