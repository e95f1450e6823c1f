import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine } from "../../src/engine/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { select } from "../../src/query/index.js";
import { Session } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { runs, testDatabase } from "../support.js";
import { Box, Base as CascadeBase, Folder, Profile, Thing, User } from "./cascade-library.js";
import { Author, Base, Book, Item, Person, Shelf, Subject, Tag } from "./library.js";

const test = suite("random graphs of related objects");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  await CascadeBase.metadata.createAll(engine);
});
test.after(() => engine.dispose());

const classes = {
  Author,
  Book,
  Tag,
  Subject,
  Person,
  Shelf,
  Item,
  Folder,
  User,
  Profile,
  Box,
  Thing,
};
type Kind = keyof typeof classes;
type Entity = InstanceType<(typeof classes)[Kind]>;
const kindOf = (object: Entity) => object.constructor.name as Kind;

/** How a class's objects point at one parent: by which properties of the two, and what becomes of them without it. */
interface Parenthood {
  readonly parent: Kind;
  readonly one?: string;
  readonly many?: string;
  /** The parent has one of them only. */
  readonly single?: true;
  /** They are deleted with their parent, and when they are taken out of it. */
  readonly owned?: true;
  readonly required?: true;
}

const parenthoods: Partial<Record<Kind, Parenthood>> = {
  Book: { parent: "Author", one: "author", many: "books", owned: true, required: true },
  Subject: { parent: "Subject", one: "parent", many: "children" },
  Person: { parent: "Person", one: "bestFriend" },
  Item: { parent: "Shelf", many: "items" },
  Folder: { parent: "Folder", one: "parent", many: "folders", owned: true },
  Profile: { parent: "User", one: "user", many: "profile", single: true, owned: true },
  Thing: { parent: "Box", many: "things", owned: true },
};

/** The many-to-many relationships, with both properties. */
const pairings: Partial<Record<Kind, { readonly other: Kind; own: string; back: string }>> = {
  Book: { other: "Tag", own: "tags", back: "books" },
  Person: { other: "Person", own: "follows", back: "followers" },
};

/** What must be true of one object. What it is a parent of follows from the others. */
interface Facts {
  readonly note: string;
  readonly one: Entity | null;
  /** Taken out of its parent, and given no other one: the next flush deletes it. */
  readonly orphan: boolean;
  readonly pairs: readonly Entity[];
}
type Model = Map<Entity, Facts>;
type Edit = readonly [keyof typeof edits, number, number, number];

interface World {
  session: Session;
  model: Model;
  /** The model at the last commit. */
  committed: Model;
  names: number;
}

const all = (world: World, kind: Kind) =>
  [...world.model.keys()].filter((object) => kindOf(object) === kind);

/** One of them, by a number; undefined when there is none. */
const pick = <T>(items: readonly T[], number: number): T | undefined =>
  items[number % (items.length || 1)];

const kindsWith = (table: Partial<Record<Kind, unknown>>) => Object.keys(table) as Kind[];

function learn(world: World, object: Entity, facts: Partial<Facts>): void {
  const known = world.model.get(object) ?? { note: "", one: null, orphan: false, pairs: [] };
  world.model.set(object, { ...known, ...facts });
}

const factsOf = (world: World, object: Entity) => world.model.get(object) as Facts;

const childrenOf = (world: World, parent: Entity) =>
  [...world.model].flatMap(([child, { one }]) => (one === parent ? [child] : []));

/** What is deleted in the model: the object, what it owns, and its pairs; the others lose their parent. */
function forget(world: World, object: Entity): void {
  if (!world.model.has(object)) return;
  const children = childrenOf(world, object);
  world.model.delete(object);
  for (const child of children) {
    if (parenthoods[kindOf(child)]?.owned) forget(world, child);
    else if (world.model.has(child)) learn(world, child, { one: null });
  }
  for (const [other, { pairs }] of world.model) {
    if (pairs.includes(object))
      learn(world, other, { pairs: pairs.filter((one) => one !== object) });
  }
}

