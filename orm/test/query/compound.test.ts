import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { except, func, intersect, select, union, unionAll } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Person, plainSql, rowsOf, Tag } from "./shelf.js";

const test = suite("UNION, INTERSECT and EXCEPT");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("union gives each row once, unionAll all of them", async () => {
  const [cheap, byAda] = [
    select(Book.c.title).where(Book.c.price.lt("10")),
    select(Book.c.title).where(Book.c.authorId.eq(1)),
  ];
  const sql = (word: string) =>
    `SELECT books.title FROM books WHERE books.price < ? ${word} SELECT books.title FROM books ` +
    'WHERE books.author_id = ? ORDER BY title DESC ["10.00",1]';
  const once = union(cheap, byAda).orderBy(Book.c.title.desc());
  assert.is(plainSql(once), sql("UNION"));
  const titles: string[] = await rowsOf(engine, once);
  assert.equal(titles, ["Notes", "Letters", "Anonymous"]);
  const all = unionAll(cheap, byAda).orderBy(Book.c.title.desc());
  assert.is(plainSql(all), sql("UNION ALL"));
  assert.equal(await rowsOf(engine, all), ["Notes", "Notes", "Letters", "Anonymous"]);
});

test("intersect and except, and one within another", async () => {
  const [all, cheap, byAda] = [
    select(Book.c.id),
    select(Book.c.id).where(Book.c.price.lte("10")),
    select(Book.c.id).where(Book.c.authorId.eq(1)),
  ];
  const both = intersect(cheap, byAda);
  assert.is(
    plainSql(both),
    "SELECT books.id FROM books WHERE books.price <= ? INTERSECT SELECT books.id FROM books " +
      'WHERE books.author_id = ? ["10.00",1]',
  );
  assert.equal(await rowsOf(engine, both), [1]);
  const others = except(all, union(cheap, byAda).limit(10)).orderBy(Book.c.id);
  assert.is(
    plainSql(others),
    "SELECT books.id FROM books EXCEPT (SELECT books.id FROM books WHERE books.price <= ? UNION " +
      "SELECT books.id FROM books WHERE books.author_id = ? LIMIT 10) ORDER BY id " +
      '["10.00",1]',
  );
  assert.equal(await rowsOf(engine, others), []);
  assert.equal(await rowsOf(engine, except(all, both).orderBy(Book.c.id)), [2, 3, 4]);
});

test("parts with an end of their own, and an end of the whole", async () => {
  const statement = unionAll(
    select({ name: Author.c.name, n: func.count(Book.c.id) })
      .leftJoin(Author.r.books)
      .groupBy(Author.c.id)
      .orderBy(Author.c.id)
      .limit(2),
    select({ name: Tag.c.name, n: Tag.c.id }).where(Tag.c.id.lt(3)),
  )
    .orderBy(Author.c.name.desc())
    .limit(3)
    .offset(1);
  assert.is(
    plainSql(statement),
    "(SELECT authors.name, COUNT(books.id) FROM authors LEFT JOIN books ON books.author_id = " +
      "authors.id GROUP BY authors.id ORDER BY authors.id LIMIT 2) UNION ALL SELECT tags.name, " +
      "tags.id FROM tags WHERE tags.id < ? ORDER BY name DESC LIMIT 3 OFFSET 1 [3]",
  );
  const rows: { name: string; n: number }[] = await rowsOf(engine, statement);
  assert.equal(rows, [
    { name: "math", n: 2 },
    { name: "Grace", n: 1 },
    { name: "Ada", n: 2 },
  ]);
});

test("objects come out of a union, each row as one", async () => {
  const people = await rowsOf(
    engine,
    union(
      select(Person).where(Person.c.bossId.isNull()),
      select(Person).where(Person.c.id.gt(3)),
      select(Person).where(Person.c.id.eq(1)),
    ).orderBy(Person.c.id),
  );
  assert.equal(
    people.map((person) => person.toObject()),
    [
      { id: 1, name: "Root", bossId: null },
      { id: 4, name: "Leaf", bossId: 2 },
    ],
  );
});

