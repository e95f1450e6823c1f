import { existsSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkRepository, printCheck } from "../../src/weave/check.js";
import { type Ipynb, joinLines, printNotebook, readNotebook } from "../../src/weave/ipynb.js";
import type { Run } from "../../src/weave/outputs.js";
import { weaveRepository } from "../../src/weave/repository.js";
import { type Checkout, chapter, failureOf, inCheckout } from "./fixture.js";

const test = suite("weave: into the checkout");
const path = "notebooks/chapters/01-engines.md";
const exercise = "exercises/01-engines/1-make-tag.ts";
const solution = "solutions/01-engines/1-make-tag.ts";
const engines = "notebooks/01-engines.ipynb";

const drift = ({ folder }: Checkout, learner = false) =>
  checkRepository({ from: folder, learner }).drift;

/** A woven checkout. */
const woven = (work: (checkout: Checkout) => Promise<void>) =>
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveRepository({ from: checkout.folder });
    await work(checkout);
  });

function change(checkout: Checkout, edit: (notebook: Ipynb) => void): void {
  const notebook = checkout.notebook("01-engines");
  edit(notebook);
  checkout.write(engines, printNotebook(notebook));
}

test(
  "the first weave writes everything, the second nothing",
  inCheckout({ [path]: chapter }, async ({ folder }) => {
    const all = [engines, "notebooks/01-appendix.ipynb", solution, exercise];
    const manifest = "grader/src/exercises/manifest.json";
    assert.equal((await weaveRepository({ from: folder })).written, [...all, manifest]);
    const again = await weaveRepository({ from: folder });
    assert.equal(again, { written: [], removed: [], kept: [] });
    assert.equal(checkRepository({ from: folder }).drift, []);
  }),
);

test(
  "every kind of drift is found",
  woven(async (checkout) => {
    checkout.edit(path, "6 * 7", "7 * 6");
    assert.equal(drift(checkout), [`${engines}: the cell 01-engines-code differs from ${path}:12`]);
    checkout.edit(path, "7 * 6", "6 * 7");
    assert.equal(drift(checkout), []);

    checkout.edit(path, "## It fails", "## It fails\n\n```ts\n1;\n```");
    assert.equal(drift(checkout), [
      `${engines}: the cell 01-it-fails-code differs from ${path}:53`,
      `${engines}: the cell of ${path}:57 is missing (01-it-fails-code-2)`,
    ]);
    checkout.write(path, chapter);

    checkout.edit(solution, "?", "!");
    assert.equal(drift(checkout), [`${solution} is not what its chapter makes`]);
    await weaveRepository({ from: checkout.folder });
    assert.equal(drift(checkout), []);

    checkout.edit("orm/src/engine/sql.ts", "Makes a fragment", "Makes one fragment");
    assert.equal(drift(checkout), [
      `${engines}: the cell 01-exercise-1-1 differs from ${path}:29`,
      `${solution} is not what its chapter makes`,
      `${exercise} is an earlier starter`,
      "grader/src/exercises/manifest.json is not what the chapters make",
    ]);
  }),
);

test(
  "an edit of a notebook by hand is drift, and a learner's is not when learners are asked for",
  woven(async (checkout) => {
    change(checkout, ({ cells }) => {
      const [text, code] = cells;
      if (code) code.source = "mine;";
      if (text) cells.push({ ...text, id: "0e1f", metadata: {}, source: "my notes" });
    });
    assert.equal(drift(checkout), [
      `${engines}: the cell 01-engines-code differs from ${path}:12`,
      `${engines}: the cell 0e1f stands in no chapter`,
    ]);
    assert.equal(drift(checkout, true), []);
    checkout.edit(path, "What this is about.", "New words.");
    assert.equal(drift(checkout, true), [`${engines}: the cell 01-engines differs from ${path}:8`]);
  }),
);

