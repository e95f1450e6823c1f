/*
 * Exercise 1.2: The sql tag. One solution.
 *
 * A list of pieces keeps text and values apart until a dialect writes them down, and nesting is recursion.
 * `parameters.push` returns the new length, which is the position that the dialect wants to know.
 * Alternative: build the text at once with ? as placeholder. It is shorter, but a nested statement would
 * have to be renumbered for PostgreSQL, and a name could not be quoted before the dialect is known.
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
  if (!Array.isArray(strings?.raw)) throw notATag();
  const parts: Part[] = [];
  strings.forEach((text, index) => {
    if (text !== "") parts.push({ kind: "text", text });
    if (index < values.length) parts.push(toPart(values[index]));
  });
  return new Fragment<R>(parts);
}

export function notATag(): ArgumentError {
  return new ArgumentError("sql was called with a string.", {
    code: "not-a-tag",
    hint: "Write it before a template, without parentheses; values in the template are bound.",
  });
}

export function toPart(value: unknown): Part {
  return hasBrand(value, "fragment")
    ? { kind: "fragment", fragment: value as Fragment<unknown> }
    : { kind: "value", value: checkedValue(value) };
}

/** Fragments one after the other, with a fragment between: sql.join(conditions, sql` AND `). */
export function join(fragments: readonly SqlArgument[], separator: Fragment = tag`, `): Fragment {
  const between = toPart(separator);
  return new Fragment(
    fragments.flatMap((fragment, index) =>
      index === 0 ? [toPart(fragment)] : [between, toPart(fragment)],
    ),
  );
}

/** Writes the parts one after the other; values go to `parameters` and leave a placeholder. */
export function writeParts(
  parts: readonly Part[],
  dialect: Dialect,
  parameters: SqlValue[],
): string {
  let text = "";
  for (const part of parts) {
    if (part.kind === "text") text += part.text;
    else if (part.kind === "identifier") text += part.names.map(dialect.quote).join(".");
    else if (part.kind === "fragment") text += writeParts(part.fragment.parts, dialect, parameters);
    else text += dialect.placeholder(parameters.push(part.value));
  }
  return text;
}
