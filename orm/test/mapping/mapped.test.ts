import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import {
  bigint,
  datetime,
  declarativeBase,
  integer,
  json,
  manyToOne,
  now,
  varchar,
} from "../../src/mapping/index.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("mapped");
const id = () => integer().primaryKey();

/** The code, and the message with its hint. */
async function refusal(work: () => unknown): Promise<[unknown, string]> {
  const { code, message } = await errorOf(work);
  return [code, message];
}

test("a class has its columns, an object the values that it was given", () => {
  const { Author } = library();
  const ada = new Author({ name: "Ada", email: "ada@example.org" });
  assert.is(ada.name, "Ada");
  assert.is(ada.label, "Ada <ada@example.org>");
  assert.ok(ada instanceof Author);
  ada.name = "Ada Lovelace";
  assert.is(ada.label, "Ada Lovelace <ada@example.org>");
});

test("what is not given: null, a constant, a function's value, or nothing where the server makes it", () => {
  let calls = 0;
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", {
    id: id(),
    note: varchar(10).nullable(),
    size: integer().default(3),
    code: varchar(10).default(() => `c${++calls}`),
    at: datetime().default(now()),
    changed: datetime().nullable().default(now()).onUpdate(now()),
    day: datetime().default(new Date("2026-11-21T00:00:00Z")),
    double: integer().generatedAs(sql`size * 2`),
    maybe: integer().nullable().generatedAs(sql`size * 3`),
    version: integer().version(),
  }) {}
  const one = new Thing();
  const two = new Thing({ code: "given", note: "n", size: 4 });
  assert.equal([one.id, one.at, one.changed, one.double, one.maybe], Array(5).fill(undefined));
  assert.equal([one.note, one.size, one.code, one.version], [null, 3, "c1", 1]);
  assert.equal([two.note, two.size, two.code], ["n", 4, "given"]);
  assert.is(calls, 1);
  one.day.setUTCFullYear(1999);
  assert.equal(new Thing().day, new Date("2026-11-21T00:00:00Z"));
});

test("a client default of the wrong type is an error that names class and property", async () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", {
    id: id(),
    size: integer().default(() => "x" as never),
  }) {}
  const [code, message] = await refusal(() => new Thing());
  assert.is(code, "column-value");
  assert.match(message, /^Thing\.size: /);
});

test("a constructor refuses what is no property of the class", async () => {
  const { Author } = library();
  const given = { name: "Ada", email: "e" };
  assert.equal(await refusal(() => new Author({ ...given, mail: "x" } as never)), [
    "unknown-property",
    "Author has no property mail.\n  Hint: Did you mean email? Its properties are id, name, email, bornOn, seenAt, createdAt, books.",
  ]);
  for (const name of ["__proto__", "constructor", "toString", "label"]) {
    const polluted = JSON.parse(`{"name": "Ada", "email": "e", "${name}": {"admin": true}}`);
    assert.is((await refusal(() => new Author(polluted)))[0], "unknown-property", name);
  }
  assert.is(({} as { admin?: boolean }).admin, undefined);
  assert.equal(await refusal(() => new Author("Ada" as never)), [
    "constructor-value",
    'new Author takes a record of values, not "Ada".\n  Hint: Write new Author({ … }) with a value for each property.',
  ]);
  assert.is((await refusal(() => new Author(null as never)))[0], "constructor-value");
  const [again, why] = await refusal(
    () => new Author(new Author({ name: "Ada", email: "e" }) as never),
  );
  assert.is(again, "constructor-value");
  assert.match(why, "not an object (Author)");
});

test("a class field that hides a property is an error at each construction", async () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", { id: id(), name: varchar(100) }) {
    override name = "nobody";
    other = 1;
  }
  for (let times = 0; times < 3; times += 1) {
    assert.equal(await refusal(() => new Author({ name: "Ada" })), [
      "hidden-property",
      "Author.name is mapped, and a field of the class hides it.\n  Hint: Take the field out; where only its type is meant, write declare name: ….",
    ]);
  }
});

test("other fields, private ones, declared types and constructors of the user's own", () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", { id: id(), name: varchar(100) }) {
    declare name: string;
    note = "n";
    #secret = 7;
    constructor(name: string) {
      super({ name });
    }
    get secret(): number {
      return this.#secret;
    }
  }
  for (const author of [new Author("Ada"), new Author("Grace")]) {
    assert.is(author.note + author.secret, "n7");
    assert.is(author.name.length > 2, true);
  }
});

