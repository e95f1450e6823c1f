import { unloaded, writeColumn, writeRelationship } from "../mapping/accessors.js";
import { isStored } from "../mapping/changes.js";
import { changedVariant, isDiscriminator } from "../mapping/family.js";
import { type Instance, instanceOf, partialPlace } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { cascadeOf, isToMany } from "../mapping/relationship.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { autoflush } from "./flush.js";
import { findIdentity, identityKey } from "./identity-map.js";
import { inTurn } from "./in-flight.js";
import { loadByKey } from "./load.js";
import { attach, refuseReplaced } from "./membership.js";
import type { SessionState } from "./state.js";

/** What was merged already, to what: objects can lead back to themselves. */
export type Merged = Map<Instance, Instance>;

/**
 * Copies the values of an object, of another session or made by hand, onto the object of this session with the
 * same key, found, loaded or new. What is not in memory is not copied.
 */
export async function mergeObject<E extends object>(state: SessionState, object: E): Promise<E> {
  const given = instanceOf(object);
  refuseReplaced(given.mapper);
  const name = `merge(${given.mapper.name})`;
  return inTurn(state, name, async () => {
    await autoflush(state, name);
    return (await mergeInstance(state, given, new Map())).object as E;
  });
}

export async function mergeInstance(
  state: SessionState,
  given: Instance,
  merged: Merged,
): Promise<Instance> {
  if (given.owner === state.owner) return given;
  const done = merged.get(given);
  if (done !== undefined) return done;
  const target = (await findStored(state, given)) ?? given.mapper.make([]);
  merged.set(given, target);
  copyColumns(given, target);
  if (target.state === "transient") attach(state, target);
  for (const relationship of given.mapper.relationships.values()) {
    await mergeRelated(state, relationship, given, target, merged);
  }
  return target;
}

/** The object of the session with the key of another one. */
export async function findStored(
  state: SessionState,
  { mapper, values }: Instance,
): Promise<Instance | undefined> {
  if (identityKey(mapper, values) === undefined) return undefined;
  return findIdentity(state.identities, mapper, values) ?? loadByKey(state, mapper, values);
}

export function copyColumns({ mapper, values }: Instance, target: Instance): void {
  if (target.mapper !== mapper && mapper.family)
    throw changedVariant(mapper, values, target.mapper);
  for (const column of mapper.columns) {
    const value = values[column.position];
    if (value === undefined || column.generated) continue;
    if (isDiscriminator(mapper, column)) {
      target.values[column.position] = value;
      continue;
    }
    if (column.primaryKey && isStored(target)) continue;
    writeColumn(target, column, value);
  }
}

/** Merges what a relationship holds, if it has that cascade, and gives it to the target. */
export async function mergeRelated(
  state: SessionState,
  relationship: Relationship,
  given: Instance,
  target: Instance,
  merged: Merged,
): Promise<void> {
  const value = given.values[relationship.position];
  if (value === undefined || !cascadeOf(relationship).has("merge")) return;
  const members: Instance[] = [];
  for (const member of [value ?? []].flat()) {
    members.push(await mergeInstance(state, instanceOf(member), merged));
  }
  // What was loaded with a condition or a limit takes nothing away.
  const isPart = given.values[partialPlace(given, relationship)] === true;
  if (isPart && members.length === 0) return;
  const known = target.values[relationship.position];
  const kept = isPart && Array.isArray(known) ? known : [];
  const objects = [...new Set([...kept, ...members.map(({ object }) => object)])];
  const isUnknown = isStored(target) && known === undefined;
  if (!isToMany(relationship)) writeRelationship(target, relationship, objects[0] ?? null);
  else if (!isUnknown) writeRelationship(target, relationship, objects);
  else giveParent(target, relationship, members);
}

/** Sets the foreign keys of children, where the collection of their parent was not loaded. */
export function giveParent(
  parent: Instance,
  relationship: Relationship,
  children: readonly Instance[],
) {
  const { kind, property } = relationship;
  if (children.length === 0) return;
  if (kind === "manyToMany") throw unloaded(parent, property);
  const { columns } = foreignKeyOf(parent.mapper, relationship);
  for (const child of children) {
    for (const { child: column, parent: source } of columns) {
      writeColumn(child, column, parent.values[source.position]);
    }
  }
}
