import { type ExerciseReport, type Grading, isSolved } from "../report.js";
import { wholeMessage } from "./json.js";

/** Text for an XML attribute or element; characters that XML cannot hold are replaced. */
function xml(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "\ufffd")
    .replace(/[&<>"]/g, (character) => `&${names[character]};`)
    .replace(/\n/g, "&#10;");
}

/** JUnit's XML: a suite for an exercise; what could not be graded is an error, not a failure. */
export function junit(grading: Grading): string {
  const suites = grading.exercises.map((report) => {
    const seconds = (report.milliseconds / 1000).toFixed(3);
    const failed = report.tests.filter((test) => test.status === "fail").length;
    const skipped = report.tests.filter((test) => test.status === "skipped").length;
    const broken = report.status === "ungradable" ? 1 : 0;
    const attributes =
      `name="${xml(`${report.id} ${report.title}`)}" tests="${report.tests.length + broken}" ` +
      `failures="${failed}" errors="${broken}" skipped="${skipped}" time="${seconds}"`;
    return `  <testsuite ${attributes}>\n${junitCases(report).join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
}

function junitCases(report: ExerciseReport): string[] {
  const open = (name: string) =>
    `    <testcase classname="${xml(report.id)}" name="${xml(name)}" time="0"`;
  if (report.status === "ungradable") {
    return [`${open("can be graded")}><error message="${xml(report.message)}"/></testcase>`];
  }
  return report.tests.map((test) => {
    if (test.status === "pass") return `${open(test.name)}/>`;
    const kind = test.status === "fail" ? "failure" : "skipped";
    return `${open(test.name)}><${kind} message="${xml(wholeMessage(test))}"/></testcase>`;
  });
}

/** Gradescope's results.json (autograder documentation, "Output format"). */
export function gradescope(grading: Grading): string {
  const tests = grading.exercises.flatMap((report) => {
    if (report.status === "ungradable") {
      const entry = { score: 0, max_score: report.max, output: report.message };
      return [
        { name: `${report.id} ${report.title}`, status: "failed", ...entry, visibility: "visible" },
      ];
    }
    return report.tests.map((test) => ({
      name: `${report.id} ${test.name}`,
      score: test.points,
      max_score: test.max,
      status: test.status === "pass" ? "passed" : "failed",
      output: wholeMessage(test),
      output_format: "text",
      visibility: "visible",
    }));
  });
  const seconds = grading.exercises.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  const results = { score: grading.points, execution_time: Math.round(seconds), tests };
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** Exercism's results.json, version 3; its `error` is a submission that could not be run at all. */
export function exercism(grading: Grading): string {
  const broken = grading.exercises.filter(
    (one) => one.tests.length === 0 || one.diagnostics.length > 0,
  );
  if (broken.length > 0) {
    const message = broken.map((one) => [one.message, ...one.diagnostics].join("\n")).join("\n\n");
    return `${JSON.stringify({ version: 3, status: "error", message, tests: [] }, null, 2)}\n`;
  }
  const several = grading.exercises.length > 1;
  const tests = grading.exercises.flatMap((report) =>
    report.tests.map((test) => ({
      name: several ? `${report.id} ${test.name}` : test.name,
      status: test.status === "skipped" ? "error" : test.status,
      test_code: "",
      message: test.status === "pass" ? null : wholeMessage(test),
      // The specification allows 500 characters.
      output: test.printed === "" ? null : test.printed.slice(0, 500),
    })),
  );
  const status = grading.exercises.every(isSolved) ? "pass" : "fail";
  return `${JSON.stringify({ version: 3, status, message: null, tests }, null, 2)}\n`;
}
