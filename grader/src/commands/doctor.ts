import { statfsSync } from "node:fs";
import type { Command } from "commander";
import { readAssembled, sourceDigest } from "../assemble/folder.js";
import { colors } from "../base/colors.js";
import { root } from "../base/paths.js";
import { probeWays, runningServer } from "../server/index.js";
import { findBrowser } from "../setup/browser.js";
import { labAddress, runningLab } from "../setup/jupyter.js";
import { hasKernel, kernelspec } from "../setup/kernelspec.js";
import { notebookPackage } from "../setup/notebook-package.js";
import { pythonFailure, pythons } from "../setup/python.js";
import { runTool } from "../setup/tool.js";
import { hasVenv, venvBegun, venvPython } from "../setup/venv.js";

/** One line of the doctor's answer. "missing" is what keeps the course from running. */
interface Finding {
  state: "good" | "note" | "missing";
  what: string;
  remedy?: string | undefined;
}

export function register(program: Command): void {
  program
    .command("doctor")
    .description("say what is there, what is missing, and how to get it")
    .action(async () => {
      process.exitCode = await doctor();
    });
}

/** Prints what was found. Changes nothing. @returns 0 when all that is needed is there, else 1 */
async function doctor(): Promise<number> {
  const groups: [string, Promise<Finding[]>][] = [
    ["Node.js", node()],
    ["Python", python()],
    ["JupyterLab", jupyter()],
    ["Notebooks", notebooks()],
    ["MySQL", mysql()],
    ["Machine", machine()],
  ];
  let missing = 0;
  for (const [title, findings] of groups) {
    console.log(colors.bold(title));
    for (const { state, what, remedy } of await findings) {
      const mark = { good: colors.green("✔"), note: colors.dim("·"), missing: colors.red("✖") }[
        state
      ];
      console.log(`  ${mark} ${what}`);
      if (remedy) console.log(`    ${colors.dim("→")} ${remedy}`);
      if (state === "missing") missing++;
    }
  }
  console.log("");
  if (missing === 0) console.log("All that is needed is there.");
  else
    console.log(`${missing} thing${missing > 1 ? "s are" : " is"} missing: see the lines with ✖.`);
  return missing === 0 ? 0 : 1;
}

async function node(): Promise<Finding[]> {
  const npm = await runTool(process.platform === "win32" ? "npm.cmd" : "npm", ["--version"]);
  const found = npm.code === 0;
  return [
    { state: "good", what: `Node.js ${process.versions.node} (${process.execPath})` },
    {
      state: found ? "good" : "missing",
      what: found ? `npm ${npm.output.trim()}` : "npm was not found",
      remedy: found ? undefined : "npm comes with Node.js: https://nodejs.org",
    },
    // This very command installs and compiles before it looks at anything.
    { state: "good", what: "packages installed and the course built" },
  ];
}

async function python(): Promise<Finding[]> {
  const found = await pythons();
  const failure = pythonFailure(found);
  const list = found.map((one) => `Python ${one.version} (${one.executable})`);
  if (!failure) return [{ state: "good", what: list.join(", ") }];
  const ready = hasVenv();
  const what = `${failure.message} ${failure.why ?? ""}`;
  return [{ state: ready ? "note" : "missing", what, remedy: failure.remedy }];
}

async function jupyter(): Promise<Finding[]> {
  if (!hasVenv()) {
    const what = venvBegun() ? ".venv is half made or out of date" : ".venv has not been made yet";
    return [{ state: "missing", what, remedy: "npm start makes it" }];
  }
  const question = "import jupyterlab; print(jupyterlab.__version__)";
  const version = await runTool(venvPython, ["-c", question], { timeout: 30_000 });
  const lab = await runningLab();
  const works = version.code === 0;
  return [
    {
      state: works ? "good" : "missing",
      what: works
        ? `JupyterLab ${version.output.trim()} in .venv`
        : "JupyterLab in .venv does not start",
      remedy: works ? undefined : "remove the folder .venv, then npm start makes it anew",
    },
    {
      state: hasKernel() ? "good" : "missing",
      what: hasKernel() ? `kernel ormlet (${kernelspec})` : "the kernel ormlet is not installed",
      remedy: hasKernel() ? undefined : "npm start installs it",
    },
    {
      state: "note",
      what: lab ? `runs at ${labAddress(lab)}` : "does not run now: npm start starts it",
    },
  ];
}

async function notebooks(): Promise<Finding[]> {
  const chosen = await notebookPackage();
  if (chosen === "finished") return [{ state: "good", what: "run on the finished ormlet" }];
  const made = await readAssembled();
  if (!made) {
    const what = "should run on your assembled ormlet, which is gone: they run on the finished one";
    const remedy = "npx course assemble builds it again; npx course notebooks finished is content";
    return [{ state: "note", what, remedy }];
  }
  const parts = made.parts.length === 1 ? "1 part" : `${made.parts.length} parts`;
  const what = `run on the ormlet that was assembled on ${made.at.slice(0, 10)} with ${parts} in it`;
  const findings: Finding[] = [
    { state: "good", what, remedy: "npx course notebooks finished goes back to the finished one" },
  ];
  if (made.source !== (await sourceDigest())) {
    const remedy = "npx course assemble builds it anew";
    findings.push({ state: "note", what: "the package itself has changed since then", remedy });
  }
  return findings;
}

async function mysql(): Promise<Finding[]> {
  const [server, ways] = await Promise.all([runningServer(), probeWays()]);
  const findings: Finding[] = ways.map(({ way, usable, why, remedy }) => ({
    state: usable ? "good" : "note",
    what: `${way}: ${why}`,
    remedy: usable ? undefined : remedy,
  }));
  if (server)
    findings.unshift({ state: "good", what: `MySQL ${server.version} runs: ${server.detail}` });
  else
    findings.unshift({
      state: "note",
      what: "no MySQL of the course runs now: npm start starts one",
    });
  if (!server && !ways.some((way) => way.usable)) {
    const remedy = "install Docker or Podman, or name a server of your own in ORMLET_DATABASE_URL";
    findings.push({ state: "missing", what: "there is no way to get a MySQL", remedy });
  }
  return findings;
}

async function machine(): Promise<Finding[]> {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1e9;
  const enough = free > 0.5;
  const browser = findBrowser();
  return [
    {
      state: enough ? "good" : "missing",
      what: `${free.toFixed(1)} GB free where the course lies`,
      remedy: enough ? undefined : "free some space: a full set-up takes about 2 GB",
    },
    {
      state: "note",
      what: `browser for the end-to-end test: ${browser ?? "none; only npm test uses one"}`,
    },
  ];
}
