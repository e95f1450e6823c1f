import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Merged } from "../../src/assemble/merged.js";
import type { Part } from "../../src/assemble/parts.js";
import { type ExerciseEntry, target } from "../../src/judge/catalogue.js";

const test = suite("parts in one module");

const reference = `import { a } from "./other.js";

export function first(): number {
  return helper(a);
}

function helper(value: number): number {
  return value;
}

export const second = () => helper(1);

export const third = () => first() + second();
`;

function part(id: string, weave: string, text: string): Part {
  const entry = { id, weave } as ExerciseEntry;
  return { entry, target: target(entry), text, path: `exercises/${id}.ts` };
}

const one = part(
  "9.1",
  "engine/thing.ts#first",
  `// My first.
import { a } from "ormlet/internal/engine/other";

const helper = (n: number) => n + a;

export function first(): number {
  return helper(
    10,
  );
}
`,
);

const two = part(
  "9.2",
  "engine/thing.ts#second",
  `import { a } from "ormlet/internal/engine/other";
import { first } from "ormlet/internal/engine/thing";
const helper = (n: number) => first() * n;
export const second = () =>
  helper(a);
`,
);

function merge(...parts: Part[]): Merged {
  const merged = Merged.make("engine/thing.ts", reference, parts);
  if ("refused" in merged) throw new Error(merged.refused);
  return merged;
}

/** Where the line that holds a text comes from. */
function origin(merged: Merged, text: string): string | undefined {
  const line = merged.text.split("\n").findIndex((one) => one.includes(text)) + 1;
  assert.ok(line > 0, `${text} stands nowhere in\n${merged.text}`);
  const place = merged.locate(line);
  return place && `${place.part.entry.id}:${place.line}`;
}

test("two parts stand side by side, names that meet get others", () => {
  const { text } = merge(one, two);
  assert.is(text.match(/function first\(/g)?.length, 1);
  assert.is(text.match(/const second =/g)?.length, 1);
  const helpers = [...text.matchAll(/(?:const|function) (helper\w*)/g)].map(([, name]) => name);
  assert.equal([...new Set(helpers)].length, 3, helpers.join(" "));
  assert.match(text, "export const third = () => first() + second();");
});

test("a line is found again in the file that it comes from", () => {
  const merged = merge(one, two);
  assert.is(origin(merged, "helper(a);"), "9.2:5");
  assert.is(origin(merged, "first() * n"), "9.2:3");
  assert.is(origin(merged, "    10,"), "9.1:8");
  assert.is(origin(merged, "(n: number) => n + a"), "9.1:4");
  assert.is(origin(merged, "const third"), undefined);
  assert.is(origin(merged, "return value"), undefined);
});

test("a part that is the whole module makes room for the others", () => {
  const whole = part("9.3", "engine/thing.ts", reference.replace("return value", "return -value"));
  const merged = merge(two, whole);
  assert.match(merged.text, "return -value");
  assert.match(merged.text, "first() * n");
});

test("what does not fit is a sentence with the file's name", () => {
  const empty = part("9.1", "engine/thing.ts#first", "export const frist = 1;\n");
  const made = Merged.make("engine/thing.ts", reference, [empty]);
  assert.ok("refused" in made);
  assert.match(
    "refused" in made ? made.refused : "",
    /^exercises\/9\.1\.ts does not declare first/,
  );
});

test.run();
