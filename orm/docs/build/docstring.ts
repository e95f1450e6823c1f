/** What a docstring says, taken apart by its tags. */
export interface Doc {
  /** Markdown, with `{@link x}` written as `x`. */
  readonly text: string;
  readonly parameters: readonly string[];
  readonly throws: readonly string[];
  /** Programs in TypeScript, with what they print in comments. */
  readonly examples: readonly string[];
  readonly internal: boolean;
}

export const noDoc: Doc = { text: "", parameters: [], throws: [], examples: [], internal: false };

/** Reads a comment, from its two asterisks to its end. */
export function readDoc(comment: string): Doc {
  const lines = comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const parts: { tag: string; lines: string[] }[] = [{ tag: "", lines: [] }];
  for (const line of lines) {
    const tag = /^@(\w+) ?(.*)$/.exec(line.trimStart());
    if (tag) parts.push({ tag: tag[1] ?? "", lines: [tag[2] ?? ""] });
    else parts.at(-1)?.lines.push(line);
  }
  const textsOf = (tag: string) =>
    parts.filter((part) => part.tag === tag).map((part) => part.lines.join("\n").trim());
  return {
    text: toMarkdown(textsOf("").join("\n")),
    parameters: textsOf("param").map(toMarkdown),
    throws: textsOf("throws").map(toMarkdown),
    examples: textsOf("example").map(unfenced),
    internal: textsOf("internal").length > 0,
  };
}

/** Links and escapes as Markdown has them; a sketch, which is indented, becomes a fence. */
function toMarkdown(text: string): string {
  const linked = text.replaceAll(/\{@link ([^}]+)\}/g, "`$1`");
  // Code that has a backtick in it stands between two.
  const quoted = linked.replaceAll(/(?<!`)`((?:[^`\\]|\\`)*\\`(?:[^`\\]|\\`)*)`/g, "`` $1 ``");
  const plain = quoted.replaceAll("\\`", "`");
  const blocks = plain.trim().split(/\n\n(?= {4})/);
  return blocks.map((block, index) => (index === 0 ? block : fenceIndented(block))).join("\n\n");
}

/** The indented lines at the beginning of a block as a fence, then the rest. They are no program: SQL stands in them. */
function fenceIndented(block: string): string {
  const [code = "", ...rest] = block.split(/\n\n(?! {4})/);
  const fence = `\`\`\`text\n${code.replaceAll(/^ {4}/gm, "")}\n\`\`\``;
  return [fence, ...rest].join("\n\n");
}

function unfenced(text: string): string {
  const code = /^```ts\n(.*)\n```$/s.exec(text)?.[1];
  if (code === undefined) throw new Error(`An @example is one fence of ts:\n${text}`);
  return code;
}
