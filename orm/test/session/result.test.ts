import { inspect as show } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { brand } from "../../src/engine/brand.js";
import { sql } from "../../src/engine/index.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { type Executable, Session } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Base, type Recorded, recorded, Shelf } from "./library.js";

const test = suite("result");
const database = testDatabase(test);
let db: Recorded;
let session: Session;

test.before(async () => {
  db = recorded(database.url);
  await Base.metadata.createAll(db.engine);
  await db.engine.execute(sql`INSERT INTO shelves VALUES ('A1', 1), ('A2', 1), ('B1', 2)`);
});
test.before.each(() => {
  session = new Session(db.engine);
  db.sent();
});
test.after.each(async () => {
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

/** The shelves of a room, as a `select` of a later chapter would give them. */
function shelvesOf(room: number, tuples = false): Executable<Shelf> {
  const text = "SELECT code, room FROM shelves WHERE room = ? ORDER BY code";
  const statement: Executable<Shelf> = {
    toSql: () => ({ text, parameters: [room] }),
    compile: () => ({
      text,
      parameters: [room],
      tuples,
      hydrate: (rows, loader) => rows.map((row) => loader.load(mapperOf(Shelf), row) as Shelf),
    }),
  };
  brand(statement, "executable");
  return statement;
}

test("a result sends its statement when it is read, each time", async () => {
  const result = session.execute(shelvesOf(1));
  assert.equal(db.sent(), []);
  const shelves = await result.all();
  assert.equal(
    shelves.map(({ code }) => code),
    ["A1", "A2"],
  );
  assert.equal(db.sent(), ["BEGIN", "SELECT code, room FROM shelves WHERE room = ? ORDER BY code"]);
  const again = await result.all();
  assert.ok(again.every((shelf, index) => shelf === shelves[index]));
  assert.is(db.sent().length, 1);
  assert.is(await session.get(Shelf, "A1"), shelves[0]);
  assert.is(db.sent().length, 0);
});

test("all, first, one, oneOrNone, scalar and for await", async () => {
  const counted = async (room: number) => {
    const codes: string[] = [];
    for await (const shelf of session.scalars(shelvesOf(room))) codes.push(shelf.code);
    return codes;
  };
  assert.equal([await counted(1), await counted(2), await counted(3)], [["A1", "A2"], ["B1"], []]);
  assert.is((await session.scalars(shelvesOf(1)).first())?.code, "A1");
  assert.is(await session.scalars(shelvesOf(3)).first(), null);
  assert.is((await session.scalars(shelvesOf(2)).one()).code, "B1");
  assert.is((await session.scalars(shelvesOf(2)).oneOrNone())?.code, "B1");
  assert.is(await session.scalars(shelvesOf(3)).oneOrNone(), null);
  assert.is((await session.scalar(shelvesOf(1)))?.code, "A1");
  assert.is(await session.scalar(shelvesOf(3)), null);
});

test("one and oneOrNone say how many rows there were", async () => {
  const none = await errorOf(() => session.scalars(shelvesOf(3)).one());
  assert.equal([none.name, none.code], ["NoResultFound", "no-result"]);
  for (const call of ["one", "oneOrNone"] as const) {
    const many = await errorOf(() => session.scalars(shelvesOf(1))[call]());
    assert.equal([many.name, many.code], ["MultipleResultsFound", "multiple-results"]);
    assert.match(many.message, `${call}() found 2 rows`);
  }
});

test("scalars refuses a statement whose rows are tuples, before it is sent", async () => {
  const error = await errorOf(() => session.scalars(shelvesOf(1, true)).all());
  assert.is(error.code, "tuples");
  assert.is((await errorOf(() => session.scalar(shelvesOf(1, true)))).code, "tuples");
  assert.is((await session.execute(shelvesOf(1, true)).all()).length, 2);
  assert.is(db.sent().length, 2);
});

test("what is read sees what was added before", async () => {
  session.add(new Shelf({ code: "B2", room: 2 }));
  assert.is((await session.scalars(shelvesOf(2)).all()).length, 2);
});

test("results that are read together queue", async () => {
  const [one, two] = await Promise.all([
    session.scalars(shelvesOf(1)).all(),
    session.scalars(shelvesOf(1)).first(),
  ]);
  assert.is(one[0], two);
});

test("console.log says that a result was not sent yet", () => {
  assert.match(show(session.scalars(shelvesOf(1))), /^Result { not sent yet: await \.all\(\)/);
  assert.equal(db.sent(), []);
});

test("what is no query is refused when it is given", async () => {
  for (const wrong of [undefined, null, "SELECT 1", sql`SELECT 1`, Shelf]) {
    assert.is((await errorOf(() => session.scalars(wrong as never))).code, "not-a-query");
    assert.is((await errorOf(() => session.scalar(wrong as never))).code, "not-a-query");
  }
  assert.is((await errorOf(() => session.execute(undefined as never))).code, "not-a-statement");
});

test.run();
