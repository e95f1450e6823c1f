import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { insert } from "../../src/query/insert.js";
import { select } from "../../src/query/select.js";
import { Session } from "../../src/query/session.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, clock, Page, recorded, Sample, Seat, Tag } from "./writing.js";

const test = suite("insert");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];
let session: Session;

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const table of ["books", "authors", "tags", "pages", "seats", "samples"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
    if (!["authors", "tags", "samples"].includes(table)) continue;
    await engine.execute(sql`ALTER TABLE ${sql.identifier(table)} AUTO_INCREMENT = 1`);
  }
  session = new Session(engine);
  clock.keys = 0;
  sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const tags = async () => {
  const rows = await engine.execute(
    sql<{ tag: string }>`SELECT CONCAT_WS(' ', name, uses, note) AS tag FROM tags ORDER BY name`,
  );
  return Array.from(rows, ({ tag }) => tag);
};

test("the SQL: one row, several, expressions, defaults", () => {
  assert.equal(insert(Author).values({ name: "Ada" }).toSql(mysqlDialect), {
    text: "INSERT INTO `authors` (`name`) VALUES (?)",
    parameters: ["Ada"],
  });
  // Columns that some rows leave out get the server's default in those.
  assert.equal(
    insert(Tag)
      .values([{ name: "a" }, { name: "b", uses: 3, note: null }])
      .values({ name: "c", note: Tag.c.name })
      .toSql(mysqlDialect),
    {
      text:
        "INSERT INTO `tags` (`name`, `uses`, `note`) VALUES (?, ?, DEFAULT), (?, ?, ?), " +
        "(?, ?, `tags`.`name`)",
      parameters: ["a", 0, "b", 3, null, "c", 0],
    },
  );
  const pages = insert(Page).values([{ words: 1 }, { code: "x", words: 2 }]);
  const text = "INSERT INTO `pages` (`code`, `words`, `version`) VALUES (?, ?, ?), (?, ?, ?)";
  assert.equal(pages.toSql(mysqlDialect), { text, parameters: ["p1", 1, 1, "x", 2, 1] });
  // Each time a new key.
  assert.equal(pages.toSql(mysqlDialect).parameters, ["p2", 1, 1, "x", 2, 1]);
});

test("an insert never changes: its methods give new ones", () => {
  const base = insert(Tag).values({ name: "a" });
  base.values({ name: "b" });
  base.onConflictIgnore();
  assert.is(base.toSql(mysqlDialect).text, "INSERT INTO `tags` (`name`, `uses`) VALUES (?, ?)");
});

test("what a column refuses is refused, by type and at run time", async () => {
  const values = (given: unknown) => errorOf(() => insert(Book).values(given as never));
  const good = { title: "Notes", price: "1" };
  assert.is((await values({ ...good, title: undefined })).code, "undefined-value");
  assert.is((await values({ ...good, title: null })).code, "null-value");
  assert.is((await values({ ...good, titel: "x" })).code, "unknown-property");
  assert.is(
    (await values({ ...good, author: new Author({ name: "Ada" }) })).code,
    "unknown-property",
  );
  assert.is((await values({ ...good, price: 7 })).code, "column-value");
  assert.is((await values({ ...good, id: 0 })).code, "zero-key");
  assert.is((await values(undefined)).code, "not-values");
  assert.is((await values([undefined])).code, "not-values");
  const object = await values([good, new Book(good)]);
  assert.is(object.code, "not-values");
  assert.match(object.message, "values(object.toObject()); session.add(object) inserts one.");
  assert.match(
    (await errorOf(() => insert(new Book(good) as never))).message,
    "Write the class, Book",
  );
  const both = insert(Tag).values({ name: "a" }).fromSelect(["name"], select(Author.c.name));
  for (const none of [insert(Book), insert(Book).values([]), both]) {
    assert.is((await errorOf(() => none.toSql(mysqlDialect))).code, "no-rows");
  }
  // @ts-expect-error a title is missing
  insert(Book).values({ price: "1" });
  assert.throws(() => {
    // @ts-expect-error the price is a string
    insert(Book).values({ title: "Notes", price: 1 });
  });
  assert.throws(() => {
    // @ts-expect-error a relationship is no column
    insert(Book).values({ title: "Notes", price: "1", author: null });
  });
});

