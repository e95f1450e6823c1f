import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import {
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { alias, intersect, type Select, select, union } from "../../src/query/index.js";
import {
  declarativeBase,
  joinedload,
  Session,
  selectinload,
} from "../../src/relationships/index.js";
import { testDatabase } from "../support.js";

// A select that gives every object of a class needs no list of their keys to load what is related to them.

const Base = declarativeBase();
/** More than are listed in any case. */
const AUTHORS = 120;

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(50),
  books: oneToMany<Book>("Book", {
    backPopulates: "author",
    foreignKey: "authorId",
    orderBy: "title",
  }),
  edited: oneToMany<Book>("Book", { backPopulates: "editor", foreignKey: "editorId" }),
  portrait: oneToOne<Portrait>("Portrait", { backPopulates: "author" }),
}) {}

class Portrait extends Base.mapped("portraits", {
  id: integer().primaryKey(),
  authorId: integer().unique().references("authors.id"),
  author: oneToOne<Author>("Author", { backPopulates: "portrait" }),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(50),
  authorId: integer().references("authors.id"),
  editorId: integer().nullable().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books", foreignKey: "authorId" }),
  editor: manyToOne<Author>("Author", { backPopulates: "edited", foreignKey: "editorId" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(20),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

class Room extends Base.mapped("rooms", {
  name: varchar(20).primaryKey(),
  chairs: oneToMany<Chair>("Chair"),
}) {}
class Chair extends Base.mapped("chairs", {
  id: integer().primaryKey(),
  roomName: varchar(20).references("rooms.name"),
}) {}

class Box extends Base.mapped("boxes", {
  id: uuid().primaryKey(),
  things: oneToMany<Thing>("Thing"),
}) {}
class Thing extends Base.mapped("things", {
  id: integer().primaryKey(),
  boxId: uuid().nullable().references("boxes.id"),
}) {}

/** A class with a filter. */
class Shown extends Base.mapped(
  "shown",
  { id: integer().primaryKey(), hidden: integer(), parts: oneToMany<Part>("Part") },
  { filters: { visible: (c) => c.hidden.eq(0) } },
) {}
class Part extends Base.mapped("parts", {
  id: integer().primaryKey(),
  shownId: integer().references("shown.id"),
}) {}

/** A class with a variant. */
class Animal extends Base.mapped(
  "animals",
  {
    id: integer().primaryKey(),
    kind: varchar(10),
    toys: oneToMany<Toy>("Toy", { backPopulates: "owner" }),
  },
  { discriminator: { column: "kind", value: "animal" } },
) {}
class Dog extends Animal.variant("dog", {}) {}
class Toy extends Base.mapped("toys", {
  id: integer().primaryKey(),
  ownerId: integer().references("animals.id"),
  owner: manyToOne<Animal>("Animal", { backPopulates: "toys" }),
}) {}
Base.configure(Author, Portrait, Book, Tag, Room, Chair, Box, Thing, Shown, Part, Animal, Toy, Dog);

const test = suite("what is related to all objects of a class");
const database = testDatabase(test);
const sent: string[] = [];
let engine: Engine;
let session: Session;

/** The numbers from 1 to {@link AUTHORS}, as a table `n` for what follows it. */
const numbers = `WITH RECURSIVE n AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < ${AUTHORS})`;

/** Author 3n has two books, 3n + 1 one, 3n + 2 none. Every second book has an editor, tags have those with even keys. */
const rows = [
  `INSERT INTO authors (id, name) ${numbers} SELECT n, CONCAT('Author ', n) FROM n`,
  `INSERT INTO portraits (id, author_id) ${numbers} SELECT n, n FROM n WHERE n % 2 = 0`,
  `INSERT INTO books (id, title, author_id, editor_id)
    ${numbers} SELECT n, CONCAT('B ', n), n, IF(n % 2 = 0, n, NULL) FROM n WHERE n % 3 < 2`,
  `INSERT INTO books (id, title, author_id)
    ${numbers} SELECT 1000 + n, CONCAT('A ', n), n FROM n WHERE n % 3 = 0`,
  "INSERT INTO tags (id, name) VALUES (1, 'maths'), (2, 'travel')",
  "INSERT INTO book_tags (book_id, tag_id) SELECT id, 1 FROM books WHERE id % 2 = 0",
  "INSERT INTO book_tags (book_id, tag_id) SELECT id, 2 FROM books WHERE id % 4 = 0",
  `INSERT INTO rooms (name) ${numbers} SELECT CONCAT('Room ', n) FROM n`,
  "INSERT INTO chairs (id, room_name) VALUES (1, 'Room 7')",
  `INSERT INTO boxes (id) ${numbers} SELECT UUID_TO_BIN(CONCAT('00000000-0000-4000-8000-', LPAD(n, 12, '0'))) FROM n`,
  `INSERT INTO things (id, box_id) SELECT 1, MIN(id) FROM boxes`,
  "INSERT INTO things (id, box_id) VALUES (2, NULL)",
  `INSERT INTO shown (id, hidden) ${numbers} SELECT n, n = 1 FROM n`,
  "INSERT INTO parts (id, shown_id) VALUES (1, 1), (2, 2)",
  `INSERT INTO animals (id, kind) ${numbers} SELECT n, IF(n = 1, 'animal', 'dog') FROM n`,
  "INSERT INTO toys (id, owner_id) VALUES (1, 1), (2, 2)",
];

test.before(async () => {
  engine = createEngine(database.url, { echo: (_line, { text }) => sent.push(text) });
  await Base.metadata.createAll(engine);
  await database.admin.query(`USE ${database.name}`);
  for (const statement of rows) await database.admin.query(statement);
});
test.before.each(() => {
  session = new Session(engine);
  sent.length = 0;
});
test.after.each(() => session.close());
test.after(() => engine.dispose());

/** The SELECTs since the last call, without quotes, and from FROM on. */
function taken(): string[] {
  const selects = sent.splice(0).filter((text) => text.startsWith("SELECT"));
  return selects.map((text) => text.replaceAll("`", "").replace(/.*? (?=FROM)/, ""));
}

const byTitle = "ORDER BY books.title";

test("a key that cannot be NULL needs no condition, and the order stays", async () => {
  const query = select(Author).options(selectinload(Author.r.books));
  const authors = await session.scalars(query).all();
  assert.equal(taken(), ["FROM authors", `FROM books ${byTitle}`]);
  assert.is(authors.length, AUTHORS);
  for (const { id, books } of authors) {
    const titles = [`A ${id}`, `B ${id}`].slice(id % 3 === 0 ? 0 : 1, id % 3 === 2 ? 1 : 2);
    assert.equal(
      books.map(({ title }) => title),
      titles,
    );
    for (const book of books) assert.is(book.author, authors[id - 1]);
  }
  assert.equal(taken(), []);
});

test("a key that can be NULL must not be", async () => {
  const query = select(Author).options(selectinload(Author.r.edited)).orderBy(Author.c.id.desc());
  const authors = await session.scalars(query).all();
  assert.equal(taken(), [
    "FROM authors ORDER BY authors.id DESC",
    "FROM books WHERE books.editor_id IS NOT NULL",
  ]);
  const edited = authors.flatMap(({ id, edited: books }) => books.map((book) => [id, book.id]));
  const [rows] = await database.admin.query({
    sql: "SELECT editor_id, id FROM books WHERE editor_id IS NOT NULL ORDER BY editor_id DESC",
    rowsAsArray: true,
  });
  assert.equal(edited, rows);
});

test("the table between is read whole, and what is nested has its list", async () => {
  const query = select(Author).options(selectinload(Author.r.books, selectinload(Book.r.tags)));
  const authors = await session.scalars(query).all();
  const [root, ofBooks, ofTags = "", ...others] = taken();
  assert.equal([root, ofBooks, others], ["FROM authors", `FROM books ${byTitle}`, []]);
  assert.match(ofTags, /^FROM book_tags JOIN tags ON .* WHERE book_tags.book_id IN \(1, 1003, 3, /);

  const fresh = new Session(engine);
  const all = await fresh.scalars(select(Book).options(selectinload(Book.r.tags))).all();
  assert.equal(taken(), ["FROM books", "FROM book_tags JOIN tags ON book_tags.tag_id = tags.id"]);
  const tagsOf = (list: Book[]) =>
    list.map(({ id, tags }) => `${id}: ${tags.map(({ name }) => name).sort()}`).sort();
  assert.equal(tagsOf(all), tagsOf(authors.flatMap((author) => author.books)));
  assert.equal(
    all.filter(({ tags }) => tags.length === 2).map(({ id }) => id % 4),
    all.filter(({ id }) => id % 4 === 0).map(() => 0),
  );
  await fresh.close();
});

test("conditions, a limit for each and a nested join hold as with a list", async () => {
  const some = selectinload(Author.r.books).where(Book.c.title.like("A%"));
  const first = selectinload(Author.r.books, joinedload(Book.r.editor)).limit(1);
  for (const option of [some, first]) {
    const found: string[][] = [];
    for (const query of [select(Author), select(Author).where(Author.c.id.gt(0))]) {
      const own = new Session(engine);
      const authors = await own.scalars(query.options(option)).all();
      found.push(authors.map(({ id, books }) => `${id}: ${books.map(({ title }) => title)}`));
      await own.close();
    }
    const [whole, listed] = taken().filter((text) => text.includes("books"));
    assert.not.match(whole ?? "", / IN \(/);
    assert.match(listed ?? "", / IN \(/);
    assert.equal(found[0], found[1]);
  }
});

/** Loads by a query, in a session of its own, and tells the statements behind its own. */
async function loadsOf(query: object, own = new Session(engine)): Promise<string[]> {
  taken();
  const found = await own.execute(query as Select<object>).all();
  await own.close();
  const [, ...loads] = taken();
  // Else there would be a list in any case.
  assert.ok(new Set(found).size > 100);
  return loads;
}

const isListed = (text: string) => text.includes(" IN (");

const books = selectinload(Author.r.books);
const all = select(Author);
const other = alias(Author, "other");
const notWhole: Record<string, object> = {
  "a condition": all.where(Author.c.id.gte(1)).options(books),
  "a limit": all.limit(AUTHORS).options(books),
  "an offset": all.orderBy(Author.c.id).limit(AUTHORS).offset(1).options(books),
  "a join": all.join(other, other.c.id.eq(Author.c.id)).options(books),
  "a left join": all.leftJoin(other, other.c.id.eq(Author.c.id)).options(books),
  "a group": all.groupBy(Author.c.id).options(books),
  "a condition for groups": all.groupBy(Author.c.id).having(Author.c.id.gte(1)).options(books),
  "a lock, which may skip rows": all.forUpdate({ skipLocked: true }).options(books),
  "a source of its own": all.from(Author).options(books),
  "other columns": select(Author, Author.c.name).options(books),
  "a union": union(all.options(books), all.options(books)),
  "an intersection": intersect(all.options(books), all.options(books)),
  "a variant": select(Dog).options(selectinload(Dog.r.toys)),
  "a filter": select(Shown).options(selectinload(Shown.r.parts)),
  "keys that a collation compares": select(Room).options(selectinload(Room.r.chairs)),
  "a relationship to one": all.options(selectinload(Author.r.portrait)),
};
for (const [what, query] of Object.entries(notWhole)) {
  test(`${what}: the keys of those that were found are listed`, async () => {
    const loads = await loadsOf(query);
    assert.equal(loads.map(isListed), [true]);
  });
}

const whole: Record<string, object> = {
  "sorted, distinct": all.distinct().orderBy(Author.c.name).options(books),
  "a class with variants": select(Animal).options(selectinload(Animal.r.toys)),
  "a filter that is turned off": select(Shown).withoutFilter().options(selectinload(Shown.r.parts)),
  "keys that are UUIDs": select(Box).options(selectinload(Box.r.things)),
  "beside a joinedload": select(Book).options(joinedload(Book.r.author), selectinload(Book.r.tags)),
  "of an alias": select(other).options(selectinload(other.r.books)),
};
for (const [what, query] of Object.entries(whole)) {
  test(`${what}: no key is listed`, async () => {
    const loads = await loadsOf(query);
    assert.equal(loads.map(isListed), [false]);
  });
}

test("a filter that a session turns off leaves nothing out", async () => {
  const query = select(Shown).options(selectinload(Shown.r.parts));
  const loads = await loadsOf(query, new Session(engine, { filters: { visible: false } }));
  assert.equal(loads, ["FROM parts"]);
});

test("who has been loaded is not loaded again, and the others are listed", async () => {
  const one = await session.get(Author, 3);
  await session.load(one as Author, Author.r.books);
  taken();
  const authors = await session.scalars(all.options(books)).all();
  const [, load = "", ...more] = taken();
  assert.match(load, " IN (1, 2, 4, ");
  assert.equal(more, []);
  assert.is(authors.flatMap((author) => author.books).length, AUTHORS);
});

test("session.load and a lazy load list the keys", async () => {
  const authors = await session.scalars(all).all();
  taken();
  await session.load(authors, Author.r.books);
  await authors[0]?.lazy.edited;
  assert.equal(taken().map(isListed), [true, true]);
});

test("a hundred objects are listed, one more is not", async () => {
  const query = select(Box).options(selectinload(Box.r.things));
  const load = async () => {
    const own = new Session(engine);
    const boxes = await own.scalars(query).all();
    await own.close();
    return [boxes.length, taken().slice(1).map(isListed)];
  };
  const remove = (count: number) =>
    database.admin.query("DELETE FROM boxes ORDER BY id DESC LIMIT ?", [count]);
  await remove(AUTHORS - 101);
  assert.equal(await load(), [101, [false]]);
  await remove(1);
  assert.equal(await load(), [100, [true]]);
});

test("rows of nobody are nobody's: one added since, and one whose owner was never there", async () => {
  const { admin } = database;
  await admin.query("SET FOREIGN_KEY_CHECKS = 0");
  await admin.query("INSERT INTO books (id, title, author_id) VALUES (5000, 'Lost', 5000)");
  await admin.query("SET FOREIGN_KEY_CHECKS = 1");
  try {
    const authors = await session.scalars(all.options(books)).all();
    const found = authors.flatMap((author) => author.books);
    assert.is(found.length, AUTHORS);
    assert.not.ok(found.some(({ title }) => title === "Lost"));
    // What a flush would write shows that no object has changed.
    sent.length = 0;
    await session.commit();
    assert.equal(sent, ["COMMIT"]);
  } finally {
    await admin.query("DELETE FROM books WHERE id = 5000");
  }
});

test.run();
