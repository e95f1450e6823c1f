import { Failure } from "../base/failure.js";
import type { Answer } from "../runner/runner.js";
import type { RunDatabase } from "./database.js";
import { type Exercise, type Json, Random, type TestCase } from "./exercise.js";
import { limits } from "./limits.js";
import type { TestReport } from "./report.js";
import type { Ending, RunnerProcess } from "./runner-process.js";
import { decide, type Verdict } from "./verdict.js";

/** Starts a runner with the submission in it; called again when one ended too early. */
export type StartRunner = () => RunnerProcess;

/** A runner with the submission loaded, or why no test can be run. */
type Loading = { runner: RunnerProcess } | { failed: string };

/**
 * Stage 3: runs the tests in order, each on an empty database. A runner that ends too early loses its
 * test, and another one goes on with the next.
 *
 * @param prepared a runner that was started ahead of time, while the compiler was at work
 * @param until "failure" ends with the first test that fails; the others are not in the answer
 * @throws Failure when MySQL does not answer any more, or a sandbox cannot be started
 */
export async function runTests(
  exercise: Exercise,
  database: RunDatabase,
  seed: number,
  start: StartRunner,
  prepared?: RunnerProcess,
  until: "end" | "failure" = "end",
): Promise<TestReport[]> {
  const reports: TestReport[] = [];
  let runner = prepared;
  let loaded = false;
  let restarts = 0;
  let givenUp: string | undefined;
  try {
    for (const test of exercise.tests) {
      if (until === "failure" && reports.at(-1)?.status === "fail") break;
      const needed = test.needs && reports.find(({ name }) => name === test.needs);
      if (needed && needed.status !== "pass") {
        reports.push(report(test, "skipped", `Not run: it needs "${test.needs}" to pass first.`));
        continue;
      }
      if (givenUp === undefined && (!loaded || !runner?.alive)) {
        if (loaded && ++restarts > limits.restarts) {
          givenUp = `It was not run: your code had ended the program ${restarts} times before.`;
        } else {
          if (runner && !runner.alive) await runner.close();
          const loading = await load(runner?.alive ? runner : start());
          if ("failed" in loading) givenUp = loading.failed;
          else runner = loading.runner;
          loaded = true;
        }
      }
      reports.push(
        givenUp !== undefined || !runner
          ? report(test, "fail", givenUp ?? "It was not run.")
          : await runTest(exercise, test, database, seed, runner),
      );
    }
  } finally {
    await runner?.close();
  }
  return reports;
}

async function load(runner: RunnerProcess): Promise<Loading> {
  const failed = await runner.start();
  if (failed) {
    await runner.close();
    throw notGraded("The sandbox for your code could not be started", failed.ended, "doctor");
  }
  const answer = await runner.ask({ do: "load" }, limits.load);
  if ("ended" in answer) {
    await runner.close();
    return { failed: `Your code ${answer.ended}.` };
  }
  if (answer.kind === "loaded") return { runner };
  await runner.close();
  if (answer.kind === "broken") {
    throw notGraded("The grader's own parts could not be loaded", answer.message, "build");
  }
  const why = answer.kind === "unloadable" ? `${answer.name}: ${answer.message}` : answer.kind;
  return { failed: `Your file cannot be loaded: ${why}` };
}

/** What is not the submission's fault is no result of it. */
function notGraded(what: string, why: string, script: "doctor" | "build"): Failure {
  return new Failure(`${what}, so this was not graded.`, {
    why,
    remedy: `No attempt was counted. Run npm run ${script}, then the same command again.`,
  });
}

async function runTest(
  exercise: Exercise,
  test: TestCase,
  database: RunDatabase,
  seed: number,
  runner: RunnerProcess,
): Promise<TestReport> {
  try {
    await database.reset();
    const { sql } = database;
    await exercise.setup?.(sql);
    const random = new Random(seed, test.name);
    const { input, secret = null } = (await test.arrange?.({ random, sql })) ?? { input: null };
    const order = { do: "test", test: test.name, url: database.url, input, seconds: limits.test };
    const answer = await runner.ask({ ...order, do: "test" }, limits.test);
    const verdict = await weigh(test, answer, { input, secret }, database);
    // A failure counts only while the server is there: its end is not the learner's fault.
    if (!verdict.passed) await database.check();
    const seen = test.hidden || !("kind" in answer) || answer.kind !== "observation";
    const result = report(test, verdict.passed ? "pass" : "fail", verdict.message);
    const printed = await runner.takeOutput();
    return {
      ...result,
      ...(verdict.compared && { compared: verdict.compared }),
      statements: seen ? [] : answer.statements,
      printed: test.hidden ? "" : printed,
    };
  } catch (error) {
    await database.check();
    throw error;
  } finally {
    if (!runner.alive) await database.cutOff().catch(() => undefined);
  }
}

async function weigh(
  test: TestCase,
  answer: Answer | Ending,
  arranged: { input: Json; secret: Json },
  database: RunDatabase,
): Promise<Verdict> {
  if ("ended" in answer) {
    // What the test asks for may be the very reason: little time, say.
    const said = [`Your code ${answer.ended}.`, test.feedback];
    return { passed: false, message: said.filter(Boolean).join("\n") };
  }
  if (answer.kind !== "observation") {
    const why = "message" in answer ? answer.message : "There is no observation.";
    return { passed: false, message: [test.feedback, why].filter(Boolean).join("\n") };
  }
  // The channel carries JSON alone, so what arrived is data whatever the learner's objects were.
  const observation = answer.value as Json;
  return decide(test, { observation, ...arranged, sql: database.sql });
}

function report(test: TestCase, status: TestReport["status"], message: string): TestReport {
  return {
    name: test.name,
    status,
    points: status === "pass" ? test.points : 0,
    max: test.points,
    message,
    hidden: test.hidden ?? false,
    statements: [],
    printed: "",
  };
}
