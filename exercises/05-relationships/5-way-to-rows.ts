/*
 * Exercise 5.5: The way to the related rows (15 points, about 20 minutes)
 *
 * Read:  notebooks/05c-loading.ipynb
 * Grade: npm run grade -- 5.5
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
  throw new Error("not written yet: exercise 5.5");
}

/** The values of some columns in a form that a Map can find: null where one is NULL, undefined where one is not known. */
export function keyOf(
  columns: readonly Column[],
  values: readonly unknown[],
): IdentityKey | undefined {
  throw new Error("not written yet: exercise 5.5");
}

/**
 * Things by key. What is equal only to the database is found as well: "ABC" for "abc" by the rules of a
 * collation, or 7 for 7n.
 */
export class ByKey<T> extends Map<IdentityKey, T> {
  /** By the folded key; made when a key is looked for that is not there. */
  folded: Map<string, T> | undefined;

  find(key: IdentityKey): T | undefined {
    throw new Error("not written yet: exercise 5.5");
  }
}

export function fold(key: IdentityKey): string {
  return String(key).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trimEnd();
}
