import type { Grading, TestReport } from "../report.js";

/**
 * The document that scripts may rely on:
 *
 *     { "exercises": [{ "id", "path", "status": "graded" | "ungradable", "points", "max", "seed",
 *       "isolation", "milliseconds",
 *       "tests": [{ "name", "status": "pass" | "fail" | "skipped", "points", "max", "message" }],
 *       "message" }], "points", "max" }
 */
export function json(grading: Grading): string {
  const exercises = grading.exercises.map((report) => ({
    id: report.id,
    path: report.path,
    status: report.status,
    points: report.points,
    max: report.max,
    seed: report.seed,
    isolation: report.isolation,
    milliseconds: report.milliseconds,
    tests: report.tests.map((test) => ({
      name: test.name,
      status: test.status,
      points: test.points,
      max: test.max,
      message: wholeMessage(test),
    })),
    message: [report.message, ...report.diagnostics].join("\n"),
  }));
  return `${JSON.stringify({ exercises, points: grading.points, max: grading.max }, null, 2)}\n`;
}

/** A test's message with what was compared. */
export function wholeMessage(test: TestReport): string {
  const { compared, message } = test;
  if (!compared) return message;
  const { expected, actual } = compared;
  const lines =
    expected === "" ? [`came back: ${actual}`] : [`expected: ${expected}`, `actual: ${actual}`];
  return [message, ...lines].join("\n");
}
