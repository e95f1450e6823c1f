import picocolors from "picocolors";
import { type ExerciseReport, type Grading, isSolved, type TestReport } from "../report.js";

type Colors = ReturnType<typeof picocolors.createColors>;

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

/**
 * One exercise's verdict for people.
 *
 * @param color whether the reader is a terminal
 */
export function terminal(report: ExerciseReport, color: boolean): string {
  const c = picocolors.createColors(color);
  const score = `${report.points}/${report.max} points`;
  const mark = isSolved(report) ? c.green("✓") : c.red("✗");
  const lines = [`${mark} ${c.bold(`${report.id} ${report.title}`)}  ${score}`];
  if (report.status === "ungradable") {
    lines.push(indent(`Not graded, no attempt counted: ${report.message}`, "  "));
    lines.push(...report.diagnostics.slice(1, 10).map((line) => indent(line, "  ")));
  } else if (report.diagnostics.length > 0 || allFailedAlike(report)) {
    // One reason for all the tests: said once.
    lines.push(indent(report.message, "  "), "");
    lines.push(...report.diagnostics.map((line) => indent(line, "    ")));
  } else {
    for (const test of report.tests) lines.push(indent(testLines(test, c), "  "));
  }
  lines.push(...ending(report, c));
  return `${lines.join("\n")}\n`;
}

function allFailedAlike(report: ExerciseReport): boolean {
  const failed = report.tests.filter((test) => test.status === "fail");
  return (
    failed.length > 1 &&
    report.tests.every((test) => test.status !== "pass") &&
    failed.every((test) => test.message === report.message)
  );
}

function testLines(test: TestReport, c: Colors): string {
  const score = test.status === "pass" ? `${test.points}` : `${test.points}/${test.max}`;
  const name = `${test.name}${test.hidden ? c.dim(" (hidden)") : ""}  ${c.dim(score)}`;
  if (test.status === "pass") return `${c.green("✓")} ${name}`;
  if (test.status === "skipped")
    return `${c.dim("–")} ${name}\n${c.dim(indent(test.message, "    "))}`;
  const lines = [`${c.red("✗")} ${name}`, indent(test.message, "    ")];
  if (test.compared) {
    const { expected, actual } = test.compared;
    if (expected !== "") lines.push(value("expected", expected, c.green));
    lines.push(value(expected === "" ? "came back" : "actual  ", actual, c.red));
  }
  if (test.statements.length > 0) {
    lines.push(c.dim("    SQL that was sent:"));
    lines.push(...test.statements.map((sql) => c.dim(indent(sql.trim(), "      "))));
  }
  if (test.printed.trim() !== "") {
    lines.push(c.dim("    Your code printed:"), indent(test.printed.trimEnd(), "    | "));
  }
  return lines.join("\n");
}

function value(name: string, text: string, paint: (text: string) => string): string {
  if (!text.includes("\n")) return `    ${name}  ${paint(text)}`;
  const lines = text.split("\n").map((line) => `      ${paint(line)}`);
  return [`    ${name}`, ...lines].join("\n");
}

function ending(report: ExerciseReport, c: Colors): string[] {
  const lines: string[] = [];
  if (report.hint !== undefined) {
    lines.push("", indent(`Hint: ${report.hint}`, "  "));
    lines.push(c.dim(`  npx course hint ${report.id} shows the hints so far.`));
  }
  if (!isSolved(report)) lines.push(c.dim(`  Read: ${report.read}`));
  const seconds = (report.milliseconds / 1000).toFixed(1);
  lines.push(c.dim(`  seed ${report.seed} · ${report.isolation} · ${seconds} s`));
  return lines;
}

/** The last line after several exercises: "7 of 9 exercises solved, 62/90 points". */
export function terminalTotal({ exercises, points, max }: Grading, color: boolean): string {
  const c = picocolors.createColors(color);
  const solved = exercises.filter(isSolved).length;
  const text = `${solved} of ${exercises.length} exercises solved, ${points}/${max} points`;
  return `\n${c.bold(text)}\n`;
}

/** A verdict as plain text, for a cell's text/plain. */
export function plainText(grading: Grading): string {
  const parts = grading.exercises.map((report) => terminal(report, false));
  if (parts.length > 1) parts.push(terminalTotal(grading, false));
  return parts.join("\n").trimEnd();
}
