import { type CellError, compileError, type Place } from "./cell-error.js";
import { keepLets } from "./earlier-names.js";
import { loopsWithAwait } from "./patches.js";
import { rememberSource } from "./source-maps.js";
import type { Converter, ConvertResult, Diagnostic, Tslab } from "./tslab.js";

/** Text that tslab's executor puts around the compiled code of a cell. */
const prefixes = {
  plain: "(function(exports, require) { ",
  async: "(async function(exports, require) { ",
};

/**
 * tslab's compiler of cells, which remembers where the compiled lines came from, tells of errors as
 * objects instead of printed text, and can be replaced by a new one at any time: all that it knows of
 * earlier cells is given to it with each cell.
 */
export class CellCompiler implements Converter {
  readonly #tslab: Tslab;
  readonly #place: () => Place;
  readonly #fail: (error: CellError) => void;
  #converter: Converter | undefined;
  /** How many cells were compiled: no two share a URL, though two may share a number. */
  #cells = 0;

  /**
   * @param place tells which cell is being run
   * @param fail is told what keeps it from being compiled
   */
  constructor(tslab: Tslab, place: () => Place, fail: (error: CellError) => void) {
    this.#tslab = tslab;
    this.#place = place;
    this.#fail = fail;
    // Made now, not with the first cell: it takes about a second.
    this.#fresh();
  }

  convert(declarations: string, code: string): ConvertResult {
    const place = this.#place();
    const converted = this.#fresh().convert(declarations, code);
    if (converted.diagnostics.length > 0) {
      this.#fail(compileError(converted.diagnostics, place));
      // The compiler remembers for ever that a file was missing. A new one looks again.
      if (converted.diagnostics.some(isMissingModule)) this.discard();
      return converted;
    }
    converted.hasToplevelAwait ||= loopsWithAwait(this.#tslab.typescript, code);
    if (converted.output !== undefined) {
      this.#cells += 1;
      const url = `ormlet-cell-${this.#cells}`;
      const output = rememberSource(url, converted.output, {
        label: place.label,
        linesBefore: 1,
        charactersBefore: prefixes[converted.hasToplevelAwait ? "async" : "plain"].length,
      });
      // Below what is remembered, so that no line moves and no stack trace shows it.
      const ending = keepLets(this.#tslab.typescript, code);
      converted.output = `${output}\n${ending}\n//# sourceURL=${url}`;
    }
    for (const file of converted.sideOutputs ?? []) {
      const label = file.path.slice(process.cwd().length + 1).replace(/\.js$/, ".ts");
      const at = { label, linesBefore: 0, charactersBefore: 0 };
      file.data = rememberSource(file.path, file.data, at);
    }
    return converted;
  }

  complete(...at: Parameters<Converter["complete"]>): ReturnType<Converter["complete"]> {
    return this.#fresh().complete(...at);
  }

  inspect(...at: Parameters<Converter["inspect"]>): ReturnType<Converter["inspect"]> {
    return this.#fresh().inspect(...at);
  }

  addModule(...at: Parameters<Converter["addModule"]>): ReturnType<Converter["addModule"]> {
    return this.#fresh().addModule(...at);
  }

  close(): void {
    this.#converter?.close();
  }

  /** Has the next cell compiled by a new compiler. */
  discard(): void {
    this.close();
    this.#converter = undefined;
  }

  #fresh(): Converter {
    this.#converter ??= this.#tslab.createConverter();
    return this.#converter;
  }
}

function isMissingModule({ code, messageText }: Diagnostic): boolean {
  return code === 2307 && /'\.{1,2}\//.test(messageText);
}
