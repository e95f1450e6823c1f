import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import {
  declarativeBase,
  type Expr,
  integer,
  json,
  type Order,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { alias, cte, expression, func, type Select, select, union } from "../../src/query/index.js";
import { type PageOptions, pageQuery } from "../../src/query/page.js";
import { Session } from "../../src/query/session.js";
import type { Executable } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Loan, Note, Person, plainSql, Tag } from "./shelf.js";

const test = suite("pages");
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
  sent.length = 0;
});
test.after.each(() => session.close());
test.after(() => engine.dispose());

const selects = () => sent.filter((line) => line.includes("SELECT"));

/** The SQL of a page, from FROM on, without quotes. */
function pageSql<R>(statement: Executable<R>, options: PageOptions): string {
  const text = plainSql(pageQuery(statement, options, mysqlDialect).query);
  return text.slice(text.indexOf(" FROM ") + 1);
}

/** The cursor behind the first row of a statement. */
async function cursorOf<R>(statement: Select<R>): Promise<string> {
  const { next } = await session.page(statement, { size: 1 });
  assert.type(next, "string");
  return next as string;
}

const code = async (work: () => unknown) => (await errorOf(work)).code;
const byPrice = select(Book).orderBy(Book.c.price.desc());

test("a page, the next one, and back: one statement for each", async () => {
  const first = await session.page(byPrice, { size: 3 });
  assert.equal(
    first.items.map(({ title }) => title),
    ["Letters", "Compilers", "Notes"],
  );
  assert.is(first.items[0] instanceof Book, true);
  assert.equal([first.hasPrevious, first.previous, first.hasNext], [false, null, true]);
  const second = await session.page(byPrice, { size: 3, after: first.next });
  assert.equal(
    second.items.map(({ title }) => title),
    ["Anonymous"],
  );
  assert.equal([second.hasNext, second.next, second.hasPrevious], [false, null, true]);
  const back = await session.page(byPrice, { size: 3, before: second.previous });
  assert.equal(back, { ...first, hasNext: true });
  const last = await session.page(byPrice, { size: 3, last: true });
  assert.equal(
    last.items.map(({ title }) => title),
    ["Compilers", "Notes", "Anonymous"],
  );
  assert.equal([last.hasPrevious, last.hasNext, last.next], [true, false, null]);
  assert.is(selects().length, 4);
});

test("the SQL: one row more than wanted, the key behind the order, in its direction", async () => {
  const cursor = await cursorOf(byPrice);
  assert.is(
    plainSql(pageQuery(byPrice, { size: 20 }, mysqlDialect).query),
    "SELECT books.id, books.title, books.price, books.author_id, books.price, books.id " +
      "FROM books ORDER BY books.price DESC, books.id DESC LIMIT 21",
  );
  assert.is(
    pageSql(byPrice, { size: 20, after: cursor }),
    "FROM books WHERE (books.price < ? OR (books.price = ? AND books.id < ?)) " +
      'ORDER BY books.price DESC, books.id DESC LIMIT 21 ["20.00","20.00",2]',
  );
  assert.is(
    pageSql(byPrice, { size: 20, before: cursor }),
    "FROM books WHERE (books.price > ? OR (books.price = ? AND books.id > ?)) " +
      'ORDER BY books.price, books.id LIMIT 21 ["20.00","20.00",2]',
  );
  const cheap = byPrice.where(Book.c.price.lt("30"));
  const from = { size: 20, after: await cursorOf(cheap) };
  assert.match(pageSql(cheap, from), "WHERE books.price < ? AND (books.price < ? OR (");
});

