import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { explain } from "../../bootstrap/failure.mjs";
import { Failure } from "../base/failure.js";
import { inState, root } from "../base/paths.js";
import { type Lab, labEnvironment, labHome, labLog, runningLab } from "./jupyter.js";
import { endProcess, kernelsOf, killGroups, listenerOn } from "./processes.js";
import { venv, venvPython } from "./venv.js";

/** A JupyterLab that we started and must end. */
export interface OwnLab extends Lab {
  /** Resolves when the server has ended, whoever ended it. */
  ended: Promise<void>;
  /** Ends the server and all of its kernels; resolves when no process of them is left. */
  stop(): Promise<void>;
}

/**
 * Starts JupyterLab with a configuration of its own below `.course/`, so that a reader's own Jupyter
 * is left as it is, and waits until it answers.
 *
 * @param options.port the port it must have; without one it takes 8888 or the next that is free
 * @param options.home where its settings and state lie
 * @throws Failure when the port is taken or JupyterLab does not come up
 */
export async function startLab(options: { port?: number; home?: string } = {}): Promise<OwnLab> {
  const { port, home = labHome } = options;
  if (port !== undefined) await assertFree(port);
  writeSettings(home);
  const token = randomBytes(24).toString("hex");
  const logFile = home === labHome ? labLog : `${home}/jupyterlab.log`;
  const log = openSync(logFile, "w");
  const child = spawn(venvPython, labArguments(port), {
    cwd: root,
    // A group of its own: Ctrl-C in the terminal is for us, and we end it in order.
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...labEnvironment(home), JUPYTER_TOKEN: token },
  });
  closeSync(log);
  const kill = () => child.pid && killGroups([child.pid, ...kernelsOf(child.pid)]);
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).then(() => {
    process.removeListener("exit", kill);
    // A server that crashed leaves its kernels behind.
    if (child.pid) killGroups(kernelsOf(child.pid));
  });
  const pid = child.pid ?? 0;
  const lab = await untilReady(child, ended, home, logFile);
  const stop = async () => {
    const kernels = kernelsOf(pid);
    await endProcess(pid);
    await ended;
    killGroups(kernels);
  };
  return { ...lab, ended, stop };
}

function labArguments(port: number | undefined): string[] {
  return [
    ...["-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"],
    `--ServerApp.root_dir=${root}`,
    ...(port === undefined ? [] : [`--ServerApp.port=${port}`, "--ServerApp.port_retries=0"]),
    // Only our kernel is offered: the Python one would be the wrong choice in every notebook here.
    "--KernelSpecManager.ensure_native_kernel=False",
    "--KernelSpecManager.allowed_kernelspecs=ormlet",
    "--MultiKernelManager.default_kernel_name=ormlet",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/** JupyterLab's first question to a newcomer must not be whether they want its news. */
function writeSettings(home: string): void {
  for (const folder of ["config", "data", "runtime"])
    mkdirSync(`${home}/${folder}`, { recursive: true });
  mkdirSync(inState("logs"), { recursive: true });
  const settings = `${venv}/share/jupyter/lab/settings`;
  mkdirSync(settings, { recursive: true });
  const overrides = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  };
  writeFileSync(`${settings}/overrides.json`, `${JSON.stringify(overrides, undefined, 2)}\n`);
  // JupyterLab runs scripts in .venv that are CommonJS; our package.json above would say otherwise.
  writeFileSync(`${venv}/package.json`, '{ "private": true }\n');
}

/** Jupyter writes a file when its server listens, and answers a moment later. */
async function untilReady(
  child: ChildProcess,
  ended: Promise<void>,
  home: string,
  logFile: string,
): Promise<Lab> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const until = Date.now() + 120_000;
  while (!over && Date.now() < until) {
    const lab = await runningLab(home);
    if (lab?.pid === child.pid) return lab as Lab;
    await sleep(100);
  }
  if (child.pid) killGroups([child.pid]);
  const said = readFileSync(logFile, "utf8");
  const known = explain(said);
  throw new Failure(over ? "JupyterLab ended while it started." : "JupyterLab does not answer.", {
    why: known?.why ?? said.trimEnd().split("\n").slice(-6).join("\n"),
    remedy:
      known?.remedy ??
      `look at ${logFile}; when .venv is removed, the next start installs it anew.`,
  });
}

/** @throws Failure that says who has the port */
async function assertFree(port: number): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  if (code === "EACCES") {
    throw new Failure(`Port ${port} may not be used.`, {
      why: "ports below 1024 belong to the system.",
      remedy: "choose a larger number, or leave --port away.",
    });
  }
  const who = listenerOn(port);
  throw new Failure(`Port ${port} is taken.`, {
    why: who ? `${who} listens on it.` : "another program listens on it.",
    remedy: "end that program, name another port, or leave --port away: then a free one is found.",
  });
}
