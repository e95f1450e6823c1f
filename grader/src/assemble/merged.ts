import type ts from "@tslab/typescript-for-tslab";
import { exchange, parse } from "../judge/exchange.js";
import { namesOf } from "../judge/rename.js";
import type { Part } from "./parts.js";

/** A place in a part's own file. */
export interface OwnPlace {
  part: Part;
  /** Counts from 1. */
  line: number;
}

/** A module of the package with the declarations of one or more parts in it. */
export class Merged {
  readonly file: string;
  readonly text: string;
  readonly parts: readonly Part[];
  #source: ts.SourceFile | undefined;

  private constructor(file: string, text: string, parts: readonly Part[]) {
    this.file = file;
    this.text = text;
    this.parts = parts;
  }

  /**
   * Puts parts into their module, one after the other, as the judge does with one.
   *
   * @returns why a part does not fit, as a sentence that names its file and line, when one does not
   */
  static make(
    file: string,
    reference: string,
    parts: readonly Part[],
  ): Merged | { refused: string } {
    let text = reference;
    // A part that is the whole module goes first: it would take away what others have put in.
    const isPiece = ({ target }: Part) => target.names.length > 0;
    const order = [...parts].sort((one, other) => Number(isPiece(one)) - Number(isPiece(other)));
    for (const part of order) {
      const made = exchange(file, part.target.names, text, part.text, part.path);
      if ("parse" in made) return { refused: made.parse[0] ?? `${part.path} cannot be read.` };
      if ("refused" in made) return made;
      text = made.module.text;
    }
    return new Merged(file, text, order);
  }

  /**
   * Which part a line of the module comes from, and where it stands in that part's own file; undefined
   * for a line of the package's. Declarations keep their lines when they are merged, so it is the distance
   * from the beginning of the declaration that counts.
   */
  locate(line: number): OwnPlace | undefined {
    this.#source ??= parse(this.file, this.text);
    const source = this.#source;
    const statement = source.statements.find((one) => {
      const [first, last] = linesOf(one, source);
      return first <= line && line <= last;
    });
    if (!statement) return undefined;
    const [first] = linesOf(statement, source);
    // Of declarations alike, the one with the same text; an import in it has another path by now.
    const candidates = this.parts.flatMap((part) => findDeclarations(part, statement));
    const text = plain(statement.getText(source));
    const found = candidates.find((one) => plain(one.text) === text) ?? candidates[0];
    return found && { part: found.part, line: found.first + line - first };
  }
}

/** A text without what a merge puts behind names that are there twice. */
const plain = (text: string): string => text.replace(/OfOrmlet\d*\b/g, "");

/** The first and the last line of a statement, without the comments before it; they count from 1. */
function linesOf(statement: ts.Statement, source: ts.SourceFile): [number, number] {
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  return [lineAt(statement.getStart(source)), lineAt(statement.end)];
}

/** What a part declares by the names, and in the kind and the length, of a statement of the module. */
function findDeclarations(
  part: Part,
  statement: ts.Statement,
): { part: Part; first: number; text: string }[] {
  const names = namesOf(statement).map(plain).join();
  if (names === "") return [];
  const height = statement.getText().split("\n").length;
  const source = parse(part.path, part.text);
  return source.statements
    .filter((one) => one.kind === statement.kind && namesOf(one).map(plain).join() === names)
    .map((one) => ({ part, first: linesOf(one, source)[0], text: one.getText(source) }))
    .filter(({ text }) => text.split("\n").length === height);
}
