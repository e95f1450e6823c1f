import type { CellError } from "../kernel/cell-error.js";
import type { Bundle, Sink } from "../kernel/interpreter.js";
import type { CellResult, NbOutput } from "./notebook.js";

/** Collects what a cell prints, shows and throws as the outputs of a notebook. */
export class Collector implements Sink {
  readonly outputs: NbOutput[] = [];
  /** The first error. */
  failure: CellResult["error"];
  readonly #shown = new Map<string, NbOutput & { output_type: "display_data" }>();
  readonly #count: number;

  /** @param count the number of the cell, for its result */
  constructor(count: number) {
    this.#count = count;
  }

  stream(name: "stdout" | "stderr", text: string): void {
    const last = this.outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.outputs.push({ output_type: "stream", name, text });
  }

  display(data: Bundle, metadata: Bundle, displayId: string | undefined, update: boolean): void {
    const shown = displayId === undefined ? undefined : this.#shown.get(displayId);
    if (update && shown !== undefined) {
      Object.assign(shown, { data, metadata });
      return;
    }
    const output = { output_type: "display_data" as const, data, metadata };
    this.outputs.push(output);
    if (displayId !== undefined) this.#shown.set(displayId, output);
  }

  result(data: Bundle): void {
    const execution_count = this.#count;
    this.outputs.push({ output_type: "execute_result", execution_count, data, metadata: {} });
  }

  error({ name, message, traceback, line }: CellError): void {
    this.outputs.push({ output_type: "error", ename: name, evalue: message, traceback });
    this.failure ??= { name, message, ...(line === undefined ? {} : { line }) };
  }
}
