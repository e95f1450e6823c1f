import type { Command } from "commander";
import type { Catalogue, ExerciseEntry } from "../judge/catalogue.js";

interface Options {
  mutants?: true;
  fresh?: true;
}

export function register(program: Command): void {
  program
    .command("exercises")
    .description("check the exercises themselves (for authors)")
    .argument("[selector...]", "ids, chapters, files or folders; all by default")
    .option("--mutants", "put small faults into the solutions and see whether the tests find them")
    .option("--fresh", "with --mutants: try those too whose outcome is known from before")
    .action(async (selectors: string[], options: Options) => {
      const { loadCatalogue, select } = await import("../judge/index.js");
      const catalogue = await loadCatalogue();
      const entries = select(catalogue, selectors.length > 0 ? selectors : ["all"]);
      const passed = options.mutants
        ? await checkMutants(catalogue, entries, options.fresh ?? false)
        : await checkExercises(catalogue, entries);
      process.exitCode = passed ? 0 : 1;
    });
}

/** Whether exercises are complete, starters score 0 and solutions full. */
async function checkExercises(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
): Promise<boolean> {
  const { lintExercises } = await import("../judge/lint.js");
  const { terminalReport } = await import("../base/terminal-report.js");
  const progress = terminalReport({ patience: 1 });
  const problems = await lintExercises(catalogue, entries, { progress });
  for (const problem of problems) console.log(`✗ ${problem}`);
  const points = entries.reduce((sum, entry) => sum + entry.points, 0);
  const counted = `${entries.length} exercises, ${points} points`;
  if (problems.length === 0) console.log(`✓ ${counted}: starters score 0, solutions score full`);
  else console.log(`${counted}: ${problems.length} problems`);
  return problems.length === 0;
}

/** Whether the tests find every fault that is put into a solution. */
async function checkMutants(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
  fresh: boolean,
): Promise<boolean> {
  const { runMutants } = await import("../mutants/index.js");
  const { readEquivalents } = await import("../mutants/known.js");
  const { judgeMutants } = await import("../mutants/words.js");
  const { ensureServer } = await import("../server/index.js");
  const { terminalReport } = await import("../base/terminal-report.js");
  const { colors } = await import("../base/colors.js");
  const { exitOnSignals } = await import("../base/exit-on-signals.js");
  // What is known by then is kept, and the next run removes the databases of this one.
  exitOnSignals();
  const report = terminalReport({ patience: 1 });
  const own = new Set(entries.map(({ id }) => id));
  const listed = (await readEquivalents()).filter(({ id }) => own.has(id.split(":")[0] ?? ""));
  const { url: serverUrl } = await ensureServer({ report });
  const results = await report.step("Trying mutants", (note) =>
    runMutants(catalogue, entries, {
      serverUrl,
      fresh,
      onResult: (done, all, { entry }) => note(`${done} of ${all}, exercise ${entry.id}`),
    }),
  );
  const { lines, passed } = judgeMutants(results, listed, colors);
  for (const line of lines) console.log(line);
  return passed;
}
