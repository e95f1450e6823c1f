import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Failure } from "../../src/base/failure.js";
import { select } from "../../src/judge/catalogue.js";
import { gradeEntry } from "../../src/judge/grade.js";
import { readHistory } from "../../src/judge/history.js";
import { gradeAll, total } from "../../src/judge/index.js";
import { lintText, lintVerdicts, tellingLines } from "../../src/judge/lint.js";
import { shelf, solved } from "./fixtures/catalogue.js";
import { type Course, everything, makeCourse, serverUrl } from "./fixtures/course.js";

const test = suite("grading");
let course: Course;

test.before(async () => {
  course = await makeCourse();
  await course.write(shelf.solution, solved);
});

test.after(() => course.remove());

test("the solution takes every point, the starter none", async () => {
  const options = { serverUrl, seed: 7 };
  const solution = await gradeEntry(course.catalogue, shelf, {
    ...options,
    submission: "solution",
  });
  assert.is(solution.points, 6, everything(solution));
  assert.is(solution.max, 6);
  assert.is(solution.message, "All 4 tests pass.");
  assert.is(solution.seed, 7);
  assert.match(solution.isolation, /^process/);
  const starter = await gradeEntry(course.catalogue, shelf, { ...options, submission: "starter" });
  assert.is(starter.points, 0);
  assert.equal(
    starter.tests.map(({ status }) => status),
    ["fail", "fail", "fail", "skipped"],
  );
  assert.is(starter.path, shelf.path);
});

test("part of the points for part of the answer, with what was expected beside what came", async () => {
  const report = await course.grade(
    solved.replace("numbers.reduce((a, b) => a + b, 0)", "Math.max(...numbers)"),
    { seed: 1 },
  );
  assert.is(report.points, 3);
  assert.is(report.message, "2 of 4 tests pass.");
  const [visible, hidden] = report.tests;
  assert.is(visible?.message, "The sum of the numbers.");
  assert.ok(Number(visible?.compared?.expected) > Number(visible?.compared?.actual));
  assert.is(hidden?.message, "Negative numbers are numbers too.");
  assert.is(hidden?.compared, undefined, "a hidden test tells no values");
  const again = await course.grade(
    solved.replace("numbers.reduce((a, b) => a + b, 0)", "Math.max(...numbers)"),
    { seed: 1 },
  );
  assert.equal(again.tests[0]?.compared, visible?.compared, "the same seed gives the same data");
});

test("a hidden test tells neither what the code said nor what it printed", async () => {
  const report = await course.grade(
    `export const total = (n: number[]) => { console.log(n); throw new Error(String(n)); };
     export const titles = async () => { console.log("\\u001b[31mred\\u0007"); return []; };`,
  );
  const [visible, hidden, third] = report.tests;
  assert.match(visible?.message ?? "", /Your code threw Error: \d+,\d+,\d+/);
  assert.match(visible?.printed ?? "", /\d/);
  assert.not.match(hidden?.message ?? "", /\d/);
  assert.is(hidden?.printed, "");
  assert.is(third?.printed, "red\ufffd\n");
});

test("type errors are graded, with the learner's own line numbers", async () => {
  const report = await course.grade(`\n\n${solved}\nexport const oops: number = "one";\n`);
  assert.is(report.status, "graded");
  assert.is(report.points, 0);
  assert.match(report.message, /has a type error\.$/);
  assert.match(
    report.diagnostics[0] ?? "",
    /^answers\/answer-\d+\.ts:17:14: Type 'string' is not assignable to type 'number'. \(TS2322\)$/,
  );
});

test("statements that were sent are shown, those of the set-up as a count", async () => {
  const report = await course.grade(solved.replace("ORDER BY title", "ORDER BY title DESC"));
  assert.equal(report.tests[2]?.statements, [
    "… statements that set up the test: 51",
    "SELECT title FROM books WHERE room = ? ORDER BY title DESC",
  ]);
});

test("four at a time do not meet", async () => {
  const wrong = solved.replace("a + b", "a - b");
  const answers = [solved, wrong, solved, wrong];
  const reports = await Promise.all(answers.map((text) => course.grade(text)));
  assert.equal(
    reports.map(({ points }) => points),
    [6, 3, 6, 3],
  );
});

