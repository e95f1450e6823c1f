import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Command } from "commander";
import { install, isInstalled } from "../../bootstrap/install.mjs";
import { withLock } from "../../bootstrap/lock.mjs";
import { inRoot, root } from "../base/paths.js";
import type { Report } from "../base/report.js";
import { terminalReport } from "../base/terminal-report.js";
import { ensureServer, stopServer } from "../server/index.js";
import { runTool, toolFailure } from "../setup/tool.js";

/** The package's benchmark, which has packages of its own: the peers. */
const folder = inRoot("orm/bench");

export function register(program: Command): void {
  program
    .command("bench")
    .description("measure ormlet beside mysql2 by hand and its peers, and how long a verdict takes")
    .argument("[names...]", "w1 to w9, or grading; all by default")
    .option("--no-peers", "only ormlet and mysql2 by hand; the others are not installed")
    .action(async (names: string[], { peers }: { peers: boolean }) => {
      process.exitCode = await runBenchmarks(names, peers);
    });
}

/** Runs the package's benchmark, then the grader's; ends with the first exit code that is not 0. */
async function runBenchmarks(names: readonly string[], peers: boolean): Promise<number> {
  const workloads = names.filter((name) => name !== "grading");
  const ofPackage = names.length === 0 || workloads.length > 0;
  const ofGrader = names.length === 0 || names.includes("grading");
  const report = terminalReport();
  if (ofPackage) await prepare(report, peers);
  const server = await ensureServer({ report });
  const env = {
    ...(peers ? {} : { ORMLET_BENCH_WAYS: "limit,ormlet" }),
    ...process.env,
    ORMLET_DATABASE_URL: server.url,
  };
  try {
    const code = ofPackage ? await runBenchmark("orm/bench/dist/run.js", workloads, env) : 0;
    if (code !== 0 || !ofGrader) return code;
    return await runBenchmark("grader/bench/grading.ts", [], env);
  } finally {
    if (server.started) await stopServer();
  }
}

/**
 * Installs the peers, and compiles: a process whose start is measured must not compile what it imports. What is
 * compiled finds ormlet beside it as its users get it, its code in one file.
 */
async function prepare(report: Report, peers: boolean): Promise<void> {
  await withLock("bench", async () => {
    if (peers && !isInstalled(folder)) {
      await report.step("Installing the peers (npm ci)", (note) => install(note, folder));
    }
    await report.step("Compiling the benchmark", async () => {
      const compiler = inRoot("node_modules/typescript/bin/tsc");
      // Without the peers their types are missing, and their files are not run.
      const check = isInstalled(folder) ? [] : ["--noCheck"];
      await runNode("The benchmark does not compile.", [compiler, "-p", folder, ...check]);
      const ormlet = join(folder, "dist/node_modules/ormlet");
      await runNode("The package cannot be made.", [inRoot("orm/publish.mjs"), ormlet]);
    });
  });
}

async function runNode(problem: string, parameters: string[]): Promise<void> {
  const { code, output } = await runTool(process.execPath, parameters);
  if (code !== 0) throw toolFailure(problem, output, "mend it, and run it again.");
}

/**
 * Runs one benchmark's program to its end.
 *
 * @param file below the checkout @param checkout this one by default
 * @returns its exit code
 */
export async function runBenchmark(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  checkout: string = root,
): Promise<number> {
  const loader = file.endsWith(".ts") ? ["--import", "tsx"] : [];
  const parameters = [...loader, join(checkout, file), ...args];
  const child = spawn(process.execPath, parameters, { cwd: checkout, env, stdio: "inherit" });
  const stop = () => child.kill();
  process.once("exit", stop);
  const [code] = await once(child, "exit");
  process.removeListener("exit", stop);
  return code ?? 1;
}
