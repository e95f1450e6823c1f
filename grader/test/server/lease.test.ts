import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import { leaseDatabase, sweep } from "../../src/server/index.js";

const admin = process.env.ORMLET_DATABASE_URL ?? "";
const test = suite("leases");

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection(url);
  try {
    return (await connection.query<RowDataPacket[]>(text))[0];
  } finally {
    connection.destroy();
  }
}

async function exists(name: string): Promise<{ database: boolean; account: boolean }> {
  const databases = await query(admin, `SHOW DATABASES LIKE '${name}'`);
  const accounts = await query(admin, `SELECT 1 FROM mysql.user WHERE user = '${name}'`);
  return { database: databases.length === 1, account: accounts.length === 1 };
}

async function refused(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error) => error.code,
  );
}

test("a lease is an empty database of its own, and release drops it", async () => {
  const lease = await leaseDatabase(admin, "Plain Test!");
  assert.match(lease.name, /^ormlet_plain_test_[0-9a-f]{8}$/);
  assert.is(new URL(lease.url).pathname, `/${lease.name}`);
  assert.equal(await query(lease.url, "SHOW TABLES"), []);
  await query(lease.url, "CREATE TABLE t (id INT)");
  await lease.release();
  await lease.release();
  assert.equal(await exists(lease.name), { database: false, account: false });
});

test("an account has its own database and nothing else", async () => {
  const lease = await leaseDatabase(admin, "account", { account: true, maxConnections: 2 });
  // An underscore in a GRANT would also let it into a database of this name.
  const other = lease.name.replace("_account_", "-account_");
  await query(admin, `CREATE DATABASE \`${other}\``);
  try {
    assert.is(new URL(lease.url).username, lease.name);
    await query(lease.url, "CREATE TABLE t (id INT)");
    assert.equal(await query(lease.url, "SELECT COUNT(*) AS n FROM t"), [{ n: 0 }]);
    const denied = ["ER_DBACCESS_DENIED_ERROR", "ER_TABLEACCESS_DENIED_ERROR"];
    assert.ok(denied.includes(await refused(query(lease.url, `USE \`${other}\``))));
    assert.ok(denied.includes(await refused(query(lease.url, "SELECT * FROM mysql.user"))));
    assert.ok(denied.includes(await refused(query(lease.url, "DROP DATABASE mysql"))));
    const special = "ER_SPECIFIC_ACCESS_DENIED_ERROR";
    assert.is(await refused(query(lease.url, "SET GLOBAL max_connections = 1")), special);
    const file = query(lease.url, "SELECT 1 INTO OUTFILE '/tmp/ormlet-never'");
    assert.is(await refused(file), special);
    const processes = await query(lease.url, "SHOW PROCESSLIST");
    assert.ok(processes.every(({ User }) => User === lease.name));
  } finally {
    await query(admin, `DROP DATABASE \`${other}\``);
    await lease.release();
  }
  assert.equal(await exists(lease.name), { database: false, account: false });
});

test("an account has no more connections than it was given", async () => {
  const lease = await leaseDatabase(admin, "limit", { account: true, maxConnections: 2 });
  const connections = [await createConnection(lease.url), await createConnection(lease.url)];
  try {
    assert.is(await refused(createConnection(lease.url)), "ER_USER_LIMIT_REACHED");
  } finally {
    for (const connection of connections) connection.destroy();
    await lease.release();
  }
});

test("release does not wait for a transaction that was left open", async () => {
  const lease = await leaseDatabase(admin, "open", { account: true });
  const connection = await createConnection(lease.url);
  connection.on("error", () => {});
  await connection.query("CREATE TABLE t (id INT)");
  await connection.query("BEGIN");
  await connection.query("INSERT INTO t VALUES (1)");
  const begin = performance.now();
  await lease.release();
  assert.ok(performance.now() - begin < 3_000);
  assert.equal(await exists(lease.name), { database: false, account: false });
  connection.destroy();
});

test("sweep leaves what is held, and other people's databases", async () => {
  const lease = await leaseDatabase(admin, "held");
  await query(admin, "CREATE DATABASE ormlet_mine");
  try {
    const swept = await sweep(admin);
    assert.not.ok(swept.includes(lease.name));
    assert.not.ok(swept.includes("ormlet_mine"));
    assert.is((await exists(lease.name)).database, true);
  } finally {
    await query(admin, "DROP DATABASE ormlet_mine");
    await lease.release();
  }
});

test("after kill -9 of its holder a lease is swept, account and all", async () => {
  const script = `
    const { leaseDatabase } = await import(${JSON.stringify(inRoot("grader/src/server/index.ts"))});
    const lease = await leaseDatabase(${JSON.stringify(admin)}, "killed", { account: true });
    console.log(lease.name);
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: inRoot(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(holder.stdout, "data");
  const name = String(line).trim();
  assert.equal(await exists(name), { database: true, account: true });
  assert.not.ok((await sweep(admin)).includes(name));
  holder.kill("SIGKILL");
  await once(holder, "exit");
  // The server notices that the connection is gone within moments.
  let swept: string[] = [];
  for (let tries = 0; tries < 50 && !swept.includes(name); tries++) {
    swept = await sweep(admin);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(swept.includes(name));
  assert.equal(await exists(name), { database: false, account: false });
});

test("a lease does not keep a process alive", async () => {
  const script = `
    const { leaseDatabase } = await import(${JSON.stringify(inRoot("grader/src/server/index.ts"))});
    await leaseDatabase(${JSON.stringify(admin)}, "idle");`;
  const begin = performance.now();
  const holder = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: inRoot(),
    stdio: "inherit",
  });
  const [code] = await once(holder, "exit");
  assert.is(code, 0);
  assert.ok(performance.now() - begin < 10_000);
  await sweep(admin);
});

test.run();
