import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { declarativeBase, integer, varchar } from "../../src/mapping/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("states");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM members`);
  await db.engine.execute(sql`DELETE FROM shelves`);
  session = new Session(db.engine);
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

const stateOf = (object: object) => inspect(object).state;

async function persistentMember(name = "Ada"): Promise<Member> {
  const member = new Member({ name });
  session.add(member);
  await session.commit();
  return member;
}

test("transient, pending, persistent, deleted, detached", async () => {
  const ada = new Member({ name: "Ada" });
  assert.is(stateOf(ada), "transient");
  assert.is(inspect(ada).session, undefined);
  assert.is(inspect(ada).key, undefined);
  session.add(ada);
  assert.is(stateOf(ada), "pending");
  assert.is(inspect(ada).session, session);
  await session.flush();
  assert.is(stateOf(ada), "persistent");
  assert.equal(inspect(ada).key, [ada.id]);
  await session.commit();
  assert.is(stateOf(ada), "persistent");
  session.delete(ada);
  assert.is(stateOf(ada), "persistent");
  await session.flush();
  assert.is(stateOf(ada), "deleted");
  assert.is(inspect(ada).session, session);
  await session.commit();
  assert.is(stateOf(ada), "detached");
  assert.is(inspect(ada).session, undefined);
});

test("inspect shows changes and what is not loaded", async () => {
  const ada = await persistentMember();
  assert.equal(inspect(ada).unloaded, ["joinedAt", "loans"]);
  assert.equal(inspect(ada).changes, []);
  ada.name = "Ada L.";
  ada.email = "ada@example.org";
  assert.equal(inspect(ada).changes, [
    { property: "name", before: "Ada", after: "Ada L." },
    { property: "email", before: null, after: "ada@example.org" },
  ]);
  ada.name = "Ada";
  ada.email = null;
  assert.equal(inspect(ada).changes, []);
  assert.is((await errorOf(() => inspect({}))).code, "not-mapped");
});

test("expunge: a pending object is transient again, a persistent one is detached", async () => {
  const ada = await persistentMember();
  const grace = new Member({ name: "Grace" });
  session.add(grace);
  session.expunge(grace);
  assert.is(stateOf(grace), "transient");
  ada.name = "not written";
  session.expunge(ada);
  assert.is(stateOf(ada), "detached");
  assert.is(session.contains(ada), false);
  db.sent();
  await session.commit();
  assert.equal(db.sent(), []);
  assert.is((await errorOf(() => session.expunge(ada))).code, "not-persistent");
});

test("a detached object comes back with its changes", async () => {
  const ada = await persistentMember();
  await session.close();
  assert.is(stateOf(ada), "detached");
  ada.name = "Ada L.";
  session.add(ada);
  assert.is(stateOf(ada), "persistent");
  assert.equal(session.dirty, [ada]);
  assert.is(await session.get(Member, ada.id), ada);
  db.sent();
  await session.commit();
  assert.equal(db.sent(), ["BEGIN", "UPDATE `members` SET `name` = ? WHERE `id` = ?", "COMMIT"]);
});

test("a detached object can be deleted", async () => {
  const ada = await persistentMember();
  session.expunge(ada);
  session.delete(ada);
  assert.equal(session.deleted, [ada]);
  await session.commit();
  assert.is(stateOf(ada), "detached");
  assert.equal([...(await db.engine.execute(sql`SELECT id FROM members`))], []);
});

test("delete is taken back by add until it is flushed", async () => {
  const ada = await persistentMember();
  session.delete(ada);
  session.add(ada);
  assert.equal(session.deleted, []);
  session.delete(ada);
  await session.flush();
  const error = await errorOf(() => session.add(ada));
  assert.is(error.code, "object-deleted");
  assert.match(error.message, `Member ${ada.id}`);
});

test("delete of what has no row is an error", async () => {
  const ada = new Member({ name: "Ada" });
  assert.is((await errorOf(() => session.delete(ada))).code, "not-persistent");
  session.add(ada);
  const error = await errorOf(() => session.delete(ada));
  assert.is(error.code, "not-persistent");
  assert.match(error.message, "a new Member is pending");
  assert.is((await errorOf(() => session.delete({} as never))).code, "not-mapped");
});

test("an object is in one session only", async () => {
  const ada = await persistentMember();
  const other = new Session(db.engine);
  const error = await errorOf(() => other.add(ada));
  assert.is(error.code, "other-session");
  assert.match(error.message, `Member ${ada.id} is in another session`);
  assert.is((await errorOf(() => other.delete(ada))).code, "not-persistent");
  assert.is((await errorOf(() => other.refresh(ada))).code, "not-persistent");
  session.expunge(ada);
  other.add(ada);
  assert.is(inspect(ada).session, other);
  await other.close();
});

test("adding twice is adding once", async () => {
  const ada = new Member({ name: "Ada" });
  session.addAll([ada, ada]);
  session.add(ada);
  assert.equal(session.new, [ada]);
  await session.commit();
  session.add(ada);
  assert.equal(session.new, []);
});

test("a new object with the key of a persistent one is refused by the flush, which names both", async () => {
  const one = new Shelf({ code: "A1", room: 1 });
  session.add(one);
  await session.commit();
  session.add(new Shelf({ code: "A1", room: 2 }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "same-key");
  assert.match(
    error.message,
    "Shelf A1 (pending) cannot be in the session beside Shelf A1 (persistent).",
  );
  await session.rollback();
  assert.is(stateOf(one), "persistent");
});

test("two new objects with one key are refused by the flush", async () => {
  session.addAll([new Shelf({ code: "A1", room: 1 }), new Shelf({ code: "A1", room: 2 })]);
  const error = await errorOf(() => session.commit());
  assert.is(error.code, "same-key");
  assert.match(
    error.message,
    "Shelf A1 (pending) cannot be in the session beside Shelf A1 (pending)",
  );
  await session.rollback();
});

test("a detached object is refused where its row has another object", async () => {
  const ada = await persistentMember();
  session.expunge(ada);
  const same = await session.get(Member, ada.id);
  assert.is.not(same, ada);
  const error = await errorOf(() => session.add(ada));
  assert.is(error.code, "same-key");
  assert.is(stateOf(ada), "detached");
  assert.is(await session.get(Member, ada.id), same);
});

test("a key that was deleted and flushed can be used again", async () => {
  const one = new Shelf({ code: "A1", room: 1 });
  session.add(one);
  await session.commit();
  session.delete(one);
  await session.flush();
  const two = new Shelf({ code: "A1", room: 2 });
  session.add(two);
  await session.flush();
  assert.is(await session.get(Shelf, "A1"), two);
  await session.rollback();
  assert.is(await session.get(Shelf, "A1"), one);
  assert.is(stateOf(two), "transient");
});

test("objects of a class that was defined again are refused", async () => {
  const emit = process.emitWarning;
  process.emitWarning = () => {};
  try {
    const own = declarativeBase();
    const define = () =>
      class Room extends own.mapped("rooms", { id: integer().primaryKey(), name: varchar(9) }) {};
    const Old = define();
    const old = new Old({ name: "hall" });
    new (define())({ name: "hall" });
    const error = await errorOf(() => session.add(old));
    assert.is(error.code, "replaced-class");
    assert.match(error.message, "Class Room was defined again");
    assert.is((await errorOf(() => session.get(Old, 1))).code, "replaced-class");
  } finally {
    process.emitWarning = emit;
  }
});

test.run();
