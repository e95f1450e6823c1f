/*
 * Exercise 1.2: The sql tag (20 points, about 25 minutes)
 *
 * Read:  notebooks/01-engines.ipynb
 * Grade: npm run grade -- 1.2
 */
import { hasBrand } from "ormlet/internal/engine/brand";
import type { Dialect } from "ormlet/internal/engine/dialect";
import { ArgumentError } from "ormlet/internal/engine/errors";
import { Fragment, type Part, type SqlArgument } from "ormlet/internal/engine/sql";
import { checkedValue, type SqlValue } from "ormlet/internal/engine/values";

/**
 * Makes a statement from a template. What stands in `${}` is always a bound parameter, never text, so
 * input cannot become SQL; only nested `sql` and `sql.identifier` are written out.
 *
 *     sql`SELECT name FROM authors WHERE id = ${7}`      -- SELECT name FROM authors WHERE id = ?
 *
 * Rows can be given a type: sql<{ name: string }>`SELECT name FROM authors`.
 * @throws ArgumentError for undefined, and for what is not one value (see `checkedValue`).
 */
export function tag(strings: TemplateStringsArray, ...values: readonly SqlArgument[]): Fragment;
export function tag<R>(
  strings: TemplateStringsArray,
  ...values: readonly SqlArgument[]
): Fragment<R>;
export function tag<R>(
  strings: TemplateStringsArray,
  ...values: readonly SqlArgument[]
): Fragment<R> {
  throw new Error("not written yet: exercise 1.2");
}

export function notATag(): ArgumentError {
  throw new Error("not written yet: exercise 1.2");
}

export function toPart(value: unknown): Part {
  throw new Error("not written yet: exercise 1.2");
}

/** Fragments one after the other, with a fragment between: sql.join(conditions, sql` AND `). */
export function join(fragments: readonly SqlArgument[], separator: Fragment = tag`, `): Fragment {
  throw new Error("not written yet: exercise 1.2");
}

/** Writes the parts one after the other; values go to `parameters` and leave a placeholder. */
export function writeParts(
  parts: readonly Part[],
  dialect: Dialect,
  parameters: SqlValue[],
): string {
  throw new Error("not written yet: exercise 1.2");
}