/** What a flush does: orphans go. */
function flushed(world: World): void {
  for (const [object, { orphan }] of [...world.model]) if (orphan) forget(world, object);
}

async function flush(world: World): Promise<void> {
  flushed(world);
  await world.session.flush();
}

/** Sets the parent of an object in the model. Where a parent has one child only, the former one is let go. */
function adopt(world: World, child: Entity, parent: Entity | null): void {
  const { owned, single } = parenthoods[kindOf(child)] as Parenthood;
  const { one, orphan } = factsOf(world, child);
  if (parent !== null && single) {
    for (const former of childrenOf(world, parent)) {
      if (former !== child) learn(world, former, { one: null, orphan: owned === true });
    }
  }
  const isTakenOut = owned === true && parent === null && (orphan || one !== null);
  learn(world, child, { one: parent, orphan: isTakenOut });
}

type Many = Entity[] & { remove(item: Entity): boolean; replace(items: readonly Entity[]): void };
type Open = Record<string, unknown>;
const read = (object: Entity, property: string) => (object as unknown as Open)[property];
const write = (object: Entity, property: string, value: unknown) => {
  (object as unknown as Open)[property] = value;
};

/** Whether a relationship is in memory. */
function isKnown(object: Entity, property: string): boolean {
  try {
    read(object, property);
    return true;
  } catch (error) {
    assert.is((error as { code?: string }).code, "unloaded");
    return false;
  }
}

/** Loads a relationship, if it is not in memory. */
async function need(world: World, object: Entity, property: string): Promise<void> {
  if (isKnown(object, property)) return;
  flushed(world);
  await (object.lazy as unknown as Record<string, Promise<unknown>>)[property];
}

/** Gives an object another parent, by its own side or by the parent's. */
async function reparent(world: World, child: Entity, parent: Entity | null, way: number) {
  const { one, many, single } = parenthoods[kindOf(child)] as Parenthood;
  if (single && parent) await need(world, parent, many as string);
  if (single && one) await need(world, child, one);
  if (!world.model.has(child) || (parent && !world.model.has(parent))) return;
  const former = factsOf(world, child).one;
  const byParent = one === undefined || (many !== undefined && way % 2 === 1);
  if (!byParent) write(child, one, parent);
  else if (single) {
    const holder = parent ?? former;
    // What a rollback took from the parent's side can still be there on the child's.
    if (holder) await need(world, holder, many as string);
    if (![child, parent].every((each) => each === null || world.model.has(each))) return;
    if (holder) write(holder, many as string, parent && child);
  } else {
    for (const holder of [former, parent]) {
      if (holder) await need(world, holder, many as string);
    }
    if (![child, parent].every((each) => each === null || world.model.has(each))) return;
    const left = former && (read(former, many as string) as Many);
    if (left?.includes(child) && (one === undefined || parent === null)) left.remove(child);
    const into = parent && (read(parent, many as string) as Many);
    if (into && !into.includes(child)) into.push(child);
  }
  adopt(world, child, parent);
}

const makers: Record<Kind, (world: World, a: number, name: string) => Entity> = {
  Author: (_, __, name) => new Author({ name }),
  Book: (world, a, title) => {
    const author = (pick(all(world, "Author"), a) as Author) ?? new Author({ name: title });
    const book = new Book({ title, author });
    if (!world.model.has(author)) learn(world, author, { note: title });
    learn(world, book, { one: author });
    return book;
  },
  Tag: (_, __, name) => new Tag({ name }),
  Subject: (_, __, name) => new Subject({ name }),
  Person: (_, __, name) => new Person({ name }),
  Shelf: (_, number, room) => new Shelf({ room, number }),
  Item: (_, __, name) => new Item({ name }),
  Folder: (_, __, name) => new Folder({ name }),
  User: () => new User(),
  Profile: () => new Profile(),
  Box: (_, number, room) => new Box({ room, number }),
  Thing: () => new Thing(),
};

/** The column that edits change. */
const noted: Partial<Record<Kind, string>> = {
  Author: "name",
  Book: "title",
  Tag: "name",
  Subject: "name",
  Folder: "name",
};