test(
  "cells in another order, and files that no chapter makes, are drift",
  woven(async (checkout) => {
    change(checkout, ({ cells }) => cells.push(...cells.splice(0, 1)));
    assert.equal(drift(checkout), [`${engines}: its cells stand in another order, or twice`]);
    change(checkout, ({ cells }) => cells.unshift(...cells.splice(-1)));
    checkout.write("solutions/01-engines/9-old.ts", "");
    checkout.write("notebooks/Untitled.ipynb", '{"cells": [], "metadata": {}}');
    checkout.edit(path, "<!-- notebook: 01-appendix -->", "<!-- notebook: 01-x-appendix -->");
    assert.equal(drift(checkout), [
      `${engines}: the cell 01-navigation differs from ${path}:7`, // it leads to the appendix
      "notebooks/01-x-appendix.ipynb is missing",
      "notebooks/01-appendix.ipynb is made by no chapter: delete it",
      "solutions/01-engines/9-old.ts is made by no chapter: delete it",
    ]);
  }),
);

test("the check passes only without drift and problems, and names the command that mends", () => {
  const share = { chapter: 1, folder: "engine", lines: 10, main: 5, exercise: 0, appendix: 5 };
  const clean = { drift: [], problems: [], shares: [share], measures: ["01-engines: 9 cells"] };
  assert.equal(printCheck(clean), {
    lines: [
      "chapter 1, engine: 10 code lines, 50 % main text, 0 % exercises, 50 % appendix",
      "01-engines: 9 cells",
      "Notebooks, exercises and solutions are in step with their chapters.",
    ],
    passed: true,
  });
  const drifted = printCheck({ ...clean, drift: ["a is missing"] });
  assert.is(drifted.passed, false);
  assert.match(drifted.lines.join("\n"), /drifted {2}a is missing[\s\S]*npm run weave/);
  const wrong = printCheck({ ...clean, problems: ["b stands nowhere"] });
  assert.is(wrong.passed, false);
  assert.ok(wrong.lines.includes("wrong    b stands nowhere"));
});

test(
  "outputs and answers are not looked at",
  woven(async (checkout) => {
    change(checkout, ({ cells }) => {
      const output = { output_type: "stream", name: "stdout", text: "anything" };
      if (cells[1]) cells[1].outputs = [output];
    });
    checkout.write(exercise, "this is not even TypeScript");
    assert.equal(drift(checkout), []);
  }),
);

test(
  "a learner's answer is kept, an untouched older starter is renewed",
  woven(async (checkout) => {
    const { folder } = checkout;
    const first = checkout.read(exercise);
    checkout.edit("orm/src/engine/sql.ts", "Makes a fragment", "Makes one fragment");
    await weaveRepository({ from: folder });
    assert.match(checkout.read(exercise), "Makes one fragment");

    checkout.edit("orm/src/engine/sql.ts", "Makes one fragment", "Makes some fragment");
    checkout.write(exercise, first); // two weaves behind, as in a clone that was never worked on
    assert.ok(drift(checkout).includes(`${exercise} is an earlier starter`));
    await weaveRepository({ from: folder });
    assert.match(checkout.read(exercise), "Makes some fragment");

    const answer = `${first}// mine`;
    checkout.write(exercise, answer);
    const report = await weaveRepository({ from: folder });
    assert.is(checkout.read(exercise), answer);
    assert.equal(report, { written: [], removed: [], kept: [exercise] });
  }),
);

test(
  "a renamed exercise leaves nothing behind but a learner's answer",
  woven(async (checkout) => {
    checkout.edit(path, "name=make-tag", "name=make-a-tag");
    const { removed } = await weaveRepository({ from: checkout.folder });
    assert.equal(removed, [exercise, solution]);
    const renamed = "exercises/01-engines/1-make-a-tag.ts";
    checkout.write(renamed, "mine");
    checkout.edit(path, "name=make-a-tag", "name=make-tag");
    await weaveRepository({ from: checkout.folder });
    assert.is(checkout.read(renamed), "mine");
    assert.is(existsSync(`${checkout.folder}/${exercise}`), true);
  }),
);

test(
  "a notebook with a learner's work is not overwritten, unless by force",
  woven(async (checkout) => {
    change(checkout, ({ cells }) => {
      if (cells[1]) cells[1].source = "mine;";
    });
    const before = checkout.read(engines);
    checkout.edit(path, "What this is about.", "New words.");
    const failure = await failureOf(() => weaveRepository({ from: checkout.folder }));
    assert.match(failure, engines);
    assert.match(failure, "npx course update");
    assert.is(checkout.read(engines), before);
    await weaveRepository({ from: checkout.folder, force: true });
    assert.equal(drift(checkout), []);
  }),
);

