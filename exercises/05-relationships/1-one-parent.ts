/*
 * Exercise 5.1: One parent for each child (15 points, about 20 minutes)
 *
 * Read:  notebooks/05-relationships.ipynb
 * Grade: npm run grade -- 5.1
 */
import { InvalidRequestError } from "ormlet/internal/engine/index";
import type { Instance } from "ormlet/internal/mapping/instance";
import { pathName } from "ormlet/internal/mapping/relationship-target";
import { claimsOf, type KeyClaim, speaks } from "ormlet/internal/relationships/dependencies";
import type { RowDependency } from "ormlet/internal/session/plan";

/**
 * The foreign keys that follow from the relationships of these objects. A foreign key whose relationship did
 * not change is left as the program set it; where both were set, the relationship wins. Where an object left
 * one parent and came to another one, the new parent counts.
 * @throws InvalidRequestError `two-parents`, `no-parent` or `not-in-session`
 */
export function rowDependencies(changed: Iterable<Instance>): RowDependency[] {
  throw new Error("not written yet: exercise 5.1");
}

/** Adds a claim to those of its child: for one foreign key there is one, and a parent counts more than none. */
export function addClaim(claims: Map<Instance, KeyClaim[]>, claim: KeyClaim): void {
  throw new Error("not written yet: exercise 5.1");
}

export function isSameKey(one: RowDependency, other: RowDependency): boolean {
  throw new Error("not written yet: exercise 5.1");
}

export function twoParents(one: KeyClaim, other: KeyClaim): InvalidRequestError {
  const [first, second] = [one, other].map(placeOf);
  const isOne = first === second;
  const places = isOne ? `${first} of two objects` : `${first} and ${second}`;
  const way = isOne ? "one of them" : `one: set ${first} or ${second} to what is meant`;
  return new InvalidRequestError(
    `${places} give one object of class ${one.child.mapper.name} two different parents.`,
    { code: "two-parents", hint: `Take it out of ${way} before the flush.` },
  );
}

export function placeOf({ holder, relationship }: KeyClaim): string {
  return pathName(holder.mapper, relationship);
}

/** Refuses to take away the parent of a row that must have one. */
export function checkNullable(claim: KeyClaim): void {
  throw new Error("not written yet: exercise 5.1");
}