test("nulls, where the database or the order puts them", async () => {
  const cases: [Order[], string][] = [
    [[Author.c.bornOn.asc()], "WHERE (authors.born_on IS NOT NULL OR (authors.born_on IS NULL"],
    [[Author.c.bornOn.asc().nullsLast()], "(authors.born_on > ? OR authors.born_on IS NULL OR ("],
    [[Author.c.bornOn.desc()], "WHERE (authors.born_on < ? OR authors.born_on IS NULL OR ("],
    [[Author.c.bornOn.desc().nullsFirst()], "(authors.born_on IS NOT NULL OR (authors.born_on IS"],
    [[Author.c.name.desc(), Author.c.bornOn.asc()], "authors.name = ? AND (authors.born_on IS NOT"],
  ];
  for (const [orders, expected] of cases) {
    const statement = select(Author).orderBy(...orders);
    assert.match(pageSql(statement, { size: 1, after: await cursorOf(statement) }), expected);
  }
  const last = select(Author).orderBy(Author.c.bornOn.asc().nullsLast());
  const { previous } = await session.page(last, { size: 1, last: true });
  const behind = pageQuery(last, { size: 1, after: previous }, mysqlDialect);
  assert.match(plainSql(behind.query), "WHERE (authors.born_on IS NULL AND authors.id > ?)");
});

test("the key is added where the order is not unique", async () => {
  const Own = declarativeBase();
  class Card extends Own.mapped(
    "cards",
    {
      id: integer().primaryKey(),
      code: uuid().unique(),
      name: varchar(9).nullable().unique(),
      shelf: integer(),
      place: integer(),
    },
    { uniques: [["shelf", "place"]] },
  ) {}
  const orderOf = (...orders: (Order | Expr<unknown>)[]) =>
    /ORDER BY (.*) LIMIT/.exec(pageSql(select(Card).orderBy(...orders), { size: 1 }))?.[1];
  const { id, code, name, shelf, place } = Card.c;
  assert.is(orderOf(), "cards.id");
  assert.is(orderOf(id.desc()), "cards.id DESC");
  assert.is(orderOf(shelf, id.as("number"), name), "cards.shelf, cards.id, cards.name");
  assert.is(orderOf(code), "cards.code");
  assert.is(orderOf(name), "cards.name, cards.id");
  assert.is(orderOf(place.desc(), shelf), "cards.place DESC, cards.shelf");
  assert.is(orderOf(shelf.desc()), "cards.shelf DESC, cards.id DESC");
  assert.match(pageSql(select(Loan), { size: 1 }), "ORDER BY loans.member_id, loans.copy_id LIMIT");
});

test("joins: to one row nothing is added, to several their key", async () => {
  const orders = <R>(statement: Select<R>) =>
    /ORDER BY (.*) LIMIT/.exec(pageSql(statement, { size: 1 }))?.[1];
  const boss = alias(Person, "boss");
  const friend = alias(Person, "friend");
  assert.is(orders(select(Book, Author).join(Book.r.author)), "books.id");
  assert.is(orders(select(Author, Book).join(Author.r.books)), "authors.id, books.id");
  assert.is(
    orders(select(Book, Tag).join(Book.r.tags)),
    "books.id, book_tags.book_id, book_tags.tag_id",
  );
  assert.is(orders(select(Person, boss).leftJoin(Person.r.boss, boss)), "people.id");
  assert.is(orders(select(boss.c.id, Person.c.id).join(boss.r.team)), "boss.id, people.id");
  assert.is(orders(select(Note, Loan).join(Note.r.loan)), "notes.id");
  assert.is(
    orders(select(Person, friend).join(friend, friend.c.name.eq(Person.c.name))),
    "people.id, friend.id",
  );
  assert.is(
    orders(select(Person, friend).join(friend, friend.c.id.eq(friend.c.bossId))),
    "people.id, friend.id",
  );
});

