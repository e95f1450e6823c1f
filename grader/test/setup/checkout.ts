import { type ChildProcess, spawn } from "node:child_process";
import { chmod, cp, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "../../src/base/paths.js";
import { type Checkout, copyCheckout } from "../../src/testing/checkout.js";

/** A copy of the checkout that npm takes for an installed one, so that the npm scripts work in it. */
export async function setUpCheckout(): Promise<Checkout> {
  const copy = await copyCheckout();
  const lock = ".package-lock.json";
  await cp(inRoot("node_modules", lock), join(copy.root, "node_modules", lock));
  return copy;
}

/** What a command printed and how it ended; -1 when it was killed. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  /** What it printed so far, both streams. */
  said(): string;
  ended: Promise<Outcome>;
}

/** Starts `node grader/bootstrap.mjs …` as the npm scripts do. */
export function begin(
  root: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  nodeOptions: string[] = [],
): Running {
  return beginNode(root, [...nodeOptions, join(root, "grader/bootstrap.mjs"), ...args], env);
}

/** Runs `node grader/bootstrap.mjs …` to its end. */
export function run(...args: Parameters<typeof begin>): Promise<Outcome> {
  return begin(...args).ended;
}

/** Runs some code of a copy's own, as a module with its root as the current folder. */
export function evaluate(root: string, code: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const guarded = `
    import { printError } from "./grader/bootstrap/failure.mjs";
    try { ${code} } catch (error) { printError(error); process.exitCode = 1; }`;
  return beginNode(root, ["--input-type=module", "-e", guarded], env).ended;
}

function beginNode(root: string, args: string[], env: NodeJS.ProcessEnv): Running {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: cleanEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ code: code ?? -1, stdout, stderr, seconds });
    });
  });
  return { child, said: () => stdout + stderr, ended };
}

/** Ours, without what npm adds for the scripts it runs: a test's npm must be the one on its PATH. */
function cleanEnvironment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^FORCE_COLOR$/i.test(name));
  return { ...Object.fromEntries(own), ...extra };
}

/** Waits until something holds. @throws Error that names it after so many seconds */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not after ${seconds} seconds: ${what}`);
    await sleep(50);
  }
}

/** Puts a program of our own on a PATH, in a folder made for it; returns that PATH. */
export async function fakeProgram(folder: string, name: string, script: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), script);
  await chmod(join(folder, name), 0o755);
  return `${folder}:${process.env.PATH}`;
}

/**
 * Gives a copy a `.venv` of its own that uses what the real one installed, in a moment: its own
 * Python and folder of kernels, the real packages and pages.
 */
export async function lendVenv(root: string): Promise<void> {
  const python = process.env.ORMLET_PYTHON ?? inRoot(".venv", "bin", "python");
  const real = dirname(dirname(python));
  const venv = join(root, ".venv");
  const made = spawn(python, ["-m", "venv", "--without-pip", venv], { stdio: "inherit" });
  const code = await new Promise((resolve) => made.on("close", resolve));
  if (code !== 0) throw new Error(`${python} could not make a virtual environment`);
  const [version] = await readdir(join(venv, "lib"));
  const packages = join("lib", version as string, "site-packages");
  await writeFile(join(venv, packages, "lent.pth"), `${join(real, packages)}\n`);
  await rm(join(venv, "share"), { recursive: true, force: true });
  await mkdir(join(venv, "share/jupyter/lab"), { recursive: true });
  await symlink(join(real, "etc"), join(venv, "etc"));
  for (const part of ["static", "schemas", "themes"]) {
    await symlink(join(real, "share/jupyter/lab", part), join(venv, "share/jupyter/lab", part));
  }
  await cp(join(real, ".course-installed"), join(venv, ".course-installed"));
}
