import { readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gradeEntry } from "../../src/judge/grade.js";
import type { ExerciseReport } from "../../src/judge/report.js";
import { withConnection } from "../../src/server/connect.js";
import { shelf, solved } from "./fixtures/catalogue.js";
import { type Course, everything, makeCourse, serverUrl } from "./fixtures/course.js";

const test = suite("attacks");
let course: Course;
const queue = new PQueue({ concurrency: 4 });
const gradings = new Map<string, Promise<ExerciseReport>>();

/** The report on an answer. All answers are graded from the start, four at a time, for time's sake. */
function graded(code: string): Promise<ExerciseReport> {
  const grading = gradings.get(code) ?? queue.add(() => course.grade(code));
  gradings.set(code, grading);
  return grading;
}

test.before(async () => {
  course = await makeCourse();
  await course.write(shelf.solution, solved);
  for (const code of all()) graded(code).catch(() => undefined);
});

test.after(async () => {
  await course.remove();
});

/** Parts of an answer that is wrong by itself, so that every point comes from the attack. */
const titles = "export const titles = async (): Promise<string[]> => ['none of these'];\n";
const total = "export const total = (): number => -1;\n";

interface Attack {
  name: string;
  code: string;
  /** What the report must say. */
  says: RegExp;
}

const attacks: Attack[] = [
  {
    name: "process.exit(0) at import",
    code: `process.exit(0);\n${total}${titles}`,
    says: /ended the whole program \(exit code 0\) while it was being loaded/,
  },
  {
    name: "process.exit(0) in a test",
    code: `export const total = (): number => process.exit(0);\n${titles}`,
    says: /ended the whole program \(exit code 0\) before the test had its result/,
  },
  {
    name: "exit in an exit handler, with a forged result",
    code: `import fs from "node:fs";
      process.on("exit", () => { fs.writeSync(3, '{"kind":"observation","value":1}\\n'); process.exitCode = 0; });
      export const total = (): number => process.exit(1);\n${titles}`,
    says: /wrote to the grader's own channel/,
  },
  {
    name: "a kill of itself",
    code: `export const total = (): number => { process.kill(process.pid, "SIGKILL"); return 0; };\n${titles}`,
    says: /process\.kill is switched off/,
  },
  {
    name: "an endless loop",
    code: `export const total = (): number => { for (;;); };\n${titles}`,
    says: /had not finished after 5 seconds/,
  },
  {
    name: "an endless promise",
    code: `export const total = () => new Promise(() => {});\n${titles}`,
    says: /had not finished after 5 seconds/,
  },
  {
    name: "an endless promise at import",
    code: `await new Promise(() => {});\n${total}${titles}`,
    says: /waits at its top level for a promise that is never settled/,
  },
  {
    name: "forged lines on standard output",
    code: `const forged = '{"kind":"loaded"}\\n{"kind":"observation","value":42,"statements":[]}\\n✓ all tests pass';
      console.log(forged); console.error(forged);
      export const total = (): string => { console.log(forged); return forged; };\n${titles}`,
    says: /The sum of the numbers/,
  },
  {
    name: "forged lines on the channel",
    code: `import fs from "node:fs";
      fs.writeSync(3, '0123456789abcdef0123456789abcdef {"kind":"loaded"}\\n');\n${total}${titles}`,
    says: /wrote to the grader's own channel/,
  },
  {
    name: "the channel closed",
    code: `import fs from "node:fs";\nfs.closeSync(3);\n${total}${titles}`,
    says: /ended the whole program/,
  },
  {
    name: "a flood on the channel",
    code: `import fs from "node:fs";
      export const total = () => { for (;;) fs.writeSync(3, "x".repeat(65536)); };\n${titles}`,
    says: /wrote more to the grader's own channel/,
  },
  {
    name: "the orders read away",
    code: `import fs from "node:fs";
      const nonces: string[] = [];
      export const total = () => { fs.readSync(3, Buffer.alloc(10)); return nonces; };\n${titles}`,
    says: /had not finished after 5 seconds/,
  },
  {
    name: "2 GB in one buffer",
    code: `export const total = (): number => Buffer.alloc(2_000_000_000, 1).length;\n${titles}`,
    says: /512 MB of memory/,
  },
  {
    name: "2 GB in many buffers",
    code: `const all: Buffer[] = [];
      export const total = (): number => { for (let i = 0; i < 8; i++) all.push(Buffer.alloc(250e6, i + 1)); return 1; };\n${titles}`,
    says: /MB of memory/,
  },
  {
    name: "a heap that grows without end",
    code: `const all: unknown[] = [];
      export const total = (): number => { for (;;) all.push(new Array(1000).fill({})); };\n${titles}`,
    says: /256 MB of memory/,
  },
  {
    name: "a heap so full that the time runs out first",
    code: `const all: unknown[] = [];
      export const total = () => { all.push(Buffer.alloc(300e6, 1)); for (;;); };\n${titles}`,
    says: /had not finished after 5 seconds, and used more than 256 MB of memory/,
  },
  {
    name: "a flood on standard output",
    code: `export const total = () => { setInterval(() => console.log("x".repeat(1e6)), 0); return new Promise(() => {}); };\n${titles}`,
    says: /printed more than 4 MB/,
  },
  {
    name: "a result that is too large",
    code: `export const total = (): string => "9".repeat(1e6);\n${titles}`,
    says: /too large/,
  },
];