test("objects that a join repeats are refused, and paged once each with distinct()", async () => {
  const repeated = select(Author).join(Author.r.books).orderBy(Author.c.name);
  const error = await errorOf(() => session.page(repeated, { size: 1 }));
  assert.is(error.code, "page-repeats");
  assert.is(
    error.message,
    "The join with Book repeats objects, and pages would as well.\n" +
      "  Hint: Add distinct(), or ask with where(Author.r.books.any(…)); to have both in a row, select both.",
  );
  assert.is(
    await code(() => session.page(select(Book).join(Book.r.tags), { size: 1 })),
    "page-repeats",
  );
  const once = repeated.distinct();
  const first = await session.page(once, { size: 1 });
  const second = await session.page(once, { size: 1, after: first.next });
  assert.equal(
    [...first.items, ...second.items].map(({ name }) => name),
    ["Ada", "Grace"],
  );
  assert.is(second.hasNext, false);
  assert.is(
    await code(() => session.page(once.orderBy(Book.c.title), { size: 1 })),
    "page-distinct",
  );
});

test("records, tuples, values; a name that is sorted by", async () => {
  const n = func.count(Book.c.id).as("n");
  const counted = select({ who: Author.c.name, n })
    .leftJoin(Author.r.books)
    .groupBy(Author.c.name)
    .orderBy(n.desc());
  const first = await session.page(counted, { size: 2 });
  assert.equal(first.items, [
    { who: "Ada", n: 2 },
    { who: "Grace", n: 1 },
  ]);
  assert.is(
    pageSql(counted, { size: 2, after: first.next }),
    "FROM authors LEFT JOIN books ON books.author_id = authors.id GROUP BY authors.name HAVING " +
      "((n) < ? OR (n) IS NULL OR ((n) = ? AND ((_key_1) < ? OR (_key_1) IS NULL))) " +
      'ORDER BY n DESC, _key_1 DESC LIMIT 3 [1,1,"Grace"]',
  );
  const rest = await session.page(counted, { size: 2, after: first.next });
  assert.equal(rest.items, [{ who: "Nobody", n: 0 }]);
  const titles = await session.page(select(Book.c.title).orderBy(Book.c.title), { size: 2 });
  assert.equal(titles.items, ["Anonymous", "Compilers"]);
  const pairs = select(Book.c.title, Author).leftJoin(Book.r.author).orderBy(Author.c.name.desc());
  const both = await session.page(pairs, { size: 1, last: true });
  assert.equal(both.items, [["Anonymous", null]]);
});

test("a subquery says by key what tells its rows apart", async () => {
  const cheap = select(Book).where(Book.c.price.lt("20")).subquery("cheap");
  const titles = select({ title: cheap.c.title }).orderBy(cheap.c.price);
  assert.is(await code(() => session.page(titles, { size: 2 })), "page-key");
  const key = cheap.c.id;
  const first = await session.page(titles, { size: 2, key });
  const rest = await session.page(titles, { size: 2, key: [key], after: first.next });
  assert.equal(
    [...first.items, ...rest.items].map(({ title }) => title),
    ["Anonymous", "Notes", "Compilers"],
  );
  const tree = cte("tree", select({ id: Person.c.id }));
  assert.is(await code(() => session.page(select(tree.c.id), { size: 1 })), "page-key");
  assert.is(await code(() => session.page(select(sql`1`), { size: 1 })), "page-key");
});

test("a cursor holds the row, not what the program made of its object", async () => {
  const page = await session.page(byPrice, { size: 1 });
  const [letters] = page.items as [Book];
  await session.execute(sql`UPDATE books SET price = 25 WHERE id = ${letters.id}`);
  const again = await session.page(byPrice, { size: 1 });
  assert.is(again.items[0], letters);
  assert.is(letters.price, "20.00");
  assert.match(pageSql(byPrice, { size: 1, after: again.next }), '["25.00","25.00",2]');
  await session.rollback();
});

test("what came and went elsewhere moves nothing", async () => {
  const byId = select(Book.c.id).orderBy(Book.c.id);
  const first = await session.page(byId, { size: 2 });
  await session.execute(sql`INSERT INTO books (id, title, price) VALUES (-1, 'Before', 1)`);
  const second = await session.page(byId, { size: 2, after: first.next });
  assert.equal(second.items, [3, 4]);
  await session.execute(sql`DELETE FROM books WHERE id IN (2, 3, 4)`);
  const gone = await session.page(byId, { size: 2, after: first.next });
  assert.equal(gone, { items: [], next: null, previous: null, hasNext: false, hasPrevious: false });
  await session.rollback();
});

