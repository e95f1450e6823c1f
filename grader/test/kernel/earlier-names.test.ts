import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CellResult, runNotebook } from "../../src/notebooks/run-notebook.js";

/** A cell and what it must show, if that matters: its last value, or its error. */
type Step = [code: string, shown?: string];

/** How cells reach what earlier cells declared. All run in one kernel, one after the other, twice. */
const cases: Record<string, Step[]> = {
  "a function destructures a value whose type an earlier cell declared": [
    [
      `interface Options { echo?: boolean; pool?: number; inner?: { deep: number }; list?: number[] }
function parse(x: string) { return x + "!"; }`,
    ],
    [
      `function check(o: Options): Options { return o; }
function f(x: string, options: Options = {}) {
  const parsed = parse(x);
  const { echo = false, pool: size } = check(options);
  return { parsed, echo, size };
}
f("a");
await 1;
f("b", { pool: 3 });`,
      "{ parsed: 'b!', echo: false, size: 3 }",
    ],
  ],
  "so it does in parameters, nested, with defaults, in loops and in assignments": [
    [
      `interface Options { echo?: boolean; pool?: number; inner?: { deep: number }; list?: number[] }
const mark = () => "!";
class Book { title = "Emma"; pages = 3; static shelf = 9 }`,
    ],
    [
      `function f(
  { pool: n = 2, inner: { deep } = { deep: 7 }, list: [first, ...rest] = [4, 5], ...others }: Options,
  c = mark(),
) { return [n, deep, first, rest, others, c]; }
f({ echo: true })`,
      "[ 2, 7, 4, [ 5 ], { echo: true }, '!' ]",
    ],
    ["(({ inner: { deep: d } = { deep: 1 } }: Options) => d)({ inner: { deep: 6 } })", "6"],
    [
      `const out: unknown[] = [];
for (const { title: t, pages: p } of [new Book()]) out.push(t, p, mark());
const { shelf: s } = Book;
[...out, s]`,
      "[ 'Emma', 3, '!', 9 ]",
    ],
    [
      `let echo: boolean | undefined;
let size: number | undefined;
const given: Options = { echo: true, pool: 8 };
({ echo, pool: size } = given);
[echo, size, mark()]`,
      "[ true, 8, '!' ]",
    ],
    [
      `const name = "pool";
const { [name]: byName, "list": list = [] }: Options = { pool: 4 };
[byName, list, mark()]`,
      "[ 4, [], '!' ]",
    ],
  ],
  "a class extends one of an earlier cell": [
    ["class Book { title = 'Emma'; pages = 3; constructor(readonly year = 1815) {} }"],
    [
      `class Novel extends Book {
  override pages = 100;
  static from({ title: t }: Book) { return Object.assign(new Novel(), { title: t + "!" }); }
  twice() { const { pages: p, year } = this; return [p * 2, year, new Book().pages]; }
}
[Novel.from(new Book()).title, ...new Novel().twice()]`,
      "[ 'Emma!', 200, 1815, 3 ]",
    ],
    ["let Kind = class { kind = 1 };"],
    ["class Other extends Kind {}\nnew Other().kind", "1"],
  ],
  "what a later cell assigns reaches the functions of the cell": [
    [
      `let count = 1;
let [first, { second }] = [1, { second: 2 }];
var old = 1;
let value = "v";
const peek = () => [count, first, second, old, value];
const add = () => { count += 100; };`,
    ],
    ["count = 2; value = 'w'; peek()", "[ 2, 1, 2, 1, 'w' ]"],
    [
      `function change() {
  count += 1; count++; ({ count } = { count: count * 10 }); [first] = [count];
}`,
    ],
    // (2 + 1 + 1) * 10
    ["change(); for (second of [5, 6]); old = 3; peek()", "[ 40, 40, 6, 3, 'w' ]"],
    ["add(); [count, { count, value }]", "[ 140, { count: 140, value: 'w' } ]"],
    ["let copy: typeof count = count--; [copy, count, peek()[0]]", "[ 140, 139, 139 ]"],
  ],
  "a name declared again is another variable": [
    ["let count = 1;\nconst peek = () => count;\nconst add = () => { count += 1; };"],
    ['let count = "new";'],
    ['count += "er"; add(); [count, peek()]', "[ 'newer', 2 ]"],
    ["const count = true;"],
    ["[count, peek()]", "[ true, 2 ]"],
    ["function count() { return 7; }"],
    ["[count(), peek()]", "[ 7, 2 ]"],
  ],
  "a cell that fails leaves earlier variables as they were": [
    ["let count = 1;"],
    ['let count = 5;\nthrow new Error("no");', "Error: no"],
    ["count += 1; count", "2"],
  ],
  "a class of which a type took the name stays a value": [
    ["class Taken { title = 'Emma'; }"],
    ["type Taken = string;"],
    ["new Taken().title", "Emma"],
  ],
  "a function in a variable appears by its own name in a stack trace": [
    ['let shout = () => { throw new Error("loud"); };\nlet line = "";'],
    [
      'try { shout(); } catch (error) { line = (error as Error).stack ?? ""; }\n' +
        'line.replace(/cell .\\d+./g, "cell").split("\\n    at ").join(" | ")',
      "Error: loud | shout (cell:1:27) | cell:1:7",
    ],
  ],
};

const test = suite<{ runs: CellResult[][] }>("names of earlier cells");

test.before(async (context) => {
  const folder = await mkdtemp(`${tmpdir()}/ormlet-names-`);
  try {
    const cells = Object.values(cases)
      .flat()
      .map(([source], index) => ({
        id: `cell-${index}`,
        cell_type: "code",
        source,
        metadata: { tags: ["raises-exception"] },
      }));
    const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await writeFile(`${folder}/names.ipynb`, JSON.stringify(notebook));
    context.runs = await runNotebook(`${folder}/names.ipynb`, { times: 2 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function shown(result: CellResult | undefined): unknown {
  if (result?.error !== undefined) return `${result.error.name}: ${result.error.message}`;
  const [output] = result?.outputs ?? [];
  return output !== undefined && "data" in output ? output.data["text/plain"] : undefined;
}

let begin = 0;
for (const [name, steps] of Object.entries(cases)) {
  const first = begin;
  begin += steps.length;
  test(name, ({ runs }) => {
    assert.is(runs.length, 2);
    for (const results of runs) {
      const all = steps.map((_, index) => shown(results[first + index]));
      assert.equal(
        all,
        steps.map(([, expected]) => expected),
      );
    }
  });
}

test.run();
