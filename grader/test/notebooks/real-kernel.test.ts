import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeBare } from "../../src/bare/files.js";
import { textOf } from "../../src/notebooks/notebook.js";
import { type Checkout, copyCheckout } from "../../src/testing/checkout.js";
import { toIpynb } from "../../src/weave/course.js";
import { findNotebook, weaveCourse, weaveTo } from "../../src/weave/index.js";
import { printNotebook } from "../../src/weave/ipynb.js";
import { faultsOf, withoutGrading } from "../../src/weave/verify.js";
import { installTestKernel, type TestKernel } from "../kernel/jupyter.js";
import { runOnRealKernel } from "../kernel/real-kernel.js";

/** The copy's kernel looks for files in the copy, and not at what the learner wrote. */
const test = suite<{ checkout: Checkout; kernel: TestKernel }>("notebooks on the real kernel");

test.before(async (context) => {
  context.checkout = await copyCheckout();
  await weaveTo(context.checkout.root);
  context.kernel = await installTestKernel({ checkout: context.checkout.root });
});

test.after(async ({ checkout, kernel }) => {
  // Either may be missing, and then what kept it from being made must be told.
  await checkout?.remove();
  await kernel?.remove();
});

for (const name of ["00-welcome", "01-engines", "02b-tables", "03-sessions"]) {
  test(`${name} passes Run All in nbclient`, async ({ checkout, kernel }) => {
    const notebook = findNotebook(weaveCourse(checkout.root), name);
    const path = `${checkout.root}/${notebook.path}`;
    await writeFile(path, printNotebook(withoutGrading(toIpynb(notebook))));
    const { error, notebook: executed } = await runOnRealKernel(path, kernel);
    assert.is(error, null, error ?? "");
    const outcomes = executed.cells
      .filter(({ cell_type, execution_count }) => cell_type === "code" && execution_count)
      .map(({ id = "", outputs = [] }) => ({ id, outputs }));
    assert.ok(outcomes.length > 3, `only ${outcomes.length} cells were run`);
    assert.equal(faultsOf(notebook, outcomes), []);
  });
}

test("a bare notebook opens in nbclient, and its database cell runs", async ({
  checkout,
  kernel,
}) => {
  const [line = ""] = await makeBare(["03-sessions"], { from: checkout.root });
  const path = `${checkout.root}/${/^\S+/.exec(line)?.[0]}`;
  const { error, notebook } = await runOnRealKernel(path, kernel);
  assert.match(error ?? "", "not written yet: from memory");
  const [first] = notebook.cells.filter(({ cell_type }) => cell_type === "code");
  assert.match(JSON.stringify(first?.source), "openDatabase(");
  assert.match(JSON.stringify(first?.outputs), "Mill Lane 3");
});

test("progress in a cell shows what the reader has solved, anew each time", async ({
  checkout,
  kernel,
}) => {
  const history = `${checkout.root}/.course/history/attempts.jsonl`;
  const solved = { id: "1.1", status: "graded", points: 10, max: 10 };
  const sources = [
    'import { writeFileSync } from "node:fs";\nimport { progress } from "course";\nawait progress();',
    `writeFileSync(${JSON.stringify(history)}, ${JSON.stringify(`${JSON.stringify(solved)}\n`)});\nawait progress();`,
  ];
  await mkdir(dirname(history), { recursive: true });
  await rm(history, { force: true });
  const path = `${checkout.root}/notebooks/map.ipynb`;
  await writeFile(path, notebookOf(sources));
  const { error, notebook } = await runOnRealKernel(path, kernel);
  await rm(dirname(history), { recursive: true });
  assert.is(error, null, error ?? "");
  const shown = notebook.cells.map(({ outputs = [] }) => {
    const [output] = outputs;
    assert.is(output?.output_type, "execute_result");
    return (output as { data: Record<string, unknown> }).data;
  });
  const [before, after] = shown.map((data) => textOf(data["text/plain"] as string | string[]));
  assert.match(before ?? "", /^Chapter 0 {2}Welcome\n/);
  assert.match(before ?? "", / {4}· 1\.1 .* 0\/10 points\n[\s\S]*\n0 of \d+ exercises solved/);
  assert.match(
    after ?? "",
    / {4}✓ 1\.1 .* 10\/10 points, 1 attempt\n[\s\S]*\n1 of \d+ exercises solved/,
  );
  for (const data of shown) {
    assert.match(textOf(data["text/html"] as string | string[]), '<a href="03-sessions.ipynb">');
  }
});

/** A notebook's file with these cells of code. */
function notebookOf(sources: readonly string[]): string {
  const cells = sources.map((source, index) => ({
    id: `cell-${index}`,
    cell_type: "code",
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

test("a cell that fails fails in nbclient", async ({ checkout, kernel }) => {
  const path = `${checkout.root}/notebooks/failing.ipynb`;
  const sources = ["1", 'const n = 1;\nthrow new TypeError("no");', "2"];
  await writeFile(path, notebookOf(sources));
  const { error, notebook } = await runOnRealKernel(path, kernel);
  assert.match(error ?? "", /^CellExecutionError: /);
  assert.match(error ?? "", "TypeError: no");
  assert.match(error ?? "", "at cell [2]:2:7");
  assert.equal(
    notebook.cells.map(({ execution_count }) => execution_count),
    [1, 2, null],
  );
});

test.run();
