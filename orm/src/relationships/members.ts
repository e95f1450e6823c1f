import { InvalidRequestError } from "../engine/index.js";
import { isPointedAt } from "../mapping/accessors.js";
import { isStored } from "../mapping/changes.js";
import { ofKind } from "../mapping/family.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { foreignKeyOf, type KeyPair } from "../mapping/relationship-keys.js";
import { pathName } from "../mapping/relationship-target.js";
import { findIdentity, keyPart } from "../session/identity-map.js";
import { sessionOf } from "../session/membership.js";
import { storedValue } from "../session/row-changes.js";

/** The objects in the value of a relationship: none, one, or those of a collection. */
export function membersOf(value: unknown): Instance[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map(instanceOf) : [instanceOf(value)];
}

/** Whether a relationship of an object has another one in it, as far as is known. */
export function holds({ values }: Instance, { position }: Relationship, object: object): boolean {
  const value = values[position];
  return Array.isArray(value) ? value.includes(object) : value === object;
}

/**
 * The object that a row points at by the foreign key of a relationship, if the session has it. No SQL.
 * @param read which values count: those of the database, or those that the program sees.
 */
export function parentByKey(
  child: Instance,
  relationship: Relationship,
  read: typeof storedValue = storedValue,
): Instance | undefined {
  const state = sessionOf(child);
  if (!state || !isStored(child) || isPointedAt(child.mapper, relationship)) return undefined;
  const { parent, columns } = foreignKeyOf(child.mapper, relationship);
  const values: unknown[] = [];
  for (const pair of columns) values[pair.parent.position] = read(child, pair.child);
  return ofKind(findIdentity(state.identities, parent, values), parent);
}

/** Whether a foreign key has the values of another parent, as one that was given another one. */
export function pointsElsewhere(
  child: Instance,
  parent: Instance,
  columns: readonly KeyPair[],
): boolean {
  return columns.some((column) => {
    const value = child.values[column.child.position];
    const key = keyPart(column.parent, parent.values[column.parent.position]);
    return value != null && String(keyPart(column.child, value)) !== String(key);
  });
}

/** What a flush has to do for a relationship of one object. */
export interface Difference {
  readonly added: readonly Instance[];
  readonly removed: readonly Instance[];
}

const noDifference: Difference = { added: [], removed: [] };

/**
 * Compares what a relationship holds with what it held at the last flush; for a new object, with nothing. One
 * that is deleted lets go of all.
 */
export function differenceOf(instance: Instance, { position }: Relationship): Difference {
  const { values, before, state } = instance;
  const isSame = !before?.has(position);
  if (isSame && state === "persistent") return noDifference;
  const now = membersOf(values[position]);
  if (state === "pending") return { added: now, removed: [] };
  const former = isSame ? now : membersOf(before?.get(position));
  if (state === "deleted") return { added: [], removed: [...new Set([...former, ...now])] };
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
