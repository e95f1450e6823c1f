/** A word of SQL, as MySQL reads it in its usual sql_mode. */
export interface Token {
  readonly kind: "name" | "string" | "comment" | "word" | "sign";
  /** What it stands for: a name without its quotes, a string without its escapes. */
  readonly text: string;
}

const patterns: readonly [Token["kind"], RegExp][] = [
  ["name", /`(?:[^`]|``)*`/y],
  ["string", /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y],
  ["comment", /--(?=[\s\p{Cc}]|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/uy],
  ["word", /[\w$]+/y],
  ["sign", /<=>|<=|>=|<>|!=|[^\s]/y],
];

/** Takes SQL apart by rules of its own, which know nothing of how ormlet writes it. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    if (/\s/.test(sql.charAt(at))) {
      at += 1;
      continue;
    }
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const [text] = pattern.exec(sql) ?? [];
      if (text === undefined) continue;
      found.push({ kind, text: meaning(kind, text) });
      at += text.length;
      break;
    }
  }
  return found;
}

function meaning(kind: Token["kind"], text: string): string {
  if (kind === "comment") return "comment";
  if (kind === "name") return text.slice(1, -1).replaceAll("``", "`");
  if (kind !== "string") return text;
  const escapes: Readonly<Record<string, string>> = {
    0: "\0",
    n: "\n",
    r: "\r",
    t: "\t",
    Z: "\u001a",
    b: "\b",
  };
  return text
    .slice(1, -1)
    .replace(/\\([\s\S])|''/g, (_, sign?: string) =>
      sign === undefined ? "'" : (escapes[sign] ?? sign),
    );
}
