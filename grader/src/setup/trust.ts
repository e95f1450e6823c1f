import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { withLock } from "../../bootstrap/lock.mjs";
import { inRoot, root } from "../base/paths.js";
import { isEdited, isWoven, readNotebook } from "../weave/ipynb.js";
import { write } from "../weave/write.js";
import { labEnvironment, labHome } from "./jupyter.js";
import { runTool } from "./tool.js";
import { hasVenv, venvPython } from "./venv.js";

/** Texts of notebooks that need no second look, by path: a digest of each. */
type Seen = Record<string, string>;

/**
 * Signs the course's notebooks for our JupyterLab, as `jupyter trust` does, so that it shows their
 * pictures at once: from the outputs of a notebook that nobody has signed it strips SVG until the
 * cell is run. Signed is what the chapters made and nobody has changed; a notebook of the learner's
 * own is JupyterLab's business, which signs what it saves itself. Notebooks that are as they were at
 * the last signing are not signed again, which takes no time worth speaking of. Without JupyterLab's
 * Python nothing is done: the next start does it.
 *
 * @param options.home where JupyterLab keeps its settings and signatures
 * @param options.from the checkout's root
 * @returns a line for the terminal when it did not succeed; a course without pictures goes on
 */
export async function trustNotebooks(
  options: { home?: string; from?: string } = {},
): Promise<string | undefined> {
  const { home = labHome, from = root } = options;
  if (!hasVenv()) return undefined;
  try {
    if (changedSince(seenBefore(home), from).length === 0) return undefined;
    await withLock("trust", () => signChanged(home, from));
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The notebooks could not be signed, so their pictures show once their cells are run: ${why}`;
  }
}

async function signChanged(home: string, from: string): Promise<void> {
  const before = seenBefore(home);
  const changed = changedSince(before, from);
  const files = changed.filter(isTheCourses).map(({ path }) => path);
  if (files.length > 0)
    await sign(
      files.map((path) => `${from}/${path}`),
      home,
    );
  const now = changed.map(({ path, text }) => [path, digest(text)]);
  write(stampOf(home), JSON.stringify({ ...before, ...Object.fromEntries(now) }));
}

/** @throws Error with the last line of what Jupyter said */
async function sign(files: string[], home: string): Promise<void> {
  for (const folder of ["config", "data"]) mkdirSync(`${home}/${folder}`, { recursive: true });
  const script = inRoot("grader/src/setup/sign_notebooks.py");
  const { code, output } = await runTool(venvPython, [script, ...files], {
    env: labEnvironment(home),
    timeout: 60_000,
  });
  if (code !== 0) throw new Error(output.trimEnd().split("\n").at(-1) || "it took too long");
}

function changedSince(before: Seen, from: string): { path: string; text: string }[] {
  return globSync("notebooks/*.ipynb", { cwd: from, onlyFiles: true })
    .map((path) => ({ path, text: readFileSync(`${from}/${path}`, "utf8") }))
    .filter(({ path, text }) => before[path] !== digest(text));
}

/** Whether the weave made it under this name, and each of its cells as it is. */
function isTheCourses({ path, text }: { path: string; text: string }): boolean {
  try {
    const { cells, metadata } = readNotebook(text);
    const { notebook } = (metadata.course ?? {}) as { notebook?: string };
    if (path !== `notebooks/${notebook}.ipynb`) return false;
    return cells.every((cell) => isWoven(cell) && !isEdited(cell));
  } catch {
    return false; // It is not a notebook: JupyterLab will tell.
  }
}

function seenBefore(home: string): Seen {
  try {
    return JSON.parse(readFileSync(stampOf(home), "utf8")) as Seen;
  } catch {
    return {};
  }
}

/** Beside the signatures, so that it goes when they go. */
function stampOf(home: string): string {
  return `${home}/data/course-notebooks.json`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
