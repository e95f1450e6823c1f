import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import {
  boolean,
  type Condition,
  datetime,
  declarativeBase,
  integer,
  or,
  varchar,
} from "../../src/mapping/index.js";
import {
  alias,
  cte,
  deleteFrom,
  exists,
  func,
  insert,
  select,
  union,
  update,
} from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("filters");
const database = testDatabase(test);
let engine: Engine;
let session: Session;
const sent: string[] = [];

const Base = declarativeBase();
class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(50),
    tenant: varchar(60),
    shelfId: integer().nullable(),
    deletedAt: datetime().nullable(),
  },
  {
    filters: {
      alive: (c) => c.deletedAt.isNull(),
      tenant: { parameters: { name: varchar(60) }, where: (c, p) => c.tenant.eq(p.name) },
    },
  },
) {}
class Shelf extends Base.mapped(
  "shelves",
  { id: integer().primaryKey(), room: varchar(10), open: boolean() },
  { filters: { open: (c) => or(c.open.eq(true), c.room.eq("hall")) } },
) {}
class Plain extends Base.mapped("plains", { id: integer().primaryKey(), note: varchar(50) }) {}

const options = { filters: { tenant: { name: "north" } } };
const columns = "books.id, books.title, books.tenant, books.shelf_id, books.deleted_at";
const added = "books.deleted_at IS NULL AND books.tenant = ?";
const openShelf = "(shelves.open = ? OR shelves.room = ?)";

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const table of ["books", "shelves", "plains"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await engine.execute(
    sql`INSERT INTO shelves VALUES (1, 'hall', 0), (2, 'attic', 0), (3, 'attic', 1)`,
  );
  await engine.execute(sql`INSERT INTO books VALUES (1, 'Emma', 'north', 1, NULL),
    (2, 'Persuasion', 'north', 2, '2026-01-01'), (3, 'Beowulf', 'south', 1, NULL),
    (4, 'Sanditon', 'north', 3, NULL)`);
  session = new Session(engine, options);
  await session.execute(sql`SELECT 1`);
  sent.length = 0;
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

/** The statement that was sent last, and nothing before it. */
function only(): string | undefined {
  const [one, ...others] = sent.splice(0);
  assert.equal(others, []);
  return one;
}

test("a select reads what the filters leave, behind its own conditions", async () => {
  const books = await session.scalars(select(Book).where(Book.c.id.lt(4))).all();
  assert.equal(
    books.map(({ title }) => title),
    ["Emma"],
  );
  assert.is(only(), `SELECT ${columns} FROM books WHERE books.id < ? AND ${added} [4,"north"]`);
  assert.equal(await session.scalars(select(Book.c.title)).all(), ["Emma", "Sanditon"]);
  assert.is(only(), `SELECT books.title FROM books WHERE ${added} ["north"]`);
});

test("without a session nothing is filtered, nor by a class that has no filter", async () => {
  const titles = select(Book.c.title).orderBy(Book.c.id);
  const { text, parameters } = titles.toSql(engine.dialect);
  assert.equal(
    [text, parameters],
    ["SELECT `books`.`title` FROM `books` ORDER BY `books`.`id`", []],
  );
  await session.scalars(select(Plain.c.note)).all();
  assert.is(only(), "SELECT plains.note FROM plains");
});

test("off for a statement: all filters, or some", async () => {
  const titles = select(Book.c.title).orderBy(Book.c.id);
  assert.is((await session.scalars(titles.withoutFilter()).all()).length, 4);
  assert.is(only(), "SELECT books.title FROM books ORDER BY books.id");
  const some = await session.scalars(titles.withoutFilter("alive")).all();
  assert.equal(some, ["Emma", "Persuasion", "Sanditon"]);
  assert.is(
    only(),
    'SELECT books.title FROM books WHERE books.tenant = ? ORDER BY books.id ["north"]',
  );
  const both = titles.withoutFilter("alive").withoutFilter("tenant");
  assert.is((await session.scalars(both).all()).length, 4);
  assert.is((await session.scalars(both.withoutFilter()).all()).length, 4);
  assert.is((await session.scalars(titles.withoutFilter().withoutFilter("alive")).all()).length, 4);
});

test("off for a session, and on again by true", async () => {
  const all = new Session(engine, { filters: { alive: false, tenant: false } });
  assert.is(await all.query(Book).count(), 4);
  await all.close();
  const south = new Session(engine, { filters: { alive: true, tenant: { name: "south" } } });
  assert.equal(await south.scalars(select(Book.c.title)).all(), ["Beowulf"]);
  await south.close();
});

test("values of the session are bound, whatever they hold", async () => {
  const name = "x' OR '1'='1'; DROP TABLE books; -- ?";
  const hostile = new Session(engine, { filters: { tenant: { name } } });
  assert.equal(await hostile.scalars(select(Book)).all(), []);
  const parameters = JSON.stringify([name]);
  assert.is(sent.at(-1), `SELECT ${columns} FROM books WHERE ${added} ${parameters}`);
  await hostile.close();
  const proto = new Session(engine, {
    filters: JSON.parse('{"__proto__":{"name":"x"},"tenant":{"__proto__":{"name":"x"}}}'),
  });
  assert.is((await errorOf(() => proto.get(Book, 1))).code, "unknown-filter");
  await proto.close();
});

test("a join is filtered in its ON, so that an outer join stays one", async () => {
  const pairs = select(Book.c.title, Shelf.c.room)
    .leftJoin(Shelf, Shelf.c.id.eq(Book.c.shelfId))
    .orderBy(Book.c.id);
  const all = await session.execute(pairs.withoutFilter("alive")).all();
  assert.equal(all, [
    ["Emma", "hall"],
    ["Persuasion", null],
    ["Sanditon", "attic"],
  ]);
  assert.is(
    only(),
    "SELECT books.title, shelves.room FROM books " +
      `LEFT JOIN shelves ON shelves.id = books.shelf_id AND ${openShelf} ` +
      'WHERE books.tenant = ? ORDER BY books.id [true,"hall","north"]',
  );
  await session
    .execute(select(Shelf.c.room, Book.c.title).join(Book, Book.c.shelfId.eq(Shelf.c.id)))
    .all();
  assert.is(
    only(),
    `SELECT shelves.room, books.title FROM shelves JOIN books ON books.shelf_id = shelves.id AND ${added} ` +
      `WHERE ${openShelf} ["north",true,"hall"]`,
  );
});

test("an alias is filtered by its own columns", async () => {
  const other = alias(Book, "other");
  const pairs = select(Book.c.id, other.c.id).join(other, other.c.shelfId.eq(Book.c.shelfId));
  await session.execute(pairs).all();
  assert.is(
    only(),
    "SELECT books.id, other.id FROM books JOIN books AS other ON other.shelf_id = books.shelf_id " +
      `AND other.deleted_at IS NULL AND other.tenant = ? WHERE ${added} ["north","north"]`,
  );
});

test("subqueries, common table expressions, unions, and what is derived", async () => {
  const ids = select(Book.c.shelfId);
  await session.scalars(select(Plain.c.id).where(Plain.c.id.in(ids))).all();
  assert.is(
    only(),
    `SELECT plains.id FROM plains WHERE plains.id IN (SELECT books.shelf_id FROM books WHERE ${added}) ["north"]`,
  );
  await session.scalars(select(exists(ids))).all();
  assert.is(only(), `SELECT EXISTS (SELECT books.shelf_id FROM books WHERE ${added}) ["north"]`);
  const lent = cte("lent", select({ id: Book.c.id }));
  await session.scalars(select(lent.c.id)).all();
  assert.is(
    only(),
    `WITH lent AS (SELECT books.id FROM books WHERE ${added}) SELECT lent.id FROM lent ["north"]`,
  );
  await session.scalars(select(lent.c.id).withoutFilter()).all();
  assert.is(only(), "WITH lent AS (SELECT books.id FROM books) SELECT lent.id FROM lent");
  await session.scalars(union(select(Book.c.id), select(Shelf.c.id))).all();
  assert.is(
    only(),
    `SELECT books.id FROM books WHERE ${added} UNION SELECT shelves.id FROM shelves WHERE ${openShelf} ["north",true,"hall"]`,
  );
  await session.scalars(union(select(Book.c.id), select(Shelf.c.id)).withoutFilter("open")).all();
  assert.is(
    only(),
    `SELECT books.id FROM books WHERE ${added} UNION SELECT shelves.id FROM shelves ["north"]`,
  );
  const inner = select(Book.c.id).withoutFilter("tenant").subquery("inner");
  await session.scalars(select(func.count()).from(inner)).all();
  assert.is(
    only(),
    "SELECT COUNT(*) FROM (SELECT books.id FROM books WHERE books.deleted_at IS NULL) AS inner",
  );
});

test("count, exists, pages and explain", async () => {
  assert.is(await session.query(Book).count(), 2);
  assert.is(await session.query(Book).withoutFilter().count(), 4);
  assert.is(await session.query(Book).filterBy({ title: "Beowulf" }).exists(), false);
  sent.length = 0;
  const titles = select(Book.c.title).orderBy(Book.c.id);
  const first = await session.page(titles, { size: 1 });
  assert.is(
    only(),
    `SELECT books.title, books.id FROM books WHERE ${added} ORDER BY books.id LIMIT 2 ["north"]`,
  );
  const second = await session.page(titles, { size: 1, after: first.next });
  assert.equal([first.items, second.items, second.next], [["Emma"], ["Sanditon"], null]);
  sent.length = 0;
  await session.explain(titles);
  assert.is(
    sent[0],
    `EXPLAIN FORMAT=TREE SELECT books.title FROM books WHERE ${added} ORDER BY books.id ["north"]`,
  );
  await session.explain(deleteFrom(Book).all());
  assert.is(sent.at(-1), `EXPLAIN FORMAT=JSON DELETE FROM books WHERE ${added} ["north"]`);
});

test("get finds what filters leave, and what the session has already", async () => {
  assert.is((await session.get(Book, 1))?.title, "Emma");
  assert.is(only(), `SELECT ${columns} FROM books WHERE books.id = ? AND ${added} [1,"north"]`);
  assert.is(await session.get(Book, 2), null);
  assert.is(await session.get(Book, 3), null);
  const [hidden] = await session.scalars(select(Book).where(Book.c.id.eq(3)).withoutFilter()).all();
  sent.length = 0;
  assert.is(await session.get(Book, 3), hidden);
  assert.equal(sent, []);
  const emma = (await session.get(Book, 1)) as Book;
  emma.deletedAt = new Date();
  await session.flush();
  assert.is(await session.get(Book, 1), emma);
  assert.is(await session.query(Book).filterBy({ id: 1 }).first(), null);
});

test("refresh and merge find the row of an object, whatever filters say", async () => {
  const emma = (await session.get(Book, 1)) as Book;
  emma.deletedAt = new Date("2026-02-01T00:00:00Z");
  await session.flush();
  sent.length = 0;
  await session.refresh(emma);
  assert.is(only(), "SELECT id, title, tenant, shelf_id, deleted_at FROM books WHERE id = ? [1]");
  const merged = await session.merge(new Book({ id: 3, title: "Grendel", tenant: "south" }));
  await session.flush();
  assert.equal([merged.id, merged.title], [3, "Grendel"]);
});

test("update and deleteFrom write what filters leave; the session's objects follow", async () => {
  const books = await session.scalars(select(Book).orderBy(Book.c.id).withoutFilter()).all();
  sent.length = 0;
  const renamed = await session.execute(update(Book).set({ title: "New" }).where(Book.c.id.gt(0)));
  assert.is(renamed.rowCount, 2);
  assert.equal(sent, [
    `SELECT books.id FROM books WHERE books.id > ? AND (books.id IN (?, ?, ?, ?)) AND ${added} FOR UPDATE [0,1,2,3,4,"north"]`,
    `UPDATE books SET title = ? WHERE books.id > ? AND ${added} ["New",0,"north"]`,
    "SELECT id, title, tenant, shelf_id, deleted_at FROM books WHERE id IN (?, ?) [1,4]",
  ]);
  assert.equal(
    books.map(({ title }) => title),
    ["New", "Persuasion", "Beowulf", "New"],
  );
  sent.length = 0;
  const gone = await session.execute(deleteFrom(Book).all().withoutFilter("tenant"));
  assert.is(gone.rowCount, 3);
  assert.equal(sent, [
    "SELECT books.id FROM books WHERE (books.id IN (?, ?, ?, ?)) AND books.deleted_at IS NULL FOR UPDATE [1,2,3,4]",
    "DELETE FROM books WHERE books.deleted_at IS NULL",
  ]);
  assert.is((await errorOf(() => session.execute(deleteFrom(Book)))).code, "every-row");
});

test("an insert reads from a select what filters leave, and meets every row", async () => {
  await session.execute(insert(Plain).fromSelect(["note"], select(Book.c.title)));
  assert.is(
    only(),
    `INSERT INTO plains (note) SELECT books.title FROM books WHERE ${added} ["north"]`,
  );
  const again = insert(Book).values({ id: 3, title: "Two", tenant: "north" }).onConflictUpdate({
    title: "Met",
  });
  await session.execute(again);
  const [met] = await session.execute(sql<{ title: string }>`SELECT title FROM books WHERE id = 3`);
  assert.is(met?.title, "Met");
});

test("the flush writes by key: what a filter hides is written as well", async () => {
  const [hidden] = await session.scalars(select(Book).where(Book.c.id.eq(3)).withoutFilter()).all();
  assert.ok(hidden);
  hidden.title = "Grendel";
  sent.length = 0;
  await session.flush();
  assert.is(only(), 'UPDATE books SET title = ? WHERE id = ? ["Grendel",3]');
  session.delete(hidden);
  await session.flush();
  assert.is(only(), "DELETE FROM books WHERE id IN (?) [3]");
});

test("rows that come one by one are filtered, too", async () => {
  const titles: string[] = [];
  for await (const { title } of session.scalars(select(Book).orderBy(Book.c.id)))
    titles.push(title);
  assert.equal(titles, ["Emma", "Sanditon"]);
});

test("a value that is missing, or of another kind", async () => {
  const cases: [object | undefined, string][] = [
    [undefined, "name has no value.\n  Hint: "],
    [{ tenant: true }, "name has no value.\n  Hint: "],
    [{ tenant: { nam: "north" } }, "name has no value.\n  Hint: Did you mean name, not nam? "],
    [{ tenant: { name: undefined } }, "name has no value.\n  Hint: "],
    [{ tenant: { name: null } }, "name cannot be null.\n  Hint: "],
    [{ tenant: { name: 7 } }, "name cannot be 7.\n  Hint: "],
    [{ tenant: { name: { $ne: "" } } }, "name cannot be an object (Object).\n  Hint: "],
  ];
  for (const [filters, text] of cases) {
    const wrong = new Session(engine, filters === undefined ? {} : { filters: filters as never });
    for (const use of [
      () => wrong.scalars(select(Book)).all(),
      () => wrong.get(Book, 1),
      () => wrong.execute(deleteFrom(Book).all()),
    ]) {
      const error = await errorOf(use);
      assert.is(error.code, "filter-parameters");
      assert.is(
        error.message,
        `Book, filter tenant: its parameter ${text}` +
          "Write new Session(engine, { filters: { tenant: { name: … } } }), or tenant: false.",
      );
    }
    assert.equal(await wrong.scalars(select(Plain)).all(), []);
    await wrong.close();
  }
});

test("a filter that no class has", async () => {
  const typo = new Session(engine, { filters: { tennant: { name: "north" } } });
  const error = await errorOf(() => typo.scalars(select(Book)).all());
  assert.is(error.code, "unknown-filter");
  assert.is(
    error.message,
    "The session's filters: there is no filter tennant.\n" + "  Hint: Did you mean tenant?",
  );
  await typo.close();
  for (const statement of [select(Book), update(Book), session.query(Book)]) {
    const wrong = await errorOf(() => statement.withoutFilter("alife"));
    assert.is(
      wrong.message,
      "withoutFilter(): there is no filter alife.\n" + "  Hint: Did you mean alive?",
    );
  }
});

test("a name that is like no other: the hint lists those that there are", async () => {
  const error = await errorOf(() => select(Book).withoutFilter("x"));
  assert.match(error.message, /Hint: There are (\w+, )*alive, (\w+, )*open, (\w+, )*tenant/);
});

test("a declaration that is no filter", async () => {
  const one = { id: integer().primaryKey() };
  const wrong = (filters: unknown) => () => Base.mapped("wrongs", one, { filters } as never);
  for (const filter of [
    null,
    7,
    "id = 1",
    {},
    { parameters: {} },
    { parameters: { id: 7 }, where: () => {} },
  ]) {
    const error = await errorOf(wrong({ mine: filter }));
    assert.is(error.code, "filter");
    assert.is(
      error.message,
      'mapped("wrongs"): the filter mine is none.\n' +
        "  Hint: Write mine: (c) => c.deletedAt.isNull(), or " +
        "{ parameters: { id: integer() }, where: (c, p) => c.tenantId.eq(p.id) }.",
    );
  }
  class Odd extends Base.mapped("odds", one, { filters: { odd: (() => 7) as never } }) {}
  const error = await errorOf(() => session.scalars(select(Odd)).all());
  assert.is(error.code, "not-a-condition");
  assert.match(error.message, /^Odd, filter odd: /);
  const unknown = await errorOf(() => Base.mapped("wrongs", one, { filter: {} } as never));
  assert.is(
    unknown.message,
    "wrongs has no option filter.\n" +
      "  Hint: Did you mean filters? Its options are uniques, indexes, foreignKeys, checks, hybrids, filters, discriminator.",
  );
});

test("within a filter no filter is added: two that speak of each other have an end", async () => {
  const Other = declarativeBase();
  class Left extends Other.mapped(
    "lefts",
    { id: integer().primaryKey() },
    { filters: { met: (c): Condition => c.id.in(select(Right.c.id)) } },
  ) {}
  class Right extends Other.mapped(
    "rights",
    { id: integer().primaryKey() },
    { filters: { met: (c): Condition => c.id.in(select(Left.c.id)) } },
  ) {}
  await Other.metadata.createAll(engine);
  sent.length = 0;
  await session.scalars(select(Left)).all();
  assert.is(only(), "SELECT lefts.id FROM lefts WHERE lefts.id IN (SELECT rights.id FROM rights)");
});

test("types: columns and parameters are those of the class", () => {
  const never = () => {
    const columns = { id: integer().primaryKey(), tenantId: integer() };
    Base.mapped("typed", columns, {
      filters: {
        // @ts-expect-error there is no such column
        wrong: (c) => c.tenant.isNull(),
        // @ts-expect-error no condition
        none: (c) => c.tenantId,
        tenant: {
          parameters: { id: integer(), from: varchar(10).nullable() },
          where: (c, p) => {
            const id: number = p.id;
            const from: string | null = p.from;
            // @ts-expect-error there is no such parameter
            p.name;
            return c.tenantId.eq(from === null ? id : 0);
          },
        },
      },
    });
    new Session(engine, { filters: { tenant: { id: 7 }, alive: false } });
    // @ts-expect-error neither on, off, nor values
    new Session(engine, { filters: { tenant: 7 } });
  };
  assert.type(never, "function");
});

test.run();
