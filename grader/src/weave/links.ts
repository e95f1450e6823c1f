import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import MarkdownIt from "markdown-it";
import type { Course } from "./course.js";
import { at } from "./model.js";

const markdown = new MarkdownIt({ html: true });

/** Checks that every relative link of a notebook leads to a file, and every anchor to a heading. */
export function brokenLinks(course: Course, from: string): string[] {
  const problems: string[] = [];
  const headings = new Map(
    course.notebooks.map((notebook) => {
      const texts = notebook.cells.filter(({ cell }) => cell.cell_type === "markdown");
      return [notebook.path, new Set(texts.flatMap(({ cell }) => headingsOf(cell.source)))];
    }),
  );
  const woven = new Set([
    ...headings.keys(),
    ...course.manifest.map((entry) => entry.path),
    ...course.solutions.keys(),
  ]);
  for (const notebook of course.notebooks) {
    for (const { cell, place } of notebook.cells) {
      if (cell.cell_type !== "markdown") continue;
      for (const target of linksOf(cell.source)) {
        if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
        const [path = "", anchor = ""] = target.split("#").map(decode);
        const file = path === "" ? notebook.path : posix.join(posix.dirname(notebook.path), path);
        const exists = woven.has(file) || existsSync(`${from}/${file}`);
        if (!exists) problems.push(`${at(place)}: the link to ${target} leads to no file`);
        else if (anchor !== "" && !hasAnchor(file, anchor, headings.get(file), from)) {
          problems.push(`${at(place)}: the link to ${target} leads to no such place in ${file}`);
        }
      }
    }
  }
  return problems;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function linksOf(source: string): string[] {
  const tokens = markdown.parse(source, {}).flatMap((token) => token.children ?? []);
  return tokens.flatMap((token) => {
    const target = token.attrGet("href") ?? token.attrGet("src");
    return target === null ? [] : [String(target)];
  });
}

/** The anchors that JupyterLab gives to headings: their text with hyphens for spaces. */
function headingsOf(source: string): string[] {
  const tokens = markdown.parse(source, {});
  return tokens.flatMap((token, index) => {
    if (token.type !== "heading_open") return [];
    const parts = tokens[index + 1]?.children ?? [];
    const text = parts.map((part) => part.content).join("");
    return [text.replaceAll(" ", "-")];
  });
}

function hasAnchor(
  file: string,
  anchor: string,
  headings: Set<string> | undefined,
  from: string,
): boolean {
  if (headings) return headings.has(anchor);
  const path = `${from}/${file}`;
  if (!existsSync(path)) return false; // a starter: nobody knows its lines
  const text = readFileSync(path, "utf8");
  const line = /^L(\d+)/.exec(anchor)?.[1];
  if (line !== undefined) return Number(line) <= text.split("\n").length;
  if (!file.endsWith(".md")) return false;
  const onGitHub = (heading: string) => heading.toLowerCase().replace(/[^\p{L}\p{N}_-]/gu, "");
  return headingsOf(text).some((heading) => heading === anchor || onGitHub(heading) === anchor);
}
