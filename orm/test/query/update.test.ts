import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { type Select, select } from "../../src/query/select.js";
import { Session } from "../../src/query/session.js";
import { update } from "../../src/query/update.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clock, Page, recorded, Seat, Tag } from "./writing.js";

const test = suite("update");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];
let session: Session;

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const table of ["books", "authors", "tags", "pages", "seats"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (7, 'Ada'), (8, 'Grace')`);
  await engine.execute(sql`INSERT INTO books (id, title, price, author_id) VALUES
    (1, 'Notes', 10.00, 7), (2, 'Letters', 20.00, 7), (3, 'Compilers', 30.00, 8)`);
  session = new Session(engine);
  sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const prices = async () => {
  const [rows] = await database.admin.query(
    `SELECT GROUP_CONCAT(price ORDER BY id) AS prices FROM ${database.name}.books`,
  );
  return (rows as { prices: string }[])[0]?.prices;
};

test("the SQL: values, expressions, conditions", () => {
  const cheaper = update(Book)
    .set({ price: Book.c.price.mul("0.9") })
    .where(Book.c.authorId.eq(7));
  assert.equal(cheaper.toSql(mysqlDialect), {
    text: "UPDATE `books` SET `price` = `books`.`price` * CAST(? AS DECIMAL(2, 1)) WHERE `books`.`author_id` = ?",
    parameters: ["0.9", 7],
  });
  assert.equal(
    update(Tag)
      .set({ note: null, uses: 1 })
      .set({ uses: 2 })
      .where(Tag.c.name.eq("a"), Tag.c.uses.gt(0))
      .where(Tag.c.note.isNotNull())
      .toSql(mysqlDialect),
    {
      text:
        "UPDATE `tags` SET `note` = ?, `uses` = ? WHERE `tags`.`name` = ? AND `tags`.`uses` > ? " +
        "AND `tags`.`note` IS NOT NULL",
      parameters: [null, 2, "a", 0],
    },
  );
});

test("an update never changes: its methods give new ones", () => {
  const base = update(Tag).set({ uses: 1 });
  const one = base.where(Tag.c.id.eq(1));
  base.where(Tag.c.id.eq(2));
  assert.is(one.toSql(mysqlDialect).text, "UPDATE `tags` SET `uses` = ? WHERE `tags`.`id` = ?");
  assert.is(base.all().toSql(mysqlDialect).text, "UPDATE `tags` SET `uses` = ?");
  assert.throws(() => Object.assign(base.node, { where: [] }), /read only/);
});

test("without a condition it is refused, unless all rows are meant", async () => {
  const base = update(Tag).set({ uses: 1 });
  assert.is((await errorOf(() => base.toSql(mysqlDialect))).code, "every-row");
  assert.is((await errorOf(() => base.where().toSql(mysqlDialect))).code, "every-row");
  const other = await errorOf(() => base.where(Author.c.name.eq("Ada")).toSql(mysqlDialect));
  assert.is(other.code, "join-missing");
  assert.match(other.message, "The UPDATE of Tag uses Author, whose rows it does not see.");
  // @ts-expect-error a condition may be missing for no reason but a mistake
  assert.is((await errorOf(() => base.where(undefined))).code, "not-a-condition");
});

test("what a column refuses is refused, by type and at run time", async () => {
  const set = (values: object) => errorOf(() => update(Book).set(values as never));
  assert.is((await set({ title: undefined })).code, "undefined-value");
  assert.is((await set({ title: null })).code, "null-value");
  assert.is((await set({ titel: "x" })).code, "unknown-property");
  assert.match((await set({ titel: "x" })).message, "Did you mean title?");
  assert.is((await set({ author: null })).code, "unknown-property");
  assert.is((await set(new Book({ title: "x", price: "1" }))).code, "not-values");
  assert.is((await set({ price: 7 })).code, "column-value");
  const all = (values: object) =>
    errorOf(() =>
      update(Book)
        .set(values as never)
        .all()
        .toSql(mysqlDialect),
    );
  assert.is((await all({ id: 7 })).code, "key-change");
  assert.is((await all({})).code, "nothing-to-set");
  assert.is((await errorOf(() => update(Plain as never))).code, "not-mapped");
  assert.throws(() => {
    // @ts-expect-error the price is a string
    update(Book).set({ price: 7 });
  });
  assert.throws(() => {
    // @ts-expect-error a title cannot be null
    update(Book).set({ title: null });
  });
  // @ts-expect-error the price is a string, sold is a bigint
  update(Book).set({ price: Book.c.sold });
});
class Plain {}

test("engine, connection and session execute it and tell how many rows it found", async () => {
  const one = update(Book).set({ price: "1.00" }).where(Book.c.id.eq(1));
  const { rowCount, generatedKeys } = await engine.execute(one);
  assert.equal([rowCount, generatedKeys], [1, []]);
  await engine.begin(async (connection) => {
    assert.is((await connection.execute(one)).rowCount, 1);
  });
  assert.is((await session.execute(one)).rowCount, 1);
  await session.commit();
  assert.is(await prices(), "1.00,20.00,30.00");
  const text = 'UPDATE `books` SET `price` = ? WHERE `books`.`id` = ? ["1.00",1]';
  assert.equal(sent(), [text, "BEGIN", text, "COMMIT", "BEGIN", text, "COMMIT"]);
});

test("onUpdate makes a value, and a version counts on", async () => {
  await engine.execute(
    sql`INSERT INTO pages (code, words, version) VALUES ('a', 1, 1), ('b', 2, 5)`,
  );
  sent();
  const longer = update(Page)
    .set({ words: Page.c.words.add(10) })
    .all();
  await engine.execute(longer);
  assert.equal(sent(), [
    "UPDATE `pages` SET `words` = `pages`.`words` + ?, `edited_at` = ?, " +
      '`version` = `pages`.`version` + ? [10,"2026-11-21 08:00:00.000001",1]',
  ]);
  clock.now = "2026-11-21T09:00:00.000000Z";
  await session.execute(longer);
  const pages = await session.scalars(select(Page).orderBy(Page.c.code)).all();
  assert.equal(
    pages.map(({ words, editedAt, version }) => [words, editedAt, version]),
    [
      [21, "2026-11-21T09:00:00.000000Z", 3],
      [22, "2026-11-21T09:00:00.000000Z", 7],
    ],
  );
  // What is given is taken.
  await session.execute(update(Page).set({ version: 1, editedAt: null }).all());
  assert.equal(
    pages.map(({ editedAt, version }) => [editedAt, version]),
    [
      [null, 1],
      [null, 1],
    ],
  );
});

const keys = "`books`.`id` IN";
const select2 = "SELECT `id`, `title`, `price`, `sold`, `author_id` FROM `books` WHERE `id` IN";

test("objects whose rows it finds get the new values; no statement more while there are none", async () => {
  const cheaper = update(Book)
    .set({ price: Book.c.price.mul("0.5") })
    .where(Book.c.authorId.eq(7));
  const text =
    "UPDATE `books` SET `price` = `books`.`price` * CAST(? AS DECIMAL(2, 1)) WHERE `books`.`author_id` = ?";
  await session.execute(cheaper);
  assert.equal(sent(), ["BEGIN", `${text} ["0.5",7]`]);
  const [notes, compilers] = [await session.get(Book, 1), await session.get(Book, 3)];
  const author = await session.get(Author, 7);
  sent();
  assert.is((await session.execute(cheaper)).rowCount, 2);
  assert.equal(sent(), [
    `SELECT \`books\`.\`id\` FROM \`books\` WHERE \`books\`.\`author_id\` = ? AND (${keys} (?, ?)) FOR UPDATE [7,1,3]`,
    `${text} ["0.5",7]`,
    `${select2} (?) [1]`,
  ]);
  assert.equal([notes?.price, compilers?.price], ["2.50", "30.00"]);
  assert.equal(inspect(notes as Book).changes, []);
  assert.equal(session.dirty, []);
  // Held objects of which no row is found: one statement more.
  await session.execute(cheaper.where(Book.c.id.eq(2)));
  assert.is(sent().length, 2);
  // Objects of other classes: none.
  await session.execute(update(Tag).set({ uses: 1 }).all());
  assert.is(sent().length, 1);
  assert.is(author?.name, "Ada");
});

