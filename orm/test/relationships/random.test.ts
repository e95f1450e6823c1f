import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, inspect, Session } from "../../src/index.js";
import { testDatabase } from "../support.js";
import { Author, Base, Book, Item, Person, Shelf, Subject, Tag } from "./library.js";

const test = suite("random graphs of related objects");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

/** What must be true of one object: its values, whom it points at, and what its collection holds. */
interface Facts {
  readonly name: string;
  readonly note: string;
  readonly one: object | null;
  readonly many: readonly object[];
}
/** The model: every object that has a row, or is to get one, in order of its making. */
type Model = Map<object, Facts>;
type Entity = Author | Book | Tag | Subject | Person | Shelf | Item;
/** One edit: which, and numbers by which it picks what it works on. */
type Edit = readonly [keyof typeof edits, number, number, number];

/** A session and the model of what it should know. */
interface World {
  readonly session: Session;
  model: Model;
  /** The model at the last commit. */
  committed: Model;
  names: number;
}

const all = <E extends object>(
  { model }: World,
  Class: abstract new (...values: never[]) => E,
): E[] => [...model.keys()].filter((object): object is E => object instanceof Class);

/** One of them, by a number; undefined when there is none. */
const pick = <T>(items: readonly T[], number: number): T | undefined =>
  items[number % (items.length || 1)];

/** As `pick`, or null for every fifth number. */
const pickOrNull = <T>(items: readonly T[], number: number): T | null =>
  number % 5 === 0 ? null : (pick(items, number) ?? null);

function learn(world: World, object: object, facts: Partial<Facts>): void {
  const known = world.model.get(object) ?? { name: "", note: "", one: null, many: [] };
  world.model.set(object, { ...known, ...facts });
}

function nameFor(world: World): string {
  world.names += 1;
  return `n${world.names}`;
}

/** Puts `item` into a collection of `holder`, or takes it out. */
function toggle<E extends object>(
  world: World,
  holder: object,
  collection: { includes(item: E): boolean; push(item: E): number; remove(item: E): boolean },
  item: E,
): void {
  const many = world.model.get(holder)?.many ?? [];
  if (collection.includes(item)) {
    collection.remove(item);
    learn(world, holder, { many: many.filter((other) => other !== item) });
  } else {
    collection.push(item);
    learn(world, holder, { many: [...many, item] });
  }
}

