import { availableParallelism } from "node:os";
import type { Command } from "commander";
import PQueue from "p-queue";
import { glob } from "tinyglobby";
import { colors } from "../base/colors.js";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { terminalReport } from "../base/terminal-report.js";
import { ensureServer, stopServer } from "../server/index.js";
import { ensureBrowser } from "../setup/browser.js";
import { ensureKernel } from "../setup/kernelspec.js";
import { ensureVenv, venvPython } from "../setup/venv.js";
import { ChapterFolders } from "../testing/chapters.js";
import { type FileResult, runFile } from "../testing/run-files.js";

/** Seconds that one file may take, cold and on a busy machine of two cores; and with the full counts. */
const fileLimit = { short: 600, long: 6 * 3600 };

/**
 * These measure or load the whole machine, so each runs alone, after the others.
 * A path that begins with one of them belongs to it.
 */
const alone = [
  "grader/test/judge/attacks",
  "grader/test/judge/watch",
  "grader/test/server/",
  "grader/test/setup/",
  "grader/test/end-to-end/",
  "orm/test/reliability/",
];

/** How many times the work of `npm test` the tests do in `npm run test:long`; each knows its full count. */
const longFactor = 1000;

export function register(program: Command): void {
  program
    .command("test")
    .description("set up what is missing, then run all tests")
    .argument("[filters...]", "only files whose path contains one of these")
    .option("--long", "random tests and tests under faults do their full counts, which takes hours")
    .action(async (filters: string[], { long = false }: { long?: boolean }) => {
      process.exitCode = await runTests(filters, long);
    });
}

/** Sets up what the tests need, runs them, leaves the machine as it was, and prints the totals. */
async function runTests(filters: string[], long: boolean): Promise<number> {
  const files = (await glob("{orm,grader}/test/**/*.test.ts", { cwd: root }))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
  if (files.length === 0) throw new Failure(`No test file has ${filters.join(" or ")} in its path`);

  const report = terminalReport();
  const [server, , browser] = await Promise.all([
    ensureServer({ report }),
    ensureVenv({ report, tests: true }).then(() => ensureKernel({ report })),
    ensureBrowser({ report }),
  ]);
  const env = {
    ORMLET_DATABASE_URL: server.url,
    ORMLET_PYTHON: venvPython,
    ORMLET_BROWSER: browser ?? "",
    ...(long ? { ORMLET_TEST_RUNS: String(longFactor) } : {}),
  };
  const leave = async () => {
    if (server.started) await stopServer();
  };
  // Exiting ends the test that runs; MySQL has to be asked.
  const interrupt = () => void leave().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    return summarise(await runAll(files, env, long));
  } finally {
    await leave();
  }
}

async function runAll(
  files: string[],
  env: Record<string, string>,
  long: boolean,
): Promise<FileResult[]> {
  const isAlone = (file: string) => alone.some((prefix) => file.startsWith(prefix));
  const limit = long ? fileLimit.long : fileLimit.short;
  const results: FileResult[] = [];
  const chapters = new ChapterFolders();
  const run = async (file: string) => {
    const note = (text: string) => console.log(colors.dim(`  ${file}: ${text}`));
    const folder = await chapters.folderFor(file);
    const result = await runFile(file, env, limit, note, folder);
    // A trace names the file that one edits, not the copy that ran.
    result.output = result.output.replaceAll(`${folder}/`, "");
    results.push(result);
    printFile(result, `${results.length}/${files.length}`);
  };
  const queue = new PQueue({ concurrency: Math.min(2, availableParallelism()) });
  await queue.addAll(files.filter((file) => !isAlone(file)).map((file) => () => run(file)));
  for (const file of files.filter(isAlone)) await run(file);
  chapters.remove();
  return results;
}

function printFile(result: FileResult, progress: string): void {
  const mark = result.failed ? colors.red("✗") : colors.green("✓");
  const counts = `${result.passed} passed${result.failed ? `, ${result.failed} failed` : ""}`;
  const time = `${result.seconds.toFixed(1)} s`;
  console.log(`${mark} ${progress} ${result.file}  ${counts}  ${colors.dim(time)}`);
  for (const reason of result.skipped) console.log(`    skipped: ${reason}`);
  if (result.failed) console.log(result.output.trimEnd().replace(/^/gm, "    "));
}

/** Prints the closing line and returns the exit code. */
function summarise(results: FileResult[]): number {
  const total = (key: "passed" | "failed") => results.reduce((sum, result) => sum + result[key], 0);
  const skipped = results.reduce((sum, result) => sum + result.skipped.length, 0);
  const broken = results.filter((result) => result.failed);
  console.log("");
  for (const result of broken) console.log(colors.red(`failed: ${result.file}`));
  const closing = `${total("passed")} passed, ${total("failed")} failed`;
  console.log(skipped ? `${closing}, ${skipped} skipped` : closing);
  return broken.length ? 1 : 0;
}
