import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { alias, func, select, union } from "../../src/query/index.js";
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

test("a lock on a page renews the objects of the page; what is joined to it is not locked", async () => {
  const [ada, notes] = [await session.get(Author, 1), await session.get(Book, 1)] as [Author, Book];
  await session.commit();
  await shop.engine.execute(sql`UPDATE authors SET name = 'Countess' WHERE id = 1`);
  await shop.engine.execute(sql`UPDATE books SET title = 'New notes' WHERE id = 1`);
  const page = select(Author).orderBy(Author.c.id).limit(1).options(joinedload(Author.r.books));
  const locked = page.forUpdate();
  shop.take();
  assert.is(await session.scalars(locked).one(), ada);
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("authors")}, ${columnsOf("books", "books_1")} FROM (SELECT ` +
      `${columnsOf("authors")}, \`authors\`.\`id\` AS \`order_1\` FROM \`authors\` ORDER BY \`authors\`.\`id\` ` +
      "LIMIT 1 FOR UPDATE) AS `authors` LEFT JOIN `books` AS `books_1` ON " +
      "`books_1`.`author_id` = `authors`.`id` ORDER BY `authors`.`order_1`",
  ]);
  assert.equal([ada.name, notes.title], ["Countess", "Notes"]);
  const joined = select(Author).options(joinedload(Author.r.books)).where(Author.c.id.eq(1));
  await session.scalars(joined.forUpdate()).one();
  assert.is(notes.title, "New notes", "here its row is locked too");
  await session.close();
  await shop.engine.execute(sql`UPDATE authors SET name = 'Ada' WHERE id = 1`);
  await shop.engine.execute(sql`UPDATE books SET title = 'Notes' WHERE id = 1`);
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

test("objects that groups find are picked first, so that joined rows are in no group", async () => {
  const several = select(Author)
    .join(Author.r.books)
    .groupBy(Author.c.id)
    .having(func.count(Book.c.id).gt(1))
    .orderBy(func.count(Book.c.id).desc())
    .options(joinedload(Author.r.publisher), joinedload(Author.r.books));
  assert.equal(titlesOf(await session.scalars(several).all()), [["Ada", ["Letters", "Notes"]]]);
  assert.equal(shop.take(), [
    `SELECT ${columnsOf("authors")}, ${columnsOf("publishers", "publishers_1")}, ${columnsOf("books", "books_2")} FROM ` +
      `(SELECT ${columnsOf("authors")}, COUNT(\`books\`.\`id\`) AS \`order_1\` FROM \`authors\` JOIN \`books\` ON ` +
      "`books`.`author_id` = `authors`.`id` GROUP BY `authors`.`id` HAVING COUNT(`books`.`id`) > ? ORDER BY " +
      "COUNT(`books`.`id`) DESC) AS `authors` LEFT JOIN `publishers` AS `publishers_1` ON `authors`.`publisher_id` = " +
      "`publishers_1`.`id` LEFT JOIN `books` AS `books_2` ON `books_2`.`author_id` = `authors`.`id` ORDER BY " +
      "`authors`.`order_1` DESC [1]",
  ]);
});

test("a to-one that is joined to groups changes none of them", async () => {
  const counts = select(Author, func.count(Book.c.id))
    .join(Author.r.books)
    .groupBy(Author.c.id)
    .orderBy(Author.c.id)
    .options(joinedload(Author.r.publisher));
  assert.equal(
    (await session.execute(counts).all()).map(([author, n]) => [author.publisher?.name, n]),
    [
      ["Orb", 2],
      ["Orb", 1],
    ],
  );
});

test("a collection whose rows would be counted beside the objects is refused", async () => {
  const grouped = select(Author, func.count(Book.c.id)).join(Author.r.books).groupBy(Author.c.id);
  const numbered = select(
    Author,
    func
      .rowNumber()
      .over({ orderBy: [Author.c.id] })
      .as("n"),
  );
  for (const [statement, word] of [
    [grouped.options(joinedload(Author.r.books)), "groupBy()"],
    [numbered.options(joinedload(Author.r.books)), "over()"],
  ] as const) {
    const error = await errorOf(() => session.execute(statement).all());
    assert.is(error.code, "joined-limit");
    assert.match(error.message, `Author.books cannot be joined: ${word} would count its rows.`);
  }
});

