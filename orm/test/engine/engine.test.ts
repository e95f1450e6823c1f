import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Connection, createEngine, type Engine, sql } from "../../src/engine/index.js";
import { errorOf, testDatabase, until } from "../support.js";

const test = suite("engine and connections");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  await database.admin.query(
    `CREATE TABLE ${database.name}.books (id INT PRIMARY KEY AUTO_INCREMENT, title VARCHAR(50) UNIQUE)`,
  );
});
test.before.each(async () => {
  await database.admin.query(`TRUNCATE ${database.name}.books`);
  engine = createEngine(database.url, { pool: { size: 2, timeout: 2 } });
});
test.after.each(() => engine.dispose());

/** The titles that another connection sees: those that were committed. */
async function committed(): Promise<unknown[]> {
  const [rows] = await database.admin.query(`SELECT title FROM ${database.name}.books ORDER BY id`);
  return (rows as { title: string }[]).map((row) => row.title);
}

const add = (title: string) => sql`INSERT INTO books (title) VALUES (${title})`;

test("rows are an array of plain objects", async () => {
  await engine.execute(sql`INSERT INTO books (title) VALUES ('Notes'), ('Letters')`);
  const rows = await engine.execute(sql`SELECT id, title FROM books ORDER BY id`);
  assert.equal(
    [...rows],
    [
      { id: 1, title: "Notes" },
      { id: 2, title: "Letters" },
    ],
  );
  assert.equal(Object.keys(rows), ["0", "1"]);
  assert.is(rows.rowCount, 2);
  assert.equal(rows.generatedKeys, []);
});

test("a write tells how many rows, and the key of one", async () => {
  const one = await engine.execute(add("Notes"));
  assert.equal([one.length, one.rowCount, one.generatedKeys], [0, 1, [1]]);
  const two = await engine.execute(sql`INSERT INTO books (title) VALUES ('a'), ('b')`);
  assert.equal([two.rowCount, two.generatedKeys], [2, []]);
  const update = await engine.execute(sql`UPDATE books SET title = 'Notes' WHERE title = 'Notes'`);
  assert.equal([update.rowCount, update.generatedKeys], [1, []], "found, though not changed");
  const none = await engine.execute(sql`DELETE FROM books WHERE id = ${99}`);
  assert.is(none.rowCount, 0);
  await engine.execute(sql`CREATE TABLE big (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT)`);
  await engine.execute(sql`INSERT INTO big VALUES (${2n ** 53n})`);
  const big = await engine.execute(sql`INSERT INTO big VALUES ()`);
  assert.equal(big.generatedKeys, [2n ** 53n + 1n]);
});

test("an empty result is an empty array, with no columns lost", async () => {
  const rows = await engine.execute(sql`SELECT * FROM books`);
  assert.equal([rows.length, rows.rowCount], [0, 0]);
});

test("CALL gives the rows of its first result", async () => {
  await engine.execute(
    sql`CREATE PROCEDURE two_results() BEGIN SELECT 1 AS one; SELECT 2 AS two; END`,
  );
  const rows = await engine.execute(sql`CALL two_results()`);
  assert.equal([...rows], [{ one: 1 }]);
  await engine.execute(sql`CREATE PROCEDURE no_result() UPDATE books SET title = 'x'`);
  assert.equal((await engine.execute(sql`CALL no_result()`)).length, 0);
});

test("begin commits when its work returns, and gives what it gave", async () => {
  const result = await engine.begin(async (connection) => {
    await connection.execute(add("Notes"));
    assert.equal(await committed(), []);
    return "done";
  });
  assert.is(result, "done");
  assert.equal(await committed(), ["Notes"]);
});

test("begin rolls back when its work throws, and throws the same", async () => {
  const reason = new Error("changed my mind");
  const error = await errorOf(() =>
    engine.begin(async (connection) => {
      await connection.execute(add("Notes"));
      throw reason;
    }),
  );
  assert.is(error, reason);
  assert.equal(await committed(), []);
  assert.equal(engine.pool, { size: 2, open: 1, idle: 1, waiting: 0 });
});

test("a throw that is not an Error rolls back too", async () => {
  const thrown = await engine
    .begin(async (connection) => {
      await connection.execute(add("Notes"));
      throw "a string";
    })
    .catch((reason: unknown) => reason);
  assert.is(thrown, "a string");
  assert.equal(await committed(), []);
});

test("a failed statement that the work catches leaves the rest of the transaction", async () => {
  await engine.begin(async (connection) => {
    await connection.execute(add("Notes"));
    assert.is((await errorOf(() => connection.execute(add("Notes")))).code, "duplicate-key");
    await connection.execute(add("Letters"));
  });
  assert.equal(await committed(), ["Notes", "Letters"]);
});

test("work that does not await is refused and rolled back", async () => {
  const error = await errorOf(() =>
    engine.begin((connection) => {
      void connection.execute(add("Notes"));
    }),
  );
  assert.equal([error.name, error.code], ["InvalidRequestError", "not-awaited"]);
  assert.equal(await committed(), []);
  assert.is(engine.pool.idle, 1);
});

