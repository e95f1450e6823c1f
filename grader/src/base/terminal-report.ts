import { progress } from "../../bootstrap/progress.mjs";
import type { Report } from "./report.js";

/**
 * A report for people, on standard error: each step with its progress and time. Steps that run at
 * the same time each have a line.
 *
 * @param patience seconds that a step may take before anything is said of it; 0 shows every step
 */
export function terminalReport({ patience = 0 }: { patience?: number } = {}): Report {
  return progress({ patience });
}
