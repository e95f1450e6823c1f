import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/index.js";
import {
  bigint,
  boolean,
  datetime,
  declarativeBase,
  enumeration,
  integer,
  json,
  text,
  varchar,
} from "../../src/mapping/index.js";
import { classAndTable, objectStates, schema } from "../../src/notebook/index.js";
import { bundle, checkHtml, libraryClasses } from "./classes.js";

const test = suite("pictures of classes and objects");

test("a class beside its table", () => {
  const { Book } = libraryClasses();
  const { html, text } = bundle(classAndTable(Book));
  const expected = [
    "class Book  in TypeScript    ↔  table books       in MySQL                                keys and constraints",
    "----------  ---------------  -  ----------------  --------------------------------------  ---------------------------------------",
    "id          number           ↔  id                INT NOT NULL AUTO_INCREMENT             PRIMARY KEY",
    "title       string           ↔  title             VARCHAR(200) NOT NULL                   INDEX",
    "price       string           ↔  price             DECIMAL(10, 2) NOT NULL DEFAULT '0.00'",
    "authorId    number           ↔  author_id         INT NOT NULL                            → authors.id ON DELETE CASCADE",
    "author      Author | null    →                                                            manyToOne: class Author",
    "tags        Collection<Tag>  →                                                            manyToMany: class Tag through book_tags",
    "                                author_id, title                                          UNIQUE",
  ];
  assert.is(text, expected.join("\n"));
  assert.ok(html.includes("<td"));
  checkHtml(html);
});

test("the types of the program", () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped(
    "things",
    {
      id: bigint().primaryKey(),
      asNumber: bigint().as("number"),
      asString: bigint().as("string"),
      kind: enumeration("a", "b").nullable(),
      exact: datetime(6),
      due: datetime(0),
      seen: boolean(),
      extra: json<{ a: 1 }>(),
      site: text().convert({ toDatabase: (url: URL) => url.href, fromDatabase: (t) => new URL(t) }),
      price: integer(),
    },
    { checks: [sql`price >= 0`] },
  ) {}
  const lines = bundle(classAndTable(Thing)).text.split("\n").slice(2);
  const types = lines.map((line) => line.split("↔")[0]?.replace(/ +/g, " ").trim());
  assert.equal(types.slice(0, 10), [
    "id bigint",
    "asNumber number",
    "asString string",
    'kind "a" | "b" | null',
    "exact string",
    "due Date",
    "seen boolean",
    "extra object",
    "site (converted)",
    "price number",
  ]);
  assert.is(lines[10]?.trim(), "CHECK (price >= 0)");
});

test("the states of objects, by name or by class and key", () => {
  const { Author } = libraryClasses();
  const ada = new Author({ name: "Ada" });
  const grace = new Author({ id: 7, name: "Grace" });
  const { html, text } = bundle(objectStates({ ada }, grace));
  const expected = [
    "state       here           what moves it",
    "----------  -------------  ----------------------------------------------------------",
    "transient   ada, Author 7  add() → pending",
    "pending                    flush() → persistent; expunge(), rollback() → transient",
    "persistent                 delete(), flush() → deleted; expunge(), close() → detached",
    "deleted                    commit() → detached; rollback() → persistent",
    "detached                   add() → persistent",
  ];
  assert.is(text, expected.join("\n"));
  assert.is(html.match(/<rect /g)?.length, 5);
  // Eight moves: each is a line and a head.
  assert.is(html.match(/<path /g)?.length, 16);
  assert.ok(html.includes(">ada</text>"));
  checkHtml(html);
});

test("an object that is not mapped has no state", () => {
  assert.throws(() => objectStates({ ada: { name: "Ada" } }), /not an object of a mapped class/);
});

test("the tables and their foreign keys", () => {
  const { Base } = libraryClasses();
  const { html, text } = bundle(schema(Base.metadata));
  const expected = [
    "authors     type          key",
    "----------  ------------  ---",
    "id          INT           PK",
    "name        VARCHAR(100)",
    "email       VARCHAR(150)",
    "created_at  DATETIME(3)",
    "",
    "books      type            key",
    "---------  --------------  ---  ------------------------------",
    "id         INT             PK",
    "title      VARCHAR(200)",
    "price      DECIMAL(10, 2)",
    "author_id  INT             FK   → authors.id ON DELETE CASCADE",
    "",
    "tags  type         key",
    "----  -----------  ---",
    "id    INT          PK",
    "name  VARCHAR(50)",
    "",
    "book_tags  type  key",
    "---------  ----  ---  ----------------------------",
    "book_id    INT   PK   → books.id ON DELETE CASCADE",
    "tag_id     INT   PK   → tags.id ON DELETE CASCADE",
  ];
  assert.is(text, expected.join("\n"));
  // Two boxes for each table; a line and a head for each foreign key.
  assert.is(html.match(/<rect /g)?.length, 8);
  assert.is(html.match(/<path /g)?.length, 6);
  checkHtml(html);
});

test("tables that point at each other and at themselves can be drawn", () => {
  const Base = declarativeBase();
  Base.mapped("subjects", {
    id: integer().primaryKey(),
    parentId: integer().references("subjects.id").nullable(),
    bestId: integer().references("books.id").nullable(),
  });
  Base.mapped("books", {
    id: integer().primaryKey(),
    subjectId: integer().references("subjects.id"),
  });
  const { html, text } = bundle(schema(Base.metadata));
  assert.is(html.match(/<path /g)?.length, 6);
  assert.match(text, /parent_id +INT +FK +→ subjects\.id\n/);
  assert.not.match(html, /NaN|Infinity|undefined/);
});

test("names cannot become markup", () => {
  const evil = `<img src=x onerror="alert('1')">&`;
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", {
    id: integer().primaryKey(),
    x: varchar(5).named(evil),
    kind: enumeration(evil),
  }) {}
  const thing = new Thing({ x: "a", kind: evil });
  for (const picture of [
    classAndTable(Thing),
    schema(Base.metadata),
    objectStates({ [evil]: thing }),
  ]) {
    const { html } = bundle(picture);
    assert.not.ok(html.includes("<img"), html);
    assert.ok(html.includes("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"));
  }
});

test("a table between two classes that is mapped is drawn once", () => {
  const { Base } = libraryClasses();
  Base.mapped("book_tags", {
    bookId: integer().primaryKey().references("books.id"),
    tagId: integer().primaryKey().references("tags.id"),
  });
  const { text } = bundle(schema(Base.metadata));
  assert.is(text.split("\n").filter((line) => line.startsWith("book_tags")).length, 1);
});

test("a schema without tables is an empty picture", () => {
  const { html, text } = bundle(schema(declarativeBase().metadata));
  assert.is(text, "");
  assert.not.match(html, /NaN|Infinity/);
});

test.run();
