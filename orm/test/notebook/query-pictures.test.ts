import { suite } from "uvu";
import * as assert from "uvu/assert";
import { and, createEngine, type Engine, or, sql } from "../../src/index.js";
import { explainTree, statementTree } from "../../src/notebook/index.js";
import { alias, cte, exists, explain, func, select, union } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { bundle, checkHtml, libraryClasses } from "./classes.js";

const test = suite("pictures of queries");
const database = testDatabase(test);
const { Base, Author, Book, Tag } = libraryClasses();
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

/** The lines of a picture's text, whose HTML is checked on the way. */
function linesOf(picture: object): string[] {
  const { html, text } = bundle(picture);
  checkHtml(html);
  assert.match(html, /^<svg /);
  return text.split("\n");
}

test("an expression: each node beside its SQL, values green", () => {
  const words = or(Book.c.title.contains("a"), Book.c.title.like("b%"));
  const picture = statementTree(and(words, Book.c.price.between("1", "20")));
  assert.equal(linesOf(picture), [
    "                            SQL",
    "logical AND                 ((books.title LIKE ? OR books.title LIKE ?) AND books.price BETWEEN ? AND ?)",
    "├─ logical OR               (books.title LIKE ? OR books.title LIKE ?)",
    "│  ├─ compare LIKE          books.title LIKE ?",
    "│  │  ├─ column Book.title  books.title",
    "│  │  └─ value '%a%'        ?",
    "│  └─ compare LIKE          books.title LIKE ?",
    "│     ├─ column Book.title  books.title",
    "│     └─ value 'b%'         ?",
    "└─ between                  books.price BETWEEN ? AND ?",
    "   ├─ column Book.price     books.price",
    "   ├─ value '1.00'          ?",
    "   └─ value '20.00'         ?",
  ]);
  assert.is(bundle(picture).html.match(/fill="#3a9e4c"/g)?.length, 4);
});

test("a select: its clauses, an alias, a limit", () => {
  const other = alias(Author, "other");
  const statement = select(Book.c.title, other)
    .join(Book.r.author, other)
    .where(Book.c.id.in([1, 2]))
    .orderBy(other.c.name.desc())
    .limit(5);
  assert.equal(linesOf(statementTree(statement)), [
    "                                  SQL",
    "select                            SELECT books.title, other.id, other.name, other.email, other.created_at FROM books JOIN a…",
    "├─ items",
    "│  ├─ column Book.title           books.title",
    "│  └─ entity Author as other      other.id, other.name, other.email, other.created_at",
    "├─ joins",
    "│  └─ inner join                  authors AS other",
    "│     └─ compare =                books.author_id = other.id",
    "│        ├─ column Book.authorId  books.author_id",
    "│        └─ column Author.id      other.id",
    "├─ where",
    "│  └─ in                          books.id IN (?, ?)",
    "│     ├─ column Book.id           books.id",
    "│     ├─ value 1                  ?",
    "│     └─ value 2                  ?",
    "├─ orderBy",
    "│  └─ DESC                        other.name DESC",
    "│     └─ column Author.name       other.name",
    "└─ limit 5",
  ]);
});