test("a related object is forgotten when its foreign key is another one now", async () => {
  const book = (await session.get(Book, 1)) as Book;
  const [ada, grace] = [await session.get(Author, 7), await session.get(Author, 8)];
  book.author = ada;
  await session.flush();
  assert.is(book.author, ada);
  await session.execute(update(Book).set({ authorId: 8 }).where(Book.c.id.eq(1)));
  assert.is(book.authorId, 8);
  assert.equal(inspect(book).unloaded, ["author"]);
  assert.is(grace?.id, 8);
});

test("changes are flushed first", async () => {
  const book = (await session.get(Book, 1)) as Book;
  book.price = "50.00";
  sent();
  await session.execute(
    update(Book)
      .set({ price: Book.c.price.mul("2") })
      .where(Book.c.id.eq(1)),
  );
  assert.is(sent()[0], 'UPDATE `books` SET `price` = ? WHERE `id` = ? ["50.00",1]');
  assert.is(book.price, "100.00");
});

test("without autoflush a change of the program stays a change", async () => {
  await session.close();
  session = new Session(engine, { autoflush: false });
  const book = (await session.get(Book, 1)) as Book;
  book.title = "Mine";
  await session.execute(
    update(Book).set({ title: "Theirs", price: "5.00" }).where(Book.c.id.eq(1)),
  );
  assert.equal([book.title, book.price], ["Mine", "5.00"]);
  assert.equal(inspect(book).changes, [{ property: "title", before: "Theirs", after: "Mine" }]);
  await session.flush();
  await session.commit();
  assert.equal(
    [...(await engine.execute(sql`SELECT title FROM books WHERE id = 1`))],
    [{ title: "Mine" }],
  );
});

