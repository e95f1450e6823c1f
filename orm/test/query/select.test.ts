import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { and, declarativeBase, integer, not, or, varchar } from "../../src/mapping/index.js";
import { type Select, select } from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, Line } from "./library.js";

const test = suite("select");
const database = testDatabase(test);
let engine: Engine;
/** The statements that were sent, without those that open and end transactions. */
const sent: string[] = [];

test.before(async () => {
  engine = createEngine(database.url, { echo: (line) => sent.push(line) });
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name, born_on) VALUES
    (1, 'Ada', '1815-12-10'), (2, 'Grace', '1906-12-09'), (3, 'Nobody', NULL)`);
  await engine.execute(sql`INSERT INTO books
    (id, title, price, sold, kind, printed, seen_at, details, author_id) VALUES
    (1, 'Notes', 9.99, 9223372036854775807, 'notes', TRUE, '2026-11-21 08:30:00.123', '{"pages": 66}', 1),
    (2, 'Nanoseconds', 20, 0, 'novel', FALSE, NULL, NULL, 2),
    (3, 'Compilers', 10, 5, 'notes', FALSE, NULL, NULL, 2)`);
  await engine.execute(
    sql`INSERT INTO \`order lines\` VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')`,
  );
});
test.after(() => engine.dispose());

/** Runs work with a session that is closed afterwards. */
async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session(engine);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const all = <R>(statement: Select<R>): Promise<R[]> =>
  inSession((session) => session.execute(statement).all());

test("a class gives objects, with every value as the column's type reads it", async () => {
  const books: Book[] = await all(select(Book).orderBy(Book.c.id));
  assert.is(books.length, 3);
  const [notes] = books;
  assert.ok(notes instanceof Book);
  assert.equal(notes.toObject(), {
    id: 1,
    title: "Notes",
    price: "9.99",
    sold: 9223372036854775807n,
    kind: "notes",
    printed: true,
    seenAt: new Date("2026-11-21T08:30:00.123Z"),
    details: { pages: 66 },
    authorId: 1,
  });
  assert.is(books[1]?.seenAt, null);
  assert.is(books[1]?.printed, false);
});

test("an object of a class has the class's own methods", async () => {
  const [ada]: Author[] = await all(select(Author).where(Author.c.name.eq("Ada")));
  assert.is(ada?.label, "Ada (1815-12-10)");
});

test("one row is one object, however it was selected", async () => {
  await inSession(async (session) => {
    const [ada] = await session.scalars(select(Author).orderBy(Author.c.id)).all();
    const again = await session
      .execute(select(Author, Author.c.name).where(Author.c.id.eq(1)))
      .one();
    assert.is(again[0], ada);
    assert.is(again[1], "Ada");
    const before = sent.length;
    assert.is(await session.get(Author, 1), ada);
    assert.is(sent.length, before);
  });
});

test("a column gives values, converted", async () => {
  const names: string[] = await all(select(Author.c.name).orderBy(Author.c.name.desc()));
  assert.equal(names, ["Nobody", "Grace", "Ada"]);
  const born: (string | null)[] = await all(select(Author.c.bornOn).orderBy(Author.c.id));
  assert.equal(born, ["1815-12-10", "1906-12-09", null]);
  const sold: bigint[] = await all(select(Book.c.sold).orderBy(Book.c.id));
  assert.equal(sold, [9223372036854775807n, 0n, 5n]);
});

test("several give tuples, and an object among them its own columns", async () => {
  const rows: [string, Line, number, Line][] = await all(
    select(Line.c.text, Line, Line.c.lineNo, Line).orderBy(Line.c.orderId, Line.c.lineNo),
  );
  assert.equal(
    rows.map(([text, line, lineNo]) => [text, line.orderId, line.lineNo, lineNo]),
    [
      ["a", 1, 1, 1],
      ["b", 1, 2, 2],
      ["c", 2, 1, 1],
    ],
  );
  assert.ok(rows.every(([, line, , twin]) => line === twin));
});

test("a record gives records, with objects, values and conditions", async () => {
  const rows: { book: Book; cost: string; cheap: boolean | null; seen: boolean | null }[] =
    await all(
      select({
        book: Book,
        cost: Book.c.price.as("cost"),
        cheap: Book.c.price.lt("10"),
        seen: Book.c.seenAt.lt(new Date("2027-01-01T00:00:00Z")).as("seen"),
      }).orderBy(Book.c.id),
    );
  assert.equal(
    rows.map(({ book, ...values }) => ({ title: book.title, ...values })),
    [
      { title: "Notes", cost: "9.99", cheap: true, seen: true },
      { title: "Nanoseconds", cost: "20.00", cheap: false, seen: null },
      { title: "Compilers", cost: "10.00", cheap: false, seen: null },
    ],
  );
});

test("an integer is one, whatever type an existing table has for it, and a converter gets it", async () => {
  await engine.execute(sql`CREATE TABLE meters
    (id INT PRIMARY KEY, dial BIGINT NULL, notch DECIMAL(20, 0), turns INT NULL)`);
  await engine.execute(sql`INSERT INTO meters VALUES (1, 7, 8, 9), (2, NULL, 0, NULL)`);
  const meters = declarativeBase();
  const half = { toDatabase: (turns: number) => turns * 2, fromDatabase: (raw: number) => raw / 2 };
  class Meter extends meters.mapped("meters", {
    id: integer().primaryKey(),
    dial: integer().nullable(),
    notch: integer(),
    turns: integer().convert(half).nullable(),
  }) {}
  const { id, dial, notch, turns } = Meter.c;
  const values = [
    [1, 7, 8, 4.5],
    [2, null, 0, null],
  ];
  assert.equal(await all(select(id, dial, notch, turns).orderBy(id)), values);
  const objects = await all(select(Meter).orderBy(id));
  assert.equal(
    objects.map((meter) => [meter.id, meter.dial, meter.notch, meter.turns]),
    values,
  );
  await engine.execute(sql`UPDATE meters SET dial = 9007199254740993`);
  const error = await errorOf(() => all(select(Meter)));
  assert.match(
    error.message,
    "9007199254740993 is not a whole number that JavaScript holds exactly",
  );
});

