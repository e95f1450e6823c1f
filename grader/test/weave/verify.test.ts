import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toIpynb } from "../../src/weave/course.js";
import { weaveCourse } from "../../src/weave/index.js";
import type { WovenNotebook } from "../../src/weave/notebook.js";
import { type CellOutcome, faultsOf, withoutGrading } from "../../src/weave/verify.js";
import { chapter, inCheckout } from "./fixture.js";

const test = suite("weave: comparing a run with its chapter");
const path = "notebooks/chapters/01-engines.md";

const printed = (name: "stdout" | "stderr", text: string) => ({
  output_type: "stream",
  name,
  text,
});

/** What the chapter expects: 42, anything, a RangeError. The grading cell is not run. */
const good: CellOutcome[] = [
  { id: "01-engines-code", outputs: [printed("stdout", "42\n")] },
  { id: "01-weave-fragment", outputs: [] },
  {
    id: "01-it-fails-code",
    outputs: [{ output_type: "error", ename: "RangeError", evalue: "too far", traceback: [] }],
    error: { name: "RangeError", message: "too far" },
  },
];

/** The faults of a run in which the cell at `index` did something else; `undefined` is one that stops. */
async function faults(index: number, outcome: Partial<CellOutcome> | undefined): Promise<string[]> {
  let notebook: WovenNotebook | undefined;
  await inCheckout({ [path]: chapter }, ({ folder }) => {
    notebook = weaveCourse(folder).notebooks[0];
  })();
  if (!notebook) throw new Error("the chapter made no notebook");
  const run = good.map((one, at) => (at === index ? { ...one, ...outcome } : one));
  return faultsOf(notebook, outcome === undefined ? run.slice(0, index) : run);
}

test("a run that does what the chapter says has no fault", async () => {
  assert.equal(await faults(0, {}), []);
});

test("an output that differs is named by the line of what was expected", async () => {
  assert.equal(await faults(0, { outputs: [printed("stdout", "41\n")] }), [
    `${path}:16: the output differs\nexpected:\n  42\nbut it printed:\n  41`,
  ]);
});

test("an unexpected error is named by the line of the cell, and by the line in it", async () => {
  const error = { name: "TypeError", message: "no", line: 3 };
  assert.equal(await faults(1, { outputs: [printed("stdout", "fine")], error }), [
    `${path}:22: the cell threw in line 3 of the cell: TypeError: no`,
  ]);
});

test("an error that does not come is a fault, and so is another one", async () => {
  assert.equal(await faults(2, { outputs: [], error: undefined as never }), [
    `${path}:53: the cell should have thrown, and did not`,
  ]);
  const error = { name: "RangeError", message: "too near" };
  const [fault] = await faults(2, { outputs: [], error });
  assert.is(
    fault,
    `${path}:56: the output differs\nexpected:\n  RangeError: too far\n` +
      "but it printed:\n  RangeError: too near",
  );
});

test("standard error is a fault even beside the right output", async () => {
  const outputs = [printed("stdout", "42\n"), printed("stderr", "Warning: old\n")];
  assert.equal(await faults(0, { outputs }), [
    `${path}:12: the cell wrote to standard error: Warning: old`,
  ]);
});

test("a cell that was not run is a fault", async () => {
  assert.equal(await faults(1, undefined), [`${path}:22: the cell was not run`]);
});

test(
  "a silenced notebook grades nothing and keeps all else",
  inCheckout({ [path]: chapter }, ({ folder }) => {
    const [notebook] = weaveCourse(folder).notebooks;
    if (!notebook) throw new Error("the chapter made no notebook");
    const before = toIpynb(notebook).cells;
    const after = withoutGrading(toIpynb(notebook)).cells;
    const changed = after.filter((cell, index) => cell.source !== before[index]?.source);
    assert.equal(
      changed.map((cell) => [cell.id, cell.source.trim()]),
      [["01-exercise-1-1-grade", 'import { grade } from "course";']],
    );
  }),
);

test.run();
