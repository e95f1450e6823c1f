import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mendSwap, readAssembled } from "../../src/assemble/folder.js";
import { makePackage } from "../../src/assemble/package.js";
import { type Choice, learnerChoices, solutionChoices } from "../../src/assemble/parts.js";
import { lastChapter, shareOf } from "../../src/assemble/shares.js";
import { findTests, runSuite } from "../../src/assemble/suite.js";
import { adviceLines, failureLines, partsTable, shareLine } from "../../src/assemble/words.js";
import { colors } from "../../src/base/colors.js";
import type { Failure } from "../../src/base/failure.js";
import { inRoot } from "../../src/base/paths.js";
import type { Catalogue } from "../../src/judge/catalogue.js";
import { runNotebook } from "../../src/notebooks/run-notebook.js";
import { coverage, type Shares } from "../../src/weave/coverage.js";
import { weaveTo } from "../../src/weave/index.js";
import { serverUrl } from "../judge/fixtures/course.js";

interface Context {
  /** A course as somebody finds it who has not begun. */
  catalogue: Catalogue;
  root: string;
  solutions: Choice[];
  shares: Shares[];
}

const test = suite<Context>("an assembled package");

test.before(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), "ormlet-test-assemble-"));
  const course = await weaveTo(context.root);
  const tests = inRoot("grader/src/exercises");
  context.catalogue = { root: context.root, tests, entries: course.manifest };
  context.solutions = await solutionChoices(context.catalogue);
  context.shares = coverage(course).shares;
});

test.after(({ root }) => rm(root, { recursive: true, force: true }));

const partsOf = (choices: readonly Choice[]) => choices.flatMap(({ part }) => part ?? []);

/** All solutions, that of one exercise changed. */
function changed(solutions: readonly Choice[], id: string, from: string, to: string): Choice[] {
  return solutions.map((choice) => {
    if (choice.entry.id !== id || !choice.part) return choice;
    assert.ok(choice.part.text.includes(from), `the solution of ${id} holds no ${from}`);
    return { ...choice, part: { ...choice.part, text: choice.part.text.replace(from, to) } };
  });
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const failure = await work.then(
    () => undefined,
    (error: Failure) => error,
  );
  assert.is(failure?.name, "Failure", failure?.stack);
  return failure as Failure;
}

test("all solutions make one that passes its own tests", async ({ root, solutions }) => {
  const folder = join(root, "assembled");
  const made = await makePackage(partsOf(solutions), folder);
  const files = await findTests(["floors", "engine/sql.test", "session/topological"]);
  assert.is(files.length, 3);
  const { results, failed } = await runSuite(made, partsOf(solutions), files, serverUrl);
  assert.equal(failed, [], failed.map(({ output }) => output).join("\n"));
  assert.ok(results.every(({ passed }) => passed > 0));
  const { parts } = (await readAssembled(folder)) as { parts: unknown[] };
  assert.is(parts.length, solutions.length);
});

test("what the benchmark has installed and compiled stays where it is", async ({ root }) => {
  const folder = join(root, "light");
  await makePackage([], folder);
  const names = await readdir(join(folder, "orm/bench"));
  assert.ok(names.includes("run.ts"));
  for (const name of ["node_modules", "dist"]) assert.not.ok(names.includes(name), name);
});

test("a part is not asked for the package's own words", async () => {
  const files = await findTests();
  assert.ok(files.includes("orm/test/session/identity-map.test.ts"));
  assert.equal(
    files.filter((file) => file.startsWith("orm/test/wording/")),
    [],
  );
});

test("the share is what the weave's check counts", ({ solutions, shares }) => {
  const share = shareOf(solutions);
  const taught = shares.filter(({ chapter }) => chapter <= lastChapter);
  const sum = (key: "lines" | "exercise") => taught.reduce((all, one) => all + one[key], 0);
  assert.is(share.own, sum("exercise"));
  assert.ok(share.all >= sum("lines"));
  if (taught.length === lastChapter) assert.is(share.all, sum("lines"));
  const line = shareLine(solutions, share, "yours");
  assert.ok(line.includes(`${((100 * share.own) / share.all).toFixed(1)} %`), line);
  const table = partsTable(solutions, share, colors).join("\n");
  for (const { entry, target } of solutions) {
    assert.ok(table.includes(entry.id) && table.includes(`${target.file}: `), table);
  }
});

