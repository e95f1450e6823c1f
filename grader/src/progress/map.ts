import type { ExerciseEntry } from "../judge/catalogue.js";
import { type Attempt, attempts, best } from "../judge/history.js";
import type { Chapter, NotebookSource } from "../weave/model.js";

/** Points that were got, of those that there are. */
export interface Score {
  points: number;
  max: number;
}

export interface MappedExercise extends Score {
  id: string;
  title: string;
  path: string;
  attempts: number;
  /** Begun: graded at least once, and not solved. */
  state: "solved" | "begun" | "open";
}

export interface MappedNotebook {
  /** `03b-unit-of-work` */
  name: string;
  title: string;
  exercises: MappedExercise[];
}

export interface MappedChapter extends Score {
  number: number;
  title: string;
  notebooks: MappedNotebook[];
  exercises: MappedExercise[];
}

/** The whole course, and how far a reader has come in it. */
export interface CourseMap extends Score {
  chapters: MappedChapter[];
  exercises: MappedExercise[];
  /** The first exercise that is not solved. */
  next: MappedExercise | undefined;
}

/**
 * Puts the chapters, their exercises and a reader's attempts together. An exercise counts by its best attempt.
 *
 * @param chapters as they are written; files of one number are one chapter
 */
export function courseMap(
  chapters: readonly Chapter[],
  entries: readonly ExerciseEntry[],
  history: readonly Attempt[],
): CourseMap {
  const results = best(history);
  const found = entries.map((entry) => ({
    entry,
    exercise: mapped(entry, results.get(entry.id), attempts(history, entry.id)),
  }));
  const numbers = [...new Set(chapters.map(({ number }) => number))].sort((a, b) => a - b);
  const all = numbers.map((number): MappedChapter => {
    const files = chapters.filter((chapter) => chapter.number === number);
    const sources = files.flatMap((chapter) => chapter.notebooks);
    const notebooks = sources.sort(byName).map((source) => ({
      name: source.name,
      title: titleOf(source),
      exercises: found
        .filter(({ entry }) => entry.notebook === `notebooks/${source.name}.ipynb`)
        .map(({ exercise }) => exercise),
    }));
    const exercises = notebooks.flatMap((notebook) => notebook.exercises);
    // The chapter is called as its first notebook's file is: the one that is named like it.
    const title = (files.find((file) => file.notebooks[0] === sources[0]) ?? files[0])?.title ?? "";
    return { number, title, notebooks, exercises, ...sum(exercises) };
  });
  const exercises = all.flatMap((chapter) => chapter.exercises);
  const next = exercises.find(({ state }) => state !== "solved");
  return { chapters: all, exercises, next, ...sum(exercises) };
}

/** How many of them are solved. */
export function solved(exercises: readonly MappedExercise[]): number {
  return exercises.filter(({ state }) => state === "solved").length;
}

function mapped(entry: ExerciseEntry, result: Attempt | undefined, made: number): MappedExercise {
  const { id, title, path } = entry;
  const isSolved = result !== undefined && result.points === result.max;
  const state = isSolved ? "solved" : result ? "begun" : "open";
  return { id, title, path, attempts: made, state, points: result?.points ?? 0, max: entry.points };
}

function sum(scores: readonly Score[]): Score {
  const add = (pick: (score: Score) => number) =>
    scores.reduce((total, score) => total + pick(score), 0);
  return { points: add(({ points }) => points), max: add(({ max }) => max) };
}

function byName(a: NotebookSource, b: NotebookSource): number {
  return a.name < b.name ? -1 : 1;
}

/** The notebook's first heading without its number: the name before it has that already. */
function titleOf({ name, blocks }: NotebookSource): string {
  const text = blocks.find((block) => block.kind === "markdown")?.text ?? "";
  const heading = /^#\s+(.*)/.exec(text)?.[1] ?? name;
  return heading.replace(/^\d+[a-z]?\s+/, "").replaceAll("`", "");
}
