import { has } from "../mapping/family.js";
import type { Instance } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { cascadeOf } from "../mapping/relationship.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { inverseOf } from "../mapping/relationship-target.js";
import { touchedRelationships } from "../session/changes.js";
import { cascade } from "../session/membership.js";
import type { SessionState } from "../session/state.js";
import { differenceOf, holds, pointsElsewhere } from "./members.js";

/** An object that left a relationship. */
export interface Leaving {
  readonly child: Instance;
  readonly holder: Instance;
  readonly relationship: Relationship;
}

/** The same, with whose change it was, and that one's former values: after a flush or a rollback it has others. */
export interface Noted extends Leaving {
  readonly by: Instance;
  readonly since: Instance["before"];
}

/**
 * What an object left last, with `delete-orphan`. It counts for a new object, and for one that came and left since
 * the last flush, which has seen neither. What is added anew is dropped.
 */
export const takenOut = new WeakMap<Instance, Noted>();

/** Notes what is taken out of a relationship. */
export function noteTakenOut(holder: Instance, relationship: Relationship, other: Instance): void {
  for (const leaving of leavings(holder, relationship, other)) {
    const { child } = leaving;
    takenOut.set(child, { ...leaving, by: holder, since: holder.before });
    // A flush looks only at what was touched; without another side nothing of the child has changed.
    if (child.owner === holder.owner) child.owner?.touched(child);
  }
}

/** Which of two objects that part is left without a parent, where that has the cascade `delete-orphan`. */
function leavings(holder: Instance, relationship: Relationship, other: Instance): Leaving[] {
  const inverse = inverseOf(holder.mapper, relationship);
  const back = inverse ? [{ child: holder, holder: other, relationship: inverse }] : [];
  return [{ child: other, holder, relationship }, ...back].filter((leaving) =>
    cascadeOf(leaving.relationship).has("delete-orphan"),
  );
}

/** The objects that left their parent since the last flush and came to no other one. */
export function orphansOf(state: SessionState): Instance[] {
  const found: Leaving[] = [];
  for (const instance of [...state.pending, ...state.touched]) {
    const left = takenOut.get(instance);
    if (left && left.by.before === left.since) found.push(left);
    for (const relationship of touchedRelationships(instance)) {
      const { removed } = differenceOf(instance, relationship);
      for (const other of removed) found.push(...leavings(instance, relationship, other));
    }
  }
  // Only a parent that is in the session counts; a new one may come in by what it is related to.
  if (found.length > 0) cascade(state, [...state.pending, ...state.touched], true);
  return found
    .filter((leaving) => !isHeld(leaving) && !isMoved(state, leaving))
    .map(({ child }) => child);
}

/** Whether an object came back to what it left, by either side: one of the two may not be in memory. */
function isHeld({ child, holder, relationship }: Leaving): boolean {
  const inverse = inverseOf(holder.mapper, relationship);
  const isBack = inverse !== undefined && holds(child, inverse, holder.object);
  return isBack || holds(holder, relationship, child.object);
}

/** Whether an object was given another parent, not yet flushed: by its foreign key, or by either side. */
export function isMoved(state: SessionState, { child, holder, relationship }: Leaving): boolean {
  const { mapper } = holder;
  if (relationship.kind.startsWith("many")) return false;
  const { side, columns } = foreignKeyOf(mapper, relationship);
  const inverse = inverseOf(mapper, relationship);
  // The key of one that came to this holder since the last flush still tells of the parent before.
  const former = inverse ? child.before?.get(inverse.position) : undefined;
  const came = former !== undefined && former !== holder.object;
  const isHeld = came && holds(holder, relationship, child.object);
  if (side === "target" && !isHeld && pointsElsewhere(child, holder, columns)) return true;
  const parent = inverse && child.values[inverse.position];
  if (inverse !== undefined) return parent != null && parent !== holder.object;
  return [...state.pending, ...state.touched].some(
    (one) =>
      one !== holder && has(one.mapper, relationship) && holds(one, relationship, child.object),
  );
}
