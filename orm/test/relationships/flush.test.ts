import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { integer, manyToOne } from "../../src/mapping/index.js";
import { select } from "../../src/query/index.js";
import { declarativeBase, Session, sessionmaker } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf } from "../support.js";
import {
  Author,
  Book,
  Card,
  Item,
  Member,
  openRecorded,
  Person,
  Shelf,
  Subject,
  Tag,
} from "./library.js";

const test = suite("what a flush writes for relationships");
const recorder = openRecorded(test);
const { database } = recorder;
let session: Session;

test.before.each(() => {
  session = new Session(recorder.engine);
});
test.after.each(() => session.close());

/** Rows of a raw statement, as arrays. */
async function rows(text: string): Promise<unknown[]> {
  const result = await database.admin.query({ sql: `${text}`, rowsAsArray: true });
  return result[0] as unknown[];
}
const table = (name: string) => `${database.name}.${name}`;

test("an author with new books and their tags: four INSERTs, every key right", async () => {
  const [maths, history] = [new Tag({ name: "maths" }), new Tag({ name: "history" })];
  const ada = new Author({
    name: "Ada",
    books: [
      new Book({ title: "Notes", price: "9.99", tags: [maths, history] }),
      new Book({ title: "Letters", tags: [history] }),
    ],
  });
  session.add(ada);
  assert.is(inspect(maths).state, "pending");
  await session.commit();
  const sent = recorder.takeAll();
  // What the server is asked of, before it gives several keys at once: once in a flush.
  assert.is(sent.filter((text) => text.startsWith("SELECT")).length, 1);
  assert.equal(
    sent.filter((text) => !text.startsWith("SELECT")),
    [
      "BEGIN",
      'INSERT INTO `authors` (`name`) VALUES (?) ["Ada"]',
      'INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?), (?, ?, ?) ["Notes","9.99",1,"Letters","1.00",1]',
      'INSERT INTO `tags` (`name`) VALUES (?), (?) ["maths","history"]',
      "INSERT INTO `book_tags` (`book_id`, `tag_id`) VALUES (?, ?), (?, ?), (?, ?) [1,1,1,2,2,2]",
      "COMMIT",
    ],
  );
  assert.equal(
    ada.books.map(({ id, authorId }) => [id, authorId]),
    [
      [1, 1],
      [2, 1],
    ],
  );
  assert.equal(await rows(`SELECT book_id, tag_id FROM ${table("book_tags")} ORDER BY 1, 2`), [
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
  await session.commit();
  assert.equal(recorder.takeAll(), []);
});

test("added from the other side, the parent comes with it", async () => {
  const ada = new Author({ name: "Ada" });
  session.add(new Book({ title: "Notes", author: ada }));
  assert.is(inspect(ada).state, "pending");
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `authors` (`name`) VALUES (?) ["Ada"]',
    'INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?) ["Notes","1.00",1]',
  ]);
});

test("what is related later is found by the flush", async () => {
  const ada = new Author({ name: "Ada", books: [] });
  session.add(ada);
  await session.flush();
  recorder.take();
  ada.books.push(new Book({ title: "Notes", tags: [new Tag({ name: "maths" })] }));
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?) ["Notes","1.00",1]',
    'INSERT INTO `tags` (`name`) VALUES (?) ["maths"]',
    "INSERT INTO `book_tags` (`book_id`, `tag_id`) VALUES (?, ?) [1,1]",
  ]);
});

/** Two authors, one book of the first; stored, nothing recorded. */
async function authors() {
  const notes = new Book({ title: "Notes", tags: [new Tag({ name: "maths" })] });
  const ada = new Author({ name: "Ada", books: [notes] });
  const grace = new Author({ name: "Grace", books: [] });
  session.addAll([ada, grace]);
  await session.commit();
  recorder.take();
  return { ada, grace, notes };
}

test("a book moves to another author, by either side", async () => {
  const { ada, grace, notes } = await authors();
  notes.author = grace;
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]"]);
  assert.is(notes.authorId, 2);

  const letters = new Book({ title: "Letters" });
  ada.books.replace([letters]);
  await session.flush();
  recorder.take();
  ada.books.remove(letters);
  grace.books.push(letters);
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,2]"]);
});

