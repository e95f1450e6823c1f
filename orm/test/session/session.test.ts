import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { Session, sessionmaker } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Loan, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("session");
const database = testDatabase(test);
let db: Recorded;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM loans`);
  await db.engine.execute(sql`DELETE FROM members`);
  await db.engine.execute(sql`DELETE FROM shelves`);
  db.sent();
});
test.after.each(() => {
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0, "every connection was given back");
});
test.after(() => db.engine.dispose());

const selectMember =
  "SELECT `id`, `name`, `email`, `joined_at`, `seen_at`, `settings` FROM `members` WHERE `id` = ?";

test("a new object is inserted by commit and has its key", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada" });
  session.add(ada);
  assert.equal(session.new, [ada]);
  assert.is(session.inTransaction, false);
  assert.equal(db.sent(), []);
  await session.commit();
  assert.equal(db.sent(), [
    "BEGIN",
    "INSERT INTO `members` (`name`, `email`, `seen_at`, `settings`) VALUES (?, ?, ?, ?)",
    "COMMIT",
  ]);
  assert.type(ada.id, "number");
  assert.equal(session.new, []);
  assert.is(session.inTransaction, false);
  const [rows] = await database.admin.query(`SELECT id, name FROM ${database.name}.members`);
  assert.equal(rows, [{ id: ada.id, name: "Ada" }]);
});

test("get finds an object in the identity map, or by one SELECT", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada" });
  session.add(ada);
  await session.commit();
  db.sent();
  assert.is(await session.get(Member, ada.id), ada);
  assert.equal(db.sent(), []);

  const other = new Session(db.engine);
  const same = await other.get(Member, ada.id);
  assert.equal(db.sent(), ["BEGIN", selectMember]);
  assert.is.not(same, ada);
  assert.instance(same, Member);
  assert.is(same?.name, "Ada");
  assert.is(same?.initial, "A");
  assert.is(await other.get(Member, ada.id), same);
  assert.equal(db.sent(), []);
  await other.commit();
  assert.equal(db.sent(), ["COMMIT"]);
});

test("get gives null for a row that is not there", async () => {
  const session = new Session(db.engine);
  assert.is(await session.get(Member, 99), null);
  assert.is(await session.get(Member, 0), null);
  assert.is(await session.get(Shelf, "A1"), null);
  await session.close();
});

test("a key of several columns is an array or a record", async () => {
  const session = new Session(db.engine);
  session.add(new Member({ id: 1, name: "Ada" }));
  session.add(new Loan({ memberId: 1, copyId: 2 }));
  await session.commit();
  await session.close();
  db.sent();
  const loan = await session.get(Loan, [1, 2]);
  assert.equal(db.sent(), [
    "BEGIN",
    "SELECT `member_id`, `copy_id`, `note` FROM `loans` WHERE `member_id` = ? AND `copy_id` = ?",
  ]);
  assert.is(loan?.note, "none");
  assert.is(await session.get(Loan, { copyId: 2, memberId: 1 }), loan);
  assert.is(await session.get(Loan, [2, 1]), null);
  await session.close();
});

test("a key of the wrong shape is an error that says the right one", async () => {
  const session = new Session(db.engine);
  for (const key of [[1], [1, 2, 3], 1, { memberId: 1 }, { memberId: 1, copy: 2 }, [1, null]]) {
    const error = await errorOf(() => session.get(Loan, key as never));
    assert.is(error.code, "key-shape", JSON.stringify(key));
    assert.match(error.message, "get(Loan, [memberId, copyId])");
  }
  for (const key of [undefined, null, [1, 2], { id: undefined }, { name: "Ada" }, {}]) {
    assert.is((await errorOf(() => session.get(Member, key as never))).code, "key-shape");
  }
  const error = await errorOf(() => session.get(Member, "7" as never));
  assert.is(error.code, "column-value");
  assert.match(error.message, "Member.id");
  assert.is((await errorOf(() => session.get(Date as never, 1))).code, "not-mapped");
  assert.equal(db.sent(), []);
});

test("a changed object is updated, only in what changed", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada", email: "ada@example.org" });
  session.add(ada);
  await session.commit();
  db.sent();
  ada.name = "Ada L.";
  assert.equal(session.dirty, [ada]);
  await session.flush();
  assert.equal(session.dirty, []);
  assert.equal(db.sent(), ["BEGIN", "UPDATE `members` SET `name` = ? WHERE `id` = ?"]);
  await session.flush();
  assert.equal(db.sent(), []);
  ada.name = "Ada";
  ada.name = "Ada L.";
  assert.equal(session.dirty, []);
  await session.commit();
  assert.equal(db.sent(), ["COMMIT"]);
});

test("a commit with nothing to do sends nothing", async () => {
  const session = new Session(db.engine);
  await session.commit();
  await session.rollback();
  await session.close();
  assert.equal(db.sent(), []);
});

test("a Date that is edited in place is written, in this transaction and in the next", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada", seenAt: new Date("2026-01-01T00:00:00Z") });
  session.add(ada);
  await session.commit();
  const seen = ada.seenAt as Date;
  assert.equal(session.dirty, []);
  seen.setUTCFullYear(2027);
  assert.equal(session.dirty, [ada]);
  await session.commit();
  db.sent();
  seen.setUTCFullYear(2028);
  await session.commit();
  assert.equal(db.sent(), ["BEGIN", "UPDATE `members` SET `seen_at` = ? WHERE `id` = ?", "COMMIT"]);
  const [row] = await db.engine.execute(sql`SELECT seen_at FROM members`);
  assert.equal(row?.seen_at, new Date("2028-01-01T00:00:00Z"));
});

test("delete deletes at the flush; the object is gone", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada" });
  session.add(ada);
  await session.commit();
  const { id } = ada;
  session.delete(ada);
  session.delete(ada);
  assert.equal(session.deleted, [ada]);
  db.sent();
  await session.commit();
  assert.equal(db.sent(), ["BEGIN", "DELETE FROM `members` WHERE `id` IN (?)", "COMMIT"]);
  assert.equal(session.deleted, []);
  assert.is(session.contains(ada), false);
  assert.is(await session.get(Member, id), null);
  await session.close();
});

test("execute of raw SQL runs in the session's transaction, after a flush", async () => {
  const session = new Session(db.engine);
  session.add(new Shelf({ code: "A1", room: 3 }));
  const rows = await session.execute(sql<{ room: number }>`SELECT room FROM shelves`);
  assert.equal([...rows], [{ room: 3 }]);
  const done = await session.execute(sql`UPDATE shelves SET room = 4`);
  assert.is(done.rowCount, 1);
  assert.is(session.inTransaction, true);
  await session.rollback();
  assert.equal(db.sent(), [
    "BEGIN",
    "INSERT INTO `shelves` (`code`, `room`) VALUES (?, ?)",
    "SELECT room FROM shelves",
    "UPDATE shelves SET room = 4",
    "ROLLBACK",
  ]);
  assert.is((await errorOf(() => session.execute("SELECT 1" as never))).code, "not-a-statement");
});

test("with autoflush: false a statement sees what was flushed only", async () => {
  const session = new Session(db.engine, { autoflush: false });
  session.add(new Shelf({ code: "A1", room: 3 }));
  assert.equal([...(await session.execute(sql`SELECT room FROM shelves`))], []);
  assert.is(await session.get(Shelf, "A1"), null);
  await session.flush();
  assert.is((await session.get(Shelf, "A1"))?.room, 3);
  await session.close();
});

test("expireOnCommit forgets all but the key; get loads the object again", async () => {
  const session = new Session(db.engine, { expireOnCommit: true });
  const ada = new Member({ name: "Ada" });
  session.add(ada);
  await session.commit();
  const { id } = ada;
  const error = await errorOf(() => ada.name);
  assert.is(error.name, "UnloadedError");
  db.sent();
  assert.is(await session.get(Member, id), ada);
  assert.equal(db.sent(), ["BEGIN", selectMember]);
  assert.is(ada.name, "Ada");
  await session.commit();
  await db.engine.execute(sql`DELETE FROM members`);
  assert.is(await session.get(Member, id), null);
  await session.close();
});

test("options that are misspelt are refused", async () => {
  const error = await errorOf(() => new Session(db.engine, { autoFlush: false } as never));
  assert.is(error.code, "unknown-option");
  assert.match(error.message, "autoflush");
});

test("close lets all objects go and gives the connection back", async () => {
  const session = new Session(db.engine);
  const ada = new Member({ name: "Ada" });
  session.add(ada);
  await session.commit();
  const grace = new Member({ name: "Grace" });
  session.add(grace);
  await session.flush();
  assert.is(session.inTransaction, true);
  await session.close();
  assert.is(session.inTransaction, false);
  assert.is(session.contains(ada), false);
  assert.equal([...(await db.engine.execute(sql`SELECT name FROM members`))], [{ name: "Ada" }]);
  // A closed session can be used again.
  assert.is.not(await session.get(Member, ada.id), ada);
  await session.close();
});

test("a session ends with its `await using` block", async () => {
  const session = new Session(db.engine);
  await session.execute(sql`SELECT 1`);
  const dispose = (session as unknown as Record<symbol, () => Promise<void>>)[Symbol.asyncDispose];
  await dispose?.();
  assert.is(session.inTransaction, false);
});

test("two sessions change different objects at the same time", async () => {
  const names = ["Ada", "Grace", "Edsger", "Barbara"];
  const keys = await Promise.all(
    names.map(async (name) => {
      const session = new Session(db.engine);
      const member = new Member({ name });
      session.add(member);
      await session.flush();
      member.name = `${name}!`;
      await session.commit();
      return member.id;
    }),
  );
  assert.is(new Set(keys).size, 4);
  const rows = await db.engine.execute(sql`SELECT name FROM members ORDER BY name`);
  assert.equal(
    rows.map(({ name }) => name),
    ["Ada!", "Barbara!", "Edsger!", "Grace!"],
  );
});

test("the stack of an error shows the line of the program that asked", async () => {
  const session = new Session(db.engine);
  session.addAll([
    new Member({ name: "Ada", email: "a@example.org" }),
    new Member({ name: "Eve", email: "a@example.org" }),
  ]);
  async function program() {
    await session.commit();
  }
  const { stack } = await errorOf(program);
  await session.close();
  assert.match(String(stack), /at async program .*session\.test\.ts/);
});

test("what is no engine, and what is no array, is refused without its text", async () => {
  for (const wrong of [undefined, null, "mysql://root:secret@localhost/x", {}]) {
    const error = await errorOf(() => new Session(wrong as never));
    assert.is(error.code, "not-an-engine");
    assert.not.match(error.message, "secret");
    assert.is((await errorOf(() => sessionmaker(wrong as never))).code, "not-an-engine");
  }
  const session = new Session(db.engine);
  for (const wrong of [undefined, new Member({ name: "Ada" })]) {
    assert.is((await errorOf(() => session.addAll(wrong as never))).code, "not-an-array");
  }
  assert.is((await errorOf(() => session.add(undefined as never))).code, "not-mapped");
  assert.is((await errorOf(() => session.get(undefined as never, 1))).code, "not-mapped");
});

test.run();
