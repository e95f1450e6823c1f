import type { Notebook } from "../../src/notebooks/notebook.js";
import { runPython, type TestKernel } from "./jupyter.js";

/** What came of a notebook on the real kernel. */
export interface Executed {
  /** What nbclient says of the first cell that failed and was not expected to; null if all is well. */
  error: string | null;
  /** The notebook with its outputs. */
  notebook: Notebook;
}

/**
 * Executes a notebook by nbclient on the real kernel, as `jupyter execute` would. The file is not
 * changed.
 *
 * @param seconds how long a cell may take
 */
export async function runOnRealKernel(
  path: string,
  kernel: TestKernel,
  seconds = 60,
): Promise<Executed> {
  const run = await runPython("run_on_kernel.py", [path, String(seconds)], kernel, 300);
  if (run.status !== 0) throw new Error(`nbclient failed: ${run.errors}`);
  return JSON.parse(run.output) as Executed;
}