test("a rollback puts the book, its key and both collections back", async () => {
  const { ada, grace, notes } = await authors();
  ada.books.remove(notes);
  grace.books.push(notes);
  await session.flush();
  assert.is(notes.authorId, 2);
  await session.rollback();
  assert.is(notes.authorId, 1);
  assert.equal([ada.books.length, grace.books.length], [1, 0]);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), []);
});

test("the relationship wins over the foreign key, when it was changed", async () => {
  const { ada, grace, notes } = await authors();
  const letters = new Book({ title: "Letters", authorId: ada.id, author: grace });
  session.add(letters);
  notes.authorId = grace.id;
  await session.commit();
  assert.equal(recorder.take(), [
    "UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]",
    'INSERT INTO `books` (`title`, `price`, `author_id`) VALUES (?, ?, ?) ["Letters","1.00",2]',
  ]);
  letters.author = ada;
  letters.authorId = 99;
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [1,2]"]);
});

test("a card takes the place of another, whose unique key is freed first", async () => {
  const ada = new Member({ name: "Ada", card: new Card({ code: "A-1" }) });
  session.add(ada);
  await session.commit();
  recorder.take();
  ada.card = new Card({ code: "A-2" });
  await session.commit();
  assert.equal(recorder.take(), [
    'UPDATE `cards` SET `member_id` = ? WHERE `code` = ? [null,"A-1"]',
    'INSERT INTO `cards` (`code`, `member_id`) VALUES (?, ?) ["A-2",1]',
  ]);
});

test("a collection that a new object was never given is empty, before the commit and after it", async () => {
  const grace = new Author({ name: "Grace" });
  session.add(grace);
  await session.commit();
  grace.books.push(new Book({ title: "Compilers" }));
  await session.commit();
  assert.is(grace.books[0]?.authorId, grace.id);
  session.expire(grace, "name");
  assert.is(grace.books.length, 1);
  const ada = new Author({ name: "Ada" });
  session.add(ada);
  await session.commit();
  session.expire(ada, "name");
  assert.equal([...ada.books], []);
  session.expire(grace);
  assert.is((await errorOf(() => grace.books)).code, "unloaded");
});

test("tags are taken off and put on", async () => {
  const { notes } = await authors();
  const [maths] = notes.tags;
  notes.tags.replace([new Tag({ name: "history" }), new Tag({ name: "poetry" })]);
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `book_tags` WHERE (`book_id`, `tag_id`) IN ((?, ?)) [1,1]",
    'INSERT INTO `tags` (`name`) VALUES (?), (?) ["history","poetry"]',
    "INSERT INTO `book_tags` (`book_id`, `tag_id`) VALUES (?, ?), (?, ?) [1,2,1,3]",
  ]);
  notes.tags.replace([]);
  notes.tags.push(maths as Tag);
  await session.flush();
  await session.rollback();
  assert.equal(
    notes.tags.map(({ name }) => name),
    ["history", "poetry"],
  );
  assert.equal(await rows(`SELECT tag_id FROM ${table("book_tags")} ORDER BY 1`), [[2], [3]]);
});

test("a tag that goes leaves its row of the table between, then is deleted", async () => {
  const { notes } = await authors();
  const maths = notes.tags.pop() as Tag;
  session.delete(maths);
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `book_tags` WHERE `tag_id` IN (?) [1]",
    "DELETE FROM `tags` WHERE `id` IN (?) [1]",
  ]);
});

test("a subject that goes leaves its shelf, which alone says that it is there", async () => {
  const maths = new Subject({ name: "maths" });
  const shelf = new Shelf({ room: "A", number: 1 });
  shelf.subjects.push(maths);
  session.add(shelf);
  await session.commit();
  recorder.take();
  session.delete(maths);
  await session.commit();
  assert.equal(recorder.take(), [
    'DELETE FROM `shelf_subjects` WHERE (`shelf_room`, `shelf_number`, `subject_id`) IN ((?, ?, ?)) ["A",1,1]',
    "DELETE FROM `subjects` WHERE `id` IN (?) [1]",
  ]);
  assert.is(shelf.subjects.length, 0);
});

