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

/** The same, with the holder's former values of then: after a flush or a rollback it has others. */
export interface Noted extends Leaving {
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
    takenOut.set(leaving.child, { ...leaving, since: leaving.holder.before });
  }
  // Without the other side nothing of it has changed, and a flush looks only at what was touched.
  const isOneWay = takenOut.has(other) && inverseOf(holder.mapper, relationship) === undefined;
  if (isOneWay && other.owner === holder.owner) other.owner?.touched(other);
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
  const found: Leaving[] = Array.from(state.pending, (one) => takenOut.get(one) ?? []).flat();
  for (const instance of state.touched) {
    const left = takenOut.get(instance);
    if (left && isAlone(left)) found.push(left);
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

/** Whether a stored object has no parent since the last flush, as its own side says, or else the holder. */
function isAlone({ child, holder, relationship, since }: Noted): boolean {
  const inverse = inverseOf(holder.mapper, relationship);
  if (inverse === undefined) return since !== undefined && holder.before === since;
  return child.before?.has(inverse.position) === true && child.values[inverse.position] === null;
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
