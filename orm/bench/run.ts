// Measures ormlet and its peers beside mysql2 by hand. `npm run bench` starts it; alone, build first:
//     ORMLET_DATABASE_URL=mysql://… node --import tsx orm/bench/run.ts [w1 w5 …]
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { cpus } from "node:os";
import { extname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import mysql, { type Connection } from "mysql2/promise";
import { doubt } from "./reference.js";
import { median, ratios, reportTable } from "./report.js";
import type { RunReport } from "./way-process.js";
import { findWays, type NamedWay } from "./ways.js";
import { oneRow, type Workload, type WorkloadName } from "./workload.js";

/**
 * Processes of each way, one after the other. When V8 collects a process's garbage, and what it keeps of compiled code,
 * settles in its first seconds and differs from process to process: the same code takes up to half more in some.
 */
const processes = Number(process.env.ORMLET_BENCH_PROCESSES ?? 3);
/** Rounds of each process that count; ORMLET_BENCH_SCALE multiplies every size. */
const rounds = Number(process.env.ORMLET_BENCH_ROUNDS ?? 10);
/**
 * Milliseconds before each run that counts. The process that ran before it still collects garbage, beside its answer, and
 * there are few processors.
 */
const rest = 50;
/**
 * Before them a way gets warm: in so many rounds at least, with so many milliseconds of work in them; in so many rounds at
 * most, or with so much work that it is enough. V8 compiles what runs, and learns which objects stay: what W1 and W6
 * take of the processor falls until the twentieth round, and mysql2 by hand has the least to learn.
 */
const warmUp = {
  least: Number(process.env.ORMLET_BENCH_WARM_UP ?? 20),
  work: 2000,
  most: Number(process.env.ORMLET_BENCH_WARM_UP ?? 100),
  enough: 5000,
};
const scale = Number(process.env.ORMLET_BENCH_SCALE ?? 1);

/** Names with commas between; all that can run here when it is not set. */
const askedWays = (process.env.ORMLET_BENCH_WAYS ?? "").split(",").filter(Boolean);

async function main(asked: readonly string[]): Promise<void> {
  const files = await readdir(new URL("workloads", import.meta.url));
  const names = files.map((file) => file.replace(/\.[jt]s$/, "")).sort() as WorkloadName[];
  const unknown = asked.find((name) => !names.includes(name as WorkloadName));
  if (unknown !== undefined) {
    throw new Error(`No workload ${unknown}; there are ${names.join(", ")}.`);
  }
  const ways = findWays(askedWays);
  const url = new URL(process.env.ORMLET_DATABASE_URL ?? "");
  const admin = await mysql.createConnection({ uri: url.href, supportBigNumbers: true });
  const doubts: string[] = [];
  try {
    console.log(await describe(admin));
    for (const name of names.filter((name) => asked.length === 0 || asked.includes(name))) {
      await inDatabase(admin, url, async (database) => {
        doubts.push(...(await measure(name, ways, admin, database)));
      });
    }
  } finally {
    await admin.end();
  }
  if (doubts.length === 0) return;
  console.log("\nThis run is invalid: the work by hand, or the machine, is not what it was.");
  for (const one of doubts) console.log(`  ${one}`);
}

/** The machine and what the server does at a commit, without which the times say nothing. */
async function describe(admin: Connection): Promise<string> {
  const settings = await oneRow(
    admin,
    `SELECT VERSION() AS version, @@innodb_flush_log_at_trx_commit AS flush_log, @@log_bin AS log_bin,
      @@sync_binlog AS sync_binlog, @@innodb_doublewrite AS doublewrite`,
  );
  const { version, flush_log, log_bin, sync_binlog, doublewrite } = settings;
  const processors = cpus();
  return [
    `Node.js ${process.versions.node}, ${processors.length} × ${processors[0]?.model.trim()}; MySQL ${version}`,
    `innodb_flush_log_at_trx_commit=${flush_log}, log_bin=${log_bin}, sync_binlog=${sync_binlog}, innodb_doublewrite=${doublewrite}`,
    `${processes} processes of each way, one after the other, the ways in a random order: ${rounds} rounds each; every result is verified.`,
    `Warm-up before them: at least ${warmUp.least} rounds and ${warmUp.work / 1000} s of work; at most ${warmUp.most} rounds, or ${warmUp.enough / 1000} s of work.`,
  ].join("\n");
}

/** A database for as long as `work` takes. The lock tells others that it is in use. */
async function inDatabase(
  admin: Connection,
  url: URL,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const name = `ormlet_bench_${randomBytes(4).toString("hex")}`;
  await admin.query("DO GET_LOCK(?, 0)", [name]);
  await admin.query(`CREATE DATABASE ${name}`);
  try {
    await admin.query(`USE ${name}`);
    await work(Object.assign(new URL(url), { pathname: `/${name}` }).href);
  } finally {
    await admin.query(`DROP DATABASE ${name}`);
  }
}

/**
 * Measures one workload in every way, and prints its table.
 * @returns why the figures cannot be right, if something speaks against them.
 */
async function measure(
  name: WorkloadName,
  ways: readonly NamedWay[],
  admin: Connection,
  url: string,
): Promise<string[]> {
  const { workload } = (await import(`./workloads/${name}.js`)) as { workload: Workload };
  const size = Math.max(1, Math.round(workload.size * scale));
  await workload.prepare(admin, size);
  const reports = ways.map((): RunReport[] => []);
  for (let turn = 1; turn <= processes; turn += 1) {
    const runners = ways.map(({ file }) =>
      newRunner(() => startWay(file, name, url), workload.fresh ?? false),
    );
    const runOnce = async (runner: Runner, wait = 0) => {
      await workload.reset?.(admin, size);
      await setTimeout(wait);
      const report = await runner.run(size);
      if (report) await workload.verify(admin, size, report.fingerprint, report.line);
      return report;
    };
    try {
      const what = `${name.toUpperCase()}, ${turn} of ${processes}`;
      console.error(`… ${what}: warm-up`);
      // A process that is new each time cannot be warm; only the server can.
      if (workload.fresh) for (const runner of runners) await runOnce(runner);
      else await warm(runners, runOnce);
      console.error(`… ${what}: ${rounds} rounds`);
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, runner] of shuffled(runners)) {
          const report = await runOnce(runner, rest);
          if (report) reports[index]?.push(report);
        }
      }
    } finally {
      for (const runner of runners) runner.stop();
    }
  }
  console.log(`\n${name.toUpperCase()}: ${workload.title(size.toLocaleString("en"))}`);
  const names = ways.map((way) => way.name);
  console.log(reportTable(names, reports, workload.fresh));
  if (scale < 1) return [];
  return names.flatMap(
    (way, index) => doubt(way, name, median(ratios(reports, index, "wall"))) ?? [],
  );
}

