import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { declarativeBase, integer, UnloadedError, varchar } from "../../src/mapping/index.js";
import {
  type Instance,
  instanceOf,
  isOwn,
  newStanding,
  standingOf,
  valuesOf,
} from "../../src/mapping/instance.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("accessors");

/** An author as a session loads one, and what the session is told. */
function loaded() {
  const classes = library();
  const told: Instance[] = [];
  const owner = { touched: (instance: Instance) => told.push(instance) };
  const born = new Date("2026-01-01T00:00:00Z");
  const values = [1, "Ada", "e", null, born, undefined];
  const instance = mapperOf(classes.Author).make(values, owner);
  const ada = instance.object as InstanceType<typeof classes.Author>;
  return { ...classes, told, values, instance, ada };
}

test("a loaded object reads the very array that it was given", () => {
  const { ada, values, instance, Author } = loaded();
  assert.is(instance.values, values);
  assert.is(ada.name, "Ada");
  assert.is(ada.bornOn, null);
  assert.ok(ada instanceof Author);
  assert.is(ada.label, "Ada <e>");
  assert.is(instance.state, "persistent");
  assert.is(instanceOf(ada), instance);
});

test("a change is told first, then the old value is kept once", () => {
  const { ada, instance, told } = loaded();
  const before: unknown[] = [];
  instance.owner = { touched: (one) => before.push([...one.values]) && told.push(one) };
  ada.name = "Grace";
  ada.name = "Barbara";
  ada.email = "b";
  assert.equal(
    instance.before,
    new Map([
      [1, "Ada"],
      [2, "e"],
    ]),
  );
  assert.is(told.length, 3);
  assert.is((before[0] as unknown[])[1], "Ada");
});

test("an equal value is no change", () => {
  const { ada, instance, told } = loaded();
  ada.name = "Ada";
  ada.bornOn = null;
  assert.is(instance.before, undefined);
  assert.equal(told, []);
});

test("what is refused: undefined, null, a wrong type, a generated column, the key of a row", async () => {
  const { ada, Book, instance } = loaded();
  const refused: [unknown, unknown][] = [];
  const attempt = async (work: () => unknown) => {
    const { code, message } = await errorOf(work);
    refused.push([code, message]);
  };
  await attempt(() => Object.assign(ada, { name: undefined }));
  await attempt(() => Object.assign(ada, { name: null }));
  await attempt(() => new Book({ title: "t", id: 0n }));
  assert.equal(refused, [
    [
      "undefined-value",
      "Author.name was set to undefined.\n  Hint: Write null for SQL's NULL, or leave the property out.",
    ],
    [
      "null-value",
      "Author.name cannot be null.\n  Hint: Give it a value, or declare the column with .nullable().",
    ],
    [
      "zero-key",
      "Book.id cannot be 0.\n  Hint: Leave it out, and the server counts; MySQL would do so for 0 as well.",
    ],
  ]);
  const changed = await errorOf(() => Object.assign(ada, { id: 2 }));
  assert.equal([changed.name, changed.code], ["InvalidRequestError", "key-change"]);
  const wrong = await errorOf(() => Object.assign(ada, { name: 7 }));
  assert.is(wrong.code, "column-value");
  assert.match(wrong.message, /^Author\.name: .*\n {2}Hint: /);
  assert.match(String(wrong.stack), /Author\.name/);
  ada.id = 1;
  assert.is(instance.before, undefined);
});

test("a generated column cannot be set", async () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", {
    id: integer().primaryKey(),
    size: integer(),
    double: integer().generatedAs(sql`size * 2`),
  }) {}
  assert.is((await errorOf(() => new Thing({ size: 1, double: 2 }))).code, "generated-value");
});

test("a key can be set while there is no row", () => {
  const { Author } = library();
  const ada = new Author({ name: "Ada", email: "e" });
  ada.id = 7;
  assert.is(ada.id, 7);
});

