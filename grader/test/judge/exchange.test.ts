import { suite } from "uvu";
import * as assert from "uvu/assert";
import { target } from "../../src/judge/catalogue.js";
import { type Exchange, exchange } from "../../src/judge/exchange.js";

const test = suite("exchange");

const reference = `import { a, type B } from "./other.js";

/** First. */
export function first(): number {
  return helper(a);
}

function helper(value: number): number {
  return value;
}

export const second = (b: B) => ({ helper, first: first(), b });
second.more = 1;
`;

const swap = (submission: string, names: string[], text = reference): Exchange =>
  exchange("engine/thing.ts", names, text, submission, "exercises/01-engines/2-thing.ts");

function moduleOf(result: Exchange) {
  if (!("module" in result)) throw new Error(JSON.stringify(result));
  return result.module;
}

test("takes a declaration out and puts the learner's text in its place, line for line", () => {
  const submission = `import { a } from "ormlet/internal/engine/other";

export function first(): number {
  return a + 1;
}
`;
  const { text, offset, lines } = moduleOf(swap(submission, ["first"]));
  const all = text.split("\n");
  assert.equal(all.slice(offset, offset + lines), [
    'import { a } from "./other.js";',
    "",
    "export function first(): number {",
    "  return a + 1;",
    "}",
    "",
  ]);
  assert.is(text.match(/function first/g)?.length, 1);
  assert.not.match(text, /First\./);
  assert.match(text, /import \{ a as aOfOrmlet, type B \} from "\.\/other\.js"/);
  assert.match(text, /second\.more = 1/);
});

test("gives other names to what the learner's helpers meet, and leaves properties alone", () => {
  const submission = `export function first(): number { return helper(); }
const helper = () => 7;
`;
  const { text } = moduleOf(swap(submission, ["first"]));
  assert.match(text, /const helper = \(\) => 7/);
  assert.match(text, /function helperOfOrmlet\(value: number\)/);
  assert.match(text, /\{ helper: helperOfOrmlet, first: first\(\), b \}/);
});

test("an import of the module itself becomes the name beside it", () => {
  const submission = `import { second } from "ormlet/internal/engine/thing";
export function first(): number { return second.length; }
`;
  const { text } = moduleOf(swap(submission, ["first"]));
  assert.match(text, /import \{ {8}\} from "\.\/thing\.js"/);
  assert.match(text, /return second\.length/);
});

test("paths of other chapters, of the package and of types are rewritten", () => {
  const submission = `import { createEngine } from "ormlet";
import type { X } from "ormlet/internal/mapping/column.js";
export function first(): import("ormlet/internal/engine/other").B | X {
  return createEngine as never;
}
`;
  const { text } = moduleOf(swap(submission, ["first"]));
  assert.match(text, /from "\.\.\/index\.js"/);
  assert.match(text, /from "\.\.\/mapping\/column\.js"/);
  assert.match(text, /import\("\.\/other\.js"\)\.B/);
});

test("what belongs to the declaration goes with it when the learner brings it", () => {
  const submission = `export const second = () => 0;
second.more = 2;
`;
  const { text } = moduleOf(swap(submission, ["second"]));
  assert.is(text.match(/second\.more/g)?.length, 1);
  assert.match(text, /second\.more = 2/);
});

test("a whole module is taken as it is", () => {
  const submission = `import { a } from "ormlet/internal/engine/other";
export const first = () => a;
export const second = 2;
`;
  const { text, offset } = moduleOf(swap(submission, []));
  assert.is(offset, 0);
  assert.is(text, submission.replace("ormlet/internal/engine/other", "./other.js"));
});

test("a missing, renamed or unexported name is a sentence", () => {
  assert.equal(swap("export function frist() {}", ["first"]), {
    refused:
      "exercises/01-engines/2-thing.ts does not declare first: the exercise asks for exactly that name, with export before it.",
  });
  assert.equal(swap("function first() {}", ["first"]), {
    refused:
      "exercises/01-engines/2-thing.ts does not export first: write export before its declaration.",
  });
  assert.ok("refused" in swap("export const first = 1;", []));
});

test("what does not parse is told with its line", () => {
  const result = swap("export const first = 1;\nexport const = 2;\n", ["first"]);
  assert.ok("parse" in result);
  assert.match(
    "parse" in result ? (result.parse[0] ?? "") : "",
    /^exercises\/01-engines\/2-thing\.ts:2:14: /,
  );
});

test("a reference names a file and declarations", () => {
  assert.equal(target({ weave: "engine/sql.ts#sql,Fragment" }), {
    file: "engine/sql.ts",
    names: ["sql", "Fragment"],
    module: "ormlet/internal/engine/sql",
  });
  assert.equal(target({ weave: "engine/pool.ts" }).names, []);
});

test.run();
