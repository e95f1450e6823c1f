import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseChapter } from "../../src/weave/parse.js";
import { failureOf, frontMatter, useExercise } from "./fixture.js";

const test = suite("weave: reading a chapter");
const file = "notebooks/chapters/01-engines.md";
const start = `${frontMatter}<!-- notebook: 01-engines -->\n`;

/** The blocks of a chapter whose text follows the notebook's comment, which is line 6. */
function blocks(text: string) {
  return parseChapter(file, start + text).notebooks.flatMap((notebook) => notebook.blocks);
}

test("front matter says which chapter it is", () => {
  const chapter = parseChapter(file, `${start}# One\n`);
  assert.is(chapter.number, 1);
  assert.is(chapter.name, "engines");
  assert.is(chapter.title, "Engines");
  assert.is(chapter.folder, undefined);
});

test("a Markdown cell begins at every heading, and lines are the file's", () => {
  const found = blocks("# One\n\ntext\n\n## Two\nmore\n");
  assert.equal(
    found.map((one) => one.kind === "markdown" && [one.text, one.place.line]),
    [
      ["# One\n\ntext", 7],
      ["## Two\nmore", 11],
    ],
  );
});

test("a # in a fence is no heading, and other languages stay in the text", () => {
  const text = "# One\n\n```sh\n# not a heading\n```\n\n```mermaid\nflowchart LR\n```";
  assert.equal(
    blocks(text).map((one) => one.kind === "markdown" && one.text),
    [text],
  );
});

test("a bare comment speaks of the cell below it, and is no text", () => {
  const found = blocks(
    "Above:\n\n<!-- bare: Save\n  three members. -->\n```ts\n1;\n```\n\n```ts\n2;\n```",
  );
  assert.equal(
    found.map((one) =>
      one.kind === "code" ? [one.code, one.bare] : one.kind === "markdown" && one.text,
    ),
    ["Above:", ["1;", "Save three members."], ["2;", undefined]],
  );
});

test("a bare comment without a cell right below it is refused, with its line", async () => {
  for (const below of ["text\n", "## Two\n", "<!-- bare: once more -->\n```ts\n1;\n```", ""]) {
    const failure = await failureOf(() => blocks(`# One\n\n<!-- bare: this -->\n${below}`));
    assert.match(failure, `${file}:9: no cell stands right below this comment`);
  }
  const misspelt = await failureOf(() => blocks("<!-- bare Save it. -->\n```ts\n1;\n```"));
  assert.match(misspelt, "is not understood");
});

test("ts show stays in the text, without its word", () => {
  const [only, ...others] = blocks("See:\n\n```ts show\nlet a;\n```\nso.");
  assert.is(only?.kind === "markdown" && only.text, "See:\n\n```ts\nlet a;\n```\nso.");
  assert.equal(others, []);
});

test("cells know their words, their output and their lines", () => {
  const text = "```ts raises\nboom();\n```\n```output\nError: boom\n```\n";
  const [cell] = blocks(`${text}\n\`\`\`ts weave=engine/sql.ts#sql,tail\n\`\`\``);
  assert.equal(cell, {
    kind: "code",
    code: "boom();",
    references: [],
    raises: true,
    place: { file, line: 7 },
    expected: { text: "Error: boom", place: { file, line: 10 } },
  });
  const woven = blocks("```ts weave=engine/sql.ts#sql,tail\n```")[0];
  const references = woven?.kind === "code" ? woven.references : [];
  assert.equal(references[0]?.names, ["sql", "tail"]);
  assert.is(references[0]?.file, "engine/sql.ts");
});

test("an exercise is read whole", () => {
  const [exercise] = blocks(useExercise("1.2", "use-it"));
  if (exercise?.kind !== "exercise") throw new Error("no exercise was read");
  assert.is(exercise.id, "1.2");
  assert.is(exercise.title, "Use it");
  assert.is(exercise.exercise, "use");
  assert.is(exercise.points, 5);
  assert.is(exercise.statement, "Find it.");
  assert.match(exercise.starter ?? "", "not written yet");
  assert.match(exercise.solution ?? "", "return 7;");
  assert.is(exercise.why, "Seven is it.");
  assert.equal(exercise.hints, ["a", "a", "a"]);
});

