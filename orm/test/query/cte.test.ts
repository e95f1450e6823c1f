import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { alias, cte, exists, func, select } from "../../src/query/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Person, plainSql, rowsOf } from "./shelf.js";

const test = suite("common table expressions");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("WITH stands before the statement, and its parameters before all others", async () => {
  const prolific = cte(
    "prolific",
    select({ id: Book.c.authorId, n: func.count(Book.c.id) })
      .where(Book.c.price.lt("30"))
      .groupBy(Book.c.authorId)
      .having(func.count(Book.c.id).gt(1)),
  );
  const statement = select(Author.c.name, prolific.c.n)
    .join(prolific, prolific.c.id.eq(Author.c.id))
    .where(Author.c.id.lt(5));
  assert.is(
    plainSql(statement),
    "WITH prolific AS (SELECT books.author_id AS id, COUNT(books.id) AS n FROM books WHERE " +
      "books.price < ? GROUP BY books.author_id HAVING COUNT(books.id) > ?) SELECT authors.name, " +
      "prolific.n FROM authors JOIN prolific ON prolific.id = authors.id WHERE authors.id < ? " +
      '["30.00",1,5]',
  );
  const rows: [string, number][] = await rowsOf(engine, statement);
  assert.equal(rows, [["Ada", 2]]);
});

test("a recursive one walks a tree, from the top to the bottom", async () => {
  const tree = cte(
    "tree",
    select({ id: Person.c.id, name: Person.c.name, depth: sql<number>`0` }).where(
      Person.c.bossId.isNull(),
    ),
    (tree) =>
      select({ id: Person.c.id, name: Person.c.name, depth: sql<number>`depth + ${1}` }).join(
        tree,
        tree.c.id.eq(Person.c.bossId),
      ),
  );
  const statement = select({ name: tree.c.name, depth: tree.c.depth }).orderBy(tree.c.id);
  assert.is(
    plainSql(statement),
    "WITH RECURSIVE tree AS (SELECT people.id, people.name, 0 AS depth FROM people WHERE " +
      "people.boss_id IS NULL UNION ALL SELECT people.id, people.name, depth + ? FROM people " +
      "JOIN tree ON tree.id = people.boss_id) SELECT tree.name, tree.depth FROM tree " +
      "ORDER BY tree.id [1]",
  );
  const rows: { name: string; depth: number }[] = await rowsOf(engine, statement);
  assert.equal(
    rows.map(({ name, depth }) => [name, Number(depth)]),
    [
      ["Root", 0],
      ["Left", 1],
      ["Right", 1],
      ["Leaf", 2],
    ],
  );
});

test("with distinct it stops where it has been before", async () => {
  const reach = cte(
    "reach",
    select({ id: sql<number>`1` }),
    (reach) => select({ id: sql<number>`CASE id WHEN 3 THEN 1 ELSE id + 1 END` }).from(reach),
    { distinct: true },
  );
  const statement = select(reach.c.id);
  assert.is(
    plainSql(statement),
    "WITH RECURSIVE reach AS (SELECT 1 AS id UNION SELECT CASE id WHEN 3 THEN 1 ELSE id + 1 END " +
      "FROM reach) SELECT reach.id FROM reach",
  );
  assert.equal((await rowsOf(engine, statement)).map(Number), [1, 2, 3]);
});

test("used in a subquery it still stands before the whole; objects come from it by their key", async () => {
  const below = cte("below", select({ id: Person.c.id }).where(Person.c.name.eq("Left")), (below) =>
    select({ id: Person.c.id }).join(below, below.c.id.eq(Person.c.bossId)),
  );
  const statement = select(Person)
    .where(Person.c.id.in(select(below.c.id)))
    .orderBy(Person.c.id);
  assert.is(
    plainSql(statement),
    "WITH RECURSIVE below AS (SELECT people.id FROM people WHERE people.name = ? UNION ALL " +
      "SELECT people.id FROM people JOIN below ON below.id = people.boss_id) SELECT people.id, " +
      "people.name, people.boss_id FROM people WHERE people.id IN (SELECT below.id FROM below) " +
      'ORDER BY people.id ["Left"]',
  );
  const people = await rowsOf(engine, statement);
  assert.equal(
    people.map(({ name }) => name),
    ["Left", "Leaf"],
  );
});

