import mysql from "mysql2";

const c = mysql.createConnection({ uri: process.env.ORMLET_DATABASE_URL, rowsAsArray: true });
const run = (m, ...a) => new Promise((r, j) => c[m](...a, (e, rows) => (e ? j(e) : r(rows))));
for (let k = 0; k < 2; k++)
  for (const [n, f] of [
    [
      "query",
      () => run("query", "SELECT ? AS a, user FROM mysql.user WHERE user = ?", [1, "root"]),
    ],
    [
      "cached",
      () => run("execute", "SELECT ? AS a, user FROM mysql.user WHERE user = ?", [1, "root"]),
    ],
    [
      "uncached",
      async () => {
        const q = "SELECT ? AS a, user FROM mysql.user WHERE user = ?";
        const p = run("execute", q, [1, "root"]);
        const r = await p;
        c.unprepare(q);
        return r;
      },
    ],
  ]) {
    const t = performance.now();
    for (let i = 0; i < 1000; i++) await f();
    console.log(n, (performance.now() - t).toFixed(0), "us each");
  }
c.end();
