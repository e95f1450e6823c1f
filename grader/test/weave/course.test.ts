import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, root } from "../../src/base/paths.js";
import { checkRepository } from "../../src/weave/check.js";
import { coverage, printShares } from "../../src/weave/coverage.js";
import { boundProblems } from "../../src/weave/exceptions.js";
import { weaveCourse, weaveTo } from "../../src/weave/index.js";
import { brokenLinks } from "../../src/weave/links.js";

const test = suite("weave: this course");

/** A folder that is removed afterwards, also on failure. */
async function inFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/ormlet-course-test-`);
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("every declaration of the taught chapters stands in exactly one place", () => {
  const { problems, shares } = coverage(weaveCourse(root));
  for (const line of printShares(shares)) console.log(line);
  assert.equal(problems, []);
});

test("every notebook is within its bounds, or listed with a reason", () => {
  assert.equal(boundProblems(weaveCourse(root), root), []);
});

test("every link leads somewhere", () => {
  assert.equal(brokenLinks(weaveCourse(root), root), []);
});

/** What the compiler says of a folder of woven files, under the checkout's own settings. */
function typeCheck(folder: string, files: string): string {
  const compiler = inRoot("node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [compiler, "-p", `${folder}/${files}`]);
    return "";
  } catch (error) {
    return (error as { stdout: Buffer }).stdout.toString();
  }
}

test("starters and solutions compile where they lie", async () => {
  await inFolder(async (folder) => {
    const { manifest } = await weaveTo(folder);
    assert.ok(manifest.length > 0, "the course has no exercise");
    for (const file of ["tsconfig.json", "exercises/tsconfig.json", "solutions/tsconfig.json"]) {
      copyFileSync(inRoot(file), `${folder}/${file}`);
    }
    writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
    symlinkSync(inRoot("node_modules"), `${folder}/node_modules`);
    assert.is(typeCheck(folder, "exercises"), "");
    assert.is(typeCheck(folder, "solutions"), "");
  });
});

/**
 * Looks at the last commit, and never at the working tree, where a learner's notebooks lie. A learner may
 * also commit them, so only the project's own runs compare.
 */
test("what is committed is in step with its chapters", async () => {
  if (!process.env.CI || !existsSync(inRoot(".git"))) {
    console.log(
      "SKIPPED: committed notebooks may be a learner's; CI=1 compares them with the chapters",
    );
    return;
  }
  await inFolder((folder) => {
    const paths = ["notebooks", "solutions", "exercises", "orm/src", "grader/src/exercises"];
    const there = git("ls-tree", "--name-only", "HEAD", ...paths)
      .toString()
      .trim()
      .split("\n");
    const archive = git("archive", "HEAD", "--", ...there);
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    assert.equal(checkRepository({ from: folder, learner: true }).drift, []);
  });
});

function git(...args: string[]): Buffer {
  return execFileSync("git", ["-c", "safe.directory=*", ...args], {
    cwd: root,
    maxBuffer: 1e9,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test.run();
