import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type CellResult,
  fillOutputs,
  type Notebook,
  type RunOptions,
  runNotebook,
} from "../../src/notebooks/run-notebook.js";

/** A cell's code, or its code and its tags. */
type Cell = string | [code: string, ...tags: string[]];

const test = suite<{ folder: string }>("run-notebook");

test.before(async (context) => {
  context.folder = await mkdtemp(`${tmpdir()}/ormlet-notebooks-`);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

function notebook(cells: readonly Cell[]): Notebook {
  const code = cells.map((cell, index) => {
    const [source, ...tags] = typeof cell === "string" ? [cell] : cell;
    return { id: `cell-${index}`, cell_type: "code" as const, source, metadata: { tags } };
  });
  const heading = { id: "heading", cell_type: "markdown" as const, source: "# Test", metadata: {} };
  return { cells: [heading, ...code], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

/** Code for a cell that wants `hooks`, the set of functions that are awaited at the end. */
const keepHooks = `const key = Symbol.for("course.onShutdown");
const holder = globalThis as unknown as { [key: symbol]: Set<() => unknown> };
const hooks = holder[key] ?? new Set();
holder[key] = hooks;`;

let files = 0;

async function run(folder: string, cells: Cell[], options?: RunOptions): Promise<CellResult[][]> {
  files += 1;
  const path = `${folder}/${files}.ipynb`;
  await writeFile(path, JSON.stringify(notebook(cells)));
  return runNotebook(path, options);
}

test("outputs come as Jupyter would save them", async ({ folder }) => {
  const cells = [
    'console.log("a"); console.log("b"); console.error("c"); 1 + 1',
    'import { newDisplay } from "tslab";\nconst shown = newDisplay();\nshown.html("1"); shown.html("2");',
    '({ [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>x</b>" }) })',
  ];
  const [results = []] = await run(folder, cells);
  assert.equal(results, [
    {
      index: 1,
      id: "cell-0",
      outputs: [
        { output_type: "stream", name: "stdout", text: "a\nb\n" },
        { output_type: "stream", name: "stderr", text: "c\n" },
        {
          output_type: "execute_result",
          execution_count: 1,
          data: { "text/plain": "2" },
          metadata: {},
        },
      ],
    },
    {
      index: 2,
      id: "cell-1",
      outputs: [{ output_type: "display_data", data: { "text/html": "2" }, metadata: {} }],
    },
    {
      index: 3,
      id: "cell-2",
      outputs: [
        {
          output_type: "execute_result",
          execution_count: 3,
          data: { "text/html": "<b>x</b>" },
          metadata: {},
        },
      ],
    },
  ]);
});

test("a cell that throws ends its Run All, and the next one begins in the same kernel", async ({
  folder,
}) => {
  const cells = [
    "class Book { constructor(readonly title: string) {} }\nconst book = new Book('Emma');",
    "const seen = globalThis as { runs?: number }; seen.runs = (seen.runs ?? 0) + 1;",
    "({ book, runs: seen.runs })",
    'const n = 1;\n\nthrow new TypeError("no");',
    "2",
  ];
  const runs = await run(folder, cells, { times: 2 });
  assert.is(runs.length, 2);
  for (const [index, results] of runs.entries()) {
    assert.is(results.length, 4);
    const [shown] = results[2]?.outputs ?? [];
    const text = `{ book: Book { title: 'Emma' }, runs: ${index + 1} }`;
    assert.equal(shown && "data" in shown && shown.data, { "text/plain": text });
    assert.equal(results[3]?.error, { name: "TypeError", message: "no", line: 3 });
    const traceback = [
      "TypeError: no",
      '  3 | throw new TypeError("no");',
      // The second Run All begins with the cell [5]: four were run in the first.
      `    at cell [${index * 4 + 4}]:3:7`,
    ];
    const error = { output_type: "error", ename: "TypeError", evalue: "no", traceback };
    assert.equal(results[3]?.outputs, [error]);
  }
});

test("whatever goes wrong is told, also where the author expects it", async ({ folder }) => {
  const expected = "raises-exception";
  const [results = []] = await run(folder, [
    ['throw new Error("on purpose")', expected],
    ['let text: string = "";\ntext = null;', expected],
    ['void Promise.reject(new Error("unheard"));', expected],
    ["try { process.exit(0) } catch {}", expected],
    "let fail: (error: Error) => void = () => {};\nvoid new Promise((_, no) => { fail = no; }); 0",
    'fail(new Error("late")); await new Promise((resolve) => setTimeout(resolve, 100)); 0',
    "3",
  ]);
  const errors = results.map(({ error }) => error && `${error.name}: ${error.message}`);
  assert.equal(errors.slice(0, 3), [
    "Error: on purpose",
    "TypeScriptError: 2:1 - Type 'null' is not assignable to type 'string'.",
    "Error: unheard",
  ]);
  assert.match(errors[3] ?? "", /^ProcessExit: process\.exit\(0\) was called\./);
  // It comes while a cell waits that nobody expects to fail: that is the end.
  assert.equal(errors.slice(4), [undefined, "Error: late"]);
});

test("a rejection after the last cell is that cell's error", async ({ folder }) => {
  // The hook keeps the process going for as long as the rejection needs.
  const [results = []] = await run(folder, [
    `${keepHooks}
hooks.add(() => new Promise((resolve) => setTimeout(resolve, 200)));
setTimeout(() => void Promise.reject(new Error("very late")), 50); 0`,
  ]);
  assert.is(results[0]?.error?.message, "very late");
});

test("a cell that hangs is ended with all that it started", async ({ folder }) => {
  for (const [name, wait] of [
    ["waits", "await new Promise(() => {});"],
    ["loops", "while (true) {}"],
  ]) {
    const start = `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
writeFileSync("${folder}/${name}.pid", String(spawn("sleep", ["60"]).pid));`;
    const runs = await run(folder, [start, wait ?? "", "2"], { times: 2, timeoutSeconds: 3 });
    assert.is(runs.length, 1);
    assert.is(runs[0]?.length, 2);
    assert.is(runs[0]?.[1]?.error?.name, "Timeout");
    assert.match(runs[0]?.[1]?.error?.message ?? "", "did not end within 3 s");
    const pid = Number(await readFile(`${folder}/${name}.pid`, "utf8"));
    assert.ok(await isGone(pid), `process ${pid} still runs`);
  }
});

/** Whether the process ends within a second. One that nobody waits for may stay as a zombie. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    if (stat === "" || /\) Z /.test(stat)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

test("a cell cannot hide that it ended its process", async ({ folder }) => {
  const kill = 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})';
  const runs = await run(folder, ["1", kill], { times: 2 });
  assert.is(runs.length, 1);
  assert.is(runs[0]?.[1]?.error?.name, "KernelDied");
  assert.match(runs[0]?.[1]?.error?.message ?? "", "SIGKILL");
});

test("cells find their folder and environment, and what is to be awaited is", async ({
  folder,
}) => {
  const file = `${folder}/ended`;
  const [results] = await run(
    folder,
    [
      "[process.cwd(), process.env.ORMLET_TEST_WORD]",
      `import { writeFileSync } from "node:fs";
${keepHooks}
hooks.add(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  writeFileSync("${file}", "yes");
});`,
    ],
    { cwd: folder, env: { ORMLET_TEST_WORD: "word" } },
  );
  const [output] = results?.[0]?.outputs ?? [];
  assert.equal(output && "data" in output && output.data, {
    "text/plain": `[ '${folder}', 'word' ]`,
  });
  assert.is(await readFile(file, "utf8"), "yes");
});

test("a file that is no notebook is a failure that says so", async ({ folder }) => {
  await writeFile(`${folder}/empty.ipynb`, "{}");
  const errors: string[] = [];
  for (const name of ["missing.ipynb", "empty.ipynb"]) {
    await runNotebook(`${folder}/${name}`).catch((error: Error) => errors.push(error.message));
  }
  assert.match(errors[0] ?? "", "missing.ipynb cannot be read");
  assert.match(errors[1] ?? "", "it has no cells");
});

test("outputs are filled in as if run after a restart", () => {
  const source = notebook(["1", "", "2"]);
  const results: CellResult[] = [
    {
      index: 1,
      id: "cell-0",
      outputs: [
        { output_type: "stream", name: "stdout", text: "a\nb\n" },
        { output_type: "display_data", data: { "application/json": { a: 1 } }, metadata: {} },
      ],
    },
    {
      index: 3,
      id: "cell-2",
      outputs: [
        {
          output_type: "execute_result",
          execution_count: 17,
          data: { "text/plain": "x\ny" },
          metadata: {},
        },
      ],
    },
  ];
  const before = JSON.stringify(source);
  const [heading, first, empty, last] = fillOutputs(source, results).cells;
  assert.is(JSON.stringify(source), before);
  assert.equal(heading, source.cells[0]);
  assert.is(first?.execution_count, 1);
  assert.equal(first?.outputs, [
    { output_type: "stream", name: "stdout", text: ["a\n", "b\n"] },
    { output_type: "display_data", data: { "application/json": { a: 1 } }, metadata: {} },
  ]);
  assert.is(empty?.execution_count, null);
  assert.equal(empty?.outputs, []);
  assert.is(last?.execution_count, 2);
  assert.equal(last?.outputs, [
    {
      output_type: "execute_result",
      execution_count: 2,
      data: { "text/plain": ["x\n", "y"] },
      metadata: {},
    },
  ]);
});

test.run();
