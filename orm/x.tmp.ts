import { createEngine, sql } from "./src/index.js";

const u = process.env.ORMLET_DATABASE_URL!;
const e = createEngine(u, { pool: { size: 1 } });
const q = async (f: any) => {
  try {
    const r = await e.execute(f);
    if (r.length) console.log(JSON.stringify(r.map((x: any) => x.v)));
  } catch (x: any) {
    console.log(x.number, x.message.split("\n")[0]);
  }
};
await q(sql`DROP DATABASE IF EXISTS orm_x`);
await q(sql`CREATE DATABASE IF NOT EXISTS orm_x`);
const steps: [string, any[]][] = [
  ["TIMESTAMP(3)", [new Date()]],
  ["TIME(6)", ["00:00:00.000001"]],
  ["TIME(6)", ["00:00:00.000001"]],
  ["INT", [5]],
  ["TIME(6)", ["00:00:00.000001"]],
  ["DATETIME(6)", ["2026-01-02 03:04:05.123456"]],
  ["TIME(6)", ["00:00:00.000001"]],
  ["VARCHAR(20)", ["Ā"]],
  ["TIME(6)", ["00:00:00.000001"]],
  ["VARCHAR(20)", ["Ā"]],
  ["INT", [7]],
  ["BIGINT", [2n ** 62n]],
  ["VARCHAR(20)", ["12"]],
  ["DECIMAL(40,5)", ["12345678901234567890.12345"]],
  ["VARCHAR(30)", ["12345678901234567890.12345"]],
  ["DOUBLE", [0.1]],
  ["DECIMAL(40,5)", ["12345678901234567890.12345"]],
  ["DATE", ["2026-01-01"]],
  ["VARCHAR(30)", ["hello"]],
];
for (const [t, v] of steps) {
  await q(sql`DROP TABLE IF EXISTS orm_x.t`);
  await q((sql as any)(Object.assign([`CREATE TABLE orm_x.t (id INT, v ${t})`], { raw: [""] })));
  console.log(t, v);
  await q(sql`INSERT INTO orm_x.t VALUES ${sql.join(v.map((x, i) => sql`(${i}, ${x})`))}`);
  await q(sql`SELECT CAST(v AS CHAR) v FROM orm_x.t`);
}
await q(sql`DROP DATABASE orm_x`);
await e.dispose();
