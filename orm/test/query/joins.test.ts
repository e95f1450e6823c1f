import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { binary, datetime, declarativeBase, varchar } from "../../src/mapping/index.js";
import { alias, func, literal, select } from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Loan, Note, Person, plainSql, rowsOf, Tag } from "./shelf.js";

const test = suite("joins");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

const authorColumns = "authors.id, authors.name, authors.born_on";
const bookColumns = "books.id, books.title, books.price, books.author_id";

test("a oneToMany, from the side that has no foreign key", async () => {
  const statement = select(Author, Book.c.title).join(Author.r.books).orderBy(Book.c.id);
  assert.is(
    plainSql(statement),
    `SELECT ${authorColumns}, books.title FROM authors JOIN books ON books.author_id = authors.id ` +
      "ORDER BY books.id",
  );
  const rows: [Author, string][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([{ name }, title]) => [name, title]),
    [
      ["Ada", "Notes"],
      ["Ada", "Letters"],
      ["Grace", "Compilers"],
    ],
  );
  assert.is(rows[0]?.[0], rows[1]?.[0]);
});

test("a manyToOne, from the side that has it; the path says where the select begins", async () => {
  const statement = select(Author.c.name).join(Book.r.author).where(Book.c.title.eq("Notes"));
  assert.is(
    plainSql(statement),
    "SELECT authors.name FROM books JOIN authors ON books.author_id = authors.id " +
      'WHERE books.title = ? ["Notes"]',
  );
  assert.equal(await rowsOf(engine, statement), ["Ada"]);
});

test("a manyToMany goes through the table between; several joins follow each other", async () => {
  const statement = select({ author: Author.c.name, tag: Tag.c.name })
    .join(Author.r.books)
    .join(Book.r.tags)
    .orderBy(Book.c.id, Tag.c.id);
  assert.is(
    plainSql(statement),
    "SELECT authors.name, tags.name FROM authors JOIN books ON books.author_id = authors.id " +
      "JOIN book_tags ON book_tags.book_id = books.id JOIN tags ON book_tags.tag_id = tags.id " +
      "ORDER BY books.id, tags.id",
  );
  assert.equal(await rowsOf(engine, statement), [
    { author: "Ada", tag: "sql" },
    { author: "Ada", tag: "math" },
    { author: "Ada", tag: "sql" },
  ]);
});

test("a left join keeps rows without a partner: the object is null, and so are columns", async () => {
  const statement = select(Author.c.name, Book, Book.c.title)
    .leftJoin(Author.r.books)
    .orderBy(Author.c.id, Book.c.id);
  assert.is(
    plainSql(statement),
    `SELECT authors.name, ${bookColumns}, books.title FROM authors ` +
      "LEFT JOIN books ON books.author_id = authors.id ORDER BY authors.id, books.id",
  );
  const rows: [string, Book | null, string | null][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([name, book, title]) => [name, book?.price ?? null, title]),
    [
      ["Ada", "9.99", "Notes"],
      ["Ada", "20.00", "Letters"],
      ["Grace", "10.00", "Compilers"],
      ["Nobody", null, null],
    ],
  );
});

test("a left join through a table between finds both or none, whatever the condition", async () => {
  const statement = select(Book.c.title, Tag)
    .leftJoin(Book.r.tags, Tag.c.name.eq("math"))
    .orderBy(Book.c.id);
  assert.is(
    plainSql(statement),
    "SELECT books.title, tags.id, tags.name FROM books LEFT JOIN (book_tags JOIN tags ON " +
      "book_tags.tag_id = tags.id AND tags.name = ?) ON book_tags.book_id = books.id " +
      'ORDER BY books.id ["math"]',
  );
  const rows: [string, Tag | null][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([title, tag]) => [title, tag?.name ?? null]),
    [
      ["Notes", "math"],
      ["Letters", null],
      ["Compilers", null],
      ["Anonymous", null],
    ],
  );
});

test("a table is joined with itself under another name", async () => {
  const boss = alias(Person, "boss");
  const statement = select(Person.c.name, boss).leftJoin(Person.r.boss, boss).orderBy(Person.c.id);
  assert.is(
    plainSql(statement),
    "SELECT people.name, boss.id, boss.name, boss.boss_id FROM people " +
      "LEFT JOIN people AS boss ON people.boss_id = boss.id ORDER BY people.id",
  );
  const rows: [string, Person | null][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([name, boss]) => [name, boss?.name ?? null]),
    [
      ["Root", null],
      ["Left", "Root"],
      ["Right", "Root"],
      ["Leaf", "Left"],
    ],
  );
});