test("both sides hold a pair: one row", async () => {
  const maths = new Tag({ name: "maths" });
  const notes = new Book({ title: "Notes", tags: [maths], author: new Author({ name: "Ada" }) });
  assert.is(maths.books[0], notes);
  session.add(maths);
  await session.commit();
  assert.equal(await rows(`SELECT book_id, tag_id FROM ${table("book_tags")}`), [[1, 1]]);
});

test("a child is taken out: its key becomes NULL, or it is deleted as an orphan", async () => {
  const leaf = new Subject({ name: "leaf" });
  const root = new Subject({ name: "root", children: [leaf] });
  session.add(root);
  const { ada, notes } = await authors();
  root.children.remove(leaf);
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `subjects` SET `parent_id` = ? WHERE `id` = ? [null,2]"]);
  assert.is(leaf.parentId, null);

  const deleted = [
    "DELETE FROM `book_tags` WHERE `book_id` IN (?) [1]",
    "DELETE FROM `books` WHERE `id` IN (?) [1]",
  ];
  ada.books.remove(notes);
  await session.flush();
  assert.equal(recorder.take(), deleted);
  await session.rollback();
  assert.equal(ada.books.length, 1);

  ada.books.remove(notes);
  session.delete(notes);
  await session.commit();
  assert.equal(recorder.take(), deleted);
});

test("one-to-one, from the side with the key and from the other", async () => {
  const mary = new Member({ name: "Mary", card: new Card({ code: "M1" }) });
  const john = new Member({ name: "John" });
  session.addAll([mary, john, new Card({ code: "J1", member: john })]);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `members` (`name`) VALUES (?), (?) ["Mary","John"]',
    'INSERT INTO `cards` (`code`, `member_id`) VALUES (?, ?), (?, ?) ["M1",1,"J1",2]',
  ]);
  const old = mary.card as Card;
  mary.card = null;
  await session.commit();
  assert.equal(recorder.take(), [
    'UPDATE `cards` SET `member_id` = ? WHERE `code` = ? [null,"M1"]',
  ]);
  assert.is(old.memberId, null);
});

test("a tree of three levels is inserted level by level", async () => {
  const root = new Subject({ name: "root" });
  const leaf = (name: string) => new Subject({ name });
  const [a, b] = [
    new Subject({ name: "a", parent: root, children: [leaf("a1"), leaf("a2")] }),
    new Subject({ name: "b", children: [leaf("b1")] }),
  ];
  root.children.push(b);
  session.addAll([a, b]);
  session.add(root);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `subjects` (`name`, `parent_id`) VALUES (?, ?) ["root",null]',
    'INSERT INTO `subjects` (`name`, `parent_id`) VALUES (?, ?), (?, ?) ["a",1,"b",1]',
    'INSERT INTO `subjects` (`name`, `parent_id`) VALUES (?, ?), (?, ?), (?, ?) ["a1",2,"a2",2,"b1",3]',
  ]);
});

test("two rows that point at each other: one key is filled in afterwards", async () => {
  const ann = new Person({ name: "Ann" });
  const bob = new Person({ name: "Bob", bestFriend: ann });
  ann.bestFriend = bob;
  session.add(ann);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `people` (`name`, `best_friend_id`) VALUES (?, ?) ["Ann",null]',
    'INSERT INTO `people` (`name`, `best_friend_id`) VALUES (?, ?) ["Bob",1]',
    "UPDATE `people` SET `best_friend_id` = ? WHERE `id` = ? [2,1]",
  ]);
  assert.equal(
    await rows(
      `SELECT p.name, f.name FROM ${table("people")} p JOIN ${table("people")} f ON f.id = p.best_friend_id ORDER BY 1`,
    ),
    [
      ["Ann", "Bob"],
      ["Bob", "Ann"],
    ],
  );
  assert.equal([ann.bestFriendId, bob.bestFriendId], [bob.id, ann.id]);
});

test("one row that points at itself", async () => {
  const ann = new Person({ name: "Ann" });
  ann.bestFriend = ann;
  session.add(ann);
  await session.commit();
  assert.is(ann.bestFriendId, ann.id);
  assert.equal(await rows(`SELECT id, best_friend_id FROM ${table("people")}`), [[1, 1]]);
});