test("one that uses another one stands behind it, and each stands there once", async () => {
  const cheap = cte("cheap", select(Book).where(Book.c.price.lt("15")));
  const known = cte("known", select({ id: cheap.c.authorId }).where(cheap.c.authorId.isNotNull()));
  const statement = select(Author.c.name)
    .join(known, known.c.id.eq(Author.c.id))
    .where(exists(select(cheap.c.id).where(cheap.c.authorId.eq(Author.c.id))))
    .orderBy(Author.c.id);
  assert.is(
    plainSql(statement),
    "WITH cheap AS (SELECT books.id, books.title, books.price, books.author_id FROM books WHERE " +
      "books.price < ?), known AS (SELECT cheap.author_id AS id FROM cheap WHERE cheap.author_id " +
      "IS NOT NULL) SELECT authors.name FROM authors JOIN known ON known.id = authors.id WHERE " +
      "EXISTS (SELECT cheap.id FROM cheap WHERE cheap.author_id = authors.id) " +
      'ORDER BY authors.id ["15.00"]',
  );
  assert.equal(await rowsOf(engine, statement), ["Ada", "Grace"]);
});

test("an alias of one joins it with itself", async () => {
  const names = cte(
    "names",
    select({ id: Person.c.id, boss: Person.c.bossId, name: Person.c.name }),
  );
  const boss = alias(names, "boss");
  const statement = select({ name: names.c.name, boss: boss.c.name })
    .leftJoin(boss, boss.c.id.eq(names.c.boss))
    .orderBy(names.c.id);
  assert.is(
    plainSql(statement),
    "WITH names AS (SELECT people.id, people.boss_id AS boss, people.name FROM people) " +
      "SELECT names.name, boss.name FROM names LEFT JOIN names AS boss ON boss.id = names.boss " +
      "ORDER BY names.id",
  );
  const rows: { name: string; boss: string | null }[] = await rowsOf(engine, statement);
  assert.equal(rows[0], { name: "Root", boss: null });
  assert.equal(rows[3], { name: "Leaf", boss: "Left" });
});

test("what is recursive belongs to the first by its names as well", async () => {
  const tree = cte("tree", select({ id: Person.c.id, boss: Person.c.bossId }), (tree) =>
    select({ boss: Person.c.bossId, id: Person.c.id }).join(tree, tree.c.id.eq(Person.c.bossId)),
  );
  assert.is(
    plainSql(select(tree.c.id)),
    "WITH RECURSIVE tree AS (SELECT people.id, people.boss_id AS boss FROM people UNION ALL " +
      "SELECT people.id, people.boss_id FROM people JOIN tree ON tree.id = people.boss_id) " +
      "SELECT tree.id FROM tree",
  );
  const base = select({ id: Person.c.id });
  const narrow = () => cte("t", base, () => select(Person.c.id, Person.c.name));
  assert.is((await errorOf(narrow)).code, "compound-columns");
  const misspelt = () => cte("t", base, () => base, { distict: true } as never);
  assert.match((await errorOf(misspelt)).message, "Did you mean distinct?");
});

test("two of one name are refused", async () => {
  const [one, two] = [1, 2].map((id) =>
    cte("t", select({ id: Book.c.id }).where(Book.c.id.eq(id))),
  );
  if (one === undefined || two === undefined) throw new Error("There are two.");
  const statement = select(one.c.id).where(one.c.id.in(select(two.c.id)));
  assert.is((await errorOf(() => plainSql(statement))).code, "cte-twice");
});

test("what is no name or no query is refused", async () => {
  const base = select({ id: Book.c.id });
  const given: [unknown[], string][] = [
    [[], "not-a-name"],
    [["", base], "not-a-name"],
    [[base], "not-a-name"],
    [["t"], "not-a-query"],
    [["t", Book], "not-a-query"],
    [["t", base, () => undefined], "not-a-query"],
    [["t", base, base], "not-a-query"],
  ];
  for (const [wrong, code] of given) {
    assert.is((await errorOf(() => cte(...(wrong as [never, never])))).code, code);
  }
});

test.run();
