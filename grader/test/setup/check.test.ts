import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isAlive } from "../../bootstrap/lock.mjs";
import type { Checkout } from "../../src/testing/checkout.js";
import { begin, evaluate, lendVenv, run, setUpCheckout, until } from "./checkout.js";

/** `temp` is the checks' own temporary folder, so that another's check beside them is not seen. */
const test = suite<{ copy: Checkout; temp: string }>("npm start -- --check");

/** What a learner wrote, so broken that whoever read it would fail. */
const answers = {
  "exercises/01-engines/1-find-member.ts": "export const half = (((",
  "notebooks/00-welcome.ipynb": "not even JSON",
};

test.before(async (context) => {
  context.copy = await setUpCheckout();
  context.temp = await mkdtemp(join(tmpdir(), "ormlet-check-"));
  // The account that a submission runs under must be able to pass through.
  await chmod(context.temp, 0o755);
  const { root } = context.copy;
  await lendVenv(root);
  // Installs and compiles, so that what follows is about the check alone.
  await run(root, ["stop", "--help"]);
  const weave = `const { weaveTo } = await import("./grader/dist/weave/index.js"); await weaveTo(".");`;
  const woven = await evaluate(root, weave, {});
  assert.is(woven.code, 0, woven.stderr);
  for (const [path, text] of Object.entries(answers)) await writeFile(join(root, path), text);
});

test.after(async ({ copy, temp }) => {
  await copy?.remove();
  if (temp) await rm(temp, { recursive: true, force: true });
});

/** The folders that a check makes for itself. */
async function temporary(temp: string): Promise<string[]> {
  return (await readdir(temp)).filter((name) => name.startsWith("ormlet-checkout-")).sort();
}

test("tries the whole chain, says what it saw, and leaves everything as it was", async ({
  copy,
  temp,
}) => {
  const before = await temporary(temp);
  const outcome = await run(copy.root, ["start", "--check"], { TMPDIR: temp });
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
  assert.equal(await temporary(temp), before);
});

test("Ctrl-C ends it and leaves neither processes nor files behind", async ({ copy, temp }) => {
  const before = await temporary(temp);
  const command = begin(copy.root, ["start", "--check"], { TMPDIR: temp });
  let folder: string | undefined;
  await until("it works in a folder of its own", async () => {
    folder = (await temporary(temp)).find((name) => !before.includes(name));
    return folder !== undefined;
  });
  const runtime = join(temp, folder as string, ".jupyter/lab/runtime");
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
  await until(
    "the folder is gone",
    async () => !(await temporary(temp)).includes(folder as string),
    5,
  );
});

test.run();
