import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runTool } from "../../src/setup/tool.js";
import { trustNotebooks } from "../../src/setup/trust.js";
import { venvPython } from "../../src/setup/venv.js";
import { type Cell, newCell, newNotebook, printNotebook } from "../../src/weave/ipynb.js";

const test = suite<{ from: string; home: string }>("setup: trusted notebooks");

/** A cell as the weave makes it, with a picture as its committed output. */
function pictureCell(): Cell {
  const data = { "text/html": "<svg><title>a picture</title></svg>" };
  const outputs = [{ output_type: "display_data", data, metadata: {} }];
  return { ...newCell("code", "picture", "draw()", []), outputs };
}

test.before.each(async (context) => {
  context.from = await mkdtemp(join(tmpdir(), "ormlet-trust-"));
  context.home = join(context.from, "jupyter");
  await mkdir(join(context.from, "notebooks"));
});

test.after.each(({ from }) => rm(from, { recursive: true, force: true }));

function put(from: string, file: string, cells = [pictureCell()], name = file): Promise<void> {
  const text = printNotebook(newNotebook(name, cells));
  return writeFile(join(from, `notebooks/${file}.ipynb`), text);
}

/** What Jupyter itself says of notebooks: whether it knows their signatures. */
async function trusted(from: string, home: string, names: string[]): Promise<unknown> {
  const program = `
import json, sys
sys.modules["rfc3987_syntax"] = None  # slow, and not needed here
from nbformat import NO_CONVERT, read
from nbformat.sign import NotebookNotary
with NotebookNotary(data_dir=sys.argv[1]) as notary:
    print(json.dumps([notary.check_signature(read(file, NO_CONVERT)) for file in sys.argv[2:]]))`;
  const files = names.map((name) => join(from, `notebooks/${name}.ipynb`));
  const args = ["-c", program, join(home, "data"), ...files];
  const { code, output } = await runTool(venvPython, args);
  assert.is(code, 0, output);
  return JSON.parse(output);
}

test("what the chapters made is signed, and nothing of a learner's", async ({ from, home }) => {
  await put(from, "01-woven");
  await put(from, "01-edited", [{ ...pictureCell(), source: "draw(mine)" }]);
  await put(from, "01-copied", [pictureCell()], "01-other");
  const { course: _, ...metadata } = pictureCell().metadata;
  await put(from, "01-added", [pictureCell(), { ...pictureCell(), id: "own", metadata }]);
  await writeFile(join(from, "notebooks/broken.ipynb"), "not even JSON");
  assert.is(await trustNotebooks({ from, home }), undefined);
  const names = ["01-woven", "01-edited", "01-copied", "01-added"];
  assert.equal(await trusted(from, home, names), [true, false, false, false]);
});

test("what has not changed is not signed again, what has changed is", async ({ from, home }) => {
  await put(from, "01-woven");
  await put(from, "02-woven");
  await trustNotebooks({ from, home });
  const signatures = join(home, "data/nbsignatures.db");
  await rm(signatures);
  assert.is(await trustNotebooks({ from, home }), undefined);
  assert.not.ok(existsSync(signatures));
  await put(from, "02-woven", [newCell("code", "new", "draw(2)", []), pictureCell()]);
  assert.is(await trustNotebooks({ from, home }), undefined);
  assert.equal(await trusted(from, home, ["01-woven", "02-woven"]), [false, true]);
});

test("two at once sign with one key", async ({ from, home }) => {
  await put(from, "01-woven");
  const both = await Promise.all([1, 2].map(() => trustNotebooks({ from, home })));
  assert.equal(both, [undefined, undefined]);
  assert.equal(await trusted(from, home, ["01-woven"]), [true]);
});

test("a failure is a line, and the next time it is tried again", async ({ from, home }) => {
  await put(from, "01-woven");
  await mkdir(join(home, "data/notebook_secret"), { recursive: true });
  const line = (await trustNotebooks({ from, home })) ?? "";
  assert.match(line, /^The notebooks could not be signed, so .*: IsADirectoryError: .*$/);
  assert.not.match(line, "\n");
  await rm(join(home, "data/notebook_secret"), { recursive: true });
  assert.is(await trustNotebooks({ from, home }), undefined);
  assert.equal(await trusted(from, home, ["01-woven"]), [true]);
});

test("a folder where a notebook should be is not in the way", async ({ from, home }) => {
  await mkdir(join(from, "notebooks/01-folder.ipynb"));
  await put(from, "01-woven");
  assert.is(await trustNotebooks({ from, home }), undefined);
  assert.equal(await trusted(from, home, ["01-woven"]), [true]);
});

test.run();
