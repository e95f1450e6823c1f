import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { type Instance, instanceOf } from "../../src/mapping/instance.js";
import { select } from "../../src/query/index.js";
import { pathJoin } from "../../src/query/joins.js";
import type { HydratedRows, LoadOption } from "../../src/query/nodes.js";
import { Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Person, plainSql } from "./shelf.js";

const test = suite("what options of a select can do");
const database = testDatabase(test);
let engine: Engine;
const sent: string[] = [];

test.before(async () => {
  engine = createEngine(database.url, { echo: (line) => sent.push(line) });
  await fill(engine);
});
test.after(() => engine.dispose());

/** Adds the books of each author to the statement, and notes what comes of them. */
function withBooks(seen: HydratedRows[]): LoadOption {
  const path = Author.r.books;
  return {
    path,
    nested: [],
    rewrite: (node) => ({
      ...node,
      joins: [...node.joins, pathJoin("left", path, { own: "authors", target: "b" })],
      hidden: [
        {
          kind: "entity",
          mapper: instanceOf(new Book({ title: "x", price: "1" })).mapper,
          alias: "b",
        },
      ],
      unique: true,
    }),
    collect: (rows) => seen.push(rows),
  };
}

test("an option adds joins and hidden items; repeated rows are handed out once", async () => {
  const seen: HydratedRows[] = [];
  const statement = select(Author).options(withBooks(seen)).orderBy(Author.c.id, sql`b.id`);
  assert.is(
    plainSql(statement),
    "SELECT authors.id, authors.name, authors.born_on, b.id, b.title, b.price, b.author_id " +
      "FROM authors LEFT JOIN books AS b ON b.author_id = authors.id " +
      "ORDER BY authors.id, (b.id)",
  );
  const session = new Session(engine);
  const authors = await session.scalars(statement).all();
  assert.equal(
    authors.map(({ name }) => name),
    ["Ada", "Grace", "Nobody"],
  );
  const [rows] = seen;
  assert.equal(
    rows?.roots.map((author) => (author as Author | null)?.name),
    ["Ada", "Ada", "Grace", "Nobody"],
  );
  assert.equal(
    rows?.hidden[0]?.map((book) => (book as Book | null)?.title),
    ["Notes", "Letters", "Compilers", undefined],
  );
  assert.is(rows?.hidden[0]?.[3], null);
  const pairs = await session
    .execute(select(Author, Author.c.name).options(withBooks(seen)).orderBy(Author.c.id))
    .all();
  assert.is(pairs.length, 3);
  const records = await session
    .execute(select({ who: Author, born: Author.c.bornOn }).options(withBooks(seen)))
    .all();
  assert.is(records.length, 3);
  await session.close();
});

test("an option loads in the same turn, once for all objects that came", async () => {
  const calls: (readonly Instance[])[] = [];
  const titles: string[] = [];
  const option: LoadOption = {
    path: Author.r.books,
    nested: [],
    async load(objects, fetch) {
      calls.push(objects);
      titles.push(...(await fetch(select(Book.c.title).orderBy(Book.c.id).limit(2))));
    },
  };
  const session = new Session(engine);
  const before = sent.length;
  const rows = await session
    .execute(select(Book, Author).leftJoin(Book.r.author).options(option).orderBy(Book.c.id))
    .all();
  // BEGIN, and two statements.
  assert.is(sent.length - before, 3);
  assert.equal(
    rows.map(([book, author]) => [book.title, author?.name ?? null]),
    [
      ["Notes", "Ada"],
      ["Letters", "Ada"],
      ["Compilers", "Grace"],
      ["Anonymous", null],
    ],
  );
  assert.equal(
    calls.map((objects) => objects.map(({ object }) => (object as Author).name)),
    [["Ada", "Grace"]],
  );
  assert.equal(titles, ["Notes", "Letters"]);
  await session.scalars(select(Author).where(Author.c.id.eq(99)).options(option)).all();
  assert.is(calls.length, 1);
  await session.close();
});

test("an option begins at a class that the select gives", async () => {
  const option: LoadOption = { path: Author.r.books, nested: [], load: async () => {} };
  for (const statement of [select(Person).options(option), select(Author.c.id).options(option)]) {
    const error = await errorOf(() => plainSql(statement));
    assert.is(error.code, "option-root");
    assert.match(error.message, "Author.books");
  }
});

test("objects know those that came with them, until their session is closed", async () => {
  const session = new Session(engine);
  const authors = await session.scalars(select(Author).where(Author.c.id.lt(3))).all();
  const names = (author: Author) => {
    const objects = instanceOf(author).siblings?.flat() as Author[] | undefined;
    return objects && [...new Set(objects.map(({ name }) => name))];
  };
  const [ada, grace] = authors;
  if (ada === undefined || grace === undefined) throw new Error("There are two.");
  assert.equal(names(ada), ["Ada", "Grace"]);
  assert.is(instanceOf(grace).siblings, instanceOf(ada).siblings);
  await session.execute(select(Book, Author).join(Book.r.author).where(Author.c.id.eq(1))).all();
  assert.equal(names(ada), ["Ada"]);
  await session.close();
  assert.is(names(ada), undefined);
});

test.run();
