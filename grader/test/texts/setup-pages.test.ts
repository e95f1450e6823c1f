import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, root } from "../../src/base/paths.js";

const test = suite("set-up pages");

const read = (path: string) => readFileSync(inRoot(path), "utf8");
const pages = globSync("grader/setup/*.md", { cwd: root }).sort();

/** All that the programs could say, without line breaks and with `1` for what is put in. */
const said = globSync(["grader/src/**/*.ts", "grader/bootstrap/*.mjs", "grader/bootstrap.mjs"], {
  cwd: root,
})
  .map(read)
  .join("\n")
  .replace(/\$\{[^}]*\}/g, "1");

/** What a page says that a program of ours says: first column of the messages, and headings of troubles. */
function quotes(text: string): string[] {
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const cells = rows.map((row) => row.split(" | ")[0] ?? "");
  // A message of ours ends with a full stop; those of other programs are quoted without one.
  const headings = text.match(/\*\*[^*]+\*\*/g) ?? [];
  return [
    ...cells.flatMap((cell) => cell.match(/`[^`]+`/g) ?? []),
    ...headings.flatMap((heading) => heading.match(/`[^`]+\.`/g) ?? []),
  ]
    .map((quote) => quote.slice(1, -1))
    .filter((quote) => !quote.startsWith("--"));
}

for (const page of pages) {
  test(`${page} quotes what the programs say`, () => {
    const unknown = quotes(read(page)).filter(
      (quote) => !said.includes(quote.replace(/\d{4}|ORMLET_DATABASE_URL/, "1")),
    );
    assert.equal(unknown, []);
  });
}

test("the pages quote enough for that to mean something", () => {
  assert.ok(quotes(read("grader/setup/README.md")).length >= 12);
  assert.equal(pages.length, 5);
});

test("every page says how to check, what can go wrong, how to remove all, and where it was tried", () => {
  for (const page of pages.filter((path) => !path.endsWith("README.md"))) {
    const text = read(page);
    for (const part of [
      "## What is needed",
      "## Start",
      "## Check",
      "## What can go wrong",
      "## Remove",
    ]) {
      assert.ok(text.includes(`\n${part}`), `${page}: ${part}`);
    }
    assert.match(text, /npm run doctor\nnpm start -- --check/);
    assert.match(text, /\*(Not tried yet|Tried on)\b.*\*\n$/);
  }
});

test.run();
