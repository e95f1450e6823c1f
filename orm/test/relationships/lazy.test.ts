import { suite } from "uvu";
import * as assert from "uvu/assert";
import { select } from "../../src/query/index.js";
import {
  joinedload,
  raiseload,
  Session,
  selectinload,
  sessionmaker,
} from "../../src/relationships/index.js";
import { errorOf } from "../support.js";
import { Author, Book, columnsOf, openShop, Publisher, Tag } from "./bookshop.js";

const test = suite("lazy loading");
const shop = openShop(test);
let session: Session;

test.before.each(() => {
  session = new Session(shop.engine);
});
test.after.each(async () => {
  await session.close();
  shop.take();
});

const booksOf = (...keys: number[]) =>
  `SELECT ${columnsOf("books")} FROM \`books\` WHERE \`books\`.\`author_id\` IN ` +
  `(${keys.map(() => "?").join(", ")}) ${JSON.stringify(keys)}`;

test("the siblings that came with an object are loaded with it", async () => {
  const authors = await session.scalars(select(Author).orderBy(Author.c.id)).all();
  const [ada, grace] = authors;
  shop.take();
  const books = await ada?.lazy.books;
  assert.equal(
    books?.map(({ title }) => title),
    ["Notes", "Letters"],
  );
  assert.is(ada?.books, books);
  assert.equal(
    grace?.books.map(({ title }) => title),
    ["Ships"],
  );
  assert.equal(shop.take(), [booksOf(1, 2, 3)]);
  assert.equal((await grace?.lazy.books)?.length, 1);
  assert.equal(shop.take(), [], "now it is in memory");
});

test("the related objects are siblings of each other", async () => {
  const [ada] = await session.scalars(select(Author).orderBy(Author.c.id)).all();
  const books = (await ada?.lazy.books) ?? [];
  shop.take();
  assert.equal(
    (await books[0]?.lazy.tags)?.map(({ name }) => name),
    ["maths", "engines"],
  );
  assert.is(books[1]?.tags.length, 1);
  assert.is(shop.take().length, 1);
});

test("of a join, an object that comes in many rows is loaded for once, and a row without one does no harm", async () => {
  const query = select(Author, Book).leftJoin(Author.r.books).orderBy(Author.c.id, Book.c.id);
  const rows = await session.execute(query).all();
  const [[ada, notes] = []] = rows;
  assert.equal(
    rows.map(([author, book]) => [author.id, book?.id]),
    [
      [1, 1],
      [1, 3],
      [2, 2],
      [3, undefined],
    ],
  );
  shop.take();
  await notes?.lazy.tags;
  await ada?.lazy.books;
  const [tags = "", books] = shop.take();
  assert.match(tags, /WHERE `book_tags`.`book_id` IN \(\?, \?, \?\) \[1,3,2\]$/);
  assert.is(books, booksOf(1, 2, 3));
});

test("what the program does to its list of results is its own affair", async () => {
  for (const query of [select(Author), select(Author).options(selectinload(Author.r.publisher))]) {
    const authors = await session.scalars(query.orderBy(Author.c.id)).all();
    const [ada] = authors.splice(0);
    shop.take();
    await ada?.lazy.books;
    assert.equal(shop.take(), [booksOf(1, 2, 3)]);
    await session.close();
    session = new Session(shop.engine);
  }
});

test("several that ask for one relationship in the same turn get one statement", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  const grace = (await session.get(Author, 2)) as Author;
  shop.take();
  const [one, other, publisher] = await Promise.all([
    ada.lazy.books,
    grace.lazy.books,
    ada.lazy.publisher,
  ]);
  assert.equal([one.length, other.length, publisher?.name], [2, 1, "Orb"]);
  assert.equal(shop.take(), [
    booksOf(1, 2),
    `SELECT ${columnsOf("publishers")} FROM \`publishers\` WHERE \`publishers\`.\`id\` IN (?) [1]`,
  ]);
});

test("a to-one is found in the identity map, without a statement", async () => {
  const book = (await session.get(Book, 1)) as Book;
  const ada = await session.get(Author, 1);
  shop.take();
  assert.is(await book.lazy.author, ada);
  assert.equal(shop.take(), []);
});

test("a new object has what it was given; one that was inserted is asked for what it points at", async () => {
  const poems = new Book({ title: "Poems", price: "2.00", authorId: 1 });
  assert.is(await poems.lazy.author, null);
  assert.equal([...(await poems.lazy.tags)], []);
  session.add(poems);
  await session.flush();
  assert.is((await poems.lazy.author)?.name, "Ada");
});

test("changes are flushed before", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  session.add(new Book({ title: "Poems", price: "2.00", authorId: 1 }));
  assert.is((await ada.lazy.books).length, 3);
});