test("an alias has relationships of its own; one row is one object under all names", async () => {
  const [boss, top] = [alias(Person, "boss"), alias(Person, "top")];
  const statement = select(Person, boss, top).join(Person.r.boss, boss).join(boss.r.boss, top);
  assert.is(
    plainSql(statement),
    "SELECT people.id, people.name, people.boss_id, boss.id, boss.name, boss.boss_id, top.id, " +
      "top.name, top.boss_id FROM people JOIN people AS boss ON people.boss_id = boss.id " +
      "JOIN people AS top ON boss.boss_id = top.id",
  );
  const session = new Session(engine);
  const [leaf, left, root] = await session.execute(statement).one();
  assert.equal([leaf.name, left.name, root.name], ["Leaf", "Left", "Root"]);
  assert.is(await session.get(Person, 1), root);
  const [person, self] = await session
    .execute(select(Person, boss).join(boss, boss.c.id.eq(Person.c.id)).where(boss.c.id.eq(1)))
    .one();
  assert.is(person, root);
  assert.is(self, root);
  await session.close();
});

test("a manyToMany of a class with itself, twice: each table between has its name", async () => {
  const [friend, other] = [alias(Person, "friend"), alias(Person, "other")];
  const statement = select(Person.c.name, friend.c.name, other.c.name)
    .join(Person.r.friends, friend)
    .join(friend.r.friends, other);
  assert.is(
    plainSql(statement),
    "SELECT people.name, friend.name, other.name FROM people " +
      "JOIN friendships ON friendships.person_id = people.id " +
      "JOIN people AS friend ON friendships.friend_id = friend.id " +
      "JOIN friendships AS friendships_1 ON friendships_1.person_id = friend.id " +
      "JOIN people AS other ON friendships_1.friend_id = other.id",
  );
  assert.equal(await rowsOf(engine, statement), [["Root", "Leaf", "Left"]]);
});

test("a key of two columns", async () => {
  const statement = select(Loan.c.copyId, Note.c.text)
    .leftJoin(Loan.r.notes, Note.c.text.ne("torn"))
    .orderBy(Loan.c.copyId);
  assert.is(
    plainSql(statement),
    "SELECT loans.copy_id, notes.text FROM loans LEFT JOIN notes ON " +
      "notes.member_id = loans.member_id AND notes.copy_id = loans.copy_id AND notes.text <> ? " +
      'ORDER BY loans.copy_id ["torn"]',
  );
  assert.equal(await rowsOf(engine, statement), [
    [1, null],
    [2, "late"],
  ]);
});

test("a class, an alias, a subquery and raw SQL with a condition", async () => {
  const cheap = select({ id: Book.c.authorId, title: Book.c.title })
    .where(Book.c.price.lt("10"))
    .subquery("cheap");
  const other = alias(Author, "other");
  const numbers = sql`JSON_TABLE('[1]', '$[*]' COLUMNS (n INT PATH '$')) AS numbers`;
  const cases: [ReturnType<typeof plainSql>, string, unknown[]][] = [
    [
      plainSql(select(Author.c.name).join(Book, Book.c.authorId.eq(Author.c.id))),
      "SELECT authors.name FROM authors JOIN books ON books.author_id = authors.id",
      await rowsOf(
        engine,
        select(Book.c.title).join(Author, Book.c.authorId.eq(Author.c.id), Author.c.id.eq(2)),
      ),
    ],
    [
      plainSql(select(Author.c.name).join(other, other.c.id.lt(Author.c.id))),
      "SELECT authors.name FROM authors JOIN authors AS other ON other.id < authors.id",
      await rowsOf(
        engine,
        select(other.c.name)
          .from(Author)
          .join(other, other.c.id.gt(Author.c.id))
          .where(other.c.id.eq(2)),
      ),
    ],
    [
      plainSql(select(Author.c.name, cheap.c.title).join(cheap, cheap.c.id.eq(Author.c.id))),
      "SELECT authors.name, cheap.title FROM authors JOIN (SELECT books.author_id AS id, " +
        "books.title FROM books WHERE books.price < ?) AS cheap ON cheap.id = authors.id " +
        '["10.00"]',
      await rowsOf(engine, select(cheap.c.title).join(Author, cheap.c.id.eq(Author.c.id))),
    ],
    [
      plainSql(select(Author.c.name).join(numbers, sql`numbers.n = ${1}`)),
      "SELECT authors.name FROM authors JOIN JSON_TABLE('[1]', '$[*]' COLUMNS (n INT PATH '$')) " +
        "AS numbers ON (numbers.n = ?) [1]",
      await rowsOf(engine, select(Author.c.name).join(numbers, sql`numbers.n = authors.id`)),
    ],
  ];
  for (const [text, expected] of cases) assert.is(text, expected);
  assert.equal(
    cases.map(([, , rows]) => rows),
    [["Compilers"], ["Grace"], ["Notes"], ["Ada"]],
  );
});

