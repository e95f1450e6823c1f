import { suite } from "uvu";
import * as assert from "uvu/assert";
import { outOfBounds, printMeasured } from "../../src/weave/bounds.js";
import {
  boundProblems,
  type Exception,
  exceptionsPath,
  listExceptions,
} from "../../src/weave/exceptions.js";
import { weaveCourse } from "../../src/weave/index.js";
import { linesToRead, measure, wordsInOrder } from "../../src/weave/measure.js";
import { type Checkout, failureOf, frontMatter, inCheckout } from "./fixture.js";

const test = suite("weave: bounds of a notebook");
const path = "notebooks/chapters/01-engines.md";

/** A notebook with so many cells of so many lines, and so many words. */
function notebook(cells: number, lines: number, words: number, name = "01-engines"): string {
  const cell = `\`\`\`ts\n${"await 1;\n".repeat(lines)}\`\`\`\n`;
  return `<!-- notebook: ${name} -->\n# Engines\n\n${"word ".repeat(words - 1)}\n\n${cell.repeat(cells)}`;
}

const write = (checkout: Checkout, ...notebooks: string[]) =>
  checkout.write(path, frontMatter + notebooks.join("\n"));
const problems = ({ folder }: Checkout) => boundProblems(weaveCourse(folder), folder);
const except = (checkout: Checkout, ...list: Exception[]) =>
  checkout.write(exceptionsPath, JSON.stringify(list));
const outside = ({ folder }: Checkout) =>
  outOfBounds(weaveCourse(folder)).map(({ bound, value }) => `${value} ${bound}`);

test("words are counted where a reader goes, and no address, fence or folded answer is a word", () => {
  const text = `# One two

Three [four](https://example.org/five) \`six\` – *seven*.

| eight | nine |
|---|---|
| ten | 11 |

\`\`\`sql
SELECT 1
\`\`\`

<details><summary>Answer</summary>

Folded away.

</details>

## Exercise 1.1: Make it

A statement.

### With a heading of its own

## Recap

Twelve.

## Questionnaire

1. Who asks?

## Further reading

- A book
`;
  assert.is(wordsInOrder(text), 12);
});

test("lines are those of the code that is read", () => {
  const cell = `import { a,
  b } from "c";

/** A remark. */
export const one = {
  // why
  two: 2,
};
one;`;
  assert.is(linesToRead(cell), 4);
});

test(
  "cells that grade an exercise belong to the exercise",
  inCheckout({}, (checkout) => {
    write(checkout, `${notebook(2, 3, 10)}\n\`\`\`ts\nawait grade("1.1");\n\`\`\`\n`);
    const [woven] = weaveCourse(checkout.folder).notebooks;
    assert.equal(woven && measure(woven), { cells: 2, lines: 6, words: 10 });
  }),
);

test(
  "each bound has two sides, and the limit itself is within",
  inCheckout({}, (checkout) => {
    const found = (...sizes: [number, number, number]) => {
      write(checkout, notebook(...sizes));
      return outside(checkout);
    };
    assert.equal(found(8, 10, 800), []);
    assert.equal(found(7, 10, 800), ["7 cells"]);
    assert.equal(found(16, 10, 1000), []);
    assert.equal(found(17, 10, 1000), ["17 cells"]);
    assert.equal(found(10, 50, 3000), []);
    assert.equal(found(10, 51, 3001), ["510 lines", "3001 words"]);
    assert.equal(found(10, 10, 390), ["3.9 words per line"]);
    assert.equal(found(10, 10, 2010), ["20.1 words per line"]);
    assert.equal(found(8, 71, 2800), ["568 lines", ...Array(8).fill("71 cell lines")]);
  }),
);

