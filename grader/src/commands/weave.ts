import type { Command } from "commander";
import { trustNotebooks } from "../setup/trust.js";
import { checkRepository, printCheck } from "../weave/check.js";
import { weaveRepository } from "../weave/repository.js";

/** `course weave`: the author's command that makes notebooks, starters and solutions of the chapters. */
export function register(program: Command): void {
  program
    .command("weave")
    .description("makes notebooks, exercises and solutions from notebooks/chapters (for authors)")
    .option("--check", "change nothing; exit with 1 when something is not as the chapters say")
    .option("--outputs [notebooks...]", "run these notebooks, or all, and put in their outputs")
    .option("--force", "overwrite notebooks that hold cells changed or added by hand")
    .action(async (options: { check?: true; outputs?: true | string[]; force?: true }) => {
      if (options.check) check();
      else await weave(options);
    });
}

async function weave(options: { outputs?: true | string[]; force?: true }): Promise<void> {
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
