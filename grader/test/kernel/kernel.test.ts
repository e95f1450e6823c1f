import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inState } from "../../src/base/paths.js";
import { installTestKernel, runPython } from "./jupyter.js";
import { majors, nodeOfVersion } from "./nodes.js";

/** A check of kernel_checks.py, which is a test here. */
interface Check {
  name: string;
  error: string | null;
}

/** The least number of checks: fewer means that Python ended early. */
const atLeast = 45;

/** Runs all checks against a kernel on that Node.js. */
async function checksOn(major: number): Promise<Check[]> {
  const kernel = await installTestKernel({ node: await nodeOfVersion(major) });
  await mkdir(inState("kernels"), { recursive: true });
  // Cells import from it, and they can do so only below the root.
  const folder = await mkdtemp(inState("kernels", `node-${major}-`));
  try {
    const { output, errors } = await runPython("kernel_checks.py", [folder], kernel, 300);
    const checks = output
      .split("\n")
      .filter((line) => line.startsWith('{"name"'))
      .map((line) => JSON.parse(line) as Check);
    const missing = checks.length < atLeast ? `${checks.length} checks were run. ${errors}` : null;
    return [...checks, { name: "all checks were run", error: missing }];
  } finally {
    await kernel.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

const test = suite("kernel");
// At the same time: most of it is waiting, and no check measures less than seconds.
const all = await Promise.all(majors.map(async (major) => [major, await checksOn(major)] as const));
for (const [major, checks] of all) {
  for (const { name, error } of checks) {
    test(`Node ${major}: ${name}`, () => assert.is(error, null, error ?? ""));
  }
}
test.run();