test("one connection has one transaction", async () => {
  const connection = await engine.connect();
  await connection.begin(async (inner) => {
    assert.is(inner, connection);
    assert.is((await errorOf(() => connection.begin(() => {}))).code, "transaction-open");
  });
  const [first, second] = await Promise.allSettled([
    connection.begin(() => 1),
    connection.begin(() => 2),
  ]);
  assert.equal([first.status, second.status], ["fulfilled", "rejected"]);
  await connection.execute(sql`START TRANSACTION`);
  assert.is((await errorOf(() => connection.begin(() => {}))).code, "transaction-open");
  await connection.execute(sql`ROLLBACK`);
  assert.is(await connection.begin(() => "again"), "again");
  await connection.close();
});

test("statements of one connection run in the order in which they were sent", async () => {
  const connection = await engine.connect();
  const [, , rows] = await Promise.all([
    connection.execute(add("Notes")),
    connection.execute(add("Letters")),
    connection.execute(sql`SELECT title FROM books ORDER BY id`),
  ]);
  assert.equal([...rows], [{ title: "Notes" }, { title: "Letters" }]);
  await connection.close();
});

test("a connection that comes back with a transaction open is rolled back and kept", async () => {
  for (const start of [sql`BEGIN`, sql`START TRANSACTION READ WRITE`]) {
    const connection = await engine.connect();
    await connection.execute(start);
    await connection.execute(add("Notes"));
    await connection.close();
    assert.equal(await committed(), []);
    assert.equal(engine.pool, { size: 2, open: 1, idle: 1, waiting: 0 });
  }
});

test("a connection on which autocommit was left off is closed", async () => {
  const connection = await engine.connect();
  await connection.execute(sql`SET autocommit = 0`);
  await connection.execute(add("Notes"));
  await connection.close();
  assert.equal(engine.pool, { size: 2, open: 0, idle: 0, waiting: 0 });
  await until(async () => (await committed()).length === 0);
});

test("a closed connection is refused; closing twice is closing once", async () => {
  let leaked: Connection | undefined;
  await engine.begin((connection) => {
    leaked = connection;
  });
  const closed = leaked as Connection;
  assert.is((await errorOf(() => closed.execute(sql`SELECT 1`))).code, "connection-closed");
  assert.is((await errorOf(() => closed.begin(() => {}))).code, "connection-closed");
  await Promise.all([closed.close(), closed.close()]);
  assert.is(engine.pool.open, 1);
});

test("close() within begin: the transaction is rolled back, and nobody else's is touched", async () => {
  const single = createEngine(database.url, { pool: { size: 1 } });
  let other: Promise<unknown> = Promise.resolve();
  const error = await errorOf(() =>
    single.begin(async (connection) => {
      await connection.execute(add("Notes"));
      other = single.begin(async (next) => {
        await next.execute(add("Letters"));
        await next.execute(sql`SELECT SLEEP(0.05)`);
      });
      await connection.close();
    }),
  );
  assert.is(error.code, "connection-closed");
  await other;
  assert.equal(await committed(), ["Letters"]);
  await single.dispose();
});

test("a connection that is closed while a statement runs is in doubt and dropped", async () => {
  const connection = await engine.connect();
  const running = errorOf(() => connection.execute(sql`SELECT SLEEP(0.2)`));
  await connection.close();
  assert.is((await running).code, "connection-lost");
  assert.equal(engine.pool, { size: 2, open: 0, idle: 0, waiting: 0 });
});

test("more work than connections: all is done, never on more than size", async () => {
  const ids = new Set<unknown>();
  await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      engine.begin(async (connection) => {
        ids.add((await connection.execute(sql`SELECT CONNECTION_ID() AS id`))[0]?.id);
        await connection.execute(add(`book ${number}`));
        if (number % 3 === 0) throw new Error("not this one");
      }),
    ).map((work) => work.catch(() => {})),
  );
  assert.is((await committed()).length, 26);
  assert.ok(ids.size <= 2);
  assert.equal(engine.pool, { size: 2, open: 2, idle: 2, waiting: 0 });
});

test("recycle opens a new connection after so many seconds", async () => {
  const young = createEngine(database.url, { pool: { size: 1, recycle: 0.05 } });
  const id = async () => (await young.execute(sql`SELECT CONNECTION_ID() AS id`))[0]?.id;
  const first = await id();
  assert.is(await id(), first);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.is.not(await id(), first);
  await young.dispose();
});

test("dispose closes every connection on the server, and the engine can go on", async () => {
  await Promise.all([
    engine.execute(sql`SELECT SLEEP(0.02)`),
    engine.execute(sql`SELECT SLEEP(0.02)`),
  ]);
  const onServer = async () => {
    const [rows] = await database.admin.query(
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()",
      [database.name],
    );
    return (rows as { n: number }[])[0]?.n;
  };
  await until(async () => (await onServer()) === 2);
  await engine.dispose();
  await until(async () => (await onServer()) === 0);
  assert.equal([...(await engine.execute(sql`SELECT 1 AS one`))], [{ one: 1 }]);
});

test("each new connection is set up in one statement", async () => {
  const [row] = await engine.execute(
    sql`SELECT @@time_zone AS zone, @@character_set_client AS client, @@character_set_results AS results,
        @@sql_mode LIKE '%STRICT_TRANS_TABLES%' AS strict, @@autocommit AS autocommit`,
  );
  assert.equal(row, {
    zone: "+00:00",
    client: "utf8mb4",
    results: "utf8mb4",
    strict: 1,
    autocommit: 1,
  });
});

test.run();