test("values alone: as tuples and as records, each row an own one, whatever its names are", async () => {
  const { id, title, price, sold } = Book.c;
  const tuples = await all(select(title, sold).orderBy(id));
  assert.equal(tuples, [
    ["Notes", 9223372036854775807n],
    ["Nanoseconds", 0n],
    ["Compilers", 5n],
  ]);
  const records = await all(
    select({ price, ["__proto__"]: title, constructor: sold, 7: id }).orderBy(id),
  );
  assert.equal(records.map(Object.entries), [
    [
      ["7", 1],
      ["price", "9.99"],
      ["__proto__", "Notes"],
      ["constructor", 9223372036854775807n],
    ],
    [
      ["7", 2],
      ["price", "20.00"],
      ["__proto__", "Nanoseconds"],
      ["constructor", 0n],
    ],
    [
      ["7", 3],
      ["price", "10.00"],
      ["__proto__", "Compilers"],
      ["constructor", 5n],
    ],
  ]);
  assert.ok(records.every((record) => Object.getPrototypeOf(record) === Object.prototype));
  const kinds = await all(
    select({ kind: Book.c.kind, printed: Book.c.printed })
      .where(id.gt(1))
      .distinct()
      .orderBy(Book.c.kind),
  );
  assert.equal(kinds, [
    { kind: "novel", printed: false },
    { kind: "notes", printed: false },
  ]);
});

test("conditions find what they say", async () => {
  const { id, price, title, sold, kind, printed, seenAt, details, authorId } = Book.c;
  const seen = new Date("2026-11-21T08:30:00.123Z");
  const cases: [ReturnType<typeof id.eq>, number[]][] = [
    [price.lt("10"), [1]],
    [price.lte("10"), [1, 3]],
    [price.between("9.99", "10"), [1, 3]],
    [title.like("N%"), [1, 2]],
    [title.notLike("N%"), [3]],
    [sold.eq(9223372036854775807n), [1]],
    [sold.eq(9223372036854775806n), []],
    [sold.in([0n, 5n]), [2, 3]],
    [kind.ne("notes"), [2]],
    [printed.eq(true), [1]],
    [seenAt.eq(seen), [1]],
    [seenAt.isNull(), [2, 3]],
    [details.eq({ pages: 66 }), [1]],
    [details.eq({ pages: 67 }), []],
    [id.in([]), []],
    [id.notIn([]), [1, 2, 3]],
    [id.eq(authorId), [1, 2]],
    [not(id.eq(1)), [2, 3]],
    [or(id.eq(1), and(authorId.eq(2), price.gt("10"))), [1, 2]],
    [id.eq(1).eq(id.eq(2)), [3]],
  ];
  for (const [condition, expected] of cases) {
    const statement = select(id).where(condition).orderBy(id);
    assert.equal(await all(statement), expected, statement.toSql(mysqlDialect).text);
  }
});

test("limit and offset take pages", async () => {
  const titles = select(Book.c.title).orderBy(Book.c.title);
  assert.equal(await all(titles.limit(2)), ["Compilers", "Nanoseconds"]);
  assert.equal(await all(titles.limit(2).offset(2)), ["Notes"]);
  assert.equal(await all(titles.offset(1)), ["Nanoseconds", "Notes"]);
  assert.equal(await all(titles.limit(0)), []);
});

test("first, one, oneOrNone and for await", async () => {
  await inSession(async (session) => {
    const books = select(Book).orderBy(Book.c.id);
    assert.is((await session.scalars(books).first())?.title, "Notes");
    assert.is((await session.scalars(books.where(Book.c.id.eq(2))).one()).title, "Nanoseconds");
    assert.is(await session.scalars(books.where(Book.c.id.eq(9))).oneOrNone(), null);
    assert.is((await errorOf(() => session.scalars(books).one())).code, "multiple-results");
    assert.is((await errorOf(() => session.scalars(books.limit(0)).one())).code, "no-result");
    const titles: string[] = [];
    for await (const book of session.scalars(books)) titles.push(book.title);
    assert.equal(titles, ["Notes", "Nanoseconds", "Compilers"]);
    assert.is(await session.scalar(select(Book.c.price).where(Book.c.id.eq(3))), "10.00");
  });
});

test("what was changed in memory is not overwritten by a later select", async () => {
  await inSession(async (session) => {
    const book = await session.scalars(select(Book).where(Book.c.id.eq(2))).one();
    book.title = "Microseconds";
    const found = await session.scalars(select(Book).where(Book.c.title.eq("Microseconds"))).all();
    assert.equal(found.length, 1);
    assert.is(found[0], book);
    await session.rollback();
    assert.is(book.title, "Nanoseconds");
  });
});

test("a value that its type cannot hold names the column", async () => {
  class Broken extends declarativeBase().mapped("order lines", {
    orderId: integer().primaryKey(),
    text: varchar(50)
      .named("te`xt")
      .convert<number>({
        toDatabase: String,
        fromDatabase: (text) => {
          throw new RangeError(`${text} is not a number`);
        },
      }),
  }) {}
  const error = await errorOf(() => all(select(Broken)));
  assert.is(error.code, "unreadable");
  assert.match(
    error.message,
    /^Broken\.text: the database holds what its type cannot: .*RangeError: a is not a number/,
  );
});

test.run();