test("engine, connection and session give the key of one row", async () => {
  const one = (name: string) => insert(Author).values({ name });
  const first = await engine.execute(one("a"));
  assert.equal([first.rowCount, first.generatedKeys], [1, [1]]);
  await engine.begin(async (connection) => {
    assert.equal((await connection.execute(one("b"))).generatedKeys, [2]);
  });
  assert.equal((await session.execute(one("c"))).generatedKeys, [3]);
  const several = await session.execute(insert(Author).values([{ name: "d" }, { name: "e" }]));
  assert.equal([several.rowCount, several.generatedKeys], [2, []]);
  await session.commit();
});

test("each type comes back as it was", async () => {
  const value = {
    whole: -7,
    large: 9007199254740993n,
    word: "ÄÖ 🙂",
    prose: "'; --",
    flag: true,
    exact: "12345678901234567890.0123456789",
    real: 0.1,
    day: "2026-11-21",
    moment: new Date("2026-11-21T08:30:00.123Z"),
    instant: "2026-11-21T08:30:00.123456Z",
    data: { a: 1, b: ["x"] },
    kind: "two",
    bytes: new Uint8Array([0, 255, 10]),
    uid: "0189dd4f-1111-7000-8000-0123456789ab",
  } as const;
  await session.execute(insert(Sample).values([value, { ...value, whole: 8 }]));
  const [one, two] = await session.scalars(select(Sample).orderBy(Sample.c.id)).all();
  const { id, ...rest } = (one as Sample).toObject();
  assert.is(id, 1);
  assert.equal(rest, value);
  assert.is(two?.whole, 8);
});

test("more values than a statement can have are refused, with the number that fits", async () => {
  const rows = Array.from({ length: 40_000 }, (_, index) => ({ name: `t${index}` }));
  const error = await errorOf(() => engine.execute(insert(Tag).values(rows)));
  assert.is(error.code, "too-many-values");
  assert.match(error.message, "Insert 32767 at a time");
  const { parameters } = insert(Tag).values(rows.slice(0, 32_767)).toSql(mysqlDialect);
  assert.is(parameters.length, 65_534);
});

test("fromSelect copies rows in the database", async () => {
  await engine.execute(insert(Author).values([{ name: "a" }, { name: "b" }]));
  sent();
  const copy = insert(Tag).fromSelect(["name", "uses"], select(Author.c.name, Author.c.id));
  assert.is((await session.execute(copy)).rowCount, 2);
  await session.commit();
  assert.is(
    sent()[1],
    "INSERT INTO `tags` (`name`, `uses`) SELECT `authors`.`name`, `authors`.`id` FROM `authors`",
  );
  assert.equal(await tags(), ["a 1", "b 2"]);
  const error = await errorOf(() =>
    insert(Page).fromSelect(["words"], select(Author.c.id)).toSql(mysqlDialect),
  );
  assert.is(error.code, "default-missing");
  assert.match(error.message, "Page.code");
  assert.is(
    // @ts-expect-error there is no such column
    (await errorOf(() => insert(Tag).fromSelect(["nam"], select(Author)))).code,
    "unknown-property",
  );
});

