/*
 * Exercise 5.1: One parent for each child. One solution.
 *
 * A claim without a parent says only that one holder let go, so any claim with a parent outweighs it, whichever came
 * first. That is why no order has to be kept among the objects that changed, and why what cannot be null is checked at
 * the end: a book that left Ada has no parent until Grace has spoken.
 * Alternative: let only the side with the foreign key speak. The other side is in step with it, as a rule. But a
 * relationship may be declared on the parent's side alone, and then nobody else knows.
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

/** Adds a claim to those of its child: for one foreign key there is one, and a parent counts more than none. */
export function addClaim(claims: Map<Instance, KeyClaim[]>, claim: KeyClaim): void {
  const known = claims.get(claim.child) ?? [];
  claims.set(claim.child, known);
  const place = known.findIndex((other) => isSameKey(other, claim));
  const other = known[place];
  if (other === undefined) known.push(claim);
  else if (other.parent === null) known[place] = claim;
  else if (claim.parent !== null && claim.parent !== other.parent) throw twoParents(other, claim);
}

export function isSameKey(one: RowDependency, other: RowDependency): boolean {
  return one.columns[0]?.child === other.columns[0]?.child;
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
