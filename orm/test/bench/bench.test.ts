import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { doubt } from "../../bench/reference.js";
import { reportTable } from "../../bench/report.js";
import { findWays } from "../../bench/ways.js";
import type { BuiltQuery, Way, Workload } from "../../bench/workload.js";
import { workload as w1 } from "../../bench/workloads/w1.js";
import { workload as w2 } from "../../bench/workloads/w2.js";
import { workload as w3 } from "../../bench/workloads/w3.js";
import { keysToFind, workload as w4 } from "../../bench/workloads/w4.js";
import { workload as w5 } from "../../bench/workloads/w5.js";
import { type Question, questions, workload as w6 } from "../../bench/workloads/w6.js";
import { workload as w7 } from "../../bench/workloads/w7.js";
import { workload as w8 } from "../../bench/workloads/w8.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("the benchmark");
const database = testDatabase(test);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs it with so few rows and rounds that its figures mean nothing. */
async function bench(...names: string[]): Promise<string> {
  const tiny = {
    ORMLET_BENCH_SCALE: "0.005",
    ORMLET_BENCH_PROCESSES: "2",
    ORMLET_BENCH_ROUNDS: "1",
    ORMLET_BENCH_WARM_UP: "1",
    ORMLET_BENCH_WAYS: "limit,ormlet",
  };
  const args = ["--import", "tsx", "orm/bench/run.ts", ...names];
  const options = { cwd: root, env: { ...process.env, ...tiny }, timeout: 180_000 };
  return (await promisify(execFile)(process.execPath, args, options)).stdout;
}

test("every workload runs in every way and is verified", async () => {
  const output = await bench();
  assert.match(output, /innodb_flush_log_at_trx_commit=\d, log_bin=\d, sync_binlog=\d/);
  assert.equal(output.match(/^W\d: \w+ [\d,]+ /gm), [
    "W1: insert 50 ",
    "W2: load 250 ",
    "W3: load 5 ",
    "W4: find 5 ",
    "W5: load 10 ",
    "W6: ask 2 ",
    "W7: load 10 ",
  ]);
  assert.match(output, /^W8: build the SELECT of W6 100 times, not executed$/m);
  assert.match(output, /^W9: a new process: /m);
  const measured = (way: string) =>
    output.match(new RegExp(`^\\| ${way} +\\| +[\\d.]+ \\([\\d.]+–[\\d.]+\\) `, "gm"))?.length;
  assert.equal(["by-hand", "limit", "ormlet"].map(measured), [9, 8, 9]);
  // The limit has no statement to build.
  assert.is(output.match(/^\| limit +\| –/gm)?.length, 1);
  assert.is(output.match(/peak MiB/g)?.length, 1);
  assert.not.match(output, /NaN|invalid/);
});

test("one workload by its name, and a name that there is not", async () => {
  assert.not.match(await bench("w5"), /W1/);
  assert.match(
    (await errorOf(() => bench("w99"))).message,
    /No workload w99; there are w1, w2, w3, w4, w5, w6, w7, w8, w9\./,
  );
});

test("ways are found by their names, by hand first", async () => {
  const names = (asked: string[]) => findWays(asked).map(({ name }) => name);
  assert.equal(names(["prisma", "ormlet"]), ["by-hand", "ormlet", "prisma"]);
  assert.equal(names(["by-hand"]), ["by-hand"]);
  assert.equal(names([]).slice(0, 3), ["by-hand", "limit", "ormlet"]);
  const [, peer] = findWays(["kysely"]);
  assert.match(String(peer?.file), /orm\/bench\/peers\/kysely\.js$/);
  const { message } = await errorOf(() => names(["hibernate"]));
  assert.match(message, "No way hibernate; there are by-hand, limit, ormlet, kysely, knex,");
});

test("a ratio that was known and is another one now speaks against the run", () => {
  // 1.05 is known.
  assert.is(doubt("kysely", "w2", 1.05), undefined);
  assert.is(doubt("kysely", "w2", 0.8), undefined);
  assert.is(doubt("kysely", "w2", 1.35), "W2: kysely took 1.35 × by hand, known is 1.05");
  assert.is(doubt("knex", "w3", 0.6), "W3: knex took 0.60 × by hand, known is 0.93");
  assert.is(doubt("knex", "w1", 9), undefined);
  assert.is(doubt("ormlet", "w2", 9), undefined);
  assert.is(doubt("kysely", "w2", Number.NaN), undefined);
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
  await w1.reset?.(database.admin, 2);
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
  await w5.reset?.(database.admin, 3);
  assert.match((await errorOf(() => w5.verify(database.admin, 3, right))).message, /has 0/);
});

async function emptyDatabase(): Promise<void> {
  await database.admin.query(`DROP DATABASE ${database.name}`);
  await database.admin.query(`CREATE DATABASE ${database.name}`);
  await database.admin.query(`USE ${database.name}`);
}

/** Prepares a workload, and verifies that it gives these lines. */
async function verifyLines(workload: Workload, size: number, lines: readonly string[]) {
  await emptyDatabase();
  await workload.prepare(database.admin, size);
  const right = lines.reduce((sum, line) => sum + crc32(line), 0);
  await workload.verify(database.admin, size, right);
  const wrong = await errorOf(() => workload.verify(database.admin, size, right - 1));
  assert.match(wrong.message, /checksum/);
}

