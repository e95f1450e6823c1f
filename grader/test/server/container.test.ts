import { execFile } from "node:child_process";
import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, inState, root } from "../../src/base/paths.js";
import { quiet, type Report } from "../../src/base/report.js";
import { containerName, labels } from "../../src/server/container.js";
import { findEngine } from "../../src/server/engine.js";
import {
  callEngine,
  EngineError,
  type ListedContainer,
  listContainers,
} from "../../src/server/engine-api.js";
import {
  ensureServer,
  killServer,
  runningServer,
  type Server,
  stopServer,
} from "../../src/server/index.js";
import { removeLeftovers, removeVolume } from "../../src/server/leftovers.js";
import { stateFile } from "../../src/server/state.js";

const instance = `test-${process.pid}`;
const durable = `${instance}-durable`;
const test = suite("server in a container");

async function scalar(url: string, text: string): Promise<unknown> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>({ sql: text, rowsAsArray: true });
    return (rows[0] as unknown as unknown[] | undefined)?.[0];
  } finally {
    connection.destroy();
  }
}

async function host(): Promise<string> {
  const engine = await findEngine();
  if (engine === undefined) throw new Error("no container engine");
  return engine.host;
}

/** This instance's containers, running or not. */
async function mine(name = instance): Promise<ListedContainer[]> {
  const all = await listContainers(await host(), `${labels.instance}=${name}`);
  return all.filter(({ Labels }) => Labels[labels.checkout] === root);
}

/** A server of the instance, whatever the test before has left. */
const ensure = () => ensureServer({ instance });

async function newContainer(name: string, of: Record<string, string>): Promise<string> {
  const [one] = await mine();
  const created = (await callEngine(await host(), "POST", "/containers/create", {
    query: { name },
    json: { Image: one?.Image, Labels: of },
  })) as { Id: string };
  return created.Id;
}

