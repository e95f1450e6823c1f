/*
 * Exercise 3.8: Back to what it was (15 points, about 25 minutes)
 *
 * Read:  notebooks/03c-transactions.ipynb
 * Grade: npm run grade -- 3.8
 */
import { isStored } from "ormlet/internal/mapping/changes";
import type { Instance } from "ormlet/internal/mapping/instance";
import { replaceItems } from "ormlet/internal/session/changes";
import { dropIdentity, putIdentity } from "ormlet/internal/session/identity-map";
import type { Snapshot } from "ormlet/internal/session/snapshot";
import type { SessionState } from "ormlet/internal/session/state";

/**
 * Copies all that can change. A value that was edited in place is copied as the row has it. It is copied as it is now
 * where there is no row, and where `before` knows what the row has.
 */
export function takeSnapshot(instance: Instance): Snapshot {
  throw new Error("not written yet: exercise 3.8");
}

export function restoreValues(instance: Instance, snapshot: Snapshot): void {
  throw new Error("not written yet: exercise 3.8");
}

/** Gives objects back what they were, and their place in the session. */
export function restoreSnapshots(
  state: SessionState,
  snapshots: ReadonlyMap<Instance, Snapshot>,
): void {
  throw new Error("not written yet: exercise 3.8");
}

/** Takes an object out of all that a session knows. */
export function takeOut(state: SessionState, instance: Instance): void {
  throw new Error("not written yet: exercise 3.8");
}

/** Puts an object where its state says that it belongs. */
export function putBack(state: SessionState, instance: Instance): void {
  throw new Error("not written yet: exercise 3.8");
}

/** Takes an object out of the session: it becomes detached, or transient when it has no row. */
export function letGo(state: SessionState, instance: Instance): void {
  throw new Error("not written yet: exercise 3.8");
}
