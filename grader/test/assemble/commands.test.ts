import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { weaveTo } from "../../src/weave/index.js";
import { serverUrl } from "../judge/fixtures/course.js";
import { type Outcome, run, setUpCheckout } from "../setup/checkout.js";

/** Somebody's checkout: commands write below its .course, and nowhere else. */
const test = suite<{ copy: Checkout }>("course assemble and course notebooks");

test.before(async (context) => {
  context.copy = await setUpCheckout();
  await weaveTo(context.copy.root);
  await cp(inRoot("orm/test"), join(context.copy.root, "orm/test"), { recursive: true });
});

test.after(({ copy }) => copy?.remove());

const course = (copy: Checkout, ...args: string[]): Promise<Outcome> =>
  run(copy.root, args, { ORMLET_DATABASE_URL: serverUrl });

const chosen = (copy: Checkout) =>
  readFile(join(copy.root, ".course/notebooks.json"), "utf8").catch(() => "none");

test("notebooks cannot run on what is not assembled yet", async ({ copy }) => {
  const { code, stderr } = await course(copy, "notebooks", "assembled");
  assert.is(code, 1);
  assert.match(stderr, "There is no assembled ormlet yet.");
  assert.match(stderr, "npx course assemble");
  assert.is(await chosen(copy), "none");
});

test("a folder with nothing solved gives the reference, 0 % of it the learner's", async ({
  copy,
}) => {
  const { code, stdout, stderr } = await course(copy, "assemble", "--no-tests");
  assert.is(code, 0, stderr);
  assert.match(stdout, /^0 of \d+ parts are yours: 0 of [\d,]+ code lines .*, 0 %\.$/m);
  assert.match(stdout, "the reference (not begun)");
  assert.match(stdout, ".course/assembled/orm");
});

test("what is solved is graded, stands in the package and is counted", async ({ copy }) => {
  const path = join(copy.root, "exercises/03-sessions/3-topological-layers.ts");
  const own = await readFile(path.replace("exercises", "solutions"), "utf8");
  await cp(path.replace("exercises", "solutions"), path);
  const { code, stdout, stderr } = await course(
    copy,
    "assemble",
    "--tests",
    "topological",
    "floors",
  );
  assert.is(code, 0, stdout + stderr);
  assert.match(stdout, /^✓ 3\.3 .* exercises\/03-sessions\/3-topological-layers\.ts$/m);
  assert.match(stdout, /^1 of \d+ parts are yours: 26 of [\d,]+ code lines .*, 0\.\d %\.$/m);
  assert.match(stdout, "orm/test/session/topological.test.ts");
  assert.match(stdout, /^\d+ passed, 0 failed$/m);
  assert.is(await readFile(path, "utf8"), own);
  const module = ".course/assembled/orm/src/session/topological.ts";
  assert.match(await readFile(join(copy.root, module), "utf8"), "Exercise 3.3");
});

test("a filter that fits no test is said before anything is built", async ({ copy }) => {
  const { code, stderr } = await course(copy, "assemble", "--tests", "capybara");
  assert.is(code, 1);
  assert.match(stderr, "capybara");
  assert.not.match(stderr, "Assembling");
});

test("notebooks run on it until they are told otherwise", async ({ copy }) => {
  assert.match((await course(copy, "notebooks")).stdout, "on the finished ormlet");
  assert.is((await course(copy, "notebooks", "assembled")).code, 0);
  assert.is(await chosen(copy), '{"ormlet":"assembled"}\n');
  assert.match((await course(copy, "notebooks")).stdout, "on the ormlet that you assembled");
  assert.match((await course(copy, "doctor")).stdout, /run on the ormlet .* with 1 part in it/);
  assert.is((await course(copy, "notebooks", "finished")).code, 0);
  assert.is(await chosen(copy), "none");
});

test.run();
