/*
 * Exercise 2.7: Splice. One solution.
 *
 * What is taken out is known before anything is changed, so the check can allow an object that goes and comes
 * back in one call, and a refused change leaves no trace. The set makes the question "is it in already?" cheap:
 * without it, filling a list of n objects would take n² steps.
 * Alternative: let Array.prototype.splice do it, with the new items as arguments. It is one line, and fails for
 * very long lists.
 */
import { ArgumentError } from "ormlet/internal/engine/index";
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
  const { items, instance, relationship } = state;
  const from = start < 0 ? Math.max(0, items.length + start) : Math.min(start, items.length);
  const removed = items.slice(from, from + Math.max(0, count));
  const members = membersIn(state);
  checkAdded(state, members, added, removed);
  if (removed.length + added.length > 0) note(instance, relationship.position);
  items.splice(from, removed.length);
  const behind = added.length > 0 ? items.splice(from) : [];
  for (const item of added) items.push(item);
  for (const item of behind) items.push(item);
  for (const item of removed) members.delete(item);
  for (const item of added) members.add(item);
  instance.mapper.registry.behaviour.changed(instance, relationship, added, removed);
  return removed;
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
