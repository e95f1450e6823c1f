// A process that does the workloads in one way, when it is told to by messages; `run.ts` starts it.
//     node --import tsx orm/bench/way-process.ts <file of the way> <workload> <url>
import { crc32 } from "node:zlib";
import type { OpenWay, Row, RunName, Way, Workload, WorkloadName } from "./workload.js";

/** What a process says after each run. Times are in milliseconds; those of the processor are of all threads. */
export interface RunReport {
  readonly wall: number;
  readonly cpu: number;
  /** The most memory that the process has had until then, in MiB. */
  readonly peak: number;
  /** The sum of the checksums of the lines that the run's results are. */
  readonly fingerprint: number;
  /** That line, when there is one only. */
  readonly line: string | undefined;
}

const [file, name, url] = process.argv.slice(2) as [string, WorkloadName, string];
const { open } = (await import(file)) as { open: OpenWay };
const way = await open(url);
const { workload } = (await import(`./workloads/${name}.js`)) as { workload: Workload };

/**
 * One run; undefined when the way cannot do it. No garbage is collected by force before it: with no object of a
 * class left, V8 forgets what it knew of the class, and the next run would pay for learning it anew, which no server
 * does. So each run pays for the garbage of about one.
 */
async function run(size: number): Promise<RunReport | undefined> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const results = await (workload.run ?? runOf)(way, size);
  const wall = performance.now() - started;
  // Of a process that was started for this run, all that it did until now.
  const { user, system } = process.cpuUsage(workload.fresh ? undefined : before);
  if (results === undefined) return undefined;
  const lines = workload.lines(results as Row[]);
  return {
    wall,
    cpu: (user + system) / 1000,
    peak: process.resourceUsage().maxRSS / 1024,
    // As `fingerprintSql` makes it of the rows.
    fingerprint: lines.reduce((sum, line) => sum + crc32(line), 0),
    line: lines.length === 1 ? lines[0] : undefined,
  };
}

function runOf({ runs }: Way, size: number): Promise<readonly object[]> {
  return runs[name as RunName](size);
}

process.on("message", async ({ size }: { size: number }) => {
  process.send?.({ report: await run(size) });
});
