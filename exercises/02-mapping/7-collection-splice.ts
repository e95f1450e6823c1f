/*
 * Exercise 2.7: Splice (10 points, about 15 minutes)
 *
 * Read:  notebooks/02c-classes.ipynb
 * Grade: npm run grade -- 2.7
 */
import { ArgumentError } from "ormlet/internal/engine/errors";
import { note } from "ormlet/internal/mapping/changes";
import { type CollectionState, membersIn } from "ormlet/internal/mapping/collection";
import { checkRelated } from "ormlet/internal/mapping/relationship-target";

/** Takes `count` items out from `start` on, and puts others there: what `Array.prototype.splice` does. */
export function splice(
  state: CollectionState,
  start: number,
  count: number,
  added: readonly object[] = [],
): object[] {
  throw new Error("not written yet: exercise 2.7");
}

/** Refuses what is not of the related class, and what would be in the collection twice. */
export function checkAdded(
  { instance, relationship }: Pick<CollectionState, "instance" | "relationship">,
  members: ReadonlySet<object>,
  added: readonly object[],
  removed: readonly object[],
): void {
  const gone = new Set(removed);
  const fresh = new Set<object>();
  for (const item of added) {
    checkRelated(instance.mapper, relationship, item);
    if (fresh.has(item) || (members.has(item) && !gone.has(item))) {
      const name = `${instance.mapper.name}.${relationship.property}`;
      throw new ArgumentError(`${name} would hold the same object twice.`, {
        code: "twice",
        hint: "Setting one side of a relationship sets the other. In doubt, look with includes() first.",
      });
    }
    fresh.add(item);
  }
}