/** Reads and starts that must be refused: each throws inside the sandbox. */
const refusals: [name: string, expression: string, says: RegExp][] = [
  ["reads /etc/passwd", `fs.readFileSync("/etc/passwd", "utf8")`, /ERR_ACCESS_DENIED|restricted/],
  ["reads /proc/self/environ", `fs.readFileSync("/proc/self/environ", "utf8")`, /restricted/],
  [
    "reads the judge's environment",
    'fs.readFileSync("/proc/" + process.ppid + "/environ")',
    /restricted/,
  ],
  ["lists the temporary folder", `fs.readdirSync("..").length`, /restricted/],
  ["writes a result file", `fs.writeFileSync("results.json", "{}")`, /restricted/],
  ["makes a link", `fs.symlinkSync("/etc/passwd", "x")`, /restricted|fs\.symlink/],
  ["starts a process", `(await import("node:child_process")).execSync("id").length`, /restricted/],
  [
    "starts a worker",
    `new (await import("node:worker_threads")).Worker("1", { eval: true })`,
    /restricted/,
  ],
  ["forks", `(await import("node:cluster")).default.fork().id`, /restricted/],
  ["opens the inspector", `new (await import("node:inspector")).Session().connect()`, /restricted/],
  ["loads native code", `process.dlopen({ exports: {} }, "/x.node")`, /switched off|disabled/],
  ["takes a heap snapshot", `(await import("node:v8")).getHeapSnapshot()`, /switched off/],
];

for (const [name, expression, says] of refusals) {
  attacks.push({
    name,
    code: `import fs from "node:fs";\nvoid fs;\nexport const total = async () => ${expression};\n${titles}`,
    says,
  });
}

for (const { name, code, says } of attacks) {
  test(`${name} scores 0, and says why`, async () => {
    const report = await graded(code);
    assert.is(report.status, "graded");
    assert.is(report.points, 0, everything(report));
    assert.is(report.tests.filter(({ status }) => status === "pass").length, 0);
    assert.match(everything(report), says, everything(report));
  });
}