test("onConflictUpdate: values, and the row that was to be inserted", async () => {
  const rows = insert(Tag).values([
    { name: "a", uses: 1 },
    { name: "b", uses: 2 },
  ]);
  const upsert = rows.onConflictUpdate((row) => ({
    uses: Tag.c.uses.add(row.uses),
    note: "again",
  }));
  assert.equal(upsert.toSql(mysqlDialect), {
    text:
      "INSERT INTO `tags` (`name`, `uses`) VALUES (?, ?), (?, ?) AS `_new` ON DUPLICATE KEY UPDATE " +
      "`uses` = `tags`.`uses` + `_new`.`uses`, `note` = ?",
    parameters: ["a", 1, "b", 2, "again"],
  });
  await engine.execute(insert(Tag).values({ name: "a", uses: 10 }));
  // A new row counts once, a changed one twice.
  const { rowCount, generatedKeys } = await engine.execute(upsert);
  assert.equal([rowCount, generatedKeys], [3, []]);
  assert.equal(await tags(), ["a 11 again", "b 2"]);
  const plain = rows.onConflictUpdate({ uses: 0 });
  await engine.execute(plain);
  assert.equal(await tags(), ["a 0 again", "b 0"]);
  for (const wrong of [{}, { id: 7 }, { name: undefined }]) {
    const error = await errorOf(() => rows.onConflictUpdate(wrong as never).toSql(mysqlDialect));
    assert.ok(["nothing-to-set", "key-change", "undefined-value"].includes(String(error.code)));
  }
});

test("a key is given only where a row was inserted", async () => {
  const keysOf = async (uses: number) => {
    const statement = insert(Tag)
      .values({ name: "a", uses })
      .onConflictUpdate((row) => ({ uses: row.uses }));
    const { rowCount, generatedKeys } = await engine.execute(statement);
    return [rowCount, ...generatedKeys];
  };
  assert.equal(await keysOf(1), [1, 1]);
  assert.equal(await keysOf(1), [1]);
  assert.equal(await keysOf(2), [2]);
});

test("an upsert makes values and counts the version on, as an update does", async () => {
  await engine.execute(insert(Page).values({ code: "a", words: 1 }));
  sent();
  await engine.execute(
    insert(Page)
      .values({ code: "a", words: 5 })
      .onConflictUpdate((row) => ({ words: row.words })),
  );
  assert.equal(sent(), [
    "INSERT INTO `pages` (`code`, `words`, `version`) VALUES (?, ?, ?) AS `_new` ON DUPLICATE KEY UPDATE " +
      "`words` = `_new`.`words`, `edited_at` = ?, `version` = `pages`.`version` + ? " +
      '["a",5,1,"2026-11-21 08:00:00.000001",1]',
  ]);
  const page = await session.get(Page, "a");
  assert.equal([page?.words, page?.version], [5, 2]);
});

test("onConflictIgnore leaves the row that is there, and hides no other error", async () => {
  await engine.execute(insert(Tag).values({ name: "a", uses: 10 }));
  sent();
  const both = insert(Tag).values([{ name: "a" }, { name: "b" }]);
  await engine.execute(both.onConflictIgnore());
  assert.equal(sent(), [
    "INSERT INTO `tags` (`name`, `uses`) VALUES (?, ?), (?, ?) AS `_new` ON DUPLICATE KEY UPDATE " +
      '`id` = `tags`.`id` ["a",0,"b",0]',
  ]);
  assert.equal(await tags(), ["a 10", "b 0"]);
  await engine.execute(insert(Author).values({ name: "x".repeat(60) }));
  const long = insert(Tag).fromSelect(["name"], select(Author.c.name)).onConflictIgnore();
  assert.match((await errorOf(() => engine.execute(long))).message, "Data too long");
  assert.is((await errorOf(() => engine.execute(both))).code, "duplicate-key");
});

test("an upsert of a select", async () => {
  await engine.execute(insert(Author).values([{ name: "a" }, { name: "b" }]));
  await engine.execute(insert(Tag).values({ name: "a", uses: 10 }));
  sent();
  const copy = insert(Tag).fromSelect(["name", "uses"], select(Author.c.name, Author.c.id));
  await engine.execute(copy.onConflictUpdate((row) => ({ uses: Tag.c.uses.add(row.uses) })));
  assert.equal(sent(), [
    "INSERT INTO `tags` (`name`, `uses`) SELECT * FROM (SELECT `authors`.`name`, `authors`.`id` FROM `authors`) " +
      "AS `_new` (`name`, `uses`) ON DUPLICATE KEY UPDATE `uses` = `tags`.`uses` + `_new`.`uses`",
  ]);
  assert.equal(await tags(), ["a 11", "b 2"]);
  // From the table itself.
  const own = insert(Tag).fromSelect(["name", "uses"], select(Tag.c.name, Tag.c.uses));
  await engine.execute(own.onConflictIgnore());
  assert.equal(await tags(), ["a 11", "b 2"]);
  await session.scalars(select(Tag)).all();
  const held = (await session.scalars(select(Tag).where(Tag.c.name.eq("a"))).one()) as Tag;
  await session.execute(copy.onConflictUpdate({ uses: 5 }));
  assert.is(held.uses, 5);
});

