import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { and, not } from "../../src/mapping/index.js";
import { alias, cte, exists, func, select } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Loan, Note, Person, plainSql, rowsOf, Tag } from "./shelf.js";

const test = suite("subqueries");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("a scalar subquery is a value, and uses the columns of the query around it", async () => {
  const count = select(func.count(Book.c.id)).where(Book.c.authorId.eq(Author.c.id)).scalar();
  const statement = select({ who: Author.c.name, n: count })
    .where(count.lt(2), Author.c.id.gt(1))
    .orderBy(count.desc());
  const inner = "(SELECT COUNT(books.id) FROM books WHERE books.author_id = authors.id)";
  assert.is(
    plainSql(statement),
    `SELECT authors.name, ${inner} FROM authors WHERE ${inner} < ? AND authors.id > ? ` +
      `ORDER BY ${inner} DESC [2,1]`,
  );
  const rows: { who: string; n: number | null }[] = await rowsOf(engine, statement);
  assert.equal(rows, [
    { who: "Grace", n: 1 },
    { who: "Nobody", n: 0 },
  ]);
});

test("the value of a subquery is read as its column is; no row is null", async () => {
  const [cheapest, none] = [
    select(Book.c.price).orderBy(Book.c.price).limit(1).scalar(),
    select(Book.c.price).where(Book.c.id.eq(99)).scalar(),
  ];
  const row: [string | null, string | null] | undefined = (
    await rowsOf(engine, select(cheapest.as("cheapest"), none))
  )[0];
  assert.equal(row, ["5.00", null]);
  assert.is(
    plainSql(select(Book.c.title).where(Book.c.price.eq(cheapest))),
    "SELECT books.title FROM books WHERE books.price = " +
      "(SELECT books.price FROM books ORDER BY books.price LIMIT 1)",
  );
  assert.equal(await rowsOf(engine, select(Book.c.title).where(Book.c.price.eq(cheapest))), [
    "Anonymous",
  ]);
});

test("in and notIn take a select", async () => {
  const writers = select(Book.c.authorId).where(Book.c.price.gt("5"), Book.c.authorId.isNotNull());
  const some = select(Author.c.name).where(Author.c.id.in(writers)).orderBy(Author.c.id);
  assert.is(
    plainSql(some),
    "SELECT authors.name FROM authors WHERE authors.id IN (SELECT books.author_id FROM books " +
      'WHERE books.price > ? AND books.author_id IS NOT NULL) ORDER BY authors.id ["5.00"]',
  );
  assert.equal(await rowsOf(engine, some), ["Ada", "Grace"]);
  assert.equal(await rowsOf(engine, select(Author.c.name).where(Author.c.id.notIn(writers))), [
    "Nobody",
  ]);
});

test("in takes a select with a limit, which MySQL alone does not", async () => {
  const dearest = select(Book.c.id).orderBy(Book.c.price.desc()).limit(2);
  const statement = select(Book.c.title).where(Book.c.id.in(dearest)).orderBy(Book.c.id);
  assert.is(
    plainSql(statement),
    "SELECT books.title FROM books WHERE books.id IN (SELECT * FROM (SELECT books.id FROM books " +
      "ORDER BY books.price DESC LIMIT 2) AS _limited) ORDER BY books.id",
  );
  assert.equal(await rowsOf(engine, statement), ["Letters", "Compilers"]);
});

test("exists, and its opposite", async () => {
  const hasBook = exists(select(Book.c.id).where(Book.c.authorId.eq(Author.c.id)));
  const statement = select(Author.c.name).where(not(hasBook));
  assert.is(
    plainSql(statement),
    "SELECT authors.name FROM authors WHERE NOT (EXISTS (SELECT books.id FROM books " +
      "WHERE books.author_id = authors.id))",
  );
  assert.equal(await rowsOf(engine, statement), ["Nobody"]);
  const rows: [boolean, string][] = await rowsOf(
    engine,
    select(hasBook, Author.c.name).orderBy(Author.c.id),
  );
  assert.equal(rows, [
    [true, "Ada"],
    [true, "Grace"],
    [false, "Nobody"],
  ]);
});