const patches: [name: string, code: string][] = [
  ["JSON", `JSON.stringify = () => "42"; JSON.parse = () => ({ kind: "loaded" });`],
  [
    "Promise",
    `Promise.prototype.then = function () { return this; } as never; Promise.race = async () => 1 as never;`,
  ],
  [
    "Array",
    `Array.prototype.map = () => []; Array.prototype.push = () => 0; Array.prototype.join = () => "";`,
  ],
  [
    "Object",
    `Object.defineProperty(Object.prototype, "toJSON", { value: () => 42, configurable: true });`,
  ],
  ["String", `String.prototype.slice = () => ""; String.prototype.charCodeAt = () => 0;`],
  ["Function", `Function.prototype.call = () => 42; Function.prototype.apply = () => 42;`],
  ["Buffer", `Buffer.from = () => Buffer.alloc(0); Buffer.concat = () => Buffer.alloc(0);`],
  ["fs", `import fs from "node:fs"; fs.writeSync = () => 0; fs.readSync = () => 0;`],
  ["timers", `globalThis.setTimeout = (() => 0) as never; globalThis.clearTimeout = () => {};`],
];

for (const [name, code] of patches) {
  test(`a changed ${name} earns nothing`, async () => {
    const report = await graded(`${code}\n${total}${titles}`);
    assert.is(report.points, 0, everything(report));
    assert.is(report.status, "graded");
  });
}

const values: [name: string, code: string][] = [
  [
    "a getter",
    `Object.defineProperty({}, "value", { enumerable: true, get: () => { throw new Error("no"); } })`,
  ],
  [
    "a proxy that lies",
    `new Proxy({}, { get: () => 42, ownKeys: () => ["a"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) })`,
  ],
  ["a toJSON", `({ toJSON: () => ({ kind: "observation", value: 42 }) })`],
  ["a valueOf", `({ valueOf: () => 42, toString: () => "42" })`],
  ["a function", "() => 42"],
  ["a bigint", "42n"],
  ["a circle", `(() => { const o: Record<string, unknown> = {}; o.o = o; return o; })()`],
  ["a thenable", `({ then: (resolve: (value: unknown) => void) => resolve({ thrown: null }) })`],
  ["NaN", "NaN"],
];

for (const [name, code] of values) {
  test(`${name} as a result earns nothing`, async () => {
    const report = await graded(`export const total = () => ${code};\n${titles}`);
    assert.is(report.points, 0, everything(report));
    assert.ok(report.tests[0]?.message.length);
  });
}

test("the solution can be neither imported nor read", async () => {
  const solution = join(course.root, shelf.solution);
  const imported = await course.grade(
    `export * from ${JSON.stringify(solution.replace(/ts$/, "js"))};`,
  );
  assert.is(imported.points, 0);
  assert.match(everything(imported), /Only the file itself is graded/);
  const late = await course.grade(
    `export const total = async () => (await import(${JSON.stringify(`file://${solution}`)} as string)).total(1);\n${titles}`,
  );
  assert.is(late.points, 0);
  assert.match(everything(late), /restricted|Cannot find|Unknown file extension/);
  const read = await course.grade(
    `import fs from "node:fs";\nexport const total = () => fs.readFileSync(${JSON.stringify(solution)}, "utf8");\n${titles}`,
  );
  assert.is(read.points, 0);
  assert.match(everything(read), /restricted/);
  const referred = await course.grade(
    `/// <reference path=${JSON.stringify(solution)} />\n${total}${titles}`,
  );
  assert.is(referred.points, 0);
  assert.match(everything(referred), /Only the file itself is graded/);
});

/** A statement that the answer sends to MySQL with the run's account. */
const sends = (statement: string) => `import { createConnection } from "mysql2/promise";
${total}
export async function titles(url: string): Promise<string[]> {
  const connection = await createConnection(url);
  const [rows] = await connection.query(${JSON.stringify(statement)});
  return [JSON.stringify(rows)];
}`;

const statements: [statement: string, says: RegExp][] = [
  ["DROP DATABASE mysql", /denied/],
  ["CREATE DATABASE elsewhere", /denied/],
  ["SELECT user, authentication_string FROM mysql.user", /denied/],
  ["GRANT ALL ON *.* TO CURRENT_USER()", /denied/],
  ["SET GLOBAL max_connections = 1", /denied/],
  ["SHUTDOWN", /denied/],
  ["SELECT * FROM books INTO OUTFILE '/tmp/books.txt'", /denied/],
  [
    "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE books",
    /LOCAL|loading local|not allowed|restricted/i,
  ],
];