test("sorted by a name or an expression of the first query; by nothing else", async () => {
  const [count, half] = [func.count(Book.c.id).as("n"), func.max(Book.c.price)];
  const byName = union(select(count), select(Tag.c.id)).orderBy(count.desc());
  assert.is(
    plainSql(byName),
    "SELECT COUNT(books.id) AS n FROM books UNION SELECT tags.id FROM tags ORDER BY n DESC",
  );
  assert.equal(await rowsOf(engine, byName), [4, 3, 2, 1]);
  assert.is(
    plainSql(union(select(half), select(Book.c.price)).orderBy(half)),
    "SELECT MAX(books.price) FROM books UNION SELECT books.price FROM books ORDER BY 1",
  );
  const error = await errorOf(() =>
    plainSql(union(select(Author.c.id), select(Tag.c.id)).orderBy(Tag.c.id)),
  );
  assert.is(error.code, "compound-order");
  assert.match(error.message, "Tag.id");
});

test("records belong together by their names, in whichever order they are written", async () => {
  const people = select({ name: Author.c.name, id: Author.c.id }).where(Author.c.id.eq(1));
  const tags = select({ id: Tag.c.id, name: Tag.c.name }).where(Tag.c.id.eq(2));
  const same =
    "SELECT authors.name, authors.id FROM authors WHERE authors.id = ? UNION ALL " +
    "SELECT tags.name, tags.id FROM tags WHERE tags.id = ?";
  assert.is(plainSql(unionAll(people, tags)), `${same} [1,2]`);
  assert.is(
    plainSql(unionAll(people, union(tags, tags).limit(1))),
    `${same.replace("SELECT tags", "(SELECT tags")} UNION SELECT tags.name, tags.id FROM tags ` +
      "WHERE tags.id = ? LIMIT 1) [1,2,2]",
  );
  const rows: { name: string; id: number }[] = await rowsOf(engine, unionAll(people, tags));
  assert.equal(rows[0], { name: "Ada", id: 1 });
  assert.is(rows[1]?.id, 2);
  for (const wrong of [
    select({ id: Tag.c.id, title: Tag.c.name }),
    select({ id: Tag.c.id }),
    select({ id: Tag.c.id, name: Tag.c.name, other: Tag.c.id }),
    select(Tag.c.id),
    select(Book),
  ]) {
    assert.is((await errorOf(() => union(people, wrong as never))).code, "compound-columns");
  }
  const { message } = await errorOf(() => union(people, select(Tag.c.id) as never));
  assert.match(message, "A query gives columns: 1, where the first one gives name, id.");
});

test("a union in FROM, sorted there by the names that it has there", async () => {
  const names = union(
    select({ who: Author.c.name }).where(Author.c.id.lt(3)),
    select({ who: Tag.c.name }),
  )
    .orderBy(Author.c.name)
    .limit(2)
    .subquery("names");
  const statement = select(names.c.who).where(names.c.who.ne("x")).orderBy(names.c.who);
  assert.is(
    plainSql(statement),
    "SELECT names.who FROM (SELECT authors.name AS who FROM authors WHERE authors.id < ? UNION " +
      "SELECT tags.name FROM tags ORDER BY who LIMIT 2) AS names WHERE names.who <> ? " +
      'ORDER BY names.who [3,"x"]',
  );
  const found: string[] = await rowsOf(engine, statement);
  assert.equal(found, ["Ada", "Grace"]);
});

test("fewer than two queries, and what is none, are refused", async () => {
  const given: [unknown[], string][] = [
    [[], "too-few-queries"],
    [[select(Book)], "too-few-queries"],
    [[select(Book), undefined], "not-a-query"],
    [[Book, Author], "not-a-query"],
  ];
  for (const [queries, code] of given) {
    for (const combine of [union, unionAll, intersect, except]) {
      assert.is((await errorOf(() => combine(...(queries as [never])))).code, code);
    }
  }
});

test.run();
