import { parse } from "yaml";
import { Failure } from "../base/failure.js";
import type { Chapter } from "./model.js";
import { didYouMean } from "./nearest.js";

const known = ["chapter", "name", "folder", "title"];

/** Reads the lines between the two `---` at the top of a chapter; `end` is the first line after them. */
export function readFrontMatter(
  file: string,
  lines: readonly string[],
): { head: Omit<Chapter, "file" | "notebooks">; end: number } {
  const close = lines[0] === "---" ? lines.indexOf("---", 1) : -1;
  if (close < 0) {
    throw new Failure(`${file}:1: the chapter has no front matter`, {
      why: "A chapter begins with a line ---, its chapter, name, folder and title, and a line ---.",
    });
  }
  const head = parseHead(file, lines.slice(1, close).join("\n"));
  const number = head.chapter;
  const { name, folder, title } = head;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0) {
    throw new Failure(`${file}:1: \`chapter\` must be a whole number`);
  }
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Failure(`${file}:1: \`name\` must be words of small letters joined by hyphens`);
  }
  if (typeof title !== "string" || title === "")
    throw new Failure(`${file}:1: \`title\` is missing`);
  if (folder !== undefined && typeof folder !== "string") {
    throw new Failure(`${file}:1: \`folder\` must be the name of a folder of orm/src`);
  }
  return { head: { number, name, title, ...(folder && { folder }) }, end: close + 1 };
}

function parseHead(file: string, text: string): Record<string, unknown> {
  let head: unknown;
  try {
    head = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(`${file}:1: the front matter is not YAML`, { why, cause });
  }
  if (typeof head !== "object" || head === null || Array.isArray(head)) {
    throw new Failure(`${file}:1: the front matter must be a list of \`name: value\``);
  }
  for (const key of Object.keys(head)) {
    if (!known.includes(key)) {
      throw new Failure(`${file}:1: the front matter knows no \`${key}\``, {
        remedy: didYouMean(key, known) || `Known are ${known.join(", ")}.`,
      });
    }
  }
  return head as Record<string, unknown>;
}