test("values of a condition may change between pages, the statement may not", async () => {
  const under = (price: string) => byPrice.where(Book.c.price.lt(price));
  const cursor = await cursorOf(under("30"));
  const { items } = await session.page(under("10"), { size: 9, after: cursor });
  assert.equal(
    items.map(({ title }) => title),
    ["Notes", "Anonymous"],
  );
  const others = [
    byPrice,
    select(Book).orderBy(Book.c.price),
    select(Book).where(Book.c.price.lt("30")).orderBy(Book.c.price.desc(), Book.c.title),
    select(Book.c.id).where(Book.c.price.lt("30")).orderBy(Book.c.price.desc()),
  ];
  for (const statement of others) {
    const error = await errorOf(() =>
      session.page<unknown>(statement as Select<unknown>, { size: 9, after: cursor }),
    );
    assert.is(error.code, "cursor-statement");
    assert.is(
      error.message,
      "The cursor is of another statement, or of another order.\n" +
        "  Hint: Page with the statement that the cursor came from; when it changes, begin without a cursor.",
    );
  }
});

/** A cursor as somebody would make it who knows how: of the same statement, its digests right, with any payload. */
function forged(cursor: string, payload: string): string {
  const own = Buffer.from(cursor, "base64url").subarray(0, 6);
  const digest = createHash("sha256")
    .update(`${own.toString("hex")} ${payload}`)
    .digest();
  return Buffer.concat([own, digest.subarray(0, 6), Buffer.from(payload)]).toString("base64url");
}

test("a cursor that was changed in any place is refused, and nothing is sent", async () => {
  const cursor = await cursorOf(byPrice);
  assert.match(cursor, /^[\w-]+$/);
  sent.length = 0;
  const changed = [...cursor].map((letter, place) => {
    return cursor.slice(0, place) + (letter === "A" ? "B" : "A") + cursor.slice(place + 1);
  });
  const wrong = [
    ...changed,
    "",
    "x",
    `${cursor}=`,
    `${cursor} `,
    cursor.slice(0, -1),
    "' OR 1=1 -- ",
    7,
    {},
    ...["", "no JSON", "{}", "null", '["9.99"]', '["9.99",1,2]', '[{"bigint":"x"},1]'].map(
      (payload) => forged(cursor, payload),
    ),
  ];
  const [price, id] = ["0 OR 1=1", "1; DROP TABLE books"];
  const own = forged(cursor, JSON.stringify([price, id]));
  const { parameters } = pageQuery(byPrice, { size: 1, after: own }, mysqlDialect).query.toSql(
    mysqlDialect,
  );
  assert.equal(parameters, [price, price, id]);
  for (const one of wrong) {
    const error = await errorOf(() => session.page(byPrice, { size: 9, after: one as string }));
    assert.is(error.code, "cursor", String(one));
    assert.match(error.message, "is not a cursor.\n  Hint: Hand in what a page gave as next");
  }
  assert.is(selects().length, 0);
});

test("a cursor that somebody makes binds its values", async () => {
  const { createHash } = await import("node:crypto");
  const cursor = Buffer.from(await cursorOf(byPrice), "base64url");
  const digest = (text: string) => createHash("sha256").update(text).digest().subarray(0, 6);
  const own = cursor.subarray(0, 6);
  const payload = JSON.stringify(["0) OR (1=1", "'; DROP TABLE books; -- "]);
  const check = digest(`${own.toString("hex")} ${payload}`);
  const forged = Buffer.concat([own, check, Buffer.from(payload)]).toString("base64url");
  const { query } = pageQuery(byPrice, { size: 1, after: forged }, mysqlDialect);
  assert.match(plainSql(query), '["0) OR (1=1","0) OR (1=1","\'; DROP TABLE books; -- "]');
});

