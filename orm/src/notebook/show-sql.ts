import { type Dialect, mysqlDialect, type Statement } from "../engine/index.js";
import { codeText, type Displayable, display, escapeHtml } from "./display.js";

const mark = "background:#ffd54f;color:#000;border-radius:3px;padding:0 3px";

/**
 * The SQL that a statement sends, with its placeholders marked, and beside it the values that travel apart from
 * the text: `showSql(sql\`SELECT name FROM authors WHERE id = ${7}\`)`.
 * @example
 * ```ts
 * console.log(showSql(sql`SELECT title FROM books WHERE id = ${7}`));
 * // SELECT title FROM books WHERE id = ?
 * //   1: 7
 * ```
 */
export function showSql(
  statement: Statement<unknown>,
  dialect: Dialect = mysqlDialect,
): Displayable {
  const { text, parameters } = statement.toSql(dialect);
  const values = parameters.map(codeText);
  const items = values.map((value) => `<li><code style="${mark}">${escapeHtml(value)}</code></li>`);
  const list = items.length === 0 ? "" : `<ol>${items.join("")}</ol>`;
  const lines = values.map((value, index) => `  ${index + 1}: ${value}`);
  return display(
    `<pre>${markPlaceholders(statement, dialect)}</pre>${list}`,
    [text, ...lines].join("\n"),
  );
}

/**
 * The text as HTML. Placeholders are found by asking for the statement with a control character in their place,
 * because a question mark can also stand in a string.
 */
function markPlaceholders(statement: Statement<unknown>, dialect: Dialect): string {
  let position = 0;
  const { text } = statement.toSql({ ...dialect, placeholder: () => "\u0000" });
  return escapeHtml(text).replaceAll("\u0000", () => {
    position += 1;
    return `<span style="${mark}">${escapeHtml(dialect.placeholder(position))}</span>`;
  });
}
