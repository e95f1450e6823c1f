import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Member, type Recorded, recorded } from "./library.js";

const test = suite("concurrency");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM members`);
  await db.engine.execute(
    sql`INSERT INTO members (id, name) VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edsger')`,
  );
  session = new Session(db.engine);
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

test("reads that start together queue on one connection", async () => {
  const [ada, grace, again, rows] = await Promise.all([
    session.get(Member, 1),
    session.get(Member, 2),
    session.get(Member, 1),
    session.execute(sql`SELECT COUNT(*) AS n FROM members`),
  ]);
  assert.equal([ada?.name, grace?.name], ["Ada", "Grace"]);
  assert.is(again, ada);
  assert.equal([...rows], [{ n: 3 }]);
  // One BEGIN, and one SELECT for the two that asked for Ada.
  assert.is(db.sent().length, 4);
});

test("one read that fails does not stop the next", async () => {
  const [bad, good] = await Promise.allSettled([
    session.execute(sql`SELECT nothing`),
    session.get(Member, 1),
  ]);
  assert.is(bad.status, "rejected");
  assert.is(good.status, "fulfilled");
});

test("flush, commit, rollback and the like meeting a read are errors that name both", async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    "flush()": () => session.flush(),
    "commit()": () => session.commit(),
    "rollback()": () => session.rollback(),
    "beginNested()": () => session.beginNested(() => {}),
    "begin()": () => session.begin(() => {}),
  };
  for (const [name, call] of Object.entries(calls)) {
    const read = session.get(Member, 1);
    const error = await errorOf(call);
    assert.is(error.code, "concurrent");
    assert.match(error.message, `session.${name} was called while session.get(Member) was running`);
    assert.is((await read)?.name, "Ada");
    session.expunge((await read) as Member);
  }
});

test("a read meeting a flush or a commit is the same error", async () => {
  session.add(new Member({ name: "Barbara" }));
  const flush = session.flush();
  const error = await errorOf(() => session.get(Member, 1));
  assert.match(error.message, "session.get(Member) was called while session.flush() was running");
  await flush;
  const commit = session.commit();
  assert.match((await errorOf(() => session.execute(sql`SELECT 1`))).message, "session.commit()");
  await commit;
});

test("two flushes do not meet", async () => {
  session.add(new Member({ name: "Barbara" }));
  const [one, two] = await Promise.allSettled([session.flush(), session.flush()]);
  assert.is(one.status, "fulfilled");
  assert.is((two as PromiseRejectedResult).reason.code, "concurrent");
});

test("objects do not change while they are written", async () => {
  const ada = (await session.get(Member, 1)) as Member;
  ada.name = "Countess";
  const commit = session.commit();
  const changes: Record<string, () => void> = {
    "Member 1 was changed": () => {
      ada.name = "too late";
    },
    "session.add() was called": () => session.add(new Member({ name: "Barbara" })),
    "session.delete() was called": () => session.delete(ada),
    "session.expunge() was called": () => session.expunge(ada),
    "session.expire() was called": () => session.expire(ada),
  };
  for (const [what, change] of Object.entries(changes)) {
    const error = await errorOf(change);
    assert.is(error.code, "concurrent");
    assert.match(error.message, what);
    assert.match(error.message, "while session.commit() was running");
  }
  assert.is(ada.name, "Countess");
  await commit;
  ada.name = "in time";
  await session.rollback();
  assert.is(ada.name, "Countess");
});

test("close while a read is running waits for it, closes, and is an error", async () => {
  const read = session.get(Member, 1);
  const error = await errorOf(() => session.close());
  assert.match(error.message, "session.close() was called while session.get(Member) was running");
  assert.is(session.inTransaction, false);
  assert.is(inspect((await read) as Member).state, "detached");
});

test("begin whose work forgot an await rolls back and says so", async () => {
  const barbara = new Member({ name: "Barbara" });
  const error = await errorOf(() =>
    session.begin(() => {
      session.add(barbara);
      void session.get(Member, 1);
    }),
  );
  assert.is(error.code, "concurrent");
  assert.match(error.message, "session.begin() was called while session.get(Member) was running");
  assert.is(inspect(barbara).state, "transient");
  assert.is(db.sent().at(-1), "ROLLBACK");
});

test("beginNested whose work forgot an await undoes its savepoint", async () => {
  const barbara = new Member({ name: "Barbara" });
  const error = await errorOf(() =>
    session.beginNested(() => {
      session.add(barbara);
      void session.get(Member, 1);
    }),
  );
  assert.is(error.code, "concurrent");
  assert.is(inspect(barbara).state, "transient");
  assert.is(session.inTransaction, true);
});

test("a block that ends while an inner one is open is an error, and all is undone", async () => {
  const barbara = new Member({ name: "Barbara" });
  let inner: Promise<unknown> = Promise.resolve();
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const error = await errorOf(() =>
    session.begin(async () => {
      session.add(barbara);
      await new Promise<void>((inside) => {
        inner = session
          .beginNested(() => {
            inside();
            return gate;
          })
          .catch((reason) => reason.code);
      });
    }),
  );
  assert.is(error.code, "concurrent");
  assert.match(error.message, "beginNested()");
  assert.is(inspect(barbara).state, "transient");
  assert.is(session.inTransaction, false);
  go();
  assert.is(await inner, "concurrent");
});

test("two sessions see each other's rows after commit only, and the later writer is not stopped", async () => {
  const other = new Session(db.engine);
  const [mine, theirs] = [await session.get(Member, 1), await other.get(Member, 2)];
  (mine as Member).name = "mine";
  (theirs as Member).name = "theirs";
  await Promise.all([session.flush(), other.flush()]);
  const seen = await other.execute(sql`SELECT name FROM members ORDER BY id`);
  assert.equal(
    seen.map(({ name }) => name),
    ["Ada", "theirs", "Edsger"],
  );
  await Promise.all([session.commit(), other.commit()]);
  const rows = await db.engine.execute(sql`SELECT name FROM members ORDER BY id`);
  assert.equal(
    rows.map(({ name }) => name),
    ["mine", "theirs", "Edsger"],
  );
});

test.run();
