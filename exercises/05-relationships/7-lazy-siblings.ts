/*
 * Exercise 5.7: One load for all siblings (20 points, about 25 minutes)
 *
 * Read:  notebooks/05d-lazy.ipynb
 * Grade: npm run grade -- 5.7
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
  throw new Error("not written yet: exercise 5.7");
}

/** Puts a load in the line of the session. When its turn comes, all that have asked by then take part. */
export function startLoad(
  state: SessionState,
  mapper: Mapper,
  relationship: Relationship,
  loads: Map<Relationship, Waiting>,
): Waiting {
  throw new Error("not written yet: exercise 5.7");
}

/** These objects, and those that came with them and are still in the session. */
export function withSiblings(
  state: SessionState,
  instances: ReadonlySet<Instance>,
  relationship: Relationship,
): Instance[] {
  throw new Error("not written yet: exercise 5.7");
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
