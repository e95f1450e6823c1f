import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coverage, printShares } from "../../src/weave/coverage.js";
import { weaveCourse } from "../../src/weave/index.js";
import { brokenLinks } from "../../src/weave/links.js";
import { type Checkout, chapter, inCheckout } from "./fixture.js";

const test = suite("weave: what stands where");
const path = "notebooks/chapters/01-engines.md";

const problems = (checkout: Checkout) => coverage(weaveCourse(checkout.folder)).problems;
/** The small package teaches two of the algorithms of its folder. */
const missing = [
  `${path}: acquiring from the pool is in neither the main text nor an exercise (/^engine\\/pool[\\w-]*\\.ts#\\w*acquire/i)`,
  `${path}: one converter is in neither the main text nor an exercise (/^engine\\/(mysql-)?values\\.ts#/)`,
];

test(
  "the shares are counted in lines of code, and everything has its place",
  inCheckout({ [path]: chapter }, (checkout) => {
    const found = coverage(weaveCourse(checkout.folder));
    assert.equal(found.problems, missing);
    // Fragment 9 + tail 3; sql 3; Dialect 4 + mysql 6.
    assert.equal(found.shares, [
      { chapter: 1, folder: "engine", lines: 25, main: 12, exercise: 3, appendix: 10 },
    ]);
    assert.equal(printShares(found.shares), [
      "chapter 1, engine: 25 code lines, 48 % main text, 12 % exercises, 40 % appendix",
    ]);
  }),
);

test(
  "a declaration that stands nowhere is found",
  inCheckout({ [path]: chapter }, (checkout) => {
    checkout.edit("orm/src/engine/sql.ts", "// Used", "const limit = 3;\n\n// Used");
    assert.equal(problems(checkout), [
      `${path}: engine/sql.ts#limit stands in no cell and no exercise`,
      ...missing,
    ]);
  }),
);

test(
  "a declaration that stands twice is found, with both places",
  inCheckout({ [path]: chapter }, (checkout) => {
    checkout.edit(path, "# Appendix", "```ts weave=engine/sql.ts#sql\n```\n# Appendix");
    const line = checkout.read(path).split("\n").indexOf("```ts weave=engine/sql.ts#sql") + 1;
    assert.is(line > 29, true);
    const [first] = problems(checkout);
    assert.is(first, `${path}:${line}: engine/sql.ts#sql stands already at ${path}:29`);
  }),
);

test(
  "too much in the appendix is found",
  inCheckout({ [path]: chapter }, (checkout) => {
    const filler = "// a remark\n\nconst filler = [\n  1,\n  2,\n];\n".replaceAll(
      "  1,\n",
      "  1,\n".repeat(20),
    );
    checkout.write("orm/src/engine/filler.ts", filler);
    checkout.edit(
      path,
      "weave=engine/dialect.ts",
      "weave=engine/dialect.ts weave=engine/filler.ts",
    );
    // 15 of 25 + 23 lines
    assert.is(
      problems(checkout)[0],
      `${path}: 31 % of the code lines of engine stand in main text or exercises; it must be 40 %`,
    );
  }),
);

test(
  "re-exports need no place; loose statements and untaught folders are found",
  inCheckout({ [path]: chapter }, (checkout) => {
    checkout.write("orm/src/index.ts", 'export * from "./engine/index.js";\n');
    checkout.write("orm/src/engine/index.ts", 'export { sql } from "./sql.js";\n');
    checkout.write("orm/src/notebook/index.ts", "export const table = 1;\n");
    assert.equal(problems(checkout), missing);
    checkout.write("orm/src/engine/start.ts", 'import "./sql.js";\nconsole.log(1);\n');
    checkout.write("orm/src/stray/one.ts", "export const one = 1;\n");
    assert.equal(problems(checkout), [
      "orm/src/engine/start.ts: `console.log(1);` declares no name, so no cell can hold it",
      ...missing,
      "orm/src/stray is taught in no chapter",
    ]);
  }),
);

test(
  "a folder may be ahead of the chapters, but not left behind",
  inCheckout({ [path]: chapter }, (checkout) => {
    checkout.write("orm/src/mapping/one.ts", "export const one = 1;\n");
    assert.equal(problems(checkout), missing);
    checkout.write("orm/src/session/two.ts", "export const two = 2;\n");
    checkout.write(
      "notebooks/chapters/03-sessions.md",
      "---\nchapter: 3\nname: sessions\nfolder: session\ntitle: Sessions\n---\n" +
        "<!-- notebook: 03-sessions -->\n# Sessions\n",
    );
    assert.ok(problems(checkout).includes("orm/src/mapping is taught in no chapter"));
  }),
);

test(
  "links lead to files, notebooks and their headings, or are found",
  inCheckout({ [path]: chapter }, (checkout) => {
    checkout.write("README.md", "# The House\n\n## What's `in` it\n");
    const links = (text: string) => {
      checkout.write(path, chapter.replace("What this is about.", text));
      return brokenLinks(weaveCourse(checkout.folder), checkout.folder);
    };
    const good = [
      "[a](01-appendix.ipynb) [b](01-appendix.ipynb#Appendix) [c](#It-fails) [d](#Engines)",
      "[e](../exercises/01-engines/1-make-tag.ts) [f](../orm/src/engine/sql.ts#L5)",
      "[g](https://example.org/x) [h](mailto:a@example.org) `[i](nowhere)`",
      "[j](../README.md#The-House) [k](../README.md#whats-in-it)",
    ];
    assert.equal(links(good.join("\n")), []);
    assert.equal(
      links(
        "[a](02-none.ipynb) [b](#Nowhere) [c](01-appendix.ipynb#appendix)\n" +
          "![d](pictures/x.svg) [e](../orm/src/engine/sql.ts#L500)",
      ),
      [
        `${path}:8: the link to 02-none.ipynb leads to no file`,
        `${path}:8: the link to #Nowhere leads to no such place in notebooks/01-engines.ipynb`,
        `${path}:8: the link to 01-appendix.ipynb#appendix leads to no such place in notebooks/01-appendix.ipynb`,
        `${path}:8: the link to pictures/x.svg leads to no file`,
        `${path}:8: the link to ../orm/src/engine/sql.ts#L500 leads to no such place in orm/src/engine/sql.ts`,
      ],
    );
  }),
);

test(
  "so do the links of the pages beside the code",
  inCheckout({ [path]: chapter }, (checkout) => {
    const { folder } = checkout;
    const page = "grader/setup/linux.md";
    const links = (text: string) => {
      checkout.write(page, `# Linux\n\n## What is needed\n\n${text}\n`);
      return brokenLinks(weaveCourse(folder), folder);
    };
    const good =
      "[a](../../orm/src/engine/sql.ts) [b](#what-is-needed) [c](linux.md#Linux) [d](../../notebooks/01-engines.ipynb) [e](https://example.org)";
    assert.equal(links(good), []);
    assert.equal(links("[a](macos.md) [b](#what-is-not)"), [
      `${page}: the link to macos.md leads to no file`,
      `${page}: the link to #what-is-not leads to no such place in ${page}`,
    ]);
  }),
);

test.run();
