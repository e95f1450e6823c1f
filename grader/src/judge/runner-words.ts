import type { Answer } from "../runner/runner.js";
import { limits } from "./limits.js";

/** An answer of the right shape; anything else, undefined, is a breach of the channel. */
export function parseAnswer(line: string): Answer | undefined {
  try {
    const answer = JSON.parse(line.slice(line.indexOf(" ") + 1)) as Record<string, unknown>;
    const { kind, name, message, value, statements } = answer;
    const isText = (given: unknown): given is string => typeof given === "string";
    if (kind === "loaded") return { kind };
    if (kind === "unloadable" && isText(name) && isText(message)) return { kind, name, message };
    if ((kind === "problem" || kind === "broken") && isText(message)) return { kind, message };
    if (kind !== "observation" || value === undefined) return undefined;
    // Only shown, so what is odd is left out instead of refused.
    return { kind, value, statements: Array.isArray(statements) ? statements.filter(isText) : [] };
  } catch {
    return undefined;
  }
}

/** How code ended that is loaded or, with `loading`, is being loaded. */
export function howItEnded(
  code: number | null,
  signal: string | null,
  output: string,
  loading: boolean,
): string {
  if (/heap out of memory|Allocation failed/.test(output)) {
    return `used more than ${limits.heap / 1024 / 1024} MB of memory`;
  }
  // Node's own code for a module that waits at its top and has nothing left to wait for.
  if (code === 13 && loading) return "waits at its top level for a promise that is never settled";
  const early = loading ? "while it was being loaded" : "before the test had its result";
  if (code === 0) {
    return `ended the whole program (exit code 0) ${early}; process.exit, for one, does that`;
  }
  const said = errorLine(output);
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return `ended the whole program (${how}) ${early}${said ? `: ${said}` : ""}`;
}

/**
 * Why a runner is stopped that has not answered in time.
 *
 * @param loading whether the code was being loaded, not a test run
 * @param seconds how long it had
 * @param memory bytes that it uses now
 */
export function whyNoAnswer(loading: boolean, seconds: number, memory: number): string {
  const late = `had not finished ${loading ? "loading " : ""}after ${seconds} seconds`;
  // A full heap makes Node collect garbage for seconds before it gives up.
  if (memory > limits.heap) {
    return `${late}, and used more than ${limits.heap / 1024 / 1024} MB of memory; look for a list that grows without end`;
  }
  return `${late}; look for a loop that does not end or a promise that is never settled`;
}

/** What a runner left that ended before any of the learner's code was there. */
export function whyNotReady(code: number | null, signal: string | null, output: string): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const said = errorLine(output) ?? plain(output.trim().split("\n").at(-1) ?? "");
  return `it ended with ${how}${said === "" ? "" : `: ${said}`}`;
}

/** The line of Node's last words that says what went wrong. */
function errorLine(output: string): string | undefined {
  const said = output.split("\n").find((line) => /^\w*Error\b.*:/.test(line.trim()));
  return said === undefined ? undefined : plain(said.trim());
}

/** Text that cannot steer a terminal: no colours, no control characters but tab and newline. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}\[[\d;]*m/gu, "").replace(/[^\P{Cc}\t\n]/gu, "\ufffd");
}
