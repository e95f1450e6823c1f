import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Command } from "commander";
import { root } from "../base/paths.js";
import { terminalReport } from "../base/terminal-report.js";
import { ensureServer, stopServer } from "../server/index.js";

export function register(program: Command): void {
  program
    .command("bench")
    .description("measure ormlet beside mysql2 by hand, and how long a verdict takes")
    .argument("[names...]", "w1, w5, … or grading; all by default")
    .action(async (names: string[]) => {
      process.exitCode = await runBenchmarks(names);
    });
}

/** Runs the package's benchmark, then the grader's; ends with the first exit code that is not 0. */
async function runBenchmarks(names: readonly string[]): Promise<number> {
  const workloads = names.filter((name) => name !== "grading");
  const server = await ensureServer({ report: terminalReport() });
  const env = { ...process.env, ORMLET_DATABASE_URL: server.url };
  const all = names.length === 0;
  try {
    const code =
      all || workloads.length > 0 ? await runBenchmark("orm/bench/run.ts", workloads, env) : 0;
    if (code !== 0 || !(all || names.includes("grading"))) return code;
    return await runBenchmark("grader/bench/grading.ts", [], env);
  } finally {
    if (server.started) await stopServer();
  }
}

/**
 * Runs one benchmark's program to its end.
 *
 * @param file below the folder @param folder a checkout; this one by default
 * @returns its exit code
 */
export async function runBenchmark(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  folder: string = root,
): Promise<number> {
  const parameters = ["--import", "tsx", join(folder, file), ...args];
  const child = spawn(process.execPath, parameters, { cwd: folder, env, stdio: "inherit" });
  const stop = () => child.kill();
  process.once("exit", stop);
  const [code] = await once(child, "exit");
  process.removeListener("exit", stop);
  return code ?? 1;
}
