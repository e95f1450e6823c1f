/**
 * Reads every row of `readings` in a stream, as one of several kinds of things, in a process with little memory;
 * prints what it saw and how much memory it held. Run by growth.test.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createEngine, Session, select, sql } from "../../src/index.js";
import { Reading } from "./measured.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const { c } = Reading;
const engine = createEngine(process.argv[2] as string);
const session = new Session(engine);
type Row = { id: number; total: bigint };
const kinds: Record<string, () => AsyncIterable<Row>> = {
  entities: () => session.scalars(select(Reading).orderBy(c.id)),
  records: () => session.execute(select({ id: c.id, total: c.total, note: c.note }).orderBy(c.id)),
  "raw rows": () =>
    engine.stream(sql<Row>`SELECT id, total, sensor, note FROM readings ORDER BY id`),
};

/** Bytes that are held, with what lies outside of V8's heap. */
function memory(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let [count, sum, early, most] = [0, 0n, 0, 0];
for await (const row of (kinds[process.argv[3] as string] as () => AsyncIterable<Row>)()) {
  count += 1;
  sum += row.total;
  if (row.id !== count) throw new Error(`row ${row.id} came as number ${count}`);
  if (count % 20_000 !== 0) continue;
  // A consumer that is slow now and then: what the server could send meanwhile must not pile up.
  await sleep(50);
  if (count === 40_000) early = memory();
  if (count > 40_000) most = Math.max(most, memory());
}
await session.close();
const { open, idle } = engine.pool;
await engine.dispose();
console.log(JSON.stringify({ count, sum: String(sum), grown: most - early, used: open - idle }));
