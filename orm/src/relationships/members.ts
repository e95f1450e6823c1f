import { InvalidRequestError } from "../engine/index.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { pathName } from "../mapping/relationship-target.js";

/** The objects in the value of a relationship: none, one, or those of a collection. */
export function membersOf(value: unknown): Instance[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(instanceOf) : [instanceOf(value)];
}

/** What a flush has to do for a relationship of one object. */
export interface Difference {
  readonly added: readonly Instance[];
  readonly removed: readonly Instance[];
}

/** Compares what a relationship holds with what it held at the last flush; for a new object, with nothing. */
export function differenceOf(instance: Instance, { position }: Relationship): Difference {
  const now = membersOf(instance.values[position]);
  if (instance.state === "pending") return { added: now, removed: [] };
  if (!instance.before?.has(position)) return { added: [], removed: [] };
  const former = membersOf(instance.before.get(position));
  const [nowSet, formerSet] = [new Set(now), new Set(former)];
  return {
    added: now.filter((member) => !formerSet.has(member)),
    removed: former.filter((member) => !nowSet.has(member)),
  };
}

/** Whether an object has a row, or will get one, by the session of another one. */
export function isInSession({ state, owner }: Instance, holder: Instance): boolean {
  return owner === holder.owner && (state === "pending" || state === "persistent");
}

/**
 * Refuses a related object that has no row and will get none.
 * @throws InvalidRequestError `not-in-session`
 */
export function checkInSession(member: Instance, holder: Instance, relation: Relationship): void {
  if (isInSession(member, holder)) return;
  const place = pathName(holder.mapper, relation);
  throw new InvalidRequestError(
    `${place} holds an object of class ${member.mapper.name} that is not in the session.`,
    {
      code: "not-in-session",
      hint: `Add it with session.add(…), or give ${place} the cascade "save-update".`,
    },
  );
}
