import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstSentence } from "../../src/weave/declarations.js";
import { weaveNotebook, weaveTo } from "../../src/weave/index.js";
import { chapter, failureOf, inCheckout, useExercise } from "./fixture.js";

const test = suite("weave: notebooks");
const path = "notebooks/chapters/01-engines.md";

test(
  "a chapter becomes notebooks for the course's kernel",
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const raw = JSON.parse(checkout.read("notebooks/01-engines.ipynb"));
    assert.is(raw.nbformat, 4);
    assert.is(raw.nbformat_minor, 5);
    assert.equal(raw.metadata.kernelspec, {
      name: "ormlet",
      display_name: "TypeScript (ormlet)",
      language: "typescript",
    });
    assert.equal(
      raw.cells.map((cell: { cell_type: string; id: string }) => [cell.cell_type, cell.id]),
      [
        ["markdown", "01-engines"],
        ["code", "01-engines-code"],
        ["markdown", "01-pieces"],
        ["code", "01-weave-fragment"],
        ["markdown", "01-exercise-1-1"],
        ["code", "01-exercise-1-1-grade"],
        ["markdown", "01-it-fails"],
        ["code", "01-it-fails-code"],
        ["markdown", "01-navigation"],
      ],
    );
    assert.equal(raw.cells[7].metadata.tags, ["raises-exception"]);
    assert.equal(raw.cells[1].source, ["const answer = 6 * 7;\n", "answer;"]);
    assert.is(raw.cells[1].execution_count, null);
    assert.equal(raw.cells[1].outputs, []);
    assert.is(raw.cells[0].outputs, undefined);
  }),
);

test(
  "each notebook ends with the ways to its neighbours",
  inCheckout({ [path]: chapter }, async (checkout) => {
    checkout.edit(path, "# Appendix", "Words before the heading.\n\n# Appendix: `more` of it");
    const last = `${chapter.slice(chapter.indexOf("<!-- notebook: 01-appendix -->"))}`;
    checkout.write(
      path,
      checkout.read(path) +
        last.replace("01-appendix", "01b-end").replace("engine/dialect.ts", "engine/sql.ts#tail"),
    );
    await weaveTo(checkout.folder, { from: checkout.folder });
    const end = (name: string) => checkout.notebook(name).cells.at(-1)?.source;
    assert.is(end("01-engines"), "[Appendix: `more` of it](01-appendix.ipynb) →");
    assert.is(
      end("01-appendix"),
      "← [Engines](01-engines.ipynb) &nbsp;·&nbsp; [Appendix](01b-end.ipynb) →",
    );
    assert.is(end("01b-end"), "← [Appendix: `more` of it](01-appendix.ipynb)");
  }),
);

test(
  "declarations lose export and all but a docstring's first sentence, and get their imports",
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    assert.is(
      checkout.notebook("01-engines").cells[3]?.source,
      `import { randomUUID } from "node:crypto";
import { type Dialect, mysql } from "ormlet/internal/engine/dialect";

/** A piece of SQL, e.g. a condition. */
class Fragment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text for a database. */
  print(dialect: Dialect = mysql): string {
    return dialect.quote(this.text) + tail(this);
  }
}

// Used by print.
function tail(fragment: Fragment): string {
  return fragment.text === "" ? randomUUID() : "";
}

new Fragment("a").text;`,
    );
    assert.is(
      checkout.notebook("01-appendix").cells[1]?.source,
      `/** How a database quotes. */
interface Dialect {
  readonly name: string;
  /** Quotes a name. */
  quote(name: string): string;
}

const mysql: Dialect = {
  name: "mysql",
  quote(name) {
    return \`\\\`\${name}\\\`\`;
  },
};`,
    );
  }),
);

/** The sources of the code cells of a notebook with these fences. */
async function cellsOf(text: string, files: Record<string, string> = {}): Promise<string[]> {
  let cells: string[] = [];
  const head =
    "---\nchapter: 1\nname: engines\ntitle: Engines\n---\n<!-- notebook: 01-engines -->\n";
  await inCheckout({ ...files, [path]: head + text }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const all = checkout.notebook("01-engines").cells;
    cells = all.filter((cell) => cell.cell_type === "code").map((cell) => cell.source);
  })();
  return cells;
}

test("what an earlier cell defined or imported is not imported again", async () => {
  const [, second] = await cellsOf(
    '```ts\nimport { randomUUID } from "node:crypto";\nconst mysql = 1, Dialect = 2;\n```\n' +
      "```ts weave=engine/sql.ts#tail,Fragment\n```",
  );
  assert.match(second ?? "", /^\/\/ Used by print/);
});

test("what a failing cell defined is not there", async () => {
  const [, second] = await cellsOf(
    '```ts raises\nimport { randomUUID } from "node:crypto";\nboom;\n```\n' +
      "```ts weave=engine/sql.ts#tail,Fragment\n```",
  );
  assert.match(second ?? "", 'import { randomUUID } from "node:crypto";');
});

test("a name imported as a type is imported again where its value is used", async () => {
  const module =
    'import { Fragment } from "./sql.js";\n\nexport const make = () => new Fragment("");\n';
  const [, second] = await cellsOf(
    '```ts\nimport type { Fragment } from "ormlet/internal/engine/sql";\n```\n' +
      "```ts weave=engine/make.ts#make\n```",
    { "orm/src/engine/make.ts": module },
  );
  assert.match(second ?? "", 'import { Fragment } from "ormlet/internal/engine/sql";');
});

