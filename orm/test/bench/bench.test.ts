import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reportTable } from "../../bench/report.js";
import { workload as w1 } from "../../bench/workloads/w1.js";
import { workload as w5 } from "../../bench/workloads/w5.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("the benchmark");
const database = testDatabase(test);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs it with so few rows and rounds that its figures mean nothing. */
async function bench(...names: string[]): Promise<string> {
  const tiny = { ORMLET_BENCH_SCALE: "0.005", ORMLET_BENCH_ROUNDS: "2", ORMLET_BENCH_WARM_UP: "1" };
  const args = ["--import", "tsx", "orm/bench/run.ts", ...names];
  const options = { cwd: root, env: { ...process.env, ...tiny }, timeout: 60_000 };
  return (await promisify(execFile)(process.execPath, args, options)).stdout;
}

test("every workload runs in every way and is verified", async () => {
  const output = await bench();
  assert.match(output, /innodb_flush_log_at_trx_commit=\d, log_bin=\d, sync_binlog=\d/);
  assert.match(output, /\nW1: insert 50 authors /);
  assert.match(output, /\nW5: load 10 books/);
  assert.is(output.match(/^\| by-hand \| +[\d.]+ \([\d.]+–[\d.]+\) /gm)?.length, 2);
  assert.is(output.match(/^\| ormlet +\| +[\d.]+ \([\d.]+–[\d.]+\) /gm)?.length, 2);
  assert.not.match(output, /NaN/);
});

test("one workload by its name, and a name that there is not", async () => {
  assert.not.match(await bench("w5"), /W1/);
  assert.match((await errorOf(() => bench("w99"))).message, /No workload w99; there are w1, w5\./);
});

test("inserted rows are compared with the objects", async () => {
  await database.admin.query(`USE ${database.name}`);
  await w1.prepare(database.admin, 2);
  await database.admin.query(
    "INSERT INTO authors (id, name, email) VALUES (1, 'A', 'a@example.org'), (2, 'B', 'b@example.org')",
  );
  const right = crc32("1|A|a@example.org") + crc32("2|B|b@example.org");
  await w1.verify(database.admin, 2, right);
  const swapped = crc32("2|A|a@example.org") + crc32("1|B|b@example.org");
  const wrongKeys = await errorOf(() => w1.verify(database.admin, 2, swapped));
  assert.match(
    wrongKeys.message,
    /^keys of the objects \(checksum\): the database has \d+, expected/,
  );
  const missing = await errorOf(() => w1.verify(database.admin, 3, right));
  assert.is(missing.message, "authors: the database has 2, expected was 3.");
  await w1.reset(database.admin, 2);
  assert.match(
    (await errorOf(() => w1.verify(database.admin, 2, 0))).message,
    /^authors: .* has 0/,
  );
  await database.admin.query("DROP TABLE authors");
});

test("changed rows are compared with the objects and with what they were", async () => {
  await database.admin.query(`USE ${database.name}`);
  await w5.prepare(database.admin, 3);
  const unchanged = await errorOf(() => w5.verify(database.admin, 3, 0));
  assert.is(unchanged.message, "books with the new price: the database has 0, expected was 3.");
  await database.admin.query("UPDATE books SET price = price + 1.5");
  const prices = ["1.51", "1.52", "1.53"];
  const right = prices.reduce(
    (sum, price, at) => sum + crc32(`${at + 1}|Title number ${at + 1}|${price}`),
    0,
  );
  await w5.verify(database.admin, 3, right);
  assert.match((await errorOf(() => w5.verify(database.admin, 3, right + 1))).message, /checksum/);
  await w5.reset(database.admin, 3);
  assert.match((await errorOf(() => w5.verify(database.admin, 3, right))).message, /has 0/);
});

test("the table has medians, ranges, and ratios within each round", () => {
  const report = (wall: number, cpu: number) => ({ wall, cpu, fingerprint: 0 });
  const text = reportTable(
    ["by-hand", "ormlet"],
    [
      [report(100, 10), report(200, 20), report(400, 40)],
      [report(150, 20), report(200, 60), report(400, 40)],
    ],
  );
  const lines = text.split("\n").map((line) => line.replace(/ +/g, " "));
  assert.equal(lines, [
    "| way | wall ms (range) | × by hand | CPU ms (range) | × by hand |",
    "| :-- | :-- | :-- | :-- | :-- |",
    "| by-hand | 200.0 (100.0–400.0) | 1 | 20.0 (10.0–40.0) | 1 |",
    "| ormlet | 200.0 (150.0–400.0) | 1.00 (1.00–1.50) | 40.0 (20.0–60.0) | 2.00 (1.00–3.00) |",
  ]);
});

test.run();