test("a rollback gives objects their values back, of a savepoint too", async () => {
  const book = (await session.get(Book, 1)) as Book;
  const set = (price: string) =>
    session.execute(update(Book).set({ price }).where(Book.c.id.eq(1)));
  await set("11.00");
  const failure = await errorOf(() =>
    session.beginNested(async () => {
      await set("12.00");
      assert.is(book.price, "12.00");
      throw new Error("no");
    }),
  );
  assert.is(failure.message, "no");
  assert.is(book.price, "11.00");
  await session.rollback();
  assert.is(book.price, "10.00");
  assert.is(await prices(), "10.00,20.00,30.00");
});

test("an object that is loaded after it is expired by a rollback", async () => {
  await session.execute(update(Book).set({ price: "11.00" }).where(Book.c.id.eq(1)));
  const book = (await session.get(Book, 1)) as Book;
  assert.is(book.price, "11.00");
  await session.rollback();
  assert.ok(inspect(book).unloaded.includes("price"));
});

test("a row that was changed by somebody else meanwhile is met as it is now", async () => {
  const book = (await session.get(Book, 1)) as Book;
  // After the session's snapshot was taken.
  await engine.execute(sql`UPDATE books SET author_id = 8, title = 'Other' WHERE id = 1`);
  await session.execute(update(Book).set({ price: "1.00" }).where(Book.c.authorId.eq(8)));
  assert.equal([book.title, book.price, book.authorId], ["Other", "1.00", 8]);
});

test("synchronize(false) leaves objects as they are", async () => {
  const book = (await session.get(Book, 1)) as Book;
  sent();
  await session.execute(update(Book).set({ price: "1.00" }).all().synchronize(false));
  assert.is(sent().length, 1);
  assert.is(book.price, "10.00");
  await session.refresh(book);
  assert.is(book.price, "1.00");
});

test("keys of two columns", async () => {
  await engine.execute(sql`INSERT INTO seats (\`row\`, number, hall, place) VALUES
    ('A', 1, 1, 1), ('A', 2, 1, 2), ('B', 1, 1, 3)`);
  const seats = await session.scalars(select(Seat)).all();
  sent();
  await session.execute(update(Seat).set({ holder: "Ada" }).where(Seat.c.number.eq(1)));
  assert.is(
    sent()[0],
    "SELECT `seats`.`row`, `seats`.`number` FROM `seats` WHERE `seats`.`number` = ? AND " +
      '((`seats`.`row`, `seats`.`number`) IN ((?, ?), (?, ?), (?, ?))) FOR UPDATE [1,"A",1,"A",2,"B",1]',
  );
  assert.equal(
    seats.map(({ row, number, holder }) => [row, number, holder]),
    [
      ["A", 1, "Ada"],
      ["A", 2, null],
      ["B", 1, "Ada"],
    ],
  );
});

test("1,001 objects are found by two statements and selected again by two", async () => {
  const rows = Array.from({ length: 1001 }, (_, index) => sql`(${`t${index}`}, 0)`);
  await engine.execute(sql`INSERT INTO tags (name, uses) VALUES ${sql.join(rows)}`);
  const tags = await session.scalars(select(Tag)).all();
  sent();
  await session.execute(update(Tag).set({ uses: 3 }).all());
  assert.is(sent().length, 5);
  assert.ok(tags.every(({ uses }) => uses === 3));
});

test("conditions along relationships and subqueries", async () => {
  await session.execute(
    update(Author)
      .set({ name: "Poor" })
      .where(Author.r.books.any(Book.c.price.lt("15"))),
  );
  assert.is(
    sent().at(-1),
    "UPDATE `authors` SET `name` = ? WHERE EXISTS (SELECT 1 FROM `books` WHERE " +
      '`books`.`author_id` = `authors`.`id` AND `books`.`price` < ?) ["Poor","15.00"]',
  );
  await session.execute(
    update(Book)
      .set({ price: "0.00" })
      .where(Book.c.authorId.in(select(Author.c.id).where(Author.c.name.eq("Poor")))),
  );
  await session.commit();
  assert.is(await prices(), "0.00,0.00,30.00");
});

test("a subquery of the table itself has to stand in a derived table", async () => {
  const dear = select(Book.c.id).where(Book.c.price.gt("15"));
  const free = (ids: Select<number>) =>
    session.execute(update(Book).set({ price: "0" }).where(Book.c.id.in(ids)));
  const error = await errorOf(() => free(dear));
  assert.is(error.code, "same-table");
  await session.rollback();
  const found = select({ id: Book.c.id }).where(Book.c.price.gt("15")).subquery("found");
  const { rowCount } = await free(select(found.c.id));
  assert.is(rowCount, 2);
  await session.commit();
  assert.is(await prices(), "10.00,0.00,0.00");
});

test.run();
