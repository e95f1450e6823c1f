import type { Command } from "commander";
import { Failure } from "../base/failure.js";
import type { ExerciseEntry } from "../judge/catalogue.js";

export function register(program: Command): void {
  program
    .command("hint")
    .description("show the hints for an exercise, one more each time")
    .argument("<exercise>", "its id, 1.1, or its file")
    .action(async (selector: string) => {
      const { loadCatalogue, select } = await import("../judge/index.js");
      const { attempts, readHints, readHistory, rememberHints } = await import(
        "../judge/history.js"
      );
      const [entry, ...others] = select(await loadCatalogue(), [selector]);
      if (!entry || others.length > 0) throw tooMany(selector);
      // A verdict shows one hint for each attempt; those are known already.
      const told = attempts(await readHistory(), entry.id);
      const known = Math.max((await readHints())[entry.id] ?? 0, told);
      await rememberHints(entry.id, Math.min(known + 1, entry.hints.length));
      console.log(hintText(entry, known));
    });
}

function tooMany(selector: string): Failure {
  return new Failure(`"${selector}" is more than one exercise.`, {
    why: "a hint is for one at a time, so that none is seen too early",
    remedy: "Name one: npx course hint 1.1.",
  });
}

/** The hints that are known and the next one; after the last, a word that there are no more. */
export function hintText(entry: ExerciseEntry, known: number): string {
  const { hints } = entry;
  const lines = [`${entry.id} ${entry.title}`];
  for (const [index, hint] of hints.slice(0, known + 1).entries()) {
    lines.push("", `Hint ${index + 1} of ${hints.length}: ${hint}`);
  }
  if (known >= hints.length) lines.push("", "There are no more hints.");
  lines.push("", `Read: ${entry.notebook}`);
  if (known + 1 >= hints.length) {
    lines.push(`If nothing helps: the solution, with a word on why, is ${entry.solution}`);
  }
  return lines.join("\n");
}
