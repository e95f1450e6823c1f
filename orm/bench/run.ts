// Measures ormlet beside mysql2 by hand. `npm run bench` starts it; alone, build first:
//     ORMLET_DATABASE_URL=mysql://… node --import tsx orm/bench/run.ts [w1 w5 …]
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import mysql, { type Connection } from "mysql2/promise";
import { reportTable } from "./report.js";
import type { RunReport } from "./way-process.js";
import { oneRow, type Workload, type WorkloadName } from "./workload.js";

/** Rounds that count, and rounds before them; ORMLET_BENCH_SCALE multiplies every size. */
const rounds = Number(process.env.ORMLET_BENCH_ROUNDS ?? 7);
const warmUp = Number(process.env.ORMLET_BENCH_WARM_UP ?? 3);
const scale = Number(process.env.ORMLET_BENCH_SCALE ?? 1);

/** The first is what the others are compared with. */
const ways = ["by-hand", "ormlet"] as const;

async function main(asked: readonly string[]): Promise<void> {
  const files = await readdir(new URL("workloads", import.meta.url));
  const names = files.map((file) => file.replace(/\.ts$/, "")).sort() as WorkloadName[];
  const unknown = asked.find((name) => !names.includes(name as WorkloadName));
  if (unknown !== undefined) {
    console.error(`No workload ${unknown}; there are ${names.join(", ")}.`);
    process.exitCode = 1;
    return;
  }
  const url = new URL(process.env.ORMLET_DATABASE_URL ?? "");
  const admin = await mysql.createConnection({ uri: url.href, supportBigNumbers: true });
  console.log(await describe(admin));
  for (const name of names.filter((name) => asked.length === 0 || asked.includes(name))) {
    await inDatabase(admin, url, (database) => measure(name, admin, database));
  }
  await admin.end();
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
    `${rounds} rounds after ${warmUp} of warm-up, the ways in turn, each in a process of its own; every result is verified.`,
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

async function measure(name: WorkloadName, admin: Connection, url: string): Promise<void> {
  const { workload } = (await import(`./workloads/${name}.js`)) as { workload: Workload };
  const size = Math.max(1, Math.round(workload.size * scale));
  await workload.prepare(admin, size);
  const processes = ways.map((way) => startWay(way, name, url));
  const reports = ways.map((): RunReport[] => []);
  try {
    for (let round = -warmUp; round < rounds; round += 1) {
      for (const [index, child] of inTurn(processes, round)) {
        await workload.reset?.(admin, size);
        const report = await runOnce(child, size);
        await workload.verify(admin, size, report.fingerprint);
        if (round >= 0) reports[index]?.push(report);
      }
    }
  } finally {
    for (const child of processes) child.kill();
  }
  console.log(`\n${name.toUpperCase()}: ${workload.title(size.toLocaleString("en"))}`);
  console.log(reportTable(ways, reports));
}

/** Another one begins each round, so that none always runs after the same. */
function inTurn<T>(list: readonly T[], round: number): [index: number, item: T][] {
  return list.map((_, index) => {
    const at = (index + Math.abs(round)) % list.length;
    return [at, list[at] as T];
  });
}

function startWay(way: string, workload: string, url: string): ChildProcess {
  const file = fileURLToPath(new URL("way-process.ts", import.meta.url));
  return fork(file, [way, workload, url], { execArgv: ["--import", "tsx"] });
}

function runOnce(child: ChildProcess, size: number): Promise<RunReport> {
  return new Promise((resolve, reject) => {
    const ended = () =>
      reject(new Error("The process of a way has ended; its error stands above."));
    child.once("exit", ended);
    child.once("message", (report) => {
      child.off("exit", ended);
      resolve(report as RunReport);
    });
    child.send({ size });
  });
}

await main(process.argv.slice(2));