test("attempts are counted and hints grow; what cannot be graded costs none", async () => {
  const history = join(course.root, ".course/history/attempts.jsonl");
  const once = async (text: string) => {
    await course.write(shelf.path, text);
    const [report] = await gradeAll(course.catalogue, [shelf], { serverUrl, history });
    return report;
  };
  const untouched = await once(shelf.starter);
  assert.is(untouched?.attempt, 0, "a starter as it was is no attempt");
  assert.is(untouched?.hint, "Look at reduce.");
  const wrong = solved.replace("a + b", "a - b");
  assert.is((await once(wrong))?.hint, "Look at reduce.");
  const broken = await once("export const total = (: => {");
  assert.is(broken?.status, "ungradable");
  assert.is(broken?.hint, undefined);
  assert.is((await once(wrong))?.hint, "Begin with 0.");
  const right = await once(solved);
  assert.is(right?.hint, undefined);
  assert.is(right?.attempt, 3);
  const kept = await readHistory(history);
  assert.equal(
    kept.map(({ status, points }) => [status, points]),
    [
      ["graded", 3],
      ["ungradable", 0],
      ["graded", 3],
      ["graded", 6],
    ],
  );
  assert.equal(total([right as never]).points, 6);
});

test("MySQL that goes away in the middle means not graded, and the next run works", async () => {
  const { hostname, port, username, password } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const other = createConnection(Number(port || 3306), hostname);
    for (const one of [socket, other]) sockets.add(one.on("error", () => {}));
    socket.pipe(other).pipe(socket);
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  const { port: own } = proxy.address() as { port: number };
  const cut = setTimeout(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  }, 3000);
  const url = `mysql://${username}:${password}@127.0.0.1:${own}`;
  const slow = `export const total = async (numbers: number[]) => {
    await new Promise((resolve) => setTimeout(resolve, 4000));
    return numbers.reduce((a, b) => a + b, 0);
  };
  export const titles = async () => [];`;
  try {
    await course.grade(slow, { serverUrl: url });
    assert.unreachable("it was graded");
  } catch (error) {
    assert.instance(error, Failure);
    assert.match((error as Failure).message, /MySQL does not answer, so this was not graded/);
    assert.match((error as Failure).remedy ?? "", /No attempt was counted/);
  } finally {
    clearTimeout(cut);
    proxy.close();
    for (const socket of sockets) socket.destroy();
  }
  assert.is((await course.grade(solved)).points, 6);
});

test("container isolation is refused with a sentence", async () => {
  try {
    await course.grade(solved, { isolation: "container" });
    assert.unreachable("it was graded");
  } catch (error) {
    assert.match((error as Failure).remedy ?? "", /--isolation process/);
  }
});

test("selectors: id, chapter, path, folder, notebook, all", () => {
  const pick = (selector: string) => select(course.catalogue, [selector], course.root);
  for (const selector of [
    "9.1",
    "9",
    "all",
    "exercises/09-fixture/1-shelf.ts",
    "exercises/09-fixture",
    "exercises/",
    "notebooks/09-fixture.ipynb",
    join(course.root, "exercises"),
  ]) {
    assert.equal(pick(selector), [shelf], selector);
  }
  for (const selector of ["9.2", "91", "1", "elsewhere", "../exercises", "exercises/09-fix"]) {
    assert.throws(() => pick(selector), /There is no exercise/, selector);
  }
});

test("the author's lint finds what is missing", () => {
  assert.equal(lintText(shelf), []);
  const odd = { ...shelf, hints: ["one"], statement: " ", minutes: 90, name: "other" };
  assert.is(lintText(odd).length, 4);
  const judge = () => {};
  const tests = [
    { name: "a", points: 1, judge },
    { name: "a", points: 0, needs: "b", judge },
  ];
  assert.equal(lintVerdicts({ id: "9.1", tests }, 5), [
    "its tests give 1 points, its heading 5",
    "it has no hidden test",
    'two tests are called "a"',
    'the test "a" gives no points',
    'the test "a" needs "b", which is no earlier test',
  ]);
  const lines = tellingLines(
    'import { x } from "y";\n// a comment here\nconst given = 1 + 1;\nreturn numbers.length;\n}',
    "const given = 1 + 1;",
  );
  assert.equal(lines, ["returnnumbers.length;"]);
});

test.run();