test("DISTINCT with a joined collection, and a page of it", async () => {
  const writers = select(Author)
    .join(Author.r.books)
    .distinct()
    .orderBy(Author.c.id)
    .options(joinedload(Author.r.books));
  const expected = [
    ["Ada", ["Letters", "Notes"]],
    ["Grace", ["Ships"]],
  ];
  assert.equal(titlesOf(await session.scalars(writers).all()), expected);
  assert.equal(titlesOf(await session.scalars(writers.limit(2)).all()), expected);
  assert.match(
    shop.take()[1] ?? "",
    /\(SELECT DISTINCT `authors`.`id`, `authors`.`name`, `authors`.`publisher_id` FROM .* LIMIT 2\) AS `authors`/,
  );
  // With the title in it, no two rows of the subquery would be the same.
  const sorted = select(Author).join(Author.r.books).distinct().orderBy(Book.c.title).limit(2);
  const error = await errorOf(() =>
    session.scalars(sorted.options(joinedload(Author.r.books))).all(),
  );
  assert.is(error.code, "joined-limit");
});

test("the names of joined tables make room for those of the program", async () => {
  const mine = alias(Book, "books_1");
  const [ada] = await session
    .scalars(
      select(Author)
        .join(Author.r.books, mine)
        .where(mine.c.title.eq("Notes"))
        .options(joinedload(Author.r.books)),
    )
    .all();
  assert.is(ada?.books.length, 2);
  assert.match(shop.take()[0] ?? "", "LEFT JOIN `books` AS `books_1_` ON");
});

test("rows are the same by their values, also where these are objects", async () => {
  const rows = await session
    .execute(
      select(Author, sql`JSON_OBJECT('a', 1)`, sql`x'00ff'`)
        .options(joinedload(Author.r.books))
        .orderBy(Author.c.id),
    )
    .all();
  assert.equal(
    rows.map(([author]) => author.name),
    ["Ada", "Grace", "Zoe"],
  );
});

test("two occurrences of one class, with options on one of them", async () => {
  const [one, two] = [alias(Author, "one"), alias(Author, "two")];
  const rows = await session
    .execute(
      select(one, two)
        .join(two, two.c.id.gt(one.c.id))
        .options(joinedload(one.r.books), selectinload(two.r.publisher))
        .orderBy(one.c.id, two.c.id),
    )
    .all();
  assert.equal(
    rows.map(([first, second]) => [first.name, second.name]),
    [
      ["Ada", "Grace"],
      ["Ada", "Zoe"],
      ["Grace", "Zoe"],
    ],
  );
  const [[ada, grace], [, zoe]] = rows as Author[][] as [[Author, Author], [Author, Author]];
  assert.equal([ada.books.length, grace.books.length, zoe.publisher], [2, 1, null]);
  assert.is((await errorOf(() => zoe.books)).code, "unloaded");
  assert.is((await errorOf(() => ada.publisher)).code, "unloaded");
});

test("the options of all parts of a union are for all of its objects", async () => {
  const authors = await session
    .scalars(
      union(
        select(Author).where(Author.c.id.eq(1)),
        select(Author)
          .where(Author.c.id.gt(1))
          .options(joinedload(Author.r.books), selectinload(Author.r.publisher)),
      ).orderBy(Author.c.id),
    )
    .all();
  assert.equal(titlesOf(authors), [
    ["Ada", ["Letters", "Notes"]],
    ["Grace", ["Ships"]],
    ["Zoe", []],
  ]);
  assert.equal(
    authors.map(({ publisher }) => publisher?.name),
    ["Orb", "Orb", undefined],
  );
  assert.is(shop.take().length, 3, "what cannot be joined to a union is loaded by a statement");
  const tagged = select(Book).options(selectinload(Book.r.tags).limit(1));
  await session.scalars(union(tagged, tagged)).all();
  assert.is(shop.take().length, 2, "what both ask for is loaded once");
});

test("a foreign key that was changed and not flushed says where a to-one points", async () => {
  await session.close();
  session = new Session(shop.engine, { autoflush: false });
  const notes = (await session.get(Book, 1)) as Book;
  notes.authorId = 2;
  await session.scalars(select(Book).options(joinedload(Book.r.author))).all();
  assert.is(notes.author?.name, "Grace");
});

test.run();
