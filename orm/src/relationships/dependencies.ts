import { InvalidRequestError } from "../engine/index.js";
import { isPointedAt } from "../mapping/accessors.js";
import type { Instance } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { foreignKeyOf, type KeyPair } from "../mapping/relationship-keys.js";
import { pathName } from "../mapping/relationship-target.js";
import type { RowDependency } from "../session/plan.js";
import {
  checkInSession,
  differenceOf,
  isInSession,
  membersOf,
  pointsElsewhere,
} from "./members.js";

/** A foreign key to fill in, and the relationship that says so. */
export interface KeyClaim extends RowDependency {
  readonly holder: Instance;
  readonly relationship: Relationship;
}

/**
 * The foreign keys that follow from the relationships of these objects. A foreign key whose relationship did
 * not change is left as the program set it; where both were set, the relationship wins. Where an object left
 * one parent and came to another one, the new parent counts.
 * @throws InvalidRequestError `two-parents`, `no-parent` or `not-in-session`
 */
export function rowDependencies(changed: Iterable<Instance>): RowDependency[] {
  const claims = new Map<Instance, KeyClaim[]>();
  for (const instance of changed) {
    for (const relationship of instance.mapper.relationships.values()) {
      if (relationship.kind === "manyToMany") continue;
      if (!speaks(instance, relationship)) continue;
      for (const claim of claimsOf(instance, relationship)) addClaim(claims, claim);
    }
  }
  const settled = [...claims.values()].flat();
  for (const claim of settled) checkNullable(claim);
  return settled;
}

/** Whether a relationship of this object says anything: it was set, for a stored object since the last flush. */
export function speaks(
  { mapper, state, values, before }: Instance,
  relationship: Relationship,
): boolean {
  const { position } = relationship;
  const now = values[position];
  if (state === "deleted") return isPointedAt(mapper, relationship);
  if (state === "pending") return now !== undefined && now !== null;
  return before?.has(position) === true && before.get(position) !== now;
}

/** What one relationship of one object says of foreign keys. */
export function claimsOf(holder: Instance, relationship: Relationship): KeyClaim[] {
  const { side, columns } = foreignKeyOf(holder.mapper, relationship);
  const claim = (child: Instance, parent: Instance | null): KeyClaim => {
    return { child, parent, columns, holder, relationship };
  };
  if (side === "own") {
    const [parent] = membersOf(holder.values[relationship.position]);
    const [former] = membersOf(holder.before?.get(relationship.position));
    if (parent !== undefined) checkInSession(parent, holder, relationship);
    else if (isSetByHand(holder, former, columns)) return [];
    return [claim(holder, parent ?? null)];
  }
  const { added, removed } = differenceOf(holder, relationship);
  for (const child of added) checkInSession(child, holder, relationship);
  const left = removed.filter(
    (child) => isInSession(child, holder) && !pointsElsewhere(child, holder, columns),
  );
  return [
    ...left.map((child) => claim(child, null)),
    ...added.map((child) => claim(child, holder)),
  ];
}

/** Whether the program gave a foreign key another value, so that having let go of the parent says nothing more. */
export function isSetByHand(
  child: Instance,
  former: Instance | undefined,
  columns: readonly KeyPair[],
): boolean {
  if (former !== undefined) return pointsElsewhere(child, former, columns);
  return columns.some((pair) => child.before?.has(pair.child.position));
}

/** Adds a claim to those of its child: for one foreign key there is one, and a parent counts more than none. */
function addClaim(claims: Map<Instance, KeyClaim[]>, claim: KeyClaim): void {
  const known = claims.get(claim.child) ?? [];
  claims.set(claim.child, known);
  const place = known.findIndex((other) => isSameKey(other, claim));
  const other = known[place];
  if (other === undefined) known.push(claim);
  else if (other.parent === null) known[place] = claim;
  else if (claim.parent !== null && claim.parent !== other.parent) throw twoParents(other, claim);
}

function isSameKey(one: RowDependency, other: RowDependency): boolean {
  return one.columns[0]?.child === other.columns[0]?.child;
}

function twoParents(one: KeyClaim, other: KeyClaim): InvalidRequestError {
  const [first, second] = [one, other].map(placeOf);
  const isOne = first === second;
  const places = isOne ? `${first} of two objects` : `${first} and ${second}`;
  const way = isOne ? "one of them" : `one: set ${first} or ${second} to what is meant`;
  return new InvalidRequestError(
    `${places} give one object of class ${one.child.mapper.name} two different parents.`,
    { code: "two-parents", hint: `Take it out of ${way} before the flush.` },
  );
}

function placeOf({ holder, relationship }: KeyClaim): string {
  return pathName(holder.mapper, relationship);
}

/** Refuses to take away the parent of a row that must have one. */
function checkNullable(claim: KeyClaim): void {
  const { child, parent, columns, holder } = claim;
  const required = columns.find((column) => !column.child.nullable)?.child;
  if (parent !== null || required === undefined) return;
  const left = child === holder ? "was set to null" : "lost an object";
  const [what, hint] =
    holder.state === "deleted"
      ? ["was deleted with an object in it", 'delete both: { cascade: "all" }']
      : [left, "delete it: session.delete(…)"];
  throw new InvalidRequestError(
    `${placeOf(claim)} ${what}, but ${child.mapper.name}.${required.property} cannot be null.`,
    { code: "no-parent", hint: `Give it another parent, or ${hint}.` },
  );
}
