import MarkdownIt from "markdown-it";
import { Failure } from "../base/failure.js";
import { finishExercise, type OpenExercise, openExercise } from "./exercise-block.js";
import { type Fence, readFence } from "./fence.js";
import { readFrontMatter } from "./front-matter.js";
import { at, type Block, type Chapter, type NotebookSource, type Place } from "./model.js";

const markdown = new MarkdownIt({ html: true });

/** One block of the chapter that the weave must look at; all other lines are text. Lines count from 0. */
interface Landmark {
  kind: "heading" | "fence" | "comment";
  start: number;
  end: number;
  /** The heading's text, the fence's body, or the comment. */
  content: string;
  info: string;
}

/** Reads a chapter's source. Every line of it ends up in a block, or the reader throws. */
export function parseChapter(file: string, source: string): Chapter {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  const { head, end } = readFrontMatter(file, lines);
  lines.fill("", 0, end);
  const reader = new Reader(file, lines);
  for (const landmark of landmarks(lines)) reader.take(landmark);
  return { file, ...head, notebooks: reader.finish() };
}

function landmarks(lines: readonly string[]): Landmark[] {
  const found: Landmark[] = [];
  const tokens = markdown.parse(lines.join("\n"), {});
  for (const [index, token] of tokens.entries()) {
    if (token.level !== 0 || !token.map) continue;
    const [start, end] = token.map;
    const { info } = token;
    if (token.type === "heading_open") {
      const content = tokens[index + 1]?.content ?? "";
      found.push({ kind: "heading", start, end, content, info });
    } else if (token.type === "fence") {
      found.push({ kind: "fence", start, end, content: token.content, info });
    } else if (token.type === "html_block" && token.content.startsWith("<!--")) {
      found.push({ kind: "comment", start, end, content: token.content.trim(), info });
    }
  }
  return found;
}

/** Walks over the landmarks; `from` is the first line that stands in no block yet. */
class Reader {
  readonly #file: string;
  readonly #lines: string[];
  readonly #notebooks: NotebookSource[] = [];
  #exercise: OpenExercise | undefined;
  /** What the last comment says of the cell that comes next. */
  #bare: { text: string; place: Place } | undefined;
  #from = 0;

  constructor(file: string, lines: string[]) {
    this.#file = file;
    this.#lines = lines;
  }

  take(landmark: Landmark): void {
    if (landmark.kind === "heading") this.#heading(landmark);
    else if (landmark.kind === "comment") this.#comment(landmark);
    else this.#fence(landmark);
  }

  finish(): NotebookSource[] {
    if (this.#exercise) throw this.#notEnded();
    this.#flush(this.#lines.length);
    this.#refuseBare();
    if (this.#notebooks.length === 0) {
      throw new Failure(`${this.#file}:1: the chapter makes no notebook`, {
        remedy: "Put a line <!-- notebook: 01-name --> before its first heading.",
      });
    }
    return this.#notebooks;
  }

  #place(line: number): Place {
    return { file: this.#file, line: line + 1 };
  }

  #notEnded(): Failure {
    const exercise = this.#exercise;
    return new Failure(`${at(exercise?.place ?? this.#place(0))}: the exercise does not end`, {
      remedy: "Put a line <!-- end exercise --> after it.",
    });
  }

