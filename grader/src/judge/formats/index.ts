import type { Grading } from "../report.js";

/** Every form that a verdict can be written in. */
export const formats = ["terminal", "json", "html", "junit", "gradescope", "exercism"] as const;

export type Format = (typeof formats)[number];

/** Writes verdicts in a form; each writer is loaded when it is asked for. */
export async function write(grading: Grading, format: Format, color = false): Promise<string> {
  if (format === "json") return (await import("./json.js")).json(grading);
  if (format === "html") return (await import("./html.js")).html(grading);
  if (format !== "terminal") return (await import("./machines.js"))[format](grading);
  const { terminal, terminalTotal } = await import("./terminal.js");
  const parts = grading.exercises.map((report) => terminal(report, color));
  if (parts.length > 1) parts.push(terminalTotal(grading, color));
  return parts.join("\n");
}
