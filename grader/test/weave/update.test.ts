import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Cell, newCell, newNotebook } from "../../src/weave/ipynb.js";
import { weaveRepository } from "../../src/weave/repository.js";
import { updateRepository } from "../../src/weave/repository-update.js";
import { updateNotebook } from "../../src/weave/update.js";
import { chapter, inCheckout } from "./fixture.js";

const test = suite("weave: updating a learner's notebook");

/** A notebook of cells `id=text`. */
function notebook(...cells: string[]) {
  const made = cells.map((cell) => {
    const [id = "", text = ""] = cell.split("=");
    return newCell("code", id, text, []);
  });
  return newNotebook("01-engines", made);
}

const own = (id: string, source: string): Cell => ({
  cell_type: "code",
  id,
  source,
  metadata: {},
  outputs: [],
});
const shown = (cells: Cell[]) => cells.map((cell) => `${cell.id}=${cell.source}`);
const copy = <Value>(value: Value): Value => structuredClone(value);

test("an untouched notebook becomes the woven one, outputs of unchanged cells included", () => {
  const before = notebook("a=1", "b=2", "c=3");
  const output = { output_type: "stream", name: "stdout", text: "1" };
  if (before.cells[0]) before.cells[0].outputs = [output];
  const result = updateNotebook(before, notebook("a=1", "x=9", "b=20"));
  assert.equal(shown(result.notebook.cells), ["a=1", "x=9", "b=20"]);
  assert.equal(result.notebook.cells[0]?.outputs, [output]);
  assert.equal(
    [result.renewed, result.added, result.removed, result.doubled],
    [["b"], ["x"], ["c"], []],
  );
});

test("the learner's own cells stay after their neighbour, in their order", () => {
  const before = notebook("a=1", "b=2");
  before.cells.splice(0, 0, own("top", "first"));
  before.cells.splice(2, 0, own("m", "mine"), own("n", "and mine"));
  before.cells.push(own("end", "last"));
  const result = updateNotebook(before, notebook("x=9", "a=10", "y=8", "b=2"));
  assert.equal(shown(result.notebook.cells), [
    "top=first",
    "x=9",
    "a=10",
    "m=mine",
    "n=and mine",
    "y=8",
    "b=2",
    "end=last",
  ]);
});

test("a cell that only the learner changed stays as it is", () => {
  const before = notebook("a=1", "b=2");
  if (before.cells[0]) before.cells[0].source = "changed";
  const result = updateNotebook(before, notebook("a=1", "b=3"));
  assert.equal(shown(result.notebook.cells), ["a=changed", "b=3"]);
  assert.equal(result.doubled, []);
});

test("a cell that both changed is kept beside the new one, marked, once", () => {
  const before = notebook("a=1");
  if (before.cells[0]) before.cells[0].source = "changed";
  const woven = notebook("a=2");
  const first = updateNotebook(before, woven);
  const mark = "// Yours, kept by `course update`: the cell above has new text.\n";
  const wanted = ["a=2", `a-yours=${mark}changed`];
  assert.equal(shown(first.notebook.cells), wanted);
  assert.equal(shown(updateNotebook(copy(first.notebook), woven).notebook.cells), wanted);
});

test("a dropped cell goes, unless the learner changed it", () => {
  const before = notebook("a=1", "b=2", "c=3");
  if (before.cells[1]) before.cells[1].source = "changed";
  const result = updateNotebook(before, notebook("a=1"));
  const mark = "// Yours, kept by `course update`: the chapter has dropped this cell.\n";
  assert.equal(shown(result.notebook.cells), ["a=1", `b=${mark}changed`]);
});

test("a copy of a woven cell, made in JupyterLab, is the learner's", () => {
  const before = notebook("a=1");
  const [first] = before.cells;
  if (first) before.cells.push({ ...copy(first), id: "6f0c" });
  const result = updateNotebook(before, notebook("a=2"));
  assert.equal(shown(result.notebook.cells), ["a=2", "6f0c=1"]);
});

test(
  "course update works on the files, and says what it did",
  inCheckout({ "notebooks/chapters/01-engines.md": chapter }, async (checkout) => {
    const from = checkout.folder;
    await weaveRepository({ from });
    assert.equal(updateRepository("01-engines", { from }), [
      "notebooks/01-engines.ipynb: nothing new",
    ]);
    checkout.edit("notebooks/chapters/01-engines.md", "What this is about.", "New words.");
    const [line] = updateRepository(undefined, { from });
    assert.match(line ?? "", "notebooks/01-engines.ipynb: cells with new text: 1, new: 0, gone: 0");
    assert.match(checkout.read("notebooks/01-engines.ipynb"), "New words.");
  }),
);

test("nothing that a learner wrote is ever lost, whatever changes on both sides", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const texts = fc.constantFrom("1", "2", "3");
  const woven = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), texts), {
    selector: ([id]) => id,
  });
  const touched = fc.array(fc.constantFrom("leave", "edit", "insert", "delete"), { maxLength: 8 });
  fc.assert(
    fc.property(woven, woven, touched, (old, now, touches) => {
      const make = (cells: [string, string][]) => notebook(...cells.map((cell) => cell.join("=")));
      const before = make(old);
      const learners: string[] = [];
      before.cells = before.cells.flatMap((cell, index) => {
        const touch = touches[index];
        const text = `mine ${index}`;
        if (touch === "edit" || touch === "insert") learners.push(text);
        if (touch === "edit") return [{ ...cell, source: text }];
        if (touch === "insert") return [cell, own(`own${index}`, text)];
        return touch === "delete" ? [] : [cell];
      });
      const after = updateNotebook(before, make(now)).notebook.cells;
      const sources = after.map((cell) => cell.source.split("\n").at(-1));
      assert.equal(
        learners.filter((text) => !sources.includes(text)),
        [],
      );
      assert.is(new Set(after.map((cell) => cell.id)).size, after.length);
      assert.equal(
        now.filter(([id]) => !after.some((cell) => cell.id === id)),
        [],
      );
    }),
    { numRuns: 500 },
  );
});

test.run();
