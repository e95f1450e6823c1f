import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { makeBare } from "../../src/bare/files.js";
import { inRoot } from "../../src/base/paths.js";
import { putBack } from "../../src/commands/reset.js";
import { type Cell, printNotebook, readNotebook } from "../../src/weave/ipynb.js";

const test = suite("bare edition: the reader's files");
const from = mkdtempSync(`${tmpdir()}/ormlet-bare-test-`);
const path = "notebooks/bare/00-welcome.ipynb";
const file = `${from}/${path}`;

test.before(() => {
  mkdirSync(`${from}/notebooks`);
  symlinkSync(inRoot("notebooks/chapters"), `${from}/notebooks/chapters`);
  symlinkSync(inRoot("orm"), `${from}/orm`);
});

test.before.each(() => rmSync(`${from}/notebooks/bare`, { recursive: true, force: true }));
test.after(() => rmSync(from, { recursive: true, force: true }));

/** Makes the notebook, and writes into it as a reader would. */
async function worked(change: (cells: Cell[]) => void): Promise<string> {
  await makeBare(["00-welcome"], { from });
  const notebook = readNotebook(readFileSync(file, "utf8"));
  change(notebook.cells);
  writeFileSync(file, printNotebook(notebook));
  return readFileSync(file, "utf8");
}

test("makes the notebooks of a chapter, one by its name or path, or all", async () => {
  assert.equal(await makeBare(["notebooks/03b-unit-of-work.ipynb"], { from }), [
    "notebooks/bare/03b-unit-of-work.ipynb is made.",
  ]);
  const lines = await makeBare(["3", "03-sessions"], { from });
  assert.is(lines.length, 5);
  assert.equal(readdirSync(`${from}/notebooks/bare`), [
    "03-sessions.ipynb",
    "03b-unit-of-work.ipynb",
    "03c-transactions.ipynb",
    "03d-appendix.ipynb",
    "03e-appendix.ipynb",
  ]);
  assert.ok((await makeBare(["all"], { from })).length > 20);
});

test("says what it does not know", async () => {
  for (const [what, says] of [
    ["77", /There is no chapter 77\./],
    ["03-session", /there is no notebook 03-session/],
  ] as const) {
    const failure = await makeBare([what], { from }).catch((error: Error) => error);
    assert.instance(failure, Error);
    assert.match((failure as Error).message, says);
  }
});

test("a notebook that nobody wrote in is made anew, whatever ran in it", async () => {
  await makeBare(["00-welcome"], { from });
  const made = readFileSync(file, "utf8");
  const again = await makeBare(["00-welcome"], { from });
  assert.equal(again, [`${path} is there, and nothing is written in it yet.`]);
  const ran = await worked((cells) => {
    const code = cells.find((cell) => cell.cell_type === "code");
    if (code) code.outputs = [{ output_type: "stream", name: "stdout", text: "42\n" }];
  });
  assert.is.not(ran, made);
  const [line = ""] = await makeBare(["00-welcome"], { from });
  assert.match(line, "is made anew: nothing was written in it.");
  assert.is(readFileSync(file, "utf8"), made);
});

test("what the reader wrote is not overwritten, and the command says so", async () => {
  const own = { cell_type: "markdown", id: "mine", metadata: {}, source: "mine" };
  const changes: ((cells: Cell[]) => void)[] = [
    (cells) => {
      const cell = cells.find(({ source }) => source.includes("// Your code."));
      if (cell) cell.source += "\nconst mine = 1;";
    },
    (cells) => cells.push(own),
  ];
  for (const change of changes) {
    rmSync(file, { force: true });
    const before = await worked(change);
    const [line = ""] = await makeBare(["00-welcome"], { from });
    assert.match(line, `${path} holds your work and is left as it is.`);
    assert.is(readFileSync(file, "utf8"), before);
  }
  writeFileSync(file, "notes of mine\n");
  assert.match((await makeBare(["00-welcome"], { from }))[0] ?? "", "holds your work");
  assert.is(readFileSync(file, "utf8"), "notes of mine\n");
});

test("--again puts the reader's work aside, whole", async () => {
  const before = await worked((cells) => {
    cells.push({ cell_type: "code", id: "mine", metadata: {}, source: "42", outputs: [] });
  });
  const [line = ""] = await makeBare(["00-welcome"], { from, again: putBack });
  const kept = /The old one is (\S+\.bak)\.$/.exec(line)?.[1];
  assert.is(readFileSync(`${from}/${kept}`, "utf8"), before);
  assert.is.not(readFileSync(file, "utf8"), before);
});

test.run();
