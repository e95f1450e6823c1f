import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeRunFolder, sweepRunFolders } from "../../src/judge/run-folder.js";

const test = suite<{ base: string }>("folders of runs");

test.before(async (context) => {
  const { path, release } = await makeRunFolder();
  context.base = dirname(path);
  await release();
});

/** The folder of a run, with what stands in the file of its owner, made so many seconds ago. */
async function folderOf(base: string, owner: string | undefined, seconds = 0): Promise<string> {
  const path = join(base, `ormlet-run-0-${randomBytes(6).toString("hex")}`);
  await mkdir(path);
  if (owner !== undefined) await writeFile(join(path, "owner"), owner);
  const made = Date.now() / 1000 - seconds;
  await utimes(path, made, made);
  return path;
}

test("that of a run which is going on stays, and a run takes its own away", async () => {
  const { path, compile, box, release } = await makeRunFolder();
  await sweepRunFolders();
  assert.equal([path, compile, box].map(existsSync), [true, true, true]);
  await release();
  assert.not(existsSync(path));
});

test("that of a grader which was killed goes", async ({ base }) => {
  const path = await folderOf(base, "4194304 1");
  await sweepRunFolders();
  assert.not(existsSync(path));
});

test("one whose owner is only about to be written stays for a minute", async ({ base }) => {
  for (const owner of [undefined, ""]) {
    const [fresh, old] = [await folderOf(base, owner), await folderOf(base, owner, 120)];
    await sweepRunFolders();
    assert.equal([fresh, old].map(existsSync), [true, false], `owner: ${JSON.stringify(owner)}`);
    await rm(fresh, { recursive: true });
  }
});

test.run();
