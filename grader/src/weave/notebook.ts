import { Failure } from "../base/failure.js";
import { printDeclaration } from "./declarations.js";
import { type WovenExercise, weaveExercise } from "./exercise.js";
import { CellIds } from "./ids.js";
import { importsFor } from "./imports.js";
import { type Cell, newCell } from "./ipynb.js";
import type { Block, Chapter, CodeBlock, Expectation, NotebookSource, Place } from "./model.js";
import type { Declaration, Module, Modules } from "./modules.js";
import { definedBy, type Use } from "./names.js";

/** Where a cell comes from and what it should do; the notebook's file holds the `cell` alone. */
export interface WovenCell {
  cell: Cell;
  place: Place;
  /** What it must print. */
  expected?: Expectation;
  raises: boolean;
  /** Grades an exercise: its output is the learner's and is not compared. */
  grades: boolean;
  /** The declarations of `orm/src` that it holds, and what the chapter wrote below them. */
  woven?: { declarations: Declaration[]; code: string };
  /** What the chapter has the bare edition say in its place. */
  bare?: string;
}

/** A declaration of `orm/src` that stands in the course, and where. */
export interface Placement {
  declaration: Declaration;
  where: "main" | "exercise" | "appendix";
  place: Place;
}

export interface WovenNotebook {
  name: string;
  /** `notebooks/01-engines.ipynb` */
  path: string;
  chapter: Chapter;
  place: Place;
  cells: WovenCell[];
  exercises: WovenExercise[];
  placements: Placement[];
  /** Blocks that could not be woven. */
  failures: Failure[];
}

/** Weaves one notebook of a chapter. */
export function weaveSource(
  source: NotebookSource,
  chapter: Chapter,
  modules: Modules,
): WovenNotebook {
  return new Weaver(source, chapter, modules).weave();
}

class Weaver {
  readonly #source: NotebookSource;
  readonly #modules: Modules;
  readonly #ids: CellIds;
  readonly #woven: WovenNotebook;
  /** What the cells so far have defined. */
  readonly #defined = new Map<string, Use>();

  constructor(source: NotebookSource, chapter: Chapter, modules: Modules) {
    const { name, place } = source;
    const path = `notebooks/${name}.ipynb`;
    this.#source = source;
    this.#modules = modules;
    this.#ids = new CellIds(chapter.number);
    const found = { cells: [], exercises: [], placements: [], failures: [] };
    this.#woven = { name, path, chapter, place, ...found };
  }

  weave(): WovenNotebook {
    for (const block of this.#source.blocks) {
      try {
        this.#block(block);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        this.#woven.failures.push(failure);
      }
    }
    return this.#woven;
  }

  #block(block: Block): void {
    if (block.kind === "markdown") this.#markdown(block.text, block.place);
    else if (block.kind === "code") this.#code(block);
    else {
      const { chapter, name } = this.#woven;
      const exercise = weaveExercise(block, chapter, name, this.#modules);
      this.#woven.exercises.push(exercise);
      this.#place(exercise.declarations, "exercise", block.place);
      this.#exercise(exercise, block.place);
    }
  }

  #markdown(text: string, place: Place): void {
    const heading = /^#{1,6}\s+(.*)/.exec(text)?.[1];
    const id = heading === undefined ? this.#ids.next("text") : this.#ids.heading(heading);
    this.#add(newCell("markdown", id, text, []), { place });
  }

  #code(block: CodeBlock): void {
    const { references, raises, place, expected } = block;
    const found = references.map((one) => this.#modules.find(one));
    const declarations = found.flatMap((one) => one.declarations);
    const change = { exported: false, shortDocs: true };
    const parts = declarations.map((one) => printDeclaration(one, change).text);
    if (block.code.trim() !== "") parts.push(block.code);
    const text = parts.join("\n\n");
    const code = this.#withImports(
      text,
      found.map((one) => one.module),
      place,
    );
    const first = declarations[0];
    const id = first ? this.#ids.named(`weave ${first.names[0]}`) : this.#ids.next("code");
    const grades = /\bgrade\(\s*["'`]/.test(code) && !expected;
    const tags = [...(raises ? ["raises-exception"] : []), ...(grades ? ["grade"] : [])];
    const woven = first && { declarations, code: block.code };
    const { bare } = block;
    this.#add(newCell("code", id, code, tags), { place, expected, raises, grades, woven, bare });
    const where = this.#woven.name.endsWith("-appendix") ? "appendix" : "main";
    this.#place(declarations, where, place);
  }

  /** Puts before the code what it needs and the notebook does not have yet. */
  #withImports(text: string, modules: Module[], place: Place): string {
    const imports = modules.length > 0 ? importsFor(text, modules, this.#defined, place) : "";
    return imports === "" ? text : `${imports}\n\n${text}`;
  }

  #place(declarations: Declaration[], where: Placement["where"], place: Place): void {
    for (const declaration of declarations) {
      this.#woven.placements.push({ declaration, where, place });
    }
  }

  #exercise(woven: WovenExercise, place: Place): void {
    const { entry, shown } = woven;
    const name = `exercise-${entry.id}`;
    const kind = entry.kind === "build" ? "build a piece of the ORM" : "use the ORM";
    const text = [
      `## Exercise ${entry.id}: ${entry.title}`,
      `*${entry.points} points · about ${entry.minutes} minutes · ${kind}*`,
      entry.statement,
      `Your file is [${entry.path}](../${entry.path}). It begins like this:`,
      folded(fenced("ts", shown)),
      `Save it, then run the next cell. A hint: \`npx course hint ${entry.id}\` in a terminal.`,
    ].join("\n\n");
    this.#add(newCell("markdown", this.#ids.heading(name), text, []), { place });
    const imports = this.#defined.get("grade") ? "" : 'import { grade } from "course";\n\n';
    const code = `${imports}await grade("${entry.id}");`;
    const cell = newCell("code", this.#ids.named(`${name}-grade`), code, ["grade"]);
    this.#add(cell, { place, grades: true });
  }

  #add(cell: Cell, more: Told): void {
    const { place, expected, raises = false, grades = false, woven, bare } = more;
    const known = { ...(expected && { expected }), ...(woven && { woven }), ...(bare && { bare }) };
    this.#woven.cells.push({ cell, place, raises, grades, ...known });
    if (cell.cell_type !== "code" || raises) return; // a cell that fails defines nothing
    for (const [name, use] of definedBy(cell.source)) this.#defined.set(name, use);
  }
}

/** What the weave says of a cell that it adds; what is left out is not so. */
type Told = { place: Place } & {
  [Key in Exclude<keyof WovenCell, "cell" | "place">]?: WovenCell[Key] | undefined;
};

/** A fence around code that may hold fences itself. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^`+/gm)].map((match) => match[0].length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Lines of a starter that a reader takes in at a glance; a longer one opens on a click. */
const glance = 40;

function folded(text: string): string {
  const lines = text.split("\n").length - 2;
  if (lines <= glance) return text;
  return `<details><summary>${lines} lines</summary>\n\n${text}\n\n</details>`;
}