test("a property that objects have already is refused", async () => {
  const { Base } = library();
  for (const name of ["constructor", "toJSON", "toObject", "hasOwnProperty", "valueOf", "lazy"]) {
    assert.equal(await refusal(() => Base.mapped("things", { id: id(), [name]: varchar(1) })), [
      "property-name",
      `mapped("things").${name}: objects have a ${name} already.\n  Hint: Take another name, and write .named("${name}") at the column.`,
    ]);
  }
  const literal = Object.fromEntries([["id", id()]]);
  Object.defineProperty(literal, "__proto__", { value: id(), enumerable: true });
  assert.is((await refusal(() => Base.mapped("things", literal)))[0], "property-name");
});

test("a table that is declared wrongly is refused at once, and named", async () => {
  const { Base } = library();
  const wrong = [[{ id: id() }], ["things"], ["things", null], [undefined, {}], ["", {}]];
  for (const given of wrong) {
    const [code, message] = await refusal(() => Base.mapped(...(given as [never, never])));
    assert.is(code, "column-definition");
    assert.match(message, "mapped() needs the name of a table, then its columns.");
  }
  const [, noKey] = await refusal(() => Base.mapped("things", { name: varchar(1) }));
  assert.match(noKey, /things.*primary key[\s\S]*Hint: .*primaryKey\(\)/);
  const twice = { id: id(), one: varchar(1), two: varchar(1).named("one") };
  assert.match((await refusal(() => Base.mapped("things", twice)))[1], /things[\s\S]*one/);
  const [, notAColumn] = await refusal(() => Base.mapped("things", { id: id(), x: 7 } as never));
  assert.match(notAColumn, /things.*x/);
  assert.ok(!Base.metadata.tables.has("things"));
});

test("a misspelt option names the property and says what was meant", async () => {
  const Base = declarativeBase();
  const declared = { id: id(), author: manyToOne("Author", { backPopulate: "x" } as never) };
  assert.equal(await refusal(() => Base.mapped("books", declared)), [
    "unknown-option",
    'mapped("books").author: manyToOne has no option backPopulate.\n  Hint: Did you mean backPopulates? Its options are backPopulates, cascade, foreignKey, orderBy, passiveDeletes.',
  ]);
  const [code, message] = await refusal(() =>
    Base.mapped("books", { id: id() }, { unique: [] } as never),
  );
  assert.is(code, "unknown-option");
  assert.match(message, /unique[\s\S]*Did you mean uniques\?/);
  assert.is((await refusal(() => declarativeBase({ namin: {} } as never)))[0], "unknown-option");
});

test("columns as expressions, relationships as paths", () => {
  const { Author, Book } = library();
  assert.equal(Object.keys(Book.c), ["id", "title", "price", "authorId", "version"]);
  assert.equal(Object.keys(Book.r), ["author", "tags"]);
  const { node } = Author.c.bornOn;
  assert.is(node.kind, "column");
  assert.is(node.kind === "column" && node.column.name, "born_on");
  assert.is(Author.r.books.mapper, mapperOf(Author));
  assert.is(Author.r.books.relationship.target, "Book");
  assert.ok(
    Object.isFrozen(Author.c) && Object.isFrozen(Author.r) && Object.isFrozen(node) === false,
  );
  assert.is((Author.c as Record<string, unknown>).toString, undefined);
});

test("200 properties", () => {
  const Base = declarativeBase();
  const columns = Object.fromEntries(Array.from({ length: 199 }, (_, i) => [`p${i}`, integer()]));
  class Wide extends Base.mapped("wide", { id: bigint().primaryKey(), ...columns }) {}
  const wide = new Wide(Object.fromEntries(Object.keys(columns).map((name, i) => [name, i])));
  assert.is((wide as unknown as Record<string, unknown>).p198, 198);
});

test("JSON values are frozen, and their own copy", () => {
  const Base = declarativeBase();
  class Thing extends Base.mapped("things", { id: id(), data: json<{ a: number[] }>() }) {}
  const data = { a: [1] };
  const thing = new Thing({ data });
  data.a.push(2);
  assert.equal(thing.data, { a: [1] });
  assert.ok(Object.isFrozen(thing.data.a));
});

test.run();
