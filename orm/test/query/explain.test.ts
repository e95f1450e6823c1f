import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, sql } from "../../src/engine/index.js";
import { deleteFrom, explain, insert, select, update } from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, recorded } from "./writing.js";

const test = suite("explain");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
  await engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, 'Ada'), (2, 'Grace')`);
});
test.after(() => engine.dispose());

const statement = select(Author).where(Author.c.name.eq("Ada"));

test("the plan as text and as data, of an engine, a connection and a session", async () => {
  sent();
  const { text, json } = await explain(statement, engine);
  const select =
    "SELECT `authors`.`id`, `authors`.`name` FROM `authors` WHERE `authors`.`name` = ?";
  assert.equal(sent(), [
    `EXPLAIN FORMAT=TREE ${select} ["Ada"]`,
    `EXPLAIN FORMAT=JSON ${select} ["Ada"]`,
  ]);
  assert.match(text, "Table scan on authors");
  assert.type(json, "object");
  assert.match(JSON.stringify(json), '"authors"');
  const session = new Session(engine);
  await session.begin(async () => {
    assert.is((await session.explain(statement)).text, text);
  });
  await session.close();
  await engine.begin(async (connection) => {
    assert.is((await explain(statement, connection)).text, text);
  });
});

test("a statement that writes is not run", async () => {
  for (const writing of [
    insert(Author).values({ name: "new" }),
    update(Author).set({ name: "other" }).all(),
    deleteFrom(Author).all(),
    sql`DELETE FROM authors WHERE id = ${1}`,
  ]) {
    const { text, json } = await explain(writing, engine);
    assert.type(text, "string");
    assert.type(json, "object");
  }
  const [row] = await engine.execute(
    sql`SELECT GROUP_CONCAT(name ORDER BY id) AS names FROM authors`,
  );
  assert.equal(row, { names: "Ada,Grace" });
});

test("an error of the statement is the error", async () => {
  const error = await errorOf(() => explain(sql`SELECT nothing FROM authors`, engine));
  assert.is(error.code, "unknown-column");
  assert.is((await errorOf(() => explain(update(Book), engine))).code, "every-row");
});

test.run();
