import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/index.js";
import { showSql, table } from "../../src/notebook/index.js";

const test = suite("notebook display");

/** What a notebook is given to show. */
function bundle(value: object): Record<string, string> {
  const show = (value as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ];
  if (show === undefined) throw new Error("It has no Jupyter.display.");
  return show();
}

const rows = [
  { id: 1, title: "Notes", price: "9.99", due: new Date("2026-01-02T03:04:05Z") },
  { id: 20, title: null, price: "12.50", due: null },
];

test("a table as text has aligned columns, numbers to the right", () => {
  const expected = [
    "Books",
    "id  title  price  due",
    "--  -----  -----  ------------------------",
    " 1  Notes  9.99   2026-01-02T03:04:05.000Z",
    "20  NULL   12.50  NULL",
  ].join("\n");
  assert.is(bundle(table(rows, { caption: "Books" }))["text/plain"], expected);
  assert.is(String(table(rows, { caption: "Books" })), expected);
  assert.is(inspect(table(rows, { caption: "Books" })), expected);
});

test("an emoji is two places wide, as terminals and notebooks draw it", () => {
  const lines = bundle(
    table([
      { a: "😀", b: 1 },
      { a: "x", b: 2 },
    ]),
  )["text/plain"];
  assert.is(lines, ["a   b", "--  -", "😀  1", "x   2"].join("\n"));
});

test("what a database holds cannot become markup", () => {
  const evil = `<img src=x onerror="alert('1')">&`;
  const html = bundle(table([{ [evil]: evil }], { caption: evil }))["text/html"] ?? "";
  assert.not.ok(html.includes("<img"), html);
  assert.is(html.split("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;").length, 4);
  const statement = bundle(showSql(sql`SELECT '<b>' AS ${sql.identifier(evil)}, ${evil}`));
  assert.not.ok(statement["text/html"]?.includes("<img"));
  assert.not.ok(statement["text/html"]?.includes("<b>"));
});

test("no scripts, and no colour for the text or the page", () => {
  const html = bundle(table(rows))["text/html"] ?? "";
  assert.not.match(html, /<script|(?<!-)color:|background/);
});

test("every kind of value can be shown", () => {
  const text = String(
    table([
      {
        big: 2n ** 63n,
        yes: true,
        json: { a: [1] },
        bytes: new Uint8Array([0, 255]),
        line: "a\nb",
      },
    ]),
  );
  assert.is(text.split("\n").at(-1), `9223372036854775808  true  {"a":[1]}  0x00ff  a⏎b`);
});

test("a long table is cut, an empty one says so", () => {
  const many = Array.from({ length: 60 }, (_, id) => ({ id }));
  assert.ok(String(table(many)).endsWith("49\n… and 10 more"));
  assert.is(
    String(table(many, { limit: 1 }))
      .split("\n")
      .at(-1),
    "… and 59 more",
  );
  assert.is(String(table([])), "no rows");
  assert.ok(bundle(table([]))["text/html"]?.includes("no rows"));
});

test("rows with different columns are all shown", () => {
  assert.is(String(table([{ a: 1 }, { b: 2 }])), "a  b\n-  -\n1\n   2");
});

test("showSql marks placeholders, not question marks in strings, and lists the values", () => {
  const shown = bundle(showSql(sql`SELECT '?' FROM books WHERE id = ${7} AND title = ${"Notes"}`));
  assert.is(
    shown["text/plain"],
    "SELECT '?' FROM books WHERE id = ? AND title = ?\n  1: 7\n  2: 'Notes'",
  );
  const marks = shown["text/html"]?.match(/<span[^>]*>\?<\/span>/g);
  assert.is(marks?.length, 2);
  assert.ok(shown["text/html"]?.includes("SELECT &#39;?&#39; FROM"));
});

test.run();
