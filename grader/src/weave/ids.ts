/** `Bound parameters, at last!` becomes `bound-parameters-at-last`. */
export function slug(text: string): string {
  const words = text.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
  const joined = words.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return joined.slice(0, 40).replace(/-$/, "");
}

/**
 * Gives the cells of one notebook their ids. An id is made of the section's heading and the cell's
 * place within that section, or of the woven declaration's name, never of the text; so an edit
 * changes no id, and a new cell moves at most those after it in its own section.
 */
export class CellIds {
  readonly #chapter: string;
  readonly #taken = new Set<string>();
  #section = "start";

  constructor(chapter: number) {
    this.#chapter = String(chapter).padStart(2, "0");
  }

  /** A Markdown cell that begins with a heading begins a section. */
  heading(text: string): string {
    this.#section = slug(text) || "section";
    return this.#take(this.#section);
  }

  /** A cell of the section; `kind` is `text` or `code`. */
  next(kind: string): string {
    return this.#take(`${this.#section}-${kind}`);
  }

  /** A cell that has a name of its own, such as a woven declaration's. */
  named(name: string): string {
    return this.#take(slug(name));
  }

  #take(wanted: string): string {
    const base = `${this.#chapter}-${wanted}`;
    let id = base;
    for (let count = 2; this.#taken.has(id); count++) id = `${base}-${count}`;
    this.#taken.add(id);
    return id;
  }
}
