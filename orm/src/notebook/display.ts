import { inspect } from "node:util";

/** A cell's last value with this method is shown as what it gives: texts by MIME type. Deno's convention. */
export interface Displayable {
  /** The text that `String(x)` and a terminal show. */
  toString(): string;
}

/** Something that a notebook shows as `html` and a terminal as `text`. */
export function display(html: string, text: string): Displayable {
  return {
    toString: () => text,
    [Symbol.for("Jupyter.display")]: () => ({ "text/html": html, "text/plain": text }),
    [Symbol.for("nodejs.util.inspect.custom")]: () => text,
  };
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML, in an element or an attribute; whatever a database holds cannot become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A faint line below a picture, as HTML; nothing for no text. */
export function remark(text: string): string {
  return text === "" ? "" : `<p style="opacity:.7">${escapeHtml(text)}</p>`;
}

/** A value as a reader of a table wants it: no quotes, times in UTC, bytes in hexadecimal, JSON as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return "NULL";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hexText(value);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** A value as code would write it: text in quotes. */
export function codeText(value: unknown): string {
  return typeof value === "string" ? inspect(value) : valueText(value);
}

/** Parameters as code would write them, `[1, 'Ada']`, each cut to `length`; of many the first; empty for none. */
export function parametersText(parameters: readonly unknown[], length: number): string {
  if (parameters.length === 0) return "";
  const shown = parameters.slice(0, 12).map((value) => cut(codeText(value), length));
  const more = parameters.length - shown.length;
  return `[${[...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join(", ")}]`;
}

/** SQL on one line and without the quotes around names, for a narrow place. */
export function plainSql(text: string): string {
  return text.replaceAll("`", "").replace(/\s+/g, " ").trim();
}

/** A text of at most `length` characters, with an ellipsis where it was cut. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function hexText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0"));
  return `0x${shown.join("")}${bytes.length > 16 ? `… (${bytes.length} bytes)` : ""}`;
}
