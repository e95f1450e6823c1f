import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEngine,
  DatabaseError,
  type Engine,
  IntegrityError,
  OrmletError,
  type Statement,
  sql,
} from "../../src/engine/index.js";
import { errorOf, testDatabase } from "../support.js";

const test = suite("errors");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url, { pool: { size: 2 } });
  await engine.execute(sql`CREATE TABLE members (
    id INT PRIMARY KEY AUTO_INCREMENT,
    email VARCHAR(20) NOT NULL,
    fee DECIMAL(5,2) NOT NULL DEFAULT 0,
    joined DATE,
    CONSTRAINT one_account UNIQUE (email),
    CONSTRAINT no_debt CHECK (fee >= 0))`);
  await engine.execute(sql`CREATE TABLE loans (
    id INT PRIMARY KEY,
    member INT NOT NULL,
    CONSTRAINT loan_of FOREIGN KEY (member) REFERENCES members (id))`);
  await engine.execute(sql`INSERT INTO members (id, email) VALUES (1, 'ada@example.org')`);
  await engine.execute(sql`INSERT INTO loans VALUES (1, 1)`);
});
test.after(() => engine.dispose());

const mapped: [Statement, name: string, code: string, number: number, constraint?: string][] = [
  [
    sql`INSERT INTO members (email) VALUES (${"ada@example.org"})`,
    "IntegrityError",
    "duplicate-key",
    1062,
    "members.one_account",
  ],
  [sql`INSERT INTO members (email) VALUES (${null})`, "IntegrityError", "not-null", 1048],
  [sql`INSERT INTO members (fee) VALUES (1)`, "IntegrityError", "not-null", 1364],
  [
    sql`INSERT INTO members (email, fee) VALUES ('b', -1)`,
    "IntegrityError",
    "check",
    3819,
    "no_debt",
  ],
  [sql`INSERT INTO loans VALUES (2, 99)`, "IntegrityError", "foreign-key", 1452, "loan_of"],
  [sql`DELETE FROM members`, "IntegrityError", "foreign-key", 1451, "loan_of"],
  [sql`SELEC 1`, "ProgrammingError", "syntax", 1064],
  [sql`SELECT * FROM nowhere`, "ProgrammingError", "unknown-table", 1146],
  [sql`SELECT nothing FROM members`, "ProgrammingError", "unknown-column", 1054],
  [
    sql`SELECT id FROM members JOIN loans ON member = members.id`,
    "ProgrammingError",
    "ambiguous-column",
    1052,
  ],
  [sql`SELECT email, COUNT(*) FROM members GROUP BY id % 2`, "ProgrammingError", "group-by", 1055],
  [sql`SELECT email FROM members HAVING COUNT(*) > 1`, "ProgrammingError", "group-by", 1140],
  [sql`SELECT email FROM members WHERE COUNT(*) > 1`, "ProgrammingError", "aggregate", 1111],
  [
    sql`SELECT email FROM members WHERE ROW_NUMBER() OVER () > 1`,
    "ProgrammingError",
    "window",
    3593,
  ],
  [sql`SELECT 1 UNION SELECT 1, 2`, "ProgrammingError", "column-count", 1222],
  [sql`SELECT 1 IN (SELECT 1, 2)`, "ProgrammingError", "column-count", 1241],
  [sql`CREATE TABLE members (id INT)`, "ProgrammingError", "table-exists", 1050],
  [sql`INSERT INTO members (email) VALUES (${"x".repeat(21)})`, "DataError", "too-long", 1406],
  [
    sql`INSERT INTO members (email, fee) VALUES ('b', ${"1000.00"})`,
    "DataError",
    "out-of-range",
    1264,
  ],
  [
    sql`INSERT INTO members (email, joined) VALUES ('b', ${"yesterday"})`,
    "DataError",
    "wrong-value",
    1292,
  ],
  [sql`SELECT CAST(${"{"} AS JSON)`, "DataError", "wrong-value", 3141],
  [sql`SELECT nothing_like_it()`, "ProgrammingError", "unknown-function", 1305],
];

for (const [statement, name, code, number, constraint] of mapped) {
  test(`${number} is ${name} ${code}`, async () => {
    const error = await errorOf(() => engine.execute(statement));
    assert.equal(
      { name: error.name, code: error.code, number: error.number },
      { name, code, number },
      error.message,
    );
    assert.is(error.constraint, constraint);
    assert.ok(error instanceof OrmletError && error instanceof DatabaseError);
    assert.ok(error.cause instanceof Error);
  });
}

