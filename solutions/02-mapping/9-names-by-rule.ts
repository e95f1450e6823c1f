/*
 * Exercise 2.9: Names by rule. One solution.
 *
 * A rule is a function of the declaration alone, so the same declaration gives the same names on every machine.
 * The hash of the whole name keeps two long names apart that begin alike; a number at the end could not, because
 * it would depend on what else there is. Of the table of edits only two rows are needed at a time.
 * Alternative: count edits by recursion, from the ends of both texts. It is shorter, and for names of twenty letters
 * it never comes back, because it asks the same questions again and again. Or let the database name things: then a
 * name depends on the order in which tables were made.
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
  unique: (table, columns) => `uq_${table}_${columns.join("_")}`,
  index: (table, columns) => `ix_${table}_${columns.join("_")}`,
  foreignKey: (table, columns, target) => `fk_${table}_${columns.join("_")}_${target}`,
  check: (table, name) => `ck_${table}_${name}`,
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
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** MySQL takes names of 64 characters; a longer one is cut, and ends in a hash of the whole. */
export function shorten(name: string): string {
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}_${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
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
  const distances = Array.from(names, (other) => ({ other, edits: editsBetween(name, other) }));
  const [near] = distances.sort((one, two) => one.edits - two.edits);
  const most = Math.max(1, [...name].length * 0.4);
  return near && near.edits <= most ? `Did you mean ${near.other}? ` : "";
}

/** How many letters must be put in, taken out or exchanged, capitals not counted (Levenshtein's distance). */
export function editsBetween(one: string, other: string): number {
  // Spread, a text gives whole letters; split would halve those beyond 16 bits.
  const letters = [...other.toLowerCase()];
  let row = [0, ...letters.keys()].map((_, column) => column);
  for (const letter of one.toLowerCase()) {
    const above = row;
    row = [(above[0] ?? 0) + 1];
    for (const [column, opposite] of letters.entries()) {
      const exchanged = (above[column] ?? 0) + (letter === opposite ? 0 : 1);
      row.push(Math.min(exchanged, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
