import { execa } from "execa";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, root } from "../../src/base/paths.js";

const test = suite("the committed notebooks, starters and solutions");

test("are what the chapters weave to", async () => {
  const course = inRoot("grader", "bin", "course.mjs");
  const { exitCode, all } = await execa(process.execPath, [course, "weave", "--check"], {
    cwd: root,
    all: true,
    reject: false,
  });
  assert.is(exitCode, 0, all);
});

// A learner's notebooks and answers are the learner's: only the project's own runs look at these folders.
if (process.env.CI) test.run();
else console.log("SKIPPED: a learner's notebooks may differ from their source; CI=1 compares them");