/** Runs each way, in turn, until it is warm. */
async function warm(
  runners: readonly Runner[],
  runOnce: (runner: Runner) => Promise<RunReport | undefined>,
): Promise<void> {
  const { least, work, most, enough } = warmUp;
  let cold = [...runners];
  const worked = new Map<Runner, number>();
  for (let round = 0; round < most && cold.length > 0; round += 1) {
    for (const [, runner] of shuffled(cold)) {
      // What a way cannot do needs no second time.
      const wall = (await runOnce(runner))?.wall ?? enough;
      worked.set(runner, (worked.get(runner) ?? 0) + wall);
    }
    const needed = round + 1 < least ? enough : work;
    cold = cold.filter((runner) => (worked.get(runner) ?? 0) < needed);
  }
}

/** Each in a random place, so that none always runs after the same. */
function shuffled<T>(list: readonly T[]): [index: number, item: T][] {
  const drawn = list.map((item, index) => ({ index, item, place: Math.random() }));
  return drawn.sort((a, b) => a.place - b.place).map(({ index, item }) => [index, item]);
}

/** Runs one way's process, or for a workload that measures a whole process a new one each time. */
interface Runner {
  /** Undefined when the way cannot do the workload. */
  run(size: number): Promise<RunReport | undefined>;
  stop(): void;
}

function newRunner(start: () => ChildProcess, fresh: boolean): Runner {
  let child: ChildProcess | undefined;
  return {
    async run(size) {
      const started = performance.now();
      child ??= start();
      const report = await ask(child, size);
      if (!fresh || report === undefined) return report;
      const wall = performance.now() - started;
      child.kill();
      child = undefined;
      return { ...report, wall };
    },
    stop: () => child?.kill(),
  };
}

function startWay(way: URL, workload: string, url: string): ChildProcess {
  // Compiled or not, the process runs as this one does.
  const extension = extname(import.meta.url);
  const file = fileURLToPath(new URL(`way-process${extension}`, import.meta.url));
  const execArgv = extension === ".ts" ? ["--import", "tsx"] : [];
  return fork(file, [way.href, workload, url], { execArgv });
}

function ask(child: ChildProcess, size: number): Promise<RunReport | undefined> {
  return new Promise((resolve, reject) => {
    const ended = () =>
      reject(new Error("The process of a way has ended; its error stands above."));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve((message as { report?: RunReport }).report);
    });
    // One that has ended already, as its way could not be imported, can be sent nothing.
    child.send({ size }, (error) => error && ended());
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
