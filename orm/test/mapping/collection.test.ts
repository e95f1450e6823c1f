import { inspect } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newCollection, resetKey } from "../../src/mapping/collection.js";
import { declarativeBase, integer, manyToOne, oneToMany } from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("collection");

function shelf() {
  const classes = library();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((title) => new classes.Book({ title }));
  if (!a || !b || !c || !d) throw new Error();
  const author = new classes.Author({ name: "Ada", email: "e", books: [a, b] });
  return { ...classes, author, books: author.books, a, b, c, d };
}

test("it is read as an array", () => {
  const { books, a, b } = shelf();
  assert.ok(Array.isArray(books));
  assert.is(books.length, 2);
  assert.is(books[1], b);
  assert.equal(
    books.map((book) => book.title),
    ["a", "b"],
  );
  assert.equal([...books], [a, b]);
  assert.equal(books.concat([]).length, 2);
  assert.is(books.indexOf(b), 1);
  assert.match(inspect(books), /^\[\n? *Book \{/);
  assert.is(JSON.parse(JSON.stringify(books)).length, 2);
});

/** What a call gives or throws, and what it calls: with these arguments, as this. */
function outcome(array: readonly object[], method: string, given: readonly unknown[]) {
  const calls: unknown[][] = [];
  const [answer, ...more] = given;
  function told(this: unknown, ...named: unknown[]) {
    calls.push([this, ...named.map((one) => (one === array ? "the array" : one))]);
    return answer;
  }
  const isCall = /^(every|filter|find|flatMap|forEach|map|some|reduce)/.test(method);
  try {
    const run = Reflect.get(array, method) as (...all: unknown[]) => unknown;
    const result = Reflect.apply(run, array, isCall ? [told, ...more] : given);
    const isIterator = Object.prototype.toString.call(result) === "[object Array Iterator]";
    return { calls, result: isIterator ? [...(result as unknown[])] : result };
  } catch (error) {
    return { calls, error: (error as Error).message };
  }
}

test("each method that reads gives what that of an array gives", () => {
  const { books, a, b, c } = shelf();
  const writes = "copyWithin fill pop push reverse shift sort splice unshift constructor";
  const methods = Object.getOwnPropertyNames(Array.prototype).filter(
    (name) =>
      typeof Reflect.get(Array.prototype, name) === "function" && !writes.split(" ").includes(name),
  );
  for (const name of ["at", "every", "map", "reduce", "slice", "values"]) {
    assert.ok(methods.includes(name));
  }
  for (const items of [[], [a], [a, b], [c, a, b]]) {
    books.replace(items);
    for (const method of methods) {
      for (const given of [
        [],
        [0],
        [1, 2],
        [b],
        [true, c],
        [[c], "self"],
        [undefined, undefined],
      ]) {
        const [one, other] = [outcome(books, method, given), outcome(items, method, given)];
        assert.equal(one, other, `${method} of ${items.length}`);
      }
    }
  }
});

test("what is no function is refused in the words of an array", async () => {
  const { books, a, b } = shelf();
  for (const method of ["map", "forEach", "reduce", "find"] as const) {
    const message = async (array: object) =>
      (await errorOf(() => Reflect.apply(Reflect.get(array, method), array, ["no function"])))
        .message;
    assert.is(await message(books), await message([a, b]));
  }
});

test("a loop sees what is put in and taken out meanwhile, as one over an array does", () => {
  const { books, a, b, c, d } = shelf();
  const seen: object[] = [];
  for (const book of books) {
    seen.push(book);
    if (book === a) books.push(c);
    if (book === b) books.remove(c);
  }
  books.forEach((book) => {
    seen.push(book);
    if (book === a) books.push(d);
  });
  // forEach() stops where the array ended when it began.
  assert.equal(seen, [a, b, a, b]);
  assert.equal([...books], [a, b, d]);
});

test("a function that is called with the array can change the collection, and nothing else", () => {
  const { author, books, a, b, c } = shelf();
  const arrays: unknown[] = [];
  books.map((_, __, all) => arrays.push(all));
  books.reduce((_, __, ___, all) => arrays.push(all), 0);
  assert.equal(
    arrays.map((array) => array === books),
    [true, true, true, true],
  );
  books.some((_, __, all) => (all as typeof books).push(c));
  assert.equal(instanceOf(author).before?.get(6), [a, b]);
  assert.equal([...books], [a, b, c]);
});

test("each method changes it as that of an array does", () => {
  const { books, a, b, c, d } = shelf();
  const titles = () => books.map((book) => book.title).join("");
  assert.is(books.push(c, d), 4);
  assert.is(titles(), "abcd");
  assert.is(books.pop(), d);
  assert.is(books.shift(), a);
  assert.is(books.unshift(d, a), 4);
  assert.is(titles(), "dabc");
  assert.equal(books.splice(1, 2), [a, b]);
  assert.equal(books.splice(-1, 1, b, a), [c]);
  assert.is(titles(), "dba");
  assert.is(books.remove(b), true);
  assert.is(books.remove(b), false);
  assert.equal(books.splice(1), [a]);
  books.replace([b, c]);
  assert.is(titles(), "bc");
  books.replace(books);
  assert.is(titles(), "bc");
  books.replace([]);
  assert.is(books.pop(), undefined);
  assert.is(books.shift(), undefined);
  assert.equal(books.splice(0, 5), []);
});

test("the first change keeps what was in; one that changes nothing is none", () => {
  const { author, books, a, b, c } = shelf();
  const instance = instanceOf(author);
  let told = 0;
  instance.owner = { touched: () => told++ };
  books.remove(c);
  books.splice(0, 0);
  assert.is(instance.before, undefined);
  books.push(c);
  books.remove(a);
  assert.equal(instance.before?.get(6), [a, b]);
  assert.is(told, 2);
});

test("an index or length cannot be written, nor the array be sorted in place", async () => {
  const { books, author } = shelf();
  const array = books as unknown as object[];
  for (const write of [
    () => (array[0] = {}),
    () => (array.length = 0),
    () => delete array[0],
    () => array.sort(),
    () => array.reverse(),
    () => array.fill({}),
  ]) {
    const { code, message } = await errorOf(write);
    assert.is(code, "collection-write");
    assert.match(message, /^Author\.books is changed by its methods only\./);
  }
  assert.is(instanceOf(author).before, undefined);
});

test("it takes objects of its class, each once; a refused change changes nothing", async () => {
  const { books, Tag, a, c } = shelf();
  const refused = await Promise.all(
    [
      () => books.push(c, a),
      () => books.push(c, c),
      () => books.replace([c, c]),
      () => books.push(new Tag({ name: "x" }) as never),
      () => books.push(null as never),
      () => books.push(undefined as never),
      () => books.replace(c as never),
      () => books.replace(undefined as never),
    ].map(errorOf),
  );
  assert.equal(
    refused.map(({ code }) => code),
    [
      ...["twice", "twice", "twice"],
      ...["related-value", "related-value", "related-value"],
      ...["not-an-array", "not-an-array"],
    ],
  );
  assert.match(
    refused[3]?.message ?? "",
    /^Author\.books takes an object of class Book, not an object \(Tag\)/,
  );
  assert.is(books.length, 2);
});

test("assigning an array changes what is in, not which collection it is", async () => {
  const { author, books, a, b, c } = shelf();
  Object.assign(author, { books: [c] });
  assert.is(author.books, books);
  assert.equal([...books], [c]);
  assert.equal(instanceOf(author).before?.get(6), [a, b]);
  for (const wrong of [null, undefined, 7, "ab", new Set()]) {
    assert.is((await errorOf(() => Object.assign(author, { books: wrong }))).code, "related-value");
  }
});

test("a new object has an empty one, kept; a row whose collection is not loaded refuses", async () => {
  const { Author, c } = shelf();
  const grace = new Author({ name: "Grace", email: "g" });
  assert.is(grace.books, grace.books);
  grace.books.push(c);
  assert.is(grace.books.length, 1);
  const { object } = mapperOf(Author).make([1, "Ada", "e", null, null, null], { touched() {} });
  assert.is((await errorOf(() => Object.assign(object, { books: [c] }))).code, "unloaded");
});

test("10,000 pushes are noted and copied once", () => {
  const { author, books, Book, a, b } = shelf();
  const instance = instanceOf(author);
  books.push(new Book({ title: "t" }));
  const { before } = instance;
  for (let count = 1; count < 10_000; count += 1) books.push(new Book({ title: "t" }));
  assert.is(books.length, 10_002);
  assert.is(instance.before, before);
  assert.equal(before?.get(6), [a, b]);
});

test("a load makes one without noting a change", () => {
  const { Author, a, b } = shelf();
  const loaded = mapperOf(Author).make([1, "Ada", "e", null, null, null], { touched() {} });
  const relationship = mapperOf(Author).relationships.get("books");
  if (relationship === undefined) throw new Error();
  loaded.values[relationship.position] = newCollection(loaded, relationship, [a, b]);
  assert.equal([...(loaded.object as InstanceType<typeof Author>).books], [a, b]);
  assert.is(loaded.before, undefined);
});

test("a rollback gives it other items, unchecked and unnoted; what it includes is found anew", () => {
  const { author, books, a, b, c } = shelf();
  assert.ok(books.includes(a) && !books.includes(a, 1) && !books.includes(c));
  (books as never as Record<symbol, (items: object[]) => void>)[resetKey]?.([c]);
  assert.equal([[...books], books.includes(c), books.includes(b)], [[c], true, false]);
  assert.is(instanceOf(author).before, undefined);
});

test("the behaviour hears of each change; with the mapping alone, lazy gives what is in memory", async () => {
  const heard: unknown[][] = [];
  const Base = declarativeBase(
    {},
    {
      changed: (_, { property }, added, removed) =>
        heard.push([property, [...added], [...removed]]),
      lazy: async (_, { property }) => property,
    },
  );
  class Folder extends Base.mapped("folders", {
    id: integer().primaryKey(),
    parentId: integer().nullable().references("folders.id"),
    parent: manyToOne<Folder>("Folder"),
    folders: oneToMany<Folder>("Folder"),
  }) {}
  Base.configure(Folder);
  const [a, b] = [new Folder(), new Folder()];
  const root = new Folder({ folders: [a], parent: null });
  root.folders.splice(0, 1, b);
  root.parent = a;
  root.parent = a;
  assert.equal(heard, [
    ["folders", [a], []],
    ["parent", [], []],
    ["folders", [b], [a]],
    ["parent", [a], []],
  ]);
  assert.equal(await root.lazy.folders, "folders");
  const { author, books } = shelf();
  assert.is(await author.lazy.books, books);
});

test.run();
