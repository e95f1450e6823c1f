import { Failure } from "../base/failure.js";
import { printDeclaration } from "./declarations.js";
import { importsFor } from "./imports.js";
import { digest } from "./ipynb.js";
import { at, type Chapter, chapterFolder, type ExerciseBlock } from "./model.js";
import type { Declaration, Modules } from "./modules.js";

/** What `manifest.json` says of an exercise: all that the judge and the commands need to know. */
export interface ManifestEntry {
  id: string;
  chapter: number;
  /** The file's name without number and ending: `find-member`. */
  name: string;
  kind: "use" | "build";
  points: number;
  minutes: number;
  title: string;
  /** `notebooks/01-engines.ipynb`, where its text stands. */
  notebook: string;
  /** What the learner edits: `exercises/01-engines/1-find-member.ts`. */
  path: string;
  /** `solutions/01-engines/1-find-member.ts` */
  solution: string;
  /** The two halves of its tests, below the root. */
  tests: { probe: string; verdict: string };
  /** The declarations that it builds: `engine/sql.ts#sql`. */
  weave?: string;
  /** Markdown. */
  statement: string;
  hints: string[];
  /** The text of the starter's file. */
  starter: string;
  /** Digests of this and of all earlier starters: a file with one of them is nobody's work. */
  starters: string[];
  /** The chapter's source, and the line of the heading in it. */
  source: string;
  line: number;
}

export interface WovenExercise {
  entry: ManifestEntry;
  /** The starter without the comment at its top, as the notebook shows it. */
  shown: string;
  /** The text of the solution's file. */
  solution: string;
  /** What a build exercise takes from `orm/src`. */
  declarations: Declaration[];
}

/** Makes an exercise's starter, solution and manifest entry. */
export function weaveExercise(
  block: ExerciseBlock,
  chapter: Chapter,
  notebook: string,
  modules: Modules,
): WovenExercise {
  const folder = chapterFolder(chapter);
  const file = `${folder}/${block.id.split(".")[1]}-${block.name}`;
  const built = block.reference ? build(block, modules) : undefined;
  const shown = block.starter ?? built?.starter ?? "";
  const path = `exercises/${file}.ts`;
  const notebookPath = `notebooks/${notebook}.ipynb`;
  const starter = `${comment(starterLines(block, notebookPath))}\n${shown}\n`;
  const entry: ManifestEntry = {
    id: block.id,
    chapter: chapter.number,
    name: block.name,
    kind: block.exercise,
    points: block.points,
    minutes: block.minutes,
    title: block.title,
    notebook: notebookPath,
    path,
    solution: `solutions/${file}.ts`,
    tests: {
      probe: `grader/src/exercises/${file}.probe.ts`,
      verdict: `grader/src/exercises/${file}.verdict.ts`,
    },
    ...(block.reference && { weave: block.reference.text }),
    statement: block.statement,
    hints: block.hints,
    starter,
    starters: [digest(starter)],
    source: chapter.file,
    line: block.place.line,
  };
  const head = [
    `Exercise ${block.id}: ${block.title}. One solution.`,
    "",
    ...block.why.split("\n"),
  ];
  const solution = `${comment(head)}\n${block.solution ?? built?.solution ?? ""}\n`;
  return { entry, shown, solution, declarations: built?.declarations ?? [] };
}

function starterLines(block: ExerciseBlock, notebook: string): string[] {
  return [
    `Exercise ${block.id}: ${block.title} (${block.points} points, about ${block.minutes} minutes)`,
    "",
    `Read:  ${notebook}`,
    `Grade: npm run grade -- ${block.id}`,
  ];
}

function comment(lines: string[]): string {
  const body = lines.map((line) => ` * ${line.replaceAll("*/", "* /")}`.trimEnd());
  return `/*\n${body.join("\n")}\n */`;
}

function build(
  block: ExerciseBlock,
  modules: Modules,
): { starter: string; solution: string; declarations: Declaration[] } {
  const { reference, id, place } = block;
  if (!reference) return { starter: "", solution: "", declarations: [] };
  const { module, declarations } = modules.find(reference);
  const whole = { exported: true, shortDocs: false };
  const body = `throw new Error("not written yet: exercise ${id}");`;
  const solved = declarations.map((one) => printDeclaration(one, whole).text).join("\n\n");
  const emptied = declarations.map((one) => printDeclaration(one, { ...whole, body }));
  if (block.starter === undefined && emptied.every((one) => one.emptied === 0)) {
    throw new Failure(`${at(place)}: exercise ${id} leaves nothing to write`, {
      why: `${reference.text} holds no function whose body could be taken out.`,
      remedy: "Give the exercise a ```ts starter fence of its own.",
    });
  }
  const imports = importsFor(solved, [module], new Map(), place);
  const join = (text: string) => (imports === "" ? text : `${imports}\n\n${text}`);
  const starter = join(emptied.map((one) => one.text).join("\n\n"));
  return { starter, solution: join(solved), declarations };
}