test("what cannot be paged", async () => {
  const Own = declarativeBase();
  class Doc extends Own.mapped("docs", { id: integer().primaryKey(), data: json<object>() }) {}
  const cases: [unknown, unknown, string][] = [
    [byPrice.limit(3), { size: 1 }, "page-limit"],
    [byPrice.offset(3), { size: 1 }, "page-limit"],
    [union(select(Book.c.id), select(Author.c.id)), { size: 1 }, "page-query"],
    [sql`SELECT 1`, { size: 1 }, "page-query"],
    [undefined, { size: 1 }, "page-query"],
    [select(Book, func.rowNumber().over({ orderBy: Book.c.id })), { size: 1 }, "page-window"],
    [select(Book).orderBy(func.sum(Book.c.id).over().add(1)), { size: 1 }, "page-window"],
    [select(Doc).orderBy(Doc.c.data), { size: 1 }, "page-order"],
    [select(Book).orderBy(sql`RAND()`), { size: 1 }, "page-order"],
    [byPrice, { size: 0 }, "page-size"],
    [byPrice, { size: 1.5 }, "page-size"],
    [byPrice, { size: "20" }, "page-size"],
    [byPrice, {}, "page-size"],
    [byPrice, { size: 1, after: "a", before: "b" }, "page-ends"],
    [byPrice, { size: 1, after: "a", last: true }, "page-ends"],
    [byPrice, { size: 1, first: 3 }, "unknown-option"],
  ];
  for (const [statement, options, expected] of cases) {
    const error = await errorOf(() =>
      session.page(statement as Select<Book>, options as PageOptions),
    );
    assert.is(error.code, expected);
    assert.ok(error.hint);
  }
  assert.is(selects().length, 0);
  const typed = select(Book.c.title).orderBy(expression(sql`LENGTH(title)`, integer()).desc());
  assert.equal((await session.page(typed, { size: 2 })).items, ["Anonymous", "Compilers"]);
});

test("null and undefined for a cursor mean the first page", async () => {
  const first = await session.page(byPrice, { size: 2 });
  assert.equal(await session.page(byPrice, { size: 2, after: null, before: undefined }), first);
});

test("MySQL reads a range of the index, not the rows before the page", async () => {
  const Own = declarativeBase();
  class Entry extends Own.mapped(
    "entries",
    { id: integer().primaryKey(), day: integer(), place: integer(), text: varchar(200) },
    { indexes: [["day", "place"]] },
  ) {}
  await Own.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO entries (day, place, text)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
    SELECT i DIV 10, i MOD 10, REPEAT('x', 200) FROM n`);
  await engine.execute(sql`ANALYZE TABLE entries`);
  const byDay = select(Entry).orderBy(Entry.c.day.desc(), Entry.c.place.desc());
  const { items } = await session.page(byDay, { size: 850 });
  assert.is(items.length, 850);
  const { next } = await session.page(byDay, { size: 850 });
  const { query } = pageQuery(byDay, { size: 10, after: next }, engine.dialect);
  const { text } = await session.explain(query);
  assert.match(text, "Index range scan on entries using ix_entries_day_place");
  assert.not.match(text, "Sort");
  // The shorter form of the same condition, by which MySQL finds no range.
  const row = sql`(day, place) < (${15}, ${3})`;
  const short = select(Entry).where(row).orderBy(Entry.c.day.desc(), Entry.c.place.desc());
  assert.not.match((await session.explain(short.limit(11))).text, "range scan");
  const before = await rowsRead();
  await session.execute(query).all();
  assert.ok((await rowsRead()) - before < 20);
  await session.rollback();
  await Own.metadata.dropAll(engine);
});

/** How many rows this session's connection has read by an index, or without one. */
async function rowsRead(): Promise<number> {
  const rows = await session.execute(
    sql<{ Value: string }>`SHOW SESSION STATUS WHERE Variable_name IN
      ('Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd_next', 'Handler_read_key')`,
  );
  return rows.reduce((sum, row) => sum + Number(row.Value), 0);
}

test.run();
