/**
 * What the tests of an exercise are made of. A test has two halves that never meet:
 * the probe (`M-name.probe.ts`) runs in the sandbox beside the learner's code and only looks;
 * the verdict (`M-name.verdict.ts`) runs in the judge, knows what is right, and never loads that code.
 */
import type { Random } from "./random.js";

export { Random } from "./random.js";

/** What crosses the border between runner and judge, either way: plain JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Runs one statement on the test's own database with the judge's account; `[]` for a write. */
export type Sql = (text: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;

/** What a probe is given. */
export interface ProbeContext {
  /** Loads the learner's module: the exercise file, or the module of `ormlet` that it was put into. */
  submission(): Promise<Record<string, unknown>>;
  /** MySQL, with the account of this run and the test's own database. */
  url: string;
  /** What the verdict's `arrange` gave as `input`; `null` without one. */
  input: Json;
  /** The ORM that the learner's code works with (in a build exercise, with that code inside). */
  ormlet: typeof import("ormlet");
  /**
   * Does what only sets the scene, as making the tables. The report has one line for all the statements that it
   * sends, where it would show those of the learner's code.
   */
  setUp<T>(work: () => Promise<T>): Promise<T>;
}

/** Default export of `M-name.probe.ts`: for each test's name, what to do; the result is the observation. */
export type Probes = Record<string, (context: ProbeContext) => Promise<Json>>;

/** uvu's assertions; `ok` as a plain function, since an assertion signature cannot be destructured. */
export type Assert = Omit<typeof import("uvu/assert"), "ok"> & {
  ok(actual: unknown, message?: string | Error): void;
};

/** What `arrange` is given. */
export interface ArrangeContext {
  /** Seeded for this run and this test: the same seed gives the same data. */
  random: Random;
  sql: Sql;
}

/** What `arrange` gives: `input` goes to the probe, `secret` stays with the judge. */
export interface Arrangement {
  input: Json;
  secret?: Json;
}

/** What `judge` is given. */
export interface JudgeContext {
  /** What the probe returned, or `{ thrown: { name, message } }` when it or the learner's code threw. */
  observation: Json;
  input: Json;
  /** `null` when `arrange` gave none. */
  secret: Json;
  assert: Assert;
  sql: Sql;
}

/** One test: worth points, judged on its own, on a database that is empty before it. */
export interface TestCase {
  /** The same name as the probe's. */
  name: string;
  points: number;
  /** A hidden test shows its name and its feedback, never the values that it compared. */
  hidden?: boolean;
  /** The name of an earlier test; when that one did not pass, this one is skipped, not failed. */
  needs?: string;
  /** Said when the test fails, beside what was compared: what it means and what to look at. */
  feedback?: string;
  arrange?(context: ArrangeContext): Promise<Arrangement>;
  /** Throws when the observation is wrong; the error's message is feedback. */
  judge(context: JudgeContext): Promise<void> | void;
}

/** Default export of `M-name.verdict.ts`. */
export interface Exercise {
  id: string;
  /** Makes tables and rows in the empty database, before each test's `arrange`. */
  setup?(sql: Sql): Promise<void>;
  tests: TestCase[];
}
