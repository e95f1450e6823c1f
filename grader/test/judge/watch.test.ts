import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import type { ExerciseEntry } from "../../src/judge/catalogue.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { run, setUpCheckout, until } from "../setup/checkout.js";

const test = suite("watch");
const url = process.env.ORMLET_DATABASE_URL ?? "";
if (url === "") throw new Error("These tests need ORMLET_DATABASE_URL.");
const python = process.env.ORMLET_PYTHON ?? "python3";

let copy: Checkout;
let first: ExerciseEntry;
let file: string;
let solution: string;

/** A watching command, on a terminal of its own or on pipes. */
interface Watch {
  child: ChildProcessWithoutNullStreams;
  said(): string;
  code: Promise<number | null>;
  /** Waits for so many verdicts on the exercise, all told. */
  verdicts(count: number): Promise<void>;
}

const watches: Watch[] = [];

/** Python opens the terminal: Node cannot. */
const onTerminal = [
  python,
  "-c",
  "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))",
];

function begin(terminal: boolean, ...selectors: string[]): Watch {
  const command = [process.execPath, join(copy.root, "grader/bootstrap.mjs"), "watch"];
  const [program = "", ...args] = [...(terminal ? onTerminal : []), ...command, ...selectors];
  const env = { ...process.env, ORMLET_DATABASE_URL: url, NO_COLOR: "1" };
  const child = spawn(program, args, { cwd: copy.root, env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const count = () => text.match(/seed \d+ · process/g)?.length ?? 0;
  const verdicts = (wanted: number) =>
    until(`${wanted} verdicts in:\n${text}`, () => count() >= wanted, 20);
  const watch = { child, said: () => text, code, verdicts };
  watches.push(watch);
  return watch;
}

/** Attempts that were counted. */
async function attempts(): Promise<number> {
  const history = join(copy.root, ".course/history/attempts.jsonl");
  const text = await readFile(history, "utf8").catch(() => "");
  return text.split("\n").length - 1;
}

test.before(async () => {
  copy = await setUpCheckout();
  const manifest = await readFile(inRoot("grader/src/exercises/manifest.json"), "utf8");
  first = (JSON.parse(manifest) as ExerciseEntry[])[0] as ExerciseEntry;
  file = join(copy.root, first.path);
  solution = await readFile(inRoot(first.solution), "utf8");
  await mkdir(dirname(file), { recursive: true });
  // The first command of a copy builds it.
  assert.is((await run(copy.root, ["progress"])).code, 0);
});

test.before.each(async () => {
  await rm(join(copy.root, ".course/history"), { recursive: true, force: true });
  await writeFile(file, first.starter);
});

test.after.each(() => {
  for (const { child } of watches.splice(0)) child.kill("SIGKILL");
});

test.after(() => copy.remove());

test("one exercise is graded at once, and again when it is saved, in either way", async () => {
  const watch = begin(false, "1.1");
  await watch.verdicts(1);
  assert.match(watch.said(), /^Watching exercises\/01-engines\/1-find-member\.ts\. Save a file/);
  assert.match(watch.said(), /✗ 1\.1 .* 0\/10 points/);
  assert.is(await attempts(), 0, "a starter as it was is no attempt");
  await writeFile(file, `${first.starter}// begun\n`);
  await watch.verdicts(2);
  assert.is(await attempts(), 1);
  // Many editors write another file and give it the name.
  await writeFile(`${file}~`, solution);
  await rename(`${file}~`, file);
  await watch.verdicts(3);
  assert.match(watch.said(), /✓ 1\.1 .* 10\/10 points/);
  // It follows the verdict, in a piece of its own.
  await until("what comes next", () => /When you want to go on: 1\.2 /.test(watch.said()), 5);
  assert.is(await attempts(), 2);
  await writeFile(file, "export const findMember = (: => {\n");
  await until("a file that does not parse", () => /no attempt counted/i.test(watch.said()), 20);
  watch.child.kill("SIGINT");
  assert.is(await watch.code, 0);
});

test("several exercises wait for a save; a neighbour's and a copy's do not count", async () => {
  const watch = begin(false, "1");
  await until("watching", () => /Watching \d+ exercises/.test(watch.said()), 20);
  await writeFile(`${file}.bak`, solution);
  await writeFile(join(dirname(file), "notes.ts"), "export {};\n");
  await writeFile(file, solution);
  await watch.verdicts(1);
  assert.is(watch.said().match(/^── /gm)?.length, 1);
  watch.child.kill("SIGTERM");
  assert.is(await watch.code, 0);
});

if (spawnSync(python, ["-c", "import pty"]).status === 0) {
  for (const [name, key] of [
    ["q", "q"],
    ["Ctrl-C", "\u0003"],
  ] as const) {
    test(`${name} ends it, while it waits and while it grades`, async () => {
      const waits = begin(true, "1.1");
      await waits.verdicts(1);
      waits.child.stdin.write("x");
      waits.child.stdin.write(key);
      assert.is(await waits.code, 0);
      await writeFile(file, "export async function findMembers() { for (;;); }\n");
      const grades = begin(true, "1.1");
      await until("a grading", () => /── exercises/.test(grades.said()), 20);
      const pressed = performance.now();
      grades.child.stdin.write(key);
      assert.is(await grades.code, 0);
      assert.ok(performance.now() - pressed < 5000, "it does not wait for an answer without end");
    });
  }
} else {
  console.log(`SKIPPED: keys of a terminal (${python} has no pty)`);
}

test.run();
