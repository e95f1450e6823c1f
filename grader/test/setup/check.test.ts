import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isAlive } from "../../bootstrap/lock.mjs";
import type { Checkout } from "../../src/testing/checkout.js";
import { begin, evaluate, lendVenv, run, setUpCheckout, until } from "./checkout.js";

const test = suite<{ copy: Checkout }>("npm start -- --check");

/** What a learner wrote, so broken that whoever read it would fail. */
const answers = {
  "exercises/01-engines/1-find-member.ts": "export const half = (((",
  "notebooks/00-welcome.ipynb": "not even JSON",
};

test.before(async (context) => {
  context.copy = await setUpCheckout();
  const { root } = context.copy;
  await lendVenv(root);
  // Installs and compiles, so that what follows is about the check alone.
  await run(root, ["stop", "--help"]);
  const weave = `const { weaveTo } = await import("./grader/dist/weave/index.js"); await weaveTo(".");`;
  const woven = await evaluate(root, weave, {});
  assert.is(woven.code, 0, woven.stderr);
  for (const [path, text] of Object.entries(answers)) await writeFile(join(root, path), text);
});

test.after(async ({ copy }) => {
  await copy?.remove();
});

/** The folders that a check makes for itself. */
async function temporary(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("ormlet-checkout-")).sort();
}

test("tries the whole chain, says what it saw, and leaves everything as it was", async ({
  copy,
}) => {
  const before = await temporary();
  const outcome = await run(copy.root, ["start", "--check"]);
  assert.is(outcome.code, 0, outcome.stdout + outcome.stderr);
  assert.match(outcome.stdout, /^MySQL \d+\.\d+/m);
  assert.match(outcome.stdout, /^Welcome notebook: [1-9]\d* code cells ran .* no error\.$/m);
  assert.match(
    outcome.stdout,
    /^Exercise 1\.1: the starter scores 0 of (\d+), the solution \1 of \1\.$/m,
  );
  assert.match(outcome.stdout, /^JupyterLab answered on port \d+ .*TypeScript \(ormlet\)\.$/m);
  for (const [path, text] of Object.entries(answers)) {
    assert.is(await readFile(join(copy.root, path), "utf8"), text);
  }
  assert.not.ok(existsSync(join(copy.root, ".course/history")));
  assert.equal(await temporary(), before);
});

test("Ctrl-C ends it and leaves neither processes nor files behind", async ({ copy }) => {
  const before = await temporary();
  const command = begin(copy.root, ["start", "--check"]);
  let folder: string | undefined;
  await until("it works in a folder of its own", async () => {
    folder = (await temporary()).find((name) => !before.includes(name));
    return folder !== undefined;
  });
  const runtime = join(tmpdir(), folder as string, ".jupyter/lab/runtime");
  const servers = async () =>
    (existsSync(runtime) ? await readdir(runtime) : []).flatMap((name) => {
      const [, pid] = /^jpserver-(\d+)\.json$/.exec(name) ?? [];
      return pid ? [Number(pid)] : [];
    });
  await until("JupyterLab runs", async () => (await servers()).length === 1, 60);
  const pids = await servers();
  command.child.kill("SIGINT");
  const outcome = await command.ended;
  assert.is(outcome.code, 1);
  assert.match(outcome.stderr, "The check was interrupted.");
  await until("JupyterLab has ended", () => pids.every((pid) => !isAlive(pid)), 5);
  await until("the folder is gone", async () => !(await temporary()).includes(folder as string), 5);
});

test.run();