const edits = {
  newAuthor(world: World) {
    const author = new Author({ name: nameFor(world) });
    world.session.add(author);
    learn(world, author, { name: author.name });
  },
  /** A new author can come in by the cascade from its book alone. */
  newBook(world: World, a: number, b: number, c: number) {
    const known = pickOrNull(all(world, Author), a);
    const author = known ?? new Author({ name: nameFor(world) });
    const tags = new Set([b, c].flatMap((number) => pick(all(world, Tag), number) ?? []));
    const book = new Book({ title: nameFor(world), price: `${c}.50`, author, tags: [...tags] });
    world.session.add(book);
    if (known === null) learn(world, author, { name: author.name });
    learn(world, book, { name: book.title, note: `${c}.50`, one: author, many: [...tags] });
  },
  /** Known to the session by the flush only, half of the time. */
  newTag(world: World, a: number, b: number) {
    const book = pick(all(world, Book), a);
    const tag = new Tag({ name: nameFor(world) });
    if (book === undefined || b % 2 === 0) world.session.add(tag);
    learn(world, tag, { name: tag.name });
    if (book !== undefined) toggle(world, book, book.tags, tag);
  },
  changeBook(world: World, a: number, b: number, c: number) {
    const book = pick(all(world, Book), a);
    const author = pick(all(world, Author), b);
    if (book === undefined || author === undefined) return;
    book.author = author;
    book.price = `${c}.25`;
    learn(world, book, { one: author, note: `${c}.25` });
  },
  toggleTag(world: World, a: number, b: number) {
    const [book, tag] = [pick(all(world, Book), a), pick(all(world, Tag), b)];
    if (book === undefined || tag === undefined) return;
    // One that was never flushed, and is on no book now, is known to nobody.
    if (book.tags.includes(tag)) world.session.add(tag);
    toggle(world, book, book.tags, tag);
  },
  renameAuthor(world: World, a: number) {
    const author = pick(all(world, Author), a);
    if (author === undefined) return;
    author.name = nameFor(world);
    learn(world, author, { name: author.name });
  },
  newSubject(world: World, a: number) {
    const parent = pickOrNull(all(world, Subject), a);
    const subject = new Subject({ name: nameFor(world), parent });
    world.session.add(subject);
    learn(world, subject, { name: subject.name, one: parent });
  },
  moveSubject(world: World, a: number, b: number) {
    const subject = pick(all(world, Subject), a);
    if (subject === undefined) return;
    subject.parent = pickOrNull(all(world, Subject), b);
    learn(world, subject, { one: subject.parent });
  },
  newPerson(world: World, a: number) {
    const friend = pickOrNull(all(world, Person), a);
    const person = new Person({ name: nameFor(world), bestFriend: friend, follows: [] });
    world.session.add(person);
    learn(world, person, { name: person.name, one: friend });
  },
  befriend(world: World, a: number, b: number) {
    const person = pick(all(world, Person), a);
    if (person === undefined) return;
    person.bestFriend = pickOrNull(all(world, Person), b);
    learn(world, person, { one: person.bestFriend });
  },
  toggleFollow(world: World, a: number, b: number) {
    const [person, other] = [pick(all(world, Person), a), pick(all(world, Person), b)];
    if (person && other) toggle(world, person, person.follows, other);
  },
  newShelf(world: World, a: number) {
    const shelf = new Shelf({ room: nameFor(world), number: a, items: [] });
    world.session.add(shelf);
    learn(world, shelf, { name: shelf.room, note: `${a}` });
  },
  newItem(world: World, a: number) {
    const shelf = pick(all(world, Shelf), a);
    if (shelf === undefined) return;
    const item = new Item({ name: nameFor(world) });
    learn(world, item, { name: item.name });
    toggle(world, shelf, shelf.items, item);
  },
  moveItem(world: World, a: number, b: number) {
    const item = pick(all(world, Item), a);
    const from = all(world, Shelf).find(
      (shelf) => item !== undefined && shelf.items.includes(item),
    );
    const to = pickOrNull(all(world, Shelf), b);
    if (item === undefined || from === to) return;
    if (from) toggle(world, from, from.items, item);
    if (!to) world.session.add(item);
    if (to) toggle(world, to, to.items, item);
  },
  async deleteBook(world: World, a: number) {
    await world.session.flush();
    const book = pick(all(world, Book), a);
    if (book === undefined) return;
    world.session.delete(book);
    world.model.delete(book);
  },
  async deleteItem(world: World, a: number) {
    await world.session.flush();
    const item = pick(all(world, Item), a);
    if (item === undefined) return;
    const shelf = all(world, Shelf).find(({ items }) => items.includes(item));
    if (shelf) toggle(world, shelf, shelf.items, item);
    world.session.delete(item);
    world.model.delete(item);
  },
  flush: ({ session }: World) => session.flush(),
  async commit(world: World) {
    await world.session.commit();
    world.committed = new Map(world.model);
  },
  async rollback(world: World) {
    await world.session.rollback();
    const forgotten = [...world.model.keys()].filter((object) => !world.committed.has(object));
    for (const object of forgotten) assert.is(inspect(object).state, "transient");
    world.model = new Map(world.committed);
  },
};

/** Runs edits one after the other; `nest` runs some of those that follow in a savepoint. */
async function run(world: World, list: readonly (Edit | Nest)[], nested = false): Promise<void> {
  for (const [name, a, b, c] of list) {
    if (name === "nest") await nest(world, b as readonly Edit[], a % 2 === 0);
    else if (nested && (name === "commit" || name === "rollback")) await world.session.flush();
    else await edits[name](world, a, b as number, c);
    if (!nested && (name === "commit" || name === "rollback")) await check(world);
  }
}

type Nest = readonly ["nest", number, readonly Edit[], number];

async function nest(world: World, list: readonly Edit[], fails: boolean): Promise<void> {
  const before = new Map(world.model);
  const stop = new Error("stop");
  try {
    await world.session.beginNested(async () => {
      await run(world, list, true);
      if (fails) throw stop;
    });
  } catch (error) {
    if (error !== stop) throw error;
    world.model = before;
  }
}

