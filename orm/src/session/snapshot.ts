import { isStored } from "../mapping/changes.js";
import type { Instance, InstanceOwner, ObjectState } from "../mapping/instance.js";
import { replaceItems } from "./changes.js";
import { dropIdentity, putIdentity } from "./identity-map.js";
import type { SessionState } from "./state.js";

/** An object as it was at the start of a transaction or savepoint. */
export interface Snapshot {
  readonly values: unknown[];
  /** What its collections held, if it has any; they stay the same arrays. */
  readonly collections: [collection: readonly unknown[], items: readonly object[]][] | undefined;
  readonly before: Map<number, unknown> | undefined;
  readonly state: ObjectState;
  readonly owner: InstanceOwner | undefined;
}

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

export function restoreValues(instance: Instance, snapshot: Snapshot): void {
  instance.values = snapshot.values;
  for (const [collection, items] of snapshot.collections ?? []) replaceItems(collection, items);
  instance.before = snapshot.before;
  instance.handedOut = undefined;
  instance.state = snapshot.state;
  instance.owner = snapshot.owner;
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

/** Detached objects whose DELETE was committed: a collection that still holds one must not bring it back. */
export const withoutRow = new WeakSet<Instance>();

/** Lets an object go for good, after the commit of its DELETE. */
export function letGoForGood(state: SessionState, instance: Instance): void {
  letGo(state, instance);
  withoutRow.add(instance);
}
