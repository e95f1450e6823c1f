import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { datetime, declarativeBase, integer, varchar } from "../../src/mapping/index.js";
import { inspect, Session } from "../../src/session/index.js";
import { errorOf, runs, testDatabase } from "../support.js";
import { Base as Library, Loan, Member } from "./library.js";

const Base = declarativeBase();
class Item extends Base.mapped("items", {
  id: integer().primaryKey(),
  name: varchar(20),
  at: datetime().nullable(),
  code: varchar(20).nullable().unique(),
}) {}

const test = suite("rollback");
const database = testDatabase(test);
let engine: Engine;
const opened: Session[] = [];

/** A session that is closed after the test, also when it fails. */
function openSession(): Session {
  const session = new Session(engine);
  opened.push(session);
  return session;
}

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  await engine.execute(sql`DELETE FROM items`);
});
test.after.each(async () => {
  for (const session of opened.splice(0)) await session.close();
  assert.is(engine.pool.open - engine.pool.idle, 0);
});
test.after(() => engine.dispose());

test("rollback makes a new object transient again, without its key, with the values at add", async () => {
  const session = openSession();
  const item = new Item({ name: "a" });
  session.add(item);
  item.name = "b";
  await session.flush();
  assert.type(item.id, "number");
  await session.rollback();
  assert.is(inspect(item).state, "transient");
  assert.is(item.id, undefined);
  assert.is(item.name, "a");
  assert.equal(session.new, []);
  session.add(item);
  await session.commit();
  assert.type(item.id, "number");
});

test("rollback brings back values, edits in place and deleted objects", async () => {
  const session = openSession();
  const noon = new Date("2026-01-01T12:00:00Z");
  const [one, two] = [new Item({ name: "one", at: noon }), new Item({ name: "two" })];
  session.addAll([one, two]);
  await session.commit();
  const { id } = two;
  one.name = "changed";
  (one.at as Date).setUTCFullYear(1999);
  session.delete(two);
  await session.flush();
  assert.is(inspect(two).state, "deleted");
  await session.rollback();
  assert.equal([one.name, one.at], ["one", noon]);
  assert.is(inspect(two).state, "persistent");
  assert.is(await session.get(Item, id), two);
  assert.equal(session.dirty, []);
});

test("a Date read in an earlier transaction and edited in this one comes back", async () => {
  const session = openSession();
  const noon = new Date("2026-01-01T12:00:00Z");
  const item = new Item({ name: "one", at: noon });
  session.add(item);
  await session.commit();
  const held = item.at as Date;
  await session.commit();
  held.setUTCFullYear(1999);
  await session.flush();
  await session.rollback();
  assert.equal(item.at, noon);
  const again = item.at as Date;
  await session
    .beginNested(async () => {
      again.setUTCFullYear(1998);
      await session.flush();
      throw new Error("undo");
    })
    .catch(() => {});
  assert.equal(item.at, noon);
});

test("a new object whose Date was read keeps what it was at add", async () => {
  const [edited, replaced, emptied] = ["edited", "replaced", "emptied"].map(
    (name) => new Item({ name, at: new Date("2026-03-01T12:00:00Z") }),
  ) as [Item, Item, Item];
  edited.at?.setUTCDate(9);
  replaced.at?.setUTCDate(9);
  replaced.at = new Date("2026-03-20T12:00:00Z");
  emptied.at?.setUTCDate(9);
  emptied.at = null;
  const session = openSession();
  session.addAll([edited, replaced, emptied]);
  for (const item of [edited, replaced, emptied]) {
    item.at?.setUTCFullYear(1999);
    item.at = new Date("2000-01-01T12:00:00Z");
  }
  await session.flush();
  await session.rollback();
  const times = [new Date("2026-03-09T12:00:00Z"), new Date("2026-03-20T12:00:00Z"), null];
  assert.equal([edited.at, replaced.at, emptied.at], times);
  session.addAll([edited, replaced, emptied]);
  await session.commit();
  const saved = await engine.execute(sql<{ at: Date | null }>`SELECT at FROM items ORDER BY id`);
  assert.equal(
    saved.map(({ at }) => at),
    times,
  );
});

test("a detached object keeps what a setter gave it, and not what was edited in place", async () => {
  const first = openSession();
  const noon = new Date("2026-03-01T12:00:00Z");
  const [edited, replaced] = [new Item({ name: "a", at: noon }), new Item({ name: "b", at: noon })];
  first.addAll([edited, replaced]);
  await first.commit();
  await first.close();
  edited.at?.setUTCDate(9);
  replaced.at?.setUTCDate(9);
  replaced.at = new Date("2026-03-20T12:00:00Z");
  replaced.at.setUTCDate(21);
  const session = openSession();
  session.addAll([edited, replaced]);
  await session.flush();
  await session.rollback();
  assert.equal(edited.at, noon);
  assert.equal(replaced.at, new Date("2026-03-21T12:00:00Z"));
  // What the row has is known again, so a change is found again.
  session.addAll([edited, replaced]);
  assert.equal(session.dirty, [replaced]);
});

