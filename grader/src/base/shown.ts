/** How a value asks to be shown in a notebook (Deno's convention, which the course's kernel follows). */
const display = Symbol.for("Jupyter.display");

/** What a notebook shows as a page and everything else as text. */
export class Shown {
  readonly #html: string;
  readonly #text: string;

  constructor(html: string, text: string) {
    this.#html = html;
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  [display](): Record<string, string> {
    return { "text/html": this.#html, "text/plain": this.#text };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.#text;
  }
}
