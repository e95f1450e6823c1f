import type { Content } from "./wire.js";

/** One cell that was run: the session's number (there is one), the cell's number, the cell. */
type Entry = [session: number, line: number, input: string];

/** The cells of this kernel's life, for clients in which the up arrow brings back the last one. */
export class History {
  readonly #entries: Entry[] = [];

  add(line: number, input: string): void {
    this.#entries.push([0, line, input]);
  }

  /** Answers a `history_request`. Outputs are not kept: where they are asked for, they are null. */
  find(request: Content): unknown[] {
    const found = this.#select(request);
    if (request.output !== true) return found;
    return found.map(([session, line, input]) => [session, line, [input, null]]);
  }

  #select({ hist_access_type, n, start, stop, pattern, unique }: Content): Entry[] {
    if (hist_access_type === "range") {
      const end = stop === null || stop === undefined ? Number.POSITIVE_INFINITY : Number(stop);
      return this.#entries.filter(([, line]) => line >= Number(start ?? 0) && line < end);
    }
    let found = this.#entries;
    if (hist_access_type === "search") {
      const matcher = glob(String(pattern ?? "*"));
      found = found.filter(([, , input]) => matcher.test(input));
      if (unique === true) found = [...new Map(found.map((each) => [each[2], each])).values()];
    }
    return typeof n === "number" && n > 0 ? found.slice(-n) : found;
  }
}

/** `*` stands for any text, `?` for a character. */
function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`);
}
