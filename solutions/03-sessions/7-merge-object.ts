/*
 * Exercise 3.7: An object from outside. One solution.
 *
 * The target is noted before its relationships are followed. Noted afterwards, two objects that name each other would
 * be merged for ever. The values are set as a program sets them, so the next flush finds out by itself what differs,
 * and a rollback brings back what was there.
 * Alternative: load the object with get, and set what the form holds with Object.assign. That is clearer where a form
 * has a few fields, and does not follow relationships. SQLAlchemy's merge has a switch, load=False, for objects that
 * come out of a cache: then no SELECT is sent, and nothing counts as changed.
 */
import { writeColumn } from "ormlet/internal/mapping/accessors";
import { isStored } from "ormlet/internal/mapping/changes";
import { changedVariant, isDiscriminator } from "ormlet/internal/mapping/family";
import { type Instance, instanceOf } from "ormlet/internal/mapping/instance";
import { autoflush } from "ormlet/internal/session/flush";
import { findIdentity, identityKey } from "ormlet/internal/session/identity-map";
import { inTurn } from "ormlet/internal/session/in-flight";
import { loadByKey } from "ormlet/internal/session/load";
import { attach, refuseReplaced } from "ormlet/internal/session/membership";
import { type Merged, mergeRelated } from "ormlet/internal/session/merge";
import type { SessionState } from "ormlet/internal/session/state";

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
