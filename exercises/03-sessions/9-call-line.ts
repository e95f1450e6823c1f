/*
 * Exercise 3.9: One call at a time (20 points, about 25 minutes)
 *
 * Read:  notebooks/03c-transactions.ipynb
 * Grade: npm run grade -- 3.9
 */
import { type Call, concurrent } from "ormlet/internal/session/in-flight";
import type { SessionState } from "ormlet/internal/session/state";

/** Lets others know of a call from now on, until the function that it gives is called. */
export function enter({ calls }: SessionState, what: Omit<Call, "ended">): () => void {
  throw new Error("not written yet: exercise 3.9");
}

/** Runs a call, and lets others know of it from now until it has ended. */
export async function start<T>(
  state: SessionState,
  name: string,
  alone: boolean,
  work: () => Promise<T>,
): Promise<T> {
  throw new Error("not written yet: exercise 3.9");
}

/** Objects that change while they are written would be half written. */
export async function sealed<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  throw new Error("not written yet: exercise 3.9");
}

/** Runs a call that reads, after those that were started before it: a connection has one statement at a time. */
export async function inTurn<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  throw new Error("not written yet: exercise 3.9");
}

/** Refuses a call that reads while another one has the session to itself. */
export function refuseBeside(state: SessionState, name: string): void {
  throw new Error("not written yet: exercise 3.9");
}

/** Runs a call that must have the session to itself; meanwhile its objects cannot be changed. */
export async function alone<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  throw new Error("not written yet: exercise 3.9");
}

/** As `alone`, after all that is under way: for a rollback, which must happen. */
export async function afterAll<T>(
  state: SessionState,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  throw new Error("not written yet: exercise 3.9");
}
