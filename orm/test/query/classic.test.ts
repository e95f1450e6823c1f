import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { insert } from "../../src/query/insert.js";
import type { Query } from "../../src/query/query.js";
import { Session } from "../../src/query/session.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, recorded, Tag } from "./writing.js";

const test = suite("session.query");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];
let session: Session;

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
  await engine.execute(
    sql`INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edsger')`,
  );
  await engine.execute(sql`INSERT INTO books (id, title, price, author_id) VALUES
    (1, 'Notes', 10.00, 1), (2, 'Letters', 20.00, 1), (3, 'Compilers', 30.00, 2)`);
  await engine.execute(
    insert(Tag).values([
      { name: "a", note: null },
      { name: "b", note: "x" },
    ]),
  );
});
test.before.each(() => {
  session = new Session(engine);
  sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

const authors = "SELECT `authors`.`id`, `authors`.`name` FROM `authors`";
const lastSent = () => sent().at(-1);
const names = (found: readonly Author[]) => found.map(({ name }) => name);

test("filterBy, filter, orderBy, limit and offset", async () => {
  const query = session.query(Author);
  assert.equal(names(await query.orderBy(Author.c.name.desc()).limit(2).offset(1).all()), [
    "Edsger",
    "Ada",
  ]);
  assert.is(lastSent(), `${authors} ORDER BY \`authors\`.\`name\` DESC LIMIT 2 OFFSET 1`);
  const grace = await query.filterBy({ name: "Grace", id: 2 }).one();
  assert.is(
    lastSent(),
    `${authors} WHERE \`authors\`.\`name\` = ? AND \`authors\`.\`id\` = ? ["Grace",2]`,
  );
  assert.is(grace, await session.get(Author, 2));
  assert.equal(
    names(
      await query.filter(Author.c.id.gt(1), Author.c.name.like("G%")).filterBy({ id: 2 }).all(),
    ),
    ["Grace"],
  );
  assert.is((await session.query(Tag).filterBy({ note: null }).one()).name, "a");
  assert.is(
    lastSent(),
    "SELECT `tags`.`id`, `tags`.`name`, `tags`.`uses`, `tags`.`note` FROM `tags` WHERE `tags`.`note` IS NULL",
  );
});

test("a query never changes, and is a select as well", async () => {
  const query = session.query(Author);
  query.filterBy({ id: 1 });
  assert.is((await query.all()).length, 3);
  assert.is(query.statement.toSql(mysqlDialect).text, authors);
  assert.equal(names(await session.scalars(query.filterBy({ id: 3 }).statement).all()), ["Edsger"]);
});

test("first, one, oneOrNone and get", async () => {
  const query = session.query(Author).orderBy(Author.c.id);
  assert.is((await query.first())?.name, "Ada");
  assert.is(lastSent(), `${authors} ORDER BY \`authors\`.\`id\` LIMIT 1`);
  assert.is(await query.filterBy({ name: "Nobody" }).first(), null);
  assert.is(await query.filterBy({ name: "Nobody" }).oneOrNone(), null);
  assert.is((await errorOf(() => query.one())).code, "multiple-results");
  assert.is((await errorOf(() => query.filterBy({ id: 9 }).one())).code, "no-result");
  assert.is((await query.get(2))?.name, "Grace");
  assert.is(await query.get(9), null);
});

test("count and exists", async () => {
  const query = session.query(Author).filter(Author.c.id.gte(2));
  assert.is(await query.count(), 2);
  assert.is(
    lastSent(),
    `SELECT COUNT(*) FROM (${authors} WHERE \`authors\`.\`id\` >= ?) AS \`_rows\` [2]`,
  );
  assert.is(await query.limit(1).count(), 1);
  assert.is(await query.exists(), true);
  assert.is(lastSent(), `SELECT EXISTS (${authors} WHERE \`authors\`.\`id\` >= ?) [2]`);
  assert.is(await query.filterBy({ id: 1 }).exists(), false);
  assert.is(await query.filterBy({ id: 1 }).count(), 0);
});

test("joins", async () => {
  const dear = session.query(Author).join(Author.r.books).filter(Book.c.price.gt("15"));
  assert.equal(names(await dear.orderBy(Author.c.id).all()), ["Ada", "Grace"]);
  assert.is(
    lastSent(),
    `${authors} JOIN \`books\` ON \`books\`.\`author_id\` = \`authors\`.\`id\` WHERE \`books\`.\`price\` > ? ` +
      'ORDER BY `authors`.`id` ["15.00"]',
  );
  assert.is(await dear.count(), 2);
  assert.is(await session.query(Author).join(Book, Book.c.authorId.eq(Author.c.id)).count(), 3);
});

test("for await streams", async () => {
  const seen: string[] = [];
  for await (const author of session.query(Author).orderBy(Author.c.id)) {
    seen.push(author.name);
    assert.not(session.contains(author));
  }
  assert.equal(seen, ["Ada", "Grace", "Edsger"]);
});

test("what is no column, and undefined, are refused", async () => {
  const query = session.query(Author);
  assert.is((await errorOf(() => query.filterBy({ nam: "x" } as never))).code, "unknown-property");
  assert.is((await errorOf(() => query.filterBy({ books: [] } as never))).code, "unknown-property");
  assert.is(
    (await errorOf(() => query.filterBy({ name: undefined } as never))).code,
    "undefined-value",
  );
  assert.is((await errorOf(() => query.filterBy({ id: "1" } as never))).code, "column-value");
  const ada = new Author({ name: "Ada" });
  assert.is((await errorOf(() => query.filterBy(ada as never))).code, "not-values");
  assert.is((await errorOf(() => session.query(ada as never))).code, "not-selectable");
  assert.is((await errorOf(() => query.filter(undefined as never))).code, "not-a-condition");
  assert.throws(() => {
    // @ts-expect-error the id is a number
    query.filterBy({ id: "1" });
  });
  const typed: Query<Author> = query.filterBy({ id: 1 });
  assert.ok(typed);
});

test.run();
