import { suite } from "uvu";
import * as assert from "uvu/assert";
import { alias, select } from "../../src/query/index.js";
import { joinedload, Session, selectinload } from "../../src/relationships/index.js";
import { errorOf } from "../support.js";
import { Author, Book, columnsOf, openShop, Publisher, Shelf, Tag, Topic } from "./bookshop.js";

const test = suite("joinedload");
const shop = openShop(test);
let session: Session;

test.before.each(() => {
  session = new Session(shop.engine);
});
test.after.each(async () => {
  await session.close();
  shop.take();
});

const titlesOf = (authors: readonly Author[]) =>
  authors.map(({ name, books }) => [name, books.map(({ title }) => title).sort()]);

test("a to-one comes in the same statement", async () => {
  const books = await session
    .scalars(select(Book).options(joinedload(Book.r.author)).orderBy(Book.c.id))
    .all();
  assert.equal(
    books.map(({ title, author }) => [title, author?.name]),
    [
      ["Notes", "Ada"],
      ["Ships", "Grace"],
      ["Letters", "Ada"],
    ],
  );
  assert.is(books[0]?.author, books[2]?.author);
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("books")}, ${columnsOf("authors", "authors_1")} FROM \`books\` LEFT JOIN \`authors\` AS ` +
      "`authors_1` ON `books`.`author_id` = `authors_1`.`id` ORDER BY `books`.`id`",
  ]);
  assert.equal(session.dirty, []);
});

test("rows that a collection repeats are handed out once, and a missing to-one is null", async () => {
  const authors = await session
    .scalars(
      select(Author)
        .options(joinedload(Author.r.books), joinedload(Author.r.publisher))
        .orderBy(Author.c.name.desc()),
    )
    .all();
  assert.equal(titlesOf(authors), [
    ["Zoe", []],
    ["Grace", ["Ships"]],
    ["Ada", ["Letters", "Notes"]],
  ]);
  assert.equal(
    authors.map(({ publisher }) => publisher?.name ?? null),
    [null, "Orb", "Orb"],
  );
  assert.is(authors[2]?.books[0]?.author, authors[2]);
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("authors")}, ${columnsOf("books", "books_1")}, ${columnsOf("publishers", "publishers_2")} ` +
      "FROM `authors` LEFT JOIN `books` AS `books_1` ON `books_1`.`author_id` = `authors`.`id` LEFT JOIN " +
      "`publishers` AS `publishers_2` ON `authors`.`publisher_id` = `publishers_2`.`id` ORDER BY `authors`.`name` DESC",
  ]);
});

test("two collections in one statement do not multiply", async () => {
  const tags = await session
    .scalars(
      select(Tag).options(
        joinedload(Tag.r.books, joinedload(Book.r.author, joinedload(Author.r.books))),
      ),
    )
    .all();
  assert.is(tags.length, 2);
  assert.is(shop.take().length, 1);
  const [maths, engines] = [tags.find(({ id }) => id === 1), tags.find(({ id }) => id === 2)];
  assert.equal(
    [maths, engines].map((tag) => tag?.books.map(({ title }) => title)),
    [
      ["Notes", "Letters"],
      ["Notes", "Ships"],
    ],
    "in the declared order: the dearest first",
  );
  assert.equal(maths?.books[0]?.author?.books.map(({ title }) => title).sort(), [
    "Letters",
    "Notes",
  ]);
});

test("a many-to-many is joined through its table, in the declared order", async () => {
  await session.scalars(select(Tag).options(joinedload(Tag.r.books)).orderBy(Tag.c.id)).all();
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("tags")}, ${columnsOf("books", "books_1")} FROM \`tags\` LEFT JOIN (\`book_tags\` AS ` +
      "`book_tags_1` JOIN `books` AS `books_1` ON `book_tags_1`.`book_id` = `books_1`.`id`) ON " +
      "`book_tags_1`.`tag_id` = `tags`.`id` ORDER BY `tags`.`id`, `books_1`.`price` DESC, `books_1`.`title`",
  ]);
});

test("a limit counts objects, not joined rows", async () => {
  const authors = await session
    .scalars(
      select(Author)
        .where(Author.c.id.lt(3))
        .options(joinedload(Author.r.publisher), joinedload(Author.r.books))
        .orderBy(Author.c.name.desc())
        .limit(2)
        .offset(0),
    )
    .all();
  assert.equal(titlesOf(authors), [
    ["Grace", ["Ships"]],
    ["Ada", ["Letters", "Notes"]],
  ]);
  assert.is(authors[0]?.publisher?.name, "Orb");
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("authors")}, ${columnsOf("publishers", "publishers_1")}, ${columnsOf("books", "books_2")} FROM ` +
      `(SELECT ${columnsOf("authors")}, \`authors\`.\`name\` AS \`order_1\` FROM \`authors\` WHERE \`authors\`.\`id\` < ? ` +
      "ORDER BY `authors`.`name` DESC LIMIT 2 OFFSET 0) AS `authors` LEFT JOIN `publishers` AS `publishers_1` ON " +
      "`authors`.`publisher_id` = `publishers_1`.`id` LEFT JOIN `books` AS `books_2` ON `books_2`.`author_id` = " +
      "`authors`.`id` ORDER BY `authors`.`order_1` DESC [3]",
  ]);
});