test("aliases, namespaces, defaults and import types find their way out of the package", async () => {
  const module = `import * as fs from "node:fs";
import path, { join as glue } from "node:path";
import type { Dialect as Other } from "./dialect.js";

export function all(other: Other, more: import("./sql.js").Fragment, console: string) {
  const { glue: taken = glue } = { glue: undefined };
  return [fs.constants, path.sep, taken, other.fs, { path: console }, more, globalThis];
}
`;
  const [cell = ""] = await cellsOf("```ts weave=engine/all.ts#all\n```", {
    "orm/src/engine/all.ts": module,
  });
  const lines = cell.split("\n");
  assert.equal(lines.slice(0, 5), [
    'import * as fs from "node:fs";',
    'import path from "node:path";',
    'import { join as glue } from "node:path";',
    'import type { Dialect as Other } from "ormlet/internal/engine/dialect";',
    "",
  ]);
  assert.match(cell, 'more: import("ormlet/internal/engine/sql").Fragment');
});

test("overloads stay together", async () => {
  const text =
    "export function f(a: string): string;\nexport function f(a: number): number;\n" +
    "/** Does it. Well. */\nexport function f(a: unknown): unknown {\n  return a;\n}\n";
  const [cell] = await cellsOf("```ts weave=engine/f.ts#f\n```", { "orm/src/engine/f.ts": text });
  assert.is(
    cell,
    "function f(a: string): string;\nfunction f(a: number): number;\n" +
      "/** Does it. */\nfunction f(a: unknown): unknown {\n  return a;\n}",
  );
});

test("a name or a file that is not there is a failure with the nearest one", async () => {
  const name = await failureOf(() => cellsOf("```ts weave=engine/sql.ts#Fragmnet\n```"));
  assert.match(name, `${path}:7: orm/src/engine/sql.ts declares no \`Fragmnet\``);
  assert.match(name, "Did you mean `Fragment`?");
  const file = await failureOf(() => cellsOf("# A\n\n```ts weave=engine/sq.ts#sql\n```"));
  assert.match(file, `${path}:9: orm/src has no engine/sq.ts`);
  assert.match(file, "Did you mean `engine/sql.ts`?");
});

test("a helper that is not exported must be woven before its user", async () => {
  const failure = await failureOf(() => cellsOf("```ts weave=engine/sql.ts#Fragment\n```"));
  assert.match(failure, `${path}:7: \`tail\` of orm/src/engine/sql.ts is needed here`);
  assert.match(failure, "It is not exported");
});

test("all faults are told at once", async () => {
  const text = "```ts weave=engine/sql.ts#Fragment\n```\n```ts weave=engine/sql.ts#squeal\n```";
  const failure = await failureOf(() => cellsOf(text));
  assert.match(failure, "2 places of the chapters cannot be woven");
  assert.match(failure, `${path}:7: `);
  assert.match(failure, `${path}:9: `);
});

test(
  "an edit changes no id, and a new cell only those after it in its section",
  inCheckout({ [path]: chapter }, async (checkout) => {
    const ids = async () => {
      await weaveTo(checkout.folder, { from: checkout.folder });
      return checkout.notebook("01-engines").cells.map((cell) => cell.id);
    };
    const before = await ids();
    checkout.edit(path, "6 * 7", "7 * 6");
    checkout.edit(path, "What this is about.", "What it is about, in words.");
    assert.equal(await ids(), before);
    checkout.edit(path, "## Pieces\n", "## Pieces\n\n```ts\n1;\n```\n\n```ts\n2;\n```\n");
    const after = await ids();
    assert.equal(
      after.filter((id) => !before.includes(id)),
      ["01-pieces-code", "01-pieces-code-2"],
    );
    assert.is(
      before.every((id) => after.includes(id)),
      true,
    );
    assert.is(new Set(after).size, after.length);
  }),
);

test(
  "weaving twice gives the same bytes, and weaveNotebook those of one file",
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const first = checkout.read("notebooks/01-engines.ipynb");
    await weaveTo(checkout.folder, { from: checkout.folder });
    assert.is(checkout.read("notebooks/01-engines.ipynb"), first);
    const options = { from: checkout.folder };
    assert.is(await weaveNotebook("notebooks/01-engines.ipynb", options), first);
    assert.match(await failureOf(() => weaveNotebook("01-engine", options)), "`01-engines`");
  }),
);

test(
  "the same exercise twice is a failure that names both places",
  inCheckout({}, async (checkout) => {
    const text = `${chapter}${useExercise("1.1", "again")}`;
    checkout.write(path, text);
    const failure = await failureOf(() => weaveTo(checkout.folder, { from: checkout.folder }));
    const line = text
      .split("\n")
      .indexOf("## Exercise 1.1: Use it {kind=use points=5 minutes=5 name=again}");
    assert.match(failure, `${path}:${line + 1}: there is a second exercise 1.1 | See ${path}:29.`);
  }),
);

test(
  "a chapter must be called as its front matter says",
  inCheckout({ "notebooks/chapters/02-engines.md": chapter }, async (checkout) => {
    const failure = await failureOf(() => weaveTo(checkout.folder, { from: checkout.folder }));
    assert.match(failure, "Call it 01-engines.md");
  }),
);

test("a cell has the first sentence of a docstring, links as plain names", () => {
  const doc = "As {@link Fragment}, e.g. for a list; see {@link sql }. More of it.";
  assert.is(firstSentence(doc), "As Fragment, e.g. for a list; see sql.");
});

test.run();