const edits = {
  /** Known to the session at once, or by the flush after it was given a parent. */
  async make(world: World, a: number, b: number, c: number) {
    const kind = pick(Object.keys(classes) as Kind[], a) as Kind;
    world.names += 1;
    const name = `n${world.names}`;
    const object = makers[kind](world, b, name);
    learn(world, object, { note: noted[kind] ? name : "" });
    const parent = kind === "Book" ? undefined : parenthoods[kind]?.parent;
    const holder = parent && pick(all(world, parent), c);
    if (c % 3 > 0 || !holder || holder === object) world.session.add(object);
    if (holder) await reparent(world, object, holder, b);
    if (c % 3 === 0) {
      world.session.add(object);
      await flush(world);
    }
  },
  async reparent(world: World, a: number, b: number, c: number) {
    const kind = pick(kindsWith(parenthoods), a) as Kind;
    const child = pick(all(world, kind), b);
    const parent = pick(all(world, (parenthoods[kind] as Parenthood).parent), c) ?? null;
    if (child) await reparent(world, child, c % 4 === 0 ? null : parent, a + b);
  },
  /** All children of a parent, or some of them and one of another. */
  async replace(world: World, a: number, b: number, c: number) {
    const kind = pick(kindsWith(parenthoods), a) as Kind;
    const { parent: parentKind, one, many, single } = parenthoods[kind] as Parenthood;
    const parent = pick(all(world, parentKind), b);
    const more = pick(all(world, kind), c);
    if (!parent || !many || !one || single) return;
    await need(world, parent, many);
    if (!world.model.has(parent)) return;
    const kept = childrenOf(world, parent).filter((_, place) => (place + c) % 2 === 0);
    const items = new Set(more && world.model.has(more) ? [more, ...kept] : kept);
    const left = childrenOf(world, parent).filter((child) => !items.has(child));
    if (b % 2 === 0) (read(parent, many) as Many).replace([...items]);
    else write(parent, many, [...items]);
    for (const child of left) adopt(world, child, null);
    for (const child of items) adopt(world, child, parent);
  },
  /** Puts a pair together or takes it apart, from either side. */
  async pair(world: World, a: number, b: number, c: number) {
    const kind = pick(kindsWith(pairings), a) as Kind;
    const { other: otherKind, own, back } = pairings[kind] as NonNullable<(typeof pairings)[Kind]>;
    const [object, other] = [pick(all(world, kind), b), pick(all(world, otherKind), c)];
    if (!object || !other) return;
    const [holder, property, member] =
      (a + b + c) % 2 === 0 ? [object, own, other] : [other, back, object];
    await need(world, holder, property);
    if (!world.model.has(object) || !world.model.has(other)) return;
    const { pairs } = factsOf(world, object);
    const collection = read(holder, property) as Many;
    assert.is(collection.includes(member), pairs.includes(other));
    if (pairs.includes(other)) collection.remove(member);
    else collection.push(member);
    const changed = pairs.includes(other)
      ? pairs.filter((one) => one !== other)
      : [...pairs, other];
    learn(world, object, { pairs: changed });
  },
  rename(world: World, a: number, b: number) {
    const kind = pick(kindsWith(noted), a) as Kind;
    const object = pick(all(world, kind), b);
    if (!object) return;
    world.names += 1;
    write(object, noted[kind] as string, `n${world.names}`);
    learn(world, object, { note: `n${world.names}` });
  },
  async delete(world: World, a: number, b: number) {
    await flush(world);
    const object = pick(all(world, pick(Object.keys(classes) as Kind[], a) as Kind), b);
    if (!object) return;
    // A relationship with one side only does not hear of it.
    const { one: up, many: down } = parenthoods[kindOf(object)] ?? { one: "" };
    const holder = factsOf(world, object).one;
    if (up === undefined && down && holder) {
      await need(world, holder, down);
      (read(holder, down) as Many).remove(object);
    }
    if (kindOf(object) === "Person") {
      for (const friend of childrenOf(world, object)) {
        write(friend, "bestFriend", null);
        learn(world, friend, { one: null });
      }
    }
    world.session.delete(object);
    forget(world, object);
  },
  flush,
  async commit(world: World) {
    flushed(world);
    await world.session.commit();
    world.committed = new Map(world.model);
  },
  async rollback(world: World) {
    await world.session.rollback();
    const forgotten = [...world.model.keys()].filter((object) => !world.committed.has(object));
    for (const object of forgotten) assert.is(inspect(object).state, "transient");
    world.model = new Map(world.committed);
  },
  /** Goes on in a new session, in which every object is loaded, and no relationship. */
  async reopen(world: World) {
    await edits.commit(world);
    await check(world);
    await world.session.close();
    world.session = new Session(engine);
    const found = new Map<string, Entity>();
    for (const Class of Object.values(classes)) {
      const objects = await world.session.scalars(select(Class as typeof Author)).all();
      for (const object of objects as unknown as Entity[])
        found.set(String(nameOf(object)), object);
    }
    const again = (object: Entity) => found.get(String(nameOf(object))) as Entity;
    world.model = new Map(
      Array.from(world.model, ([object, facts]) => {
        const one = facts.one && again(facts.one);
        return [again(object), { ...facts, one, pairs: facts.pairs.map(again) }];
      }),
    );
    world.committed = new Map(world.model);
  },
};

