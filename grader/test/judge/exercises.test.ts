import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Catalogue } from "../../src/judge/catalogue.js";
import { lintExercises } from "../../src/judge/lint.js";
import { weaveTo } from "../../src/weave/index.js";
import { serverUrl } from "./fixtures/course.js";

const test = suite("exercises");
let root = "";

test.before(async () => {
  root = await mkdtemp(join(tmpdir(), "ormlet-test-exercises-"));
});

test.after(() => rm(root, { recursive: true, force: true }));

// Woven anew, so that a learner's own answers are neither read nor judged here.
test("every exercise is complete, its starter scores 0 and its solution full", async () => {
  const { manifest } = await weaveTo(root);
  const tests = fileURLToPath(new URL("../../src/exercises", import.meta.url));
  const catalogue: Catalogue = { root, tests, entries: manifest };
  assert.ok(manifest.length >= 5);
  const history = join(root, "history.jsonl");
  assert.equal(await lintExercises(catalogue, manifest, { serverUrl, history }), []);
});

test.run();
