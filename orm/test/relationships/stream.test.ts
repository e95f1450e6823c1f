import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { integer, manyToOne, oneToMany, varchar } from "../../src/mapping/index.js";
import { select } from "../../src/query/index.js";
import {
  declarativeBase,
  joinedload,
  Session,
  selectinload,
} from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";

const Base = declarativeBase();

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

Base.configure(Author, Book);

const test = suite("streaming and relationships");
const database = testDatabase(test);
let engine: Engine;
let session: Session;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Grace')`);
  await engine.execute(
    sql`INSERT INTO books (id, title, author_id) VALUES (1, 'Notes', 1), (2, 'Letters', 1)`,
  );
});
test.before.each(() => {
  session = new Session(engine);
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

test("a related object comes into the session at once, from either side", async () => {
  const [grace] = await session
    .scalars(select(Author).where(Author.c.id.eq(2)).options(selectinload(Author.r.books)))
    .all();
  const seen: Book[] = [];
  for await (const book of session.scalars(select(Book).orderBy(Book.c.id))) {
    seen.push(book);
    if (book.id === 1) grace?.books.push(book);
    if (book.id === 2) book.author = grace as Author;
  }
  assert.equal(
    seen.map((book) => [session.contains(book), inspect(book).state]),
    [
      [true, "persistent"],
      [true, "persistent"],
    ],
  );
  assert.equal(
    grace?.books.map(({ id }) => id),
    [1, 2],
  );
  assert.is(seen[0]?.author, grace);
  await session.flush();
  const [row] = await session.execute(sql`SELECT COUNT(*) AS n FROM books WHERE author_id = 2`);
  assert.equal(row, { n: 2 });
  await session.rollback();
});

test("options that load related objects are refused; what is joined streams", async () => {
  for (const option of [selectinload(Author.r.books), joinedload(Author.r.books)]) {
    const error = await errorOf(async () => {
      for await (const _ of session.scalars(select(Author).options(option))) assert.unreachable();
    });
    assert.is(error.code, "stream-options");
  }
  const pairs: string[] = [];
  for await (const [book, author] of session.execute(
    select(Book, Author).join(Book.r.author).orderBy(Book.c.id),
  )) {
    pairs.push(`${book.title} by ${author.name}`);
    assert.not(session.contains(book));
  }
  assert.equal(pairs, ["Notes by Ada", "Letters by Ada"]);
});

test("the classic query takes options", async () => {
  const authors = await session
    .query(Author)
    .options(selectinload(Author.r.books))
    .orderBy(Author.c.id)
    .all();
  assert.equal(
    authors.map(({ books }) => books.length),
    [2, 0],
  );
});

test("a lazy load of one that is outside says so", async () => {
  for await (const book of session.scalars(select(Book).limit(1))) {
    assert.is((await errorOf(() => book.lazy.author)).code, "detached");
  }
});

test.run();
