import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import { weaveTo } from "../../src/weave/index.js";
import { type Checkout, chapter, failureOf, inCheckout, useExercise } from "./fixture.js";

const test = suite("weave: exercises");
const path = "notebooks/chapters/01-engines.md";

/** What the emptied bodies of this module must survive: every kind of function that there is. */
const shapes = `import type { Dialect } from "./dialect.js";
import { sql } from "./sql.js";

export abstract class Base {
  protected readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  abstract area(): number;
}

/** A square. With sides. */
export class Square extends Base {
  readonly #side: number;
  readonly name: string;

  constructor(side: number, readonly dialect?: Dialect) {
    super(side * side);
    this.#side = side;
    this.name = "square";
  }

  /** Its area. In square metres. */
  override area(): number {
    return this.#side * this.#side;
  }

  get side(): number {
    return this.#side;
  }

  async *steps(): AsyncGenerator<number> {
    yield this.#side;
  }

  readonly twice = (times: number): number => this.#side * times;
}

export class Count {
  readonly list: string[];

  constructor(list: string[]) {
    this.list = list;
  }
}

export const known = new Map(["a"].map((name) => [name, sql\`x\`]));

export const double = async (value: number): Promise<number> => value * 2;

function isCount(value: unknown): value is Count {
  return value instanceof Count;
}
`;

const build = (id: string, name: string, weave: string) =>
  useExercise(id, name)
    .replace("kind=use", `weave=${weave} kind=build`)
    .replace(/```ts [\s\S]*?(?=```why)/, "");

const withShapes = {
  "orm/src/engine/shapes.ts": shapes,
  [path]: `${chapter}${build("1.2", "shapes", "engine/shapes.ts")}${useExercise("1.3", "find")}`,
};

test(
  "a build exercise's starter keeps signatures and docstrings, and throws",
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    assert.is(
      checkout.read("exercises/01-engines/1-make-tag.ts"),
      `/*
 * Exercise 1.1: Make a tag (10 points, about 5 minutes)
 *
 * Read:  notebooks/01-engines.ipynb
 * Grade: npm run grade -- 1.1
 */
import { Fragment } from "ormlet/internal/engine/sql";

/**
 * Makes a fragment of a template. Values never
 * become text.
 * @param strings the text
 */
export function sql(strings: TemplateStringsArray): Fragment {
  throw new Error("not written yet: exercise 1.1");
}
`,
    );
    assert.is(
      checkout.read("solutions/01-engines/1-make-tag.ts"),
      `/*
 * Exercise 1.1: Make a tag. One solution.
 *
 * Values travel beside the text.
 */
import { Fragment } from "ormlet/internal/engine/sql";

/**
 * Makes a fragment of a template. Values never
 * become text.
 * @param strings the text
 */
export function sql(strings: TemplateStringsArray): Fragment {
  return new Fragment(strings.join("?"));
}
`,
    );
  }),
);

test(
  "the notebook shows the statement, the file and the starter, and grades it",
  inCheckout({ [path]: chapter }, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const cells = checkout.notebook("01-engines").cells;
    const text = cells[4]?.source ?? "";
    for (const part of [
      "## Exercise 1.1: Make a tag\n\n*10 points · about 5 minutes",
      "Make the tag.\n\n```ts\nsql`a`;\n```",
      "[exercises/01-engines/1-make-tag.ts](../exercises/01-engines/1-make-tag.ts)",
      '```ts\nimport { Fragment } from "ormlet/internal/engine/sql";',
      "npx course hint 1.1",
    ]) {
      assert.ok(text.includes(part), `${part}\nis not in\n${text}`);
    }
    assert.not.match(text, "Values travel");
    assert.is(cells[5]?.source, 'import { grade } from "course";\n\nawait grade("1.1");');
  }),
);

