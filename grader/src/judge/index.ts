import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import type { Report } from "../base/report.js";
import { quiet } from "../base/report.js";
import { ensureServer, runningServer } from "../server/index.js";
import { type Catalogue, type ExerciseEntry, loadCatalogue } from "./catalogue.js";
import { sweepDatabases } from "./database.js";
import { type GradeOptions, gradeEntry, type Submission } from "./grade.js";
import { attempts, historyFile, readHistory, remember } from "./history.js";
import { type ExerciseReport, isSolved } from "./report.js";
import { sweepRunFolders } from "./run-folder.js";

export { type Catalogue, type ExerciseEntry, loadCatalogue, select } from "./catalogue.js";
export type { GradeOptions, Submission } from "./grade.js";
export * from "./report.js";

export interface GradingOptions {
  submission?: Submission;
  /** The same for every exercise; each gets a random one by default. */
  seed?: number | undefined;
  isolation?: GradeOptions["isolation"];
  /** A server to use; the course's own, started if need be, by default. */
  serverUrl?: string | undefined;
  /** Where the learner's attempts are kept; tests name another file. */
  history?: string;
  /** Told of each result as it comes; several are graded at a time. */
  onReport?: (report: ExerciseReport) => void;
  /** Told what a slow start is waiting for. */
  progress?: Report;
  /** How many at a time; as many as there are processors by default. */
  concurrency?: number;
}

/**
 * Grades exercises side by side. The reports come in the order of the entries.
 *
 * @throws Failure when the grader itself cannot work
 */
export async function gradeAll(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
  options: GradingOptions = {},
): Promise<ExerciseReport[]> {
  const { submission = "learner", seed, isolation, onReport } = options;
  const serverUrl = options.serverUrl ?? (await server(options.progress ?? quiet));
  // What killed graders left is cleared away while this one works.
  const sweeping = Promise.all([sweepRunFolders(), sweepDatabases(serverUrl)]);
  const queue = new PQueue({ concurrency: options.concurrency ?? availableParallelism() });
  const reports = await Promise.all(
    entries.map((entry) =>
      queue.add(async () => {
        const graded = await gradeEntry(catalogue, entry, {
          submission,
          seed,
          isolation,
          serverUrl,
        });
        const report = await remembered(entry, graded, options.history);
        onReport?.(report);
        return report;
      }),
    ),
  ).finally(() => queue.clear());
  await sweeping;
  return reports as ExerciseReport[];
}

async function server(progress: Report): Promise<string> {
  const running = (await runningServer()) ?? (await ensureServer({ report: progress }));
  return running.url;
}

/**
 * Counts an attempt of the learner's, and adds the hint that it has earned. What could not be graded
 * is none, nor is a starter as it was: a notebook that is run from its top grades those too.
 */
async function remembered(
  entry: ExerciseEntry,
  report: ExerciseReport,
  file = historyFile,
): Promise<ExerciseReport> {
  if (report.submission !== "learner") return report;
  const before = attempts(await readHistory(file), entry.id);
  if (!report.untouched) await remember(report, file);
  if (report.status === "ungradable") return { ...report, attempt: before };
  const attempt = before + (report.untouched ? 0 : 1);
  const hint = entry.hints[Math.min(Math.max(attempt, 1), entry.hints.length) - 1];
  return { ...report, attempt, ...(hint !== undefined && !isSolved(report) && { hint }) };
}

/**
 * Grades one exercise of the course.
 *
 * @param options.id the exercise: "1.1"
 * @param options.submission the learner's file, the starter as it was, the solution, or any file
 * @throws Failure when the grader itself cannot work
 */
export async function gradeExercise(
  options: { id: string; submission: Submission } & Omit<GradingOptions, "submission">,
): Promise<ExerciseReport> {
  const { id, ...rest } = options;
  const catalogue = await loadCatalogue();
  const entries = catalogue.entries.filter((entry) => entry.id === id);
  if (entries.length !== 1) throw new Error(`There is no exercise ${id}.`);
  const [report] = await gradeAll(catalogue, entries, rest);
  return report as ExerciseReport;
}
