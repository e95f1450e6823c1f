import type { Command } from "commander";
import { trustNotebooks } from "../setup/trust.js";
import { updateRepository } from "../weave/repository-update.js";

/** `course update`: brings what is new in the chapters into a learner's notebooks. */
export function register(program: Command): void {
  program
    .command("update")
    .argument("[notebook]", "a notebook's name, such as 01-engines; without it, all of them")
    .description("brings new text into notebooks and leaves your own cells alone")
    .action(async (notebook: string | undefined) => {
      for (const line of updateRepository(notebook)) console.log(line);
      const untrusted = await trustNotebooks();
      if (untrusted) console.log(untrusted);
    });
}