test("objects whose rows are in the way get the new values", async () => {
  const collate = (name: string) =>
    engine.execute(
      sql`ALTER TABLE tags CONVERT TO CHARACTER SET utf8mb4 COLLATE ${sql.identifier(name)}`,
    );
  await collate("utf8mb4_0900_ai_ci");
  await engine.execute(insert(Tag).values([{ name: "a" }, { name: "b" }, { name: "Straße" }]));
  const upsert = insert(Tag)
    .values([
      { name: "A", uses: 5 },
      { name: "strasse", uses: 6 },
    ])
    .onConflictUpdate((row) => ({ uses: row.uses }));
  await session.execute(upsert);
  await session.rollback();
  const held = await session.scalars(select(Tag).orderBy(Tag.c.id)).all();
  sent();
  await session.execute(upsert);
  // The database compares, by its collation.
  assert.equal(sent(), [
    "SELECT `tags`.`id` FROM `tags` WHERE (`tags`.`name` IN (?, ?)) AND (`tags`.`id` IN (?, ?, ?)) FOR UPDATE " +
      '["A","strasse",1,2,3]',
    "INSERT INTO `tags` (`name`, `uses`) VALUES (?, ?), (?, ?) AS `_new` ON DUPLICATE KEY UPDATE " +
      '`uses` = `_new`.`uses` ["A",5,"strasse",6]',
    "SELECT `id`, `name`, `uses`, `note` FROM `tags` WHERE `id` IN (?, ?) [1,3]",
  ]);
  assert.equal(
    held.map(({ uses }) => uses),
    [5, 0, 6],
  );
  await session.rollback();
  assert.equal(
    held.map(({ uses }) => uses),
    [0, 0, 0],
  );
  await collate("utf8mb4_0900_bin");
});

test("keys of several columns that are in the way", async () => {
  await engine.execute(insert(Seat).values({ row: "A", number: 1, hall: 1, place: 1 }));
  const seat = (await session.get(Seat, ["A", 1])) as Seat;
  sent();
  const rows = [
    { row: "B", number: 9, hall: 1, place: 1, holder: "Ada" },
    { row: "B", number: 8, hall: 1, place: 8, holder: "Grace" },
  ];
  const upsert = insert(Seat)
    .values(rows)
    .onConflictUpdate((row) => ({ holder: row.holder }));
  await session.execute(upsert);
  assert.is(
    sent()[0],
    "SELECT `seats`.`row`, `seats`.`number` FROM `seats` WHERE " +
      "((`seats`.`row`, `seats`.`number`) IN ((?, ?), (?, ?)) OR " +
      "(`seats`.`hall`, `seats`.`place`) IN ((?, ?), (?, ?))) AND " +
      '((`seats`.`row`, `seats`.`number`) IN ((?, ?))) FOR UPDATE ["B",9,"B",8,1,1,1,8,"A",1]',
  );
  assert.is(seat.holder, "Ada");
  assert.equal(inspect(seat).changes, []);
});

test("no statement more for an insert that changes no row that is there", async () => {
  await session.execute(insert(Tag).values({ name: "a" }));
  await session.scalars(select(Tag)).all();
  sent();
  await session.execute(insert(Tag).values({ name: "b" }));
  await session.execute(insert(Tag).values({ name: "b" }).onConflictIgnore());
  await session.execute(
    insert(Tag).values({ name: "a" }).onConflictUpdate({ uses: 9 }).synchronize(false),
  );
  assert.is(sent().length, 3);
});

test.run();