test("the message has what happened, the statement and a hint; parameters are hidden", async () => {
  const statement = sql`INSERT INTO members (email, fee) VALUES (${"a secret that is too long"}, ${"7.50"})`;
  const error = await errorOf(() => engine.execute(statement));
  assert.is(
    error.message,
    `Data too long for column 'email' at row 1
  SQL: INSERT INTO members (email, fee) VALUES (?, ?)  (2 hidden, see error.parameters)
  Hint: The text is longer than its column.`,
  );
  for (const shown of [
    String(error),
    inspect(error, { depth: 9 }),
    JSON.stringify(error),
    error.stack,
  ]) {
    assert.not.ok(String(shown).includes("secret"), String(shown));
  }
  assert.equal(error.parameters, ["a secret that is too long", "7.50"]);
  assert.is(error.sqlState, "22001");
});

test("a long statement is cut in the message, not in the property", async () => {
  const text = `SELECT nothing FROM members -- ${"x".repeat(600)}`;
  const error = await errorOf(() => engine.execute(sql(Object.assign([text], { raw: [text] }))));
  assert.ok(error.message.includes("x …"), error.message);
  assert.is(error.statement, text);
});

test("a wrong password and an unknown database are OperationalErrors without the password", async () => {
  const wrong = new URL(database.url);
  wrong.password = "hush";
  const denied = await errorOf(() => createEngine(wrong.href).execute(sql`SELECT 1`));
  assert.equal(
    [denied.name, denied.code, denied.number],
    ["OperationalError", "access-denied", 1045],
  );
  assert.not.ok(inspect(denied, { depth: 9 }).includes("hush"));
  const nowhere = new URL(database.url);
  nowhere.pathname = "/no_such_library";
  const unknown = await errorOf(() => createEngine(nowhere.href).execute(sql`SELECT 1`));
  assert.equal(
    [unknown.name, unknown.code, unknown.number],
    ["OperationalError", "unknown-database", 1049],
  );
});

test("no database in the URL is said when a table is asked for", async () => {
  const url = new URL(database.url);
  url.pathname = "/";
  const plain = createEngine(url.href);
  const error = await errorOf(() => plain.execute(sql`SELECT * FROM members`));
  assert.is(error.code, "no-database");
  await plain.dispose();
});

test("a deadlock ends the transaction: what follows is refused, not run on its own", async () => {
  await engine.execute(sql`CREATE TABLE copies (id INT PRIMARY KEY, lent INT)`);
  await engine.execute(sql`INSERT INTO copies VALUES (1, 0), (2, 0), (3, 0)`);
  let refused: unknown;
  const take = (first: number, second: number, ready: () => Promise<unknown>) =>
    engine.begin(async (connection) => {
      const update = (id: number) =>
        connection.execute(sql`UPDATE copies SET lent = lent + 1 WHERE id = ${id}`);
      await update(first);
      await ready();
      try {
        await update(second);
      } catch (error) {
        refused = await errorOf(() => update(3));
        throw error;
      }
    });
  let arrived = 0;
  let open = () => {};
  const bothHoldOne = new Promise<void>((resolve) => {
    open = resolve;
  });
  const ready = () => {
    arrived += 1;
    if (arrived === 2) open();
    return bothHoldOne;
  };
  const outcomes = await Promise.allSettled([take(1, 2, ready), take(2, 1, ready)]);
  const failed = outcomes.filter((outcome) => outcome.status === "rejected");
  assert.is(failed.length, 1);
  const reason = (failed[0] as PromiseRejectedResult).reason;
  assert.equal([reason.name, reason.code, reason.number], ["DeadlockError", "deadlock", 1213]);
  assert.is((refused as OrmletError).code, "transaction-ended");
  assert.is((refused as OrmletError).cause, reason);
  const rows = await engine.execute(sql`SELECT lent FROM copies ORDER BY id`);
  assert.equal([...rows], [{ lent: 1 }, { lent: 1 }, { lent: 0 }]);
});

test("a lock that takes too long is an OperationalError, and the transaction goes on", async () => {
  await engine.begin(async (holder) => {
    await holder.execute(sql`SELECT id FROM members WHERE id = 1 FOR UPDATE`);
    await engine.begin(async (other) => {
      await other.execute(sql`SET innodb_lock_wait_timeout = 1`);
      const waiting = await errorOf(() => other.execute(sql`DELETE FROM members WHERE id = 1`));
      assert.equal([waiting.name, waiting.code], ["OperationalError", "lock-timeout"]);
      const nowait = sql`SELECT id FROM members WHERE id = 1 FOR UPDATE NOWAIT`;
      assert.is((await errorOf(() => other.execute(nowait))).code, "lock-not-available");
      assert.is((await other.execute(sql`SELECT 1 AS one`)).length, 1);
    });
  });
});

test("IntegrityError is caught by its class", async () => {
  try {
    await engine.execute(sql`INSERT INTO members (email) VALUES ('ada@example.org')`);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, IntegrityError);
  }
});

test("what is not a statement cannot be executed", async () => {
  for (const value of ["SELECT 1", null, undefined, {}]) {
    const error = await errorOf(() => engine.execute(value as never));
    assert.is(error.code, "not-a-statement");
  }
});

test.run();
