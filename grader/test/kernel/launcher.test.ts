import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import { kernelSpec } from "../../src/kernel/install.js";
import { type Checkout, copyCheckout } from "../../src/testing/checkout.js";
import { installTestKernel, type TestKernel } from "./jupyter.js";

/** A built checkout that a test may break. */
const test = suite<{ checkout: Checkout; kernel: TestKernel }>("launcher");

test.before(async (context) => {
  context.checkout = await copyCheckout();
  context.kernel = await installTestKernel();
});

test.after(async ({ checkout, kernel }) => {
  // Either may be missing, and then what kept it from being made must be told.
  await checkout?.remove();
  await kernel?.remove();
});

/** Starts the kernel of another checkout as Jupyter would, with a connection file that isn't there. */
function start(checkout: Checkout, connectionFile = "missing.json") {
  const argv = (kernelSpec().argv as string[]).map((part) =>
    part.replace(root, checkout.root).replace("{connection_file}", connectionFile),
  );
  const [program = "", ...parameters] = argv;
  return spawnSync(program, parameters, { encoding: "utf8", timeout: 20_000 });
}

test("a kernel's specification names a program that is there, and has logos", async ({
  kernel,
}) => {
  const folder = `${kernel.environment.JUPYTER_PATH}/kernels/ormlet`;
  const spec = JSON.parse(await readFile(`${folder}/kernel.json`, "utf8"));
  assert.is(spec.display_name, "TypeScript (ormlet)");
  assert.is(spec.language, "typescript");
  assert.ok(existsSync(spec.argv[0]));
  assert.ok(spec.argv.includes("{connection_file}"));
  for (const size of [32, 64]) {
    const logo = await readFile(`${folder}/logo-${size}x${size}.png`);
    // A PNG's width and height stand at bytes 16 and 20.
    assert.equal([logo.readUInt32BE(16), logo.readUInt32BE(20)], [size, size]);
  }
  assert.match(await readFile(`${folder}/logo-svg.svg`, "utf8"), /^<svg /);
});

test("without the launcher it says what to do", async ({ checkout }) => {
  const launcher = `${checkout.root}/grader/dist/kernel/launcher.js`;
  await rename(launcher, `${launcher}.away`);
  try {
    const { status, stderr } = start(checkout);
    assert.is(status, 1);
    assert.match(stderr, `${launcher} is missing.`);
    assert.match(stderr, `Run npm start in ${checkout.root}`);
  } finally {
    await rename(`${launcher}.away`, launcher);
  }
});

test("with another version of tslab it says so", async ({ checkout }) => {
  const tslab = `${checkout.root}/node_modules/tslab`;
  await unlink(tslab);
  await mkdir(tslab);
  try {
    const connection = `${checkout.root}/connection.json`;
    await writeFile(connection, JSON.stringify({ transport: "tcp", ip: "127.0.0.1", key: "k" }));
    await writeFile(`${tslab}/package.json`, JSON.stringify({ name: "tslab", version: "1.0.99" }));
    const other = start(checkout, connection);
    assert.is(other.status, 1);
    assert.match(other.stderr, "it needs tslab 1.0.22, but found 1.0.99");
    assert.match(other.stderr, "npm ci");

    await rm(tslab, { recursive: true });
    const none = start(checkout, connection);
    assert.is(none.status, 1);
    assert.match(none.stderr, "the package tslab is not installed");
    assert.match(none.stderr, "npm install");
  } finally {
    await rm(tslab, { recursive: true, force: true });
  }
});

test("started by hand it says how it is started", () => {
  const launcher = `${root}/grader/dist/kernel/launcher.js`;
  const { status, stderr } = spawnSync(process.execPath, [launcher], { encoding: "utf8" });
  assert.is(status, 1);
  assert.match(stderr, "npm start");
  assert.not.match(stderr, "    at ");
});

test.run();
