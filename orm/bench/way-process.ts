// A process that does the workloads in one way, when it is told to by messages; `run.ts` starts it.
//     node --import tsx orm/bench/way-process.ts <way> <workload> <url>
import { crc32 } from "node:zlib";
import type { OpenWay, Row, Workload, WorkloadName } from "./workload.js";

/** What a process says after each run. Times are in milliseconds; those of the processor are of all threads. */
export interface RunReport {
  readonly wall: number;
  readonly cpu: number;
  /** Of the results that the run gave. */
  readonly fingerprint: number;
}

const [wayName, workloadName, url] = process.argv.slice(2) as [string, WorkloadName, string];
const { open } = (await import(`./ways/${wayName}.js`)) as { open: OpenWay };
const { workload } = (await import(`./workloads/${workloadName}.js`)) as { workload: Workload };
const way = await open(url);

/**
 * One run. No garbage is collected by force before it: with no object of a class left, V8 forgets what it knew of
 * the class, and the next run would pay for learning it anew, which no server does. So each run pays for the
 * garbage of about one.
 */
async function run(size: number): Promise<RunReport> {
  const work = way.runs[workloadName];
  const [started, before] = [performance.now(), process.cpuUsage()];
  const results = await work(size);
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, fingerprint: fingerprint(results) };
}

/** The sum of the lines' checksums, as `fingerprintSql` makes it of the rows. */
function fingerprint(results: readonly object[]): number {
  return workload.lines(results as Row[]).reduce((sum, line) => sum + crc32(line), 0);
}

process.on("message", async ({ size }: { size: number }) => {
  process.send?.(await run(size));
});