  /** Makes a Markdown block of the lines up to `end`, without the empty ones around them. */
  #flush(end: number): void {
    let start = this.#from;
    let stop = end;
    while (start < stop && this.#lines[start]?.trim() === "") start++;
    while (stop > start && this.#lines[stop - 1]?.trim() === "") stop--;
    this.#from = end;
    if (start === stop) return;
    const text = this.#lines.slice(start, stop).join("\n");
    if (this.#exercise) this.#exercise.statement.push(text);
    else this.#push({ kind: "markdown", text, place: this.#place(start) });
  }

  /** @throws Failure when a `bare` comment has no cell right below it */
  #refuseBare(): void {
    if (!this.#bare) return;
    throw new Failure(`${at(this.#bare.place)}: no cell stands right below this comment`, {
      remedy: "Put <!-- bare: text --> right before the cell of which it speaks.",
    });
  }

  #push(block: Block): void {
    if (block.kind !== "code") this.#refuseBare();
    const notebook = this.#notebooks.at(-1);
    if (!notebook) {
      throw new Failure(`${at(block.place)}: this stands before the first notebook`, {
        remedy: "Put a line <!-- notebook: 01-name --> before it.",
      });
    }
    notebook.blocks.push(block);
  }

  #heading(landmark: Landmark): void {
    const place = this.#place(landmark.start);
    const isExercise = /^Exercise\s+\d/.test(landmark.content);
    if (isExercise && this.#exercise) throw this.#notEnded();
    if (this.#exercise) return;
    this.#flush(landmark.start);
    if (!isExercise) return;
    this.#exercise = openExercise(landmark.content, place);
    this.#from = landmark.end;
  }

  #comment(landmark: Landmark): void {
    const place = this.#place(landmark.start);
    const bare = /^<!--\s*bare:\s*([\s\S]+?)\s*-->$/.exec(landmark.content)?.[1];
    if (bare !== undefined) {
      this.#flush(landmark.start);
      this.#from = landmark.end;
      this.#refuseBare();
      this.#bare = { text: bare.replace(/\s+/g, " "), place };
      return;
    }
    const notebook = /^<!--\s*notebook:\s*([\w-]+)\s*-->$/.exec(landmark.content)?.[1];
    const ends = /^<!--\s*end exercise\s*-->$/.test(landmark.content);
    if (!notebook && !ends) {
      if (/^<!--\s*(note?book|end|bare)\b/i.test(landmark.content)) {
        throw new Failure(`${at(place)}: \`${landmark.content}\` is not understood`, {
          remedy: "Write <!-- notebook: 01-name -->, <!-- end exercise --> or <!-- bare: text -->.",
        });
      }
      return;
    }
    if (notebook && this.#exercise) throw this.#notEnded();
    this.#flush(landmark.start);
    this.#from = landmark.end;
    if (notebook) this.#notebooks.push({ name: notebook, blocks: [], place });
    else if (this.#exercise) {
      const exercise = this.#exercise;
      this.#exercise = undefined;
      this.#push(finishExercise(exercise));
    } else throw new Failure(`${at(place)}: no exercise is open here`);
  }

  #fence(landmark: Landmark): void {
    const place = this.#place(landmark.start);
    const first = this.#lines[landmark.start] ?? "";
    const marks = /^\s*(`{3,}|~{3,})/.exec(first)?.[1] ?? "```";
    const last = landmark.end - 1;
    if (last === landmark.start || !(this.#lines[last] ?? "").trim().startsWith(marks)) {
      throw new Failure(`${at(place)}: the fence is not closed`, {
        remedy: `Add a line ${marks}.`,
      });
    }
    const fence = readFence(landmark.info, place);
    if (fence.kind === "markdown") return;
    if (fence.kind === "show") {
      this.#lines[landmark.start] = `${marks}ts`;
      return;
    }
    this.#flush(landmark.start);
    this.#from = landmark.end;
    if (this.#exercise) this.#exercise.take(fence, landmark.content, place);
    else this.#cell(fence, landmark.content, place);
  }

  #cell(fence: Fence, content: string, place: Place): void {
    const text = content.replace(/\n$/, "");
    if (fence.kind === "code") {
      const { raises, references } = fence;
      if (text.trim() === "" && references.length === 0) {
        throw new Failure(`${at(place)}: the cell is empty`);
      }
      const bare = this.#bare?.text;
      this.#bare = undefined;
      this.#push({ kind: "code", code: text, references, raises, place, ...(bare && { bare }) });
    } else if (fence.kind === "output") {
      const above = this.#notebooks.at(-1)?.blocks.at(-1);
      if (above?.kind !== "code" || above.expected) {
        throw new Failure(`${at(place)}: this output belongs to no cell`, {
          remedy: "Put it right below the cell that prints it, one output for each cell.",
        });
      }
      above.expected = { text, place };
    } else {
      throw new Failure(`${at(place)}: a \`${fence.kind}\` fence belongs into an exercise`, {
        remedy: "An exercise begins with a heading: ## Exercise 1.1: Title {kind=use points=10 …}",
      });
    }
  }
}