/** Runs edits one after the other; `nest` runs some of those that follow in a savepoint. */
async function run(world: World, list: readonly (Edit | Nest)[], nested = false): Promise<void> {
  for (const [name, a, b, c] of list) {
    const ends = name === "commit" || name === "rollback" || name === "reopen";
    if (name === "nest") await nest(world, b as readonly Edit[], a % 2 === 0);
    else if (nested && ends) await flush(world);
    else await edits[name](world, a, b as number, c);
    if (!nested && ends) await check(world);
  }
}

type Nest = readonly ["nest", number, readonly Edit[], number];

async function nest(world: World, list: readonly Edit[], fails: boolean): Promise<void> {
  flushed(world);
  const before = new Map(world.model);
  const stop = new Error("stop");
  try {
    await world.session.beginNested(async () => {
      await run(world, list, true);
      if (fails) throw stop;
      flushed(world);
    });
  } catch (error) {
    if (error !== stop) throw error;
    world.model = before;
  }
}

/** "Book 7": what the database calls it as well. */
function nameOf(object: Entity | null): string | null {
  if (object === null) return null;
  const { mapper, values } = instanceOf(object);
  const key = mapper.table.primaryKey.map(({ position }) => values[position]);
  return `${kindOf(object)} ${key.join("-")}`;
}

const namesOf = (objects: readonly Entity[]) => objects.map(nameOf).sort();

/** Each side of each relationship that is in memory is what the model says. */
function checkObjects(world: World): void {
  for (const [object, { note, one, pairs }] of world.model) {
    const kind = kindOf(object);
    const column = noted[kind];
    if (column) assert.is(read(object, column), note);
    const expected: [string | undefined, readonly Entity[]][] = [
      [parenthoods[kind]?.one, one ? [one] : []],
      [pairings[kind]?.own, pairs],
    ];
    for (const [childKind, { parent, many }] of Object.entries(parenthoods)) {
      if (parent !== kind) continue;
      const children = childrenOf(world, object).filter((child) => kindOf(child) === childKind);
      expected.push([many, children]);
    }
    for (const [otherKind, { other, back }] of Object.entries(pairings)) {
      if (other !== kind) continue;
      const holders = all(world, otherKind as Kind);
      expected.push([back, holders.filter((one) => factsOf(world, one).pairs.includes(object))]);
    }
    for (const [property, objects] of expected) {
      if (property === undefined || !isKnown(object, property)) continue;
      const actual = [read(object, property) ?? []].flat() as Entity[];
      assert.equal(namesOf(actual), namesOf(objects), `${nameOf(object)}.${property}`);
    }
  }
}