/** The book of this number in the workloads' tables, as a line; its author is what differs. */
function bookLine(number: number, author: number): string {
  const [pages, price] = [100 + number, (number / 100).toFixed(2)];
  const published = new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10);
  return `${number}|Title number ${number}|${pages}|${price}|${published}|${author}`;
}

test("books that were loaded are compared with the rows", async () => {
  await verifyLines(w2, 2, [bookLine(1, 2), bookLine(2, 3)]);
  await verifyLines(w4, 2, [bookLine(1, 2), bookLine(11, 12)]);
  const keys = keysToFind(1000);
  assert.is(new Set(keys).size, 1000);
  assert.ok(keys.every((key) => key % 10 === 1 && key <= 10_000));
});

test("authors are compared with all of their books, books with all of their tags", async () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const author = "1|Author number 1|author.1@example.org|2026-01-01T00:01:00.001Z";
  const lines = numbers.map((number) => `${author}|${bookLine(number, 1)}`);
  await verifyLines(w3, 1, lines);
  const book = (id: number) => ({
    id,
    title: `Title number ${id}`,
    pages: 100 + id,
    price: (id / 100).toFixed(2),
    published: `2000-01-${String(1 + id).padStart(2, "0")}`,
    authorId: 1,
  });
  const createdAt = new Date("2026-01-01T00:01:00.001Z");
  const loaded = { id: 1, name: "Author number 1", email: "author.1@example.org", createdAt };
  assert.equal(w3.lines([{ ...loaded, books: numbers.map(book) }]), lines);
  const tagged = ["9|tag 9", "10|tag 10", "11|tag 11"].map((tag) => `${bookLine(1, 2)}|${tag}`);
  await verifyLines(w7, 1, tagged);
  const tags = [9, 10, 11].map((id) => ({ id, name: `tag ${id}` }));
  assert.equal(w7.lines([{ ...book(1), authorId: 2, tags }]), tagged);
});

test("answers are compared with those of one other statement, in their order", async () => {
  assert.equal(questions(1), [{ pages: 100, published: "2001-01-01" }]);
  // Book 366 counts no more. Author 16 wrote the books 15, 65, … 365: 8 times 190 hundredths on average.
  const best = Array.from({ length: 10 }, (_, index) => 16 - index);
  const total = (author: number) => (15.2 - (16 - author) * 0.08).toFixed(2);
  const lines = best.map(
    (author, index) => `0|${index + 1}|${author}|Author number ${author}|8|${total(author)}`,
  );
  await verifyLines(w6, 1, lines);
  const answer = best.map((id) => {
    return { id, name: `Author number ${id}`, books: 8, total: total(id) };
  });
  assert.equal(w6.lines([answer as never]), lines);
});

test("a statement that was built must give the answer to the first question", async () => {
  await emptyDatabase();
  await w8.prepare(database.admin, 1);
  const built = (order: string): BuiltQuery => ({
    text: `SELECT authors.id, name, COUNT(*), SUM(price) AS total FROM books JOIN authors ON authors.id = author_id
      WHERE pages >= ? AND published < ? GROUP BY authors.id ORDER BY total ${order} LIMIT 10`,
    parameters: [100, "2001-01-01"],
  });
  await w8.verify(database.admin, 1, 0, w8.lines([{ ...built("DESC") }])[0]);
  const wrong = () => w8.verify(database.admin, 1, 0, w8.lines([{ ...built("ASC") }])[0]);
  assert.match((await errorOf(wrong)).message, /^the answer to the statement: /);
  const asked: unknown[] = [];
  const way = {
    runs: {} as Way["runs"],
    build(question: Question) {
      asked.push(question);
      return built("DESC");
    },
  };
  assert.is((await w8.run?.(way, 5))?.length, 1);
  assert.is(asked.length, 5);
  assert.equal(asked.at(-1), questions(1)[0]);
  assert.is(w8.run?.({ runs: way.runs }, 5), undefined);
});

test("the table has medians, ranges, and ratios within each round, and dashes for what cannot be done", () => {
  const report = (wall: number, cpu: number) => {
    return { wall, cpu, peak: wall + cpu, fingerprint: 0, line: undefined };
  };
  const reports = [
    [report(100, 10), report(200, 20), report(400, 40)],
    [report(150, 20), report(200, 60), report(400, 40)],
    [],
  ];
  const lines = (memory?: boolean) =>
    reportTable(["by-hand", "ormlet", "limit"], reports, memory)
      .split("\n")
      .map((line) => line.replace(/ +/g, " "));
  assert.equal(lines(), [
    "| way | wall ms (range) | × by hand | CPU ms (range) | × by hand |",
    "| :-- | :-- | :-- | :-- | :-- |",
    "| by-hand | 200.0 (100.0–400.0) | 1 | 20.0 (10.0–40.0) | 1 |",
    "| ormlet | 200.0 (150.0–400.0) | 1.00 (1.00–1.50) | 40.0 (20.0–60.0) | 2.00 (1.00–3.00) |",
    "| limit | – | – | – | – |",
  ]);
  assert.match(lines(true)[0] ?? "", /\| peak MiB \(range\) \|$/);
  assert.match(lines(true)[3] ?? "", /\| 260\.0 \(170\.0–440\.0\) \|$/);
});

test.run();
