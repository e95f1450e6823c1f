import nodeAssert from "node:assert/strict";
import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bigint, binary, datetime, declarativeBase, varchar } from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { isMapped, mapperOf } from "../../src/mapping/mapper.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("objects as others see them");

function graph() {
  const classes = library();
  const { Author, Book, Tag } = classes;
  const tag = new Tag({ name: "logic" });
  const notes = new Book({ title: "Notes", tags: [tag] });
  const ada = new Author({
    name: "Ada",
    email: "e",
    books: [notes, new Book({ title: "More", tags: [tag] })],
  });
  notes.author = ada;
  return { ...classes, ada, notes, tag };
}

test("toObject: columns, what is loaded around them, and circles that end", () => {
  const { ada, notes } = graph();
  const author = { name: "Ada", email: "e", bornOn: null, seenAt: null };
  const tag = { name: "logic" };
  assert.equal(ada.toObject(), {
    ...author,
    books: [
      { title: "Notes", price: "1.00", version: 1, tags: [tag] },
      { title: "More", price: "1.00", version: 1, tags: [tag] },
    ],
  });
  assert.equal(notes.toObject(), {
    ...{ title: "Notes", price: "1.00", version: 1, tags: [tag] },
    author: {
      ...author,
      books: [
        { title: "Notes", price: "1.00", version: 1 },
        { title: "More", price: "1.00", version: 1, tags: [tag] },
      ],
    },
  });
  assert.is(Object.getPrototypeOf(notes.toObject()), Object.prototype);
});

test("JSON: a bigint as a string, bytes in base64, a Date in ISO", () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", {
    id: bigint().primaryKey(),
    data: binary(),
    at: datetime(),
  }) {}
  const thing = new Thing({
    id: 2n ** 60n,
    data: new Uint8Array([1, 2, 255]),
    at: new Date("2026-11-21T08:30:00Z"),
  });
  assert.is(
    JSON.stringify(thing),
    '{"id":"1152921504606846976","data":"AQL/","at":"2026-11-21T08:30:00.000Z"}',
  );
  assert.is(thing.toObject().id, 2n ** 60n);
});

test("console.log shows the class, its columns and what is loaded", () => {
  const { Book, ada, notes } = graph();
  assert.is(
    inspect(new Book({ title: "Notes" })),
    "Book { title: 'Notes', price: '1.00', version: 1 }",
  );
  assert.match(inspect(ada), /^Author \{\n {2}name: 'Ada',[\s\S]*books: \[\n {4}Book \{/);
  assert.match(inspect(ada, { depth: null }), /Tag \{ name: 'logic' \}/);
  assert.match(inspect(notes), /author: Author \{/);
  assert.match(inspect(ada, { depth: null }), /author: Author \{\s+name: 'Ada',/);
  assert.is(inspect(Object.getPrototypeOf(ada)).length > 0, true);
});

test("assert.deepEqual compares values, with node and with uvu", () => {
  const { Tag } = library();
  const [one, two, three] = ["x", "x", "y"].map((name) => new Tag({ name }));
  instanceOf(two).state = "pending";
  nodeAssert.deepEqual(one, two);
  assert.equal(one, two);
  nodeAssert.notDeepEqual(one, three);
  assert.not.equal(one, three);
});

test("what is mapped, and what is not", async () => {
  const { Author, ada } = graph();
  assert.ok(isMapped(Author) && isMapped(ada));
  assert.is(mapperOf(Author).entity, Author);
  assert.match((await errorOf(() => mapperOf(ada))).message, "Write the class, Author;");
  assert.match((await errorOf(() => instanceOf([ada]))).message, "addAll([ada, grace])");
  for (const value of [null, undefined, 7, "x", {}, [], class Nobody {}, Object.create(null)]) {
    assert.not.ok(isMapped(value));
    assert.is((await errorOf(() => mapperOf(value))).code, "not-mapped");
    assert.is((await errorOf(() => instanceOf(value))).code, "not-mapped");
  }
  assert.match(
    (await errorOf(() => mapperOf(class Nobody {}))).message,
    /^Class Nobody is not mapped\./,
  );
});

test("methods of an object work on the first object of a class as on any other", () => {
  const Base = declarativeBase();
  class Tag extends Base.mapped("tags", { id: bigint().primaryKey(), name: varchar(9) }) {}
  const objects = [new Tag({ name: "x" }), new Tag({ name: "x" })];
  for (const object of objects) {
    assert.is(instanceOf(object).object, object);
    assert.is(JSON.stringify(object), '{"name":"x"}');
    assert.is(inspect(object), "Tag { name: 'x' }");
    assert.ok(object instanceof Tag);
  }
  nodeAssert.deepEqual(objects[0], objects[1]);
});

test.run();
