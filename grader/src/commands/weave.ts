import type { Command } from "commander";
import { root } from "../base/paths.js";
import { trustNotebooks } from "../setup/trust.js";
import { checkRepository, printCheck } from "../weave/check.js";
import { exceptionsPath, listExceptions } from "../weave/exceptions.js";
import { weaveCourse } from "../weave/index.js";
import { weaveRepository } from "../weave/repository.js";

/** `course weave`: the author's command that makes notebooks, starters and solutions of the chapters. */
export function register(program: Command): void {
  program
    .command("weave")
    .description("makes notebooks, exercises and solutions from notebooks/chapters (for authors)")
    .option("--check", "change nothing; exit with 1 when something is not as the chapters say")
    .option("--exceptions", "list anew which notebooks and cells leave their bounds")
    .option("--outputs [notebooks...]", "run these notebooks, or all, and put in their outputs")
    .option("--force", "overwrite notebooks that hold cells changed or added by hand")
    .action(async (options: WeaveOptions) => {
      if (options.check) check();
      else if (options.exceptions) exceptions();
      else await weave(options);
    });
}

interface WeaveOptions {
  check?: true;
  exceptions?: true;
  outputs?: true | string[];
  force?: true;
}

async function weave(options: WeaveOptions): Promise<void> {
  const outputs = options.outputs === true ? "all" : options.outputs;
  const report = await weaveRepository({
    ...(outputs && { outputs }),
    force: options.force ?? false,
  });
  for (const path of report.written) console.log(`wrote    ${path}`);
  for (const path of report.removed) console.log(`removed  ${path}`);
  for (const path of report.kept) console.log(`kept     ${path} (begun by a learner)`);
  if (report.written.length + report.removed.length === 0) console.log("Everything is up to date.");
  const untrusted = await trustNotebooks();
  if (untrusted) console.log(untrusted);
}

function check(): void {
  const { lines, passed } = printCheck(checkRepository());
  for (const line of lines) console.log(line);
  if (!passed) process.exitCode = 1;
}

function exceptions(): void {
  const without = listExceptions(weaveCourse(root), root);
  console.log(`${exceptionsPath} lists what leaves its bounds.`);
  for (const key of without) console.log(`needs a reason  ${key}`);
}
