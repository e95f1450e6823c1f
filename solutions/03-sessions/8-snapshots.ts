/*
 * Exercise 3.8: Back to what it was. One solution.
 *
 * A snapshot is taken once for each changed object and level, so it may cost something; to load an object costs nothing.
 * A collection stays the same list, because the program may hold it in a variable. What was handed out is taken from its
 * copy: the program may have edited it before the session heard of anything. Only a row makes that copy worth more than the value: an object that was never
 * saved is whatever the program made it.
 * Alternative: forget the values of every object at a rollback, and load them anew when they are looked at, as
 * SQLAlchemy does. It needs no copies, and a SELECT for each object later; here a look can't wait for one.
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
  const { mapper, before, handedOut, state, owner } = instance;
  const values = instance.values.slice();
  let collections: Snapshot["collections"];
  for (let position = 0; position < values.length; position += 1) {
    const value = values[position];
    if (typeof value !== "object" || value === null) continue;
    const column = mapper.table.columns[position];
    const editable = column?.type.editable;
    if (editable) {
      const isInRow = isStored(instance) && !before?.has(position);
      const stored = isInRow ? handedOut?.get(position) : undefined;
      values[position] = editable.copy(stored ?? value);
    } else if (!column && Array.isArray(value)) {
      collections ??= [];
      collections.push([value, [...value]]);
    }
  }
  return { values, collections, before: before && new Map(before), state, owner };
}

export function restoreValues(instance: Instance, snapshot: Snapshot): void {
  instance.values = snapshot.values;
  for (const [collection, items] of snapshot.collections ?? []) replaceItems(collection, items);
  instance.before = snapshot.before;
  instance.handedOut = undefined;
  instance.state = snapshot.state;
  instance.owner = snapshot.owner;
}

/** Gives objects back what they were, and their place in the session. */
export function restoreSnapshots(
  state: SessionState,
  snapshots: ReadonlyMap<Instance, Snapshot>,
): void {
  // One that was expunged can be another session's by now.
  const ours = [...snapshots].filter(([{ owner }]) => owner === undefined || owner === state.owner);
  // First all of them go, then they come back: two can have had the same key.
  for (const [instance] of ours) takeOut(state, instance);
  for (const [instance, snapshot] of ours) {
    restoreValues(instance, snapshot);
    if (snapshot.owner === state.owner) putBack(state, instance);
  }
}

/** Takes an object out of all that a session knows. */
export function takeOut(state: SessionState, instance: Instance): void {
  state.pending.delete(instance);
  state.touched.delete(instance);
  state.removed.delete(instance);
  dropIdentity(state.identities, instance);
}

/** Puts an object where its state says that it belongs. */
export function putBack(state: SessionState, instance: Instance): void {
  if (instance.state === "pending") state.pending.add(instance);
  if (instance.state !== "persistent") return;
  putIdentity(state.identities, instance);
  if (instance.before !== undefined || instance.handedOut !== undefined)
    state.touched.add(instance);
}

/** Takes an object out of the session: it becomes detached, or transient when it has no row. */
export function letGo(state: SessionState, instance: Instance): void {
  takeOut(state, instance);
  instance.state = instance.state === "pending" ? "transient" : "detached";
  instance.owner = undefined;
  instance.siblings = undefined;
}
