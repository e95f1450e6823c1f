import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import {
  bigint,
  binary,
  datetime,
  declarativeBase,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { findIdentity, identityKey } from "../../src/session/identity-map.js";
import { inspect, type Loader, Session } from "../../src/session/index.js";
import { newLoader } from "../../src/session/load.js";
import { testDatabase } from "../support.js";
import { Base, Loan, Member, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("identity-map");
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
test.after(() => db.engine.dispose());

test("a key is made of the columns of the key alone, and of all of them", () => {
  const [member, loan] = [mapperOf(Member), mapperOf(Loan)];
  assert.is(identityKey(member, [7, "Ada"]), identityKey(member, [7, "Grace"]));
  assert.is.not(identityKey(member, [7, "Ada"]), identityKey(member, [8, "Ada"]));
  assert.is.not(identityKey(mapperOf(Shelf), ["A1", 3]), identityKey(mapperOf(Shelf), ["A2", 3]));
  assert.is(identityKey(loan, [1, 2, "none"]), identityKey(loan, [1, 2, "torn"]));
  for (const other of [12, 1, 2]) {
    assert.is.not(identityKey(loan, [1, 2, "none"]), identityKey(loan, [other, other, "none"]));
  }
  assert.is.not(identityKey(loan, [1, 2, "none"]), identityKey(loan, [2, 1, "none"]));
  assert.is(identityKey(member, [undefined, "Ada"]), undefined);
  assert.is(identityKey(loan, [1, undefined, "none"]), undefined);
});

test("keys of every type find their object", async () => {
  const Own = declarativeBase();
  class Big extends Own.mapped("bigs", { id: bigint().primaryKey(), note: varchar(9) }) {}
  class Day extends Own.mapped("days", { at: datetime().primaryKey(), note: varchar(9) }) {}
  class Hash extends Own.mapped("hashes", { sum: binary(4).primaryKey(), note: varchar(9) }) {}
  class Guid extends Own.mapped("guids", { id: uuid().primaryKey(), note: varchar(9) }) {}
  class Pair extends Own.mapped("pairs", {
    a: varchar(20).primaryKey(),
    b: binary(4).primaryKey(),
    note: varchar(9),
  }) {}
  await Own.metadata.createAll(db.engine);
  const at = new Date("2026-02-03T04:05:06.789Z");
  const id = "0190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b";
  const session = new Session(db.engine);
  const made = [
    new Big({ id: 9007199254740993n, note: "x" }),
    new Day({ at, note: "x" }),
    new Hash({ sum: Uint8Array.of(1, 2, 0, 255), note: "x" }),
    new Guid({ id, note: "x" }),
    new Pair({ a: '1","2', b: Uint8Array.of(7), note: "x" }),
  ];
  session.addAll(made);
  await session.commit();
  for (const fresh of [false, true]) {
    if (fresh) await session.close();
    db.sent();
    const found = [
      await session.get(Big, 9007199254740993n),
      await session.get(Day, new Date(at)),
      await session.get(Hash, Uint8Array.of(1, 2, 0, 255)),
      await session.get(Guid, id.toUpperCase()),
      await session.get(Pair, ['1","2', Uint8Array.of(7)]),
    ];
    assert.equal(
      found.map((object, index) => object === made[index]),
      found.map(() => !fresh),
    );
    assert.equal(
      found.map((object) => object?.note),
      ["x", "x", "x", "x", "x"],
    );
    assert.is(db.sent().length, fresh ? 6 : 0);
  }
  assert.is(await session.get(Pair, ['1"', Uint8Array.of(7)]), null);
  await session.close();
});

test("a loaded row is the object that is there, and what it knows stays", async () => {
  const session = new Session(db.engine);
  const mapper = mapperOf(Shelf);
  const loader: Loader = newLoader(session.state);
  const row = ["A1", 3];
  const shelf = loader.load(mapper, row) as Shelf;
  assert.is(instanceOf(shelf).values, row);
  assert.is(inspect(shelf).state, "persistent");
  shelf.room = 4;
  assert.is(loader.load(mapper, ["A1", 5]), shelf);
  assert.is(shelf.room, 4);
  session.expire(shelf, "room");
  assert.is(loader.load(mapper, ["A1", 5]), shelf);
  assert.is(shelf.room, 5);
  assert.equal(session.dirty, []);
  assert.is(findIdentity(session.state.identities, mapper, ["A1"]), instanceOf(shelf));
  await session.close();
});

/** A Set that counts how often its elements are visited. */
class CountedSet<T> extends Set<T> {
  visits = 0;
  override *[Symbol.iterator](): SetIterator<T> {
    for (const item of super[Symbol.iterator]()) {
      this.visits += 1;
      yield item;
    }
  }
}

test("a flush of 1 changed object among 100,000 does the work of one", async () => {
  const session = new Session(db.engine);
  const mapper = mapperOf(Member);
  const first = new Member({ id: 1, name: "Ada" });
  session.add(first);
  await session.commit();
  const loader = newLoader(session.state);
  let reads = 0;
  // Every look at the hidden state of an object is counted, for all but the one that changes.
  for (let id = 2; id <= 100_000; id += 1) {
    const instance = instanceOf(loader.load(mapper, [id, "name", null, new Date(0), null, null]));
    for (const field of ["values", "before", "handedOut", "state"] as const) {
      let value: unknown = instance[field];
      Object.defineProperty(instance, field, {
        get: () => {
          reads += 1;
          return value;
        },
        set: (next) => {
          value = next;
        },
        configurable: true,
      });
    }
  }
  const touched = new CountedSet<never>();
  Object.assign(session.state, { touched });
  assert.is(await session.get(Member, 99_999).then((member) => member?.id), 99_999);
  reads = 0;
  const visitsOf = async (work: () => Promise<unknown>) => {
    touched.visits = 0;
    await work();
    return touched.visits;
  };
  first.name = "Ada L.";
  db.sent();
  const visits = await visitsOf(() => session.commit());
  assert.equal(db.sent(), ["BEGIN", "UPDATE `members` SET `name` = ? WHERE `id` = ?", "COMMIT"]);
  assert.is(reads, 0, "no other object was looked at");
  assert.ok(visits <= 5, `one object was visited ${visits} times`);
  assert.is(await visitsOf(() => session.flush()), 0);
  first.name = "Ada";
  assert.ok((await visitsOf(() => session.rollback())) <= 1);
  assert.is(first.name, "Ada L.");
  assert.is(reads, 0);
});

test.run();
