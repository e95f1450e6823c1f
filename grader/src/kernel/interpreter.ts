import { formatWithOptions } from "node:util";
import { Activity } from "./activity.js";
import { CellCompiler } from "./cell-compiler.js";
import { type CellError, type Place, plainError, thrownError } from "./cell-error.js";
import { makeLets } from "./earlier-names.js";
import { noticeChanges } from "./patches.js";
import { installStackTraces } from "./source-maps.js";
import { captureStreams, type StreamName } from "./streams.js";
import { type Executor, loadTslab, type Tslab } from "./tslab.js";

/** A value in the formats that a notebook can show, by MIME type. */
export type Bundle = Record<string, unknown>;

/** Where the outputs of a cell go, in the order in which they are made. */
export interface Sink {
  stream(name: StreamName, text: string): void;
  display(data: Bundle, metadata: Bundle, displayId: string | undefined, update: boolean): void;
  result(data: Bundle): void;
  error(error: CellError): void;
}

/** A value with this method is shown as what it returns: Deno's convention for notebooks. */
const displayMethod = Symbol.for("Jupyter.display");

class KernelError extends Error {
  override name = "KernelError";
}

class CellExit extends Error {
  override name = "ProcessExit";
}

/** A cell that runs, or the last that ran: what comes late is still its own. */
interface Run {
  place: Place;
  sink: Sink;
  running: boolean;
  failure?: CellError;
  /** The last expression's, in an object because it may be anything. */
  value?: { value: unknown };
  stop?: () => void;
}

/**
 * Runs cells one after the other in this process, as the kernel and the tests of notebooks do.
 * There is one for a process: it takes over the process's output, its exit and its stray errors.
 */
export class Interpreter {
  readonly #tslab: Tslab;
  readonly #executor: Executor;
  readonly #compiler: CellCompiler;
  #run: Run;

  readonly #activity: Activity;

