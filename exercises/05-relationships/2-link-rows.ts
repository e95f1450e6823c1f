/*
 * Exercise 5.2: Rows of the table between (20 points, about 25 minutes)
 *
 * Read:  notebooks/05-relationships.ipynb
 * Grade: npm run grade -- 5.2
 */
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Relationship } from "ormlet/internal/mapping/mapper";
import { inverseOf } from "ormlet/internal/mapping/relationship-target";
import { type LinkColumn, throughOf } from "ormlet/internal/mapping/through";
import { isUnknown } from "ormlet/internal/relationships/delete-cascade";
import { checkInSession, differenceOf } from "ormlet/internal/relationships/members";
import type { LinkChange } from "ormlet/internal/session/plan";
import { withoutRow } from "ormlet/internal/session/snapshot";

/**
 * The rows of many-to-many tables to add and to remove. Where both sides hold the same pair, `book.tags` and
 * `tag.books`, its row is added once.
 * @throws InvalidRequestError `not-in-session`
 */
export function linkChanges(changed: Iterable<Instance>): LinkChange[] {
  const links: LinkChange[] = [];
  for (const instance of changed) {
    for (const relationship of instance.mapper.relationships.values()) {
      if (relationship.kind !== "manyToMany") continue;
      for (const link of linksOf(instance, relationship)) links.push(link);
    }
  }
  return withoutTwins(links);
}

/** The rows that one relationship of one object asks for. Of one that is deleted all go, known or not. */
export function linksOf(instance: Instance, relationship: Relationship): LinkChange[] {
  throw new Error("not written yet: exercise 5.2");
}

/** The row of a pair. Its ends stand in the order of the table's columns, whichever side asks. */
export function linkOf(
  instance: Instance,
  relationship: Relationship,
  member: Instance,
  action: LinkChange["action"],
): LinkChange {
  throw new Error("not written yet: exercise 5.2");
}

/** Each row once, though both of its ends may ask for it. */
export function withoutTwins(links: readonly LinkChange[]): LinkChange[] {
  throw new Error("not written yet: exercise 5.2");
}
