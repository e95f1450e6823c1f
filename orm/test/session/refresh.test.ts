import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Loan, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("refresh");
const database = testDatabase(test);
let db: Recorded;
let session: Session;
let ada: Member;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM loans`);
  await db.engine.execute(sql`DELETE FROM members`);
  session = new Session(db.engine);
  ada = new Member({ name: "Ada", email: "ada@example.org" });
  session.add(ada);
  await session.commit();
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

test("refresh loads what the server made", async () => {
  const error = await errorOf(() => ada.joinedAt);
  assert.is(error.name, "UnloadedError");
  assert.match(error.message, "session.refresh");
  await session.refresh(ada);
  assert.equal(db.sent(), [
    "BEGIN",
    "SELECT `id`, `name`, `email`, `joined_at`, `seen_at`, `settings` FROM `members` WHERE `id` = ?",
  ]);
  assert.instance(ada.joinedAt, Date);
  assert.ok(Math.abs(ada.joinedAt.getTime() - Date.now()) < 60_000);
});

test("refresh discards changes that were not flushed, and flushes those of others", async () => {
  const grace = new Member({ name: "Grace" });
  session.add(grace);
  ada.name = "not written";
  await session.refresh(ada);
  assert.is(ada.name, "Ada");
  assert.equal(session.dirty, []);
  assert.is(inspect(grace).state, "persistent");
  assert.match(db.sent().join("; "), /^BEGIN; INSERT [^;]*; SELECT [^;]*$/);
});

test("refresh sees what somebody else wrote, in a transaction of its own", async () => {
  await db.engine.execute(sql`UPDATE members SET name = 'Countess'`);
  assert.is(ada.name, "Ada");
  await session.refresh(ada);
  assert.is(ada.name, "Countess");
});

test("refresh of a row that is gone is an error, and the object stays as it was", async () => {
  const seenAt = new Date("2026-01-01T00:00:00Z");
  ada.seenAt = seenAt;
  await session.commit();
  ada.seenAt.setUTCFullYear(1999);
  ada.name = "not written";
  await db.engine.execute(sql`DELETE FROM members`);
  const error = await errorOf(() => session.refresh(ada));
  assert.is(error.code, "row-gone");
  assert.is(error.name, "InvalidRequestError");
  assert.match(error.message, `Member ${ada.id}`);
  assert.is(ada.name, "Ada");
  assert.equal(ada.seenAt, seenAt);
});

test("refresh and expire are for persistent objects", async () => {
  for (const call of ["refresh", "expire"] as const) {
    assert.is(
      (await errorOf(() => session[call](new Member({ name: "x" })))).code,
      "not-persistent",
    );
  }
});

test("expire forgets all properties or some, with their changes", async () => {
  ada.name = "not written";
  ada.email = "new@example.org";
  session.expire(ada, "name");
  assert.is((await errorOf(() => ada.name)).code, "unloaded");
  assert.is(ada.email, "new@example.org");
  assert.equal(session.dirty, [ada]);
  session.expire(ada);
  assert.is((await errorOf(() => ada.email)).code, "unloaded");
  assert.type(ada.id, "number");
  assert.equal(session.dirty, []);
  await session.refresh(ada);
  assert.equal([ada.name, ada.email], ["Ada", "ada@example.org"]);
});

test("expire of a property that there is not says which is near", async () => {
  const error = await errorOf(() => session.expire(ada, "nam" as never));
  assert.is(error.code, "unknown-property");
  assert.match(error.message, "name");
});

test("a value that was expired can be set", async () => {
  session.expire(ada, "name");
  ada.name = "Countess";
  await session.commit();
  const [row] = await db.engine.execute(sql`SELECT name FROM members`);
  assert.is(row?.name, "Countess");
});

test("get of an object of which nothing is known loads it", async () => {
  session.expire(ada);
  assert.is(await session.get(Member, ada.id), ada);
  assert.is(ada.name, "Ada");
});

test("a Date that was handed out belongs to the object no more after refresh", async () => {
  ada.seenAt = new Date("2026-01-01T00:00:00Z");
  await session.flush();
  const seen = ada.seenAt;
  seen.setUTCFullYear(2030);
  await session.refresh(ada);
  assert.equal(ada.seenAt, new Date("2026-01-01T00:00:00Z"));
  seen.setUTCFullYear(2031);
  assert.equal(session.dirty, []);
});

test("a foreign key that moved makes the related object unknown", async () => {
  const grace = new Member({ name: "Grace" });
  session.add(grace);
  await session.flush();
  const loan = new Loan({ memberId: ada.id, copyId: 1, member: ada });
  session.add(loan);
  await session.commit();
  await session.refresh(loan);
  assert.is(loan.member, ada);
  await db.engine.execute(sql`UPDATE loans SET note = 'x'`);
  await session.commit();
  await session.refresh(loan);
  assert.is(loan.member, ada);
  assert.is(loan.note, "x");
});

test("rollback undoes refresh and expire", async () => {
  await session.execute(sql`UPDATE members SET name = 'Countess'`);
  await session.refresh(ada);
  assert.is(ada.name, "Countess");
  session.expire(ada, "email");
  await session.rollback();
  assert.equal([ada.name, ada.email], ["Ada", "ada@example.org"]);
});

test("what was loaded after a raw statement wrote is not believed after a rollback", async () => {
  const other = new Session(db.engine);
  await other.execute(sql`UPDATE members SET name = 'Countess'`);
  const same = (await other.get(Member, ada.id)) as Member;
  assert.is(same.name, "Countess");
  await other.rollback();
  assert.is((await errorOf(() => same.name)).code, "unloaded");
  assert.is(await other.get(Member, ada.id), same);
  assert.is(same.name, "Ada");
  await other.close();
  assert.is(await session.get(Shelf, "none"), null);
});

test.run();
