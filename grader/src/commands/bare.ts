import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("bare")
    .description("make notebooks to redo from memory: their explained cells are empty")
    .argument("<what...>", "chapters (4), notebooks (04b-rows) or all")
    .option("--again", "put aside what you wrote in them, and begin anew")
    .action(async (what: string[], options: { again?: true }) => {
      const { makeBare } = await import("../bare/files.js");
      const { putBack } = await import("./reset.js");
      const lines = await makeBare(what, options.again ? { again: putBack } : {});
      for (const line of lines) console.log(line);
    });
}
