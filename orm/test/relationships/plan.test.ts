import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instanceOf } from "../../src/mapping/instance.js";
import { relationshipPlan } from "../../src/relationships/plan.js";
import type { LinkChange, RowDependency } from "../../src/session/plan.js";
import { errorOf } from "../support.js";
import { Author, Book, Item, Member, Person, Shelf, Subject, Tag } from "./library.js";

const test = suite("the plan of relationships");
const owner = { touched() {} };

/** An object as if a session had it: pending, or loaded with what it holds now. */
function inSession<E extends object>(state: "pending" | "persistent", object: E): E {
  Object.assign(instanceOf(object), { state, owner, before: undefined });
  return object;
}
const pending = <E extends object>(object: E) => inSession("pending", object);
const stored = <E extends object>(object: E) => inSession("persistent", object);

const related = (object: object, changedOnly = false) =>
  Array.from(
    relationshipPlan.related(instanceOf(object), changedOnly),
    (instance) => instance.object,
  );

/** Dependencies in short: which object, its foreign key columns, and whose key goes in. */
function keys(...objects: object[]): [object, string, object | null][] {
  return relationshipPlan
    .dependencies(objects.map(instanceOf))
    .map(({ child, parent, columns }: RowDependency) => [
      child.object,
      columns.map((column) => `${column.child.name}=${column.parent.name}`).join(", "),
      parent ? parent.object : null,
    ]);
}

function links(...objects: object[]): [string, string, ...object[]][] {
  return relationshipPlan
    .links(objects.map(instanceOf))
    .map(({ action, table, ends }: LinkChange) => [
      action,
      `${table.name}: ${ends.flatMap(({ columns }) => columns.map(({ link, end }) => `${link.name}=${end.name}`)).join(", ")}`,
      ...ends.map(({ instance }) => instance.object),
    ]);
}

const book = (values: object = {}) => new Book({ title: "Notes", ...values });

/** The same objects in the same order, by identity. */
function same(actual: readonly unknown[][], expected: readonly unknown[][]): void {
  assert.is(actual.length, expected.length);
  for (const [row, values] of expected.entries()) {
    assert.is(actual[row]?.length, values.length);
    for (const [place, value] of values.entries()) assert.is(actual[row]?.[place], value);
  }
}

test("save-update goes along what is there, in both directions", () => {
  const tag = new Tag({ name: "sql" });
  const one = book({ tags: [tag] });
  const ada = new Author({ name: "Ada", books: [one] });
  same([related(ada)], [[one]]);
  same([related(one)], [[ada, tag]]);
  same([related(book({ author: ada }))], [[ada]]);
  same([related(tag)], [[one]]);
  same([related(new Member({ name: "Mary", card: null }))], [[]]);
});

test("a flush asks only for relationships that changed", () => {
  const ada = stored(new Author({ name: "Ada", books: [book()] }));
  ada.name = "Ada Lovelace";
  same([related(ada, true)], [[]]);
  const one = book();
  ada.books.replace([one]);
  same([related(ada, true)], [[one]]);
});

test("a foreign key comes from the owner's side, for a new object from any parent", () => {
  const ada = pending(new Author({ name: "Ada" }));
  const one = pending(book({ author: ada }));
  same(keys(ada, one), [[one, "author_id=id", ada]]);
  same(keys(pending(book({ authorId: 7 }))), []);
  same(keys(pending(book({ authorId: 7, author: null }))), []);
});

test("a stored object speaks only of what changed", () => {
  const [ada, grace] = [stored(new Author({ name: "Ada" })), stored(new Author({ name: "Grace" }))];
  const one = stored(book({ author: ada }));
  same(keys(one), []);
  one.author = grace;
  same(keys(one), [[one, "author_id=id", grace]]);
  one.author = ada;
  same(keys(one), []);
});

test("a collection gives its members their key, and takes it from those that left", () => {
  const [stays, leaves] = ["a", "b"].map((name) => stored(new Subject({ name, parentId: 1 })));
  const root = stored(new Subject({ id: 1, name: "root", children: [stays, leaves] as Subject[] }));
  const comes = pending(new Subject({ name: "c" }));
  root.children.remove(leaves as Subject);
  root.children.push(comes);
  same(keys(root, comes), [
    [leaves as Subject, "parent_id=id", null],
    [comes, "parent_id=id", root],
  ]);
});

test("a member that has another parent already keeps it when it is taken out", () => {
  const leaf = stored(new Subject({ name: "leaf", parentId: 1 }));
  const root = stored(new Subject({ id: 1, name: "root", children: [leaf] }));
  leaf.parentId = 2;
  root.children.pop();
  same(keys(root, leaf), []);
});

test("both sides may say the same; a new parent counts more than having left the old one", () => {
  const [ada, grace] = [
    pending(new Author({ name: "Ada" })),
    pending(new Author({ name: "Grace" })),
  ];
  const one = stored(book());
  ada.books.push(one);
  stored(ada);
  grace.books.push(one);
  assert.equal([ada.books.length, one.author === grace], [0, true]);
  for (const order of [
    [ada, one, grace],
    [grace, one, ada],
    [one, ada, grace],
  ]) {
    same(keys(...order), [[one, "author_id=id", grace]]);
  }
});

