/** The verdict on one test, in words. */
export interface TestReport {
  name: string;
  status: "pass" | "fail" | "skipped";
  points: number;
  max: number;
  /** Empty for a test that passed. */
  message: string;
  hidden: boolean;
  /** What was compared, as text; only for a visible test that failed on a comparison. */
  compared?: { expected: string; actual: string };
  /** Statements that were sent to MySQL, as the runner saw them: to look at, never judged. */
  statements: string[];
  /** What the code printed during the test, without control characters. */
  printed: string;
}

/** The verdict on one submission to one exercise. */
export interface ExerciseReport {
  id: string;
  /** The file that was graded, from the root of the checkout where it lies inside. */
  path: string;
  /** `ungradable`: missing, unreadable, does not parse; no attempt is lost. */
  status: "graded" | "ungradable";
  points: number;
  max: number;
  seed: number;
  /** What kept the submission apart: "process, as user 61234". */
  isolation: string;
  milliseconds: number;
  tests: TestReport[];
  /** The verdict in a sentence. */
  message: string;
  title: string;
  /** Whose answer it was. */
  submission: "learner" | "starter" | "solution" | "file";
  /** Set when it is the starter as it was: no attempt. */
  untouched?: true;
  /** Of the text that was graded, as `digest` makes it; absent when none could be read. */
  digest?: string;
  /** Compiler messages with the submission's own line numbers. */
  diagnostics: string[];
  /** How often the learner's answer has been graded, this time included; 0 for another's answer. */
  attempt: number;
  /** The hint for this attempt, when something is missing. */
  hint?: string;
  /** Where the exercise stands: `notebooks/01-engines.ipynb`. */
  read: string;
}

/** Everything that was asked for in one command. */
export interface Grading {
  exercises: ExerciseReport[];
  points: number;
  max: number;
}

/** Adds up the reports of one command. */
export function total(exercises: ExerciseReport[]): Grading {
  const sum = (pick: (report: ExerciseReport) => number) =>
    exercises.reduce((points, report) => points + pick(report), 0);
  return { exercises, points: sum((r) => r.points), max: sum((r) => r.max) };
}

/** True when every test passed. */
export function isSolved(report: ExerciseReport): boolean {
  return report.status === "graded" && report.points === report.max && report.tests.length > 0;
}
