import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { inspect, Session, sessionmaker } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Member, type Recorded, recorded } from "./library.js";

const test = suite("sessionmaker");
const database = testDatabase(test);
let db: Recorded;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM members`);
  db.sent();
});
test.after.each(() => {
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

test("makes sessions with its engine and options, with new and without", async () => {
  const SessionLocal = sessionmaker(db.engine, { autoflush: false });
  for (const session of [new SessionLocal(), SessionLocal()]) {
    assert.instance(session, Session);
    session.add(new Member({ name: "Ada" }));
    assert.equal([...(await session.execute(sql`SELECT id FROM members`))], []);
    await session.close();
  }
});

test("begin commits, closes, and gives what the work gave", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const ada = await SessionLocal.begin(async (session) => {
    const member = new Member({ name: "Ada" });
    session.add(member);
    return member;
  });
  assert.is(inspect(ada).state, "detached");
  assert.is(ada.name, "Ada");
  assert.is(db.sent().at(-1), "COMMIT");
});

test("begin rolls back and closes when the work throws", async () => {
  const SessionLocal = sessionmaker(db.engine);
  const ada = new Member({ name: "Ada" });
  const mine = new Error("mine");
  const error = await errorOf(() =>
    SessionLocal.begin(async (session) => {
      session.add(ada);
      await session.flush();
      throw mine;
    }),
  );
  assert.is(error, mine);
  assert.is(inspect(ada).state, "transient");
  assert.is(ada.id, undefined);
  assert.is(db.sent().at(-1), "ROLLBACK");
});

test.run();
