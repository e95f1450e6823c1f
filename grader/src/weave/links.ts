import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import MarkdownIt from "markdown-it";
import { globSync } from "tinyglobby";
import type { Course } from "./course.js";
import { at } from "./model.js";

const markdown = new MarkdownIt({ html: true });

/** A link, and where it stands. */
export interface Link {
  target: string;
  /** For messages: `notebooks/chapters/01-engines.md:12`, `README.md`. */
  where: string;
  /** The file that a reader reads, below the root. */
  page: string;
}

/**
 * All links of what people read: the notebooks, and the pages in Markdown beside the code.
 *
 * @param from the checkout's root
 */
export function allLinks(course: Course, from: string): Link[] {
  const pages = globSync(["*.md", "{grader,notebooks,orm}/**/*.md"], {
    cwd: from,
    ignore: ["**/node_modules/**", ...course.chapters.map((chapter) => chapter.file)],
  }).sort();
  return [
    ...course.notebooks.flatMap((notebook) =>
      notebook.cells.flatMap(({ cell, place }) => {
        const targets = cell.cell_type === "markdown" ? linksOf(cell.source) : [];
        return targets.map((target) => ({ target, where: at(place), page: notebook.path }));
      }),
    ),
    ...pages.flatMap((page) => {
      const targets = linksOf(readFileSync(`${from}/${page}`, "utf8"));
      return targets.map((target) => ({ target, where: page, page }));
    }),
  ];
}

/** Whether a link leads out of the repository. */
export function isExternal({ target }: Link): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(target);
}

/** Checks that every link within the repository leads to a file, and every anchor to a heading. */
export function brokenLinks(course: Course, from: string): string[] {
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
  return allLinks(course, from).flatMap((link) => {
    if (isExternal(link)) return [];
    const { target, where, page } = link;
    const [path = "", anchor = ""] = target.split("#").map(decode);
    const file = path === "" ? page : posix.join(posix.dirname(page), path);
    if (!woven.has(file) && !existsSync(`${from}/${file}`)) {
      return [`${where}: the link to ${target} leads to no file`];
    }
    if (anchor === "" || hasAnchor(file, anchor, headings.get(file), from)) return [];
    return [`${where}: the link to ${target} leads to no such place in ${file}`];
  });
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
