/**
 * Grades the wrong answers of `wrong/`. Some exercises alone:
 * `node --import tsx grader/test/exercises/wrong-answers.test.ts 4.1 5.2`.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import PQueue from "p-queue";
import { globSync } from "tinyglobby";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Catalogue, ExerciseEntry } from "../../src/judge/catalogue.js";
import { terminal } from "../../src/judge/formats/terminal.js";
import { gradeEntry } from "../../src/judge/grade.js";
import { type ExerciseReport, isSolved } from "../../src/judge/report.js";
import { loadVerdicts } from "../../src/judge/tests.js";
import { weaveTo } from "../../src/weave/index.js";
import { serverUrl } from "../judge/fixtures/course.js";
import { submissionOf, type WrongAnswer } from "./wrong.js";

const folder = fileURLToPath(new URL("wrong", import.meta.url));
const fileOf = ({ path }: ExerciseEntry) => join(folder, basename(dirname(path)), basename(path));

const test = suite("wrong answers");
const root = await mkdtemp(join(tmpdir(), "ormlet-test-wrong-"));
test.after(() => rm(root, { recursive: true, force: true }));

// Woven anew, so that no file of a learner's is read.
const { manifest, solutions } = await weaveTo(root);
const tests = fileURLToPath(new URL("../../src/exercises", import.meta.url));
const catalogue: Catalogue = { root, tests, entries: manifest };
const wanted = process.argv.slice(2);
const entries = manifest.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const files = globSync("*/*.ts", { cwd: folder, absolute: true });
const queue = new PQueue({ concurrency: availableParallelism() });

async function answersTo(entry: ExerciseEntry): Promise<WrongAnswer[]> {
  const file = fileOf(entry);
  if (!files.includes(file)) return [];
  const { answers } = (await import(pathToFileURL(file).href)) as { answers?: WrongAnswer[] };
  return answers ?? [];
}

/** Grades an answer, with the same data each time; in the long run, with others each time: the report says which. */
async function grade(
  entry: ExerciseEntry,
  answer: WrongAnswer,
  number: number,
): Promise<ExerciseReport> {
  const file = join(root, "answers", `${entry.id}-${number}`, basename(entry.path));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, submissionOf(answer, solutions.get(entry.solution) ?? ""));
  const seed = process.env.ORMLET_TEST_RUNS === undefined ? number : undefined;
  return gradeEntry(catalogue, entry, { submission: { file }, serverUrl, seed });
}

for (const entry of entries) {
  const answers = await answersTo(entry);
  test(`${entry.id} has at least three, each with a name of its own`, async () => {
    const names = new Set(answers.map(({ name }) => name));
    assert.is(names.size, answers.length);
    assert.ok(answers.length >= 3, `there are ${answers.length} in ${fileOf(entry)}`);
  });
  for (const [index, answer] of answers.entries()) {
    const grading = queue.add(() => grade(entry, answer, index + 1));
    grading.catch(() => undefined);
    test(`${entry.id}: ${answer.name}`, async () => {
      const known = (await loadVerdicts(catalogue, entry)).tests.map(({ name }) => name);
      assert.ok(answer.fails.length > 0, "it names no test that must fail");
      for (const name of answer.fails) {
        assert.ok(known.includes(name), `there is no test "${name}", but ${known.join("; ")}`);
      }
      const report = (await grading) as ExerciseReport;
      const text = terminal(report, false);
      assert.is(report.status, "graded", text);
      assert.not.ok(isSolved(report), `it gets full points\n${text}`);
      for (const { name, status } of report.tests) {
        if (answer.fails.includes(name)) assert.is(status, "fail", `the test "${name}"\n${text}`);
      }
      assert.ok(answer.says.test(text), `the report does not hold ${answer.says}\n${text}`);
    });
  }
}

test("every file belongs to an exercise", () => {
  const known = manifest.map(fileOf);
  assert.equal(
    files.filter((file) => !known.includes(file)),
    [],
  );
});

test.run();