/** A kernel whose cell 01-engines-code prints `printed(run)` and whose failing cell fails. */
function kernel(printed: (run: number) => string, error = "too far"): Run {
  return async (file, { times }) => {
    const { readFileSync } = await import("node:fs");
    const { cells } = readNotebook(readFileSync(file, "utf8"));
    assert.is(
      cells.some((cell) => /\bgrade\(/.test(cell.source)),
      false,
    );
    return Array.from({ length: times }, (_, run) =>
      cells
        .filter((cell) => cell.cell_type === "code" && cell.source.trim() !== "")
        .map(({ id }) => {
          if (id === "01-it-fails-code") {
            const output = {
              output_type: "error",
              ename: "RangeError",
              evalue: error,
              traceback: [],
            };
            return { id, outputs: [output], error: { name: "RangeError", message: error } };
          }
          const text = id === "01-engines-code" ? printed(run) : "";
          const pieces = text === "" ? [] : [text.slice(0, 2), text.slice(2)];
          const outputs = pieces.map((one) => ({
            output_type: "stream",
            name: "stdout",
            text: one,
          }));
          return { id, outputs };
        }),
    );
  };
}

const outputsOf = (checkout: Checkout) =>
  checkout.notebook("01-engines").cells[1]?.outputs?.map((output) => joinLines(output.text));

test(
  "outputs are put in, numbered and joined, and stay when other cells change",
  woven(async (checkout) => {
    const from = checkout.folder;
    await weaveRepository({ from, outputs: "all", run: kernel(() => "42\n") });
    const { cells } = checkout.notebook("01-engines");
    assert.equal(outputsOf(checkout), ["42\n"]);
    assert.equal(
      cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.execution_count),
      [1, 2, null, 4],
    );
    assert.is(cells[7]?.outputs?.[0]?.ename, "RangeError");
    checkout.edit(path, "What this is about.", "New words.");
    await weaveRepository({ from });
    assert.equal(outputsOf(checkout), ["42\n"]);
    checkout.edit(path, "const answer = 6 * 7;", "const answer = 7 * 6;");
    await weaveRepository({ from });
    assert.equal(outputsOf(checkout), []);
  }),
);

test(
  "an output that is not as expected stops the weave, at the line of the expectation",
  woven(async (checkout) => {
    const before = checkout.read(engines);
    const options = { from: checkout.folder, outputs: ["01-engines"] };
    const failure = await failureOf(() =>
      weaveRepository({ ...options, run: kernel(() => "43\n", "too near") }),
    );
    assert.match(failure, `${path}:16: the output differs\nexpected:\n  42\nbut it printed:\n  43`);
    assert.match(failure, `${path}:56: the output differs`);
    assert.match(failure, "RangeError: too near");
    assert.is(checkout.read(engines), before);
  }),
);

test(
  "an output that varies keeps what is committed while that fits",
  woven(async (checkout) => {
    const from = checkout.folder;
    const weave = (printed: (run: number) => string) =>
      weaveRepository({ from, outputs: "all", run: kernel(printed) });
    checkout.edit(path, "```output\n42\n```", "```output\ntook [..] ms\n```");
    await weave(() => "took 5 ms\n");
    await weave(() => "took 6 ms\n");
    assert.equal(outputsOf(checkout), ["took 5 ms\n"]);
    checkout.edit(path, "took [..] ms", "used [..] ms");
    await weave(() => "used 7 ms\n");
    assert.equal(outputsOf(checkout), ["used 7 ms\n"]);
    // Without an expectation, two runs that differ show that it varies.
    checkout.edit(path, "```output\nused [..] ms\n```\n", "");
    await weave((run) => `used ${run} ms\n`);
    assert.equal(outputsOf(checkout), ["used 7 ms\n"]);
    await weave(() => "used 8 ms\n");
    assert.equal(outputsOf(checkout), ["used 8 ms\n"]);
  }),
);

test.run();
