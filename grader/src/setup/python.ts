import { realpathSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { canInstallByApt, hasApt, installByApt } from "./apt.js";
import { runTool } from "./tool.js";

/** The oldest Python that JupyterLab 4.6 runs on. */
export const oldestPython = [3, 10] as const;

/** A Python of this machine. */
export interface Python {
  executable: string;
  version: string;
  tooOld: boolean;
  /** Whether it can make a virtual environment with pip in it; Debian keeps that in a package apart. */
  canMakeVenv: boolean;
}

const question = `
import importlib.util as u, json, sys
print(json.dumps([sys.executable, list(sys.version_info[:3]),
  u.find_spec("venv") is not None and u.find_spec("ensurepip") is not None]))`;

/**
 * The Pythons that are found, the most likely one first. `PYTHON` in the environment comes first.
 *
 * @param options.enough stops at the first that will do
 */
export async function pythons({ enough = false } = {}): Promise<Python[]> {
  const newer = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
  const named = process.env.PYTHON;
  const commands = [...(named ? [named] : []), "python3", "python", ...newer].map((one) => [one]);
  if (process.platform === "win32") commands.push(["py", "-3"]);
  const found = new Map<string, Python>();
  for (const [command, ...args] of commands) {
    const python = await ask(command as string, args);
    if (!python || found.has(realPath(python.executable))) continue;
    found.set(realPath(python.executable), python);
    if (enough && willDo(python)) break;
  }
  return [...found.values()];
}

function willDo(python: Python): boolean {
  return !python.tooOld && python.canMakeVenv;
}

/** python, python3 and python3.12 are often one. */
function realPath(executable: string): string {
  try {
    return realpathSync(executable);
  } catch {
    return executable;
  }
}

async function ask(command: string, args: string[]): Promise<Python | undefined> {
  const { code, output } = await runTool(command, [...args, "-c", question], { timeout: 20_000 });
  if (code !== 0) return undefined;
  try {
    const [executable, version, canMakeVenv] = JSON.parse(output.trim()) as [
      string,
      number[],
      boolean,
    ];
    const [major = 0, minor = 0] = version;
    const [wantedMajor, wantedMinor] = oldestPython;
    const tooOld = major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
    return { executable, version: version.join("."), tooOld, canMakeVenv };
  } catch {
    return undefined;
  }
}

/** What is the matter with the Pythons that were found, as a Failure; undefined when one will do. */
export function pythonFailure(found: Python[]): Failure | undefined {
  const wanted = oldestPython.join(".");
  const apt = "sudo apt-get install python3 python3-venv";
  const get = hasApt()
    ? apt
    : "install it from https://www.python.org/downloads/ (macOS: brew install python)";
  if (found.length === 0) {
    return new Failure("Python 3 was not found.", {
      why: "JupyterLab is a Python program; looked for python3 and python.",
      remedy: `${get}, then run the same command again.`,
    });
  }
  const young = found.filter((python) => !python.tooOld);
  if (young.length === 0) {
    const versions = found.map((python) => `${python.version} (${python.executable})`).join(", ");
    return new Failure("Python is too old.", {
      why: `JupyterLab needs Python ${wanted} or newer; found ${versions}.`,
      remedy: `install a newer one (https://www.python.org/downloads/). If it is not found by itself, name it: PYTHON=/path/to/python3 npm start`,
    });
  }
  if (young.some(willDo)) return undefined;
  const [first] = young as [Python];
  return new Failure("Python cannot make a virtual environment.", {
    why: `${first.executable} has no module ensurepip; Debian and Ubuntu keep it in a package of its own.`,
    remedy: `${hasApt() ? "sudo apt-get install python3-venv" : "install Python with venv and pip"}, then run the same command again.`,
  });
}

/**
 * The Python that makes the virtual environment. As root on Debian or Ubuntu, what is missing is
 * installed.
 *
 * @throws Failure when there is none that will do
 */
export async function findPython(note: (text: string) => void): Promise<Python> {
  let found = await pythons({ enough: true });
  if (pythonFailure(found) && canInstallByApt()) {
    await installByApt(["python3", "python3-venv"], note);
    found = await pythons({ enough: true });
  }
  const failure = pythonFailure(found);
  if (failure) throw failure;
  return found.find(willDo) as Python;
}