test("a value that is not in memory: undefined before there is a row, an error after", async () => {
  const { ada, Author } = loaded();
  const error = await errorOf(() => ada.createdAt);
  assert.instance(error, UnloadedError);
  assert.is(error.code, "unloaded");
  assert.is(
    error.message,
    "Author.createdAt is not loaded.\n  Hint: The server made its value, or it expired. Write await session.refresh(author) first.",
  );
  assert.is(
    (await errorOf(() => ada.books)).message,
    "Author.books is not loaded.\n  Hint: Load it with the query, select(Author).options(selectinload(Author.r.books)), or now: await author.lazy.books. To add one: session.add(new Book({ author })).",
  );
  assert.is(new Author({ name: "A", email: "e" }).createdAt, undefined);
});

test("a Date is handed out once told, with a copy to compare", () => {
  const { ada, instance, told } = loaded();
  const seen = ada.seenAt as Date;
  assert.is(told.length, 1);
  seen.setUTCFullYear(1999);
  assert.equal(instance.handedOut, new Map([[4, new Date("2026-01-01T00:00:00Z")]]));
  assert.is(ada.seenAt, seen);
  assert.is(told.length, 1);
});

test("a Date that is assigned is copied in", () => {
  const { ada } = loaded();
  const mine = new Date("2026-05-05T00:00:00Z");
  ada.seenAt = mine;
  mine.setUTCFullYear(1999);
  assert.equal(ada.seenAt, new Date("2026-05-05T00:00:00Z"));
});

test("to-one: null before there is a row; objects of its class only", async () => {
  const { Author, Book, Tag } = library();
  const ada = new Author({ name: "Ada", email: "e" });
  const book = new Book({ title: "t" });
  assert.is(book.author, null);
  book.author = ada;
  assert.is(book.author, ada);
  assert.equal(instanceOf(book).before, new Map([[5, undefined]]));
  assert.is(new Book({ title: "t", author: ada }).author, ada);
  assert.is(instanceOf(new Book({ title: "t", author: ada })).before, undefined);
  const wrong = await errorOf(() => Object.assign(book, { author: new Tag({ name: "x" }) }));
  assert.is(wrong.code, "related-value");
  assert.match(
    wrong.message,
    /^Book\.author takes an object of class Author, not an object \(Tag\)\./,
  );
  assert.is((await errorOf(() => Object.assign(book, { author: 7 }))).code, "related-value");
  assert.is(
    (await errorOf(() => Object.assign(book, { author: undefined }))).code,
    "related-value",
  );
});

test("for in finds the columns, the prototype has no values", () => {
  const { ada, Author } = loaded();
  const names: string[] = [];
  for (const name in ada) names.push(name);
  assert.equal(names.sort(), ["bornOn", "createdAt", "email", "id", "name", "seenAt"]);
  assert.is(Author.prototype.name, undefined);
  assert.equal(Object.keys(ada), []);
  assert.ok("books" in ada);
});

test("nothing is made for a loaded object but itself and its values, until it is touched", () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", { id: integer().primaryKey(), n: varchar(1) }) {}
  const mapper = mapperOf(Thing);
  const standing = newStanding(mapper, { touched() {} });
  const rows = [1, 2].map((id) => [id, "x"]);
  const things = rows.map((row) => mapper.fromRow(row, standing) as Thing);
  const [one, other] = things as [Thing, Thing];
  assert.is(JSON.stringify(things), '[{"id":1,"n":"x"},{"id":2,"n":"x"}]');
  for (const [place, thing] of things.entries()) {
    const keys = Reflect.ownKeys(thing).map(String);
    assert.equal(keys, ["Symbol(ormlet.values)", "Symbol(ormlet.standing)"]);
    assert.is(valuesOf(thing), rows[place]);
    assert.is(standingOf(thing), standing);
    assert.is(thing.n, "x");
  }
  one.n = "y";
  const own = instanceOf(one);
  assert.is(standingOf(one), own);
  assert.is(own.object, one);
  assert.is(own.values, rows[0]);
  assert.is(own.before?.get(1), "x");
  assert.is(own.handedOut, undefined);
  assert.is(instanceOf(one), own);
  assert.is(standingOf(other), standing);
  assert.not.ok(isOwn(standing));
});

test.run();
