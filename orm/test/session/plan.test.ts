import { suite } from "uvu";
import * as assert from "uvu/assert";
import { declarativeBase, integer, varchar } from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import type { FlushStep, LinkChange, Work } from "../../src/session/plan.js";
import { planFlush } from "../../src/session/unit-of-work.js";
import { errorOf } from "../support.js";
import { depends, toWork } from "./flush-support.js";

const Base = declarativeBase();
class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(50),
  authorId: integer().references("authors.id"),
}) {}
class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(50),
  favoriteId: integer().nullable().references("books.id"),
}) {}
class Tag extends Base.mapped("tags", { id: integer().primaryKey(), name: varchar(50) }) {}
class Note extends Base.mapped("notes", {
  id: integer().primaryKey(),
  name: varchar(50),
  tagId: integer().nullable().references("tags.id"),
}) {}
class Node extends Base.mapped("nodes", {
  id: integer().primaryKey(),
  name: varchar(50),
  parentId: integer().nullable().references("nodes.id"),
}) {}
class Ring extends Base.mapped("rings", {
  id: integer().primaryKey(),
  nextId: integer().references("rings.id"),
}) {}

const test = suite("the plan of a flush");

/** Each step as "insert authors Ada Bob". */
function steps(work: Partial<Record<keyof Work, readonly unknown[]>>): string[] {
  return planFlush(toWork(work)).steps.map(describeStep);
}

function describeStep(step: FlushStep): string {
  const rows =
    "dependencies" in step
      ? step.rows.map(({ object }) => {
          const { name, title, id } = object as { name?: string; title?: string; id?: number };
          return name ?? title ?? id;
        })
      : [`${step.rows.length}`];
  return [step.kind, step.table.name, ...rows].join(" ");
}

/** An object as if it had been loaded. */
function loaded<T extends object>(object: T, change: Partial<T> = {}): T {
  const instance = instanceOf(object);
  instance.state = "persistent";
  instance.before = undefined;
  return Object.assign(object, change);
}

const tag = (id: number, change = {}) => loaded(new Tag({ id, name: `t${id}` }), change);
const note = (id: number, tagId: number, change = {}) =>
  loaded(new Note({ id, name: `n${id}`, tagId }), change);
const node = (id: number, parentId: number | null = null) =>
  loaded(new Node({ id, name: `${id}`, parentId }));

test("no work is no step", () => {
  assert.equal(steps({}), []);
  assert.equal(steps({ updates: [tag(1)] }), []);
});

test("classes in the order of their foreign keys, deletes last and the other way round", () => {
  assert.equal(
    steps({
      inserts: [new Note({ name: "new note" }), new Tag({ name: "new tag" })],
      updates: [note(2, 1, { name: "changed" }), tag(2, { name: "other" })],
      deletes: [tag(3), note(3, 3)],
    }),
    [
      "update tags other",
      "insert tags new tag",
      "update notes changed",
      "insert notes new note",
      "delete notes n3",
      "delete tags t3",
    ],
  );
});

test("rows of many-to-many tables are removed first, and added before the deletes", () => {
  const table = instanceOf(tag(1)).mapper.table;
  const link = (action: "add" | "remove") => ({ table, action, ends: [] }) as LinkChange;
  assert.equal(
    steps({
      inserts: [new Tag({ name: "new" })],
      deletes: [note(1, 1)],
      links: [link("add"), link("remove"), link("add")],
    }),
    ["unlink tags 1", "insert tags new", "link tags 2", "delete notes n1"],
  );
});

test("rows to update are sorted by their key, whoever changed them first", () => {
  const change = { name: "x" };
  const tags = [tag(10, { name: "ten" }), tag(9, { name: "nine" }), tag(11, change)];
  assert.equal(steps({ updates: tags }), ["update tags nine ten x"]);
});

test("layers of one class: parents first in, and last out", () => {
  const rows = ["d", "c", "b", "a"].map((name) => new Node({ name }));
  const [d, c, b, a] = rows as [Node, Node, Node, Node];
  const dependencies = [
    depends(d, "parentId", b),
    depends(c, "parentId", b),
    depends(b, "parentId", a),
  ];
  assert.equal(steps({ inserts: rows, dependencies }), [
    "insert nodes a",
    "insert nodes b",
    "insert nodes d c",
  ]);
  assert.equal(steps({ deletes: [node(1), node(2, 1), node(3, 1), node(4, 3)] }), [
    "delete nodes 4",
    "delete nodes 2 3",
    "delete nodes 1",
  ]);
});

test("a delete goes by what the database has, not by what was assigned since", () => {
  const [parent, child] = [node(1), node(2, 1)];
  child.parentId = null;
  parent.parentId = 2;
  assert.equal(steps({ deletes: [parent, child] }), ["delete nodes 2", "delete nodes 1"]);
});

test("two classes that point at each other: the foreign key that can be NULL waits", () => {
  const [ada, notes] = [new Author({ name: "Ada" }), new Book({ title: "Notes" })];
  const favorite = depends(ada, "favoriteId", notes);
  const plan = planFlush(
    toWork({ inserts: [ada, notes], dependencies: [depends(notes, "authorId", ada), favorite] }),
  );
  assert.equal(plan.steps.map(describeStep), [
    "insert authors Ada",
    "insert books Notes",
    "update authors Ada",
  ]);
  const [first, , last] = plan.steps as Extract<FlushStep, { dependencies: unknown }>[];
  assert.equal([first?.dependencies.length, first?.postponed.length], [0, 1]);
  assert.is(last?.dependencies[0], favorite);
});

test("10,000 such pairs are three steps", () => {
  const authors = Array.from({ length: 10_000 }, (_, id) => new Author({ name: `${id}` }));
  const books = authors.map(({ name }) => new Book({ title: name }));
  const dependencies = authors.flatMap((author, index) => [
    depends(author, "favoriteId", books[index] as Book),
    depends(books[index] as Book, "authorId", author),
  ]);
  assert.equal(
    planFlush(toWork({ inserts: [...books, ...authors], dependencies })).steps.map(
      ({ kind, rows }) => [kind, rows.length],
    ),
    [
      ["insert", 10_000],
      ["insert", 10_000],
      ["update", 10_000],
    ],
  );
});

test("deletes in a circle: the foreign key is set to NULL first", () => {
  const ada = loaded(new Author({ id: 1, name: "Ada", favoriteId: 1 }));
  const notes = loaded(new Book({ id: 1, title: "Notes", authorId: 1 }));
  assert.equal(steps({ deletes: [ada, notes] }), [
    "update authors Ada",
    "delete books Notes",
    "delete authors Ada",
  ]);
});

test("a circle in which nothing can be NULL is refused", async () => {
  const [one, two] = [new Ring({}), new Ring({})];
  const dependencies = [depends(one, "nextId", two), depends(two, "nextId", one)];
  const error = await errorOf(() => planFlush(toWork({ inserts: [one, two], dependencies })));
  assert.is(error.code, "row-cycle");
  assert.match(error.message, "Ring → Ring → Ring");
});

test("a relationship to a stored row makes its child an update, but not one that is deleted", () => {
  const [child, gone] = [note(1, 1), note(2, 1)];
  const dependencies = [
    depends(child, "tagId", new Tag({ name: "new" })),
    depends(gone, "tagId", null),
  ];
  assert.equal(steps({ updates: [child, gone], deletes: [gone], dependencies }), [
    "update notes n1",
    "delete notes n2",
  ]);
});

test.run();