  /**
   * @param sink takes what is written before the first cell runs
   * @param activity is told what this thread is at
   * @throws Failure when tslab is missing or has the wrong version
   */
  constructor(sink: Sink, activity = new Activity()) {
    this.#activity = activity;
    activity.watchScripts();
    this.#run = { place: { label: "cell", code: "" }, sink, running: false };
    this.#tslab = loadTslab();
    this.#compiler = new CellCompiler(
      this.#tslab,
      () => this.#run.place,
      (error) => this.#fail(error),
    );
    const node = this.#compiler;
    const converters = { node, browser: node, close: () => node.close() };
    this.#executor = this.#tslab.createExecutor(process.cwd(), converters, {
      // The executor has two words for the outside: the last value, and whatever it caught.
      log: (value: unknown) => {
        this.#run.value = { value };
      },
      error: (...thrown: unknown[]) => this.#caught(thrown),
    });
    makeLets();
    installStackTraces();
    captureStreams((name, text) => this.#run.sink.stream(name, text));
    this.#tslab.jupyter.lastWriteDisplayData = ({ data, metadata, transient }, update) =>
      this.#run.sink.display(data, metadata, transient.display_id, update);
    this.#takeOverProcess();
  }

  /**
   * Compiles and runs a cell. Everything that it prints, shows and throws goes to the sink.
   *
   * @param number what stack traces call it: 3 for "cell [3]"
   * @returns the error of the cell, which the sink has seen already; undefined when all went well
   */
  async run(code: string, sink: Sink, number: number): Promise<CellError | undefined> {
    const place = { label: `cell [${number}]`, code };
    const run: Run = { place, sink, running: true };
    this.#run = run;
    await new Promise<void>((resolve) => {
      run.stop = resolve;
      // In a turn of its own: when a loop is ended by force, all that is on the stack is lost.
      setImmediate(() => {
        // It can have been interrupted before it began.
        if (run.failure === undefined) this.#execute(run).then(resolve);
      });
    });
    // A rejection that nothing handles is known only after the queue of microtasks has run dry.
    await new Promise((resolve) => setImmediate(resolve));
    run.running = false;
    return run.failure;
  }

  /**
   * Ends the running cell. What it waits for goes on, its result is dropped.
   *
   * @param forced whether what the cell did was cut off; then it may have been the compiler's work
   */
  interrupt(forced = false): void {
    if (forced) {
      this.#compiler.discard();
      this.#listenToSigint();
    }
    if (!this.#run.running) return;
    if (this.#run.failure === undefined) this.#fail(interruption());
    this.#executor.interrupt();
    this.#run.stop?.();
  }

  /** Candidates for the word at the position (in UTF-16 units), and the span that they replace. */
  complete(code: string, position: number): { start: number; end: number; candidates: string[] } {
    return this.#activity.own(() => {
      noticeChanges(this.#tslab.typescript);
      return this.#executor.complete(code, position);
    });
  }

  /** The type and the documentation of what stands at the position (in UTF-16 units). */
  inspect(code: string, position: number): string | undefined {
    return this.#activity.own(() => {
      noticeChanges(this.#tslab.typescript);
      const info = this.#executor.inspect(code, position);
      return info ? this.#tslab.printQuickInfo(info) : undefined;
    });
  }

  /** Whether the code is a whole cell, for consoles that ask before they send it. */
  isComplete(code: string): { completed: boolean; indent?: string | undefined } {
    return this.#activity.own(() => this.#tslab.isCompleteCode(code));
  }

  /** Lets go of the compiler. */
  close(): void {
    this.#executor.close();
  }

  async #execute(run: Run): Promise<void> {
    const { code } = run.place;
    try {
      if (this.#tslab.getCodeMetadata(code).mode === "browser") {
        throw new KernelError("A cell for the browser (@browser) cannot be run here.");
      }
      const ok = await this.#activity.own(() => {
        noticeChanges(this.#tslab.typescript);
        return this.#executor.execute(code);
      });
      if (!ok && run.failure === undefined) {
        throw new KernelError("The cell failed, and the reason is not known.");
      }
      if (run.failure === undefined && run.value !== undefined) await show(run, run.value.value);
    } catch (thrown) {
      this.#fail(thrownError(thrown, run.place));
    }
  }

  #caught(thrown: unknown[]): void {
    const { failure, place } = this.#run;
    // The compiler's messages, an interruption and process.exit have been reported already.
    if (failure !== undefined) return;
    const [first] = thrown;
    const interrupted =
      first instanceof Error &&
      "code" in first &&
      first.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
    this.#fail(interrupted ? interruption() : thrownError(first, place));
  }

  /** Reports an error; the first one makes the running cell fail. */
  #fail(error: CellError): void {
    if (this.#run.running) this.#run.failure ??= error;
    this.#run.sink.error(error);
  }

  readonly #onSigint = () => this.interrupt();

  /** Node.js takes the listener away while a cell runs, and fails to give it back after force. */
  #listenToSigint(): void {
    process.off("SIGINT", this.#onSigint);
    process.on("SIGINT", this.#onSigint);
  }

  #takeOverProcess(): void {
    this.#listenToSigint();
    const stray = (thrown: unknown) => {
      // What our own process.exit throws has been reported.
      if (!(thrown instanceof CellExit)) this.#fail(thrownError(thrown, this.#run.place));
    };
    process.on("unhandledRejection", stray);
    process.on("uncaughtException", stray);
    process.exit = (code) => {
      const exit = new CellExit(
        `process.exit(${code ?? ""}) was called. A cell cannot end the kernel; throw an Error instead.`,
      );
      // Reported here and thrown: a cell that catches it fails all the same.
      if (this.#run.failure === undefined) this.#fail(thrownError(exit, this.#run.place));
      throw exit;
    };
  }
}

/** Shows the value of the cell's last expression. */
async function show(run: Run, value: unknown): Promise<void> {
  const method = (value as { [displayMethod]?: unknown })[displayMethod];
  const bundle = typeof method === "function" ? await method.call(value) : undefined;
  if (run.failure !== undefined) return;
  const rich = typeof bundle === "object" && bundle !== null;
  run.sink.result(rich ? bundle : { "text/plain": formatWithOptions({}, value) });
}

function interruption(): CellError {
  return plainError(
    "KeyboardInterrupt",
    "The cell was stopped. What it had started may still be running; restart the kernel to end that.",
  );
}