test("a subquery in FROM has the names of a record, or the properties of a class", async () => {
  const perAuthor = select({ id: Book.c.authorId, total: func.sum(Book.c.price) })
    .where(Book.c.id.lt(4))
    .groupBy(Book.c.authorId)
    .subquery("per_author");
  const statement = select(Author.c.name, perAuthor.c.total)
    .leftJoin(perAuthor, perAuthor.c.id.eq(Author.c.id))
    .where(Author.c.id.lt(9))
    .orderBy(Author.c.id);
  assert.is(
    plainSql(statement),
    "SELECT authors.name, per_author.total FROM authors LEFT JOIN (SELECT books.author_id AS id, " +
      "SUM(books.price) AS total FROM books WHERE books.id < ? GROUP BY books.author_id) " +
      "AS per_author ON per_author.id = authors.id WHERE authors.id < ? ORDER BY authors.id [4,9]",
  );
  const rows: [string, string | null][] = await rowsOf(engine, statement);
  assert.equal(rows, [
    ["Ada", "29.99"],
    ["Grace", "10.00"],
    ["Nobody", null],
  ]);
  const cheap = select(Book).orderBy(Book.c.price).limit(2).subquery("cheap");
  const titles = select(cheap.c.title).where(cheap.c.authorId.isNotNull());
  assert.is(
    plainSql(titles),
    "SELECT cheap.title FROM (SELECT books.id, books.title, books.price, books.author_id FROM " +
      "books ORDER BY books.price LIMIT 2) AS cheap WHERE cheap.author_id IS NOT NULL",
  );
  const found: string[] = await rowsOf(engine, titles);
  assert.equal(found, ["Notes"]);
});

test("a subquery that names its columns anew sorts by the new names", async () => {
  // By its old name it would be the column of the table, or none at all.
  const price = func.max(Book.c.price).as("price");
  const dearest = select({ id: Book.c.id, cost: price }).groupBy(Book.c.id).orderBy(price.desc());
  const inner = dearest.limit(2).subquery("dearest");
  const statement = select(inner.c.cost).orderBy(inner.c.cost);
  const text =
    "SELECT books.id AS id, MAX(books.price) AS cost FROM books GROUP BY books.id ORDER BY cost DESC LIMIT 2";
  assert.is(
    plainSql(statement),
    `SELECT dearest.cost FROM (${text.replace("books.id AS id", "books.id")}) AS dearest ORDER BY dearest.cost`,
  );
  const costs: (string | null)[] = await rowsOf(engine, statement);
  assert.equal(costs, ["10.00", "20.00"]);
  const named = cte("dearest", dearest.limit(2));
  assert.match(plainSql(select(named.c.cost)), "ORDER BY cost DESC LIMIT 2");
  assert.equal((await rowsOf(engine, select(named.c.cost))).length, 2);
  // What the program itself gets has the names that it gave.
  assert.match(plainSql(dearest), /AS price .* ORDER BY price DESC$/);
});

test("a subquery within a subquery, and in FROM of one", async () => {
  const inner = select({ id: Book.c.authorId }).where(Book.c.price.gt("15")).subquery("dear");
  const statement = select(Author.c.name).where(
    exists(select(inner.c.id).where(inner.c.id.eq(Author.c.id))),
  );
  assert.is(
    plainSql(statement),
    "SELECT authors.name FROM authors WHERE EXISTS (SELECT dear.id FROM (SELECT books.author_id " +
      'AS id FROM books WHERE books.price > ?) AS dear WHERE dear.id = authors.id) ["15.00"]',
  );
  assert.equal(await rowsOf(engine, statement), ["Ada"]);
});

