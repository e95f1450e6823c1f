import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("exercises")
    .description("check the exercises themselves (for authors)")
    .argument("[selector...]", "ids, chapters, files or folders; all by default")
    .action(async (selectors: string[]) => {
      const { loadCatalogue, select } = await import("../judge/index.js");
      const { lintExercises } = await import("../judge/lint.js");
      const { terminalReport } = await import("../base/terminal-report.js");
      const catalogue = await loadCatalogue();
      const entries = select(catalogue, selectors.length > 0 ? selectors : ["all"]);
      const progress = terminalReport({ patience: 1 });
      const problems = await lintExercises(catalogue, entries, { progress });
      for (const problem of problems) console.log(`✗ ${problem}`);
      const points = entries.reduce((sum, entry) => sum + entry.points, 0);
      const counted = `${entries.length} exercises, ${points} points`;
      if (problems.length === 0)
        console.log(`✓ ${counted}: starters score 0, solutions score full`);
      else console.log(`${counted}: ${problems.length} problems`);
      process.exitCode = problems.length === 0 ? 0 : 1;
    });
}
