// A process that does the workloads in one way, when it is told to by messages; `run.ts` starts it.
//     node --import tsx orm/bench/way-process.ts <way> <workload> <url>
import { crc32 } from "node:zlib";
import type { OpenWay, WorkloadName } from "./workload.js";

/** What a process says after each run. Times are in milliseconds; those of the processor are of all threads. */
export interface RunReport {
  readonly wall: number;
  readonly cpu: number;
  /** Of the objects that the run gave. */
  readonly fingerprint: number;
}

const [wayName, workloadName, url] = process.argv.slice(2) as [string, WorkloadName, string];
const { open } = (await import(`./ways/${wayName}.js`)) as { open: OpenWay };
const { columns } = (await import(`./workloads/${workloadName}.js`)) as { columns: string[] };
const way = await open(url);

/**
 * One run. No garbage is collected by force before it: with no object of a class left, V8 forgets what it knew of
 * the class, and the next run would pay for learning it anew, which no server does. So each run pays for the
 * garbage of about one.
 */
async function run(size: number): Promise<RunReport> {
  const work = way.runs[workloadName];
  if (work === undefined) throw new Error(`${wayName} has no ${workloadName}.`);
  const [started, before] = [performance.now(), process.cpuUsage()];
  const objects = await work(size);
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, fingerprint: fingerprint(objects) };
}

/** The sum of the objects' checksums, as `fingerprintSql` makes it of the rows. */
function fingerprint(objects: readonly object[]): number {
  const texts = (objects as Record<string, unknown>[]).map((object) =>
    columns.map((column) => object[column]).join("|"),
  );
  return texts.reduce((sum, text) => sum + crc32(text), 0);
}

process.on("message", async ({ size }: { size: number }) => {
  process.send?.(await run(size));
});