const nameOf = (world: World, object: object | null) =>
  object === null ? null : (world.model.get(object)?.name ?? "not in the model");

type Line = readonly (string | null)[];
const sorted = (lines: readonly Line[]) => lines.map((line) => JSON.stringify(line)).sort();

/** What the model says, a line for each fact. */
function modelLines(world: World): Line[] {
  return [...world.model].flatMap(([object, { name, note, one, many }]) => [
    [object.constructor.name, name, note, nameOf(world, one)],
    ...many.map((member) => [object.constructor.name, name, "has", nameOf(world, member)]),
  ]);
}

/** The same of the objects. */
function objectLines(world: World): Line[] {
  const named = (object: Entity | null) => (object ? nameOf(world, object) : null);
  const lines = (object: Entity): Line[] => {
    const line = (name: string, note: string, one: Entity | null, many: readonly Entity[]) => [
      [object.constructor.name, name, note, named(one)],
      ...many.map((member) => [object.constructor.name, name, "has", named(member)]),
    ];
    if (object instanceof Book) return line(object.title, object.price, object.author, object.tags);
    if (object instanceof Subject) return line(object.name, "", object.parent, []);
    if (object instanceof Person) return line(object.name, "", object.bestFriend, object.follows);
    if (object instanceof Shelf) return line(object.room, `${object.number}`, null, object.items);
    return line(object.name, "", null, []);
  };
  return [...world.model.keys()].flatMap((object) => lines(object as Entity));
}

/** The same of the database, read without the code under test. */
async function databaseLines(): Promise<Line[]> {
  const parts = [
    "SELECT 'Author', name, '', NULL FROM authors",
    "SELECT 'Book', title, price, a.name FROM books b LEFT JOIN authors a ON a.id = b.author_id",
    "SELECT 'Book', title, 'has', t.name FROM book_tags JOIN books b ON b.id = book_id JOIN tags t ON t.id = tag_id",
    "SELECT 'Tag', name, '', NULL FROM tags",
    "SELECT 'Subject', s.name, '', p.name FROM subjects s LEFT JOIN subjects p ON p.id = s.parent_id",
    "SELECT 'Person', p.name, '', f.name FROM people p LEFT JOIN people f ON f.id = p.best_friend_id",
    "SELECT 'Person', p.name, 'has', f.name FROM follows JOIN people p ON p.id = follower_id JOIN people f ON f.id = followed_id",
    "SELECT 'Shelf', room, CAST(number AS CHAR), NULL FROM shelves",
    "SELECT 'Shelf', room, 'has', name FROM items JOIN shelves ON room = shelf_room AND number = shelf_number",
    "SELECT 'Item', name, '', NULL FROM items",
  ];
  await database.admin.query(`USE ${database.name}`);
  const [rows] = await database.admin.query({ sql: parts.join(" UNION ALL "), rowsAsArray: true });
  return rows as unknown as Line[];
}

async function check(world: World): Promise<void> {
  const expected = sorted(modelLines(world));
  assert.equal(sorted(objectLines(world)), expected, "the objects");
  assert.equal(sorted(await databaseLines()), expected, "the database");
}

async function emptyTables(): Promise<void> {
  await database.admin.query("SET FOREIGN_KEY_CHECKS = 0");
  for (const name of Base.metadata.tables.keys()) {
    await database.admin.query(`DELETE FROM ${database.name}.${name}`);
  }
  await database.admin.query(`DELETE FROM ${database.name}.book_tags`);
}

test("equal a plain model after every commit and every rollback", async () => {
  const names = Object.keys(edits) as (keyof typeof edits)[];
  const number = fc.nat({ max: 30 });
  const edit = fc.tuple(fc.constantFrom(...names), number, number, number);
  const nested = fc.tuple(
    fc.constant("nest" as const),
    number,
    fc.array(edit, { maxLength: 8 }),
    number,
  );
  const list = fc.array(
    fc.oneof({ weight: 12, arbitrary: edit }, { weight: 1, arbitrary: nested }),
    {
      minLength: 1,
      maxLength: 60,
      size: "max",
    },
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
        await session.close();
      }
    },
  );
  await fc.assert(program, { includeErrorInReport: true, numRuns: Number(process.env.RUNS ?? 40) });
});

test.run();
