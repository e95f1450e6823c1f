import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watch as chokidar } from "chokidar";
import picocolors from "picocolors";
import { Failure } from "../base/failure.js";
import type { Catalogue, ExerciseEntry } from "./catalogue.js";
import { terminal } from "./formats/terminal.js";
import { type GradingOptions, gradeAll } from "./index.js";
import { isSolved } from "./report.js";

export interface Watching {
  close(): Promise<void>;
}

/**
 * Grades an exercise whenever its file is saved, one grading at a time. Folders are watched, not files,
 * so that an editor may save by writing a new file and renaming it. It stays on a solved exercise: the
 * learner decides when to go on.
 *
 * @param write where the verdicts go; standard output by default
 */
export async function watchExercises(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
  options: GradingOptions & { write?: (text: string) => void },
): Promise<Watching> {
  const { write = (text: string) => void process.stdout.write(text), ...grading } = options;
  const color = picocolors.isColorSupported && !!process.stdout.isTTY;
  const byFile = new Map(entries.map((entry) => [resolve(catalogue.root, entry.path), entry]));
  const waiting = new Set<ExerciseEntry>();
  let running: Promise<void> | undefined;

  const work = async () => {
    for (const entry of waiting) {
      waiting.delete(entry);
      write(`\n── ${new Date().toLocaleTimeString()} ── ${entry.path}\n\n`);
      try {
        const [report] = await gradeAll(catalogue, [entry], grading);
        if (report) write(terminal(report, color));
        if (report && isSolved(report)) write(nextAfter(entry, catalogue));
      } catch (error) {
        // Without MySQL, say: the next save may find it again.
        const { message, why, remedy } = error as Failure;
        write(
          `✖ ${message}\n${why ? `  Why: ${why}\n` : ""}${remedy ? `  What to do: ${remedy}\n` : ""}`,
        );
        if (!(error instanceof Failure)) write(`${(error as Error).stack}\n`);
      }
    }
    running = undefined;
  };
  const grade = (path: string) => {
    const entry = byFile.get(resolve(path));
    if (!entry) return;
    waiting.add(entry);
    running ??= work();
  };

  const folders = new Set([...byFile.keys()].map((file) => dirname(file)));
  const watcher = chokidar([...folders], {
    ignoreInitial: true,
    depth: 0,
    // A file that is being written is graded when it has stopped growing.
    awaitWriteFinish: { stabilityThreshold: 80, pollInterval: 20 },
    atomic: true,
  });
  watcher.on("add", grade).on("change", grade);
  await new Promise<void>((ready) => watcher.once("ready", () => ready()));
  const what = entries.length === 1 ? (entries[0]?.path ?? "") : `${entries.length} exercises`;
  write(`Watching ${what}. Save a file to grade it; q or Ctrl-C ends this.\n`);
  const [only] = entries;
  if (entries.length === 1 && only) grade(join(catalogue.root, only.path));
  return {
    async close() {
      await watcher.close();
      waiting.clear();
      // A grading that takes longer ends with the process; the next one clears away what it leaves.
      await Promise.race([running, sleep(2000, undefined, { ref: false })]);
    },
  };
}

function nextAfter(entry: ExerciseEntry, catalogue: Catalogue): string {
  const next = catalogue.entries[catalogue.entries.indexOf(entry) + 1];
  return next ? `\n  When you want to go on: ${next.id} ${next.title}, ${next.path}\n` : "";
}
