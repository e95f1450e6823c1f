import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../src/base/failure.js";
import { runTests } from "../../src/judge/behaviour.js";
import type { RunDatabase } from "../../src/judge/database.js";
import { pristine } from "../../src/judge/pristine.js";
import { makeRunFolder } from "../../src/judge/run-folder.js";
import { RunnerProcess } from "../../src/judge/runner-process.js";
import { isOpenToAll, temporaryFolder } from "../../src/judge/temporary.js";
import { solved } from "./fixtures/catalogue.js";
import { type Course, everything, makeCourse } from "./fixtures/course.js";

const test = suite("sandbox");
const before = process.env.TMPDIR;
let course: Course;
let closed: string;

test.before(async () => {
  course = await makeCourse();
  closed = await mkdtemp(join(tmpdir(), "ormlet-test-closed-"));
  await chmod(closed, 0o700);
});

test.after.each(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});

test.after(async () => {
  await course.remove();
  await rm(closed, { recursive: true, force: true });
});

test("a temporary folder that other accounts cannot pass through is not for their sandboxes", async () => {
  const below = join(closed, "open");
  await mkdir(below);
  await chmod(below, 0o777);
  assert.is(isOpenToAll(below), false, "the folder above it is closed");
  process.env.TMPDIR = below;
  assert.is(temporaryFolder(true), "/tmp");
  assert.is(temporaryFolder(false), below);
  process.env.TMPDIR = join(closed, "missing");
  assert.is(temporaryFolder(false), "/tmp");
});

test("a right answer takes its points where TMPDIR is closed", async () => {
  process.env.TMPDIR = closed;
  const report = await course.grade(solved);
  assert.is(report.points, 6, everything(report));
});

/** Runs one test with a Node of that path, or with a good one; there is no runner in the box. */
async function withNode(node: string | undefined): Promise<unknown> {
  const shared = await pristine();
  const folder = await makeRunFolder();
  const exercise = { id: "9.1", tests: [{ name: "adds", points: 1, judge: () => {} }] };
  const unused = {} as RunDatabase;
  const used = { ...shared, node: node ?? shared.node };
  const start = () => new RunnerProcess(folder, used, "./submission.js", true);
  try {
    return await runTests(exercise, unused, 1, start).catch((error: unknown) => error);
  } finally {
    await folder.release();
  }
}

test("a sandbox that never starts means not graded, not 0 points", async () => {
  for (const [node, why] of [
    ["/usr/bin/false", /^it ended with exit code 1$/],
    ["/nowhere/node", /^it ended with exit code 12[67]: .*\/nowhere\/node/],
    // The box is empty: Node starts, and the runner is not there.
    [undefined, /^it ended with exit code 1: .*Cannot find module '.*\/box\/runner\.js'/],
  ] as const) {
    const outcome = await withNode(node);
    assert.instance(outcome, Failure, node);
    const { message, why: said, remedy } = outcome as Failure;
    assert.is(message, "The sandbox for your code could not be started, so this was not graded.");
    assert.match(said ?? "", why);
    assert.match(remedy ?? "", /^No attempt was counted\./);
  }
});

test.run();