test("a page that is sorted by another table's column", async () => {
  const books = await session
    .scalars(
      select(Book)
        .join(Book.r.author)
        .options(joinedload(Book.r.tags))
        .orderBy(Author.c.name.desc(), Book.c.title)
        .limit(2),
    )
    .all();
  assert.equal(
    books.map(({ title, tags }) => [title, tags.map(({ name }) => name).sort()]),
    [
      ["Ships", ["engines"]],
      ["Letters", ["maths"]],
    ],
  );
});

test("a limit with a to-one alone needs no subquery", async () => {
  await session.scalars(select(Book).options(joinedload(Book.r.author)).limit(1)).all();
  assert.match(shop.take()[0] ?? "", /FROM `books` LEFT JOIN .* LIMIT 1$/);
});

test("nested in selectinload, and around it", async () => {
  const [ada] = await session
    .scalars(
      select(Author)
        .options(selectinload(Author.r.books, joinedload(Book.r.tags)))
        .orderBy(Author.c.id),
    )
    .all();
  assert.equal(
    ada?.books.map(({ tags }) => tags.length),
    [2, 1],
  );
  assert.equal(shop.take().length, 2);
  session.expunge(ada as Author);
  await session.close();
  const other = await session
    .scalars(
      select(Book)
        .options(joinedload(Book.r.author, selectinload(Author.r.books)))
        .orderBy(Book.c.id),
    )
    .all();
  assert.equal(
    other[0]?.author?.books.map(({ title }) => title),
    ["Notes", "Letters"],
  );
  assert.equal(
    shop.take()[1],
    `SELECT ${columnsOf("books")} FROM \`books\` WHERE \`books\`.\`author_id\` IN (?, ?) [1,2]`,
  );
});

test("a join to the class itself, and keys of several columns", async () => {
  const topics = await session
    .scalars(
      select(Topic)
        .options(
          joinedload(Topic.r.parent),
          joinedload(Topic.r.children, joinedload(Topic.r.children)),
        )
        .where(Topic.c.name.eq("all")),
    )
    .all();
  assert.is(topics.length, 1);
  assert.is(topics[0]?.parent, null);
  assert.equal(
    topics[0]?.children.map(({ name, children }) => [name, children.map((one) => one.name)]),
    [
      ["art", []],
      ["zoology", ["bees"]],
    ],
  );
  const shelves = await session
    .scalars(select(Shelf).options(joinedload(Shelf.r.items)).orderBy(Shelf.c.room, Shelf.c.number))
    .all();
  assert.equal(
    shelves.map(({ items }) => items.map(({ id }) => id).sort()),
    [[], [1, 3], [2]],
  );
});

test("with an alias, and beside other things that are selected", async () => {
  const writer = alias(Author, "writer");
  const rows = await session
    .execute(
      select(writer, Book.c.title)
        .join(Book, Book.c.authorId.eq(writer.c.id))
        .options(joinedload(writer.r.publisher))
        .orderBy(Book.c.id),
    )
    .all();
  assert.equal(
    rows.map(([author, title]) => [author.publisher?.name, title]),
    [
      ["Orb", "Notes"],
      ["Orb", "Ships"],
      ["Orb", "Letters"],
    ],
  );
});

test("what is in memory stays as it is", async () => {
  const ada = (await session.get(Author, 1)) as Author;
  await session.load(ada, Author.r.books);
  ada.books.push(new Book({ title: "Poems", price: "1.00" }));
  const [again] = await session
    .scalars(select(Author).where(Author.c.id.eq(1)).options(joinedload(Author.r.books)))
    .all();
  assert.is(again, ada);
  assert.is(ada.books.length, 3);
  await session.rollback();
});

test("a page of tuples with a joined collection is refused", async () => {
  const both = select(Author, Author.c.name).options(joinedload(Author.r.books)).limit(1);
  const error = await errorOf(() => session.execute(both).all());
  assert.is(error.code, "joined-limit");
  assert.match(error.message, "Write selectinload(Author.r.books) instead.");
});

test("all columns of a publisher come exactly, also by a join", async () => {
  const [ada] = await session
    .scalars(select(Author).options(joinedload(Author.r.books)).where(Author.c.id.eq(1)))
    .all();
  assert.equal(ada?.books.map(({ price }) => price).sort(), ["1.00", "9.99"]);
  assert.ok(Publisher);
});

test.run();