async function isThere(id: string): Promise<boolean> {
  try {
    await callEngine(await host(), "GET", `/containers/${id}/json`);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}

test.after(async () => {
  for (const name of [instance, durable]) await stopServer(name);
  const engine = await host();
  await removeVolume(engine, containerName(durable));
  for (const name of [instance, durable]) await rm(stateFile(name), { force: true });
});

test("our code starts a MySQL of version 8.4 or later", async () => {
  assert.is(await runningServer(instance), undefined);
  const server = await ensure();
  assert.is(server.started, true);
  assert.ok(["container", "built-image"].includes(server.way), server.detail);
  const version = String(await scalar(server.url, "SELECT VERSION()"));
  assert.is(version, server.version);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  assert.ok(major > 8 || (major === 8 && minor >= 4), version);
  assert.is(await scalar(server.url, "SELECT CURRENT_USER()"), "root@%");
});

test("its port is open on 127.0.0.1 alone", async () => {
  const server = await ensure();
  const inspected = (await callEngine(
    await host(),
    "GET",
    `/containers/${containerName(instance)}/json`,
  )) as { NetworkSettings: { Ports: Record<string, unknown> } };
  const port = new URL(server.url).port;
  const expected = [{ HostIp: "127.0.0.1", HostPort: port }];
  assert.equal(inspected.NetworkSettings.Ports["3306/tcp"], expected);
});

test("data lie on tmpfs, and commits do not wait for a disk", async () => {
  const { url } = await ensure();
  assert.is(await scalar(url, "SELECT @@innodb_flush_log_at_trx_commit"), 0);
  assert.is(await scalar(url, "SELECT @@log_bin"), 0);
  const inspected = (await callEngine(
    await host(),
    "GET",
    `/containers/${containerName(instance)}/json`,
  )) as { HostConfig: { Tmpfs: Record<string, string> } };
  assert.ok("/var/lib/mysql" in inspected.HostConfig.Tmpfs);
});

test("its state is readable by this user alone", async () => {
  await ensure();
  const { mode } = await stat(stateFile(instance));
  assert.is(mode & 0o777, 0o600);
});

test("a warm call starts nothing, and has no step to report: it asks the server and no engine", async () => {
  const first = await ensure();
  const [before] = await mine();
  const steps: string[] = [];
  const report: Report = {
    step: (title, work) => {
      steps.push(title);
      return quiet.step(title, work);
    },
  };
  const second = await ensureServer({ instance, report });
  assert.equal(steps, []);
  assert.is(second.started, false);
  assert.is(second.url, first.url);
  assert.is((await runningServer(instance))?.url, first.url);
  const [after] = await mine();
  assert.is(after?.Id, before?.Id);
});

test("a MySQL that was killed is replaced", async () => {
  const first = await ensure();
  await killServer(instance);
  assert.is(await runningServer(instance), undefined);
  const second = await ensure();
  assert.is(second.started, true);
  assert.not.equal(second.url, first.url);
  assert.is((await mine()).length, 1);
  assert.is(await scalar(second.url, "SELECT 1"), 1);
});

test("a state file that is cut short, or tells of a server that is gone, is healed", async () => {
  await ensure();
  const path = stateFile(instance);
  const whole = await readFile(path, "utf8");
  await writeFile(path, whole.slice(0, whole.length / 2));
  assert.is(await runningServer(instance), undefined);
  assert.is((await ensure()).started, true);
  assert.is((await mine()).length, 1);

  await writeFile(
    path,
    JSON.stringify({ ...JSON.parse(whole), container: { id: "0".repeat(64) } }),
  );
  await callEngine(await host(), "DELETE", `/containers/${containerName(instance)}`, {
    query: { force: "true" },
  });
  assert.is(await runningServer(instance), undefined);
  assert.is((await ensure()).started, true);
  assert.is((await mine()).length, 1);
});

test("two at once make one server", async () => {
  await stopServer(instance);
  const script = `
    const { ensureServer } = await import(${JSON.stringify(inRoot("grader/src/server/index.ts"))});
    const notes = [];
    const report = { step: (title, work) => work((note) => notes.push(note)) };
    const server = await ensureServer({ instance: ${JSON.stringify(instance)}, report });
    console.log(JSON.stringify({ ...server, notes }));`;
  const start = async () => {
    const args = ["--import", "tsx", "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    return JSON.parse(stdout) as Server & { notes: string[] };
  };
  const [one, two] = await Promise.all([start(), start()]);
  assert.is(one.url, two.url);
  assert.equal([one.started, two.started].sort(), [false, true]);
  assert.is((await mine()).length, 1);
  const waiter = one.started ? two : one;
  assert.ok(waiter.notes.some((note) => note.includes("another command")));
});

test("a lock whose holder died is taken over", async () => {
  await stopServer(instance);
  const lock = inState("server.lock");
  await mkdir(lock);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  assert.is((await ensure()).started, true);
});

test("what other checkouts and broken starts have left is removed", async () => {
  await ensure();
  const gone = await newContainer(`${containerName(instance)}-gone`, {
    [labels.checkout]: "/nowhere/ormlet-gone",
    [labels.instance]: "main",
  });
  const half = await newContainer(`${containerName(instance)}-half`, {
    [labels.checkout]: root,
    [labels.instance]: `${instance}-half`,
  });
  const elsewhere = await newContainer(`${containerName(instance)}-elsewhere`, {
    [labels.checkout]: "/tmp",
    [labels.instance]: "main",
  });
  try {
    await removeLeftovers(await host());
    assert.is(await isThere(gone), false);
    assert.is(await isThere(half), false);
    assert.is(await isThere(elsewhere), true);
    assert.is((await ensure()).started, false);
  } finally {
    await callEngine(await host(), "DELETE", `/containers/${elsewhere}`).catch(() => {});
  }
});

test("stop removes the container and the state, and says whether there was one", async () => {
  await ensure();
  assert.is(await stopServer(instance), true);
  assert.equal(await mine(), []);
  assert.is(await runningServer(instance), undefined);
  assert.is(await stopServer(instance), false);
});

test("a durable server keeps its data over a stop and over a crash", async () => {
  const first = await ensureServer({ instance: durable, durable: true });
  assert.is(await scalar(first.url, "SELECT @@innodb_flush_log_at_trx_commit"), 1);
  await scalar(first.url, "CREATE DATABASE kept");
  await scalar(first.url, "CREATE TABLE kept.t (id INT PRIMARY KEY)");
  await scalar(first.url, "INSERT INTO kept.t VALUES (42)");
  assert.is(await stopServer(durable), true);
  assert.equal(await mine(durable), []);
  const second = await ensureServer({ instance: durable, durable: true });
  assert.is(second.started, true);
  assert.is(await scalar(second.url, "SELECT id FROM kept.t"), 42);
  await killServer(durable);
  const third = await ensureServer({ instance: durable, durable: true });
  assert.is(await scalar(third.url, "SELECT id FROM kept.t"), 42);
});

test.run();
