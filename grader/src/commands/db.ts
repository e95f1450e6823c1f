import type { Command } from "commander";
import { terminalReport } from "../base/terminal-report.js";
import { ensureServer } from "../server/index.js";

export function register(program: Command): void {
  program
    .command("db")
    .description("print the address of a MySQL that is ready; starts one if need be")
    .action(async () => {
      // Nothing else may go to standard output: scripts read it.
      const server = await ensureServer({ report: terminalReport({ patience: 1 }) });
      console.log(server.url);
    });
}
