/*
 * Exercise 5.7: One load for all siblings. One solution.
 *
 * A session has one connection, so loads stand in line anyway. The time that a load waits is time in which others can
 * join it, and a Map by relationship is all that they need to find it. Siblings are not copied: all of them hold the
 * same list, and a Set of lists visits it once.
 * Alternative: collect in a microtask, as DataLoader does: wait for one turn of the event loop, then load for all who
 * have asked. It needs no line of calls. But a loop that awaits one author after the other never has two waiting at
 * once, and so it still sends a statement for each; siblings are what helps there.
 */
import { InvalidRequestError } from "ormlet/internal/engine/index";
import { readRelationship } from "ormlet/internal/mapping/accessors";
import { isStored } from "ormlet/internal/mapping/changes";
import { lowerFirst } from "ormlet/internal/mapping/errors";
import { type Instance, instanceOf } from "ormlet/internal/mapping/instance";
import type { Mapper, Relationship } from "ormlet/internal/mapping/mapper";
import { pathName } from "ormlet/internal/mapping/relationship-target";
import { isMissing, loadRelated } from "ormlet/internal/relationships/load";
import { fetchInTurn } from "ormlet/internal/relationships/load-objects";
import { isRaised, refuseRaised } from "ormlet/internal/relationships/raise";
import { loadOf } from "ormlet/internal/relationships/related-select";
import { describeObject, sessionOf } from "ormlet/internal/session/membership";
import type { SessionState } from "ormlet/internal/session/state";

/** A load that was asked for and has not begun: other objects can join it. */
export interface Waiting {
  readonly instances: Set<Instance>;
  readonly loaded: Promise<void>;
}

export const waiting = new WeakMap<SessionState, Map<Relationship, Waiting>>();

/**
 * What `author.lazy.books` gives. When it is not in memory, it is loaded for all objects that came with this one
 * in the same statement, and for those that ask for the same relationship before this load begins.
 * @throws InvalidRequestError `detached` when the object is in no session.
 * @throws UnloadedError `raiseload` when a select or the session forbade it.
 */
export async function lazyLoad(instance: Instance, relationship: Relationship): Promise<unknown> {
  if (!isStored(instance) || !isMissing(instance, relationship)) {
    return readRelationship(instance, relationship);
  }
  const state = sessionOf(instance);
  if (state === undefined) throw detached(instance, relationship);
  refuseRaised(instance, relationship);
  const loads = waiting.get(state) ?? new Map<Relationship, Waiting>();
  waiting.set(state, loads);
  const load = loads.get(relationship) ?? startLoad(state, instance.mapper, relationship, loads);
  load.instances.add(instance);
  await load.loaded;
  return readRelationship(instance, relationship);
}

/** Puts a load in the line of the session. When its turn comes, all that have asked by then take part. */
export function startLoad(
  state: SessionState,
  mapper: Mapper,
  relationship: Relationship,
  loads: Map<Relationship, Waiting>,
): Waiting {
  const instances = new Set<Instance>();
  const name = `lazy load of ${pathName(mapper, relationship)}`;
  const path = { mapper, relationship, alias: undefined };
  const loaded = fetchInTurn(state, name, (fetch) => {
    loads.delete(relationship);
    return loadRelated(loadOf(path), withSiblings(state, instances, relationship), fetch);
  });
  const load = { instances, loaded };
  loads.set(relationship, load);
  // Where it cannot begin, the next one that asks begins anew.
  const drop = () => loads.get(relationship) === load && loads.delete(relationship);
  loaded.then(drop, drop);
  return load;
}

/** These objects, and those that came with them and are still in the session. */
export function withSiblings(
  state: SessionState,
  instances: ReadonlySet<Instance>,
  relationship: Relationship,
): Instance[] {
  const all = new Set(instances);
  for (const siblings of new Set(Array.from(instances, ({ siblings }) => siblings))) {
    for (const object of siblings?.flat() ?? []) {
      if (object === null) continue;
      const one = instanceOf(object);
      if (one.owner === state.owner && !isRaised(one, relationship)) all.add(one);
    }
  }
  return [...all];
}

/** The error of an object that is in no session, or came out of a loop over rows and is not in it yet. */
export function detached(instance: Instance, relationship: Relationship): InvalidRequestError {
  const { mapper, owner } = instance;
  const name = pathName(mapper, relationship);
  const variable = lowerFirst(mapper.name);
  const [where, hint] =
    owner === undefined
      ? [
          "is in no session",
          `Load it before the session is closed, with selectinload(${mapper.name}.r.${relationship.property}); or merge() the object into another session.`,
        ]
      : [
          "came out of a loop over rows, and such objects are outside of the session until they are added or changed",
          `Write session.add(${variable}) in the loop, and await ${variable}.lazy.${relationship.property} after it; or take all(), in pages, with selectinload.`,
        ];
  return new InvalidRequestError(
    `${name} cannot be loaded: ${describeObject(instance)} ${where}.`,
    {
      code: "detached",
      hint,
    },
  );
}
