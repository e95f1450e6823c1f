import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, Loan, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("merge");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`DELETE FROM loans`);
  await db.engine.execute(sql`DELETE FROM members`);
  await db.engine.execute(
    sql`INSERT INTO members (id, name, email) VALUES (1, 'Ada', 'ada@example.org')`,
  );
  session = new Session(db.engine);
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

const selectMember =
  "SELECT `id`, `name`, `email`, `joined_at`, `seen_at`, `settings` FROM `members` WHERE `id` = ?";

test("values go onto the row's object, which is loaded; the given one stays outside", async () => {
  const given = new Member({ id: 1, name: "Countess", email: "ada@example.org" });
  const merged = await session.merge(given);
  assert.equal(db.sent(), ["BEGIN", selectMember]);
  assert.is.not(merged, given);
  assert.is(inspect(given).state, "transient");
  assert.is(inspect(merged).state, "persistent");
  assert.equal(
    inspect(merged).changes.map(({ property }) => property),
    ["name"],
  );
  // The server made it, so the given object does not know it, and the loaded value stays.
  assert.instance(merged.joinedAt, Date);
  await session.commit();
  assert.equal(db.sent(), ["UPDATE `members` SET `name` = ? WHERE `id` = ?", "COMMIT"]);
});

test("an object of the identity map is taken without SQL", async () => {
  const ada = (await session.get(Member, 1)) as Member;
  db.sent();
  assert.is(await session.merge(new Member({ id: 1, name: "Countess" })), ada);
  assert.equal(db.sent(), []);
  assert.is(ada.name, "Countess");
  assert.is(await session.merge(ada), ada);
});

test("a detached object of another session is copied", async () => {
  const other = new Session(db.engine);
  const theirs = (await other.get(Member, 1)) as Member;
  theirs.name = "Countess";
  const mine = await session.merge(theirs);
  assert.is(mine.name, "Countess");
  assert.is(inspect(theirs).session, other);
  await other.close();
  await session.commit();
  assert.is(await session.merge(theirs), mine);
});

test("without a row, or without a key, it is a new object", async () => {
  const [two, none] = [
    await session.merge(new Member({ id: 2, name: "Grace" })),
    await session.merge(new Member({ name: "Edsger" })),
  ];
  assert.is(inspect(none).state, "pending");
  await session.commit();
  assert.is(two.id, 2);
  const rows = await db.engine.execute(sql`SELECT name FROM members ORDER BY id`);
  assert.equal(
    rows.map(({ name }) => name),
    ["Ada", "Grace", "Edsger"],
  );
});

test("a Date is copied", async () => {
  const seenAt = new Date("2026-01-01T00:00:00Z");
  const given = new Member({ id: 1, name: "Ada", seenAt });
  const merged = await session.merge(given);
  (given.seenAt as Date).setUTCFullYear(1999);
  assert.equal(merged.seenAt, seenAt);
});

test("what is related is merged too, round and round", async () => {
  const given = new Member({ id: 1, name: "Ada" });
  const loan = new Loan({ memberId: 1, copyId: 5, note: "new", member: given });
  const merged = await session.merge(loan);
  assert.is(merged.member, await session.get(Member, 1));
  assert.is(inspect(merged).state, "pending");
  await session.commit();
  const again = new Loan({ memberId: 1, copyId: 5, note: "newer" });
  const member = await session.merge(new Member({ id: 1, name: "Ada", loans: [again] }));
  assert.is(member, merged.member);
  assert.is(merged.note, "newer");
});

test("an object that was expired is merged onto what the database has", async () => {
  const ada = (await session.get(Member, 1)) as Member;
  session.expunge(ada);
  session.expire((await session.get(Member, 1)) as Member);
  const merged = await session.merge(ada);
  assert.is(merged.name, "Ada");
});

test("rollback undoes a merge", async () => {
  const ada = (await session.get(Member, 1)) as Member;
  const made = await session.merge(new Member({ id: 2, name: "Grace" }));
  await session.merge(new Member({ id: 1, name: "Countess" }));
  await session.rollback();
  assert.is(ada.name, "Ada");
  assert.is(inspect(made).state, "transient");
  assert.is((await errorOf(() => session.merge({} as never))).code, "not-mapped");
  assert.is(await session.get(Shelf, "none"), null);
});

test.run();
