/*
 * Exercise 2.9: Names by rule (15 points, about 25 minutes)
 *
 * Read:  notebooks/02b-tables.ipynb
 * Grade: npm run grade -- 2.9
 */
import { createHash } from "node:crypto";
import { ArgumentError } from "ormlet/internal/engine/index";

/** How names in the database are made from names in the program; each rule can be replaced. */
export interface Naming {
  /** `bornOn` gives `born_on`. */
  readonly column: (property: string) => string;
  /** `uq_books_author_id_title` */
  readonly unique: (table: string, columns: readonly string[]) => string;
  /** `ix_books_title` */
  readonly index: (table: string, columns: readonly string[]) => string;
  /** `fk_books_author_id_authors` */
  readonly foreignKey: (table: string, columns: readonly string[], target: string) => string;
  /** `ck_books_1`, or with the check's own name `ck_books_price`. */
  readonly check: (table: string, name: string | number) => string;
}

/** The rules of SQLAlchemy's "Configuring Constraint Naming Conventions", with every column named. */
export const defaultNaming: Naming = {
  column: toSnakeCase,
  unique: () => "not written yet: exercise 2.9",
  index: () => "not written yet: exercise 2.9",
  foreignKey: () => "not written yet: exercise 2.9",
  check: () => "not written yet: exercise 2.9",
};

/**
 * The default rules with some replaced: `toNaming({ column: (property) => property })`.
 * @throws ArgumentError `unknown-option` for a rule that there is not.
 */
export function toNaming(rules: Partial<Naming> = {}): Naming {
  checkOptions("naming", rules, Object.keys(defaultNaming));
  return { ...defaultNaming, ...rules };
}

/** `bornOn` gives `born_on`, `htmlURL` gives `html_url`, `isbn13` stays. */
export function toSnakeCase(name: string): string {
  throw new Error("not written yet: exercise 2.9");
}

/** MySQL takes names of 64 characters; a longer one is cut, and ends in a hash of the whole. */
export function shorten(name: string): string {
  throw new Error("not written yet: exercise 2.9");
}

/**
 * Refuses an option that is misspelt; it would do nothing, in silence.
 * @param where what the options are of, for the error: `references("authors.id")`.
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(`${where} has no option ${unknown}.`, {
    code: "unknown-option",
    hint: `${didYouMean(unknown, known)}Its options are ${known.join(", ")}.`,
  });
}

/** `Did you mean onDelete? ` when one of the names is near to `name`, else an empty text. */
export function didYouMean(name: string, names: Iterable<string>): string {
  throw new Error("not written yet: exercise 2.9");
}

/** How many letters must be put in, taken out or exchanged, capitals not counted (Levenshtein's distance). */
export function editsBetween(one: string, other: string): number {
  throw new Error("not written yet: exercise 2.9");
}
