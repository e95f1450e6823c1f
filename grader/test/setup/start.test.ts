import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isAlive } from "../../bootstrap/lock.mjs";
import { kernelsOf } from "../../src/setup/processes.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { begin, lendVenv, type Running, run, setUpCheckout, until } from "./checkout.js";

const test = suite<{ copy: Checkout; blocker?: Server; begun: Running[] }>("npm start");

test.before(async (context) => {
  context.begun = [];
  context.copy = await setUpCheckout();
  await lendVenv(context.copy.root);
});

test.after(async ({ copy, begun, blocker }) => {
  for (const { child } of begun) if (child.exitCode === null) child.kill("SIGTERM");
  await Promise.all(begun.map(({ ended }) => ended));
  blocker?.close();
  await copy?.remove();
});

/** What Jupyter says of its servers in this copy. */
async function servers(root: string): Promise<{ pid: number; url: string; token: string }[]> {
  const folder = join(root, ".course/jupyter/runtime");
  const files = (await readdir(folder)).filter((name) => /^jpserver-\d+\.json$/.test(name));
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))),
  );
}

const address = /http:\/\/127\.0\.0\.1:(\d+)\/lab\/tree\/notebooks\/00-welcome\.ipynb\?token=\w+/;

async function startKernel({ url, token }: { url: string; token: string }): Promise<void> {
  const headers = { Authorization: `token ${token}` };
  const body = JSON.stringify({ name: "ormlet" });
  const response = await fetch(`${url}api/kernels`, { method: "POST", headers, body });
  assert.is(response.status, 201);
}

test("of two starts at once one starts JupyterLab, the other finds it", async (context) => {
  const { copy } = context;
  // The port that JupyterLab likes best is busy, by us or by someone else: it takes the next.
  context.blocker = createServer().on("error", () => {});
  context.blocker.listen(8888, "127.0.0.1");
  const two = [1, 2].map(() => begin(copy.root, ["start", "--no-browser"]));
  context.begun.push(...two);
  await until(
    "both have printed an address",
    () => two.every((one) => address.test(one.said())),
    60,
  );
  const [mine, found] = two.sort((a) => (/is ready:/.test(a.said()) ? -1 : 1)) as [
    Running,
    Running,
  ];
  assert.match(mine.said(), "JupyterLab is ready:");
  assert.match(found.said(), "JupyterLab already runs:");
  assert.is(address.exec(mine.said())?.[0], address.exec(found.said())?.[0]);
  assert.is.not(address.exec(mine.said())?.[1], "8888");
  assert.is((await found.ended).code, 0);
  assert.is((await servers(copy.root)).length, 1);
  assert.is((await fetch(address.exec(mine.said())?.[0] as string)).status, 200);
});

test("a later start prints the address of the one that runs, in seconds", async ({
  copy,
  begun,
}) => {
  const again = await run(copy.root, ["start", "--no-browser"]);
  assert.is(again.code, 0);
  assert.match(again.stdout, "JupyterLab already runs:");
  assert.is(address.exec(again.stdout)?.[0], address.exec(begun[0]?.said() ?? "")?.[0]);
  assert.ok(again.seconds < 5, `${again.seconds} seconds`);
});

test("a kernel that dies is told in the terminal", async ({ copy, begun }) => {
  const [server] = await servers(copy.root);
  await startKernel(server as { url: string; token: string });
  await until("a kernel runs", () => kernelsOf(server?.pid as number).length === 1);
  process.kill(kernelsOf(server?.pid as number)[0] as number, "SIGKILL");
  const own = begun.find((one) => one.child.exitCode === null) as Running;
  await until("it is said", () => /A kernel died/.test(own.said()), 20);
  await until("it was started anew", () => kernelsOf(server?.pid as number).length === 1);
});

test("Ctrl-C stops JupyterLab and its kernels, and no process is left", async ({ copy, begun }) => {
  const [server] = await servers(copy.root);
  const kernels = kernelsOf(server?.pid as number);
  assert.is(kernels.length, 1);
  const own = begun.find((one) => one.child.exitCode === null) as Running;
  // Twice, as when npm passes on what the terminal has sent already.
  own.child.kill("SIGINT");
  own.child.kill("SIGINT");
  const outcome = await own.ended;
  assert.is(outcome.code, 0);
  assert.match(outcome.stdout, "MySQL stays warm");
  assert.match(outcome.stdout, "npx course stop");
  assert.equal([server?.pid as number, ...kernels].filter(isAlive), []);
});

test("a JupyterLab that dies is told with its log, and leaves no kernel", async (context) => {
  const { copy } = context;
  const own = begin(copy.root, ["start", "--no-browser"]);
  context.begun.push(own);
  await until("it has printed an address", () => address.test(own.said()), 60);
  const [server] = await servers(copy.root);
  await startKernel(server as { url: string; token: string });
  await until("a kernel runs", () => kernelsOf(server?.pid as number).length === 1);
  const kernels = kernelsOf(server?.pid as number);
  process.kill(server?.pid as number, "SIGKILL");
  const outcome = await own.ended;
  assert.is(outcome.code, 1);
  assert.match(outcome.stderr, "JupyterLab has ended by itself");
  assert.match(outcome.stderr, ".course/logs/jupyterlab.log");
  await until("the kernel has gone", () => kernels.every((pid) => !isAlive(pid)), 5);
});

test("a port that is asked for and busy is told with its owner", async ({ copy }) => {
  const holder = await listener();
  try {
    const outcome = await run(copy.root, ["start", "--no-browser", "--port", String(holder.port)]);
    assert.is(outcome.code, 1);
    assert.match(outcome.stderr, `Port ${holder.port} is taken`);
    if (process.platform === "linux") {
      assert.match(outcome.stderr, `(process ${holder.child.pid}) listens on it`);
    }
    assert.match(outcome.stderr, "leave --port away");
  } finally {
    holder.child.kill();
  }
});

test("a port that is no port is a wrong usage", async ({ copy }) => {
  const outcome = await run(copy.root, ["start", "--port", "many"]);
  assert.is.not(outcome.code, 0);
  assert.match(outcome.stderr, "1 to 65535");
});

test("doctor finds all that is needed, and without a kernel says so", async ({ copy }) => {
  const outcome = await run(copy.root, ["doctor"]);
  assert.is(outcome.code, 0, outcome.stdout + outcome.stderr);
  assert.match(outcome.stdout, /JupyterLab 4\.\d+\.\d+ in \.venv/);
  assert.match(outcome.stdout, "All that is needed is there.");
  await rm(join(copy.root, ".venv/share/jupyter/kernels"), { recursive: true });
  const without = await run(copy.root, ["doctor"]);
  assert.is(without.code, 1);
  assert.match(without.stdout, "✖ the kernel ormlet is not installed", without.stdout);
  assert.match(without.stdout, "1 thing is missing");
});

test("db prints the address and nothing else", async ({ copy }) => {
  const outcome = await run(copy.root, ["db"]);
  assert.is(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, /^mysql:\/\/\S+\n$/);
});

/** A process of its own that listens on a free port. */
async function listener(): Promise<{ child: ChildProcess; port: number }> {
  const program =
    'require("net").createServer().listen(0,"127.0.0.1",function(){console.log(this.address().port)})';
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve) => {
    child.stdout.once("data", (data) => resolve(Number(String(data))));
  });
  return { child, port };
}

test.run();
