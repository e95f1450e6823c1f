import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inState, root } from "../../src/base/paths.js";
import { runFile } from "../../src/testing/run-files.js";

const test = suite<{ folder: string }>("the runner of the tests");

test.before(async (context) => {
  // Inside the checkout, so that the files find uvu; where Git ignores it, so that no linter sees it.
  await mkdir(inState(), { recursive: true });
  context.folder = await mkdtemp(inState("run-files-"));
});
test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

const head = `import { test } from "uvu"; import * as assert from "uvu/assert";\n`;

async function run(folder: string, body: string, limit = 30, note?: (text: string) => void) {
  const file = join(folder, `case-${Math.random().toString(36).slice(2)}.ts`);
  await writeFile(file, body);
  return runFile(relative(root, file), {}, limit, note);
}

test("counts passed and failed tests", async ({ folder }) => {
  const body = `${head}test("a", () => {}); test("b", () => assert.ok(false)); test.run();`;
  const { passed, failed } = await run(folder, body);
  assert.equal({ passed, failed }, { passed: 1, failed: 1 });
});

test("a file that exits early has failed, whatever its code", async ({ folder }) => {
  const { passed, failed } = await run(folder, `${head}test("a", () => {}); process.exit(0);`);
  assert.equal({ passed, failed }, { passed: 0, failed: 1 });
});

test("a file without a test has failed", async ({ folder }) => {
  const { failed } = await run(folder, `${head}test.run();`);
  assert.is(failed, 1);
});

test("a rejection after the last test has failed", async ({ folder }) => {
  const late = `setTimeout(() => Promise.reject(new Error("late")), 100);`;
  const { passed, failed } = await run(folder, `${head}test("a", () => {}); test.run(); ${late}`);
  assert.equal({ passed, failed }, { passed: 1, failed: 1 });
});

test("a file that hangs is stopped, and says so", async ({ folder }) => {
  const { failed, output } = await run(
    folder,
    `${head}test("a", () => new Promise(() => {})); test.run(); setInterval(() => {}, 1000);`,
    3,
  );
  assert.is(failed, 1);
  assert.match(output, "Stopped after 3 seconds");
});

test("a file that takes long tells how far it is", async ({ folder }) => {
  const notes: string[] = [];
  const body = `${head}test("a", () => console.log("PROGRESS: 1 of 2")); test.run();`;
  const { passed } = await run(folder, body, 30, (text) => notes.push(text));
  assert.is(passed, 1);
  assert.equal(notes, ["1 of 2"]);
});

test("a file that skips says why", async ({ folder }) => {
  const { passed, failed, skipped } = await run(folder, `console.log("SKIPPED: no engine here");`);
  assert.equal({ passed, failed, skipped }, { passed: 0, failed: 0, skipped: ["no engine here"] });
});

test.run();
