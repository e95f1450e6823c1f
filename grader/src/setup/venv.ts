import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { withLock } from "../../bootstrap/lock.mjs";
import { inRoot } from "../base/paths.js";
import { quiet, type Report } from "../base/report.js";
import { findPython } from "./python.js";
import { runTool, toolFailure } from "./tool.js";

const windows = process.platform === "win32";

/** The virtual environment that holds JupyterLab and the kernel's specification. */
export const venv = inRoot(".venv");

/** Its Python. Always called with `-m`: the scripts beside it break when the checkout is moved. */
export const venvPython = windows ? `${venv}/Scripts/python.exe` : `${venv}/bin/python`;

const stamp = `${venv}/.course-installed`;
const lists = { course: "requirements.txt", tests: "requirements-test.txt" };

type List = keyof typeof lists;

/** Which lists of requirements have been installed to their end, by the hash of the list then. */
type Installed = Partial<Record<List, string>>;

/** Whether `.venv` is finished and up to date; takes no time worth speaking of. */
export function hasVenv(tests = false): boolean {
  const wanted: List[] = tests ? ["course", "tests"] : ["course"];
  return missing(wanted).length === 0;
}

/** Whether there is a `.venv` at all, perhaps a half-made one. */
export function venvBegun(): boolean {
  return existsSync(venv);
}

/**
 * Makes `.venv` with JupyterLab in it, or brings it up to date. One that was interrupted while it
 * was made is made anew.
 *
 * @param options.tests installs what the tests need, too
 * @throws Failure that says why it could not be made
 */
export async function ensureVenv(
  options: { report?: Report; tests?: boolean } = {},
): Promise<void> {
  const { report = quiet, tests = false } = options;
  if (hasVenv(tests)) return;
  await report.step("Installing JupyterLab in .venv", (note) =>
    withLock(
      "venv",
      async () => {
        if (!hasVenv(tests)) await make(tests, note);
      },
      { waiting: (pid) => note(`waiting for process ${pid}, which does the same`) },
    ),
  );
}

async function make(tests: boolean, note: (text: string) => void): Promise<void> {
  const wanted: List[] = tests ? ["course", "tests"] : ["course"];
  if (readStamp() === undefined || !existsSync(venvPython)) {
    rmSync(venv, { recursive: true, force: true });
    const python = await findPython(note);
    note(`Python ${python.version}`);
    const { code, output } = await runTool(python.executable, ["-m", "venv", venv]);
    if (code !== 0) {
      const remedy = `remove the folder ${venv} and run the same command again.`;
      throw toolFailure("The virtual environment .venv could not be made.", output, remedy);
    }
  }
  const before = readStamp() ?? {};
  // An installation that is cut short leaves no stamp, so that the next run starts from nothing.
  rmSync(stamp, { force: true });
  await pip(missing(wanted, before), note);
  const now: Installed = { ...before };
  for (const list of wanted) now[list] = hash(list);
  writeFileSync(stamp, JSON.stringify(now));
}

async function pip(names: List[], note: (text: string) => void): Promise<void> {
  const files = names.flatMap((name) => ["-r", inRoot("grader", lists[name])]);
  const args = ["install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"];
  let packages = 0;
  const line = (text: string) => {
    const [, name] = /^(?:Collecting|Processing) (\S+)/.exec(text) ?? [];
    if (name) {
      packages++;
      note(`${packages} packages: ${name.replace(/^.*\/|[<>=!~;[(].*$/g, "")}`);
    } else if (text.startsWith("Installing collected")) note(`unpacking ${packages} packages`);
  };
  const retries = process.env.PIP_RETRIES ?? "2";
  const { code, output } = await runTool(venvPython, ["-m", "pip", ...args, ...files], {
    line,
    env: { PIP_RETRIES: retries, PYTHONUNBUFFERED: "1" },
  });
  if (code === 0) return;
  const remedy = "run the same command again; npm run doctor shows what is there.";
  throw toolFailure("JupyterLab could not be installed (pip).", output, remedy);
}

/** The lists that are not installed as they stand now. */
function missing(wanted: List[], installed = readStamp()): List[] {
  if (!existsSync(venvPython) || !existsSync(`${venv}/share/jupyter/lab`)) installed = undefined;
  return wanted.filter((list) => installed?.[list] !== hash(list));
}

function hash(list: List): string {
  const text = readFileSync(inRoot("grader", lists[list]), "utf8");
  return createHash("sha256").update(text).digest("hex");
}

function readStamp(): Installed | undefined {
  try {
    return JSON.parse(readFileSync(stamp, "utf8")) as Installed;
  } catch {
    return undefined;
  }
}