test("an object that went to another session meanwhile is left alone", async () => {
  const [session, other] = [openSession(), openSession()];
  const item = new Item({ name: "one" });
  session.add(item);
  await session.commit();
  item.name = "two";
  session.expunge(item);
  other.add(item);
  await session.rollback();
  assert.is(inspect(item).session, other);
  assert.is(item.name, "two");
  await other.commit();
});

test("rollback brings an object back that was expunged", async () => {
  const session = openSession();
  const item = new Item({ name: "one" });
  session.add(item);
  await session.flush();
  session.expunge(item);
  await session.rollback();
  assert.is(inspect(item).state, "transient");
  assert.is(item.id, undefined);
});

test("rollback brings back what a collection held, and the collection stays the same one", async () => {
  await Library.metadata.createAll(engine);
  const session = openSession();
  const ada = new Member({ name: "Ada", loans: [] });
  session.add(ada);
  await session.commit();
  const { loans } = ada;
  loans.push(new Loan({ memberId: ada.id, copyId: 1 }));
  assert.equal(
    inspect(ada).changes.map(({ property }) => property),
    ["loans"],
  );
  await session.rollback();
  assert.is(ada.loans, loans);
  assert.is(loans.length, 0);
  assert.equal(inspect(ada).changes, []);
  loans.push(new Loan({ memberId: ada.id, copyId: 1 }));
  await session.refresh(ada);
  assert.is(ada.loans, loans);
  assert.is(loans.length, 0);
  assert.equal(session.dirty, []);
});

/** What the program knows of one object, without ormlet. */
interface Slot {
  readonly object: Item;
  name: string;
  at: number | null;
  /** What the last flush wrote. */
  stored: { name: string; at: number | null };
  status: "pending" | "persistent" | "removed" | "deleted" | "gone";
  /** A Date that the object handed out and that is still its own. */
  held?: Date | undefined;
}

type Step =
  | { do: "add"; name: string; at: number | null }
  | { do: "name" | "at" | "edit" | "hold" | "editHeld"; on: number; name: string; at: number }
  | { do: "delete" | "keep" | "refresh" | "get"; on: number }
  | { do: "flush" | "check" | "commit" | "rollback" }
  | { do: "nested"; steps: Step[]; end: "return" | "throw" | "clash" };

const name = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 2 });
const time = fc.integer({ min: 0, max: 4_000_000_000 });
const on = fc.nat({ max: 9 });
const { step: anyStep } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  steps: fc.array(tie("step"), { maxLength: 8 }),
  step: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "flush" }, { do: "check" }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("add" as const), name, at: fc.option(time) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constantFrom("name", "at", "edit", "hold", "editHeld"),
        on,
        name,
        at: time,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constantFrom("delete", "keep", "refresh", "get"), on }),
    },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ do: "commit" }, { do: "rollback" }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("nested" as const),
        steps: tie("steps"),
        end: fc.constantFrom("return", "throw", "clash"),
      }),
    },
  ) as fc.Arbitrary<Step>,
}));

/** A session and the model of it, which take the same steps. */
class Twin {
  slots: Slot[] = [];
  private committed: Slot[] = [];
  constructor(readonly session: Session) {}

  copy(): Slot[] {
    return this.slots.map((slot) => ({ ...slot, stored: { ...slot.stored } }));
  }

  /** What a flush does to the model. */
  flushed(): void {
    for (const slot of this.slots) {
      if (slot.status === "pending") slot.status = "persistent";
      if (slot.status === "removed") slot.status = "deleted";
      slot.stored = { name: slot.name, at: slot.at };
    }
  }

  restore(slots: Slot[]): void {
    const kept = new Set(slots.map(({ object }) => object));
    for (const { object } of this.slots) {
      if (kept.has(object)) continue;
      assert.is(inspect(object).state, "transient");
      assert.is(object.id, undefined);
    }
    this.slots = slots;
    for (const slot of slots) slot.held = undefined;
  }

  checkObjects(): void {
    const states = { removed: "persistent", gone: "detached" } as Record<string, string>;
    for (const { object, status, name: expected, at } of this.slots) {
      assert.is(inspect(object).state, states[status] ?? status);
      assert.is(object.name, expected);
      assert.is(object.at?.getTime() ?? null, at);
    }
    const objectsOf = (status: string) =>
      this.slots.filter((slot) => slot.status === status).map(({ object }) => object);
    assert.equal(this.session.new.length, objectsOf("pending").length);
    assert.equal(new Set(this.session.deleted), new Set(objectsOf("removed")));
  }