test("any and has, along each kind of relationship", async () => {
  const { name } = Author.c;
  const cases: [{ toSql: never } | Parameters<typeof rowsOf>[1], string, unknown[]][] = [
    [
      select(name).where(Author.r.books.any(Book.c.title.like("N%"), Book.c.price.lt("10"))),
      "SELECT authors.name FROM authors WHERE EXISTS (SELECT 1 FROM books WHERE " +
        'books.author_id = authors.id AND books.title LIKE ? AND books.price < ?) ["N%","10.00"]',
      ["Ada"],
    ],
    [
      select(name).where(not(Author.r.books.any())),
      "SELECT authors.name FROM authors WHERE NOT (EXISTS (SELECT 1 FROM books WHERE " +
        "books.author_id = authors.id))",
      ["Nobody"],
    ],
    [
      select(Book.c.title).where(Book.r.author.has(name.eq("Grace"))),
      "SELECT books.title FROM books WHERE EXISTS (SELECT 1 FROM authors WHERE " +
        'books.author_id = authors.id AND authors.name = ?) ["Grace"]',
      ["Compilers"],
    ],
    [
      select(Book.c.title).where(Book.r.tags.any(Tag.c.name.eq("math"))),
      "SELECT books.title FROM books WHERE EXISTS (SELECT 1 FROM book_tags JOIN tags ON " +
        "book_tags.tag_id = tags.id WHERE book_tags.book_id = books.id AND tags.name = ?) " +
        '["math"]',
      ["Notes"],
    ],
    [
      select(name).where(Author.r.books.any(Book.r.tags.any(Tag.c.name.eq("math")))),
      "SELECT authors.name FROM authors WHERE EXISTS (SELECT 1 FROM books WHERE " +
        "books.author_id = authors.id AND EXISTS (SELECT 1 FROM book_tags JOIN tags ON " +
        "book_tags.tag_id = tags.id WHERE book_tags.book_id = books.id AND tags.name = ?)) " +
        '["math"]',
      ["Ada"],
    ],
    [
      select(Loan.c.copyId).where(Loan.r.notes.any(Note.c.text.eq("torn"))),
      "SELECT loans.copy_id FROM loans WHERE EXISTS (SELECT 1 FROM notes WHERE " +
        "notes.member_id = loans.member_id AND notes.copy_id = loans.copy_id AND notes.text = ?) " +
        '["torn"]',
      [2],
    ],
  ];
  for (const [statement, text, rows] of cases) {
    assert.is(plainSql(statement as never), text);
    assert.equal(await rowsOf(engine, statement as never), rows);
  }
});

test("any of a class with itself means the other row; also within another one", async () => {
  const { name } = Person.c;
  const team = "EXISTS (SELECT 1 FROM people AS people_1 WHERE people_1.boss_id = people.id AND";
  const leaders = select(name).where(Person.r.team.any(name.eq("Leaf")), name.ne("x"));
  assert.is(
    plainSql(leaders),
    `SELECT people.name FROM people WHERE ${team} people_1.name = ?) AND people.name <> ? ` +
      '["Leaf","x"]',
  );
  assert.equal(await rowsOf(engine, leaders), ["Left"]);
  const above = select(name).where(Person.r.team.any(and(Person.r.team.any(name.eq("Leaf")))));
  assert.is(
    plainSql(above),
    `SELECT people.name FROM people WHERE ${team} (EXISTS (SELECT 1 FROM people WHERE ` +
      'people.boss_id = people_1.id AND people.name = ?))) ["Leaf"]',
  );
  assert.equal(await rowsOf(engine, above), ["Root"]);
  const friends = select(name).where(Person.r.friends.any(Person.r.boss.has(name.eq("Left"))));
  assert.is(
    plainSql(friends),
    "SELECT people.name FROM people WHERE EXISTS (SELECT 1 FROM friendships JOIN people AS " +
      "people_1 ON friendships.friend_id = people_1.id WHERE friendships.person_id = people.id " +
      "AND EXISTS (SELECT 1 FROM people WHERE people_1.boss_id = people.id AND people.name = ?)) " +
      '["Left"]',
  );
  assert.equal(await rowsOf(engine, friends), ["Root"]);
  const boss = alias(Person, "boss");
  const ofBoss = select(boss.c.name).where(boss.r.team.any(name.eq("Leaf"), boss.c.id.gt(1)));
  assert.is(
    plainSql(ofBoss),
    "SELECT boss.name FROM people AS boss WHERE EXISTS (SELECT 1 FROM people WHERE " +
      'people.boss_id = boss.id AND people.name = ? AND boss.id > ?) ["Leaf",1]',
  );
  assert.equal(await rowsOf(engine, ofBoss), ["Left"]);
});

