import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../base/paths.js";

/** What one test file did. `failed` counts tests; a file that dies without a summary counts as one. */
export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: string[];
  seconds: number;
  output: string;
}

/** Matches the three lines that uvu prints at the end of a run. */
const summary = /Total:\s+(\d+)\s+Passed:\s+(\d+)\s+Skipped:\s+(\d+)/;

/**
 * Runs one uvu file in a process group of its own, and kills the group when it ends or takes too long.
 *
 * The exit code alone proves nothing: a file that calls `process.exit(0)` while it is loaded would
 * pass. So a file without uvu's summary, or with an empty one, has failed. A test that cannot run
 * here prints a line `SKIPPED: reason`, one that takes long `PROGRESS: how far it is`.
 *
 * @param file path relative to the folder
 * @param limit seconds after which the file is killed and counted as failed
 * @param note hears of progress
 * @param folder a checkout; this one by default
 */
export function runFile(
  file: string,
  env: Record<string, string>,
  limit: number,
  note: (text: string) => void = () => {},
  folder: string = root,
): Promise<FileResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", join(folder, file)], {
      cwd: folder,
      env: { ...process.env, ...env, FORCE_COLOR: "0" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let late = false;
    const keep = (chunk: Buffer) => {
      output += chunk;
      // A line that comes in two pieces is not told; it stands in the output all the same.
      for (const [, text] of String(chunk).matchAll(/^PROGRESS: (.+)$/gm)) note(text as string);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const killGroup = () => {
      try {
        process.kill(-(child.pid as number), "SIGKILL");
      } catch {
        // The group is gone already, which is what we want.
      }
    };
    const stopGroup = () => killGroup();
    process.once("exit", stopGroup);
    const timer = setTimeout(() => {
      late = true;
      killGroup();
    }, limit * 1000);
    child.on("error", (error) => {
      output += String(error);
    });
    // "exit" and not "close": a process that the test left behind may hold the pipes open for ever.
    child.on("exit", (code) => {
      clearTimeout(timer);
      setTimeout(() => {
        killGroup();
        process.removeListener("exit", stopGroup);
        if (late) output += `\nStopped after ${limit} seconds.`;
        const seconds = (performance.now() - started) / 1000;
        resolve({ file, seconds, output, ...count(output, late ? 1 : (code ?? 1)) });
      }, 50);
    });
  });
}

/** Reads passed, failed and skipped tests out of what a file printed. */
export function count(
  output: string,
  code: number,
): Pick<FileResult, "passed" | "failed" | "skipped"> {
  const skipped = [...output.matchAll(/^SKIPPED: (.+)$/gm)].map((match) => match[1] as string);
  const found = summary.exec(output);
  // A whole file may skip: it says why, runs nothing and ends well.
  if (!found) return { passed: 0, failed: code === 0 && skipped.length > 0 ? 0 : 1, skipped };
  const [total, passed, uvuSkipped] = found.slice(1).map(Number) as [number, number, number];
  for (let i = skipped.length; i < uvuSkipped; i++) skipped.push("no reason was printed");
  const failed = total - passed;
  const nothingRan = total === 0 && skipped.length === 0;
  return { passed, failed: failed || (code !== 0 || nothingRan ? 1 : 0), skipped };
}