test(
  "the manifest says all that the judge needs",
  inCheckout(withShapes, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const manifest = JSON.parse(checkout.read("manifest.json"));
    const [first] = manifest;
    assert.equal(
      manifest.map((entry: { id: string; kind: string }) => [entry.id, entry.kind]),
      [
        ["1.1", "build"],
        ["1.2", "build"],
        ["1.3", "use"],
      ],
    );
    assert.equal(
      { ...first, starter: "", starters: [] },
      {
        id: "1.1",
        chapter: 1,
        name: "make-tag",
        kind: "build",
        points: 10,
        minutes: 5,
        title: "Make a tag",
        notebook: "notebooks/01-engines.ipynb",
        path: "exercises/01-engines/1-make-tag.ts",
        solution: "solutions/01-engines/1-make-tag.ts",
        tests: {
          probe: "grader/src/exercises/01-engines/1-make-tag.probe.ts",
          verdict: "grader/src/exercises/01-engines/1-make-tag.verdict.ts",
        },
        weave: "engine/sql.ts#sql",
        statement: "Make the tag.\n\n```ts\nsql`a`;\n```",
        hints: ["one", "two", "three"],
        starter: "",
        starters: [],
        source: path,
        line: 29,
      },
    );
    assert.is(first.starter, checkout.read("exercises/01-engines/1-make-tag.ts"));
  }),
);

/** Type-checks a folder of a checkout under the root's own strict settings. */
function typeCheck(checkout: Checkout, folder: string): void {
  for (const file of ["tsconfig.json", "exercises/tsconfig.json", "solutions/tsconfig.json"]) {
    copyFileSync(inRoot(file), `${checkout.folder}/${file}`);
  }
  checkout.write("package.json", '{ "type": "module" }');
  checkout.write(
    "orm/package.json",
    '{ "name": "ormlet", "type": "module", "exports": { "./internal/*": "./src/*.ts" } }',
  );
  mkdirSync(`${checkout.folder}/node_modules`, { recursive: true });
  symlinkSync(inRoot("node_modules/@types"), `${checkout.folder}/node_modules/@types`);
  symlinkSync(`${checkout.folder}/orm`, `${checkout.folder}/node_modules/ormlet`);
  const compiler = inRoot("node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [compiler, "-p", `${checkout.folder}/${folder}`]);
  } catch (error) {
    throw new Error((error as { stdout: Buffer }).stdout.toString());
  }
}

for (const folder of ["exercises", "solutions"]) {
  test(
    `${folder} compile where they lie, strictly`,
    inCheckout(withShapes, async (checkout) => {
      await weaveTo(checkout.folder, { from: checkout.folder });
      typeCheck(checkout, folder);
    }),
  );
}

test(
  "a body that runs at import, or calls super, stays",
  inCheckout(withShapes, async (checkout) => {
    await weaveTo(checkout.folder, { from: checkout.folder });
    const starter = checkout.read("exercises/01-engines/2-shapes.ts");
    assert.match(starter, 'new Map(["a"].map((name) => [name, sql`x`]))');
    assert.match(starter, "super(side * side);");
    assert.match(starter, "export function isCount");
    assert.not.match(starter, "return");
    assert.not.match(starter, "yield");
    assert.is(starter.split("not written yet: exercise 1.2").length - 1, 8);
  }),
);

test(
  "an exercise with nothing to write is a failure",
  inCheckout(withShapes, async (checkout) => {
    checkout.edit(path, "weave=engine/shapes.ts", "weave=engine/shapes.ts#known");
    const failure = await failureOf(() => weaveTo(checkout.folder, { from: checkout.folder }));
    assert.match(failure, "exercise 1.2 leaves nothing to write");
  }),
);

test(
  "a starter of its own goes before the generated one",
  inCheckout({ [path]: chapter }, async (checkout) => {
    checkout.edit(path, "```why", "```ts starter\nexport const sql = 1;\n```\n```why");
    await weaveTo(checkout.folder, { from: checkout.folder });
    assert.match(
      checkout.read("exercises/01-engines/1-make-tag.ts"),
      / \*\/\nexport const sql = 1;\n$/,
    );
    assert.match(checkout.read("solutions/01-engines/1-make-tag.ts"), "return new Fragment");
  }),
);

test.run();
