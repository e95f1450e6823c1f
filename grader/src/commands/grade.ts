import { type Command, Option } from "commander";
import type { Failure } from "../base/failure.js";
import { type Format, formats } from "../judge/formats/index.js";
import type { Submission } from "../judge/index.js";

interface Options {
  solutions?: true;
  starters?: true;
  submission?: string;
  format: Format;
  isolation: "process" | "container";
  seed?: number;
}

/** Exit codes; 3, the grader could not work, is given by whoever prints the failure. */
const exit = { graded: 0, ungradable: 1, usage: 2 };

export function register(program: Command): void {
  program
    .command("grade")
    .description("grade exercises: 1.1, a chapter (1), a path, or all")
    .argument("<selector...>", "ids, chapters, files, folders, notebooks, or all")
    .addOption(
      new Option("--solutions", "grade the solutions").conflicts(["starters", "submission"]),
    )
    .addOption(new Option("--starters", "grade the starters as they were").conflicts("submission"))
    .option("--submission <file>", "grade this file as the answer to one exercise")
    .addOption(new Option("--format <format>").choices(formats).default("terminal"))
    .addOption(
      new Option("--isolation <kind>", "how the code is kept apart")
        .choices(["process", "container"])
        .default("process"),
    )
    .option("--seed <number>", "the seed of an earlier run, to repeat it", toSeed)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exit.graded : exit.usage))
    .action(async (selectors: string[], options: Options) => {
      try {
        process.exitCode = await grade(selectors, options);
      } catch (error) {
        // What is not wrong usage is the caller's to print; it ends with 3.
        if ((error as Error).name !== "SelectorFailure") throw error;
        const { message, why, remedy } = error as Failure;
        console.error(`✖ ${message}\n  Why: ${why}\n  What to do: ${remedy}`);
        process.exitCode = exit.usage;
      }
    });
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  console.error(`error: a seed is a whole number from 0 to ${2 ** 32 - 1}, not "${text}"`);
  return process.exit(exit.usage);
}

/** @returns the exit code */
async function grade(selectors: string[], options: Options): Promise<number> {
  const { gradeAll, loadCatalogue, select, total } = await import("../judge/index.js");
  const { write } = await import("../judge/formats/index.js");
  const { terminalReport } = await import("../base/terminal-report.js");
  const catalogue = await loadCatalogue();
  const entries = select(catalogue, selectors);
  if (options.submission !== undefined && entries.length !== 1) {
    console.error("error: --submission goes with one exercise");
    return exit.usage;
  }
  const { progress, color } = await screen(options.format, entries.length);
  const reports = await gradeAll(catalogue, entries, {
    submission: await submissionOf(options),
    seed: options.seed,
    isolation: options.isolation,
    progress: terminalReport({ patience: 1 }),
    onReport: progress.step,
  }).finally(progress.clear);
  process.stdout.write(await write(total(reports), options.format, color));
  return reports.every((report) => report.status === "graded") ? exit.graded : exit.ungradable;
}

async function submissionOf(options: Options): Promise<Submission> {
  if (options.solutions) return "solution";
  if (options.starters) return "starter";
  if (options.submission === undefined) return "learner";
  const { resolve } = await import("node:path");
  return { file: resolve(options.submission) };
}

/** How far a grading of several exercises has come, on a line that goes away; on a terminal only. */
async function screen(format: Format, count: number) {
  const { default: picocolors } = await import("picocolors");
  const color = format === "terminal" && picocolors.isColorSupported && !!process.stdout.isTTY;
  const shown = !!process.stderr.isTTY && count > 1;
  let done = 0;
  const step = () => {
    if (shown) process.stderr.write(`\r  graded ${++done} of ${count}`);
  };
  const clear = () => {
    if (shown) process.stderr.write("\r\u001b[K");
  };
  return { color, progress: { step, clear } };
}