type Line = readonly (string | null)[];
const sorted = (lines: readonly Line[]) => lines.map((line) => JSON.stringify(line)).sort();

/** What the model says that the database holds, a line for each fact. */
function modelLines(world: World): Line[] {
  return [...world.model].flatMap(([object, { note, one, pairs }]) => [
    [nameOf(object), note, nameOf(one)],
    ...pairs.map((other) => [nameOf(object), "with", nameOf(other)]),
  ]);
}

/** The same of the database, read without the code under test. */
async function databaseLines(): Promise<Line[]> {
  const simple = (kind: Kind, table: string, note: string, parent: string) =>
    `SELECT CONCAT('${kind} ', id), ${note}, ${parent} FROM ${table}`;
  const parts = [
    simple("Author", "authors", "name", "NULL"),
    simple("Book", "books", "title", "CONCAT('Author ', author_id)"),
    simple("Tag", "tags", "name", "NULL"),
    simple("Subject", "subjects", "name", "CONCAT('Subject ', parent_id)"),
    simple("Person", "people", "''", "CONCAT('Person ', best_friend_id)"),
    simple("Item", "items", "''", "CONCAT('Shelf ', shelf_room, '-', shelf_number)"),
    simple("Folder", "folders", "name", "CONCAT('Folder ', parent_id)"),
    simple("User", "users", "''", "NULL"),
    simple("Profile", "profiles", "''", "CONCAT('User ', user_id)"),
    simple("Thing", "things", "''", "CONCAT('Box ', room, '-', number)"),
    "SELECT CONCAT('Shelf ', room, '-', number), '', NULL FROM shelves",
    "SELECT CONCAT('Box ', room, '-', number), '', NULL FROM boxes",
    "SELECT CONCAT('Book ', book_id), 'with', CONCAT('Tag ', tag_id) FROM book_tags",
    "SELECT CONCAT('Person ', follower_id), 'with', CONCAT('Person ', followed_id) FROM follows",
  ];
  await database.admin.query(`USE ${database.name}`);
  const [rows] = await database.admin.query({ sql: parts.join(" UNION ALL "), rowsAsArray: true });
  return rows as unknown as Line[];
}

async function check(world: World): Promise<void> {
  checkObjects(world);
  assert.equal(sorted(await databaseLines()), sorted(modelLines(world)), "the database");
}

async function emptyTables(): Promise<void> {
  await database.admin.query("SET FOREIGN_KEY_CHECKS = 0");
  const tables = ["book_tags", "follows", "authors", "books", "tags", "subjects", "people"];
  const more = ["shelves", "items", "folders", "users", "profiles", "boxes", "things"];
  for (const name of [...tables, ...more]) {
    await database.admin.query(`DELETE FROM ${database.name}.${name}`);
  }
}

test("equal a plain model after every commit and every rollback, on both sides", async () => {
  const names = Object.keys(edits) as (keyof typeof edits)[];
  const number = fc.nat({ max: 30 });
  const frequent: (keyof typeof edits)[] = [
    "make",
    "make",
    "reparent",
    "reparent",
    "pair",
    "replace",
  ];
  const edit = fc.tuple(fc.constantFrom(...names, ...frequent), number, number, number);
  const nested = fc.tuple(
    fc.constant("nest" as const),
    number,
    fc.array(edit, { maxLength: 8 }),
    number,
  );
  const list = fc.array(
    fc.oneof({ weight: 12, arbitrary: edit }, { weight: 1, arbitrary: nested }),
    { minLength: 1, maxLength: 60, size: "max" },
  );
  const program = fc.asyncProperty(
    list,
    fc.constantFrom("commit", "rollback"),
    async (steps, end) => {
      await emptyTables();
      const session = new Session(engine);
      const world: World = { session, model: new Map(), committed: new Map(), names: 0 };
      try {
        await run(world, [...steps, [end as "commit", 0, 0, 0]]);
      } finally {
        await world.session.close();
      }
    },
  );
  await fc.assert(program, { includeErrorInReport: true, numRuns: runs(25, 5000) });
});

test.run();
