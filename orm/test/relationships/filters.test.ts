import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  type Condition,
  datetime,
  integer,
  manyToMany,
  manyToOne,
  not,
  oneToMany,
  or,
  varchar,
} from "../../src/mapping/index.js";
import { alias, func, select } from "../../src/query/index.js";
import { declarativeBase, joinedload, selectinload } from "../../src/relationships/index.js";
import { Session, sessionmaker } from "../../src/relationships/session.js";
import { inspect, listen } from "../../src/session/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("filters along relationships");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

const Base = declarativeBase();
const alive = { filters: { alive: (c: Dated): Condition => c.deletedAt.isNull() } };
interface Dated {
  readonly deletedAt: { isNull(): Condition };
}

class Author extends Base.mapped(
  "authors",
  {
    id: integer().primaryKey(),
    name: varchar(50),
    deletedAt: datetime().nullable(),
    books: oneToMany<Book>("Book", { backPopulates: "author", cascade: "all, delete-orphan" }),
    bossId: integer().nullable().references("authors.id"),
    boss: manyToOne<Author>("Author", { foreignKey: "bossId", backPopulates: "team" }),
    team: oneToMany<Author>("Author", { foreignKey: "bossId", backPopulates: "boss" }),
  },
  alive,
) {}
class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(50),
    authorId: integer().nullable().references("authors.id"),
    deletedAt: datetime().nullable(),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  },
  alive,
) {}
class Tag extends Base.mapped(
  "tags",
  {
    id: integer().primaryKey(),
    name: varchar(50),
    deletedAt: datetime().nullable(),
    books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  },
  alive,
) {}
Base.configure(Author, Book, Tag);

