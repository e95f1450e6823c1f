import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import type { ExerciseEntry } from "../../src/judge/catalogue.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { run, setUpCheckout } from "../setup/checkout.js";

const test = suite("commands");
const url = process.env.ORMLET_DATABASE_URL ?? "";
if (url === "") throw new Error("These tests need ORMLET_DATABASE_URL.");

let copy: Checkout;
let entries: ExerciseEntry[];
let first: ExerciseEntry;

/** Runs a command of the copy's as a learner does. */
const course = (...args: string[]) => run(copy.root, args, { ORMLET_DATABASE_URL: url });
const inCopy = (path: string) => join(copy.root, path);
const historyFile = ".course/history/attempts.jsonl";

/** Writes a file of the learner's. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(inCopy(join(path, "..")), { recursive: true });
  await writeFile(inCopy(path), text);
}

test.before(async () => {
  copy = await setUpCheckout();
  await cp(inRoot("solutions"), inCopy("solutions"), { recursive: true });
  entries = JSON.parse(await readFile(inCopy("grader/src/exercises/manifest.json"), "utf8"));
  first = entries[0] as ExerciseEntry;
  assert.is(first.id, "1.1");
  // The first command of a copy builds it.
  assert.is((await course("progress")).code, 0);
});

test.after(() => copy.remove());

test.before.each(async () => {
  await rm(inCopy(".course/history"), { recursive: true, force: true });
  await rm(inCopy("exercises"), { recursive: true, force: true });
});

test("grade ends with 0 when everything was graded, with 1 when something could not be", async () => {
  const starter = await course("grade", "1.1", "--starters");
  assert.is(starter.code, 0, starter.stderr);
  assert.match(starter.stdout, /^✗ 1\.1 .* 0\/10 points/);
  const missing = await course("grade", "1.1");
  assert.is(missing.code, 1);
  assert.match(missing.stdout, /exercises\/01-engines\/1-find-member\.ts is not there\./);
});

test("grade ends with 2 when it is used wrongly, and says how", async () => {
  for (const [args, says] of [
    [[], /missing required argument 'selector'/],
    [["9.9"], /There is no exercise "9\.9"\.\n.*there are 1\.1, /],
    [["1.1", "--colour"], /unknown option '--colour'/],
    [["1.1", "--format", "xml"], /Allowed choices are terminal, json, /],
    [["1.1", "--seed", "-1"], /a seed is a whole number/],
    [["1.1", "--solutions", "--starters"], /cannot be used with/],
    [["1", "--submission", "package.json"], /--submission goes with one exercise/],
  ] as const) {
    const { code, stdout, stderr } = await course("grade", ...args);
    assert.is(code, 2, args.join(" "));
    assert.is(stdout, "");
    assert.match(stderr, says);
  }
});

test("grade ends with 3 when the grader cannot work, and no attempt counts", async () => {
  await write(first.path, `${first.starter}// begun\n`);
  const nowhere = { ORMLET_DATABASE_URL: "mysql://root:x@127.0.0.1:1" };
  const without = await run(copy.root, ["grade", "1.1", "--format", "json"], nowhere);
  assert.is(without.code, 3);
  assert.is(without.stdout, "");
  assert.match(without.stderr, /✖ .*\n\s+Why: /);
  const runner = inCopy("grader/dist/runner/runner.js");
  const good = await readFile(runner, "utf8");
  await writeFile(runner, `throw new RangeError("out of order");\n`);
  try {
    const broken = await course("grade", "1.1", "--format", "json");
    assert.is(broken.code, 3);
    assert.is(broken.stdout, "");
    assert.match(broken.stderr, /could not be started, so this was not graded/);
    assert.match(broken.stderr, /RangeError: out of order/);
  } finally {
    await writeFile(runner, good);
  }
  assert.is(await readFile(inCopy(historyFile), "utf8").catch(() => "none"), "none");
});

test("grade takes ids, chapters, paths, folders and all, each exercise once and in order", async () => {
  const ids = entries
    .map((entry) => entry.id)
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  const chapter = ids.filter((id) => id.startsWith("1."));
  for (const [selectors, wanted] of [
    [
      ["1.3", "1.1", "1.3"],
      ["1.1", "1.3"],
    ],
    [["1"], chapter],
    [[first.path], ["1.1"]],
    [["exercises/01-engines/"], chapter],
    [[inCopy("exercises")], ids],
    [["1.2", "all"], ids],
  ] as const) {
    // Nothing is there to grade, so this asks for the choice alone.
    const { code, stdout } = await course("grade", ...selectors, "--format", "json");
    assert.is(code, 1);
    const document = JSON.parse(stdout) as { exercises: { id: string; status: string }[] };
    assert.equal(
      document.exercises.map((one) => one.id),
      wanted,
      selectors.join(" "),
    );
    assert.ok(document.exercises.every((one) => one.status === "ungradable"));
  }
});

test("--format json is one document with the documented fields", async () => {
  const args = ["--solutions", "--format", "json", "--seed", "4294967295"];
  const { code, stdout } = await course("grade", "1.1", ...args);
  assert.is(code, 0);
  const document = JSON.parse(stdout);
  assert.equal(Object.keys(document), ["exercises", "points", "max"]);
  assert.is(document.points, 10);
  assert.is(document.max, 10);
  const [report] = document.exercises;
  assert.equal(
    Object.keys(report),
    "id path status points max seed isolation milliseconds tests message".split(" "),
  );
  const { id, path, status, seed } = report;
  assert.equal(
    { id, path, status, seed },
    { id: "1.1", path: first.solution, status: "graded", seed: 4294967295 },
  );
  assert.match(report.isolation, /^process/);
  let points = 0;
  for (const one of report.tests) {
    assert.equal(Object.keys(one), ["name", "status", "points", "max", "message"]);
    assert.is(one.status, "pass");
    points += one.max;
  }
  assert.is(points, 10);
});

test("hint gives one more each time, and says when there are no more", async () => {
  assert.is(first.hints.length, 3);
  for (const shown of [1, 2, 3, 3]) {
    const { code, stdout } = await course("hint", "1.1");
    assert.is(code, 0);
    assert.is(stdout.match(/^Hint \d of 3: /gm)?.length, shown);
    for (const hint of first.hints.slice(0, shown)) assert.ok(stdout.includes(hint));
    assert.is(stdout.includes(first.solution), shown === 3);
  }
  assert.match((await course("hint", first.path)).stdout, /There are no more hints\./);
  // Another exercise has its own count, and a verdict's hint is known already.
  const attempt = { id: "1.2", status: "graded", points: 0, max: 5 };
  await write(historyFile, `${JSON.stringify(attempt)}\n`);
  assert.is((await course("hint", "1.2")).stdout.match(/^Hint \d of 3: /gm)?.length, 2);
  const many = await course("hint", "1");
  assert.is(many.code, 1);
  assert.match(many.stderr, /"1" is more than one exercise/);
});

test("progress shows the best result of each exercise, the sum, and what is next", async () => {
  const empty = (await course("progress")).stdout;
  const all = entries.reduce((sum, entry) => sum + entry.points, 0);
  assert.ok(empty.includes(`0 of ${entries.length} exercises solved, 0/${all} points`));
  assert.ok(empty.includes(`Next: 1.1 ${first.title}, ${first.path}`));
  const attempts = [
    { id: "1.1", status: "graded", points: 10, max: 10 },
    { id: "1.1", status: "graded", points: 4, max: 10 },
    { id: "1.2", status: "ungradable", points: 0, max: 10 },
    { id: "1.3", status: "graded", points: 2, max: 10 },
  ];
  await write(historyFile, `${attempts.map((one) => JSON.stringify(one)).join("\n")}\n{"id":"1.`);
  const { code, stdout } = await course("progress");
  assert.is(code, 0);
  assert.match(stdout, /^Chapter 0 {2}Welcome\n {2}00-welcome {2}Welcome\n/);
  const inFirst = entries.filter(({ chapter }) => chapter === 1).length;
  assert.match(
    stdout,
    new RegExp(
      `\\nChapter 1 {2}Engines {2}1 of ${inFirst} solved, 12/\\d+ points\\n {2}01-engines {2}`,
    ),
  );
  assert.match(stdout, /\n {4}✓ 1\.1 .* 10\/10 points, 2 attempts\n/);
  assert.match(stdout, /\n {4}· 1\.2 .* 0\/\d+ points\n/);
  assert.match(stdout, /\n {4}◐ 1\.3 .* 2\/\d+ points, 1 attempt\n/);
  assert.ok(stdout.includes(`1 of ${entries.length} exercises solved, 12/${all} points`));
  assert.match(stdout, /\nNext: 1\.2 /);
});

test("bare makes notebooks to redo, and leaves alone what the reader wrote in them", async () => {
  const path = "notebooks/bare/00-welcome.ipynb";
  const made = await course("bare", "00-welcome");
  assert.is(made.stdout, `${path} is made.\n`);
  await writeFile(inCopy(path), "notes of mine\n");
  const kept = await course("bare", "00-welcome");
  assert.match(kept.stdout, "holds your work and is left as it is. With --again");
  assert.is(await readFile(inCopy(path), "utf8"), "notes of mine\n");
  const again = await course("bare", "00-welcome", "--again");
  const old = /The old one is (\S+\.bak)\.\n$/.exec(again.stdout)?.[1] ?? "";
  assert.is(await readFile(inCopy(old), "utf8"), "notes of mine\n");
  assert.is((await course("bare", "77")).code, 1);
});

test("an untouched starter is no attempt; a begun one is", async () => {
  await write(first.path, first.starter.replaceAll("\n", "\r\n"));
  const untouched = await course("grade", "1.1");
  assert.is(untouched.code, 0);
  assert.ok(untouched.stdout.includes(first.hints[0] as string));
  assert.is(await readFile(inCopy(historyFile), "utf8").catch(() => "none"), "none");
  await write(first.path, `${first.starter}// begun\n`);
  assert.is((await course("grade", "1.1")).code, 0);
  assert.is((await readFile(inCopy(historyFile), "utf8")).trim().split("\n").length, 1);
});

test("reset puts the starter back and keeps the old answer, whatever it was", async () => {
  const again = await course("reset", "1.1");
  assert.is(again.stdout, `${first.path} is there again.\n`);
  assert.is(await readFile(inCopy(first.path), "utf8"), first.starter);
  const already = await course("reset", first.path);
  assert.is(already.stdout, `${first.path} is as it was at first already.\n`);
  for (const answer of ["export const mine = 1;\n", "export const mine = 2;\n"]) {
    await write(first.path, answer);
    const { code, stdout } = await course("reset", "1.1");
    assert.is(code, 0);
    const kept = /The old one is (exercises\/01-engines\/\S+\.bak)\.\n$/.exec(stdout)?.[1] ?? "";
    assert.match(kept, /^exercises\/01-engines\/1-find-member\.ts\.\d{4}-\d\d-\d\dT[\d-]+\.bak$/);
    assert.is(await readFile(inCopy(kept), "utf8"), answer);
    assert.is(await readFile(inCopy(first.path), "utf8"), first.starter);
  }
  assert.is((await readdir(inCopy("exercises/01-engines"))).length, 3);
  // What was kept is no exercise, and no notebook's matter.
  assert.is((await course("reset", "9.9")).code, 1);
});

test("reset puts a notebook back as the repository has it", async () => {
  const path = "notebooks/01-engines.ipynb";
  assert.is((await course("reset", path)).stdout, `${path} is there again.\n`);
  const original = await readFile(inCopy(path), "utf8");
  const { cells } = JSON.parse(original) as { cells: { cell_type: string; source: unknown }[] };
  assert.ok(cells.some((cell) => JSON.stringify(cell.source).includes('grade(\\"1.1\\")')));
  await rename(inCopy(path), inCopy(`${path}.mine`));
  await write(path, '{ "cells": [] }\n');
  assert.match((await course("reset", path)).stdout, /The old one is notebooks\/\S+\.bak\.\n$/);
  assert.is(await readFile(inCopy(path), "utf8"), original);
});

test.run();
