import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("watch")
    .description("grade an exercise each time its file is saved; q or Ctrl-C ends it")
    .argument("[selector...]", "ids, chapters, files or folders; all by default")
    .action(async (selectors: string[]) => {
      const { loadCatalogue, select } = await import("../judge/index.js");
      const { watchExercises } = await import("../judge/watch.js");
      const catalogue = await loadCatalogue();
      const entries = select(catalogue, selectors.length > 0 ? selectors : ["all"]);
      const watching = await watchExercises(catalogue, entries, {});
      const stopped = new Promise<void>((resolve) => {
        // Ctrl-C arrives as a key while the terminal is in raw mode, else as a signal.
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
        if (!process.stdin.isTTY) return;
        process.stdin.setRawMode(true).resume();
        process.stdin.on("data", (keys) => {
          // Keys that were pressed fast arrive together.
          if (["q", "Q", "\u0003", "\u0004"].some((key) => String(keys).includes(key))) resolve();
        });
      });
      try {
        await stopped;
      } finally {
        if (process.stdin.isTTY) process.stdin.setRawMode(false).pause();
        await watching.close();
      }
    });
}
