import { Interpreter } from "../kernel/interpreter.js";
import { otherPackage, redirectTo } from "../kernel/ormlet-package.js";
import { runShutdownHooks } from "../kernel/shutdown.js";
import { Collector } from "./collector.js";
import type { CellResult } from "./notebook.js";

/**
 * The process in which `runNotebook` has cells run: the kernel without Jupyter. It is sent one cell
 * at a time and answers with what the cell did. When the one who asked is gone, it ends.
 */

/** What this process is sent. */
export type Order = { run: { index: number; id: string; code: string } } | { end: true };

/** What it answers. `late` came from a cell after that cell had ended. */
export type Answer = { ready: true } | { ran: CellResult } | { ended: true; late: CellResult[] };

const collectors: { index: number; id: string; collector: Collector; seen: number }[] = [];
const exit = process.exit.bind(process);
const ormlet = otherPackage();
if (ormlet !== undefined) redirectTo(ormlet);
const interpreter = new Interpreter(new Collector(0));

async function run({ index, id, code }: { index: number; id: string; code: string }) {
  const collector = new Collector(collectors.length + 1);
  await interpreter.run(code, collector, collectors.length + 1);
  collectors.push({ index, id, collector, seen: collector.outputs.length });
  answer({ ran: resultOf(index, id, collector) });
}

function resultOf(index: number, id: string, { outputs, failure }: Collector): CellResult {
  return { index, id, outputs, ...(failure === undefined ? {} : { error: failure }) };
}

async function end() {
  await runShutdownHooks();
  await new Promise((resolve) => setImmediate(resolve));
  const late = collectors
    .filter(({ collector, seen }) => collector.outputs.length > seen)
    .map(({ index, id, collector }) => resultOf(index, id, collector));
  answer({ ended: true, late }, () => exit(0));
}

function answer(message: Answer, then?: () => void) {
  process.send?.(message, undefined, undefined, then);
}

process.on("message", (order: Order) => void ("run" in order ? run(order.run) : end()));
process.on("disconnect", () => runShutdownHooks().finally(() => exit(1)));
answer({ ready: true });
