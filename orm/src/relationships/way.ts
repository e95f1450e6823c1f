import type { Mapper, Relationship } from "../mapping/mapper.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { targetOf } from "../mapping/relationship-target.js";
import type { Column } from "../mapping/table.js";
import { throughOf } from "../mapping/through.js";
import { type IdentityKey, keyPart } from "../session/identity-map.js";

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

function fold(key: IdentityKey): string {
  return String(key).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trimEnd();
}
