import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, sql } from "../../src/engine/index.js";
import { declarativeBase, integer } from "../../src/mapping/index.js";
import { listen, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { looksAtClock, parts, type Traced, traced } from "../traced.js";
import { Base, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("tracing of sessions");
const database = testDatabase(test);
/** Its table is not made. */
class Missing extends declarativeBase().mapped("missing", { id: integer().primaryKey() }) {}

let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  for (const table of ["loans", "members", "shelves"]) {
    await db.engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  db.sent();
  session = new Session(db.engine);
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

const counts = parts("text", "inserts", "updates", "deletes", "links", "statements", "outcome");

test("a flush says what it wrote, around its statements", async () => {
  const [old, gone] = [new Shelf({ code: "A", room: 1 }), new Shelf({ code: "B", room: 1 })];
  session.addAll([old, gone]);
  await session.commit();
  old.room = 2;
  session.delete(gone);
  session.addAll([new Shelf({ code: "C", room: 3 }), new Shelf({ code: "D", room: 3 })]);
  const seen = await traced(["transaction", "flush", "execute"], counts, () => session.commit());
  const insert = "INSERT INTO `shelves` (`code`, `room`) VALUES (?, ?), (?, ?)";
  const remove = "DELETE FROM `shelves` WHERE `code` IN (?)";
  const update = "UPDATE `shelves` SET `room` = ? WHERE `code` = ?";
  assert.equal(seen, [
    "flush:start 0 0 0 0 0",
    "transaction:start",
    "execute:start BEGIN",
    "execute:asyncEnd BEGIN",
    `execute:start ${update}`,
    `execute:asyncEnd ${update}`,
    `execute:start ${insert}`,
    `execute:asyncEnd ${insert}`,
    `execute:start ${remove}`,
    `execute:asyncEnd ${remove}`,
    "flush:asyncEnd 2 1 1 0 3",
    "execute:start COMMIT",
    "execute:asyncEnd COMMIT",
    "transaction:asyncEnd commit",
  ]);
});

test("what has nothing to write is not told: a flush, an autoflush, a commit", async () => {
  session.add(new Shelf({ code: "A", room: 1 }));
  await session.commit();
  const seen = await traced(["flush"], counts, async () => {
    await session.flush();
    await session.execute(sql`SELECT 1`);
    const member = await session.get(Member, 1);
    assert.is(member, null);
    await session.commit();
  });
  assert.equal(seen, []);
});

test("an autoflush is a flush; what its listeners add counts, and their time", async () => {
  const remove = listen(session, "beforeFlush", async () => {
    session.add(new Shelf({ code: "B", room: 1 }));
    await session.execute(sql`DO SLEEP(0.05)`);
  });
  session.add(new Shelf({ code: "A", room: 1 }));
  let event: Record<string, unknown> = {};
  const note = ({ message }: Traced) => {
    event = message;
    return "";
  };
  await traced(["flush"], note, () => session.execute(sql`SELECT 1`));
  remove();
  const { inserts, statements, milliseconds } = event;
  assert.equal([inserts, statements], [2, 1]);
  assert.ok((milliseconds as number) >= 50, String(milliseconds));
});

test("a flush that fails is told with its error, and its transaction as rolled back", async () => {
  session.add(new Shelf({ code: "A", room: 1 }));
  await session.commit();
  const other = new Session(db.engine);
  other.add(new Shelf({ code: "A", room: 2 }));
  const seen = await traced(["transaction", "flush"], counts, async () => {
    assert.is((await errorOf(() => other.commit())).code, "duplicate-key");
    await other.close();
  });
  assert.equal(seen, [
    "flush:start 0 0 0 0 0",
    "transaction:start",
    "flush:error 1 0 0 0 1 duplicate-key",
    "flush:asyncEnd 1 0 0 0 1 duplicate-key",
    "transaction:asyncEnd rollback",
  ]);
});

test("a savepoint is no transaction; close() rolls back what is open", async () => {
  const seen = await traced(["transaction", "flush"], counts, async () => {
    await session.beginNested(() => session.add(new Shelf({ code: "A", room: 1 })));
    await session.close();
  });
  assert.equal(seen, [
    "transaction:start",
    "flush:start 0 0 0 0 0",
    "flush:asyncEnd 1 0 0 0 1",
    "transaction:asyncEnd rollback",
  ]);
});

test("get and refresh are loads of one class; what is in memory is none", async () => {
  const stored = new Shelf({ code: "A", room: 1 });
  session.add(stored);
  await session.commit();
  session.expunge(stored);
  const text = "SELECT `code`, `room` FROM `shelves` WHERE `code` = ?";
  const noted: string[] = [];
  const seen = await traced(["load"], parts("entities", "rows", "text"), async () => {
    const shelf = (await session.get(Shelf, "A")) as Shelf;
    noted.push(String(await session.get(Shelf, "A").then((same) => same === shelf)));
    noted.push(String(await session.get(Shelf, "Z")));
    await session.refresh(shelf);
  });
  assert.equal(noted, ["true", "null"]);
  assert.equal(seen, [
    `load:start Shelf 0 ${text}`,
    `load:asyncEnd Shelf 1 ${text}`,
    `load:start Shelf 0 ${text}`,
    `load:asyncEnd Shelf 0 ${text}`,
    `load:start Shelf 0 ${text}`,
    `load:asyncEnd Shelf 1 ${text}`,
  ]);
});

test("a load that fails is told with its error", async () => {
  const seen = await traced(["load"], parts("entities", "rows"), async () => {
    assert.is((await errorOf(() => session.get(Missing, 1))).code, "unknown-table");
  });
  assert.equal(seen, [
    "load:start Missing 0",
    "load:error Missing 0 unknown-table",
    "load:asyncEnd Missing 0 unknown-table",
  ]);
});

test("with no listener a session makes no event: it never looks at the clock", async () => {
  const engine = createEngine(database.url);
  const quiet = new Session(engine);
  quiet.add(new Shelf({ code: "A", room: 1 }));
  await quiet.flush();
  const work = async () => {
    quiet.add(new Shelf({ code: "B", room: 1 }));
    await quiet.flush();
    assert.is(await quiet.get(Shelf, "Z"), null);
  };
  assert.is(await looksAtClock(work), 0);
  await quiet.close();
  await engine.dispose();
});

test.run();
