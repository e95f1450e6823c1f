import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { createConnection } from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Failure } from "../../src/base/failure.js";
import { isSupported } from "../../src/server/connect.js";
import { ensureServer, leaseDatabase, runningServer } from "../../src/server/index.js";
import { checkOwnServer } from "../../src/server/own.js";
import { containersConf } from "../../src/server/podman.js";
import { partsOf } from "../../src/server/registry.js";

const admin = process.env.ORMLET_DATABASE_URL ?? "";
const test = suite("a server of the user's own");

test.after.each(() => {
  process.env.ORMLET_DATABASE_URL = admin;
});

async function failureOf(url: string): Promise<Failure> {
  process.env.ORMLET_DATABASE_URL = url;
  return ensureServer().then(
    () => assert.unreachable() as never,
    (failure) => failure,
  );
}

function changed(change: (url: URL) => void): string {
  const url = new URL(admin);
  change(url);
  return url.href;
}

test("it is used as it is", async () => {
  const server = await ensureServer();
  assert.is(server.way, "own");
  assert.is(server.started, false);
  assert.is(new URL(server.url).port, new URL(admin).port);
  assert.equal((await runningServer())?.url, server.url);
});

test("a database in its URL is left out, and localhost means 127.0.0.1", async () => {
  const url = changed((parts) => {
    parts.hostname = "localhost";
    parts.pathname = "/shop";
  });
  const expected = changed((parts) => {
    parts.hostname = "127.0.0.1";
    parts.pathname = "";
  });
  assert.is((await checkOwnServer(url, false)).url, expected);
});

test("a wrong password is named", async () => {
  const failure = await failureOf(changed((url) => (url.password = "wrong")));
  assert.is(failure.message, "ORMLET_DATABASE_URL cannot be used.");
  assert.is(failure.why, "The server refuses its user or its password.");
});

test("a port where nothing listens is named", async () => {
  // Port 1 is reserved and needs root: nothing listens there.
  const failure = await failureOf("mysql://root:x@127.0.0.1:1");
  assert.is(failure.why, "Nothing listens at 127.0.0.1:1.");
});

test("a host that does not exist is named", async () => {
  const failure = await failureOf("mysql://root:x@nowhere.invalid:3306");
  assert.is(failure.why, "There is no host of the name in nowhere.invalid:3306.");
});

test("a server that never speaks is given up after 5 seconds", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const begin = performance.now();
  try {
    const failure = await failureOf(`mysql://root:x@127.0.0.1:${port}`);
    assert.is(failure.why, `Nothing answered at 127.0.0.1:${port}.`);
    assert.ok(performance.now() - begin < 8_000);
  } finally {
    silent.close();
  }
});

test("what is not a MySQL URL is named", async () => {
  for (const url of ["127.0.0.1:3306", "postgres://root@127.0.0.1", "mysql:root"]) {
    const failure = await failureOf(url);
    assert.is(failure.why, "It is not a URL like mysql://user:password@127.0.0.1:3306.");
  }
});

test("an account that may not make databases is named", async () => {
  const lease = await leaseDatabase(admin, "own", { account: true });
  try {
    const failure = await failureOf(lease.url);
    assert.match(String(failure.why), "Its user may not make databases and accounts.");
  } finally {
    await lease.release();
  }
});

test("an account whose name and password need escapes works", async () => {
  const connection = await createConnection(admin);
  const name = "ormlet @:/ test";
  const text = connection.escape(name);
  await connection.query(`CREATE USER ${text}@'%' IDENTIFIED BY 'p@s:s/#1Aa'`);
  try {
    const url = changed((parts) => {
      parts.username = name;
      parts.password = "p@s:s/#1Aa";
    });
    assert.match((await checkOwnServer(url, false)).version, /^\d+\.\d+/);
  } finally {
    await connection.query(`DROP USER ${text}@'%'`);
    await connection.end();
  }
});

test("a named instance is never the user's own server", async () => {
  assert.is(await runningServer("no-such-instance"), undefined);
});

test("MySQL 8.4 and later will do, older ones and MariaDB will not", () => {
  for (const version of ["8.4.0", "8.4.6-log", "9.7.4-2", "26.7.0"]) {
    assert.is(isSupported(version), true, version);
  }
  for (const version of ["8.0.45", "8.3.0", "5.7.44", "11.8.2-MariaDB", "", "?"]) {
    assert.is(isSupported(version), false, version);
  }
});

test("an image's name is taken apart, and a registry in it is known from a user", () => {
  assert.equal(partsOf("mysql:9.7"), { name: "mysql", tag: "9.7" });
  assert.equal(partsOf("me/mysql"), { name: "me/mysql", tag: "latest" });
  const there = { registry: "example.org", name: "example.org/me/mysql" };
  assert.equal(partsOf("example.org/me/mysql:1"), { ...there, tag: "1" });
  assert.equal(partsOf("example.org/me/mysql@sha256:ab"), { ...there, tag: "sha256:ab" });
  const here = { registry: "localhost:5000", name: "localhost:5000/mysql", tag: "latest" };
  assert.equal(partsOf("localhost:5000/mysql"), here);
});

test("Podman gets a containers.conf where its defaults fail, and only there", () => {
  const machine = { hybridCgroups: false, mayRaiseLimits: true, openFiles: 1024, processes: 99 };
  assert.is(containersConf(machine), undefined);
  const hybrid = '[engine]\ncgroup_manager = "cgroupfs"\nruntime = "runc"\n';
  assert.is(containersConf({ ...machine, hybridCgroups: true }), hybrid);
  const limits = '[containers]\ndefault_ulimits = ["nofile=1024:1024","nproc=99:99"]\n';
  assert.is(containersConf({ ...machine, mayRaiseLimits: false }), limits);
});

test.run();