test("from a table to itself by a mapped table between", async () => {
  const [ann, bob, cid] = ["Ann", "Bob", "Cid"].map((name) => new Person({ name })) as [
    Person,
    Person,
    Person,
  ];
  ann.follows.push(bob, cid);
  bob.followers.push(cid);
  session.add(ann);
  await session.commit();
  assert.equal(
    await rows(`SELECT follower_id, followed_id FROM ${table("follows")} ORDER BY 1, 2`),
    [
      [ann.id, bob.id],
      [ann.id, cid.id],
      [cid.id, bob.id],
    ].sort(),
  );
});

test("keys of two columns", async () => {
  const globe = new Item({ name: "globe" });
  const shelf = new Shelf({
    room: "A",
    number: 1,
    items: [globe],
    subjects: [new Subject({ name: "maths" })],
  });
  session.add(shelf);
  await session.commit();
  assert.equal(recorder.take(), [
    'INSERT INTO `shelves` (`room`, `number`) VALUES (?, ?) ["A",1]',
    'INSERT INTO `items` (`name`, `shelf_room`, `shelf_number`) VALUES (?, ?, ?) ["globe","A",1]',
    'INSERT INTO `subjects` (`name`, `parent_id`) VALUES (?, ?) ["maths",null]',
    'INSERT INTO `shelf_subjects` (`shelf_room`, `shelf_number`, `subject_id`) VALUES (?, ?, ?) ["A",1,1]',
  ]);
  shelf.items.remove(globe);
  shelf.subjects.pop();
  await session.commit();
  assert.equal(recorder.take(), [
    'DELETE FROM `shelf_subjects` WHERE (`shelf_room`, `shelf_number`, `subject_id`) IN ((?, ?, ?)) ["A",1,1]',
    "UPDATE `items` SET `shelf_room` = ?, `shelf_number` = ? WHERE `id` = ? [null,null,1]",
  ]);
});

test("a book that was deleted leaves its author's collection, and does not come back", async () => {
  const { ada, notes } = await authors();
  session.delete(notes);
  await session.commit();
  assert.equal([ada.books.length, notes.author === ada], [0, true]);
  ada.name = "Ada Lovelace";
  await session.commit();
  assert.is(await session.get(Book, 1), null);
});

test("what was let go does not come back with its author, what is added does", async () => {
  const { ada, notes } = await authors();
  session.expunge(notes);
  ada.name = "Ada Lovelace";
  await session.commit();
  assert.is(inspect(notes).state, "detached");
  session.add(ada);
  assert.is(inspect(notes).state, "persistent");
});

test("a related object of no session is refused where no cascade takes it along", async () => {
  const { Loose, Holder } = await loose();
  session.add(new Holder({ loose: new Loose({}) }));
  const error = await errorOf(() => session.flush());
  assert.is(error.code, "not-in-session");
  assert.match(
    error.message,
    "Holder.loose holds an object of class Loose that is not in the session",
  );
});

async function loose() {
  const Own = declarativeBase();
  class Loose extends Own.mapped("looses", { id: integer().primaryKey() }) {}
  class Holder extends Own.mapped("holders", {
    id: integer().primaryKey(),
    looseId: integer().nullable().references("looses.id"),
    loose: manyToOne<Loose>("Loose", { cascade: "none" }),
  }) {}
  Own.configure(Loose, Holder);
  await Own.metadata.createAll(recorder.engine);
  return { Loose, Holder };
}

test("sessionmaker makes sessions that write relationships", async () => {
  const SessionLocal = sessionmaker(recorder.engine);
  const ada = await SessionLocal.begin((local) => {
    const author = new Author({ name: "Ada", books: [new Book({ title: "Notes" })] });
    local.add(author);
    return author;
  });
  assert.is(ada.books[0]?.authorId, 1);
  const other = new SessionLocal();
  assert.equal(await other.scalars(select(Book.c.title)).all(), ["Notes"]);
  assert.equal(await other.execute(sql`SELECT name FROM authors`), [{ name: "Ada" }]);
  await other.close();
});

test.run();
