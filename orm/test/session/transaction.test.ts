import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Member, type Recorded, recorded, Shelf, unreliable } from "./library.js";

const test = suite("transaction");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM shelves`);
  await db.engine.execute(sql`DELETE FROM members`);
  session = new Session(db.engine);
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

const stateOf = (object: object) => inspect(object).state;
const insertShelf = "INSERT INTO `shelves` (`code`, `room`) VALUES (?, ?)";

async function codes(): Promise<string[]> {
  const rows = await db.engine.execute(
    sql<{ code: string }>`SELECT code FROM shelves ORDER BY code`,
  );
  return rows.map(({ code }) => code);
}

test("begin commits what its work did", async () => {
  const result = await session.begin(async () => {
    session.add(new Shelf({ code: "A1", room: 1 }));
    return "done";
  });
  assert.is(result, "done");
  assert.equal(db.sent(), ["BEGIN", insertShelf, "COMMIT"]);
  assert.is(session.inTransaction, false);
});

test("begin rolls back when its work throws, and throws the same error", async () => {
  const shelf = new Shelf({ code: "A1", room: 1 });
  const mine = new Error("mine");
  const error = await errorOf(() =>
    session.begin(async () => {
      session.add(shelf);
      await session.flush();
      throw mine;
    }),
  );
  assert.is(error, mine);
  assert.equal(db.sent(), ["BEGIN", insertShelf, "ROLLBACK"]);
  assert.is(stateOf(shelf), "transient");
});

test("begin takes in what was added before, but no transaction that is open", async () => {
  session.add(new Shelf({ code: "A1", room: 1 }));
  await session.begin(() => {});
  assert.equal(await codes(), ["A1"]);
  await session.execute(sql`SELECT 1`);
  const error = await errorOf(() => session.begin(() => {}));
  assert.is(error.code, "transaction-open");
});

test("in a block nothing else ends the transaction", async () => {
  for (const call of ["commit", "rollback", "close"] as const) {
    const error = await errorOf(() => session.begin(() => session[call]()));
    assert.is(error.code, "inside-block");
    assert.match(error.message, `session.${call}() was called inside of begin()`);
  }
  const inner = await errorOf(() => session.begin(() => session.begin(() => {})));
  assert.is(inner.code, "inside-block");
  const nested = await errorOf(() => session.beginNested(() => session.commit()));
  assert.match(nested.message, "session.commit() was called inside of beginNested()");
});

test("beginNested is a savepoint", async () => {
  session.add(new Shelf({ code: "A1", room: 1 }));
  await session.beginNested(async () => {
    session.add(new Shelf({ code: "B1", room: 1 }));
    await session.beginNested(() => session.add(new Shelf({ code: "C1", room: 1 })));
  });
  assert.equal(db.sent(), [
    "BEGIN",
    insertShelf,
    "SAVEPOINT sp_1",
    insertShelf,
    "SAVEPOINT sp_2",
    insertShelf,
    "RELEASE SAVEPOINT sp_2",
    "RELEASE SAVEPOINT sp_1",
  ]);
  await session.commit();
  assert.equal(await codes(), ["A1", "B1", "C1"]);
});

test("what fails in beginNested is undone alone", async () => {
  const [a, b, c] = ["A1", "B1", "C1"].map((code) => new Shelf({ code, room: 1 })) as Shelf[];
  session.add(a as Shelf);
  const error = await errorOf(() =>
    session.beginNested(async () => {
      session.add(b as Shelf);
      (a as Shelf).room = 2;
      await session.flush();
      throw new Error("mine");
    }),
  );
  assert.is(error.message, "mine");
  assert.is(db.sent().at(-1), "ROLLBACK TO SAVEPOINT sp_1");
  assert.is(stateOf(b as Shelf), "transient");
  assert.is(a?.room, 1);
  await session.beginNested(() => session.add(c as Shelf));
  await session.commit();
  assert.equal(await codes(), ["A1", "C1"]);
});

test("a flush that fails rolls back at once; the session goes on after rollback", async () => {
  await db.engine.execute(sql`INSERT INTO members (id, name, email) VALUES (1, 'Ada', 'a@b')`);
  const ada = (await session.get(Member, 1)) as Member;
  const grace = new Member({ name: "Grace", email: "a@b" });
  ada.name = "Countess";
  session.add(grace);
  db.sent();
  const error = await errorOf(() => session.flush());
  assert.is(error.name, "IntegrityError");
  assert.is(db.sent().at(-1), "ROLLBACK");
  assert.is(session.inTransaction, false);
  assert.is(stateOf(grace), "transient");
  assert.is(grace.id, undefined);
  assert.is(ada.name, "Ada");
  for (const call of [
    () => session.flush(),
    () => session.commit(),
    () => session.execute(sql`SELECT 1`),
    () => session.get(Member, 2),
    () => session.refresh(ada),
    () => session.begin(() => {}),
    () => session.beginNested(() => {}),
  ]) {
    const refused = await errorOf(call);
    assert.is(refused.code, "rolled-back");
    assert.match(refused.message, "was rolled back after an error.");
    assert.is(refused.cause, error);
  }
  assert.equal(db.sent(), []);
  ada.name = "Countess";
  await session.rollback();
  assert.is(ada.name, "Ada");
  grace.email = "grace@b";
  session.add(grace);
  await session.commit();
  assert.is(stateOf(grace), "persistent");
});

test("a flush that fails in beginNested undoes the savepoint; swallowed, it is reported", async () => {
  await db.engine.execute(sql`INSERT INTO shelves (code, room) VALUES ('A1', 1)`);
  session.add(new Shelf({ code: "B1", room: 1 }));
  let first: unknown;
  const error = await errorOf(() =>
    session.beginNested(async () => {
      session.add(new Shelf({ code: "A1", room: 1 }));
      first = await errorOf(() => session.flush());
    }),
  );
  assert.is(error.code, "rolled-back");
  assert.is(error.cause, first);
  await session.commit();
  assert.equal(await codes(), ["A1", "B1"]);
});

test("a statement that fails leaves the transaction open", async () => {
  session.add(new Shelf({ code: "A1", room: 1 }));
  await session.flush();
  await errorOf(() => session.execute(sql`SELECT nothing`));
  assert.is(session.inTransaction, true);
  await session.commit();
  assert.equal(await codes(), ["A1"]);
});

test("after a deadlock in beginNested all of the transaction is undone, and says so", async () => {
  await db.engine.execute(sql`INSERT INTO shelves (code, room) VALUES ('A1', 1), ('B1', 1)`);
  const other = await db.engine.connect();
  const mine = new Shelf({ code: "M1", room: 1 });
  const outcome = await errorOf(() =>
    session.begin(async () => {
      session.add(mine);
      await session.execute(sql`UPDATE shelves SET room = 2 WHERE code = 'A1'`);
      const deadlock = await errorOf(() =>
        session.beginNested(async () => {
          await other.execute(sql`SET autocommit = 0`);
          // The server undoes the transaction that wrote less.
          for (let room = 10; room < 60; room += 1) {
            await other.execute(sql`INSERT INTO shelves VALUES (${`X${room}`}, ${room})`);
          }
          await other.execute(sql`UPDATE shelves SET room = 3 WHERE code = 'B1'`);
          const waits = other.execute(sql`UPDATE shelves SET room = 3 WHERE code = 'A1'`);
          await session
            .execute(sql`UPDATE shelves SET room = 2 WHERE code = 'B1'`)
            .finally(() => waits);
        }),
      );
      assert.is(deadlock.name, "DeadlockError");
      assert.is(stateOf(mine), "transient");
      await session.execute(sql`SELECT 1`);
    }),
  );
  assert.is(outcome.code, "rolled-back");
  assert.is(stateOf(mine), "transient");
  await other.execute(sql`ROLLBACK`);
  await other.execute(sql`SET autocommit = 1`);
  await other.close();
  assert.equal(await codes(), ["A1", "B1"]);
});

test("when BEGIN, COMMIT or ROLLBACK fails, the connection goes back", async () => {
  const { engine, failing } = unreliable(database.url);
  const inUse = () => engine.pool.open - engine.pool.idle;
  const own = new Session(engine);

  failing.add("BEGIN");
  assert.is((await errorOf(() => own.get(Shelf, "A1"))).message, "no BEGIN");
  assert.is(inUse(), 0);
  const shelf = new Shelf({ code: "A1", room: 1 });
  own.add(shelf);
  assert.is((await errorOf(() => own.commit())).message, "no BEGIN");
  assert.is(inUse(), 0);
  assert.is(stateOf(shelf), "transient");
  await own.rollback();
  failing.clear();

  failing.add("COMMIT");
  own.add(shelf);
  assert.is((await errorOf(() => own.commit())).message, "no COMMIT");
  assert.is(inUse(), 0);
  assert.is(stateOf(shelf), "transient");
  assert.equal(await codes(), []);
  await own.rollback();
  const inBlock = await errorOf(() => own.begin(() => own.add(shelf)));
  assert.is(inBlock.message, "no COMMIT");
  assert.is(inUse(), 0);
  failing.clear();

  failing.add("ROLLBACK");
  own.add(shelf);
  await own.flush();
  await own.rollback();
  assert.is(inUse(), 0);
  assert.is(stateOf(shelf), "transient");
  failing.clear();

  failing.add("SAVEPOINT sp_1");
  own.add(shelf);
  assert.is((await errorOf(() => own.beginNested(() => {}))).message, "no SAVEPOINT sp_1");
  failing.clear();
  failing.add("RELEASE SAVEPOINT sp_1");
  const second = new Shelf({ code: "B1", room: 1 });
  const release = await errorOf(() => own.beginNested(() => own.add(second)));
  assert.is(release.message, "no RELEASE SAVEPOINT sp_1");
  assert.is(stateOf(second), "transient");
  assert.is(stateOf(shelf), "persistent");
  failing.clear();
  failing.add("ROLLBACK TO SAVEPOINT sp_1");
  await errorOf(() => own.beginNested(() => Promise.reject(new Error("mine"))));
  assert.is(stateOf(shelf), "transient");
  assert.is(inUse(), 0);
  assert.is((await errorOf(() => own.commit())).code, "rolled-back");
  await own.close();
  failing.clear();
  own.add(shelf);
  await own.commit();
  assert.equal(await codes(), ["A1"]);
  await engine.dispose();
});

test("a connection that is lost undoes the objects too", async () => {
  const shelf = new Shelf({ code: "A1", room: 1 });
  session.add(shelf);
  await session.flush();
  const [row] = await session.execute(sql<{ id: number }>`SELECT CONNECTION_ID() AS id`);
  await database.admin.query(`KILL ${row?.id}`);
  await errorOf(() => session.commit());
  assert.is(stateOf(shelf), "transient");
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
  await session.rollback();
  session.add(shelf);
  await session.commit();
  assert.equal(await codes(), ["A1"]);
});

test.run();
