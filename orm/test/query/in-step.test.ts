import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, sql } from "../../src/engine/index.js";
import { deleteFrom, insert, select, update } from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { inspect } from "../../src/session/index.js";
import { runs, testDatabase } from "../support.js";
import { Base, Tag } from "./writing.js";

const test = suite("objects and statements that write");
const database = testDatabase(test);
let engine: Engine;
const IDS = [1, 2, 3, 4, 5, 6];

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

/** One statement, which an object of the session may or may not meet. */
type Step = (session: Session) => Promise<unknown>;

const id = fc.constantFrom(...IDS);
const uses = fc.integer({ min: 0, max: 3 });
const name = id.map((number) => `t${number}`);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(id, uses).map(
    ([from, to]): Step =>
      (session) =>
        session.execute(update(Tag).set({ uses: to }).where(Tag.c.id.gte(from))),
  ),
  uses.map(
    (least): Step =>
      (session) =>
        session.execute(
          update(Tag)
            .set({ uses: Tag.c.uses.add(1) })
            .where(Tag.c.uses.gt(least)),
        ),
  ),
  id.map(
    (which): Step =>
      (session) =>
        session.execute(deleteFrom(Tag).where(Tag.c.id.eq(which))),
  ),
  fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), uses).map(
    ([names, count]): Step =>
      (session) => {
        const rows = names.map((each) => ({ name: each, uses: count }));
        const upsert = insert(Tag).values(rows);
        return session.execute(
          upsert.onConflictUpdate((row) => ({ uses: Tag.c.uses.add(row.uses) })),
        );
      },
  ),
  fc.tuple(id, uses).map(
    ([which, count]): Step =>
      async (session) => {
        const tag = await session.get(Tag, which);
        if (tag !== null) tag.uses = count;
      },
  ),
  id.map(
    (which): Step =>
      (session) =>
        session.scalars(select(Tag).where(Tag.c.id.lte(which))).all(),
  ),
);

/** The objects of the session, and the rows of the database as its transaction sees them. */
async function compare(session: Session): Promise<void> {
  await session.flush();
  const rows = await session.execute(sql<{ id: number; uses: number }>`SELECT id, uses FROM tags`);
  const stored = new Map(rows.map((row) => [row.id, row.uses]));
  for (const object of session.state.identities.values().next().value?.values() ?? []) {
    const tag = object as Tag;
    assert.is(inspect(tag).state, "persistent");
    if (!inspect(tag).unloaded.includes("uses"))
      assert.is(tag.uses, stored.get(tag.id), `tag ${tag.id}`);
    else assert.ok(stored.has(tag.id));
  }
}

test("whatever is executed, what the session holds is what the database has; after a rollback too", async () => {
  const run = fc.asyncProperty(
    fc.array(steps, { maxLength: 6 }),
    fc.array(steps, { maxLength: 6 }),
    fc.array(id, { maxLength: 4 }),
    async (first, nested, held) => {
      await engine.execute(sql`DELETE FROM tags`);
      await engine.execute(
        insert(Tag).values(IDS.map((number) => ({ id: number, name: `t${number}`, uses: 1 }))),
      );
      const session = new Session(engine);
      try {
        for (const each of held) await session.get(Tag, each);
        for (const step of first) await step(session);
        await compare(session);
        await session
          .beginNested(async () => {
            for (const step of nested) await step(session);
            await compare(session);
            throw new Error("back");
          })
          .catch((error) => assert.is(error.message, "back"));
        await compare(session);
        await session.rollback();
        await compare(session);
      } finally {
        await session.close();
      }
    },
  );
  await fc.assert(run, { numRuns: runs(15, 1000) });
});

test.run();
