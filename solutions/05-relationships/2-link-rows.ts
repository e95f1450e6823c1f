/*
 * Exercise 5.2: Rows of the table between. One solution.
 *
 * A new pair has no key to be told apart by, because its objects may be new. So each object gets a number when it is
 * first met, and the text of a row is made of these numbers and the names of the columns: who follows whom is another
 * row the other way round, though the same two people are its ends. A Map from that text keeps one change for each row.
 * Alternative: let only one side ask, say the one that declares the relationship first. Then each row is asked for once
 * by itself. But a relationship that is declared on one side only, or whose other side is not in memory, is one more
 * case then, and the order in which classes are declared would decide who speaks.
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
  const { added, removed } = differenceOf(instance, relationship);
  if (instance.state === "deleted") {
    const isEmpty = removed.length === 0 && !isUnknown(instance, relationship);
    if (isEmpty || relationship.options.passiveDeletes) return [];
    const { table, own } = throughOf(instance.mapper, relationship);
    return [{ table, action: "remove", ends: [{ instance, columns: own }] }];
  }
  if (added.length === 0 && removed.length === 0) return [];
  for (const member of added) checkInSession(member, instance, relationship);
  const goesAnyway = inverseOf(instance.mapper, relationship) !== undefined;
  const isGone = (one: Instance) => withoutRow.has(one) || (goesAnyway && one.state === "deleted");
  const left = removed.filter((member) => !isGone(member));
  return [
    ...left.map((member) => linkOf(instance, relationship, member, "remove")),
    ...added.map((member) => linkOf(instance, relationship, member, "add")),
  ];
}

/** The row of a pair. Its ends stand in the order of the table's columns, whichever side asks. */
export function linkOf(
  instance: Instance,
  relationship: Relationship,
  member: Instance,
  action: LinkChange["action"],
): LinkChange {
  const { table, own, target } = throughOf(instance.mapper, relationship);
  const ends = [
    { instance, columns: own },
    { instance: member, columns: target },
  ];
  const place = (columns: readonly LinkColumn[]) => columns[0]?.link.position ?? 0;
  ends.sort((one, other) => place(one.columns) - place(other.columns));
  return { table, action, ends };
}

/** Each row once, though both of its ends may ask for it. */
export function withoutTwins(links: readonly LinkChange[]): LinkChange[] {
  const numbers = new Map<Instance, number>();
  const numberOf = (instance: Instance) => {
    const number = numbers.get(instance) ?? numbers.size;
    numbers.set(instance, number);
    return number;
  };
  const endOf = ({ instance, columns }: LinkChange["ends"][number]) =>
    [numberOf(instance), ...columns.map(({ link }) => link.name)].join();
  const keyOf = ({ table, action, ends }: LinkChange) =>
    [action, table.name, ...ends.map(endOf)].join(" ");
  return [...new Map(links.map((link) => [keyOf(link), link])).values()];
}
