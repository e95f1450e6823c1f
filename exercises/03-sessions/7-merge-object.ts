/*
 * Exercise 3.7: An object from outside (15 points, about 20 minutes)
 *
 * Read:  notebooks/03-sessions.ipynb
 * Grade: npm run grade -- 3.7
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
  throw new Error("not written yet: exercise 3.7");
}

export async function mergeInstance(
  state: SessionState,
  given: Instance,
  merged: Merged,
): Promise<Instance> {
  throw new Error("not written yet: exercise 3.7");
}

/** The object of the session with the key of another one. */
export async function findStored(
  state: SessionState,
  { mapper, values }: Instance,
): Promise<Instance | undefined> {
  throw new Error("not written yet: exercise 3.7");
}

export function copyColumns({ mapper, values }: Instance, target: Instance): void {
  throw new Error("not written yet: exercise 3.7");
}
