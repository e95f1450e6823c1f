import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { inRoot, root } from "../base/paths.js";
import { type CellResult, mayRaise, type NbCell, readNotebook, textOf } from "./notebook.js";
import type { Answer, Order } from "./notebook-process.js";

export { type CellResult, fillOutputs, type NbOutput, type Notebook } from "./notebook.js";

/** How to run a notebook. */
export interface RunOptions {
  /** Where cells import from; the root of the checkout if not given, as in the kernel. */
  cwd?: string;
  /** How often all cells are run, one Run All after the other in one process. */
  times?: number;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** How long one cell may take; 60 if not given. */
  timeoutSeconds?: number;
}

/**
 * Runs all cells of a notebook in a process of its own, in the very way of the kernel but without
 * Jupyter and Python. Reads the file, and doesn't change it.
 *
 * A cell that throws ends its Run All, unless it has the tag `raises-exception`; so does one that
 * doesn't end in time, or that ends the process, and then there are no further Run Alls.
 *
 * @returns for each Run All, what the cells that were run did
 * @throws Failure when the file is no notebook, or the course is not built
 */
export async function runNotebook(path: string, options: RunOptions = {}): Promise<CellResult[][]> {
  const { times = 1, timeoutSeconds = 60 } = options;
  const { cells } = await readNotebook(path);
  const runs: CellResult[][] = [];
  const kernel = new NotebookProcess(options);
  try {
    await kernel.ask(undefined, 60);
    for (let time = 0; time < times && kernel.alive; time += 1) {
      runs.push(await runAll(cells, kernel, timeoutSeconds));
    }
    if (kernel.alive) await addLate(runs, kernel);
    return runs;
  } finally {
    kernel.kill();
  }
}

async function runAll(
  cells: readonly NbCell[],
  kernel: NotebookProcess,
  timeoutSeconds: number,
): Promise<CellResult[]> {
  const results: CellResult[] = [];
  for (const [index, cell] of cells.entries()) {
    const code = textOf(cell.source);
    if (cell.cell_type !== "code" || code.trim() === "") continue;
    const id = cell.id ?? String(index);
    const answer = await kernel.ask({ run: { index, id, code } }, timeoutSeconds);
    if (typeof answer === "string") {
      results.push(lost(index, id, kernel, answer, timeoutSeconds));
      break;
    }
    if (!("ran" in answer)) continue;
    results.push(answer.ran);
    if (answer.ran.error !== undefined && !mayRaise(cell)) break;
  }
  return results;
}

/** What a cell printed or threw after it had ended belongs to it, even if it comes at the very end. */
async function addLate(runs: CellResult[][], kernel: NotebookProcess): Promise<void> {
  const answer = await kernel.ask({ end: true }, 10);
  if (typeof answer === "string" || !("late" in answer)) return;
  for (const { index, outputs, error } of answer.late) {
    const result = runs.at(-1)?.find((each) => each.index === index);
    if (result === undefined) continue;
    result.outputs = outputs;
    if (error !== undefined) result.error ??= error;
  }
}

function lost(
  index: number,
  id: string,
  kernel: NotebookProcess,
  how: "late" | "gone",
  timeoutSeconds: number,
): CellResult {
  const error =
    how === "late"
      ? {
          name: "Timeout",
          message:
            `The cell did not end within ${timeoutSeconds} s. It waits for something that never` +
            " comes, or it loops for ever. Its process was ended.",
        }
      : { name: "KernelDied", message: `The cell ended its own process (${kernel.ending}).` };
  const traceback = [`${error.name}: ${error.message}`];
  const output = { ename: error.name, evalue: error.message, traceback };
  const outputs = [{ output_type: "error" as const, ...output }];
  return { index, id, outputs, error };
}

/** The process that runs the cells, in a process group of its own, so that nothing outlives it. */
class NotebookProcess {
  readonly #child: ChildProcess;
  #answered: ((answer: Answer | "gone") => void) | undefined;
  #noise = "";
  alive = true;
  ending = "";

  constructor({ cwd = root, env = {} }: RunOptions) {
    const script = inRoot("grader/dist/notebooks/notebook-process.js");
    if (!existsSync(script)) {
      throw new Failure("Notebooks cannot be run: the course is not built.", {
        why: `${script} is missing.`,
        remedy: "Run `npm run build`.",
      });
    }
    this.#child = fork(script, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      // A cell requires packages that are ES modules, of which some versions of Node.js warn.
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#noise = (this.#noise + chunk.toString()).slice(-2000);
      });
    }
    this.#child.on("message", (answer: Answer) => this.#answered?.(answer));
    this.#child.on("error", (error) => this.#ended(error.message));
    this.#child.on("close", (code, signal) => this.#ended(signal ?? `exit code ${code}`));
  }

  /**
   * Sends an order, if any, and waits for the answer.
   *
   * @returns "late" when none came in time, "gone" when the process ended; it is dead in both cases
   */
  async ask(order: Order | undefined, seconds: number): Promise<Answer | "late" | "gone"> {
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<Answer | "late" | "gone">((resolve) => {
      this.#answered = resolve;
      timer = setTimeout(() => resolve("late"), seconds * 1000);
      if (!this.alive) resolve("gone");
      else if (order !== undefined) this.#child.send(order, (error) => error && resolve("gone"));
    });
    clearTimeout(timer);
    this.#answered = undefined;
    if (typeof answer === "string") this.kill();
    if (order === undefined && typeof answer === "string") {
      throw new Failure("The process that runs notebooks did not start.", {
        why: `${this.ending} ${this.#noise}`.trim(),
        remedy: "Run `npm run doctor`.",
      });
    }
    return answer;
  }

  /** Ends the process and all that it started. */
  kill(): void {
    this.alive = false;
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }

  #ended(how: string): void {
    this.alive = false;
    this.ending = this.#noise.trim() === "" ? how : `${how}; it said: ${this.#noise.trim()}`;
    this.#answered?.("gone");
  }
}
