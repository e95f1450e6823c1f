import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { Session, sessionmaker, sessionScope } from "../../src/integrity/index.js";
import { integer, varchar } from "../../src/mapping/index.js";
import { select } from "../../src/query/index.js";
import { declarativeBase } from "../../src/relationships/index.js";
import { inspect, listen } from "../../src/session/index.js";
import { echoTo, errorOf, testDatabase } from "../support.js";

const test = suite("events and filters of whole sessions");
const database = testDatabase(test);
let engine: Engine;
const sent: string[] = [];

const Base = declarativeBase();
class Account extends Base.mapped(
  "accounts",
  {
    id: integer().primaryKey(),
    owner: varchar(20),
    total: integer().default(0),
    version: integer().version(),
  },
  {
    filters: { owner: { parameters: { name: varchar(20) }, where: (c, p) => c.owner.eq(p.name) } },
  },
) {}

test.before(async () => {
  engine = createEngine(database.url, { echo: echoTo(sent) });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM accounts`);
  await engine.execute(sql`INSERT INTO accounts VALUES (1, 'ada', 10, 1), (2, 'bob', 20, 1)`);
  sent.length = 0;
});
test.after(() => engine.dispose());

const columns = "accounts.id, accounts.owner, accounts.total, accounts.version";

test("each request has its own values; a get with a lock is filtered, and renews", async () => {
  const maker = sessionmaker(engine);
  const session = new maker({ filters: { owner: { name: "ada" } } });
  const account = await session.get(Account, 1);
  await engine.execute(sql`UPDATE accounts SET total = 11 WHERE id = 1`);
  await session.commit();
  sent.length = 0;
  assert.is(await session.get(Account, 1, { lock: "update", noWait: true }), account);
  assert.is(account?.total, 11);
  assert.is(await session.get(Account, 2, { lock: "share" }), null);
  assert.equal(sent, [
    "BEGIN",
    `SELECT ${columns} FROM accounts WHERE accounts.id = ? AND accounts.owner = ? FOR UPDATE NOWAIT [1,"ada"]`,
    `SELECT ${columns} FROM accounts WHERE accounts.id = ? AND accounts.owner = ? FOR SHARE [2,"ada"]`,
  ]);
  const wrong = await errorOf(() => session.get(Account, 1, { lock: "updte" as "update" }));
  assert.is(wrong.code, "lock-options");
  await session.close();
});

test("a session without the values is refused; one without the filter is not", async () => {
  const session = new Session(engine);
  for (const use of [
    () => session.get(Account, 1),
    () => session.get(Account, 1, { lock: "update" }),
    () => session.scalars(select(Account)).all(),
  ]) {
    assert.is((await errorOf(use)).code, "filter-parameters");
  }
  await session.close();
  const all = new Session(engine, { filters: { owner: false } });
  assert.is((await all.get(Account, 2, { lock: "update" }))?.owner, "bob");
  await all.close();
});

test("get with a lock is nothing for a listener", async () => {
  const session = new Session(engine, { filters: { owner: false } });
  const stop = listen(session, "beforeFlush", async () => {
    await session.get(Account, 1, { lock: "update" });
  });
  session.add(new Account({ owner: "eve" }));
  const error = await errorOf(() => session.commit());
  assert.is(error.code, "in-listener");
  stop();
  await session.close();
});

test("beforeUpdate: a version counts, and what was set goes along", async () => {
  const session = new Session(engine, { filters: { owner: false } });
  const stop = listen(Account, "beforeUpdate", (one) => {
    one.total = Math.max(0, one.total);
  });
  const account = (await session.get(Account, 1)) as Account;
  account.total = -5;
  sent.length = 0;
  await session.commit();
  stop();
  assert.equal(sent, [
    "UPDATE accounts SET total = ?, version = version + 1 WHERE id = ? AND version = ? [0,1,1]",
    "COMMIT",
  ]);
  assert.equal([account.total, account.version], [0, 2]);
  await session.close();
});

test("what fails after a COMMIT is not tried again", async () => {
  const maker = sessionmaker(engine, { filters: { owner: false } });
  const deadlock = Object.assign(new Error("deadlock elsewhere"), { code: "deadlock" });
  let runs = 0;
  const stops = [
    listen(maker, "afterCommit", () => {
      throw deadlock;
    }),
    listen(maker, "beforeFlush", (session) => {
      runs += 1;
      // As a real deadlock would be, the first run's is tried again.
      if (runs === 1) throw deadlock;
      assert.ok(session.inTransaction === false);
    }),
  ];
  const work = maker.begin((session) => session.add(new Account({ owner: "eve" })), { retry: 3 });
  const error = await errorOf(() => work);
  for (const stop of stops) stop();
  assert.is(error.code, "after-commit");
  assert.is(error.cause, deadlock);
  assert.is(runs, 2);
  const rows = await engine.execute(sql`SELECT id FROM accounts WHERE owner = 'eve'`);
  assert.is(rows.length, 1);
});

test("begin of a sessionmaker takes what its sessions take, for this one", async () => {
  const maker = sessionmaker(engine, { filters: { owner: { name: "ada" } } });
  const owners = select(Account.c.owner);
  const seen = await maker.begin((session) => session.scalars(owners).all(), {
    filters: { owner: { name: "bob" } },
    isolation: "read committed",
  });
  assert.equal(seen, ["bob"]);
  assert.equal(await maker.begin((session) => session.scalars(owners).all()), ["ada"]);
  const late = { autoflush: false, expireOnCommit: true, raiseload: true, retry: 1 };
  const account = await maker.begin(async (session) => {
    const found = (await session.get(Account, 1)) as Account;
    found.total = 99;
    assert.equal(await session.scalars(select(Account.c.total)).all(), [10]);
    return found;
  }, late);
  assert.ok(inspect(account).unloaded.includes("total"));
  const wrong = { filter: {} } as never;
  assert.is((await errorOf(() => maker.begin(() => {}, wrong))).code, "unknown-option");
  const scope = sessionScope(maker);
  const off = { filters: { owner: false } };
  const all = () => scope.current.scalars(owners.orderBy(Account.c.id)).all();
  assert.equal(await scope.begin(all, off), ["ada", "bob"]);
});

test("a signal that stops the statements stops those of a listener, too", async () => {
  const controller = new AbortController();
  const session = new Session(engine, { filters: { owner: false }, signal: controller.signal });
  const stop = listen(session, "beforeFlush", async (each) => {
    controller.abort();
    await each.execute(sql`SELECT 1`);
  });
  session.add(new Account({ owner: "eve" }));
  const error = await errorOf(() => session.commit());
  stop();
  assert.is(error.code, "aborted");
  await session.close();
  const rows = await engine.execute(sql`SELECT id FROM accounts WHERE owner = 'eve'`);
  assert.is(rows.length, 0);
});

test.run();
