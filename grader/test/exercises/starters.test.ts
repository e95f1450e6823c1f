import ts from "@tslab/typescript-for-tslab";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { weaveCourse } from "../../src/weave/index.js";

const test = suite("starters of build exercises");
const course = weaveCourse(new URL("../../..", import.meta.url).pathname.replace(/\/$/, ""));
const build = course.manifest.filter((entry) => entry.kind === "build");

// A starter has the first sentence of each comment, the package all of it.
const printer = ts.createPrinter({ removeComments: true });

/** The top-level declarations of a file, by name, without `export`, comments and line breaks. */
function declarations(text: string): Map<string, string> {
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ES2022, true);
  const found = new Map<string, string>();
  for (const statement of source.statements) {
    const named = statement as { name?: ts.Identifier };
    const name = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map((one) => one.name.getText()).join()
      : named.name?.text;
    if (name === undefined || ts.isImportDeclaration(statement)) continue;
    const text = printer.printNode(ts.EmitHint.Unspecified, statement, source);
    found.set(name, text.replace(/^export /, "").replace(/\s+/g, " "));
  }
  return found;
}

for (const entry of build) {
  test(`what ${entry.id} gives is what the package has`, () => {
    const solution = declarations(course.solutions.get(entry.solution) ?? "");
    const starter = declarations(entry.starter);
    assert.equal([...starter.keys()].sort(), [...solution.keys()].sort());
    let empty = 0;
    for (const [name, text] of starter) {
      // In an error that a function throws, or as the text that one gives which must not throw.
      if (text.includes(`"not written yet: exercise ${entry.id}"`)) empty += 1;
      else assert.is(text, solution.get(name), `${entry.path}: ${name}`);
    }
    assert.ok(empty > 0, `${entry.path} leaves nothing to write`);
  });
}

test("there are build exercises", () => {
  assert.ok(build.length > 0);
});

test.run();
