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

/**
 * What an object left last, with `delete-orphan`. It counts for a new object, and for one that came and left since
 * the last flush, which has seen neither. What is added anew is dropped.
 */
export const takenOut = new WeakMap<Instance, Leaving>();

/** Notes what is taken out of a relationship. */
export function noteTakenOut(holder: Instance, relationship: Relationship, other: Instance): void {
  for (const leaving of leavings(holder, relationship, other)) takenOut.set(leaving.child, leaving);
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
  const found = Array.from(state.pending, (instance) => takenOut.get(instance) ?? []).flat();
  for (const instance of state.touched) {
    const left = takenOut.get(instance);
    const inverse = left && inverseOf(left.holder.mapper, left.relationship);
    const { before, values } = instance;
    const isAlone = inverse && before?.has(inverse.position) && values[inverse.position] === null;
    if (left && isAlone) found.push(left);
    for (const relationship of touchedRelationships(instance)) {
      const { removed } = differenceOf(instance, relationship);
      found.push(...removed.flatMap((other) => leavings(instance, relationship, other)));
    }
  }
  // Only a parent that is in the session counts; a new one may come in by what it is related to.
  if (found.length > 0) cascade(state, [...state.pending, ...state.touched], true);
  return found
    .filter((one) => !holds(one.holder, one.relationship, one.child.object) && !isMoved(state, one))
    .map(({ child }) => child);
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
