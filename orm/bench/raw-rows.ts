// Reads 20,000 rows of 12 columns as objects, through the engine and through mysql2 alone. Build first.
//     ORMLET_DATABASE_URL=mysql://… node --expose-gc --import tsx orm/bench/raw-rows.ts
import { randomBytes } from "node:crypto";
import mysql from "mysql2/promise";
import { createEngine, sql } from "ormlet";

const rounds = 30;
const url = new URL(process.env.ORMLET_DATABASE_URL ?? "");
const name = `ormlet_bench_${randomBytes(4).toString("hex")}`;
const admin = await mysql.createConnection(url.href);
await admin.query(`CREATE DATABASE ${name}`);
try {
  await admin.query(`USE ${name}`);
  await fill();
  await measure();
} finally {
  await admin.query(`DROP DATABASE ${name}`);
  await admin.end();
}

async function fill(): Promise<void> {
  await admin.query(`CREATE TABLE loans (
    id INT PRIMARY KEY, member_id INT, copy_id BIGINT, title VARCHAR(100), member VARCHAR(100),
    email VARCHAR(100), price DECIMAL(10,2), returned BOOLEAN, due DATE, lent_at DATETIME(3),
    note VARCHAR(200), rate DOUBLE)`);
  await admin.query("SET SESSION cte_max_recursion_depth = 20000");
  await admin.query(`INSERT INTO loans
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT i, i % 100, 9007199254740000 + i, CONCAT('Title number ', i), CONCAT('Member ', i % 100),
      CONCAT('m', i % 100, '@example.org'), i / 7, i % 2, DATE_ADD('2026-01-01', INTERVAL i % 300 DAY),
      DATE_ADD('2026-01-01', INTERVAL i MINUTE), IF(i % 3, 'a note', NULL), i / 3 FROM n`);
}

async function measure(): Promise<void> {
  url.pathname = `/${name}`;
  const uri = url.href;
  const text = { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true } as const;
  const engine = createEngine(uri);
  const arrays = await mysql.createConnection({ uri, ...text, rowsAsArray: true });
  const objects = await mysql.createConnection({ uri, ...text });
  const simple = sql`SELECT id, member_id, title, member, email, price, due, note, rate,
    id AS a, id AS b, id AS c FROM loans`;
  await compare({
    "engine.execute": () => engine.execute(sql`SELECT * FROM loans`),
    "engine.execute, nothing to convert": () => engine.execute(simple),
    "mysql2 alone, text, arrays": () => arrays.query("SELECT * FROM loans"),
    "mysql2 alone, text, objects": () => objects.query("SELECT * FROM loans"),
  });
  await Promise.all([engine.dispose(), arrays.end(), objects.end()]);
}

/** All ways in turn, so that what else the machine does falls on each of them; the first five rounds warm up. */
async function compare(ways: Record<string, () => Promise<unknown>>): Promise<void> {
  const times = Object.entries(ways).map(([way, run]) => ({ way, run, list: [] as number[] }));
  for (let round = -5; round < rounds; round += 1) {
    for (const { run, list } of times) {
      globalThis.gc?.();
      const start = performance.now();
      await run();
      if (round >= 0) list.push(performance.now() - start);
    }
  }
  for (const { way, list } of times) {
    const [least, quarter, half] = [0, 0.25, 0.5].map((part) =>
      list.sort((one, other) => one - other)[Math.floor(part * list.length)]?.toFixed(1),
    );
    console.log(`${way.padEnd(36)} least ${least}  quarter ${quarter}  half ${half} ms`);
  }
}
