import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bareNotebook } from "../../src/bare/edition.js";
import { inRoot } from "../../src/base/paths.js";
import { runNotebook } from "../../src/notebooks/run-notebook.js";
import { mismatch, textOf } from "../../src/weave/expect.js";
import { findNotebook, weaveCourse } from "../../src/weave/index.js";
import { type Output, printNotebook } from "../../src/weave/ipynb.js";
import type { WovenCell, WovenNotebook } from "../../src/weave/notebook.js";
import { withoutGrading } from "../../src/weave/verify.js";
import { write } from "../../src/weave/write.js";

const test = suite("bare edition: as it is made, it runs as far as it is given");
const folder = mkdtempSync(`${tmpdir()}/ormlet-bare-test-`);

test.before(() => {
  symlinkSync(inRoot("node_modules"), `${folder}/node_modules`);
  write(`${folder}/package.json`, '{ "type": "module" }\n');
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

/** What an emptied cell may end with: its body is not written, or a name of an earlier one is missing. */
const unwritten = /not written yet: from memory|Cannot find name|is not defined/;

const { notebooks } = weaveCourse(inRoot());

/** The cell that opens the database: the first one of code. */
function openingOf({ cells }: WovenNotebook): WovenCell | undefined {
  return cells.find(({ cell }) => cell.cell_type === "code");
}

test("in every notebook, the first cell of code opens the database, and is left as it is", () => {
  for (const notebook of notebooks) {
    const opening = openingOf(notebook);
    if (!opening) continue; // the glossary
    const first = bareNotebook(notebook).cells.find(({ cell_type }) => cell_type === "code");
    assert.match(first?.source ?? "", "openDatabase(");
    assert.is(first?.source, opening.cell.source);
    assert.is(first?.id, opening.cell.id);
  }
});

// That all of them open is what run-chapters.ts shows of the same cells.
for (const name of ["00-welcome", "03-sessions", "05e-appendix"]) {
  const notebook = findNotebook({ notebooks }, name);
  const opening = openingOf(notebook);

  test(`${notebook.name}: the cell that opens the database runs`, async () => {
    const path = `${folder}/notebooks/bare/${notebook.name}.ipynb`;
    write(path, printNotebook(withoutGrading(bareNotebook(notebook))));
    const [results = []] = await runNotebook(path, { cwd: folder });
    const opened = results.find(({ id }) => id === opening?.cell.id);
    assert.is(opened?.error, undefined, opened?.error?.message);
    const printed = textOf((opened?.outputs ?? []) as readonly Output[]);
    const expected = opening?.expected?.text ?? "";
    assert.is(mismatch(expected, expected === "" ? "" : printed), undefined);
    const stopped = results.at(-1)?.error;
    if (stopped) assert.match(stopped.message, unwritten);
  });
}

test.run();
