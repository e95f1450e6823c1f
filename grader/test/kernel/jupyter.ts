import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/base/failure.js";
import { inRoot, root } from "../../src/base/paths.js";
import { installKernel } from "../../src/kernel/install.js";

/** The Python that has Jupyter's packages, of `grader/requirements-test.txt`. */
export function pythonOfJupyter(): string {
  const python = process.env.ORMLET_PYTHON ?? inRoot(".venv/bin/python");
  if (existsSync(python)) return python;
  throw new Failure("The kernel cannot be tested: there is no Python with Jupyter.", {
    why: `${python} is missing.`,
    remedy: "Run `npm test`, which makes it, or name one in ORMLET_PYTHON.",
  });
}

/** Where a kernel is installed for a test, and how a Python program finds it there. */
export interface TestKernel {
  environment: Record<string, string>;
  remove(): Promise<void>;
}

/**
 * Installs the kernel in a temporary folder, apart from the one that a learner uses.
 *
 * @param options.node the Node.js that is to run it; this one if not given
 * @param options.checkout the built checkout whose kernel it is; this one if not given
 */
export async function installTestKernel(
  options: { node?: string; checkout?: string } = {},
): Promise<TestKernel> {
  const { node = process.execPath, checkout = root } = options;
  const prefix = await mkdtemp(`${tmpdir()}/ormlet-kernel-`);
  const spec = `${await installKernel(prefix, node)}/kernel.json`;
  const text = await readFile(spec, "utf8");
  await writeFile(spec, text.replaceAll(`"${root}`, `"${checkout}`));
  return {
    environment: { JUPYTER_PATH: `${prefix}/share/jupyter`, JUPYTER_RUNTIME_DIR: `${prefix}/run` },
    remove: () => rm(prefix, { recursive: true, force: true }),
  };
}

/** Runs a Python program of this folder to its end, with the kernel in reach. */
export async function runPython(
  script: string,
  parameters: string[],
  kernel: TestKernel,
  seconds: number,
): Promise<{ output: string; errors: string; status: number | null }> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(pythonOfJupyter(), [path, ...parameters], {
    env: { ...process.env, ...kernel.environment, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: seconds * 1000,
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ output, errors, status }));
  });
}