  checkRows(rows: readonly { name: string; at: Date | null }[]): void {
    const show = (row: string, at: number | null) => `${row} ${at}`;
    const stored = this.slots.filter(
      ({ status }) => status === "persistent" || status === "removed",
    );
    assert.equal(
      rows.map((row) => show(row.name, row.at?.getTime() ?? null)).sort(),
      stored.map((slot) => show(slot.stored.name, slot.stored.at)).sort(),
    );
  }

  async run(steps: readonly Step[], nested = false): Promise<void> {
    for (const step of steps) await this.take(step, nested);
  }

  private async take(step: Step, nested: boolean): Promise<void> {
    const { session } = this;
    const select = sql<{ name: string; at: Date | null }>`SELECT name, at FROM items`;
    switch (step.do) {
      case "add": {
        const at = step.at;
        const object = new Item({ name: step.name, at: at === null ? null : new Date(at) });
        session.add(object);
        const values = { name: step.name, at };
        this.slots.push({ object, ...values, stored: { ...values }, status: "pending" });
        return;
      }
      case "flush":
        await session.flush();
        return this.flushed();
      case "check": {
        this.checkObjects();
        const rows = await session.execute(select);
        this.flushed();
        return this.checkRows(rows);
      }
      case "commit":
        if (nested) return;
        await session.commit();
        this.flushed();
        for (const slot of this.slots) if (slot.status === "deleted") slot.status = "gone";
        this.committed = this.copy();
        this.checkObjects();
        return this.checkRows(await engine.execute(select));
      case "rollback":
        if (nested) return;
        await session.rollback();
        this.restore(this.committed);
        this.committed = this.copy();
        this.checkObjects();
        return this.checkRows(await engine.execute(select));
      case "nested":
        return this.nest(step.steps, step.end);
      default:
        return this.change(step);
    }
  }

  private async nest(steps: readonly Step[], end: "return" | "throw" | "clash"): Promise<void> {
    const { session } = this;
    let before: Slot[] = [];
    const work = async () => {
      this.flushed();
      before = this.copy();
      await this.run(steps, true);
      if (end === "throw") throw new Error("thrown");
      if (end === "clash") {
        session.addAll([
          new Item({ name: "x", code: "same" }),
          new Item({ name: "y", code: "same" }),
        ]);
      }
    };
    if (end === "return") {
      await session.beginNested(work);
      return this.flushed();
    }
    const error = await errorOf(() => session.beginNested(work));
    assert.match(error.message, end === "throw" ? /^thrown$/ : /Duplicate entry/);
    this.restore(before);
    this.checkObjects();
  }

  private async change(step: Extract<Step, { on: number }>): Promise<void> {
    const slot = this.slots[step.on % Math.max(1, this.slots.length)];
    if (slot === undefined) return;
    const { object, status } = slot;
    const { session } = this;
    if (step.do === "delete" && status === "persistent") {
      session.delete(object);
      slot.status = "removed";
    }
    if (step.do === "keep" && status === "removed") {
      session.add(object);
      slot.status = "persistent";
    }
    if (status !== "pending" && status !== "persistent") return;
    switch (step.do) {
      case "name":
        object.name = slot.name = step.name;
        return;
      case "at":
        object.at = new Date(step.at);
        slot.at = step.at;
        slot.held = undefined;
        return;
      case "edit":
        if (slot.at === null) return;
        object.at?.setTime(step.at);
        slot.at = step.at;
        return;
      case "hold":
        slot.held = object.at ?? undefined;
        return;
      case "editHeld":
        if (slot.held === undefined) return;
        slot.held.setTime(step.at);
        slot.at = step.at;
        return;
      case "refresh":
        if (status === "pending") return;
        await session.refresh(object);
        Object.assign(slot, slot.stored, { held: undefined });
        return this.flushed();
      case "get":
        if (status === "persistent") assert.is(await session.get(Item, object.id), object);
    }
  }
}

test("random work equals a plain model, after commit and after rollback", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 30 }), async (steps) => {
      await engine.execute(sql`DELETE FROM items`);
      const session = openSession();
      try {
        await new Twin(session).run([...steps, { do: "rollback" }, ...steps, { do: "commit" }]);
      } finally {
        await session.close();
      }
      assert.is(engine.pool.open - engine.pool.idle, 0);
    }),
    { numRuns: runs(100, 2000) },
  );
});

test.run();