const faults: [name: string, text: string, line: number, message: RegExp][] = [
  ["an unknown word of a fence", "```ts riases\nx;\n```", 7, /Did you mean `raises`/],
  ["a fence that is not closed", "text\n\n```ts\nx;\n", 9, /not closed/],
  ["an output without a cell", "text\n\n```output\nx\n```", 9, /belongs to no cell/],
  ["an empty cell", "```ts\n\n```", 7, /empty/],
  ["a misspelt comment", "<!-- end exercises -->", 7, /not understood/],
  ["an end without an exercise", "a\n\n<!-- end exercise -->", 9, /no exercise is open/],
  [
    "an exercise that does not end",
    "## Exercise 1.1: A {kind=use points=1 minutes=1 name=a}\n\nb",
    7,
    /does not end/,
  ],
  ["an exercise without its words", "## Exercise 1.1: A\n", 7, /heading of the exercise/],
  ["a misspelt word of an exercise", "## Exercise 1.1: A {kind=use pionts=1}", 7, /`points`/],
  ["a reference to no file", "```ts weave=sql\n```", 7, /does not name declarations/],
  ["a hint outside of an exercise", "```hint\nx\n```", 7, /belongs into an exercise/],
];
for (const [name, text, line, message] of faults) {
  test(`${name} is a failure with its line`, async () => {
    const failure = await failureOf(() => blocks(text));
    assert.match(failure, message);
    assert.match(failure, `${file}:${line}: `);
  });
}

test("text before the first notebook is a failure", async () => {
  const failure = await failureOf(() => parseChapter(file, `${frontMatter}# Lost\n`));
  assert.match(failure, `${file}:6: this stands before the first notebook`);
});

test("an exercise with two hints is a failure", async () => {
  const text = useExercise("1.1", "a").replace("```hint\na\n```\n", "");
  assert.match(await failureOf(() => blocks(text)), /has 2 hints; it needs 3/);
});

test("front matter with an unknown word is a failure", async () => {
  const text = start.replace("title:", "tilte:");
  assert.match(await failureOf(() => parseChapter(file, text)), /Did you mean `title`/);
});

/** Pieces of a chapter, each holding one word that occurs nowhere else. */
const piece = fc.constantFrom<(word: string) => string>(
  (word) => `## ${word} heading\n`,
  (word) => `A paragraph of ${word}.\n`,
  (word) => `- a list of ${word}\n  - deeper\n\n      indented code\n`,
  (word) => `> quoted ${word}\n> \`\`\`ts\n> inner();\n> \`\`\`\n`,
  (word) => `<div>${word}\n</div>\n`,
  (word) => `<!-- a remark: ${word} -->\n`,
  (word) => `${word}\n===\n`,
  (word) => `| a | b |\n|---|---|\n| ${word} | 1 |\n`,
  (word) => `\`\`\`\`ts\nconst ${word} = \`\n\`\`\`\n\`;\n\`\`\`\`\n`,
  (word) => `~~~ts\nlet ${word};\n~~~\n`,
  (word) => `\`\`\`ts\n${word};\n\`\`\`\n\`\`\`output\n[..]${word}\n\`\`\`\n`,
  (word) => `\`\`\`ts show\nshown(${word});\n\`\`\`\n`,
  (word) => `\`\`\`sql\nSELECT ${word}\n\`\`\`\n`,
  (word) => `<!-- notebook: 01-${word} -->\n`,
  (word) => useExercise("1.1", word).replace("Find it.", `Find ${word}.\n\n# Inner\n\nIt.`),
);

test("no text is ever lost, and it keeps its order", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, windows) => {
      const words = pieces.map((_, index) => `word${index}x`);
      const text = pieces.map((make, index) => make(words[index] ?? "")).join("\n");
      const source = windows ? (start + text).replaceAll("\n", "\r\n") : start + text;
      const { notebooks } = parseChapter(file, source);
      const found = notebooks.map((one) => [one.name, JSON.stringify(one.blocks)]).join("\n");
      let from = 0;
      for (const word of words) {
        from = found.indexOf(word, from);
        assert.ok(from >= 0, `${word} is lost`);
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
