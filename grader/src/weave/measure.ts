import ts from "@tslab/typescript-for-tslab";
import MarkdownIt from "markdown-it";
import { codeLines } from "./modules.js";
import { isNavigation } from "./navigation.js";
import type { WovenNotebook } from "./notebook.js";

/** What a reader of a notebook has before them. */
export interface Measure {
  /** Cells of code, without those that grade an exercise. */
  cells: number;
  /** Lines of code in these cells. */
  lines: number;
  /** Words that are read in order, one after the other. */
  words: number;
}

const markdown = new MarkdownIt({ html: true });

/**
 * Parts that are no piece of the way from the first cell to the last. An exercise says its own minutes, the
 * questions are for another day, and the list of readings is a list of addresses.
 */
const asides = /^(Exercise\b|Exercises\b|Questionnaire\b|Further reading\b)/;

/** Measures the way through a notebook. */
export function measure({ cells }: Pick<WovenNotebook, "cells">): Measure {
  const code = cells.filter(({ cell, grades }) => cell.cell_type === "code" && !grades);
  const texts = cells.filter(({ cell }) => cell.cell_type === "markdown" && !isNavigation(cell));
  return {
    cells: code.length,
    lines: code.reduce((sum, { cell }) => sum + linesToRead(cell.source), 0),
    words: wordsInOrder(texts.map(({ cell }) => cell.source).join("\n\n")),
  };
}

/** Lines of a cell that hold code, without the imports: nobody reads them for what they say. */
export function linesToRead(source: string): number {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const statements = file.statements.filter((one) => !ts.isImportDeclaration(one));
  return statements.reduce((sum, one) => sum + codeLines(one), 0);
}

/**
 * Counts the words of a text without what is no way to go: asides, what is folded away until somebody clicks, and
 * fences, which hold diagrams, outputs and code. The address of a link is no word, its text is.
 */
export function wordsInOrder(text: string): number {
  let words = 0;
  let folded = 0;
  /** The level of the heading whose section is left out. */
  let aside = 0;
  const tokens = markdown.parse(text, {});
  for (const [index, token] of tokens.entries()) {
    if (token.type === "html_block") {
      folded += count(token.content, /<details\b/g) - count(token.content, /<\/details>/g);
    } else if (token.type === "heading_open") {
      const level = Number(token.tag.slice(1));
      if (aside === 0 || level <= aside) {
        aside = asides.test(tokens[index + 1]?.content ?? "") ? level : 0;
      }
    } else if (token.type === "inline" && folded === 0 && aside === 0) {
      const parts = token.children ?? [];
      const said = parts.filter(({ type }) => type === "text" || type === "code_inline");
      words += count(said.map((part) => part.content).join(" "), /\S*[\p{L}\p{N}]\S*/gu);
    }
  }
  return words;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
