import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, mysqlDialect, sql } from "../../src/engine/index.js";
import { deleteFrom } from "../../src/query/delete-from.js";
import { Session } from "../../src/query/session.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, recorded, Tag } from "./writing.js";

const test = suite("deleteFrom");
const database = testDatabase(test);
let engine: Engine;
let sent: () => string[];
let session: Session;

test.before(async () => {
  ({ engine, sent } = recorded(database.url));
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const table of ["books", "authors", "tags"]) {
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

const ofAda = deleteFrom(Book).where(Book.c.authorId.eq(7));

test("the SQL, and that a condition is needed", async () => {
  assert.equal(ofAda.toSql(mysqlDialect), {
    text: "DELETE FROM `books` WHERE `books`.`author_id` = ?",
    parameters: [7],
  });
  assert.is(deleteFrom(Book).all().toSql(mysqlDialect).text, "DELETE FROM `books`");
  assert.is((await errorOf(() => deleteFrom(Book).toSql(mysqlDialect))).code, "every-row");
  assert.is((await errorOf(() => engine.execute(deleteFrom(Book)))).code, "every-row");
  const other = deleteFrom(Book).where(Author.c.name.eq("Ada"));
  const error = await errorOf(() => other.toSql(mysqlDialect));
  assert.match(error.message, "The DELETE of Book uses Author, whose rows it does not see.");
  assert.is((await errorOf(() => session.execute(deleteFrom(Book)))).code, "every-row");
});

test("engine, connection and session execute it", async () => {
  assert.is((await engine.execute(deleteFrom(Book).where(Book.c.id.eq(1)))).rowCount, 1);
  await engine.begin(async (connection) => {
    assert.is((await connection.execute(deleteFrom(Book).where(Book.c.id.eq(2)))).rowCount, 1);
  });
  assert.is((await session.execute(deleteFrom(Book).all())).rowCount, 1);
  await session.commit();
});

test("objects whose rows it finds leave the session", async () => {
  const [notes, compilers] = [await session.get(Book, 1), await session.get(Book, 3)];
  sent();
  const { rowCount } = await session.execute(ofAda);
  assert.is(rowCount, 2);
  assert.equal(sent(), [
    "SELECT `books`.`id` FROM `books` WHERE `books`.`author_id` = ? AND (`books`.`id` IN (?, ?)) FOR UPDATE [7,1,3]",
    "DELETE FROM `books` WHERE `books`.`author_id` = ? [7]",
  ]);
  assert.is(inspect(notes as Book).state, "deleted");
  assert.not(session.contains(notes as Book));
  assert.ok(session.contains(compilers as Book));
  assert.is(await session.get(Book, 1), null);
  const error = await errorOf(() => session.add(notes as Book));
  assert.is(error.code, "object-deleted");
  await session.commit();
  assert.is(inspect(notes as Book).state, "detached");
  assert.is((await errorOf(() => session.add(notes as Book))).code, "object-deleted");
});

test("a rollback brings them back, of a savepoint too", async () => {
  const notes = (await session.get(Book, 1)) as Book;
  await errorOf(() =>
    session.beginNested(async () => {
      await session.execute(ofAda);
      assert.is(inspect(notes).state, "deleted");
      throw new Error("no");
    }),
  );
  assert.is(inspect(notes).state, "persistent");
  assert.is(await session.get(Book, 1), notes);
  await session.execute(ofAda);
  await session.rollback();
  assert.is(inspect(notes).state, "persistent");
  notes.title = "Kept";
  await session.commit();
  assert.equal(
    [...(await engine.execute(sql`SELECT title FROM books WHERE id = 1`))],
    [{ title: "Kept" }],
  );
});

test("a changed object and one that was to be deleted go as well", async () => {
  await session.close();
  session = new Session(engine, { autoflush: false });
  const [notes, letters] = [await session.get(Book, 1), await session.get(Book, 2)];
  (notes as Book).title = "Changed";
  session.delete(letters as Book);
  await session.execute(ofAda);
  assert.equal([session.dirty, session.deleted], [[], []]);
  sent();
  await session.flush();
  assert.equal(sent(), []);
});

test("rows that are locked by somebody else are waited for, and met as they are then", async () => {
  const notes = (await session.get(Book, 1)) as Book;
  let done = false;
  let deleting: Promise<unknown> = Promise.resolve();
  await engine.begin(async (connection) => {
    await connection.execute(sql`UPDATE books SET author_id = 8 WHERE id = 1`);
    deleting = session.execute(ofAda).then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.not(done);
  });
  await deleting;
  assert.is(inspect(notes).state, "persistent");
  assert.ok(session.contains(notes));
});

test("synchronize(false) leaves objects where they are", async () => {
  const notes = (await session.get(Book, 1)) as Book;
  sent();
  await session.execute(ofAda.synchronize(false));
  assert.is(sent().length, 1);
  assert.is(inspect(notes).state, "persistent");
});

test("new objects that were not flushed are not touched", async () => {
  await session.close();
  session = new Session(engine, { autoflush: false });
  const tag = new Tag({ name: "new" });
  session.add(tag);
  await session.execute(deleteFrom(Tag).all());
  await session.execute(deleteFrom(Author).where(Author.c.id.eq(99)));
  assert.is(inspect(tag).state, "pending");
  await session.flush();
  await session.commit();
  assert.is(inspect(tag).state, "persistent");
});

test("an object is refused in place of its class", async () => {
  const error = await errorOf(() => deleteFrom(new Author({ name: "Ada" }) as never));
  assert.is(error.code, "not-mapped");
  assert.match(error.message, "Write the class, Author");
});

test.run();
