import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Mutant, mutantsOf } from "../../src/mutants/mutate.js";

const test = suite("mutants of a text");

const mutants = (solution: string, starter = ""): Mutant[] => mutantsOf("9.1", solution, starter);

/** What becomes of one line of code in a function. */
function changed(line: string): string[] {
  const head = "export function f(a: any, b: any) {\n  ";
  const all = mutants(`${head}${line}\n}\n`);
  return all.map(({ text }) => text.slice(head.length, text.lastIndexOf("\n}")).trim());
}

test("operators are changed for those that are written by mistake", () => {
  const found = changed("use(a < b);");
  assert.ok(found.includes("use(a <= b);"));
  assert.ok(found.includes("use(a >= b);"));
  assert.ok(changed("use(a && !b);").includes("use(a || !b);"));
  assert.ok(changed("use(a && !b);").includes("use(a && b);"));
  assert.ok(changed("use(a === b);").includes("use(a !== b);"));
  assert.ok(changed("a += b;").includes("a -= b;"));
  assert.ok(changed("use(a ?? b);").includes("use(a);"));
});

test("constants are one off, conditions always hold or never", () => {
  assert.ok(changed("use(7);").includes("use(8);"));
  assert.ok(changed("use(7);").includes("use(6);"));
  assert.ok(changed("use(true);").includes("use(false);"));
  assert.ok(changed("use(a.length);").includes("use((a.length - 1));"));
  const found = changed("if (a) use(b);");
  assert.ok(found.includes("if ((true as boolean)) use(b);"));
  assert.ok(found.includes("if ((false as boolean)) use(b);"));
  assert.ok(changed("while (a) use(b);").includes("while (false) use(b);"));
});

test("statements, awaits, copies and calls are forgotten, arguments swapped", () => {
  assert.ok(changed("use(a);").includes(""));
  assert.ok(changed("if (a) throw b;").includes("if (a) {}"));
  assert.ok(changed("for (const x of a) use(x);").includes(""));
  assert.ok(changed("use(await a);").includes("use(a);"));
  assert.ok(changed("use(a, b);").includes("use(b, a);"));
  assert.ok(changed("use([...a]);").includes("use(a);"));
  assert.ok(changed("use(a.filter(b));").includes("use(a);"));
  assert.ok(changed("use(a.some(b));").includes("use(a.every(b));"));
  assert.ok(changed("use(new Set(a));").includes("use(new Set());"));
});

test("texts and pieces of templates are emptied, patterns lose what binds them", () => {
  assert.ok(changed('use("x");').includes('use("");'));
  assert.ok(changed('use("");').includes('use("?");'));
  const pieces = changed(`sql\`SELECT $\{a} LIMIT 1\`;`);
  assert.ok(pieces.includes(`sql\`$\{a} LIMIT 1\`;`));
  assert.ok(pieces.includes(`sql\`SELECT $\{a}\`;`));
  const found = changed("use(/^a+$/g);");
  for (const pattern of ["/a+$/g", "/^a+/g", "/^a+$/"])
    assert.ok(found.includes(`use(${pattern});`));
});

test("what the starter gives is left alone, and so are types, parameters and an error's words", () => {
  const given = "export const limit = 1 + 2;";
  const solution = `import { a } from "a";
${given}
export interface Shape { size: 1 | 2 }
export const fail = (what: string) => new RangeError(\`\${what}: no\`);
export function f(n = 4, kind: "x" | "y" = "x"): 7 {
  if (kind) throw new TypeError("no " + n);
  throw fail("never");
}
`;
  const changes = mutants(solution, given.replace("export ", "")).map(({ after }) =>
    after.join("\n").trim(),
  );
  assert.equal(changes, [
    'if ((true as boolean)) throw new TypeError("no " + n);',
    'if ((false as boolean)) throw new TypeError("no " + n);',
    "if (kind) {}",
    "",
  ]);
});

test("ids and order are the same each time, and stay when something else changes", () => {
  const one = "export function f(a: number) {\n  return a + 1;\n}\n";
  const two = `const before = () => 0;\n\n${one}`;
  const ids = (text: string) => mutants(text).map(({ id }) => id);
  assert.equal(ids(one), ids(one));
  assert.equal(
    ids(one).filter((id) => !ids(two).includes(id)),
    [],
  );
  assert.is(new Set(ids(two)).size, ids(two).length);
  assert.ok(ids(one).every((id) => /^9\.1:[0-9a-f]{8}$/.test(id)));
  // The same piece twice makes two mutants.
  const twice = mutants("export const f = (a: number) => [a + 1, a + 1];\n");
  assert.is(new Set(twice.map(({ id }) => id)).size, twice.length);
});

test("a mutant knows its lines and its declaration", () => {
  const found = mutants("const a = 0;\nexport function f() {\n  return a < 1;\n}\n");
  const mutant = found.find(({ text }) => text.includes("a <= 1"));
  assert.equal(
    [mutant?.line, mutant?.name, mutant?.before, mutant?.after],
    [3, "f", ["  return a < 1;"], ["  return a <= 1;"]],
  );
});

test.run();
