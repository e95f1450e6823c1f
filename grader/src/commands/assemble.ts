import { relative } from "node:path";
import type { Command } from "commander";
import { withLock } from "../../bootstrap/lock.mjs";
import { makePackage, type Package } from "../assemble/package.js";
import { type Choice, learnerChoices, solutionChoices } from "../assemble/parts.js";
import { shareOf } from "../assemble/shares.js";
import { findTests, runSuite } from "../assemble/suite.js";
import { adviceLines, failureLines, fileLine, partsTable, shareLine } from "../assemble/words.js";
import { colors } from "../base/colors.js";
import { exitOnSignals } from "../base/exit-on-signals.js";
import { root } from "../base/paths.js";
import type { Report } from "../base/report.js";
import { terminalReport } from "../base/terminal-report.js";
import { loadCatalogue } from "../judge/index.js";
import { ensureServer } from "../server/index.js";
import { runBenchmark } from "./bench.js";

interface Options {
  to?: string;
  solutions?: true;
  without?: string[];
  /** Filters; `false` for no tests, absent for all. */
  tests?: string[] | false;
  bench?: true | string[];
}

export function register(program: Command): void {
  program
    .command("assemble")
    .description("build an ormlet out of the parts that you have solved, and test it")
    .option("--to <folder>", "where it is built; .course/assembled by default")
    .option("--solutions", "with the reference solutions of all exercises in place of yours")
    .option("--without <ids...>", "leave out your parts for these exercises")
    .option(
      "--tests <filters...>",
      "only test files whose path contains one of these, such as engine/",
    )
    .option("--no-tests", "build it and test nothing")
    .option("--bench [names...]", "measure it too (w1, w5, … or all), which takes many minutes")
    .action(async (options: Options) => {
      const waiting = (pid: number) => {
        console.error(`Another command is assembling (process ${pid}); waiting for it.`);
      };
      exitOnSignals();
      process.exitCode = await withLock("assemble", () => assemble(options), { waiting });
    });
}

/** @returns the exit code: 1 when a test or the benchmark failed */
async function assemble(options: Options): Promise<number> {
  const report = terminalReport({ patience: 1 });
  const tests = options.tests === false ? [] : await findTests(options.tests);
  const choices = await choose(options, report);
  const parts = choices.flatMap(({ part }) => part ?? []);
  const made = await report.step("Assembling the package", () => makePackage(parts, options.to));
  tell(choices, made, options);
  const passed = tests.length === 0 || (await test(made, choices, tests, report));
  const measured = !options.bench || (await measure(made, options.bench, report));
  if (options.to === undefined) {
    console.log("\nnpx course notebooks assembled has the notebooks run on it.");
  }
  return passed && measured ? 0 : 1;
}

async function choose({ solutions, without = [] }: Options, progress: Report): Promise<Choice[]> {
  const catalogue = await loadCatalogue();
  if (solutions) return solutionChoices(catalogue);
  return progress.step("Looking for what you have solved", (note) => {
    const onReport = ({ id }: { id: string }) => note(`graded ${id}`);
    return learnerChoices(catalogue, { without, progress, onReport });
  });
}

/** Says whose the parts are, and where the package lies. */
function tell(choices: readonly Choice[], { folder }: Package, { solutions }: Options): void {
  const share = shareOf(choices);
  for (const line of partsTable(choices, share, colors)) console.log(line);
  console.log(`\n${shareLine(choices, share, solutions ? "the solutions'" : "yours")}`);
  const inside = relative(root, folder);
  const shown = inside.startsWith("..") ? folder : inside;
  console.log(`The package lies in ${shown}/orm. The files of your exercises are as they were.`);
}

/** Runs the package's own tests on it, with a line for each file. @returns whether all passed */
async function test(
  made: Package,
  choices: readonly Choice[],
  files: readonly string[],
  report: Report,
): Promise<boolean> {
  const server = await ensureServer({ report });
  console.log(`\nIts own tests, ${files.length} files; all of them take some minutes:`);
  let done = 0;
  const parts = choices.flatMap(({ part }) => part ?? []);
  const { results, failed } = await runSuite(made, parts, files, server.url, {
    onFile(result, alone) {
      const count = alone ? "once more, alone:" : `${++done}/${files.length}`;
      console.log(fileLine(result, count, colors));
    },
    onSearch: (file) => console.log(colors.dim(`  looking for the part that fails ${file}`)),
  });
  for (const one of failed) console.log(failureLines(one, choices, colors).join("\n"));
  const sum = (key: "passed" | "failed") => results.reduce((all, one) => all + one[key], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  for (const line of adviceLines(failed)) console.log(line);
  return failed.length === 0;
}

/** @returns whether the benchmark came to its end */
async function measure(
  { folder }: Package,
  names: true | string[],
  report: Report,
): Promise<boolean> {
  const server = await ensureServer({ report });
  const env = { ...process.env, ORMLET_DATABASE_URL: server.url };
  console.log("\nIts benchmark:");
  return (await runBenchmark("orm/bench/run.ts", names === true ? [] : names, env, folder)) === 0;
}
