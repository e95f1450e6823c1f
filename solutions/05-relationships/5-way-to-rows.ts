/*
 * Exercise 5.5: The way to the related rows. One solution.
 *
 * Four kinds of relationships become two cases: with a table between, and without. And the second is one pair of columns,
 * read in one direction or the other. Everything that loads then works for all kinds. Almost every key is found as it
 * is, so folding costs nothing until a key is missed, and then once for the whole map.
 * Alternative: let MySQL say which owner a row belongs to, by joining the owners' table and selecting its key. Then
 * nothing needs to be compared here. The statement gets longer, and reads a row of the owners for each row that is found.
 */
import type { Mapper, Relationship } from "ormlet/internal/mapping/mapper";
import { foreignKeyOf } from "ormlet/internal/mapping/relationship-keys";
import { targetOf } from "ormlet/internal/mapping/relationship-target";
import type { Column } from "ormlet/internal/mapping/table";
import { throughOf } from "ormlet/internal/mapping/through";
import { type IdentityKey, keyPart } from "ormlet/internal/session/identity-map";

/** How related rows are found: the columns `near`, of the objects that are there, equal the columns `far`. */
export interface Way {
  readonly target: Mapper;
  readonly near: readonly Column[];
  /** Of the target; or of the table between, where there is one. */
  readonly far: readonly Column[];
  readonly hasLink: boolean;
}

/** The way from a class to the one that a relationship leads to. */
export function wayOf(mapper: Mapper, relationship: Relationship): Way {
  const target = targetOf(mapper, relationship);
  if (relationship.kind === "manyToMany") {
    const { own } = throughOf(mapper, relationship);
    const [near, far] = [own.map(({ end }) => end), own.map(({ link }) => link)];
    return { target, near, far, hasLink: true };
  }
  const { side, columns } = foreignKeyOf(mapper, relationship);
  const [child, parent] = [columns.map((pair) => pair.child), columns.map((pair) => pair.parent)];
  const [near, far] = side === "own" ? [child, parent] : [parent, child];
  return { target, near, far, hasLink: false };
}

/** The values of some columns in a form that a Map can find: null where one is NULL, undefined where one is not known. */
export function keyOf(columns: readonly Column[], values: readonly unknown[]) {
  const [first, second] = columns;
  if (first && !second) return keyPart(first, values[first.position]);
  const parts = columns.map((column) => keyPart(column, values[column.position]));
  if (parts.includes(undefined)) return undefined;
  return parts.includes(null) ? null : JSON.stringify(parts.map(String));
}

/**
 * Things by key. What is equal only to the database is found as well: "ABC" for "abc" by the rules of a
 * collation, or 7 for 7n.
 */
export class ByKey<T> extends Map<IdentityKey, T> {
  /** By the folded key; made when a key is looked for that is not there. */
  folded: Map<string, T> | undefined;

  find(key: IdentityKey): T | undefined {
    const found = this.get(key);
    if (found !== undefined || this.size === 0) return found;
    this.folded ??= new Map(Array.from(this, ([one, value]) => [fold(one), value]));
    return this.folded.get(fold(key));
  }
}

export function fold(key: IdentityKey): string {
  return String(key).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trimEnd();
}
