import {
  isPointedAt,
  isUnloaded,
  readRelationship,
  writeRelationship,
} from "../mapping/accessors.js";
import type { Collection } from "../mapping/collection.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { isToMany } from "../mapping/relationship.js";
import { inverseOf } from "../mapping/relationship-target.js";
import { sessionOf } from "../session/membership.js";
import type { SessionState } from "../session/state.js";
import { holds, parentByKey } from "./members.js";
import { noteTakenOut } from "./orphans.js";

/**
 * Keeps the other side of a relationship in step, which `backPopulates` names: `book.author = ada` moves the
 * book from its old author's books to Ada's. Each other side is changed as the program would change it; that
 * comes back here, and finds nothing left to do. What is not loaded stays so.
 */
export function keepInStep(
  instance: Instance,
  relationship: Relationship,
  added: readonly object[],
  removed: readonly object[],
): void {
  const { before } = instance;
  const { position } = relationship;
  const wasUnloaded = before?.has(position) && before.get(position) === undefined;
  const former = wasUnloaded ? parentByKey(instance, relationship)?.object : undefined;
  if (former !== undefined) before?.set(position, former);
  const inverse = inverseOf(instance.mapper, relationship);
  for (const others of former ? [[former], removed, added] : [removed, added]) {
    for (const other of others) {
      const isIn = holds(instance, relationship, other);
      if (!isIn) noteTakenOut(instance, relationship, instanceOf(other));
      if (inverse !== undefined) setMember(instanceOf(other), inverse, instance, isIn);
    }
  }
}

/**
 * Puts an object into a relationship of another one, or takes it out, where that is in memory. What is deleted
 * keeps what it held, and the objects of two sessions do not change each other.
 */
export function setMember(
  holder: Instance,
  relationship: Relationship,
  member: Instance,
  isIn: boolean,
): void {
  const { object } = member;
  // What is detached can have an owner that waits for its first change: it came out of a stream.
  const [one, other] = [holder, member].map((each) => each.state !== "detached" && each.owner);
  const isApart = one && other && one !== other;
  if (isApart || holder.state === "deleted") return;
  const unloaded = isUnloaded(holder, relationship);
  if (unloaded && isPointedAt(holder.mapper, relationship)) return;
  const byKey = unloaded ? parentByKey(holder, relationship) : undefined;
  if ((byKey === member || holds(holder, relationship, object)) === isIn) return;
  if (!isToMany(relationship)) writeRelationship(holder, relationship, isIn ? object : null);
  else {
    const collection = readRelationship(holder, relationship) as Collection<object>;
    if (isIn) collection.push(object);
    else collection.remove(object);
  }
}

/** Puts an object that comes into a session in step: a rollback may have taken it out of the other sides. */
export function stepIn(instance: Instance): void {
  unsealed(sessionOf(instance), () => {
    for (const one of instance.mapper.relationships.values()) {
      const value = instance.values[one.position];
      if (value != null) keepInStep(instance, one, [value].flat() as object[], []);
    }
  });
}

/** A flush refuses the changes of a program; this one is its own. */
export function unsealed(state: SessionState | undefined, change: () => void): void {
  const sealedBy = state?.sealedBy;
  if (state) state.sealedBy = undefined;
  change();
  if (state) state.sealedBy = sealedBy;
}