test("nothing solved is 0 %, and nothing is graded for it", async ({ catalogue, root }) => {
  const choices = await learnerChoices(catalogue, {
    serverUrl: "mysql://nobody@127.0.0.1:9/",
    history: join(root, "none.jsonl"),
  });
  assert.ok(choices.length > 0);
  assert.ok(choices.every(({ part, why }) => part === undefined && why === "not begun"));
  assert.match(
    shareLine(choices, shareOf(choices), "yours"),
    /: 0 of [\d,]+ code lines .*, 0 %\.$/,
  );
});

test("a part counts by its last verdict, else by a new one", async ({ catalogue, root }) => {
  const entries = catalogue.entries.filter(({ kind }) => kind === "build").slice(0, 2);
  const history = join(root, "history.jsonl");
  const options = { serverUrl, history };
  const [first, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
  const write = async (path: string, text: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  };
  try {
    await cp(join(root, first.solution), join(root, first.path));
    await write(second.path, `${second.starter}\n// begun\n`);
    const own = partsOf(await learnerChoices(catalogue, options)).map(({ entry }) => entry.id);
    assert.equal(own, [first.id]);
    // Both verdicts are known now: a server that isn't there is not missed.
    const again = await learnerChoices(catalogue, {
      history,
      serverUrl: "mysql://nobody@127.0.0.1:9/",
    });
    assert.equal(
      again.slice(0, 2).map(({ part, why }) => part?.entry.id ?? why),
      [first.id, `0 of ${second.points} points`],
    );
    const without = await learnerChoices(catalogue, { ...options, without: [first.id] });
    assert.is(without[0]?.why, "left out");
    const { message } = await failureOf(
      learnerChoices(catalogue, { ...options, without: ["99.1"] }),
    );
    assert.match(message, 'There is no exercise "99.1"');
  } finally {
    await write(first.path, first.starter);
    await write(second.path, second.starter);
  }
});

test("a part that does not compile is named with its own line", async (context) => {
  const { root, solutions } = context;
  const folder = join(root, "broken");
  const from = "const between = toPart(separator);";
  const parts = partsOf(
    changed(solutions, "1.2", from, "const between: number = toPart(separator);"),
  );
  const own = parts.find(({ entry }) => entry.id === "1.2");
  const line =
    (own?.text.split("\n").findIndex((one) => one.includes("between: number")) ?? -2) + 1;
  const { message, why = "", remedy = "" } = await failureOf(makePackage(parts, folder));
  assert.match(message, "part for exercise 1.2");
  assert.match(why, new RegExp(`^${own?.path.replaceAll(".", "\\.")}:${line}:\\d+: Type 'Part'`));
  assert.match(remedy, "--without 1.2");
  assert.not.ok(existsSync(folder));
  assert.equal(
    (await readdir(root)).filter((name) => name.startsWith("broken")),
    [],
  );
});

test("a part that is wrong is found by tests of other chapters, and named", async (context) => {
  const { root, solutions } = context;
  const choices = changed(
    solutions,
    "3.2",
    "return part as IdentityKey | undefined",
    "return (part ?? undefined) as IdentityKey | undefined",
  );
  const parts = partsOf(choices);
  const made = await makePackage(parts, join(root, "wrong"));
  const files = await findTests([
    "session/topological",
    "relationships/joined",
    "relationships/lazy",
  ]);
  const searched: string[] = [];
  const { TMPDIR } = process.env;
  const temporary = join(root, "temporary");
  await mkdir(temporary);
  process.env.TMPDIR = temporary;
  const onSearch = (file: string) => searched.push(file);
  const { failed } = await runSuite(made, parts, files, serverUrl, { onSearch }).finally(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  const wrong = ["orm/test/relationships/joined.test.ts", "orm/test/relationships/lazy.test.ts"];
  assert.equal([searched, failed.map(({ file }) => file)], [wrong, wrong]);
  for (const { culprit, failsAnyway } of failed) {
    assert.equal([culprit?.entry.id, failsAnyway], ["3.2", false]);
  }
  const lines = failed.flatMap((one) => failureLines(one, choices, colors)).join("\n");
  assert.match(lines, /The reason is the part for exercise 3\.2, solutions\/03-sessions\//);
  const advice = adviceLines(failed);
  assert.is(advice.length, 1);
  assert.match(advice[0] ?? "", /^2 files fail because of .* 3\.2, .* --without 3\.2\.$/);
  const left = (await readdir(temporary)).filter((name) => name.startsWith("ormlet-culprit-"));
  assert.equal(left, []);
});

test("an interrupted one leaves the earlier one whole", async ({ root, solutions }) => {
  const folder = join(root, "kept");
  await makePackage([], folder);
  const text = () => readFile(join(folder, "assembled.json"), "utf8");
  const before = await text();
  const child = spawn(
    process.execPath,
    [inRoot("grader/bin/course.mjs"), "assemble", "--solutions", "--no-tests", "--to", folder],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  const isMaking = async () => (await readdir(root)).some((name) => name.startsWith("kept.making"));
  while (child.exitCode === null && !(await isMaking())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill("SIGKILL");
  await ended;
  assert.is(await text(), before);
  assert.ok(existsSync(join(folder, "orm/dist/index.js")));
  // What the killed one has left is cleared away by the next.
  await makePackage(partsOf(solutions), folder);
  assert.equal(
    (await readdir(root)).filter((name) => name.startsWith("kept.")),
    [],
  );
  assert.is.not(await text(), before);
});

test("between two renames the earlier one is found again", async ({ root }) => {
  const folder = join(root, "renamed");
  await makePackage([], folder);
  await rename(folder, `${folder}.old`);
  mendSwap(folder);
  assert.ok(await readAssembled(folder));
  assert.not.ok(existsSync(`${folder}.old`));
});

test("a folder with something else in it is left alone", async ({ root }) => {
  const folder = join(root, "photos");
  await mkdir(folder);
  await writeFile(join(folder, "cat.jpg"), "cat");
  const { message, why } = await failureOf(makePackage([], folder));
  assert.match(message, "is not empty");
  assert.match(why ?? "", "cat.jpg");
  assert.equal(await readdir(folder), ["cat.jpg"]);
});

test("notebooks run on it, its types included", async ({ root, solutions }) => {
  const choices = changed(
    solutions,
    "1.3",
    "return url.replace(",
    'return "mine: ".concat(url).replace(',
  );
  const extra = "\nexport const onlyHere = 7;\n";
  const parts = partsOf(choices).map((part) =>
    part.entry.id === "1.3" ? { ...part, text: part.text + extra } : part,
  );
  const made = await makePackage(parts, join(root, "for-notebooks"));
  const source = `import { maskPassword, onlyHere } from "ormlet/internal/engine/url";
import { createEngine } from "ormlet";
console.log(maskPassword("mysql://a:b@c/d"), onlyHere + 1, typeof createEngine);`;
  const cells = [{ id: "one", cell_type: "code", source, metadata: {}, outputs: [] }];
  const file = join(root, "cells.ipynb");
  await writeFile(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const env = { ORMLET_PACKAGE: join(made.folder, "orm") };
  const [[own] = []] = await runNotebook(file, { env });
  assert.is(own?.error, undefined, own?.error?.message);
  assert.match(JSON.stringify(own?.outputs), "mine: mysql://a:***@c/d 8 function");
  const [[finished] = []] = await runNotebook(file);
  assert.match(finished?.error?.message ?? "", "onlyHere");
});

test.run();
