import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bareNotebook } from "../../src/bare/edition.js";
import { inRoot } from "../../src/base/paths.js";
import { weaveCourse } from "../../src/weave/index.js";
import type { Cell, Ipynb } from "../../src/weave/ipynb.js";
import { brokenLinks } from "../../src/weave/links.js";
import type { WovenNotebook } from "../../src/weave/notebook.js";

const test = suite("bare edition: what stays, what is taken out");

const course = weaveCourse(inRoot());
const bare = new Map(course.notebooks.map((one) => [one.name, bareNotebook(one)]));

function bareOf(notebook: WovenNotebook): Ipynb {
  return bare.get(notebook.name) as Ipynb;
}

function headings(cells: readonly Cell[]): string[] {
  return cells
    .filter((cell) => cell.cell_type === "markdown")
    .flatMap((cell) => /^#{1,6} .*/.exec(cell.source)?.[0] ?? []);
}

/** A text of the bare edition with the links of the full one, which lies one folder higher. */
function oneLevelUp(text: string): string {
  return text.replaceAll("](../", "](");
}

/** The texts of the cells in sections whose headings match. */
function sections(cells: readonly Cell[], wanted: RegExp): string[] {
  const found: string[] = [];
  let inside = false;
  for (const { cell_type, source } of cells) {
    if (cell_type === "markdown" && /^##? /.test(source)) inside = wanted.test(source);
    if (inside) found.push(source);
  }
  return found;
}

/** What is folded below a cell. */
function folded(text: string): string {
  return /\n(`{3,})ts\n([\s\S]*)\n\1\n\n<\/details>$/.exec(text)?.[2] ?? "";
}

for (const notebook of course.notebooks) {
  const full = notebook.cells.map(({ cell }) => cell);

  test(`${notebook.name} keeps its headings, objectives, turns, exercises and questionnaire`, () => {
    const { cells } = bareOf(notebook);
    assert.equal(headings(cells), headings(full));
    assert.is(oneLevelUp(cells[0]?.source ?? ""), full[0]?.source);
    for (const wanted of [/^## Your turn/, /^## Exercise/, /^## Questionnaire/]) {
      assert.equal(sections(cells, wanted).map(oneLevelUp), sections(full, wanted));
    }
    for (const { cell_type, id, source } of full) {
      if (cell_type !== "code" || !/\/\/ your turn\b/.test(source)) continue;
      assert.is(cells.find((cell) => cell.id === id)?.source, source);
    }
  });

  test(`${notebook.name} can be rebuilt from what is folded in it`, () => {
    const { cells } = bareOf(notebook);
    const rebuilt = cells
      .map((cell, index) => {
        const below = cells[index + 1];
        return below?.id === `${cell.id}-expected` ? folded(below.source) : cell.source;
      })
      .filter((_, index) => cells[index]?.cell_type === "code");
    assert.equal(
      rebuilt,
      full.filter((cell) => cell.cell_type === "code").map((cell) => cell.source),
    );
  });

  test(`${notebook.name} shows what each emptied cell must print`, () => {
    for (const { cell, expected } of notebook.cells) {
      const below = bareOf(notebook).cells.find(({ id }) => id === `${cell.id}-expected`);
      if (!below || !expected) continue;
      assert.ok(below.source.startsWith("It prints:\n\n"), cell.id);
      assert.ok(below.source.includes(`text\n${expected.text}\n`), cell.id);
    }
  });
}

test("of the explained cells, nearly all are emptied", () => {
  for (const notebook of course.notebooks) {
    if (!notebook.cells.some(({ cell }) => cell.cell_type === "code")) continue;
    const emptied = bareOf(notebook).cells.filter(({ id }) => id.endsWith("-expected")).length;
    const turns = sections(bareOf(notebook).cells, /^## (Your turn|Exercise)/);
    const all = notebook.cells.filter(({ cell }) => {
      return cell.cell_type === "code" && !turns.includes(cell.source);
    });
    assert.ok(emptied >= all.length / 2, `${notebook.name}: ${emptied} of ${all.length}`);
  }
});

test("a function keeps its signature and its calls, and loses its body", () => {
  const notebook = course.notebooks.find(({ name }) => name === "03-sessions") as WovenNotebook;
  const cell = bareOf(notebook).cells.find(({ id }) => id === "03-weave-new-loader");
  assert.ok(cell);
  assert.match(
    cell.source,
    "function newLoader(state: SessionState): Loader {\n  throw new Error(",
  );
  assert.match(cell.source, "console.log(first === second);");
  assert.not.match(cell.source, "identities.get(");
  assert.not.match(cell.source, "mapper.make");
  // An import twice in one cell would not compile.
  const imports = cell.source.split("\n").filter((line) => line.startsWith("import "));
  assert.is(new Set(imports).size, imports.length);
});

test("a cell that only uses things keeps its imports and mapped classes, and tells what it must define", () => {
  const notebook = course.notebooks.find(({ name }) => name === "03-sessions") as WovenNotebook;
  const find = (id: string) => bareOf(notebook).cells.find((cell) => cell.id === id)?.source;
  assert.is(
    find("03-a-session-keeps-the-books-code"),
    'import { Session } from "ormlet";\n\n// Your code. Later cells use shown, session and ada.',
  );
  const failing = find("03-the-problem-the-right-order-by-hand-code") ?? "";
  assert.match(failing, "class Loan extends Base.mapped(");
  assert.ok(failing.endsWith("// Your code. It must fail."));
});

test("its links lead to the same places from its own folder", () => {
  const editions = course.notebooks.map((notebook): WovenNotebook => {
    const cells = bareOf(notebook).cells.map((cell) => ({
      ...{ cell, place: notebook.place, raises: false, grades: false },
    }));
    return { ...notebook, path: `notebooks/bare/${notebook.name}.ipynb`, cells };
  });
  const links = editions.flatMap(({ cells }) => cells.map(({ cell }) => cell.source)).join("\n");
  assert.ok(links.split("](../../exercises/").length > 30);
  const all = { ...course, notebooks: [...course.notebooks, ...editions] };
  assert.equal(brokenLinks(all, inRoot()), []);
});

test("its cells have ids of their own that Jupyter takes", () => {
  for (const { cells } of bare.values()) {
    const ids = cells.map(({ id }) => id);
    assert.is(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[\w-]{1,64}$/);
  }
});

test.run();
