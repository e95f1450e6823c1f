import { writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
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

test("a cell that fails fails in nbclient", async ({ checkout, kernel }) => {
  const path = `${checkout.root}/notebooks/failing.ipynb`;
  const cells = ["1", 'const n = 1;\nthrow new TypeError("no");', "2"].map((source, index) => ({
    id: `cell-${index}`,
    cell_type: "code",
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  await writeFile(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
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
