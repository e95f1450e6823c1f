import { execa } from "execa";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";

const test = suite("formatter, linter and types");

test("npm run lint finds nothing", async () => {
  const { exitCode, all } = await execa("npm", ["run", "lint"], {
    cwd: root,
    all: true,
    reject: false,
  });
  assert.is(exitCode, 0, all);
});

test.run();
