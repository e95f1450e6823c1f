import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEngine,
  declarativeBase,
  type Engine,
  Session,
  select,
  selectinload,
} from "../../src/index.js";
import {
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  varchar,
} from "../../src/mapping/index.js";
import { objectGraph } from "../../src/notebook/index.js";
import { testDatabase } from "../support.js";
import { bundle, checkHtml } from "./classes.js";

const test = suite("pictures of objects and their references");
const database = testDatabase(test);
const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}
class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  authorId: integer().nullable().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  cover: oneToOne<Cover>("Cover", { backPopulates: "book" }),
}) {}
class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}
class Cover extends Base.mapped("covers", {
  bookId: integer().primaryKey().references("books.id"),
  book: oneToOne<Book>("Book", { backPopulates: "cover" }),
}) {}
class Subject extends Base.mapped("subjects", {
  id: integer().primaryKey(),
  name: varchar(50),
  parentId: integer().nullable().references("subjects.id"),
  parent: manyToOne<Subject>("Subject", { backPopulates: "children" }),
  children: oneToMany<Subject>("Subject", { backPopulates: "parent" }),
}) {}
Base.configure(Author, Book, Tag, Cover, Subject);

let engine: Engine;
test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

function newAda() {
  const sql = new Tag({ name: "sql" });
  const notes = new Book({ title: "Notes", tags: [sql] });
  const letters = new Book({ title: "Letters" });
  return { ada: new Author({ name: "Ada", books: [notes, letters] }), notes, letters, sql };
}

test("new objects: both sides of each relationship, in a picture and in text", () => {
  const { ada, notes, sql } = newAda();
  const { html, text } = bundle(objectGraph({ ada, notes }));
  const expected = [
    "ada: Author (new) 'Ada' (transient)",
    "  books → notes, Book (new) 'Letters'",
    "notes: Book (new) 'Notes' (transient)",
    "  author → ada",
    "  tags   → Tag (new) 'sql'",
    "  cover    null",
    "Book (new) 'Letters' (transient)",
    "  author → ada",
    "  tags     none",
    "  cover    null",
    "Tag (new) 'sql' (transient)",
    "  books → notes",
  ];
  assert.is(text, expected.join("\n"));
  // Six references, each a line and a head; no dashed frame, as nothing is unloaded.
  assert.is(html.match(/<path /g)?.length, 12);
  assert.not.match(html, /stroke-dasharray/);
  assert.ok(html.includes(">ada: Author (new)</text>"));
  checkHtml(html);
  // To look made no collection.
  assert.is(bundle(objectGraph(sql)).text.split("\n")[1], "  books → Book (new) 'Notes'");
});

test("a side that does not know of the other has no arrow back", () => {
  class Shelf extends Base.mapped("shelves", {
    id: integer().primaryKey(),
    books: manyToMany<Book>("Book", { through: "shelf_books" }),
  }) {}
  Base.configure(Shelf);
  const shelf = new Shelf({ id: 4, books: [new Book({ title: "Notes" })] });
  const { html, text } = bundle(objectGraph({ shelf }));
  assert.ok(text.startsWith("shelf: Shelf 4 (transient)\n  books → Book (new) 'Notes'\n"), text);
  assert.is(html.match(/<path /g)?.length, 2);
});

test("what is not loaded is drawn as such, with the key where the row has it, and stays so", async () => {
  const { ada } = newAda();
  const first = new Session(engine);
  first.add(ada);
  await first.commit();
  await first.close();

  const session = new Session(engine);
  try {
    const notes = (await session.get(Book, 1)) as Book;
    const unloaded = [
      "notes: Book 1 'Notes' (persistent)",
      "  author   not loaded: Author 1",
      "  tags     not loaded",
      "  cover    not loaded",
    ];
    const { html, text } = bundle(objectGraph({ notes }));
    assert.is(text, unloaded.join("\n"));
    assert.is(html.match(/stroke-dasharray/g)?.length, 3);
    assert.not.match(html, /<path /);
    checkHtml(html);
    assert.is(bundle(objectGraph({ notes })).text, text);

    await session.load(notes, Book.r.author, Book.r.cover);
    const one = selectinload(Author.r.books).where(Book.c.title.like("N%"));
    const [found] = await session.scalars(select(Author).options(one)).all();
    const partial = [
      "Author 1 'Ada' (persistent)",
      "  books → Book 1, …",
      "Book 1 'Notes' (persistent)",
      "  author → Author 1",
      "  tags     not loaded",
      "  cover    null",
    ];
    assert.is(bundle(objectGraph(found as Author)).text, partial.join("\n"));
    assert.match(bundle(objectGraph(found as Author)).html, />1 of them<\/text>/);

    await session.load(found as Author, Author.r.books);
    assert.match(bundle(objectGraph(found as Author)).text, /books → Book 1, Book 2\n/);
    session.delete(notes);
    await session.flush();
    assert.match(bundle(objectGraph({ notes })).text, /^notes: Book 1 'Notes' \(deleted\)/);
  } finally {
    await session.close();
  }
});

test("a row that points at nothing, and a key of the own row", async () => {
  const session = new Session(engine);
  try {
    session.add(new Book({ id: 70, title: "Anonymous", cover: new Cover({}) }));
    await session.commit();
    await session.close();
    const book = (await session.get(Book, 70)) as Book;
    const cover = (await session.get(Cover, 70)) as Cover;
    assert.match(bundle(objectGraph(book)).text, /author {3}not loaded: null/);
    assert.match(
      bundle(objectGraph(cover)).text,
      /^Cover 70 \(persistent\)\n {2}book {3}not loaded: Book 70$/,
    );
  } finally {
    await session.close();
  }
});

test("a tree, and an object that points at itself", () => {
  const science = new Subject({ name: "science" });
  const physics = new Subject({ name: "physics", parent: science });
  new Subject({ name: "optics", parent: physics });
  const { html, text } = bundle(objectGraph(science));
  assert.match(text, /children → Subject \(new\) 'physics'/);
  assert.is(html.match(/<path /g)?.length, 8);
  assert.not.match(html, /NaN|Infinity/);
  science.parent = science;
  assert.not.match(bundle(objectGraph(science)).html, /NaN|Infinity/);
});

test("of many objects the nearest are drawn, and what is in a value is no markup", () => {
  const books = Array.from({ length: 40 }, (_, n) => new Book({ title: `<b>${n}</b>` }));
  const { html, text } = bundle(objectGraph(new Author({ name: "<script>", books })));
  assert.ok(text.endsWith("\n… and 11 more that these lead to"), text);
  assert.ok(html.includes("… and 11 more"));
  assert.is(html.match(/ rx="4"/g)?.length, 60);
  checkHtml(html);
  assert.is(bundle(objectGraph(...books)).text.match(/^Book/gm)?.length, 40);
});

test("a name of the program's own is no markup, whatever stands in it", () => {
  const { ada, notes } = newAda();
  const { html, text } = bundle(objectGraph({ '<b title="x">: y': ada, notes }));
  assert.ok(text.startsWith(`<b title="x">: y: Author (new) 'Ada' (transient)\n`), text);
  assert.match(text, `\n  author → <b title="x">: y\n`);
  checkHtml(html);
});

test("nothing to draw", () => {
  assert.is(bundle(objectGraph()).text, "");
  assert.not.match(bundle(objectGraph()).html, /NaN|Infinity/);
});

test.run();
