/*
 * Exercise 3.2: One row, one object (20 points, about 20 minutes)
 *
 * Read:  notebooks/03-sessions.ipynb
 * Grade: npm run grade -- 3.2
 */
import { type Instance, instanceOf } from "ormlet/internal/mapping/instance";
import type { Mapper } from "ormlet/internal/mapping/mapper";
import type { Column } from "ormlet/internal/mapping/table";
import {
  identitiesOf,
  type IdentityKey,
  type IdentityMap,
} from "ormlet/internal/session/identity-map";

/** The key of the row with these values, which stand in table order; undefined while a part is not known. */
export function identityKey(
  { table }: Mapper,
  values: readonly unknown[],
): IdentityKey | undefined {
  throw new Error("not written yet: exercise 3.2");
}

/** Most keys are numbers and strings; a Date becomes its text, bytes become digits. */
export function keyPart({ type }: Column, value: unknown): IdentityKey | undefined {
  throw new Error("not written yet: exercise 3.2");
}

/** The object of the row with the key that stands in these values. */
export function findIdentity(
  identities: IdentityMap,
  mapper: Mapper,
  values: readonly unknown[],
): Instance | undefined {
  throw new Error("not written yet: exercise 3.2");
}

/** Puts an object into the map, if its key is known. */
export function putIdentity(identities: IdentityMap, instance: Instance): void {
  throw new Error("not written yet: exercise 3.2");
}

/** Takes an object out of the map, if it is the one that stands there. */
export function dropIdentity(identities: IdentityMap, instance: Instance): void {
  throw new Error("not written yet: exercise 3.2");
}
