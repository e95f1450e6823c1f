import { joinLines, type Output } from "./ipynb.js";

/** What a cell said, as an `output` fence is compared with: standard output, results, and an error. */
export function textOf(outputs: readonly Output[]): string {
  let text = "";
  for (const output of outputs) {
    let part = "";
    if (output.output_type === "stream") {
      if (output.name !== "stderr") part = joinLines(output.text);
    } else if (output.output_type === "error") part = `${output.ename}: ${output.evalue}`;
    else part = joinLines((output.data as Record<string, unknown>)?.["text/plain"] ?? "");
    if (part === "") continue;
    const newLine = output.output_type !== "stream" && text !== "" && !text.endsWith("\n");
    text += newLine ? `\n${part}` : part;
    if (output.output_type !== "stream" && !text.endsWith("\n")) text += "\n";
  }
  return text;
}

/** Whether an expectation leaves room: `[..]` within a line, `...` for lines. */
export function hasPattern(expected: string): boolean {
  return expected.includes("[..]") || expected.split("\n").some((line) => line.trim() === "...");
}

/**
 * Compares what a cell said with the `output` fence beside it: `[..]` matches anything within a line,
 * a line `...` any number of lines. Colours, and spaces at the ends of lines, do not count.
 *
 * @returns undefined if it matches, else what was expected and what was seen, for a message
 */
export function mismatch(expected: string, actual: string): string | undefined {
  const wanted = toLines(expected);
  const seen = toLines(actual);
  if (matches(wanted, seen)) return undefined;
  return ["expected:", ...indent(wanted), "but it printed:", ...indent(seen)].join("\n");
}

function indent(lines: string[]): string[] {
  return lines.length === 0 ? ["  (nothing)"] : lines.map((line) => `  ${line}`);
}

function toLines(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour
  const plain = text.replace(/\u001b\[[0-9;]*m/g, "").replaceAll("\r\n", "\n");
  const lines = plain.split("\n").map((line) => line.trimEnd());
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  return lines;
}

/** Line by line: which beginnings of `wanted` can match the lines seen so far. */
function matches(wanted: string[], seen: string[]): boolean {
  let reached = reachedBy(wanted, [0]);
  for (const line of seen) {
    const next: number[] = [];
    for (const index of reached) {
      const pattern = wanted[index];
      if (pattern === undefined) continue;
      if (pattern.trim() === "...") next.push(index);
      else if (lineMatches(pattern, line)) next.push(index + 1);
    }
    reached = reachedBy(wanted, next);
  }
  return reached.has(wanted.length);
}

/** A line `...` may match no line at all. */
function reachedBy(wanted: string[], indices: number[]): Set<number> {
  const reached = new Set<number>();
  for (let index of indices) {
    reached.add(index);
    while (wanted[index]?.trim() === "...") reached.add(++index);
  }
  return reached;
}

function lineMatches(pattern: string, line: string): boolean {
  const pieces = pattern.split("[..]");
  const [first = ""] = pieces;
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return pattern === line;
  if (!line.startsWith(first) || !line.endsWith(last)) return false;
  let from = first.length;
  const end = line.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = line.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= end;
}