test("two parents at once are refused, where no other side moves the child", async () => {
  const one = pending(new Item({ name: "globe" }));
  const shelves = [1, 2].map((number) => pending(new Shelf({ room: "A", number, items: [one] })));
  const error = await errorOf(() => keys(...shelves, one));
  assert.is(error.code, "two-parents");
  assert.is(
    error.message,
    "Shelf.items of two objects give one object of class Item two different parents.\n" +
      "  Hint: Take it out of one of them before the flush.",
  );
});

test("a child that must have a parent cannot lose it", async () => {
  const one = stored(book());
  const ada = stored(new Author({ id: 1, name: "Ada", books: [one] }));
  instanceOf(one).before = undefined;
  ada.books.pop();
  const error = await errorOf(() => keys(ada));
  assert.is(error.code, "no-parent");
  assert.match(error.message, "Author.books lost an object, but Book.authorId cannot be null");
  assert.match(error.message, "session.delete(…)");

  const two = stored(book({ author: stored(new Author({ name: "Grace" })) }));
  two.author = null;
  assert.match((await errorOf(() => keys(two))).message, "Book.author was set to null");
});

test("an object that is deleted in the same flush needs no parent", () => {
  const one = stored(book({ tags: [] }));
  const ada = stored(new Author({ name: "Ada", books: [one] }));
  ada.books.pop();
  instanceOf(one).state = "deleted";
  same(keys(ada, one), []);
  one.author = null;
  same(keys(one), []);
  same(links(one), []);
});

test("of an object that is deleted all links go, by one end; a pair is not removed besides", () => {
  const [sql, go] = [stored(new Tag({ name: "sql" })), stored(new Tag({ name: "go" }))];
  const one = stored(book({ tags: [sql, go] }));
  const two = stored(book({ tags: [sql] }));
  stored(sql);
  stored(go);
  one.tags.remove(go);
  two.tags.push(go);
  instanceOf(one).state = "deleted";
  same(links(one, two, sql, go), [
    ["remove", "book_tags: book_id=id", one],
    ["add", "book_tags: book_id=id, tag_id=id", two, go],
  ]);
  instanceOf(go).state = "deleted";
  same(links(go), [["remove", "book_tags: tag_id=id", go]]);
});

test("of an object that is deleted the others are let go", async () => {
  const leaf = stored(new Subject({ name: "leaf", parentId: 1 }));
  const root = stored(new Subject({ id: 1, name: "root", children: [leaf] }));
  instanceOf(root).state = "deleted";
  same(keys(root), [[leaf, "parent_id=id", null]]);
  leaf.parentId = 2;
  same(keys(root), []);
  const ada = stored(new Author({ id: 1, name: "Ada", books: [stored(book({ authorId: 1 }))] }));
  instanceOf(ada).state = "deleted";
  const error = await errorOf(() => keys(ada));
  assert.is(error.code, "no-parent");
  assert.match(
    error.message,
    "Author.books was deleted with an object in it, but Book.authorId cannot be null",
  );
  assert.match(error.message, 'cascade: "all"');
});

test("keys of several columns", () => {
  const item = pending(new Item({ name: "globe" }));
  const shelf = pending(new Shelf({ room: "A", number: 1, items: [item] }));
  same(keys(shelf), [[item, "shelf_room=room, shelf_number=number", shelf]]);
  const maths = pending(new Subject({ name: "maths" }));
  shelf.subjects.push(maths);
  same(links(shelf), [
    ["add", "shelf_subjects: shelf_room=room, shelf_number=number, subject_id=id", shelf, maths],
  ]);
});

test("links are added for a new object, and by difference for a stored one", () => {
  const [sql, go] = [stored(new Tag({ name: "sql" })), stored(new Tag({ name: "go" }))];
  const one = pending(book({ tags: [sql] }));
  const columns = "book_tags: book_id=id, tag_id=id";
  same(links(one), [["add", columns, one, sql]]);
  stored(one);
  same(links(one), []);
  one.tags.replace([go]);
  same(links(one), [
    ["remove", columns, one, sql],
    ["add", columns, one, go],
  ]);
});

test("a pair that both sides hold is added once", () => {
  const sql = pending(new Tag({ name: "sql" }));
  const one = pending(book({ tags: [sql] }));
  assert.is(sql.books[0], one);
  for (const order of [
    [one, sql],
    [sql, one],
  ]) {
    same(links(...order), [["add", "book_tags: book_id=id, tag_id=id", one, sql]]);
  }
});

test("from a table to itself, who follows whom is kept apart", () => {
  const [ann, bob] = [pending(new Person({ name: "Ann" })), pending(new Person({ name: "Bob" }))];
  ann.follows.push(bob);
  const columns = "follows: followed_id=id, follower_id=id";
  same(links(ann, bob), [["add", columns, bob, ann]]);
  bob.follows.push(ann);
  same(links(ann, bob), [
    ["add", columns, bob, ann],
    ["add", columns, ann, bob],
  ]);
});

test("a related object that is in no session is named", async () => {
  const one = pending(book({ author: new Author({ name: "Ada" }) }));
  const error = await errorOf(() => keys(one));
  assert.is(error.code, "not-in-session");
  assert.match(
    error.message,
    "Book.author holds an object of class Author that is not in the session",
  );
  const two = pending(book({ tags: [new Tag({ name: "x" })] }));
  assert.is((await errorOf(() => links(two))).code, "not-in-session");
});

test.run();
