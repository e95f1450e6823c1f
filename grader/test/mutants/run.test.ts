import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { colors } from "../../src/base/colors.js";
import { inRoot, root } from "../../src/base/paths.js";
import { type MutantResult, runMutants } from "../../src/mutants/index.js";
import { readEquivalents } from "../../src/mutants/known.js";
import { judgeMutants } from "../../src/mutants/words.js";
import { weaveCourse } from "../../src/weave/index.js";
import { shelf as entry, solved } from "../judge/fixtures/catalogue.js";
import { type Course, makeCourse, serverUrl } from "../judge/fixtures/course.js";

const test = suite<{ course: Course; results: MutantResult[] }>("trying mutants");

test.before(async (context) => {
  context.course = await makeCourse(entry);
  await context.course.write(entry.solution, solved);
});

test.after(({ course }) => course.remove());

const run = (course: Course, onResult = () => {}, fresh = false) =>
  runMutants(course.catalogue, [entry], {
    serverUrl,
    outcomes: join(course.root, "outcomes.jsonl"),
    onResult,
    fresh,
  });

const listed = (results: readonly MutantResult[], is: string) =>
  results.filter(({ outcome }) => outcome.is === is);

test("each is tried, those that no test finds survive", async (context) => {
  const { course } = context;
  let told = 0;
  const results = await run(course, () => {
    told += 1;
  });
  context.results = results;
  assert.is(told, results.length);
  const of = (piece: string) => results.find(({ mutant }) => mutant.after.join().includes(piece));
  assert.equal(of("a - b")?.outcome, { is: "killed", by: "adds numbers" });
  assert.equal(of(", 1)")?.outcome, { is: "killed", by: "adds numbers" });
  assert.equal(of("reduce(0, (a, b)")?.outcome, { is: "refused" });
  // No test looks whether the connection is closed before the titles come.
  const survivors = listed(results, "survived").map(({ mutant }) => mutant.after.join().trim());
  assert.equal(survivors, ["connection.end();", ""]);
});

test("a second run knows the outcomes, also when the first was cut off", async ({
  course,
  results,
}) => {
  const file = join(course.root, "outcomes.jsonl");
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  assert.is(lines.length, results.length);
  await writeFile(file, `${lines.slice(0, -1).join("\n")}\n${lines.at(-1)?.slice(0, 9)}`);
  assert.equal(await run(course), results);
  const added = (await readFile(file, "utf8")).trim().split("\n");
  assert.is(added.length, lines.length + 1);
});

test("a survivor is shown as a change of lines, unless it is listed with a reason", ({
  results,
}) => {
  const survivors = listed(results, "survived");
  const { passed, lines } = judgeMutants(results, [], colors);
  assert.is(passed, false);
  const text = lines.join("\n");
  assert.match(text, `survives ${survivors[0]?.mutant.id}`);
  assert.match(text, `${entry.solution}:11`);
  assert.match(text, "  -     await connection.end();\n  +     connection.end();\n");
  const why = "the runner ends, and its connections with it";
  const known = survivors.map(({ mutant }) => ({ id: mutant.id, fault: mutant.kind, why }));
  const withList = judgeMutants(results, known, colors);
  assert.is(withList.passed, true, withList.lines.join("\n"));
  assert.match(withList.lines.join("\n"), /2 equivalent, .* 100\.0 %/);
});

test("a listed one that is gone, or is found by a test, must go off the list", ({ results }) => {
  const killed = listed(results, "killed")[0] as MutantResult;
  const why = "no reason";
  const gone = judgeMutants(results, [{ id: "9.1:00000000", fault: "old", why }], colors);
  assert.is(gone.passed, false);
  assert.match(gone.lines.join("\n"), "9.1:00000000 (old) is listed, and there is no such mutant");
  const found = judgeMutants(results, [{ id: killed.mutant.id, fault: "x", why }], colors);
  assert.match(found.lines.join("\n"), 'is listed as equivalent, and fails "');
});

test("the list of the course has a reason for each, and exercises that are there", async () => {
  const ids = new Set(weaveCourse(root).manifest.map((one) => one.id));
  for (const { id, fault, why } of await readEquivalents(
    inRoot("grader/src/exercises/equivalent-mutants.json"),
  )) {
    assert.ok(ids.has(id.split(":")[0] ?? ""), id);
    assert.ok(fault.length > 0 && why.length > 10, id);
  }
});

test.run();
