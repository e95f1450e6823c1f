import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { alias, select } from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Book, fill, Person, plainSql } from "./shelf.js";

const test = suite("locks");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await fill(engine);
});
test.after(() => engine.dispose());

test("FOR UPDATE and FOR SHARE, with what is done about locked rows", async () => {
  const boss = alias(Person, "boss");
  const people = select(Person.c.id).leftJoin(Person.r.boss, boss).limit(1);
  const text = "SELECT people.id FROM people LEFT JOIN people AS boss ON people.boss_id = boss.id";
  const cases: [typeof people, string][] = [
    [people.forUpdate(), "FOR UPDATE"],
    [people.forShare(), "FOR SHARE"],
    [people.forUpdate({ skipLocked: true }), "FOR UPDATE SKIP LOCKED"],
    [people.forUpdate({ noWait: true, skipLocked: false }), "FOR UPDATE NOWAIT"],
    [people.forShare({ of: boss, noWait: true }), "FOR SHARE OF boss NOWAIT"],
    [people.forUpdate({ of: [Person, boss] }), "FOR UPDATE OF people, boss"],
  ];
  for (const [statement, lock] of cases) {
    assert.is(plainSql(statement), `${text} LIMIT 1 ${lock}`);
  }
  const wrong = await errorOf(() => people.forUpdate({ skipLocked: true, noWait: true }));
  assert.is(wrong.code, "lock-options");
  const missing = await errorOf(() => people.forUpdate({ of: "books" as never }));
  assert.is(missing.code, "not-a-source");
});

test("two sessions take rows of a queue, each its own", async () => {
  const [one, two] = [new Session(engine), new Session(engine)];
  const next = select(Book).orderBy(Book.c.id).limit(1);
  const queue = next.forUpdate({ skipLocked: true });
  const first = await one.scalars(queue).one();
  const second = await two.scalars(queue).one();
  assert.equal([first.title, second.title], ["Notes", "Letters"]);
  const error = await errorOf(() => two.scalars(next.forUpdate({ noWait: true })).one());
  assert.is(error.number, 3572);
  await one.close();
  await two.close();
});

test("a shared lock lets others read, and lock in the same way", async () => {
  const [one, two] = [new Session(engine), new Session(engine)];
  const ada = select(Author).where(Author.c.id.eq(1));
  await one.scalars(ada.forShare()).one();
  assert.is((await two.scalars(ada.forShare({ noWait: true })).one()).name, "Ada");
  const error = await errorOf(() => two.scalars(ada.forUpdate({ noWait: true })).one());
  assert.is(error.number, 3572);
  await one.close();
  await two.close();
});

test.run();
