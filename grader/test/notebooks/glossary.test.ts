import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot } from "../../src/base/paths.js";
import { weaveCourse } from "../../src/weave/index.js";
import { brokenLinks } from "../../src/weave/links.js";

const test = suite("notebooks: the glossary");

const course = weaveCourse(inRoot());
const glossary = course.notebooks.find(({ name }) => name === "00b-glossary");

/** A row of its tables: word, meaning, where it is introduced, SQLAlchemy's name. */
interface Row {
  word: string;
  meaning: string;
  /** `03-sessions.ipynb` */
  link: string;
  /** `03`, as the reader sees it. */
  shown: string;
  letter: string;
}

const rows: Row[] = [];
for (const { cell } of glossary?.cells ?? []) {
  const letter = /^## (.)$/m.exec(cell.source)?.[1] ?? "";
  const form = /^\| \*\*(.+?)\*\* \| (.+?) \| \[(\w+)\]\(([^)]+)\) \| .*\|$/gm;
  for (const [, word = "", meaning = "", shown = "", link = ""] of cell.source.matchAll(form)) {
    rows.push({ word, meaning, link, shown, letter });
  }
}

test("every line of its tables is a word with a meaning and a notebook", () => {
  const lines = (glossary?.cells ?? []).flatMap(({ cell }) => cell.source.split("\n"));
  const bodies = lines.filter((line) => /^\|(?! :--| word )/.test(line));
  assert.is(rows.length, bodies.length);
  assert.ok(rows.length > 80, `only ${rows.length} words`);
});

test("each word stands once, under its letter, in alphabetical order", () => {
  const words = rows.map(({ word }) => word.toLowerCase());
  assert.equal(
    words,
    [...new Set(words)].sort((a, b) => a.localeCompare(b, "en")),
  );
  for (const { word, letter } of rows) assert.is(word[0]?.toUpperCase(), letter, word);
});

test("a meaning is one sentence or two", () => {
  for (const { word, meaning } of rows) {
    const sentences = meaning.split(/(?<=[.!?])\s+(?=[A-Z])/);
    assert.ok(sentences.length <= 2, `${word}: ${meaning}`);
    assert.match(meaning, /[.?]$/, word);
  }
});

test("each word is used in the notebook that it names", () => {
  const faults = rows.filter(({ word, link }) => {
    const notebook = course.notebooks.find(({ path }) => path === `notebooks/${link}`);
    const text = (notebook?.cells ?? []).map(({ cell }) => cell.source).join("\n");
    const pattern = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s+");
    return !new RegExp(`(?<![A-Za-z])${pattern}`, "i").test(text);
  });
  assert.equal(
    faults.map(({ word, link }) => `${word} is not in ${link}`),
    [],
  );
});

test("each link leads to a notebook, and says which", () => {
  const own = brokenLinks({ ...course, notebooks: glossary ? [glossary] : [] }, inRoot());
  assert.equal(own, []);
  for (const { link, shown } of rows) {
    assert.ok(
      course.notebooks.some(({ path }) => path === `notebooks/${link}`),
      link,
    );
    assert.ok(link.startsWith(`${shown}-`), `${shown}: ${link}`);
  }
});

test("the words of the five states, and of the parts of a session, are all there", () => {
  const words = new Set(rows.map(({ word }) => word));
  const known = ["transient", "pending", "persistent", "deleted", "detached"];
  const parts = ["session", "identity map", "unit of work", "flush", "snapshot", "transaction"];
  for (const word of [...known, ...parts]) assert.ok(words.has(word), word);
});

test("the welcome notebook leads to it", () => {
  const welcome = course.notebooks.find(({ name }) => name === "00-welcome");
  assert.ok(welcome?.cells.some(({ cell }) => cell.source.includes("](00b-glossary.ipynb)")));
});

test.run();
