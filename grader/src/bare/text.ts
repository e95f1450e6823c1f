import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: true });

/** The heading that a Markdown cell begins with; undefined when it begins with none. */
export function headingOf(
  text: string,
): { line: string; level: number; title: string } | undefined {
  const found = /^(#{1,6})\s+(.*)/.exec(text);
  if (!found) return undefined;
  const [line, marks = "", title = ""] = found;
  return { line, level: marks.length, title };
}

/**
 * What a Markdown cell says right before the code below it: its last paragraph, and what may stand behind
 * that, such as a list or a table. Empty when the cell is a heading alone.
 */
export function leadIn(text: string): string {
  const lines = text.split("\n");
  const paragraphs = markdown
    .parse(text, {})
    .filter((token) => token.type === "paragraph_open" && token.level === 0);
  const start = paragraphs.at(-1)?.map?.[0];
  return start === undefined ? "" : lines.slice(start).join("\n").trim();
}

/** Leads the links of a notebook's text to the same places from a folder one level deeper. */
export function oneLevelDeeper(text: string): string {
  // Code is left alone: `list[0](value)` is no link.
  const code = "^(`{3,})[\\s\\S]*?^\\1|`[^`\\n]+`";
  const link = "\\]\\((?![a-z][a-z0-9+.-]*:|#)([^)\\s]+)\\)";
  return text.replace(
    new RegExp(`${code}|${link}`, "gim"),
    (whole: string, _ticks: string | undefined, target: string | undefined) =>
      target === undefined ? whole : `](../${target})`,
  );
}

/** A heading's address in a notebook, as JupyterLab makes it. */
export function anchorOf(title: string): string {
  return encodeURI(title.replace(/`/g, "").replaceAll(" ", "-"))
    .replaceAll("(", "%28")
    .replaceAll(")", "%29");
}
