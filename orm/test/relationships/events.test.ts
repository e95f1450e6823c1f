import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { deleteFrom, insert, select, update } from "../../src/query/index.js";
import { joinedload, selectinload } from "../../src/relationships/index.js";
import { Session, sessionmaker } from "../../src/relationships/session.js";
import { inspect, listen } from "../../src/session/index.js";
import { errorOf, testDatabase } from "../support.js";
import { Author, Base, Book, Person, type Recorder, recordingEngine, Tag } from "./library.js";

const test = suite("events along relationships");
const database = testDatabase(test);
let db: Recorder;
let session: Session;
let log: string[] = [];
const stops: (() => void)[] = [];

/** Listens until the test is over. */
const hear = ((...given: Parameters<typeof listen>) => {
  const stop = listen(...given);
  stops.push(stop);
  return stop;
}) as typeof listen;

test.before(async () => {
  db = recordingEngine(database.url);
  await Base.metadata.createAll(db.engine);
});
test.before.each(async () => {
  await db.engine.execute(sql`UPDATE people SET best_friend_id = NULL`);
  for (const table of ["book_tags", "tags", "books", "authors", "follows", "people"]) {
    await db.engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  await db.engine.execute(sql`INSERT INTO authors VALUES (1, 'Ada'), (2, 'Grace')`);
  await db.engine.execute(
    sql`INSERT INTO books (id, title, author_id) VALUES (1, 'Notes', 1), (2, 'Letters', 1)`,
  );
  await db.engine.execute(sql`INSERT INTO tags VALUES (1, 'old')`);
  await db.engine.execute(sql`INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1)`);
  session = new Session(db.engine);
  db.takeAll();
  log = [];
});
test.after.each(async () => {
  for (const stop of stops.splice(0)) stop();
  await session.close();
  assert.is(db.engine.pool.open - db.engine.pool.idle, 0);
});
test.after(() => db.engine.dispose());

const nameOf = (object: object) => {
  const key = inspect(object).key?.join() ?? "new";
  return `${object.constructor.name} ${key}`;
};

test("load is heard once for each object, however it comes", async () => {
  hear(Base, "load", (one) => log.push(nameOf(one)));
  const options = [selectinload(Author.r.books, selectinload(Book.r.tags))];
  await session
    .scalars(
      select(Author)
        .options(...options)
        .orderBy(Author.c.id),
    )
    .all();
  assert.equal(log, ["Author 1", "Author 2", "Book 1", "Book 2", "Tag 1"]);
  assert.is(db.takeAll().length, 4);
  await session.scalars(select(Book).options(joinedload(Book.r.author))).all();
  assert.is(log.length, 5);
  const other = new Session(db.engine);
  log = [];
  await other.scalars(select(Book).options(joinedload(Book.r.author)).orderBy(Book.c.id)).all();
  assert.equal(log, ["Book 1", "Book 2", "Author 1"]);
  log = [];
  const [grace] = await other.scalars(select(Author).where(Author.c.id.eq(2))).all();
  assert.equal(await grace?.lazy.books, []);
  assert.equal(log, ["Author 2"]);
  await other.close();
});

test("load is heard for objects of a loop over rows, which stay outside", async () => {
  hear(Book, "load", (one) => log.push(`${nameOf(one)} ${inspect(one).state}`));
  for await (const book of session.scalars(select(Book).orderBy(Book.c.id))) {
    assert.is(session.contains(book), false);
    log.push("loop");
  }
  assert.equal(log, ["Book 1 detached", "Book 2 detached", "loop", "loop"]);
});

test("a new object hears when the keys of what it points at are known, parents first", async () => {
  hear(Base, "beforeInsert", (one) => {
    log.push(`${one.constructor.name} ${one instanceof Book ? one.authorId : ""}`.trim());
  });
  const jane = new Author({ name: "Jane", books: [new Book({ title: "Emma" })] });
  session.add(jane);
  await session.flush();
  assert.equal(log, ["Author", `Book ${jane.id}`]);
});

test("a child that changes hands is updated, and hears of it", async () => {
  const [ada, grace] = await session
    .scalars(select(Author).options(selectinload(Author.r.books)).orderBy(Author.c.id))
    .all();
  assert.ok(ada && grace);
  hear(Base, "beforeUpdate", (one) => log.push(`${nameOf(one)} ${(one as Book).authorId}`));
  hear(Book, "afterUpdate", (one) => log.push(`after ${nameOf(one)}`));
  grace.books.push(ada.books[0] as Book);
  await session.flush();
  assert.equal(log, ["Book 1 2", "after Book 1"]);
});

test("what goes with a cascade hears of it, children first", async () => {
  for (const event of ["beforeDelete", "afterDelete"] as const) {
    hear(Base, event, (one) => log.push(`${event} ${nameOf(one)}`));
  }
  const ada = await session.get(Author, 1);
  assert.ok(ada);
  session.delete(ada);
  await session.commit();
  assert.equal(log, [
    "beforeDelete Book 1",
    "beforeDelete Book 2",
    "afterDelete Book 1",
    "afterDelete Book 2",
    "beforeDelete Author 1",
    "afterDelete Author 1",
  ]);
});

test("the UPDATE that closes a circle is a part of the INSERT, or of the DELETE", async () => {
  for (const event of ["Insert", "Update", "Delete"] as const) {
    hear(Person, `before${event}`, ({ name }) => log.push(`${event} ${name}`));
  }
  const [one, two] = [new Person({ name: "one" }), new Person({ name: "two" })];
  one.bestFriend = two;
  two.bestFriend = one;
  session.addAll([one, two]);
  await session.flush();
  assert.is(db.take().filter((text) => text.startsWith("UPDATE")).length, 1);
  assert.equal(log.sort(), ["Insert one", "Insert two"]);
  log = [];
  session.delete(one);
  session.delete(two);
  await session.flush();
  assert.is(db.take().filter((text) => text.startsWith("UPDATE")).length, 1);
  assert.equal(log.sort(), ["Delete one", "Delete two"]);
});

test("a relationship cannot change in a listener of an object: the flush is planned", async () => {
  const [ada, grace] = await session
    .scalars(select(Author).options(selectinload(Author.r.books, selectinload(Book.r.tags))))
    .all();
  const [notes] = ada?.books ?? [];
  assert.ok(ada && grace && notes);
  const changes: [string, () => unknown][] = [
    ["in-listener", () => Object.assign(notes, { author: grace })],
    ["in-listener", () => void notes.tags.push(new Tag({ name: "new" }))],
    ["in-listener", () => void notes.tags.replace([])],
    ["in-listener", () => void grace.books.push(new Book({ title: "other" }))],
  ];
  for (const [code, change] of changes) {
    const stop = hear(Book, "beforeUpdate", change as () => void);
    notes.price = "2.00";
    const error = await errorOf(() => session.flush());
    assert.is(error.code, code, error.message);
    stop();
    await session.rollback();
    assert.equal([notes.author, notes.tags.length, grace.books.length], [ada, 1, 0]);
  }
  const stop = hear(Tag, "beforeInsert", (tag) => {
    tag.books.push(new Book({ title: "late" }));
  });
  session.add(new Tag({ name: "new" }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "in-listener");
  assert.is(
    error.message,
    "a new Tag: its books changed in a listener of beforeInsert.\n" +
      "  Hint: Change columns of the object at hand here; the rest belongs into beforeFlush.",
  );
  stop();
});

test("beforeFlush: what it adds to a relationship is planned, what it loads is the session's", async () => {
  hear(session, "beforeFlush", async (where) => {
    const own = where as Session;
    const [old] = await own.scalars(select(Tag).where(Tag.c.name.eq("old"))).all();
    for (const each of own.new) if (each instanceof Book && old) each.tags.push(old);
    const [ada] = await own.scalars(select(Author).where(Author.c.id.eq(1))).all();
    await ada?.lazy.books;
  });
  const book = new Book({ title: "New", authorId: 1 });
  session.add(book);
  await session.flush();
  assert.equal(db.take(), [
    'INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?) ["New","1.00",1]',
    `INSERT INTO \`book_tags\` (\`book_id\`, \`tag_id\`) VALUES (?, ?) [${book.id},1]`,
  ]);
});

test("statements that write many rows make no objects, and no events of them", async () => {
  hear(Base, "beforeInsert", () => log.push("insert"));
  hear(Base, "beforeUpdate", () => log.push("update"));
  hear(Base, "beforeDelete", () => log.push("delete"));
  await session.get(Book, 1);
  await session.execute(insert(Tag).values({ name: "new" }));
  await session.execute(update(Book).set({ price: "3.00" }).all());
  await session.execute(deleteFrom(Tag).where(Tag.c.name.eq("new")));
  await session.commit();
  assert.equal(log, []);
});

test("an audit by events: one statement for all that was written", async () => {
  const maker = sessionmaker(db.engine);
  hear(maker, "afterFlush", async (own, flushed) => {
    const names = [...flushed.new, ...flushed.dirty].map((one) => ({
      name: `audit ${nameOf(one)}`,
    }));
    await own.execute(insert(Tag).values(names));
  });
  await maker.begin(async (own) => {
    const notes = await own.get(Book, 1);
    if (notes) notes.price = "2.00";
    own.add(new Author({ name: "Jane" }));
  });
  const rows = await db.engine.execute(sql<{ name: string }>`SELECT name FROM tags ORDER BY id`);
  assert.equal(
    rows.map(({ name }) => name.replace(/\d+$/, "#")),
    ["old", "audit Author #", "audit Book #"],
  );
});

test("load in a lazy load of many: an error leaves the session usable", async () => {
  const ada = await session.get(Author, 1);
  assert.ok(ada);
  const mine = new Error("mine");
  const stop = hear(Book, "load", (one) => {
    if (one.id === 2) throw mine;
  });
  assert.is(await errorOf(() => ada.lazy.books), mine);
  stop();
  assert.equal(
    (await ada.lazy.books).map(({ title }) => title),
    ["Notes", "Letters"],
  );
});

test.run();
