import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ExerciseEntry } from "../../src/judge/catalogue.js";
import type { Attempt } from "../../src/judge/history.js";
import { mapHtml } from "../../src/progress/html.js";
import { courseMap } from "../../src/progress/map.js";
import { mapText } from "../../src/progress/text.js";
import { parseChapter } from "../../src/weave/parse.js";

const test = suite("progress: the map of the course");

const chapters = [
  chapter("00-words", 0, "words", "Words", ["00b-words"]),
  chapter("00-welcome", 0, "welcome", "Welcome", ["00-welcome"]),
  chapter("10-last", 10, "last", "Last", ["10-last"]),
  chapter("02-rows", 2, "rows", "Rows & <columns>", ["02-rows", "02b-more"]),
];

function chapter(file: string, number: number, name: string, title: string, notebooks: string[]) {
  const head = `---\nchapter: ${number}\nname: ${name}\ntitle: ${title}\n---\n`;
  const body = notebooks.map((one) => `<!-- notebook: ${one} -->\n# 2b About ${one}\n`);
  return parseChapter(`notebooks/chapters/${file}.md`, head + body.join("\n"));
}

function entry(id: string, notebook: string, points: number): ExerciseEntry {
  const path = `exercises/${id}.ts`;
  return { id, notebook: `notebooks/${notebook}.ipynb`, points, path, title: `T <${id}>` } as never;
}

const entries = [
  entry("2.1", "02-rows", 10),
  entry("2.2", "02b-more", 20),
  entry("2.3", "02b-more", 5),
  entry("10.1", "10-last", 7),
];

function attempt(id: string, points: number, max: number, status = "graded"): Attempt {
  return { id, points, max, status } as never;
}

const history = [
  attempt("2.1", 10, 10),
  attempt("2.1", 3, 10),
  attempt("2.2", 0, 20, "ungradable"),
  attempt("2.3", 2, 5),
];

const map = courseMap(chapters, entries, history);

test("chapters stand in their order; files of one number are one chapter", () => {
  assert.equal(
    map.chapters.map(({ number, title, notebooks }) => [
      number,
      title,
      notebooks.map((n) => n.name),
    ]),
    [
      [0, "Welcome", ["00-welcome", "00b-words"]],
      [2, "Rows & <columns>", ["02-rows", "02b-more"]],
      [10, "Last", ["10-last"]],
    ],
  );
  assert.is(map.chapters[1]?.notebooks[0]?.title, "About 02-rows");
});

test("an exercise counts by its best attempt, and what was not gradable is none", () => {
  assert.equal(
    map.exercises.map(({ id, state, points, max, attempts }) => [id, state, points, max, attempts]),
    [
      ["2.1", "solved", 10, 10, 2],
      ["2.2", "open", 0, 20, 0],
      ["2.3", "begun", 2, 5, 1],
      ["10.1", "open", 0, 7, 0],
    ],
  );
  assert.equal([map.points, map.max], [12, 42]);
  assert.equal([map.chapters[1]?.points, map.chapters[1]?.max], [12, 35]);
  assert.is(map.next?.id, "2.2");
});

test("as text, each exercise stands under its notebook", () => {
  assert.is(
    mapText(map, false),
    [
      "Chapter 0  Welcome",
      "  00-welcome  About 00-welcome",
      "  00b-words  About 00b-words",
      "Chapter 2  Rows & <columns>  1 of 3 solved, 12/35 points",
      "  02-rows  About 02-rows",
      "    ✓ 2.1   T <2.1>   10/10 points, 2 attempts",
      "  02b-more  About 02b-more",
      "    · 2.2   T <2.2>    0/20 points",
      "    ◐ 2.3   T <2.3>     2/5 points, 1 attempt",
      "Chapter 10  Last  0 of 1 solved, 0/7 points",
      "  10-last  About 10-last",
      "    · 10.1  T <10.1>    0/7 points",
      "",
      "1 of 4 exercises solved, 12/42 points",
      "Next: 2.2 T <2.2>, exercises/2.2.ts",
    ].join("\n"),
  );
});

test("as HTML, it has links, no scripts, no colour of its own for text, and nothing live", () => {
  const html = mapHtml(map);
  assert.match(html, '<a href="02b-more.ipynb">02b-more</a>');
  assert.match(
    html,
    'title="T &lt;2.1&gt;: 10/10 points"><span class="solved">✓</span> 2.1</span>',
  );
  assert.match(html, "Rows &amp; &lt;columns&gt;");
  assert.match(html, "1 of 4 exercises solved, 12/42 points");
  assert.not.match(html, /<script|<T |on\w+=|url\(/i);
  // Text has the page's colour. The two hues are those of the marks, which also differ in form.
  const colours = [...html.matchAll(/[{;]\s*(?:background|color):\s*([^;}]+)/g)].map(
    ([, one]) => one,
  );
  assert.equal([...new Set(colours)].sort(), [
    "color-mix(in srgb, #278a3b 75%, currentColor)",
    "color-mix(in srgb, #b36b00 75%, currentColor)",
    "inherit",
    "none",
  ]);
});

test("when all is solved, nothing comes next", () => {
  const all = entries.map(({ id, points }) => attempt(id, points, points));
  const done = courseMap(chapters, entries, all);
  assert.is(done.next, undefined);
  assert.ok(mapText(done, false).endsWith("4 of 4 exercises solved, 42/42 points"));
  assert.not.match(mapHtml(done), "Next");
});

test.run();
