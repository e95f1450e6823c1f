/** A place in a chapter's source, for messages: `notebooks/chapters/01-engines.md:12`. */
export interface Place {
  file: string;
  line: number;
}

/** Declarations of `orm/src` that a cell or an exercise holds: `engine/sql.ts#sql,Fragment`. */
export interface Reference {
  /** Below `orm/src`. */
  file: string;
  /** Empty: all declarations of the file. */
  names: string[];
  /** As the author wrote it. */
  text: string;
  place: Place;
}

export interface MarkdownBlock {
  kind: "markdown";
  text: string;
  place: Place;
}

/** What a cell must print, with the line of its fence. */
export interface Expectation {
  text: string;
  place: Place;
}

export interface CodeBlock {
  kind: "code";
  code: string;
  references: Reference[];
  /** The cell is there to fail. */
  raises: boolean;
  /** What the bare edition asks for in its place; `keep`: it stands there whole. */
  bare?: string;
  expected?: Expectation;
  place: Place;
}

export interface ExerciseBlock {
  kind: "exercise";
  id: string;
  title: string;
  exercise: "use" | "build";
  points: number;
  minutes: number;
  name: string;
  reference?: Reference;
  statement: string;
  starter?: string;
  solution?: string;
  why: string;
  hints: string[];
  place: Place;
}

export type Block = MarkdownBlock | CodeBlock | ExerciseBlock;

export interface NotebookSource {
  /** `01-engines` for `notebooks/01-engines.ipynb`. */
  name: string;
  blocks: Block[];
  place: Place;
}

export interface Chapter {
  /** Path below the root of the checkout. */
  file: string;
  number: number;
  name: string;
  title: string;
  /** The folder of `orm/src` that this chapter teaches. */
  folder?: string;
  notebooks: NotebookSource[];
}

/** `notebooks/chapters/01-engines.md:12` */
export function at(place: Place): string {
  return `${place.file}:${place.line}`;
}

/** `01-engines`: what the folders of a chapter's exercises and solutions are called. */
export function chapterFolder(chapter: Pick<Chapter, "number" | "name">): string {
  return `${String(chapter.number).padStart(2, "0")}-${chapter.name}`;
}
