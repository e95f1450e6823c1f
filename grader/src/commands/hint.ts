import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("hint")
    .description("show the hints for an exercise; each attempt adds one")
    .argument("<exercise>", "its id, 1.1, or its file")
    .action(async (selector: string) => {
      const { loadCatalogue, select } = await import("../judge/index.js");
      const { attempts, readHistory } = await import("../judge/history.js");
      const history = await readHistory();
      for (const entry of select(await loadCatalogue(), [selector])) {
        const made = attempts(history, entry.id);
        // The first is there for whoever does not know how to begin.
        const earned = Math.max(1, Math.min(made, entry.hints.length));
        console.log(`${entry.id} ${entry.title}\n`);
        for (const [index, hint] of entry.hints.slice(0, earned).entries()) {
          console.log(`Hint ${index + 1} of ${entry.hints.length}: ${hint}\n`);
        }
        if (earned < entry.hints.length) {
          console.log(`The next hint comes with an attempt: npm run grade -- ${entry.id}`);
        }
        console.log(`Read: ${entry.notebook}`);
      }
    });
}
