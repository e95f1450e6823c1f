import { brand, hasBrand } from "./brand.js";
import type { Dialect } from "./dialect.js";
import { ArgumentError } from "./errors.js";
import { checkedValue, type SqlValue, toDatetime, toJson } from "./values.js";

/** A statement as a database takes it: placeholders in the text, values beside it. */
export interface CompiledSql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/** One row of a raw statement, by column name. */
export type Row = Record<string, unknown>;

/** Anything that can be turned into SQL and executed. `R` is the type of its rows. */
export interface Statement<R = Row> {
  toSql(dialect: Dialect): CompiledSql;
  /** Carries the type of a row; there is never a value in it. */
  readonly rowType?: R;
}

/** A piece of a {@link Fragment}: text as written, a name to quote, a value to bind, or more pieces. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "identifier"; readonly names: readonly string[] }
  | { readonly kind: "value"; readonly value: SqlValue }
  | { readonly kind: "fragment"; readonly fragment: Fragment<unknown> };

/** A statement or a part of one, made by the `sql` tag. It never changes, so it can be used many times. */
export class Fragment<R = Row> implements Statement<R> {
  declare readonly rowType?: R;
  readonly parts: readonly Part[];

  static {
    brand(Fragment.prototype, "fragment");
  }

  constructor(parts: readonly Part[]) {
    this.parts = Object.freeze([...parts]);
    refuseQuoted(this.parts);
  }

  /** The text and parameters for a database: `sql\`id = ${7}\`` gives `{ text: "id = ?", parameters: [7] }`. */
  toSql(dialect: Dialect): CompiledSql {
    const parameters: SqlValue[] = [];
    const text = writeParts(this.parts, dialect, parameters);
    return { text, parameters };
  }
}

/** What a database does not read as SQL: strings, quoted names and comments. */
export const quoted =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--[ \t].*|#.*|\/\*[\s\S]*?\*\//g;

/**
 * Refuses a value in quotes. The server would read its placeholder as text, and the next value would take
 * its place without a word.
 */
export function refuseQuoted(parts: readonly Part[]): void {
  if (!mayQuote(parts)) return;
  const inQuotes = Array.from(markValues(parts).matchAll(quoted), ([text]) => text);
  if (!inQuotes.some((text) => text.includes("\0"))) return;
  throw new ArgumentError("A value stands in quotes, or in a comment.", {
    code: "quoted-value",
    hint: `Leave the quotes out: name = \${name}. For LIKE: \${"%" + word + "%"}.`,
  });
}

