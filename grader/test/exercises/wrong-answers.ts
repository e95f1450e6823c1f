/**
 * Grades the wrong answers of `wrong/`: each chapter's file there is a test. Some exercises alone:
 * `node --import tsx grader/test/exercises/wrong/04-queries.test.ts 4.1 4.2`.
 */
import { existsSync } from "node:fs";
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

async function answersTo(entry: ExerciseEntry): Promise<WrongAnswer[]> {
  const file = fileOf(entry);
  if (!existsSync(file)) return [];
  const { answers } = (await import(pathToFileURL(file).href)) as { answers?: WrongAnswer[] };
  return answers ?? [];
}

/**
 * Runs the tests of one chapter's wrong answers, or of those exercises of it that are named on the command line.
 *
 * @param chapter the chapter's folder in `wrong/`
 */
export async function testWrongAnswers(chapter: string): Promise<void> {
  const test = suite(`wrong answers of ${chapter}`);
  const root = await mkdtemp(join(tmpdir(), "ormlet-test-wrong-"));
  test.after(() => rm(root, { recursive: true, force: true }));

  // Woven anew, so that no file of a learner's is read.
  const { manifest, solutions } = await weaveTo(root);
  const tests = fileURLToPath(new URL("../../src/exercises", import.meta.url));
  const catalogue: Catalogue = { root, tests, entries: manifest };
  const own = manifest.filter(({ path }) => basename(dirname(path)) === chapter);
  const wanted = process.argv.slice(2);
  const queue = new PQueue({ concurrency: availableParallelism() });

  /** Grades an answer, with the same data each time; in the long run, with others each time: the report says which. */
  async function grade(entry: ExerciseEntry, answer: WrongAnswer, number: number) {
    const file = join(root, "answers", `${entry.id}-${number}`, basename(entry.path));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, submissionOf(answer, solutions.get(entry.solution) ?? ""));
    const seed = process.env.ORMLET_TEST_RUNS === undefined ? number : undefined;
    return gradeEntry(catalogue, entry, { submission: { file }, serverUrl, seed });
  }

  for (const entry of own.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    const answers = await answersTo(entry);
    test(`${entry.id} has at least three, each with a name of its own`, () => {
      const names = new Set(answers.map(({ name }) => name));
      assert.is(names.size, answers.length);
      assert.ok(answers.length >= 3, `there are ${answers.length} in ${fileOf(entry)}`);
    });
    for (const [index, answer] of answers.entries()) {
      const grading = queue.add(() => grade(entry, answer, index + 1));
      grading.catch(() => undefined);
      test(`${entry.id}: ${answer.name}`, async () => {
        const { tests: known } = await loadVerdicts(catalogue, entry);
        mustBeRefused(
          answer,
          known.map(({ name }) => name),
          (await grading) as ExerciseReport,
        );
      });
    }
  }

  test("every file belongs to an exercise", () => {
    const files = globSync(`${chapter}/*.ts`, { cwd: folder, absolute: true });
    assert.equal(files.sort(), own.map(fileOf).sort());
  });

  test.run();
}

function mustBeRefused(answer: WrongAnswer, known: string[], report: ExerciseReport): void {
  assert.ok(answer.fails.length > 0, "it names no test that must fail");
  for (const name of answer.fails) {
    assert.ok(known.includes(name), `there is no test "${name}", but ${known.join("; ")}`);
  }
  const text = terminal(report, false);
  assert.is(report.status, "graded", text);
  assert.not.ok(isSolved(report), `it gets full points\n${text}`);
  for (const { name, status } of report.tests) {
    if (answer.fails.includes(name)) assert.is(status, "fail", `the test "${name}"\n${text}`);
  }
  assert.ok(answer.says.test(text), `the report does not hold ${answer.says}\n${text}`);
}
