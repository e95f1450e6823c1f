import { setTimeout as sleep } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { Session, sessionmaker } from "../../src/integrity/index.js";
import { inspect } from "../../src/session/index.js";
import { type FaultyProxy, startProxy } from "../engine/proxy.js";
import { errorOf, testDatabase, until } from "../support.js";
import { Author, Base, Book } from "./library.js";

const test = suite("connection loss in a session");
const database = testDatabase(test);
let proxy: FaultyProxy;
let engine: Engine;

test.before(async () => {
  proxy = await startProxy();
  const direct = createEngine(database.url);
  await Base.metadata.createAll(direct);
  await direct.dispose();
});
test.before.each(async () => {
  for (const table of ["books", "authors"]) {
    await database.admin.query(`DELETE FROM ${database.name}.${table}`);
  }
  await database.admin.query(`INSERT INTO ${database.name}.authors (id, name) VALUES (1, 'Ada')`);
  engine = createEngine(proxy.url(database.name), { pool: { size: 1, timeout: 1 } });
});
test.after.each(async () => {
  proxy.fault = undefined;
  proxy.down = false;
  await engine.dispose();
});
test.after(() => proxy.close());

async function names(): Promise<unknown> {
  const [rows] = await database.admin.query(
    `SELECT name FROM ${database.name}.authors ORDER BY id`,
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** After whatever happened the pool's only place is free, and the same session works. */
async function worksAgain(session: Session): Promise<void> {
  await session.rollback();
  assert.is(engine.pool.waiting, 0);
  assert.is(engine.pool.open, engine.pool.idle);
  await session.begin(() => session.execute(sql`SELECT 1`));
  await session.close();
  assert.is(engine.pool.open, engine.pool.idle);
}

/** A change, a new object with a generated key, and a new object that depends on it. */
function work(session: Session, ada: Author): [Author, Book] {
  ada.name = "Countess";
  const grace = new Author({ name: "Grace" });
  const book = new Book({ title: "b", author: grace });
  session.addAll([grace, book]);
  return [grace, book];
}

const phases: [
  phase: string,
  text: string,
  how: "cut before" | "cut after",
  outcome?: "unknown",
][] = [
  ["BEGIN", "BEGIN", "cut before"],
  ["BEGIN", "BEGIN", "cut after"],
  ["the flush's UPDATE", "UPDATE `authors`", "cut before"],
  ["the flush's UPDATE", "UPDATE `authors`", "cut after"],
  ["the flush's INSERT", "INSERT INTO `authors`", "cut before"],
  ["the flush's INSERT", "INSERT INTO `authors`", "cut after"],
  ["the flush's second INSERT", "INSERT INTO `books`", "cut before"],
  ["the flush's second INSERT", "INSERT INTO `books`", "cut after"],
  ["COMMIT", "COMMIT", "cut before", "unknown"],
  ["COMMIT", "COMMIT", "cut after", "unknown"],
];

for (const [phase, text, how, outcome] of phases) {
  test(`at ${phase}, ${how}: the error, the objects, the next transaction`, async () => {
    const session = new Session(engine);
    const ada = (await session.get(Author, 1)) as Author;
    await session.commit();
    const [grace, book] = work(session, ada);
    proxy.fault = { text, how };
    const error = await errorOf(() => session.commit());
    assert.equal(
      [error.name, error.code, error.outcome],
      ["OperationalError", "connection-lost", outcome],
    );
    assert.is(session.inTransaction, false);
    assert.equal([ada.name, inspect(ada).state], ["Ada", "persistent"]);
    assert.equal([grace.id, inspect(grace).state], [undefined, "transient"]);
    assert.equal([book.id, inspect(book).state], [undefined, "transient"]);
    const refused = await errorOf(() => session.flush());
    assert.equal([refused.code, refused.cause], ["rolled-back", error]);
    await worksAgain(session);
    await sleep(30);
    const committed = text === "COMMIT" && how === "cut after";
    assert.equal(await names(), committed ? ["Countess", "Grace"] : ["Ada"]);
  });
}

test("at connect", async () => {
  const session = new Session(engine);
  const grace = new Author({ name: "Grace" });
  session.add(grace);
  proxy.down = true;
  const error = await errorOf(() => session.commit());
  assert.equal([error.code, error.outcome], ["connection-failed", undefined]);
  assert.is(inspect(grace).state, "transient");
  proxy.down = false;
  await worksAgain(session);
});

test("at SET TRANSACTION", async () => {
  const session = new Session(engine, { isolation: "serializable" });
  proxy.fault = { text: "SET TRANSACTION", how: "cut after" };
  const error = await errorOf(() => session.get(Author, 1));
  assert.equal([error.code, error.outcome], ["connection-lost", undefined]);
  await worksAgain(session);
});

for (const how of ["cut before", "cut after"] as const) {
  test(`at a statement of begin, ${how}: it is rolled back and the session can go on`, async () => {
    const session = new Session(engine);
    const grace = new Author({ name: "Grace" });
    const error = await errorOf(() =>
      session.begin(async () => {
        session.add(grace);
        await session.flush();
        proxy.fault = { text: "SELECT 'now'", how };
        await session.execute(sql`SELECT 'now'`);
      }),
    );
    assert.equal([error.code, error.outcome], ["connection-lost", undefined]);
    assert.is(inspect(grace).state, "transient");
    await worksAgain(session);
    await until(async () => JSON.stringify(await names()) === '["Ada"]');
  });

  test(`at ROLLBACK, ${how}: the first error is the one reported`, async () => {
    const session = new Session(engine);
    const grace = new Author({ name: "Grace" });
    const mine = new Error("mine");
    proxy.fault = { text: "ROLLBACK", how };
    const error = await errorOf(() =>
      session.begin(async () => {
        session.add(grace);
        await session.flush();
        throw mine;
      }),
    );
    assert.is(error, mine);
    assert.is(inspect(grace).state, "transient");
    await worksAgain(session);
    await until(async () => JSON.stringify(await names()) === '["Ada"]');
  });

  test(`at a savepoint's end, ${how}: all of it is undone`, async () => {
    const session = new Session(engine);
    const [outer, inner] = [new Author({ name: "outer" }), new Author({ name: "inner" })];
    proxy.fault = { text: "RELEASE SAVEPOINT", how };
    const error = await errorOf(() =>
      session.begin(async () => {
        session.add(outer);
        await session.beginNested(() => session.add(inner));
      }),
    );
    assert.equal([error.code, error.outcome], ["connection-lost", undefined]);
    assert.equal([inspect(outer).state, inspect(inner).state], ["transient", "transient"]);
    await worksAgain(session);
    await until(async () => JSON.stringify(await names()) === '["Ada"]');
  });
}

test("a connection that was lost before COMMIT was sent: it is known that nothing was committed", async () => {
  const session = new Session(engine);
  session.add(new Author({ name: "Grace" }));
  await session.flush();
  proxy.cutAll();
  await sleep(20);
  const error = await errorOf(() => session.commit());
  assert.equal([error.code, error.outcome], ["connection-lost", undefined]);
  assert.match(error.message, "An open transaction was rolled back.");
  await worksAgain(session);
  assert.equal(await names(), ["Ada"]);
});

test("a statement that is a transaction of its own: unknown, when it writes", async () => {
  proxy.fault = { text: "UPDATE", how: "cut after" };
  const written = await errorOf(() => engine.execute(sql`UPDATE authors SET name = 'x'`));
  assert.equal([written.code, written.outcome], ["connection-lost", "unknown"]);
  assert.match(written.message, "Whether the statement was done is not known");
  proxy.fault = { text: "SELECT", how: "cut after" };
  const read = await errorOf(() => engine.execute(sql`SELECT 1`));
  assert.equal([read.code, read.outcome], ["connection-lost", undefined]);
});

test("a transaction whose outcome is unknown is not run again by itself", async () => {
  const SessionLocal = sessionmaker(engine);
  let runs = 0;
  proxy.fault = { text: "COMMIT", how: "cut after" };
  const error = await errorOf(() =>
    SessionLocal.begin(
      (session) => {
        runs += 1;
        session.add(new Author({ name: "once" }));
      },
      { retry: 3 },
    ),
  );
  assert.equal([runs, error.outcome], [1, "unknown"]);
  await sleep(20);
  assert.equal(await names(), ["Ada", "once"]);
});

test.run();