test("any finds the same as a join, for every pair of rows", async () => {
  const pairs = await rowsOf(engine, select(Book.c.id, Tag.c.name).join(Book.r.tags));
  for (const tag of ["sql", "math", "unused"]) {
    const found = select(Book.c.id)
      .where(Book.r.tags.any(Tag.c.name.eq(tag)))
      .orderBy(Book.c.id);
    const expected = pairs.filter(([, name]) => name === tag).map(([id]) => id);
    assert.equal(await rowsOf(engine, found), expected.sort());
  }
});

test("what cannot be a value or a source is refused", async () => {
  const cases: [() => unknown, string][] = [
    [() => select(Book).scalar(), "not-scalar"],
    [() => select(Book.c.id, Book.c.title).scalar(), "not-scalar"],
    [() => select(Book.c.id, Author.c.id).join(Book.r.author).subquery("both"), "duplicate-field"],
    [() => Author.r.books.any(undefined as never), "not-a-condition"],
    [() => Author.c.id.in("1" as never), "not-an-array"],
    [() => select(select(Book).subquery("b") as never), "not-selectable"],
    [
      () => plainSql(select(Tag).where(exists(select(Book.c.id).where(Author.c.id.eq(1))))),
      "join-missing",
    ],
  ];
  for (const [work, code] of cases) assert.is((await errorOf(work)).code, code);
});

test("a name never changes what a statement is, whatever stands in it", async () => {
  const hostile = "x` UNION SELECT 1; -- '\"\\ ?";
  const quoted = "`x`` UNION SELECT 1; -- '\"\\ ?`";
  const other = alias(Book, hostile);
  const derived = select({ [hostile]: Book.c.title })
    .where(Book.c.id.eq(1))
    .subquery(hostile);
  const field = derived.c[hostile];
  if (field === undefined) throw new Error("The field is there.");
  const named = select(other.c.title.as(hostile)).where(other.c.id.eq(1));
  assert.is(
    named.toSql(mysqlDialect).text,
    `SELECT ${quoted}.\`title\` AS ${quoted} FROM \`books\` AS ${quoted} WHERE ${quoted}.\`id\` = ?`,
  );
  const expression = cte(hostile, select({ [hostile]: Book.c.title }).where(Book.c.id.eq(1)));
  const column = expression.c[hostile];
  if (column === undefined) throw new Error("The column is there.");
  for (const statement of [named, select(field), select(column).orderBy(column)]) {
    assert.equal(await rowsOf(engine, statement), ["Notes"]);
  }
  const row = (await rowsOf(engine, select({ [hostile]: Book.c.id }).where(Book.c.id.eq(1))))[0];
  assert.equal(row, { [hostile]: 1 });
});

test("raw SQL stands wherever an expression does, and its values keep their places", async () => {
  const statement = select(sql<string>`UPPER(${"x"})`, Book.c.title, sql<number>`1 + ${2}`)
    .where(sql`price < ${15} OR price > ${19}`, Book.c.id.lt(4))
    .groupBy(Book.c.id, sql`title`)
    .having(sql`COUNT(*) < ${9}`)
    .orderBy(sql`CHAR_LENGTH(title)`, Book.c.id);
  assert.is(
    plainSql(statement),
    "SELECT UPPER(?), books.title, 1 + ? FROM books WHERE (price < ? OR price > ?) " +
      "AND books.id < ? GROUP BY books.id, (title) HAVING (COUNT(*) < ?) " +
      'ORDER BY (CHAR_LENGTH(title)), books.id ["x",2,15,19,4,9]',
  );
  const rows: [string, string, number][] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(([upper, title, sum]) => [upper, title, Number(sum)]),
    [
      ["X", "Notes", 3],
      ["X", "Letters", 3],
      ["X", "Compilers", 3],
    ],
  );
  assert.is(plainSql(select(sql`NOW()`)), "SELECT NOW()");
});

test.run();
