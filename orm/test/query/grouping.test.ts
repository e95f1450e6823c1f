import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { caseWhen, func, select } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, plainSql, rowsOf } from "./shelf.js";

const test = suite("groups, DISTINCT and conditional parts");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("groupBy and having", async () => {
  const count = func.count(Book.c.id).as("books");
  const statement = select(Author, count)
    .join(Author.r.books)
    .groupBy(Author.c.id)
    .having(func.count(Book.c.id).gt(1), func.max(Book.c.price).gt("10"))
    .orderBy(count.desc());
  assert.is(
    plainSql(statement),
    "SELECT authors.id, authors.name, authors.born_on, COUNT(books.id) AS books FROM authors " +
      "JOIN books ON books.author_id = authors.id GROUP BY authors.id HAVING COUNT(books.id) > ? " +
      'AND MAX(books.price) > ? ORDER BY books DESC [1,"10.00"]',
  );
  const rows: [Author, number][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([{ name }, n]) => [name, n]),
    [["Ada", 2]],
  );
});

test("what is selected and grouped by is one, its parameters too", async () => {
  const kind = caseWhen(Book.c.price.gt("9.50"), "dear").else("cheap").as("kind");
  const statement = select(kind, func.count(Book.c.id)).groupBy(kind).orderBy(kind.desc());
  const { text, parameters } = statement.toSql(mysqlDialect);
  assert.match(
    text,
    /^SELECT CASE .* END AS `kind`, COUNT\(.*\) FROM `books` GROUP BY 1 ORDER BY `kind` DESC$/,
  );
  assert.equal(parameters, ["9.50", "dear", "cheap"]);
  const rows: [string | null, number][] = await rowsOf(engine, statement);
  assert.equal(rows, [
    ["dear", 3],
    ["cheap", 1],
  ]);
});

test("distinct", async () => {
  const statement = select(Book.c.authorId).distinct().orderBy(Book.c.authorId);
  assert.is(
    plainSql(statement),
    "SELECT DISTINCT books.author_id FROM books ORDER BY books.author_id",
  );
  assert.equal(await rowsOf(engine, statement), [null, 1, 2]);
});

test("a part that is there only sometimes", async () => {
  const find = (title?: string | null, cheap = false, page?: number) =>
    select(Book.c.id)
      .if(title, (query, title) => query.where(Book.c.title.like(title)))
      .if(cheap, (query) => query.where(Book.c.price.lt("10")))
      .if(page, (query, page) => query.offset(page).limit(1))
      .orderBy(Book.c.id);
  const from = "SELECT books.id FROM books";
  assert.is(plainSql(find()), `${from} ORDER BY books.id`);
  assert.is(
    plainSql(find(null, true)),
    `${from} WHERE books.price < ? ORDER BY books.id ["10.00"]`,
  );
  // Nothing was typed, and page 0, are values as well.
  assert.is(
    plainSql(find("", false, 0)),
    `${from} WHERE books.title LIKE ? ORDER BY books.id LIMIT 1 OFFSET 0 [""]`,
  );
  assert.equal(await rowsOf(engine, find("%s", true)), [1, 4]);
});

test("count of all needs to be told of what", async () => {
  const statement = select(func.count()).from(Book);
  assert.is(plainSql(statement), "SELECT COUNT(*) FROM books");
  const counts: number[] = await rowsOf(engine, statement);
  assert.equal(counts, [4]);
  for (const wrong of [undefined, null, "title", Book]) {
    const error = await errorOf(() => select(Book.c.id).groupBy(wrong as never));
    assert.is(error.code, "not-an-expression");
    assert.is((await errorOf(() => select(Book).having(wrong as never))).code, "not-a-condition");
  }
  assert.is(plainSql(select(sql`1`)), "SELECT 1");
});

test.run();