test("expire and refresh", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  assert.is((await ada.lazy.books).length, 2);
  session.expire(ada, "books");
  const error = await errorOf(() => ada.books);
  assert.is(error.code, "unloaded");
  assert.is(error.message.split("\n")[0], "Author.books is not loaded.");
  assert.match(error.hint as string, "selectinload(Author.r.books)");
  assert.match(error.hint as string, "await author.lazy.books");
  assert.is((await ada.lazy.books).length, 2);
  const [first] = ada.books;
  ada.books.remove(first as Book);
  (first as Book).title = "Changed";
  shop.take();
  await session.rollback();
  await session.refresh(ada, "books");
  assert.equal(shop.take(), [booksOf(1)]);
  assert.is(ada.books.length, 2);
  await session.refresh(ada, "name", "publisher");
  assert.is(shop.take().length, 2);
  assert.is(ada.publisher?.name, "Orb");
});

test("an expired object is asked for its foreign key first", async () => {
  const book = (await session.get(Book, 1)) as Book;
  session.expire(book);
  shop.take();
  assert.is((await book.lazy.author)?.name, "Ada");
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("books")} FROM \`books\` WHERE \`books\`.\`id\` IN (?) [1]`,
    `SELECT ${columnsOf("authors")} FROM \`authors\` WHERE \`authors\`.\`id\` IN (?) [1]`,
  ]);
  assert.is(book.title, "Notes");
  session.expire(book.author as Author);
  session.expire(book, "author");
  assert.is((await book.lazy.author)?.name, "Ada", "one of which only the key is known is loaded");
});

test("load: many objects, several relationships, and options", async () => {
  const authors = await session.scalars(select(Author).orderBy(Author.c.id)).all();
  shop.take();
  await session.load(
    authors,
    Author.r.publisher,
    selectinload(Author.r.books, joinedload(Book.r.tags)),
  );
  assert.equal(
    authors.map(({ publisher, books }) => [
      publisher?.name ?? null,
      books.map(({ tags }) => tags.length),
    ]),
    [
      ["Orb", [2, 1]],
      ["Orb", [1]],
      [null, []],
    ],
  );
  assert.is(shop.take().length, 2);
  await session.load(authors, Author.r.publisher, Author.r.books);
  assert.equal(shop.take(), []);
});

test("load refuses objects of no session, and paths of another class", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  const wrong = await errorOf(() => session.load(ada, Book.r.author as never));
  assert.is(wrong.code, "option-root");
  session.expunge(ada);
  assert.is((await errorOf(() => session.load(ada, Author.r.books))).code, "not-persistent");
});

test("a detached object says so", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  await session.close();
  const error = await errorOf(() => ada.lazy.books);
  assert.is(error.code, "detached");
  assert.match(error.message, "Author.books cannot be loaded: Author 1 is in no session.");
});

test("an object of a loop says that it is not in the session yet, and is loaded when it is", async () => {
  const authors: Author[] = [];
  for await (const author of session.scalars(select(Author).orderBy(Author.c.id))) {
    const error = await errorOf(() => author.lazy.books);
    assert.is(error.code, "detached");
    assert.match(
      error.message,
      `Author.books cannot be loaded: Author ${author.id} came out of a loop over rows, and such objects are ` +
        "outside of the session until they are added or changed.",
    );
    assert.match(
      error.hint as string,
      "Write session.add(author) in the loop, and await author.lazy.books after it",
    );
    session.add(author);
    authors.push(author);
  }
  shop.take();
  const books = await Promise.all(authors.map((author) => author.lazy.books));
  assert.equal(
    books.map(({ length }) => length),
    [2, 1, 0],
  );
  assert.equal(shop.take(), [booksOf(1, 2, 3)]);
});

test("raiseload forbids it for what a select gives", async () => {
  const strict = select(Author).options(
    raiseload(Author.r.books),
    selectinload(Author.r.publisher, raiseload(Publisher.r.authors)),
  );
  const [ada] = await session.scalars(strict.orderBy(Author.c.id)).all();
  shop.take();
  for (const work of [() => ada?.lazy.books, () => ada?.publisher?.lazy.authors]) {
    const error = await errorOf(work);
    assert.is(error.code, "raiseload");
    assert.is(error.name, "UnloadedError");
  }
  assert.equal(shop.take(), []);
  await session.load(ada as Author, Author.r.books);
  assert.is((await ada?.lazy.books)?.length, 2, "what is in memory can be read");
});

test("raiseload forbids it for a whole session", async () => {
  const Strict = sessionmaker(shop.engine, { raiseload: true });
  const strict = new Strict();
  const ada = (await strict.get(Author, 1)) as Author;
  assert.is((await errorOf(() => ada.lazy.books)).code, "raiseload");
  await strict.load(ada, Author.r.books);
  assert.is(ada.books.length, 2);
  await strict.close();
});

test("a flush while a lazy load is under way is refused, and the load goes on", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  const books = ada.lazy.books;
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "concurrent");
  assert.match(error.message, "lazy load of Author.books");
  assert.is((await books).length, 2);
});

test("a load that fails fails for all who asked, and the next one begins anew", async () => {
  const tag = (await session.get(Tag, 1)) as Tag;
  const pending = new Book({ title: "No author", price: "1.00", authorId: 99 });
  session.add(pending);
  const [one, other] = await Promise.allSettled([tag.lazy.books, tag.lazy.books]);
  assert.equal([one.status, other.status], ["rejected", "rejected"]);
  await session.rollback();
  const found = (await session.get(Tag, 1)) as Tag;
  assert.is((await found.lazy.books).length, 2);
});

test.run();
