import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { Failure } from "../base/failure.js";
import { type Chapter, chapterFolder } from "./model.js";
import { parseChapter } from "./parse.js";

/**
 * Reads the chapters below `from`, a checkout's root, in the course's order.
 * @throws Failure at the chapter's file and line that is not understood
 */
export function readChapters(from: string): Chapter[] {
  const folder = "notebooks/chapters";
  const files = globSync("*.md", { cwd: `${from}/${folder}`, ignore: ["README.md"] }).sort();
  if (files.length === 0) {
    throw new Failure(`${folder} holds no chapter`, {
      remedy: "Each chapter is one Markdown file there, such as 01-engines.md.",
    });
  }
  return files.map((file) => {
    const path = `${folder}/${file}`;
    const chapter = parseChapter(path, readFileSync(`${from}/${path}`, "utf8"));
    if (`${chapterFolder(chapter)}.md` === file) return chapter;
    throw new Failure(`${path}:1: the file's name and its front matter disagree`, {
      remedy: `Call it ${chapterFolder(chapter)}.md, or change \`chapter\` and \`name\`.`,
    });
  });
}
