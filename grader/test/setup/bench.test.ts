import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { execa } from "execa";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";

const test = suite("npm run bench");

/** The command, with so few rows and rounds that its figures mean nothing. */
function bench(...names: string[]) {
  const env = {
    ORMLET_BENCH_SCALE: "0.01",
    ORMLET_BENCH_PROCESSES: "1",
    ORMLET_BENCH_ROUNDS: "1",
    ORMLET_BENCH_WARM_UP: "0",
  };
  const parameters = [inRoot("grader/bin/course.mjs"), "bench", "--no-peers", ...names];
  return execa(process.execPath, parameters, { env, reject: false });
}

test("compiles, and measures ormlet and what is written by hand; nothing is installed", async () => {
  const { stdout, stderr, exitCode } = await bench("w5", "w8");
  assert.is(exitCode, 0, stderr);
  assert.equal(stdout.match(/^W\d/gm), ["W5", "W8"]);
  assert.equal(
    stdout.match(/^\| [\w-]+/gm)?.filter((line) => line !== "| way"),
    ["| by-hand", "| limit", "| ormlet", "| by-hand", "| limit", "| ormlet"],
  );
  assert.not.match(stderr, /Installing the peers/);
});

test("ormlet is measured as its users get it, its code in one file", () => {
  const compiled = createRequire(inRoot("orm/bench/dist/ways/ormlet.js"));
  const index = compiled.resolve("ormlet");
  assert.is(index, inRoot("orm/bench/dist/node_modules/ormlet/dist/index.js"));
  assert.match(readFileSync(index, "utf8"), /^export \{[^}]*\} from '\.\/ormlet\.js';$/m);
});

test("a name that there is not is said, and the command fails", async () => {
  const { stderr, exitCode } = await bench("w99");
  assert.is(exitCode, 1);
  assert.match(stderr, "No workload w99; there are w1,");
});

test.run();