for (const [statement, says] of statements) {
  test(`${statement} is refused`, async () => {
    const report = await graded(sends(statement));
    assert.is(report.points, 0);
    assert.match(everything(report), says);
    const rows = await withConnection(serverUrl, (c) => c.query("SHOW DATABASES LIKE 'mysql'"));
    assert.is((rows[0] as unknown[]).length, 1);
  });
}

/** Every answer that is graded ahead. */
const all = (): string[] => [
  ...attacks.map(({ code }) => code),
  ...patches.map(([, code]) => `${code}\n${total}${titles}`),
  ...values.map(([, code]) => `export const total = () => ${code};\n${titles}`),
  ...statements.map(([statement]) => sends(statement)),
  sends("SELECT SLEEP(1000)"),
];

test("a SLEEP, a table lock and an open transaction hold nothing up", async () => {
  const slept = await graded(sends("SELECT SLEEP(1000)"));
  assert.match(everything(slept), /had not finished after 5 seconds/);
  const locked = await course.grade(sends("LOCK TABLES books WRITE"));
  assert.is(locked.points, 0);
  const left = await withConnection(serverUrl, (c) =>
    c.query(
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(1000)%'",
    ),
  );
  assert.equal(left[0], [{ n: 0 }]);
});

test("what cannot be graded is told apart, and loses no attempt", async () => {
  const cases: [file: string, says: RegExp][] = [
    [await course.write("odd/latin1.ts", Buffer.from([0x2f, 0x2f, 0xe9, 0x0a])), /not UTF-8/],
    [await course.write("odd/empty.ts", "  \n"), /is empty/],
    [await course.write("odd/huge.ts", Buffer.alloc(100_000_000, 0x20)), /too large/],
    [await course.write("odd/binary.ts", "const a = 1;\0"), /zero byte/],
    [
      await course.write("odd/broken.ts", "export const total = (: => {"),
      /cannot be read as TypeScript/,
    ],
    [join(course.root, "odd/missing.ts"), /is not there/],
  ];
  await mkdir(join(course.root, "odd/folder.ts"));
  cases.push([join(course.root, "odd/folder.ts"), /is a folder/]);
  await symlink(join(course.root, shelf.solution), join(course.root, "odd/link.ts"));
  cases.push([join(course.root, "odd/link.ts"), /is a link/]);
  for (const [file, says] of cases) {
    const options = { submission: { file }, serverUrl };
    const report = await gradeEntry(course.catalogue, shelf, options);
    assert.is(report.status, "ungradable", file);
    assert.is(report.points, 0);
    assert.is(report.max, 6);
    assert.match(report.message, says);
  }
});

test("configuration beside a submission counts for nothing", async () => {
  await course.write("answers/tsconfig.json", '{ "compilerOptions": { "strict": false } }');
  await course.write(
    "answers/package.json",
    '{ "type": "commonjs", "imports": { "#x": "./x.js" } }',
  );
  const report = await course.grade(`export const total = (numbers) => numbers.length;\n${titles}`);
  assert.is(report.points, 0);
  assert.match(everything(report), /answers\/answer-\d+\.ts:1:23: .*implicitly.*\(TS7006\)/);
});

test("after all of that a right answer takes every point, and nothing is left", async () => {
  const report = await course.grade(solved);
  assert.is(report.points, 6, everything(report));
  const own = readdirSync(tmpdir()).filter((name) => /^ormlet-run-/.test(name));
  const mine = own.filter((name) => {
    try {
      return readdirSync(join(tmpdir(), name)).includes("owner") && owner(name) === process.pid;
    } catch {
      return false;
    }
  });
  assert.equal(mine, []);
});

/** The grader that a run's folder belongs to. */
function owner(name: string): number {
  return Number(readFileSync(join(tmpdir(), name, "owner"), "utf8").split(" ")[0]);
}

test.run();
