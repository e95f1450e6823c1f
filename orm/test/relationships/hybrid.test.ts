import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  date,
  decimal,
  declarativeBase,
  integer,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import { alias, caseWhen, checkHybrids, func, select } from "../../src/query/index.js";
import { selectinload } from "../../src/relationships/index.js";
import { Session } from "../../src/relationships/session.js";
import { plainSql } from "../query/shelf.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("hybrids");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

const Base = declarativeBase();
class Author extends Base.mapped(
  "authors",
  {
    id: integer().primaryKey(),
    firstName: varchar(50),
    lastName: varchar(50).nullable(),
    bossId: integer().nullable().references("authors.id"),
    boss: manyToOne<Author>("Author", { foreignKey: "bossId", backPopulates: "team" }),
    team: oneToMany<Author>("Author", { foreignKey: "bossId", backPopulates: "boss" }),
    books: oneToMany<Book>("Book", { backPopulates: "author" }),
  },
  {
    indexes: [["lastName"]],
    hybrids: {
      fullName: {
        object: ({ firstName, lastName }) =>
          lastName === null ? null : `${firstName} ${lastName}`,
        sql: (c) => func.concat(c.firstName, " ", c.lastName),
      },
      /** Of a class that is declared later. */
      bookCount: {
        object: (author) => author.books.length,
        sql: (c) => select(func.count()).from(Book).where(Book.c.authorId.eq(c.id)).scalar(),
      },
    },
  },
) {
  get greeting(): string {
    return `Dear ${this.fullName}`;
  }
}
class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(50),
    pages: integer(),
    price: decimal(10, 2),
    soldOn: date().nullable(),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
  },
  {
    hybrids: {
      isLong: { object: (book) => book.pages > 300, sql: (c) => c.pages.gt(300) },
      size: {
        object: (book) => (book.pages > 300 ? "long" : "short"),
        sql: (c) => caseWhen(c.pages.gt(300), "long").else("short"),
      },
    },
  },
) {}

test.before(async () => {
  engine = createEngine(database.url, { echo: (line) => sent.push(line) });
  await Base.metadata.createAll(engine);
  const filling = new Session(engine);
  const ada = new Author({ firstName: "Ada", lastName: "Lovelace" });
  const grace = new Author({ firstName: "Grace", lastName: "Hopper", boss: ada });
  filling.addAll([
    ada,
    grace,
    new Author({ firstName: "Plato" }),
    new Book({ title: "Notes", pages: 301, price: "9.99", author: ada }),
    new Book({ title: "Letters", pages: 300, price: "20.00", author: ada }),
    new Book({ title: "Compilers", pages: 12, price: "10.00", author: grace }),
  ]);
  await filling.commit();
  await filling.close();
});
test.before.each(() => {
  session = new Session(engine);
  sent.length = 0;
});
test.after.each(() => session.close());
test.after(() => engine.dispose());

test("on an object: no SQL, and what the program changed counts", async () => {
  const ada = await session.scalars(select(Author).where(Author.c.id.eq(1))).one();
  sent.length = 0;
  assert.is(ada.fullName, "Ada Lovelace");
  assert.is(ada.greeting, "Dear Ada Lovelace");
  ada.lastName = null;
  assert.is(ada.fullName, null);
  const made = new Book({ title: "New", pages: 301, price: "1.00" });
  const size: "long" | "short" = made.size;
  assert.equal([made.isLong, size], [true, "long"]);
  made.pages = 300;
  assert.equal([made.isLong, made.size], [false, "short"]);
  assert.equal(sent, []);
  assert.is((await errorOf(() => ada.bookCount)).code, "unloaded");
  await session.load(ada, Author.r.books);
  assert.is(ada.bookCount, 2);
});

test("in SQL: selected under a name, in where, orderBy and groupBy", async () => {
  const rows = await session
    .execute(
      select({ name: Author.c.fullName, long: Book.c.isLong })
        .join(Author.r.books)
        .where(Author.c.fullName.like("Ada%"))
        .orderBy(Book.c.isLong.desc()),
    )
    .all();
  assert.equal(rows, [
    { name: "Ada Lovelace", long: true },
    { name: "Ada Lovelace", long: false },
  ]);
  assert.is(
    plainSql(select(Author.c.fullName).where(Author.c.fullName.eq("Ada Lovelace"))),
    "SELECT CONCAT(authors.first_name, ?, authors.last_name) AS full_name FROM authors " +
      'WHERE CONCAT(authors.first_name, ?, authors.last_name) = ? [" "," ","Ada Lovelace"]',
  );
  assert.is(
    plainSql(select(Book.c.title).where(Book.c.isLong).orderBy(Book.c.size, Book.c.title)),
    "SELECT books.title FROM books WHERE books.pages > ? " +
      'ORDER BY CASE WHEN books.pages > ? THEN ? ELSE ? END, books.title [300,300,"long","short"]',
  );
  const sizes = select(Book.c.size, func.count()).groupBy(Book.c.size).orderBy(Book.c.size);
  assert.is(
    plainSql(sizes),
    "SELECT CASE WHEN books.pages > ? THEN ? ELSE ? END AS size, COUNT(*) FROM books " +
      'GROUP BY 1 ORDER BY size [300,"long","short"]',
  );
  assert.equal(await session.execute(sizes).all(), [
    ["long", 1],
    ["short", 2],
  ]);
  const upper = func.upper(Book.c.title);
  const first = await session.page(sizes, { size: 1 });
  const second = await session.page(sizes, { size: 1, after: first.next });
  assert.equal([...first.items, ...second.items], await session.execute(sizes).all());
  assert.is(
    plainSql(select(upper).orderBy(upper.as("upper"))),
    "SELECT UPPER(books.title) FROM books ORDER BY UPPER(books.title)",
  );
});

