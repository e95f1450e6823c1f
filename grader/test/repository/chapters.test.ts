import { existsSync } from "node:fs";
import { mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { floors } from "../../src/base/floors.js";
import { root } from "../../src/base/paths.js";
import { compile } from "../../src/judge/compiler.js";
import { ChapterFolders, floorsBuilt, layOutChapter } from "../../src/testing/chapters.js";
import { runFile } from "../../src/testing/run-files.js";

/** That the tests pass as well is shown by `npm test`, which runs those of each chapter in these folders. */
const test = suite<{ folder: string }>("the package as of the end of each chapter");

test.before.each(async (context) => {
  context.folder = await realpath(await mkdtemp(join(tmpdir(), "ormlet-test-chapters-")));
});
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }));

/** What the compiler says of the package, and of its tests. */
async function problemsOf(folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const project of ["orm", "orm/test"]) {
    const { diagnostics, gaveUp } = await compile(join(folder, project), 600);
    if (gaveUp !== undefined) problems.push(`${project}: the compiler gave up, ${gaveUp}`);
    for (const { file, line, message } of diagnostics) {
      problems.push(`${join(project, file)}:${line}: ${message}`);
    }
  }
  return problems;
}

for (const [index, floor] of floorsBuilt().entries()) {
  const chapter = floors.indexOf(floor) + 1;
  test(`chapter ${chapter}, ${floor}: source and tests compile without what comes later`, async ({
    folder,
  }) => {
    await layOutChapter(chapter, folder);
    const expected = floorsBuilt().slice(0, index + 1);
    assert.equal((await readdir(join(folder, "orm/src"))).sort(), expected.sort());
    assert.equal(await problemsOf(folder), []);
    assert.ok((await readdir(join(folder, "orm/dist", floor))).includes("index.js"));
  });
}

test("what leans on a later chapter is found, in the source and in a test", async ({ folder }) => {
  await layOutChapter(1, folder);
  const lines = {
    "orm/src/engine/up.ts": 'export type { Table } from "../mapping/table.js";\n',
    "orm/test/engine/up.ts": 'export { createEngine } from "../../src/index.js";\n',
  };
  for (const [file, text] of Object.entries(lines)) await writeFile(join(folder, file), text);
  const problems = await problemsOf(folder);
  for (const file of Object.keys(lines)) {
    const found = problems.find((problem) => problem.startsWith(`${file}:1: Cannot find module`));
    assert.ok(found, problems.join("\n"));
  }
});

test("the runner takes a chapter's tests there, all others into the checkout", async () => {
  const folders = new ChapterFolders();
  try {
    const [engine, again, session, whole, wording, grader] = await Promise.all(
      [
        "orm/test/engine/url.test.ts",
        "orm/test/engine/pool.test.ts",
        "orm/test/session/merge.test.ts",
        "orm/test/package/consumer.test.ts",
        "orm/test/wording/session.test.ts",
        "grader/test/repository/layout.test.ts",
      ].map((file) => folders.folderFor(file)),
    );
    assert.equal([whole, wording, grader], [root, root, root]);
    assert.is(again, engine, "one folder for all tests of a chapter");
    assert.equal((await readdir(join(session ?? "", "orm/src"))).sort(), floors.slice(0, 3).sort());
    assert.equal(await readdir(join(engine ?? "", "orm/src")), ["engine"]);
    // A test there finds the source there: what is later cannot be loaded, by a computed name either.
    const probe = "orm/test/engine/probe.test.ts";
    await writeFile(
      join(engine ?? "", probe),
      `import { test } from "uvu";
const load = (floor: string) => import(\`../../src/\${floor}/index.js\`);
test("below", () => load("engine"));
test("above", () => load("mapping"));
test.run();`,
    );
    const result = await runFile(probe, {}, 60, undefined, engine);
    assert.equal([result.passed, result.failed], [1, 1], result.output);
    folders.remove();
    assert.not.ok(existsSync(engine ?? ""), "its folder is still there");
  } finally {
    folders.remove();
  }
});

test.run();
