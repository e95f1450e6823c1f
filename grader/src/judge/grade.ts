import { randomInt } from "node:crypto";
import { relative, resolve } from "node:path";
import { Failure } from "../base/failure.js";
import { digest } from "../weave/ipynb.js";
import { runTests } from "./behaviour.js";
import { fillBox, makeReadable } from "./box.js";
import { type Catalogue, type ExerciseEntry, target } from "./catalogue.js";
import { compileSubmission } from "./compile.js";
import { gone, openRunDatabase, type RunDatabase } from "./database.js";
import type { Exercise } from "./exercise.js";
import { pristine } from "./pristine.js";
import type { ExerciseReport, TestReport } from "./report.js";
import { makeRunFolder } from "./run-folder.js";
import { RunnerProcess } from "./runner-process.js";
import { readSubmission } from "./submission.js";
import { loadVerdicts } from "./tests.js";

/** Whose answer is graded. */
export type Submission = "learner" | "starter" | "solution" | { file: string };

export interface GradeOptions {
  submission: Submission;
  /** An account that may create databases and users, no database. */
  serverUrl: string;
  /** 0 to 2³²−1; a random one by default. */
  seed?: number | undefined;
  isolation?: "process" | "container" | undefined;
}

/** What the report needs and the stages do not. */
type Outcome = Pick<ExerciseReport, "status" | "message" | "diagnostics"> & { tests: TestReport[] };

/**
 * Grades one submission to one exercise: read, compile, behaviour. Never throws for what a submission
 * does.
 *
 * @throws Failure when the grader itself cannot work; then nothing was graded
 */
export async function gradeEntry(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  options: GradeOptions,
): Promise<ExerciseReport> {
  if (options.isolation === "container") throw noContainer();
  const started = performance.now();
  const seed = options.seed ?? randomInt(2 ** 32);
  const exercise = await loadVerdicts(catalogue, entry);
  const { text, path } = await take(catalogue, entry, options.submission);
  let isolation = "none needed: nothing was run";
  let outcome: Outcome;
  if (typeof text !== "string") {
    outcome = { status: "ungradable", message: text.ungradable, diagnostics: [], tests: [] };
  } else {
    const run = await gradeText(catalogue, entry, exercise, text, path, seed, options.serverUrl);
    ({ outcome, isolation } = run);
  }
  const points = outcome.tests.reduce((sum, test) => sum + test.points, 0);
  return {
    id: entry.id,
    path,
    status: outcome.status,
    points,
    max: exercise.tests.reduce((sum, test) => sum + test.points, 0),
    seed,
    isolation,
    milliseconds: Math.round(performance.now() - started),
    tests: outcome.tests,
    message: outcome.message,
    title: entry.title,
    submission: typeof options.submission === "string" ? options.submission : "file",
    ...(isSameText(text, entry.starter) && { untouched: true }),
    ...(typeof text === "string" && { digest: digest(text) }),
    diagnostics: outcome.diagnostics,
    attempt: 0,
    read: entry.notebook,
  };
}

function noContainer(): Failure {
  return new Failure("Container isolation is not there yet.", {
    why: "this version of the course has process isolation: a child process of its own",
    remedy: "Leave --isolation out, or write --isolation process.",
  });
}

type Taken = { path: string; text: string | { ungradable: string } };

/** Stage 1, for whosever answer it is. */
async function take(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  submission: Submission,
): Promise<Taken> {
  if (submission === "starter") return { path: entry.path, text: entry.starter };
  const own = submission === "solution" ? entry.solution : entry.path;
  const file = typeof submission === "object" ? submission.file : own;
  const path = resolve(catalogue.root, file);
  const below = relative(catalogue.root, path);
  const shown = below.startsWith("..") ? path : below;
  const reading = await readSubmission(path, shown);
  return { path: shown, text: "text" in reading ? reading.text : reading };
}

/** Whether a text is the starter as it was, whatever line ends an editor or Git has made. */
export function isSameText(text: unknown, starter: string): boolean {
  return typeof text === "string" && text.replaceAll("\r\n", "\n") === starter;
}

/** Stages 2 and 3, in a folder and on a database of the run's own, which are gone afterwards. */
async function gradeText(
  catalogue: Catalogue,
  entry: ExerciseEntry,
  exercise: Exercise,
  text: string,
  shown: string,
  seed: number,
  serverUrl: string,
): Promise<{ outcome: Outcome; isolation: string }> {
  const shared = await pristine();
  const folder = await makeRunFolder();
  const isolation = folder.user === undefined ? "process" : `process, as user ${folder.user}`;
  // Opened while the compiler is at work; a failure is looked at when the database is needed.
  const opening = openRunDatabase(serverUrl);
  opening.catch(() => undefined);
  let prepared: RunnerProcess | undefined;
  try {
    await fillBox(catalogue, entry, folder, shared);
    const finished = entry.kind === "use";
    const module = finished ? "./submission.js" : target(entry).module;
    const start = () => new RunnerProcess(folder, shared, module, finished);
    // What does not depend on the submission loads while the compiler is at work.
    prepared = start();
    const compiled = await compileSubmission(entry, text, shown, folder, shared);
    if ("ungradable" in compiled) {
      const { ungradable: message, diagnostics } = compiled;
      return { isolation, outcome: { status: "ungradable", message, diagnostics, tests: [] } };
    }
    if ("refused" in compiled) return { isolation, outcome: refused(exercise, compiled) };
    makeReadable(folder.box);
    const database = await opening;
    const tests = await runTests(exercise, database, seed, start, prepared).catch((error) => {
      if ((error as { fatal?: unknown }).fatal === true) throw gone(error as Error);
      throw error;
    });
    return {
      isolation,
      outcome: { status: "graded", message: inWords(tests), diagnostics: [], tests },
    };
  } finally {
    await Promise.allSettled([prepared?.close(), closeDatabase(opening)]);
    await folder.release();
  }
}

async function closeDatabase(opening: Promise<RunDatabase>): Promise<void> {
  const database = await opening.catch(() => undefined);
  await database?.release();
}

/** A type error is a wrong answer: every test fails, and the compiler's words say why. */
function refused(
  exercise: Exercise,
  { refused: message, diagnostics }: { refused: string; diagnostics: string[] },
): Outcome {
  const tests = exercise.tests.map(
    (test): TestReport => ({
      name: test.name,
      status: "fail",
      points: 0,
      max: test.points,
      message,
      hidden: test.hidden ?? false,
      statements: [],
      printed: "",
    }),
  );
  return { status: "graded", message, diagnostics, tests };
}

function inWords(tests: TestReport[]): string {
  const passed = tests.filter((test) => test.status === "pass").length;
  if (passed === tests.length) return `All ${tests.length} tests pass.`;
  const why = new Set(tests.filter((test) => test.status === "fail").map((test) => test.message));
  const [only = ""] = why;
  // The same reason for every test is the reason for the result.
  if (passed === 0 && why.size === 1) return only;
  return `${passed} of ${tests.length} tests pass.`;
}
