import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("progress")
    .description("show the map of the course, and which exercises are solved")
    .action(async () => {
      const { colors } = await import("../base/colors.js");
      const { readMap } = await import("../progress/read.js");
      const { mapText } = await import("../progress/text.js");
      console.log(mapText(await readMap(), colors.isColorSupported));
    });
}