test("raw sources have no name that could stand twice", async () => {
  const one = (name: string) => sql`(SELECT 1 AS n) AS ${sql.identifier(name)}`;
  const statement = select(sql<number>`a.n + b.n + c.n`)
    .from(one("a"))
    .join(one("b"), sql`b.n = a.n`)
    .leftJoin(one("c"), sql`c.n = a.n`);
  assert.is(
    plainSql(statement),
    "SELECT a.n + b.n + c.n FROM (SELECT 1 AS n) AS a JOIN (SELECT 1 AS n) AS b ON (b.n = a.n) " +
      "LEFT JOIN (SELECT 1 AS n) AS c ON (c.n = a.n)",
  );
  assert.equal((await rowsOf(engine, statement)).map(Number), [3]);
});

test("from says where a select begins; a condition that was not joined is refused", async () => {
  assert.is(
    plainSql(select(Book.c.title).from(Author).join(Author.r.books)),
    "SELECT books.title FROM authors JOIN books ON books.author_id = authors.id",
  );
  const boss = alias(Person, "boss");
  const any = literal(true);
  const cases: [() => unknown, string, RegExp][] = [
    [() => plainSql(select(Author, Book)), "join-missing", /Author and Book.*\.join\(Book/s],
    [() => plainSql(select(Tag).join(Book.r.author)), "join-missing", /Book and Tag/],
    [() => plainSql(select(boss).where(Person.c.id.eq(1))), "join-missing", /columns of alias\(/],
    [() => plainSql(select(sql`1`).where(Book.c.id.eq(1))), "join-missing", /\.from\(Book\)/],
    [() => plainSql(select(sql`1`).join(Book, Book.c.id.eq(1))), "join-missing", /\.from\(Book\)/],
    [() => plainSql(select(Person).join(Person.r.boss)), "source-twice", /alias\(Person/],
    [() => plainSql(select(Book).join(Book, Book.c.id.gt(1))), "source-twice", /^Book stands/],
    [() => plainSql(select(func.max(Book.c.id)).join(Book, any)), "source-twice", /^Book stands/],
    [
      () => plainSql(select(Book).join(Author, any).join(Book, Book.c.authorId.eq(Author.c.id))),
      "source-twice",
      /^Book stands twice.*alias\(Book, "other"\)/s,
    ],
    [() => plainSql(select(boss.c.id).join(boss, any)), "source-twice", /^alias\(Person, "boss"\)/],
    [() => select(Author).join(Book), "join-condition", /Author\.r\.books/],
    [() => select(Author).join(Book, undefined as never), "not-a-condition", /undefined/],
    [() => select(Author).join(Author.r.books, alias(Tag, "t")), "join-target", /alias\(Book/],
    [() => select(Author).join("books" as never), "not-a-source", /"books"/],
    [() => select(Author).from(undefined as never), "not-a-source", /from\(\)/],
    [() => select(Author).join(undefined as never), "not-a-source", /names.*undefined/],
  ];
  for (const [work, code, message] of cases) {
    const error = await errorOf(work);
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  }
});

test("what comes in many rows of a join is one object, whatever its key is", async () => {
  const Own = declarativeBase();
  class Day extends Own.mapped("join_days", { at: datetime().primaryKey() }) {}
  class Hash extends Own.mapped("join_hashes", { sum: binary(4).primaryKey() }) {}
  class Word extends Own.mapped("join_words", { text: varchar(9).primaryKey() }) {}
  await Own.metadata.createAll(engine);
  const session = new Session(engine);
  for (const each of [1, 2, 3]) {
    session.add(new Day({ at: new Date(Date.UTC(2026, 1, each)) }));
    session.add(new Hash({ sum: Uint8Array.of(each, 0, 0, 0) }));
    session.add(new Word({ text: `word ${each}` }));
  }
  await session.commit();
  await session.close();
  const pairs = select(Day, Hash, Word).join(Hash, sql`TRUE`).join(Word, sql`TRUE`);
  const rows = await session.execute(pairs.orderBy(Day.c.at, Hash.c.sum, Word.c.text)).all();
  const key = ([day, hash, word]: (typeof rows)[number]) =>
    `${day.at.getUTCDate()} ${hash.sum[0]} ${word.text.at(-1)}`;
  const each = [1, 2, 3];
  const expected = each.flatMap((a) => each.flatMap((b) => each.map((c) => `${a} ${b} ${c}`)));
  assert.equal(rows.map(key), expected);
  for (const place of [0, 1, 2] as const) {
    assert.is(new Set(rows.map((row) => row[place])).size, 3);
  }
  await session.close();
});

test.run();
