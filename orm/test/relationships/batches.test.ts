import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { DriverColumn } from "../../src/engine/driver.js";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { mysqlDriver } from "../../src/engine/mysql-driver.js";
import { parseUrl } from "../../src/engine/url.js";
import { integer, manyToOne, oneToMany, varchar } from "../../src/mapping/index.js";
import { func, select } from "../../src/query/index.js";
import { declarativeBase, Session, selectinload } from "../../src/relationships/index.js";
import { errorOf, testDatabase } from "../support.js";

// What is made of rows is made batch by batch, while the server still sends: nobody may notice.

const Base = declarativeBase();
const BOOKS = 1201;

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(100),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

/** Its converter cannot read the row of one book, in the second batch. */
class Labelled extends declarativeBase().mapped("books", {
  id: integer().primaryKey(),
  title: varchar(100).convert({
    toDatabase: (text: string) => text,
    fromDatabase: (text) => {
      if (text === "Book 700") throw new Error("a torn label");
      return text;
    },
  }),
}) {}

Base.configure(Author, Book);

const test = suite("results in batches");
const database = testDatabase(test);
const sent: string[] = [];
let engine: Engine;
let session: Session;

test.before(async () => {
  engine = createEngine(database.url, { echo: (_line, { text }) => sent.push(text) });
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Grace')`);
  await engine.begin(async (connection) => {
    await connection.execute(sql`SET SESSION cte_max_recursion_depth = 5000`);
    await connection.execute(sql`INSERT INTO books (id, title, author_id)
      WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < ${BOOKS})
      SELECT n, CONCAT('Book ', n), 1 + n % 2 FROM n`);
  });
});
test.before.each(() => {
  session = new Session(engine);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const numbers = Array.from({ length: BOOKS }, (_, index) => index + 1);

test("the driver hands rows over in batches, with their columns, and keeps none", async () => {
  const url = parseUrl(database.url);
  const connection = await mysqlDriver(url).connect();
  const batches: { rows: number; first: unknown; columns: string[] }[] = [];
  const take = (rows: unknown[][], columns: readonly DriverColumn[]) => {
    batches.push({
      rows: rows.length,
      first: rows[0]?.[0],
      columns: columns.map(({ name }) => name),
    });
  };
  for (const parameters of [[], [0]]) {
    const where = parameters.length > 0 ? "WHERE id > ?" : "";
    const text = `SELECT id, title FROM books ${where} ORDER BY id`;
    const { rows, rowCount, columns } = await connection.run(text, parameters, take);
    assert.equal([rows, rowCount, columns.length], [[], BOOKS, 2]);
  }
  const expected = [1, 501, 1001].map((first) => ({
    ...{ rows: Math.min(500, BOOKS - first + 1), first, columns: ["id", "title"] },
  }));
  assert.equal(batches, [...expected, ...expected]);
  const error = await errorOf(() => connection.run("SELECT nothing FROM books", [], take));
  assert.is(error.name, "ProgrammingError");
  assert.equal((await connection.run("SELECT 7", [])).rows, [["7"]]);
  await connection.close();
});

test("results come in order, objects and records alike", async () => {
  const books = await session.scalars(select(Book).orderBy(Book.c.id)).all();
  assert.equal(
    books.map(({ id }) => id),
    numbers,
  );
  const rows = await session
    .execute(select({ id: Book.c.id, length: func.length(Book.c.title) }).orderBy(Book.c.id))
    .all();
  assert.equal(
    rows.map(({ id }) => id),
    numbers,
  );
});

test("all objects of a statement are loaded together later, however many batches they came in", async () => {
  const books = await session.scalars(select(Book).orderBy(Book.c.id)).all();
  sent.length = 0;
  assert.is((await books[0]?.lazy.author)?.name, "Grace");
  assert.ok(books.every(({ author }) => author !== null));
  assert.equal(sent, [
    "SELECT `authors`.`id`, `authors`.`name` FROM `authors` WHERE `authors`.`id` IN (?, ?)",
  ]);
});

test("related objects of many batches all come to their owners", async () => {
  const authors = await session
    .scalars(select(Author).orderBy(Author.c.id).options(selectinload(Author.r.books)))
    .all();
  assert.equal(
    authors.map(({ books }) => books.length),
    [600, 601],
  );
  for (const author of authors) assert.ok(author.books.every((book) => book.author === author));
});

test("rows that are the same are given once, whatever batch they came in", async () => {
  const query = select(Book.c.authorId).orderBy(Book.c.authorId).distinct();
  assert.equal(await session.scalars(query).all(), [1, 2]);
  const joined = select(Author).join(Author.r.books).orderBy(Author.c.id);
  assert.is((await session.scalars(joined).all()).length, BOOKS);
});

test("a value that cannot be read, in a later batch, is the error of the whole, and the session goes on", async () => {
  const error = await errorOf(() => session.scalars(select(Labelled)).all());
  assert.match(error.message, "Labelled.title");
  assert.match(String((error.cause as Error | undefined)?.message), "a torn label");
  assert.is((await session.get(Author, 1))?.name, "Ada");
});

test.run();