test("through an alias, a subquery, and a relationship", async () => {
  const boss = alias(Author, "boss");
  const pairs = select({ name: Author.c.fullName, boss: boss.c.fullName, books: boss.c.bookCount })
    .leftJoin(Author.r.boss, boss)
    .orderBy(Author.c.id);
  assert.is(
    plainSql(select(boss.c.bookCount)),
    "SELECT (SELECT COUNT(*) FROM books WHERE books.author_id = boss.id) AS book_count " +
      "FROM authors AS boss",
  );
  assert.equal(await session.execute(pairs).all(), [
    { name: "Ada Lovelace", boss: null, books: 0 },
    { name: null, boss: null, books: 0 },
    { name: "Grace Hopper", boss: "Ada Lovelace", books: 2 },
  ]);
  const named = select(Author.c.id, Author.c.fullName).subquery("named");
  assert.match(plainSql(select(sql`full_name`).from(named)), "AS full_name FROM authors) AS named");
  const long = select(Author.c.firstName).where(Author.r.books.any(Book.c.isLong));
  assert.equal(await session.scalars(long).all(), ["Ada"]);
  const team = select(Author.c.firstName).where(Author.r.team.any(Author.c.fullName.like("Gr%")));
  assert.equal(await session.scalars(team).all(), ["Ada"]);
  const page = await session.page(select(Author).orderBy(Author.c.fullName.desc()), { size: 2 });
  assert.equal(
    page.items.map(({ firstName }) => firstName),
    ["Grace", "Ada"],
  );
});

test("not among what is stored: JSON, toObject, console, DDL", async () => {
  const [ada] = await session.scalars(select(Author)).all();
  assert.equal(ada?.toObject(), { id: 1, firstName: "Ada", lastName: "Lovelace", bossId: null });
  assert.not.match(JSON.stringify(ada), "fullName");
  assert.not.ok(Base.metadata.ddl(engine.dialect).join().includes("full_name"));
});

test("both halves are compared for every row, by one statement", async () => {
  await session.scalars(select(Author).options(selectinload(Author.r.books))).all();
  sent.length = 0;
  await checkHybrids(session, Book);
  assert.is(sent.filter((line) => line.includes("SELECT")).length, 1);
  await checkHybrids(session, Author);
});

test("halves that differ, and classes without", async () => {
  const Other = declarativeBase();
  class Wrong extends Other.mapped(
    "books",
    { id: integer().primaryKey(), title: varchar(50), pages: integer() },
    {
      hybrids: {
        half: { object: (book) => book.pages * 0, sql: (c) => c.pages.mul(0) },
        isEven: { object: (book) => book.pages % 2 === 1, sql: (c) => c.pages.mod(2).eq(0) },
      },
    },
  ) {}
  const error = await errorOf(() => checkHybrids(session, Wrong));
  assert.is(error.code, "hybrid-halves");
  assert.match(error.message, /^Wrong\.isEven of 1 is true, and in SQL false\.\n {2}Hint: /);
  class Plain extends Other.mapped("plain", { id: integer().primaryKey() }) {}
  assert.is((await errorOf(() => checkHybrids(session, Plain))).code, "no-hybrid");
});

test("what a hybrid refuses", async () => {
  const made = new Book({ title: "New", pages: 1, price: "1.00" });
  const set = await errorOf(() => Object.assign(made, { isLong: true }));
  assert.is(set.code, "hybrid-write");
  assert.is(
    set.message,
    "Book.isLong is computed, and cannot be set.\n  Hint: Set the columns that it is made of.",
  );
  const given = { title: "New", pages: 1, price: "1.00", isLong: true };
  assert.is((await errorOf(() => new Book(given))).code, "hybrid-write");
  const columns = { id: integer().primaryKey(), pages: integer() };
  const twoHalves = { object: () => 1, sql: (c: { pages: typeof Book.c.pages }) => c.pages };
  for (const [hybrids, expected] of [
    [{ pages: twoHalves }, "property-name"],
    [{ toJSON: twoHalves }, "property-name"],
    [{ lazy: twoHalves }, "property-name"],
    [{ constructor: twoHalves }, "property-name"],
    [{ one: { object: () => 1 } }, "hybrid"],
    [{ one: { sql: twoHalves.sql } }, "hybrid"],
    [{ one: null }, "hybrid"],
  ] as const) {
    const error = await errorOf(() => Base.mapped("x", columns, { hybrids: hybrids as never }));
    assert.is(error.code, expected);
    assert.ok(error.hint);
  }
  const Other = declarativeBase();
  class Odd extends Other.mapped("odd", columns, {
    hybrids: {
      text: { object: () => 1, sql: () => "pages" as never },
      wrong: { object: () => true, sql: (c) => c.pages.eq("1" as never) },
    },
  }) {}
  const text = await errorOf(() => (Odd.c as unknown as { text: unknown }).text);
  assert.is(text.code, "hybrid");
  assert.match(text.message, 'Odd.text: its SQL is "pages".');
  const wrong = await errorOf(() => (Odd.c as unknown as { wrong: unknown }).wrong);
  assert.match(wrong.message, /^Odd\.wrong: Odd\.pages: "1" is not a whole number/);
  const hybrids = { size: { object: () => 1, sql: (c: typeof Book.c) => c.pages } };
  const Sized = Other.mapped("sized", columns, { hybrids: hybrids as never });
  class Hiding extends (Sized as unknown as new (init: object) => object) {
    size = 7;
  }
  const hidden = await errorOf(() => new Hiding({ pages: 1 }));
  assert.is(hidden.code, "hidden-property");
});

test.run();
