import type { Command } from "commander";
import type { ExerciseEntry } from "../judge/catalogue.js";
import type { Attempt } from "../judge/history.js";

export function register(program: Command): void {
  program
    .command("progress")
    .description("show which exercises are solved")
    .action(async () => {
      const { loadCatalogue } = await import("../judge/index.js");
      const { readHistory } = await import("../judge/history.js");
      const { default: picocolors } = await import("picocolors");
      const { entries } = await loadCatalogue();
      const color = picocolors.isColorSupported && !!process.stdout.isTTY;
      console.log(await progressText(entries, await readHistory(), color));
    });
}

/** A line for each exercise with its best result, and the sum. */
export async function progressText(
  entries: readonly ExerciseEntry[],
  history: readonly Attempt[],
  color: boolean,
): Promise<string> {
  const { attempts, best } = await import("../judge/history.js");
  const { default: picocolors } = await import("picocolors");
  const c = picocolors.createColors(color);
  const results = best(history);
  const lines: string[] = [];
  let points = 0;
  let solved = 0;
  let chapter: number | undefined;
  for (const entry of entries) {
    if (entry.chapter !== chapter) lines.push(c.bold(`Chapter ${entry.chapter}`));
    chapter = entry.chapter;
    const result = results.get(entry.id);
    const made = attempts(history, entry.id);
    const isSolved = result !== undefined && result.points === result.max;
    points += result?.points ?? 0;
    solved += isSolved ? 1 : 0;
    const mark = isSolved ? c.green("✓") : result ? c.yellow("·") : c.dim("·");
    const score = `${result?.points ?? 0}/${entry.points}`.padStart(6);
    const tries = made === 0 ? "" : `, ${made} ${made === 1 ? "attempt" : "attempts"}`;
    lines.push(`  ${mark} ${entry.id.padEnd(5)} ${entry.title.padEnd(40)} ${score} points${tries}`);
  }
  const max = entries.reduce((sum, entry) => sum + entry.points, 0);
  lines.push("", `${solved} of ${entries.length} exercises solved, ${points}/${max} points`);
  const next = entries.find((entry) => {
    const result = results.get(entry.id);
    return !result || result.points < result.max;
  });
  if (next) lines.push(`Next: ${next.id} ${next.title}, ${next.path}`);
  return lines.join("\n");
}