/** Whether the text has a sign that {@link quoted} begins with, of a pair perhaps one only; most statements have none. */
function mayQuote(parts: readonly Part[]): boolean {
  return parts.some(
    (part) =>
      (part.kind === "text" && /['"`#/-]/.test(part.text)) ||
      (part.kind === "fragment" && mayQuote(part.fragment.parts)),
  );
}

/** The text with a sign in place of each value. */
function markValues(parts: readonly Part[]): string {
  const texts = parts.map((part) => {
    if (part.kind === "text") return part.text.replaceAll("\0", " ");
    if (part.kind === "fragment") return markValues(part.fragment.parts);
    return part.kind === "value" ? "\0" : "name";
  });
  return texts.join("");
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

/** What may stand in `${}`: a value, or a piece made by `sql` itself. */
export type SqlArgument = SqlValue | Fragment<unknown>;

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

function notATag(): ArgumentError {
  return new ArgumentError("sql was called with a string.", {
    code: "not-a-tag",
    hint: "Write it before a template, without parentheses; values in the template are bound.",
  });
}

function toPart(value: unknown): Part {
  return hasBrand(value, "fragment")
    ? { kind: "fragment", fragment: value as Fragment<unknown> }
    : { kind: "value", value: checkedValue(value) };
}

/**
 * A name, quoted as the dialect does: `identifier("library", "books")` gives `` `library`.`books` ``.
 * @example
 * ```ts
 * const by = sql.identifier("books", "title");
 * console.log(sql`SELECT id FROM books ORDER BY ${by}`.toSql(engine.dialect).text);
 * // SELECT id FROM books ORDER BY `books`.`title`
 * ```
 */
export function identifier(...names: readonly string[]): Fragment {
  if (names.length === 0 || names.some((name) => typeof name !== "string" || name === "")) {
    throw new ArgumentError("sql.identifier needs a name that is not empty.", {
      code: "identifier",
      hint: 'Write sql.identifier("books"), or sql.identifier("library", "books") with a schema.',
    });
  }
  return new Fragment([{ kind: "identifier", names: [...names] }]);
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

/**
 * Values for IN, each of them bound: sql`id IN ${sql.list([1, 2])}` gives `id IN (?, ?)`. No values give an
 * empty set, so that IN is false and NOT IN is true, as with SQLAlchemy's `in_([])`.
 * @example
 * ```ts
 * const some = sql`SELECT title FROM books WHERE id IN ${sql.list([1, 4])} ORDER BY id`;
 * console.log(some.toSql(engine.dialect).text);
 * // SELECT title FROM books WHERE id IN (?, ?) ORDER BY id
 * console.log(await engine.execute(some)); // [ { title: 'Emma' }, { title: 'Beowulf' } ]
 *
 * const none = sql`SELECT title FROM books WHERE id IN ${sql.list([])}`;
 * console.log(await engine.execute(none)); // []
 * ```
 */
export function list(values: readonly SqlArgument[]): Fragment {
  return values.length === 0
    ? tag`(SELECT 1 FROM (SELECT 1) AS empty_set WHERE 1 <> 1)`
    : tag`(${join(values)})`;
}

/**
 * Any value as JSON, bound as one parameter. Refuses what JSON cannot hold exactly (see `toJson`).
 * @example
 * ```ts
 * const insert = sql`INSERT INTO shelves (place) VALUES (${sql.json({ shelf: "A3" })})`;
 * console.log(insert.toSql(engine.dialect));
 * // {
 * //   text: 'INSERT INTO shelves (place) VALUES (?)',
 * //   parameters: [ '{"shelf":"A3"}' ]
 * // }
 * ```
 */
export function json(value: unknown): Fragment {
  return tag`${toJson(value)}`;
}

/**
 * A UTC time with microseconds, `2026-11-21T08:30:00.123456Z`, bound in the form that DATETIME takes.
 * @example
 * ```ts
 * const since = sql`returned_at > ${sql.datetime("2026-05-01T08:30:00.000001Z")}`;
 * console.log(since.toSql(engine.dialect).parameters); // [ '2026-05-01 08:30:00.000001' ]
 * ```
 */
export function datetime(iso: string): Fragment {
  return tag`${toDatetime(iso)}`;
}

/**
 * The {@link tag}, with its helpers: `sql.identifier`, `sql.join`, `sql.list`, `sql.json`, `sql.datetime`.
 * @example
 * ```ts
 * const word = "Emma'; DROP TABLE books; --";
 * const statement = sql`SELECT id FROM books WHERE title = ${word}`;
 * console.log(statement.toSql(engine.dialect));
 * // {
 * //   text: 'SELECT id FROM books WHERE title = ?',
 * //   parameters: [ "Emma'; DROP TABLE books; --" ]
 * // }
 * console.log(await engine.execute(statement)); // []
 * ```
 * @example
 * ```ts
 * const conditions = [sql`price < ${"9.00"}`, sql`author_id = ${1}`];
 * const cheap = sql`SELECT title FROM books WHERE ${sql.join(conditions, sql` AND `)}`;
 * console.log(cheap.toSql(engine.dialect).text);
 * // SELECT title FROM books WHERE price < ? AND author_id = ?
 * console.log(await engine.execute(cheap)); // [ { title: 'Persuasion' } ]
 * ```
 */
export const sql = Object.assign(tag, { identifier, join, list, json, datetime });

/** Refuses what cannot be executed; a string most of all, because values would be pasted into it. */
export function checkStatement(statement: unknown): void {
  if (typeof (statement as Statement | null | undefined)?.toSql === "function") return;
  throw new ArgumentError(
    `A ${statement === null ? "null" : typeof statement} cannot be executed.`,
    { code: "not-a-statement", hint: "Write execute(sql`SELECT …`)." },
  );
}