/** Their table between is a class with a filter; the classes themselves have none. */
const Clubs = declarativeBase();
class Reader extends Clubs.mapped("readers", {
  id: integer().primaryKey(),
  clubs: manyToMany<Club>("Club", { through: "memberships", backPopulates: "readers" }),
}) {}
class Club extends Clubs.mapped("clubs", {
  id: integer().primaryKey(),
  readers: manyToMany<Reader>("Reader", { through: "memberships", backPopulates: "clubs" }),
}) {}
class Membership extends Clubs.mapped(
  "memberships",
  {
    readerId: integer().primaryKey().references("readers.id"),
    clubId: integer().primaryKey().references("clubs.id"),
    until: integer().nullable(),
  },
  {
    filters: {
      current: {
        parameters: { year: integer() },
        where: (c, { year }): Condition => or(c.until.isNull(), c.until.gte(year)),
      },
    },
  },
) {}
Clubs.configure(Reader, Club, Membership);

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
  await Clubs.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO readers VALUES (1), (2)`);
  await engine.execute(sql`INSERT INTO clubs VALUES (1), (2)`);
  await engine.execute(
    sql`INSERT INTO memberships VALUES (1, 1, NULL), (1, 2, 1999), (2, 2, 2020)`,
  );
});
test.before.each(async () => {
  for (const table of ["book_tags", "tags", "books", "authors"]) {
    await engine.execute(sql`UPDATE authors SET boss_id = NULL`);
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await engine.execute(sql`INSERT INTO authors (id, name, deleted_at, boss_id) VALUES
    (1, 'Jane', NULL, NULL), (2, 'Emily', NULL, 1), (3, 'Ghost', '2026-01-01', 1)`);
  await engine.execute(sql`INSERT INTO books (id, title, author_id, deleted_at) VALUES
    (1, 'Emma', 1, NULL), (2, 'Sanditon', 1, '2026-01-01'), (3, 'Heights', 2, NULL), (4, 'Letters', 3, NULL)`);
  await engine.execute(sql`INSERT INTO tags VALUES (1, 'novel', NULL), (2, 'old', '2026-01-01')`);
  await engine.execute(
    sql`INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), (2, 1), (3, 2)`,
  );
  session = new Session(engine);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const author = "authors.id, authors.name, authors.deleted_at, authors.boss_id";
const book = "books.id, books.title, books.author_id, books.deleted_at";
const titles = ({ books }: { readonly books: readonly Book[] }) => books.map(({ title }) => title);

test("selectinload loads what the filter leaves, in as many statements as without", async () => {
  const authors = await session
    .scalars(
      select(Author)
        .options(selectinload(Author.r.books, selectinload(Book.r.tags)))
        .orderBy(Author.c.id),
    )
    .all();
  assert.equal(authors.map(titles), [["Emma"], ["Heights"]]);
  assert.equal(
    authors.map(({ books }) => books.map(({ tags }) => tags.map(({ name }) => name))),
    [[["novel"]], [[]]],
  );
  assert.equal(sent, [
    `SELECT ${author} FROM authors WHERE authors.deleted_at IS NULL ORDER BY authors.id`,
    `SELECT ${book} FROM books WHERE books.author_id IN (?, ?) AND books.deleted_at IS NULL [1,2]`,
    "SELECT tags.id, tags.name, tags.deleted_at, book_tags.book_id FROM book_tags " +
      "JOIN tags ON book_tags.tag_id = tags.id AND tags.deleted_at IS NULL WHERE book_tags.book_id IN (?, ?) [1,3]",
  ]);
});

test("withoutFilter holds for what options load", async () => {
  const all = select(Author).options(selectinload(Author.r.books)).orderBy(Author.c.id);
  const authors = await session.scalars(all.withoutFilter()).all();
  assert.equal(authors.map(titles), [["Emma", "Sanditon"], ["Heights"], ["Letters"]]);
  assert.is(sent.at(-1), `SELECT ${book} FROM books WHERE books.author_id IN (?, ?, ?) [1,2,3]`);
});

test("a limit for each counts what the filter leaves", async () => {
  const first = selectinload(Author.r.books).orderBy(Book.c.id.desc()).limit(1);
  const [jane] = await session.scalars(select(Author).options(first).orderBy(Author.c.id)).all();
  assert.equal(jane && titles(jane), ["Emma"]);
  assert.match(
    sent[1] as string,
    /WHERE books\.author_id IN \(\?, \?\) AND books\.deleted_at IS NULL\) AS books WHERE/,
  );
});

test("joinedload joins what the filter leaves, and keeps who has nothing", async () => {
  await engine.execute(sql`UPDATE books SET deleted_at = '2026-01-01' WHERE id = 3`);
  sent.length = 0;
  const authors = await session
    .scalars(select(Author).options(joinedload(Author.r.books)).orderBy(Author.c.id))
    .all();
  assert.equal(authors.map(titles), [["Emma"], []]);
  assert.equal(sent, [
    `SELECT ${author}, ${book.replaceAll("books.", "books_1.")} FROM authors ` +
      "LEFT JOIN books AS books_1 ON books_1.author_id = authors.id AND books_1.deleted_at IS NULL " +
      "WHERE authors.deleted_at IS NULL ORDER BY authors.id",
  ]);
});

test("a to-one whose row is hidden is null, and its key stays", async () => {
  const letters = await session.scalars(select(Book).where(Book.c.id.eq(4))).one();
  assert.is(await letters.lazy.author, null);
  assert.is(
    sent.at(-1),
    `SELECT ${author} FROM authors WHERE authors.id IN (?) AND authors.deleted_at IS NULL [3]`,
  );
  assert.equal([letters.author, letters.authorId], [null, 3]);
  sent.length = 0;
  letters.title = "Letters!";
  await session.flush();
  assert.equal(sent, ['UPDATE books SET title = ? WHERE id = ? ["Letters!",4]']);
  assert.is(await letters.lazy.author, null);
  assert.is(sent.length, 1);
});

test("a to-one whose object the session has is that object", async () => {
  const ghost = await session
    .scalars(select(Author).where(Author.c.id.eq(3)).withoutFilter())
    .one();
  const letters = await session.scalars(select(Book).where(Book.c.id.eq(4))).one();
  assert.is(await letters.lazy.author, ghost);
});

test("lazy and session.load ask once: what a filter left is the whole", async () => {
  const jane = await session.scalars(select(Author).where(Author.c.id.eq(1))).one();
  sent.length = 0;
  assert.equal(
    (await jane.lazy.books).map(({ title }) => title),
    ["Emma"],
  );
  await jane.lazy.books;
  await session.load(jane, Author.r.books);
  assert.equal(sent, [
    `SELECT ${book} FROM books WHERE books.author_id IN (?) AND books.deleted_at IS NULL [1]`,
  ]);
});

test("any and has, also of a class to itself", async () => {
  const idle = select(Author.c.name).where(not(Author.r.books.any()));
  assert.equal(await session.scalars(idle).all(), []);
  assert.is(
    sent.at(-1),
    "SELECT authors.name FROM authors WHERE NOT (EXISTS (SELECT 1 FROM books WHERE books.author_id = authors.id " +
      "AND books.deleted_at IS NULL)) AND authors.deleted_at IS NULL",
  );
  assert.equal(await session.scalars(select(Author.c.name).where(Author.r.team.any())).all(), [
    "Jane",
  ]);
  assert.is(
    sent.at(-1),
    "SELECT authors.name FROM authors WHERE EXISTS (SELECT 1 FROM authors AS authors_1 " +
      "WHERE authors_1.boss_id = authors.id AND authors_1.deleted_at IS NULL) AND authors.deleted_at IS NULL",
  );
  const tagged = select(Book.c.title).where(Book.r.tags.any(Tag.c.name.eq("old")));
  assert.equal(await session.scalars(tagged).all(), []);
  assert.equal(await session.scalars(tagged.withoutFilter().orderBy(Book.c.id)).all(), [
    "Emma",
    "Heights",
  ]);
});

test("joins along paths, with a table between and to the same class", async () => {
  const rows = select(Book.c.title, Tag.c.name).leftJoin(Book.r.tags).orderBy(Book.c.id);
  assert.equal(await session.execute(rows).all(), [
    ["Emma", "novel"],
    ["Heights", null],
    ["Letters", null],
  ]);
  assert.is(
    sent.at(-1),
    "SELECT books.title, tags.name FROM books LEFT JOIN (book_tags JOIN tags ON book_tags.tag_id = tags.id " +
      "AND tags.deleted_at IS NULL) ON book_tags.book_id = books.id WHERE books.deleted_at IS NULL ORDER BY books.id",
  );
  const boss = alias(Author, "boss");
  const teams = select(boss.c.name, func.count()).join(Author.r.boss, boss).groupBy(boss.c.name);
  assert.equal(await session.execute(teams).all(), [["Jane", 1]]);
});

test("a cascade deletes what a filter hides, too", async () => {
  for (const loadBefore of [false, true]) {
    const jane = await session.scalars(select(Author).where(Author.c.id.eq(1))).one();
    if (loadBefore)
      assert.equal(
        (await jane.lazy.books).map(({ title }) => title),
        ["Emma"],
      );
    if (loadBefore)
      assert.equal(
        (await jane.lazy.team).map(({ name }) => name),
        ["Emily"],
      );
    session.delete(jane);
    sent.length = 0;
    await session.flush();
    assert.equal(sent, [
      `SELECT ${book} FROM books WHERE books.author_id IN (?) [1]`,
      `SELECT ${author} FROM authors WHERE authors.boss_id IN (?) [1]`,
      "DELETE FROM book_tags WHERE book_id IN (?, ?) [1,2]",
      "UPDATE (SELECT boss_id, id FROM authors WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) AS _changed " +
        "STRAIGHT_JOIN authors ON authors.id = _changed.id SET authors.boss_id = _changed.boss_id [null,2,null,3]",
      "DELETE FROM books WHERE id IN (?, ?) [1,2]",
      "DELETE FROM authors WHERE id IN (?) [1]",
    ]);
    await session.rollback();
    await session.close();
  }
});

test("rows of a table between go, whose other end is hidden", async () => {
  const heights = await session.scalars(select(Book).where(Book.c.id.eq(3))).one();
  assert.equal(await heights.lazy.tags, []);
  session.delete(heights);
  sent.length = 0;
  await session.flush();
  assert.equal(sent, [
    "DELETE FROM book_tags WHERE book_id IN (?) [3]",
    "DELETE FROM books WHERE id IN (?) [3]",
  ]);
});

test("a filter of the class between hides what is related, by every way", async () => {
  const own = new Session(engine, { filters: { current: { year: 2000 } } });
  const ids = (readers: readonly Reader[]) => readers.map(({ clubs }) => clubs.map(({ id }) => id));
  const readers = select(Reader).orderBy(Reader.c.id);
  const [one, two] = ["(memberships.until IS NULL OR memberships.until >= ?)", [[1], [2]]];
  const aliased = one.replaceAll("memberships", "memberships_1");
  const load = async (query: typeof readers, statement: string) => {
    const fresh = new Session(engine, { filters: { current: { year: 2000 } } });
    assert.equal(ids(await fresh.scalars(query).all()), two);
    assert.is(sent.at(-1), statement);
    await fresh.close();
  };
  await load(
    readers.options(selectinload(Reader.r.clubs)),
    "SELECT clubs.id, memberships.reader_id FROM memberships JOIN clubs ON memberships.club_id = clubs.id " +
      `WHERE memberships.reader_id IN (?, ?) AND ${one} [1,2,2000]`,
  );
  await load(
    readers.options(joinedload(Reader.r.clubs)),
    "SELECT readers.id, clubs_1.id FROM readers LEFT JOIN (memberships AS memberships_1 JOIN clubs AS clubs_1 " +
      "ON memberships_1.club_id = clubs_1.id) ON memberships_1.reader_id = readers.id " +
      `AND ${aliased} ORDER BY readers.id [2000]`,
  );
  const pairs = select(Reader.c.id, Club.c.id).join(Reader.r.clubs).orderBy(Reader.c.id);
  assert.equal(await own.execute(pairs).all(), [
    [1, 1],
    [2, 2],
  ]);
  assert.is(
    sent.at(-1),
    "SELECT readers.id, clubs.id FROM readers JOIN memberships ON memberships.reader_id = readers.id " +
      `AND ${one} JOIN clubs ON memberships.club_id = clubs.id ORDER BY readers.id [2000]`,
  );
  const inSecond = select(Reader.c.id).where(Reader.r.clubs.any(Club.c.id.eq(2)));
  assert.equal(await own.scalars(inSecond).all(), [2]);
  assert.is(
    sent.at(-1),
    "SELECT readers.id FROM readers WHERE EXISTS (SELECT 1 FROM memberships JOIN clubs " +
      `ON memberships.club_id = clubs.id WHERE memberships.reader_id = readers.id AND clubs.id = ? AND ${one}) [2,2000]`,
  );
  assert.equal(
    await own.scalars(inSecond.withoutFilter("current").orderBy(Reader.c.id)).all(),
    [1, 2],
  );
  await own.close();
});

test("rows of a table between go that a filter of its class hides", async () => {
  const own = new Session(engine, { filters: { current: { year: 2021 } } });
  const reader = (await own.get(Reader, 2)) as Reader;
  assert.equal([...(await reader.lazy.clubs)], []);
  own.delete(reader);
  sent.length = 0;
  await own.flush();
  assert.equal(sent, [
    "DELETE FROM memberships WHERE reader_id IN (?) [2]",
    "DELETE FROM readers WHERE id IN (?) [2]",
  ]);
  await own.close();
});

test("a rollback brings a collection back as the filter left it", async () => {
  const jane = await session.scalars(select(Author).where(Author.c.id.eq(1))).one();
  await jane.lazy.books;
  session.delete(jane);
  await session.flush();
  assert.equal(titles(jane), ["Emma", "Sanditon"]);
  await session.rollback();
  assert.equal(titles(jane), ["Emma"]);
  sent.length = 0;
  await jane.lazy.books;
  assert.equal(sent, []);
});

test("a collection of what is left is changed as any other", async () => {
  const jane = await session.scalars(select(Author).where(Author.c.id.eq(1))).one();
  const books = await jane.lazy.books;
  books.push(new Book({ title: "Persuasion" }));
  books.remove(books[0] as Book);
  await session.commit();
  const rows = await engine.execute(
    sql<{ id: number; title: string }>`SELECT id, title FROM books WHERE author_id = 1`,
  );
  assert.equal(rows.map(({ title }) => title).sort(), ["Persuasion", "Sanditon"]);
});

test("soft delete: a listener turns a delete into an update, the filter hides the row", async () => {
  const maker = sessionmaker(engine);
  const stop = listen(maker, "beforeFlush", (each) => {
    for (const object of each.deleted) {
      if (!(object instanceof Book)) continue;
      each.add(object);
      object.deletedAt = new Date("2026-03-01T00:00:00Z");
    }
  });
  const own = maker();
  const emma = (await own.get(Book, 1)) as Book;
  own.delete(emma);
  sent.length = 0;
  await own.commit();
  stop();
  assert.equal(sent, [
    'UPDATE books SET deleted_at = ? WHERE id = ? ["2026-03-01T00:00:00.000Z",1]',
    "COMMIT",
  ]);
  assert.is(inspect(emma).state, "persistent");
  assert.is(await own.query(Book).filterBy({ id: 1 }).first(), null);
  await own.close();
});

test("what a parameter lacks stops a load of what is related, too", async () => {
  const Other = declarativeBase();
  class Room extends Other.mapped("rooms", {
    id: integer().primaryKey(),
    seats: oneToMany<Seat>("Seat"),
  }) {}
  class Seat extends Other.mapped(
    "seats",
    { id: integer().primaryKey(), roomId: integer().references("rooms.id"), row: integer() },
    { filters: { front: { parameters: { most: integer() }, where: (c, p) => c.row.lte(p.most) } } },
  ) {}
  Other.configure(Room, Seat);
  await Other.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO rooms VALUES (1)`);
  await engine.execute(sql`INSERT INTO seats VALUES (1, 1, 1), (2, 1, 9)`);
  const room = (await session.get(Room, 1)) as Room;
  assert.is((await errorOf(() => room.lazy.seats)).code, "filter-parameters");
  const all = select(Room).options(selectinload(Room.r.seats)).withoutFilter();
  assert.is((await session.scalars(all).one()).seats.length, 2);
  session.expire(room);
  const front = new Session(engine, { filters: { front: { most: 5 } } });
  const seats = await ((await front.get(Room, 1)) as Room).lazy.seats;
  assert.equal(
    seats.map(({ id }) => id),
    [1],
  );
  await front.close();
  // Deleted is deleted: a cascade asks no filter, and so needs no value of one.
  session.delete(room);
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "no-parent");
});

test.run();
