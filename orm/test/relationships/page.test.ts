import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { select } from "../../src/query/index.js";
import { joinedload, selectinload } from "../../src/relationships/index.js";
import { Session } from "../../src/relationships/session.js";
import { Author, Book, fill } from "../query/shelf.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("pages of objects with what is loaded around them");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

test.before(async () => {
  engine = createEngine(database.url, { echo: (line) => sent.push(line) });
  await fill(engine);
});
test.before.each(() => {
  session = new Session(engine);
});
test.after.each(() => session.close());
test.after(() => engine.dispose());

const selects = () => sent.filter((line) => line.includes("SELECT")).length;

test("selectinload: one more statement for the objects of the page, none for the one row more", async () => {
  const authors = select(Author)
    .orderBy(Author.c.name.desc())
    .options(selectinload(Author.r.books, selectinload(Book.r.tags)));
  sent.length = 0;
  const first = await session.page(authors, { size: 2 });
  assert.is(selects(), 3);
  const next = await session.page(authors, { size: 2, after: first.next });
  assert.equal(
    [...first.items, ...next.items].map(({ name, books }) => [
      name,
      books.map(({ title, tags }) => `${title} ${tags.length}`).sort(),
    ]),
    [
      ["Nobody", []],
      ["Grace", ["Compilers 0"]],
      ["Ada", ["Letters 1", "Notes 2"]],
    ],
  );
  // A cursor is of the rows; what is loaded with them makes no other statement of it.
  const plain = select(Author).orderBy(Author.c.name.desc());
  const same = await session.page(plain, { size: 2, after: first.next });
  assert.is(same.items[0], next.items[0]);
});

test("joinedload: to one object in the same statement, to several refused", async () => {
  const books = select(Book).orderBy(Book.c.title).options(joinedload(Book.r.author));
  sent.length = 0;
  const first = await session.page(books, { size: 3 });
  const rest = await session.page(books, { size: 3, after: first.next });
  assert.is(selects(), 2);
  assert.equal(
    [...first.items, ...rest.items].map(({ title, author }) => [title, author?.name]),
    [
      ["Anonymous", undefined],
      ["Compilers", "Grace"],
      ["Letters", "Ada"],
      ["Notes", "Ada"],
    ],
  );
  const error = await errorOf(() =>
    session.page(select(Author).options(joinedload(Author.r.books)), { size: 2 }),
  );
  assert.is(error.code, "joined-limit");
  assert.match(error.message, "Write selectinload(Author.r.books) instead.");
});

test.run();
