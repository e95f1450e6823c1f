import { InvalidRequestError } from "../engine/index.js";
import { readRelationship } from "../mapping/accessors.js";
import { isStored } from "../mapping/changes.js";
import { lowerFirst } from "../mapping/errors.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Mapper, Relationship } from "../mapping/mapper.js";
import { pathName } from "../mapping/relationship-target.js";
import { describeObject, sessionOf } from "../session/membership.js";
import type { SessionState } from "../session/state.js";
import { isMissing, loadRelated } from "./load.js";
import { fetchInTurn } from "./load-objects.js";
import { isRaised, refuseRaised } from "./raise.js";
import { loadOf } from "./related-select.js";

/** A load that was asked for and has not begun: other objects can join it. */
interface Waiting {
  readonly instances: Set<Instance>;
  readonly loaded: Promise<void>;
}

const waiting = new WeakMap<SessionState, Map<Relationship, Waiting>>();

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
function startLoad(
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
function withSiblings(
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
function detached(instance: Instance, relationship: Relationship): InvalidRequestError {
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