test(
  "an appendix is no sitting, but its cells can be read",
  inCheckout({}, (checkout) => {
    write(checkout, notebook(10, 10, 1000), notebook(20, 70, 5, "01b-appendix"));
    assert.equal(outside(checkout), []);
    write(checkout, notebook(10, 10, 1000), notebook(1, 71, 5, "01b-appendix"));
    assert.equal(outside(checkout), ["71 cell lines"]);
    const found = outOfBounds(weaveCourse(checkout.folder)).map(printMeasured);
    assert.match(
      found[0] ?? "",
      /^01b-appendix, cell 01-engines-code \(notebooks\/chapters\/01-engines\.md:\d+\): 71 lines of code in one cell; at most 70$/,
    );
  }),
);

test(
  "what is out of bounds must be listed with a reason, and go no further",
  inCheckout({}, (checkout) => {
    write(checkout, notebook(17, 10, 1000));
    const told = `01-engines (${path}:6): 17 cells of code; at most 16`;
    assert.equal(problems(checkout), [told]);
    const exception: Exception = {
      notebook: "01-engines",
      bound: "cells",
      allowed: 17,
      reason: "so",
    };
    except(checkout, exception);
    assert.equal(problems(checkout), []);
    except(checkout, { ...exception, bound: "lines" });
    assert.equal(problems(checkout), [
      told,
      `${exceptionsPath}: 01-engines: lines is an exception that nothing needs`,
    ]);
    except(checkout, { ...exception, reason: " " });
    assert.equal(problems(checkout), [`${exceptionsPath}: 01-engines: cells has no reason`]);
    except(checkout, exception, exception);
    assert.equal(problems(checkout), [`${exceptionsPath}: 01-engines: cells stands there twice`]);

    except(checkout, exception);
    write(checkout, notebook(18, 10, 1000));
    assert.equal(problems(checkout), [
      `${told.replace("17 cells", "18 cells")}, and 17 by its exception`,
    ]);
    write(checkout, notebook(16, 10, 1000));
    assert.equal(problems(checkout), [
      `${exceptionsPath}: 01-engines: cells is an exception that nothing needs`,
    ]);
  }),
);

test(
  "a lower bound's exception says how low",
  inCheckout({}, (checkout) => {
    write(checkout, notebook(10, 10, 300));
    const exception: Exception = {
      notebook: "01-engines",
      bound: "words per line",
      allowed: 3,
      reason: "a listing",
    };
    except(checkout, exception);
    assert.equal(problems(checkout), []);
    except(checkout, { ...exception, allowed: 3.1 });
    assert.is(problems(checkout).length, 1);
  }),
);

test(
  "listing keeps reasons, drops what is not needed, and asks for what is new",
  inCheckout({}, (checkout) => {
    write(checkout, notebook(17, 35, 3010));
    except(
      checkout,
      { notebook: "01-engines", bound: "cells", allowed: 30, reason: "kept" },
      { notebook: "01-engines", bound: "words per line", allowed: 1, reason: "gone" },
    );
    const list = () => listExceptions(weaveCourse(checkout.folder), checkout.folder);
    const without = ["01-engines: lines", "01-engines: words"];
    assert.equal(list(), without);
    const listed = JSON.parse(checkout.read(exceptionsPath)) as Exception[];
    assert.equal(
      listed.map(({ bound, allowed, reason }) => [bound, allowed, reason]),
      [
        ["cells", 17, "kept"],
        ["lines", 600, ""],
        ["words", 3100, ""],
      ],
    );
    assert.equal(
      problems(checkout),
      without.map((key) => `${exceptionsPath}: ${key} has no reason`),
    );
    except(checkout, ...listed.map((one) => ({ ...one, reason: "so" })));
    assert.equal(problems(checkout), []);
  }),
);

test(
  "a list that cannot be read is told",
  inCheckout({}, async (checkout) => {
    write(checkout, notebook(10, 10, 1000));
    checkout.write(exceptionsPath, "[{]");
    assert.match(await failureOf(() => problems(checkout)), exceptionsPath);
    checkout.write(exceptionsPath, '[{"notebook":"01-engines","bound":"sells"}]');
    assert.match(await failureOf(() => problems(checkout)), "this is no exception");
  }),
);

test.run();
