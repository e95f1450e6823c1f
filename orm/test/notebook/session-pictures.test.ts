import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEngine,
  type Engine,
  declarativeBase as fullBase,
  inspect,
  Session,
  sql,
} from "../../src/index.js";
import {
  declarativeBase,
  integer,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import {
  compare,
  flushPlan,
  identityMap,
  objectStates,
  showFlush,
} from "../../src/notebook/index.js";
import { errorOf, testDatabase } from "../support.js";
import { bundle, checkHtml, libraryClasses } from "./classes.js";

const test = suite("pictures of a session");
const database = testDatabase(test);
const { Base, Author, Book, Tag } = libraryClasses();
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

test.before.each(async () => {
  for (const table of ["book_tags", "books", "tags", "authors"]) {
    await database.admin.query(`DELETE FROM ${database.name}.${table}`);
    await database.admin.query(`ALTER TABLE ${database.name}.${table} AUTO_INCREMENT = 1`);
  }
});

/** A test with a session of its own, closed at the end, so that a failure leaves no lock behind. */
function inSession(work: (session: Session) => Promise<void>): () => Promise<void> {
  return async () => {
    const session = new Session(engine);
    try {
      await work(session);
    } finally {
      await session.close();
    }
  };
}

/** Ada with two books, one of which has a tag. */
function newAda() {
  const tag = new Tag({ name: "sql" });
  const notes = new Book({ title: "Notes", price: "9.99", tags: [tag] });
  const letters = new Book({ title: "Letters" });
  return { ada: new Author({ name: "Ada", books: [notes, letters] }), notes, letters, tag };
}

test(
  "the identity map: keys, values, and what the next flush will do",
  inSession(async (session) => {
    const { ada, letters } = newAda();
    session.add(ada);
    const before = identityMap(session);
    const added = [
      "4 objects",
      "class   key  object                                        next flush",
      "------  ---  --------------------------------------------  ----------------",
      "Author       name: 'Ada', email: NULL, createdAt: ?        + to be inserted",
      "Book         title: 'Notes', price: '9.99', authorId: ?    + to be inserted",
      "Book         title: 'Letters', price: '0.00', authorId: ?  + to be inserted",
      "Tag          name: 'sql'                                   + to be inserted",
    ];
    assert.is(bundle(before).text, added.join("\n"));
    await session.commit();
    ada.name = "Ada Lovelace";
    session.delete(letters);
    const after = identityMap(session);
    const changed = [
      "4 objects",
      "class   key  object                                           next flush",
      "------  ---  -----------------------------------------------  -------------------------------",
      "Author  1    name: 'Ada Lovelace', email: NULL, createdAt: ?  ~ to be updated: name was 'Ada'",
      "Book    1    title: 'Notes', price: '9.99', authorId: 1",
      "Book    2    title: 'Letters', price: '0.00', authorId: 1     − to be deleted",
      "Tag     1    name: 'sql'",
    ];
    assert.is(bundle(after).text, changed.join("\n"));
    checkHtml(bundle(after).html);
    // The first picture is as it was.
    assert.is(bundle(before).text, added.join("\n"));
  }),
);

test(
  "two pictures side by side",
  inSession(async (session) => {
    const { ada, notes, letters } = newAda();
    session.add(ada);
    await session.commit();
    const before = identityMap(session);
    assert.match(bundle(compare(before, identityMap(session))).text, /^before: 4, after: 4\n/);
    notes.price = "12.00";
    session.delete(letters);
    await session.flush();
    session.add(new Tag({ name: "new" }));
    const { text, html } = bundle(compare(before, identityMap(session)));
    const expected = [
      "before: 4, after: 4",
      "class   key  before                                        after",
      "------  ---  --------------------------------------------  -------------------------------------------",
      "Author  1    name: 'Ada', email: NULL, createdAt: ?        the same",
      "Book    1    title: 'Notes', price: '9.99', authorId: 1    title: 'Notes', price: '12.00', authorId: 1",
      "Book    2    title: 'Letters', price: '0.00', authorId: 1  —",
      "Tag     1    name: 'sql'                                   the same",
      "Tag          —                                             + name: 'new'",
    ];
    assert.is(text, expected.join("\n"));
    checkHtml(html);
  }),
);

test(
  "an empty session",
  inSession(async (session) => {
    assert.is(bundle(identityMap(session)).text, "0 objects\nno rows");
    assert.is(bundle(flushPlan(session)).text, "nothing to flush");
    assert.not.match(bundle(flushPlan(session)).html, /NaN|Infinity/);
  }),
);

test(
  "the plan of a flush: steps in order, and why",
  inSession(async (session) => {
    session.add(newAda().ada);
    const { text, html } = bundle(flushPlan(session));
    const expected = [
      "1. INSERT INTO authors: 1 row",
      "2. INSERT INTO books: 2 rows; after 1 (books.author_id → authors.id)",
      "3. INSERT INTO tags: 1 row",
      "4. INSERT INTO book_tags: 1 row; after 2 (book_tags.book_id → books.id); after 3 (book_tags.tag_id → tags.id)",
    ];
    assert.is(text, expected.join("\n"));
    assert.is(html.match(/<rect /g)?.length, 4);
    // Three arrows, each a line and a head.
    assert.is(html.match(/<path /g)?.length, 6);
    assert.ok(html.includes(">books.author_id → authors.id</text>"));
    checkHtml(html);
  }),
);

test(
  "looking at a plan changes nothing",
  inSession(async (session) => {
    const { ada, letters, notes } = newAda();
    session.add(ada);
    await session.commit();
    session.delete(letters);
    notes.price = "1.00";
    const { text } = bundle(flushPlan(session));
    assert.is(text, "1. UPDATE books: 1 row\n2. DELETE FROM books: 1 row");
    assert.is(inspect(letters).state, "persistent");
    assert.is(bundle(flushPlan(session)).text, text);
    assert.not.ok(session.inTransaction);
    await session.commit();
    assert.is(inspect(letters).state, "detached");
    const [rows] = await database.admin.query(`SELECT id, price FROM ${database.name}.books`);
    assert.equal(rows, [{ id: 1, price: "1.00" }]);
  }),
);

test(
  "a flush beside its SQL, its own alone",
  inSession(async (session) => {
    const { ada } = newAda();
    session.add(ada);
    await session.commit();
    ada.name = "it's <b>Ada</b>";
    session.add(new Book({ title: "x".repeat(70), price: "1.00", authorId: 1 }));
    const [shown] = await Promise.all([
      showFlush(session),
      engine.execute(sql`SELECT 'of somebody else'`),
    ]);
    const { text, html } = bundle(shown);
    const expected = [
      "1. UPDATE authors: 1 row",
      "2. INSERT INTO books: 1 row",
      "",
      "BEGIN",
      "",
      "UPDATE `authors` SET `name` = ? WHERE `id` = ?",
      `  ["it's <b>Ada</b>", 1]`,
      "",
      "INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?)",
      // A long value is cut.
      `  ['${"x".repeat(58)}…, '1.00', 1]`,
    ];
    assert.is(text, expected.join("\n"));
    assert.ok(html.includes("it&#39;s &lt;b&gt;Ada&lt;/b&gt;"));
    assert.is(html.match(/<li>/g)?.length, 3);
    checkHtml(html);
    assert.not.ok(session.dirty.length + session.new.length);
    await session.rollback();
  }),
);

test(
  "long statements and many parameters are cut",
  inSession(async (session) => {
    session.addAll(Array.from({ length: 100 }, (_, index) => new Tag({ name: `tag ${index}` })));
    const lines = bundle(await showFlush(session)).text.split("\n");
    const insert = lines.findIndex((line) => line.startsWith("INSERT INTO `tags`"));
    assert.is(lines[insert]?.length, 400);
    assert.ok(lines[insert]?.endsWith("…"));
    assert.ok(lines[insert + 1]?.startsWith("  ['tag 0', 'tag 1',"));
    assert.ok(lines[insert + 1]?.endsWith("'tag 11', … and 88 more]"), lines[insert + 1]);
    await session.rollback();
  }),
);

test(
  "a flush that fails shows its error, not a picture",
  inSession(async (session) => {
    session.addAll([1, 2].map(() => new Author({ name: "Ada", email: "ada@example.org" })));
    assert.is((await errorOf(() => showFlush(session))).code, "duplicate-key");
    await session.rollback();
  }),
);

test(
  "rows that point at rows of their own table, and a circle of rows",
  inSession(async (session) => {
    const Base = declarativeBase();
    class Subject extends Base.mapped("subjects", {
      id: integer().primaryKey(),
      name: varchar(50),
      parentId: integer().references("subjects.id").nullable(),
      parent: manyToOne<Subject>("Subject"),
    }) {}
    Base.configure(Subject);
    const science = new Subject({ name: "science" });
    const physics = new Subject({ name: "physics", parent: science });
    session.addAll([physics, new Subject({ name: "optics", parent: physics })]);
    const reason = "(subjects.parent_id → subjects.id)";
    const tree = [
      "1. INSERT INTO subjects: 1 row",
      `2. INSERT INTO subjects: 1 row; after 1 ${reason}`,
      `3. INSERT INTO subjects: 1 row; after 2 ${reason}`,
    ];
    assert.is(bundle(flushPlan(session)).text, tree.join("\n"));
    science.parent = physics;
    const circle = bundle(flushPlan(session));
    assert.match(circle.text, /parent_id NULL for now/);
    assert.match(circle.text, /UPDATE subjects: 1 row; after \d \(/);
    checkHtml(circle.html);
  }),
);

test(
  "what points at a row goes before it",
  inSession(async (session) => {
    const { ada, notes, letters, tag } = newAda();
    session.add(ada);
    await session.commit();
    notes.tags.remove(tag);
    session.delete(tag);
    const link = [
      "1. DELETE FROM book_tags: 1 row",
      "2. DELETE FROM tags: 1 row; after 1 (book_tags.tag_id → tags.id)",
    ];
    assert.is(bundle(flushPlan(session)).text, link.join("\n"));
    await session.commit();
    for (const object of [ada, notes, letters]) session.delete(object);
    const rows = [
      "1. DELETE FROM books: 2 rows",
      "2. DELETE FROM authors: 1 row; after 1 (books.author_id → authors.id)",
    ];
    assert.is(bundle(flushPlan(session)).text, rows.join("\n"));
    await session.commit();
    assert.is(bundle(identityMap(session)).text, "0 objects\nno rows");
  }),
);

test(
  "each state in turn",
  inSession(async (session) => {
    const ada = new Author({ name: "Ada" });
    const where = () => {
      const lines = bundle(objectStates({ ada })).text.split("\n");
      return lines.find((line) => line.includes(" ada "))?.split(" ")[0];
    };
    assert.is(where(), "transient");
    session.add(ada);
    assert.is(where(), "pending");
    await session.flush();
    assert.is(where(), "persistent");
    session.delete(ada);
    await session.flush();
    assert.is(where(), "deleted");
    await session.commit();
    assert.is(where(), "detached");
  }),
);

test(
  "what goes along with a delete: a picture says that it is not drawn, a flush draws it",
  inSession(async (session) => {
    const Base = fullBase();
    class Shelf extends Base.mapped("shelves", {
      id: integer().primaryKey(),
      boxes: oneToMany<Box>("Box", { backPopulates: "shelf", cascade: "all, delete-orphan" }),
    }) {}
    class Box extends Base.mapped("boxes", {
      id: integer().primaryKey(),
      shelfId: integer().references("shelves.id"),
      shelf: manyToOne<Shelf>("Shelf", { backPopulates: "boxes" }),
    }) {}
    Base.configure(Shelf, Box);
    await Base.metadata.createAll(engine);
    const made = [1, 2].map((id) => new Shelf({ id, boxes: [new Box({}), new Box({})] }));
    session.addAll(made);
    await session.commit();
    await session.close();

    const note =
      "Not drawn: what the flush loads first, because it is deleted or let go along with these.";
    const shelf = (await session.get(Shelf, 1)) as Shelf;
    session.delete(shelf);
    const look = bundle(flushPlan(session));
    assert.is(look.text, `1. DELETE FROM shelves: 1 row\n${note}`);
    assert.ok(look.html.includes(`<p style="opacity:.7">${note}</p>`));
    assert.is(inspect(shelf).state, "persistent");
    const drawn = [
      "1. DELETE FROM boxes: 2 rows",
      "2. DELETE FROM shelves: 1 row; after 1 (boxes.shelf_id → shelves.id)",
    ].join("\n");
    const { text } = bundle(await showFlush(session));
    const loads =
      "SELECT `boxes`.`id`, `boxes`.`shelf_id` FROM `boxes` WHERE `boxes`.`shelf_id` IN (?)\n  [1]";
    assert.ok(text.startsWith(`${drawn}\n\n${loads}\n\nDELETE FROM \`boxes\``), text);

    // What is in memory is drawn at once: an orphan, a new one that is not inserted, then all of them.
    const other = (await session.get(Shelf, 2)) as Shelf;
    await session.load(other, Shelf.r.boxes);
    const orphan = other.boxes.pop() as Box;
    const [kept, fresh] = [new Box({}), new Box({})];
    other.boxes.push(fresh, kept);
    session.add(other);
    other.boxes.remove(fresh);
    const orphaned = "1. INSERT INTO boxes: 1 row\n2. DELETE FROM boxes: 1 row";
    assert.is(bundle(flushPlan(session)).text, orphaned);
    assert.equal(session.new, [fresh, kept]);
    assert.equal([session.deleted, inspect(orphan).state], [[], "persistent"]);
    assert.ok(bundle(await showFlush(session)).text.startsWith(`${orphaned}\n\n`));
    session.delete(other);
    assert.is(bundle(flushPlan(session)).text, drawn);
    assert.equal(session.deleted, [other]);
    // The session is as before: it flushes without a picture.
    await session.commit();
    const [rows] = await database.admin.query(`SELECT id FROM ${database.name}.boxes`);
    assert.equal(rows, []);
  }),
);

test.run();