test("queries within expressions, correlated or not", () => {
  const statement = select(Author.c.name).where(
    Author.r.books.any(Book.c.price.lt("1")),
    exists(select(Book.c.id).where(Book.c.authorId.eq(Author.c.id))),
    Author.c.id.notIn(select(Book.c.authorId)),
    Author.c.id.eq(select(func.max(Book.c.authorId)).scalar()),
  );
  const labels = linesOf(statementTree(statement)).map((line) => line.split(/ {2,}(?=[\w(])/)[0]);
  for (const label of ["related Author.books", "exists", "in-select", "subquery", "call max"]) {
    assert.ok(
      labels.some((one) => one?.endsWith(label)),
      label,
    );
  }
});

test("relationships through a table between, a subquery in FROM, a union", () => {
  const tagged = select({ title: Book.c.title }).join(Book.r.tags).where(Tag.c.name.eq("sql"));
  const joins = linesOf(statementTree(tagged)).filter((line) => line.includes("inner join"));
  assert.is(joins.length, 2);
  const rows = tagged.subquery("rows");
  const outer = linesOf(statementTree(select(rows.c.title).where(rows.c.title.isNotNull())));
  assert.ok(outer.some((line) => line.includes("not null")));
  const both = linesOf(statementTree(union(select(Author.c.name), select(Tag.c.name))));
  assert.match(both[1] ?? "", /^UNION +SELECT authors.name FROM authors UNION SELECT tags.name/);
  assert.is(both.filter((line) => /[├└]─ select/.test(line)).length, 2);
});

test("texts of the program stay text, and a line stays a line", () => {
  const { html } = bundle(statementTree(Book.c.title.eq("<b>&")));
  assert.match(html, "value &#39;&lt;b&gt;&amp;&#39;");
  const evil = alias(Author, `<img src="x">`);
  const own = select(evil.c.name).where(sql`1 =\n  '<script>'`);
  const lines = linesOf(statementTree(own));
  assert.is(lines.at(-1), "   └─ sql                 (1 = '<script>')");
  assert.ok(lines.some((line) => line.endsWith(`<img src="x">.name`)));
});

test("a common table expression is written before the statement, and is a source in it", () => {
  const names = cte("names", select({ name: Author.c.name }));
  const lines = linesOf(statementTree(select(names.c.name)));
  assert.equal(lines.slice(1), [
    "select            WITH names AS (SELECT authors.name FROM authors) SELECT names.name FROM names",
    "└─ items",
    "   └─ field name  names.name",
  ]);
});

test("a query that cannot be written is refused", async () => {
  const error = await errorOf(() => statementTree(select(Book.c.title, Author.c.name)));
  assert.is(error.code, "join-missing");
});

test("a plan: indented steps, guesses of the server, orange for what reads a whole table", () => {
  const text = [
    "-> Limit: 5 row(s)  (cost=1.1 rows=1.5)",
    "    -> Nested loop inner join  (cost=1.1..2.5e+6 rows=1.5)",
    "        -> Table scan on books  (cost=0.55 rows=3)",
    "        -> Single-row index lookup on `authors` using PRIMARY (id = books.author_id)  (cost=0.3 rows=1)",
    "        -> Table scan on <temporary>",
    "",
  ].join("\n");
  const picture = explainTree({ text });
  assert.equal(linesOf(picture), [
    "                                                                               rows    cost",
    "Limit: 5 row(s)                                                                 1.5     1.1",
    "└─ Nested loop inner join                                                       1.5  2.5e+6",
    "   ├─ Table scan on books                                                         3    0.55",
    "   ├─ Single-row index lookup on authors using PRIMARY (id = books.author_id)     1     0.3",
    "   └─ Table scan on <temporary>",
  ]);
  assert.is(bundle(picture).html.match(/fill="#d9822b"/g)?.length, 1);
  assert.is(bundle(picture).html.match(/fill="#3a9e4c"/g)?.length, 1);
});

test("a plan with a text of several lines, with markup in it", () => {
  const text =
    "-> Filter: (a = '<script>\\n  -')  (cost=2 rows=1)\n    -> Table scan on a  (cost=1 rows=9)\n";
  assert.equal(linesOf(explainTree({ text: text.replace("\\n", "\n") })), [
    "                            rows  cost",
    "Filter: (a = '<script> -')     1     2",
    "└─ Table scan on a             9     1",
  ]);
});

test("the plan of a real statement; one with several parts; one that has none", async () => {
  const statement = select(Book).join(Book.r.author).where(Author.c.name.eq("Ada"));
  const plan = linesOf(explainTree(await explain(statement, engine)));
  assert.ok(plan.some((line) => /scan on authors|lookup on authors/.test(line)));
  const most = select(func.max(Book.c.price)).where(Book.c.authorId.eq(Author.c.id)).scalar();
  const parts = linesOf(explainTree(await explain(select(Author.c.name, most), engine)));
  assert.match(parts[1] ?? "", /^Statement/);
  const none = explainTree(await explain(sql`UPDATE books SET price = 1`, engine));
  assert.is(bundle(none).text, "The server tells no plan of this statement.");
  checkHtml(bundle(none).html);
});

test.run();
