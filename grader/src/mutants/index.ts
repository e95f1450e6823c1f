import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Failure } from "../base/failure.js";
import { type Catalogue, type ExerciseEntry, testFile } from "../judge/catalogue.js";
import { sweepDatabases } from "../judge/database.js";
import type { Exercise } from "../judge/exercise.js";
import { makeRunFolder, sweepRunFolders } from "../judge/run-folder.js";
import { loadVerdicts } from "../judge/tests.js";
import { digest } from "../weave/ipynb.js";
import { compileTexts } from "./compile.js";
import { type Outcome, Outcomes } from "./known.js";
import { type Mutant, mutantsOf } from "./mutate.js";
import { Workbench } from "./workbench.js";

/** What came of one mutant. */
export interface MutantResult {
  entry: ExerciseEntry;
  mutant: Mutant;
  outcome: Outcome;
}

export interface MutantOptions {
  /** An account that may create databases and users. */
  serverUrl: string;
  /** Where outcomes are kept. */
  outcomes?: string;
  /** Tries all of them again. */
  fresh?: boolean;
  /** How many at a time; as many as there are processors by default. */
  concurrency?: number;
  /** Told how far it is. */
  onResult?: (done: number, all: number, result: MutantResult) => void;
}

/** What survives the first of these data is tried with the others. */
const seeds = [1, 2];

/**
 * Grades every mutant of the solutions, each until the first test that fails. Outcomes are kept by what they
 * depend on: the mutant's text and the exercise's tests (but not the package around it).
 *
 * @throws Failure when a solution does not pass its own tests, or MySQL is gone
 */
export async function runMutants(
  catalogue: Catalogue,
  entries: readonly ExerciseEntry[],
  options: MutantOptions,
): Promise<MutantResult[]> {
  const outcomes = await Outcomes.open(options.outcomes, options.fresh);
  await Promise.all([sweepRunFolders(), sweepDatabases(options.serverUrl)]);
  const jobs = await Promise.all(entries.map((entry) => readJob(catalogue, entry)));
  const all = jobs.reduce((sum, { mutants }) => sum + mutants.length, 0);
  const results: MutantResult[] = [];
  for (const job of jobs) {
    const found = new Map<Mutant, Outcome>();
    const tell = (mutant: Mutant, outcome: Outcome) => {
      found.set(mutant, outcome);
      const done = results.length + found.size;
      options.onResult?.(done, all, { entry: job.entry, mutant, outcome });
    };
    await runJob(catalogue, job, outcomes, options, tell);
    for (const mutant of job.mutants) {
      results.push({ entry: job.entry, mutant, outcome: found.get(mutant) as Outcome });
    }
  }
  return results;
}

interface Job {
  entry: ExerciseEntry;
  exercise: Exercise;
  solution: string;
  mutants: Mutant[];
  /** Of the exercise's tests. */
  tests: string;
}

async function readJob(catalogue: Catalogue, entry: ExerciseEntry): Promise<Job> {
  const solution = await readFile(join(catalogue.root, entry.solution), "utf8");
  const halves = ["probe", "verdict"] as const;
  const files = halves.map((half) => testFile(catalogue, entry, half));
  const texts = await Promise.all(files.map(async (file) => readFile(await file, "utf8")));
  const exercise = await loadVerdicts(catalogue, entry);
  const mutants = mutantsOf(entry.id, solution, entry.starter);
  return { entry, exercise, solution, mutants, tests: digest(texts.join("\0")) };
}

async function runJob(
  catalogue: Catalogue,
  job: Job,
  outcomes: Outcomes,
  options: MutantOptions,
  tell: (mutant: Mutant, outcome: Outcome) => void,
): Promise<void> {
  const keyOf = ({ text }: Mutant) => digest(`${job.entry.id}\0${text}\0${job.tests}`);
  const left: Mutant[] = [];
  for (const mutant of job.mutants) {
    const known = outcomes.get(keyOf(mutant));
    if (known) tell(mutant, known);
    else left.push(mutant);
  }
  if (left.length === 0) return;
  const [solution, ...codes] = await compileAll(job, left);
  await checkSolution(catalogue, job, solution, options.serverUrl);
  const waiting = left.map((mutant, index) => ({ mutant, code: codes[index] }));
  const work = async () => {
    const bench = await Workbench.open(catalogue, job.entry, job.exercise, options.serverUrl);
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const outcome = await tryOut(bench, next.code);
        await outcomes.keep(keyOf(next.mutant), outcome);
        tell(next.mutant, outcome);
      }
    } finally {
      await bench.close();
    }
  };
  const count = Math.min(options.concurrency ?? availableParallelism(), left.length);
  const workers = await Promise.allSettled(Array.from({ length: count }, work));
  const failed = workers.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}

async function compileAll(
  { entry, solution }: Job,
  mutants: readonly Mutant[],
): Promise<(string | undefined)[]> {
  const folder = await makeRunFolder();
  try {
    return await compileTexts(entry, [solution, ...mutants.map(({ text }) => text)], folder);
  } finally {
    await folder.release();
  }
}

/** A mutant that fails where the solution does says nothing of the tests. */
async function checkSolution(
  catalogue: Catalogue,
  { entry, exercise }: Job,
  code: string | undefined,
  serverUrl: string,
): Promise<void> {
  if (code === undefined) throw badSolution(entry, "does not compile");
  const bench = await Workbench.open(catalogue, entry, exercise, serverUrl);
  try {
    for (const seed of seeds) {
      const failure = await bench.firstFailure(code, seed);
      if (failure !== undefined) throw badSolution(entry, `fails "${failure}"`);
    }
  } finally {
    await bench.close();
  }
}

function badSolution({ id }: ExerciseEntry, what: string): Failure {
  return new Failure(`The solution of exercise ${id} ${what}.`, {
    remedy: `Run npm run exercises:check -- ${id}, which says more.`,
  });
}

async function tryOut(bench: Workbench, code: string | undefined): Promise<Outcome> {
  if (code === undefined) return { is: "refused" };
  for (const seed of seeds) {
    const by = await bench.firstFailure(code, seed);
    if (by !== undefined) return { is: "killed", by };
  }
  return { is: "survived" };
}
