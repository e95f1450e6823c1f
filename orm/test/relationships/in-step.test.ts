import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { select } from "../../src/query/index.js";
import { followKeys } from "../../src/relationships/follow-keys.js";
import { Session, selectinload, sessionmaker } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, runs, testDatabase } from "../support.js";
import {
  Author,
  Base,
  Book,
  Card,
  Item,
  Member,
  Person,
  type Recorder,
  recordingEngine,
  Shelf,
  Subject,
  Tag,
} from "./library.js";

const test = suite("both sides of a relationship are kept in step");
const database = testDatabase(test);
let recorder: Recorder;
let session: Session;

test.before(async () => {
  recorder = recordingEngine(database.url);
  await Base.metadata.createAll(recorder.engine);
});
test.before.each(async () => {
  await database.admin.query("SET FOREIGN_KEY_CHECKS = 0");
  for (const name of recorder.written) {
    await database.admin.query(`TRUNCATE TABLE ${database.name}.${name}`);
  }
  recorder.written.clear();
  session = new Session(recorder.engine);
  recorder.take();
});
test.after.each(() => session.close());
test.after(() => recorder.engine.dispose());

const author = (name: string, ...books: Book[]) => new Author({ name, books });
const book = (title: string) => new Book({ title });
const titles = (of: Author) => of.books.map(({ title }) => title);

/** Ada with Notes and Letters, Grace with none; stored, all sides in memory, nothing recorded. */
async function library() {
  const [notes, letters] = [book("Notes"), book("Letters")];
  const [ada, grace] = [author("Ada", notes, letters), author("Grace")];
  session.addAll([ada, grace]);
  await session.commit();
  recorder.take();
  return { ada, grace, notes, letters };
}

/** The same in a new session, as a load would give it: authors and books, nothing of how they are related. */
async function reloaded() {
  await library();
  await session.close();
  session = new Session(recorder.engine);
  const [ada, grace] = [await session.get(Author, 1), await session.get(Author, 2)];
  const notes = await session.get(Book, 1);
  recorder.take();
  return { ada, grace, notes } as { ada: Author; grace: Author; notes: Book };
}

test("a constructor's values count for both sides", () => {
  const notes = book("Notes");
  const ada = author("Ada", notes);
  assert.is(notes.author, ada);
  const letters = new Book({ title: "Letters", author: ada });
  assert.equal(titles(ada), ["Notes", "Letters"]);
  const maths = new Tag({ name: "maths", books: [notes, letters] });
  assert.is(notes.tags[0], maths);
  const card = new Card({ code: "A-1", member: new Member({ name: "Ada" }) });
  assert.is(card.member?.card, card);
  const ann = new Person({ name: "Ann" });
  const bob = new Person({ name: "Bob", followers: [ann] });
  assert.equal([ann.follows[0] === bob, ann.followers.length, bob.follows.length], [true, 0, 0]);
});

test("an object whose constructor throws is nowhere", async () => {
  const ada = author("Ada");
  const wrong = { title: "x", author: ada, tags: [ada] as unknown as Tag[] };
  assert.is((await errorOf(() => new Book(wrong))).code, "related-value");
  assert.is(
    (await errorOf(() => new Book({ author: ada, title: null as never }))).code,
    "null-value",
  );
  assert.equal([...ada.books], []);
});

test("a book moves by either side, out of its old author's books", () => {
  const [notes, letters] = [book("Notes"), book("Letters")];
  const [ada, grace] = [author("Ada", notes, letters), author("Grace")];
  notes.author = grace;
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes"]]);
  ada.books.push(notes);
  assert.is(notes.author, ada);
  assert.equal([titles(ada), titles(grace)], [["Letters", "Notes"], []]);
  grace.books.replace([letters]);
  assert.is(letters.author, grace);
  assert.equal(titles(ada), ["Notes"]);
});

test("each way to take out and to put in", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map(book) as [Book, Book, Book, Book];
  const ada = author("Ada", a, b);
  const authors = () => [a, b, c, d].map((one) => one.author?.name ?? "-").join(" ");
  assert.is(authors(), "Ada Ada - -");
  ada.books.splice(0, 1, c, d);
  assert.is(authors(), "- Ada Ada Ada");
  ada.books.shift();
  ada.books.pop();
  assert.is(authors(), "- - - Ada");
  ada.books.unshift(a);
  assert.is(authors(), "Ada - - Ada");
  ada.books.remove(d);
  assert.is(authors(), "Ada - - -");
  ada.books = [b, a] as unknown as Author["books"];
  assert.is(authors(), "Ada Ada - -");
  ada.books.replace([a, c]);
  assert.is(authors(), "Ada - Ada -");
  c.author = null;
  assert.equal(titles(ada), ["a"]);
});

test("many to many, also from a class to itself", () => {
  const [sql, go] = [new Tag({ name: "sql" }), new Tag({ name: "go" })];
  const notes = new Book({ title: "Notes", tags: [sql] });
  notes.tags.replace([go]);
  assert.equal([sql.books.length, go.books[0] === notes], [0, true]);
  sql.books.push(notes);
  assert.equal(
    notes.tags.map(({ name }) => name),
    ["go", "sql"],
  );
  go.books.pop();
  assert.equal([...notes.tags], [sql]);
  const ann = new Person({ name: "Ann" });
  ann.follows.push(ann);
  assert.is(ann.followers[0], ann);
  ann.followers.remove(ann);
  assert.is(ann.follows.length, 0);
});

test("one to one: what was there is let go, on both sides", () => {
  const [one, two] = ["1", "2"].map((code) => new Card({ code })) as [Card, Card];
  const ada = new Member({ name: "Ada", card: one });
  const bob = new Member({ name: "Bob", card: two });
  ada.card = two;
  assert.equal([one.member, two.member === ada, bob.card], [null, true, null]);
  two.member = bob;
  assert.equal([ada.card, bob.card === two], [null, true]);
  bob.card = null;
  assert.is(two.member, null);
});

test("a tree", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => new Subject({ name }));
  const [root, left, leaf] = [a, b, c] as [Subject, Subject, Subject];
  root.children.push(left);
  leaf.parent = left;
  assert.equal([left.parent === root, left.children[0] === leaf], [true, true]);
  root.children.push(leaf);
  assert.equal([left.children.length, leaf.parent === root], [0, true]);
  leaf.parent = leaf;
  assert.equal([root.children.length, leaf.children[0] === leaf], [1, true]);
});

test("a relationship without the other side is changed alone", () => {
  const item = new Item({ name: "globe" });
  const [one, two] = [1, 2].map((number) => new Shelf({ room: "A", number, items: [item] }));
  assert.equal([one?.items.length, two?.items.length], [1, 1]);
});

test("a move is one UPDATE, and rolled back on both sides", async () => {
  const { ada, grace, notes } = await library();
  notes.author = grace;
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]"]);
  ada.books.push(notes);
  assert.equal([titles(ada), titles(grace)], [["Letters", "Notes"], []]);
  await session.flush();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [1,1]"]);
  await session.rollback();
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes"]]);
  assert.is(notes.author, grace);
  await session.commit();
  assert.equal(recorder.take(), []);
});

test("a savepoint brings both sides back, what was before it stays", async () => {
  const { ada, grace, notes, letters } = await library();
  notes.author = grace;
  const failed = await errorOf(() =>
    session.beginNested(async () => {
      grace.books.push(letters);
      ada.books.push(notes);
      await session.flush();
      throw new Error("stop");
    }),
  );
  assert.is(failed.message, "stop");
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes"]]);
  assert.equal([notes.author === grace, letters.author === ada], [true, true]);
  await session.commit();
  assert.equal(recorder.take(), [
    "UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]",
    "UPDATE (SELECT `author_id`, `id` FROM `books` WHERE FALSE UNION ALL VALUES ROW(?, ?), ROW(?, ?)) AS `_changed` " +
      "STRAIGHT_JOIN `books` ON `books`.`id` = `_changed`.`id` SET `books`.`author_id` = `_changed`.`author_id` [1,1,2,2]",
  ]);
  assert.is(await session.get(Book, 1), notes);
});

test("a pair of many to many is one row, whichever side took it off or put it on", async () => {
  const [sql, go] = [new Tag({ name: "sql" }), new Tag({ name: "go" })];
  const notes = new Book({ title: "Notes", author: author("Ada"), tags: [sql] });
  session.addAll([notes, go]);
  await session.commit();
  recorder.take();
  go.books.push(notes);
  sql.books.remove(notes);
  await session.commit();
  assert.equal(recorder.take(), [
    "DELETE FROM `book_tags` WHERE (`book_id`, `tag_id`) IN ((?, ?)) [1,1]",
    "INSERT INTO `book_tags` (`book_id`, `tag_id`) VALUES (?, ?) [1,2]",
  ]);
  notes.tags.push(sql);
  await session.rollback();
  assert.equal([[...sql.books], go.books[0] === notes, notes.tags.length], [[], true, 1]);
});

test("an unloaded other side stays unloaded, and is written all the same", async () => {
  const { ada, grace, notes } = await reloaded();
  notes.author = grace;
  assert.is((await errorOf(() => ada.books)).code, "unloaded");
  assert.is((await errorOf(() => grace.books)).code, "unloaded");
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]"]);
});

test("a parent that was not loaded is known by its key, if the session has it", async () => {
  const { ada, grace, notes } = await reloaded();
  await session.load([ada, grace], Author.r.books);
  session.expire(notes, "author");
  recorder.take();
  grace.books.push(notes);
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes"]]);
  assert.is(notes.author, grace);
  await session.refresh(notes);
  assert.equal([titles(ada), titles(grace)], [["Letters", "Notes"], []]);
  assert.equal([...recorder.take()], []);
  session.expire(notes, "author");
  ada.books.remove(notes);
  grace.books.push(notes);
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]"]);
});

test("one that was not loaded and would have to be let go must be loaded first", async () => {
  session.add(new Member({ name: "Ada", card: new Card({ code: "A-1" }) }));
  await session.commit();
  await session.close();
  session = new Session(recorder.engine);
  const ada = (await session.get(Member, 1)) as Member;
  const error = await errorOf(() => {
    ada.card = new Card({ code: "A-2" });
  });
  assert.is(error.code, "unloaded");
  const [old] = [await ada.lazy.card];
  ada.card = new Card({ code: "A-2" });
  assert.is(old?.member, null);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), [
    'UPDATE `cards` SET `member_id` = ? WHERE `code` = ? [null,"A-1"]',
    'INSERT INTO `cards` (`code`, `member_id`) VALUES (?, ?) ["A-2",1]',
  ]);
});

test("a new book comes in with the books of its author, and goes out of them when it is taken back", async () => {
  const { ada } = await library();
  const more = new Book({ title: "More", author: ada });
  assert.is(inspect(more).state, "transient");
  await session.flush();
  assert.is(inspect(more).state, "persistent");
  await session.rollback();
  assert.equal([titles(ada), inspect(more).state], [["Notes", "Letters"], "transient"]);
  // It still names its author: added once more, it is among her books again.
  session.add(more);
  assert.equal(titles(ada), ["Notes", "Letters", "More"]);
  await session.commit();
  assert.is(more.authorId, 1);
});

test("objects of another session are left as they are, and refused by name", async () => {
  const { ada, notes } = await library();
  const other = new Session(recorder.engine);
  const theirs = (await other.get(Author, 2)) as Author;
  await other.load([theirs], Author.r.books);
  notes.author = theirs;
  assert.equal([titles(ada), titles(theirs)], [["Letters"], []]);
  const error = await errorOf(() => session.flush());
  assert.equal(
    [error.code, error.message.split("\n")[0]],
    ["other-session", "Author 2 is in another session."],
  );
  await session.rollback();
  assert.equal([titles(ada), notes.author === ada], [["Notes", "Letters"], true]);
  await other.close();
});

test("a detached object comes in with what it is related to", async () => {
  const { grace, notes } = await library();
  session.expunge(grace);
  notes.author = grace;
  assert.equal(titles(grace), ["Notes"]);
  await session.commit();
  assert.equal([inspect(grace).state, notes.authorId], ["persistent", 2]);
});

test("merge keeps both sides in step", async () => {
  const { ada, grace, notes } = await library();
  const draft = new Book({ id: 1, title: "Notes 2", author: new Author({ id: 2, name: "Grace" }) });
  await session.merge(draft);
  assert.equal([notes.title, notes.author === grace], ["Notes 2", true]);
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes 2"]]);
  await session.commit();
  assert.equal(recorder.take(), [
    'UPDATE `books` SET `title` = ?, `author_id` = ? WHERE `id` = ? ["Notes 2",2,1]',
  ]);
});

/** The UPDATE of one column of two rows. */
const movedRows = (table: string, column: string, key: string, parameters: string) =>
  `UPDATE (SELECT \`${column}\`, \`${key}\` FROM \`${table}\` WHERE FALSE UNION ALL ` +
  `VALUES ROW(?, ?), ROW(?, ?)) AS \`_changed\` STRAIGHT_JOIN \`${table}\` ON ` +
  `\`${table}\`.\`${key}\` = \`_changed\`.\`${key}\` ` +
  `SET \`${table}\`.\`${column}\` = \`_changed\`.\`${column}\` ${parameters}`;

test("by a foreign key that the program set, both sides follow at the flush", async () => {
  const { ada, grace, notes, letters } = await library();
  notes.authorId = 2;
  assert.is(notes.author, ada, "not before");
  await session.flush();
  assert.equal(recorder.take(), ["UPDATE `books` SET `author_id` = ? WHERE `id` = ? [2,1]"]);
  assert.is(notes.author, grace);
  assert.equal([titles(ada), titles(grace)], [["Letters"], ["Notes"]]);
  assert.equal(session.dirty, []);
  await session.rollback();
  assert.equal([notes.authorId, notes.author === ada], [1, true]);
  assert.equal([titles(ada), titles(grace)], [["Notes", "Letters"], []]);

  [notes.authorId, letters.authorId] = [2, 2];
  await session.commit();
  assert.equal([titles(ada), titles(grace)], [[], ["Notes", "Letters"]]);
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), []);
});

test("null for null; a parent that the session does not have is loaded when it is asked for", async () => {
  const [root, left, leaf] = ["root", "left", "leaf"].map((name) => new Subject({ name })) as [
    Subject,
    Subject,
    Subject,
  ];
  root.children.push(left);
  left.children.push(leaf);
  session.add(root);
  await session.commit();
  leaf.parentId = null;
  recorder.take();
  await session.commit();
  assert.equal(recorder.take(), ["UPDATE `subjects` SET `parent_id` = ? WHERE `id` = ? [null,3]"]);
  assert.equal([leaf.parent, left.children.length], [null, 0]);
  leaf.parentId = 2;
  await session.commit();
  assert.equal([leaf.parent === left, left.children[0] === leaf], [true, true]);
  session.expunge(root);
  leaf.parentId = 1;
  await session.commit();
  assert.equal([inspect(leaf).unloaded, left.children.length], [["parent", "children"], 0]);
  assert.is((await leaf.lazy.parent)?.name, "root");
  const other = new Subject({ name: "other" });
  session.add(other);
  await session.commit();
  leaf.parentId = other.id;
  await session.commit();
  assert.equal([leaf.parent, [...other.children]], [other, [leaf]]);
});

test("a book whose author was not loaded moves as well", async () => {
  const { ada, grace, notes } = await reloaded();
  await session.load(grace, Author.r.books);
  notes.authorId = 2;
  await session.flush();
  assert.equal([titles(grace), inspect(notes).unloaded], [["Notes"], ["author", "tags"]]);
  assert.is(await notes.lazy.author, grace);
  assert.equal(inspect(ada).unloaded, ["books"]);
  await session.rollback();
  assert.equal(titles(grace), []);
});

test("the other side of a one-to-one follows, and two can change places", async () => {
  const members = ["Ada", "Bob"].map(
    (name) => new Member({ name, card: new Card({ code: name }) }),
  );
  session.addAll(members);
  await session.commit();
  const [ada, bob] = members as [Member, Member];
  const [one, two] = [ada.card, bob.card] as [Card, Card];
  one.memberId = null;
  await session.flush();
  assert.equal([one.member, ada.card], [null, null]);
  one.memberId = 2;
  two.memberId = 1;
  recorder.take();
  const error = await errorOf(() => session.flush());
  assert.is(error.name, "IntegrityError", "only because the key is unique at each moment");
  await session.rollback();
  assert.equal([one.member, two.member, ada.card, bob.card], [ada, bob, one, two]);
  two.memberId = null;
  await session.flush();
  [one.memberId, two.memberId] = [2, 1];
  recorder.take();
  await session.flush();
  assert.equal(recorder.take(), [movedRows("cards", "member_id", "code", '[2,"Ada",1,"Bob"]')]);
  assert.equal([one.member, two.member, ada.card, bob.card], [bob, ada, two, one]);
});

test("a relationship that was set wins over the key; one that was only let go does not", async () => {
  const { ada, grace, notes, letters } = await library();
  notes.author = grace;
  notes.authorId = 99;
  letters.authorId = 2;
  ada.books.remove(letters);
  await session.commit();
  assert.equal(recorder.take(), [movedRows("books", "author_id", "id", "[2,1,2,2]")]);
  assert.equal([notes.author, letters.author], [grace, grace]);
  assert.equal([titles(ada), titles(grace)], [[], ["Notes", "Letters"]]);
});

test("a row that is locked was moved meanwhile: a relationship that the program set stays, others follow", async () => {
  const { grace, notes, letters } = await library();
  await session.close();
  session = new Session(recorder.engine, { autoflush: false });
  session.addAll([notes, letters, grace]);
  await session.commit();
  await recorder.engine.execute(sql`UPDATE books SET author_id = 2, price = 3 WHERE id < 3`);
  notes.author = grace;
  recorder.takeAll();
  await session.scalars(select(Book).orderBy(Book.c.id).forUpdate()).all();
  assert.equal(recorder.takeAll(), [
    "BEGIN",
    "SELECT `books`.`id`, `books`.`title`, `books`.`price`, `books`.`author_id` FROM `books` " +
      "ORDER BY `books`.`id` FOR UPDATE",
  ]);
  assert.equal([notes.price, notes.author, letters.authorId], ["3.00", grace, 2]);
  assert.equal(inspect(letters).unloaded, ["author", "tags"]);
  await session.commit();
  assert.equal([notes.authorId, recorder.take()], [2, []]);
});

test("refresh forgets a related object that the key does not lead to", async () => {
  const { grace, notes } = await library();
  const other = new Session(recorder.engine);
  const copy = (await other.get(Book, 1)) as Book;
  copy.authorId = 2;
  await other.commit();
  await other.close();
  await session.refresh(notes);
  assert.equal([notes.authorId, inspect(notes).unloaded], [2, ["author", "tags"]]);
  assert.is(await notes.lazy.author, grace);
  await session.refresh(notes);
  assert.is(notes.author, grace, "this one it leads to");
  const person = new Person({ name: "Ann" });
  session.add(person);
  await session.commit();
  assert.is(await person.lazy.bestFriend, null);
  await session.refresh(person);
  assert.is(person.bestFriend, null);
});

test("keys and relationships, set in any order: after a flush both sides are what the rows say", async () => {
  const number = fc.nat({ max: 4 });
  const kind = fc.constantFrom(
    "key",
    "key to null",
    "parent",
    "no parent",
    "push",
    "remove",
    "flush",
  );
  const steps = fc.array(fc.tuple(kind, number, number), { minLength: 1, maxLength: 12 });
  const names = ["a", "b", "c", "d", "e"];
  const property = fc.asyncProperty(steps, fc.boolean(), async (chosen, isLoaded) => {
    await database.admin.query(`TRUNCATE TABLE ${database.name}.subjects`);
    const fill = names.map((name) => new Subject({ name }));
    await sessionmaker(recorder.engine).begin((own) => own.addAll(fill));
    const own = new Session(recorder.engine);
    try {
      const query = select(Subject).orderBy(Subject.c.id);
      const all = await own.scalars(query.options(selectinload(Subject.r.children))).all();
      if (isLoaded) await own.load(all, Subject.r.parent);
      await own.commit();
      for (const [step, one, other] of chosen) {
        const [child, parent] = [all[one], all[other]] as [Subject, Subject];
        if (step === "key") child.parentId = parent.id;
        if (step === "key to null") child.parentId = null;
        if (step === "parent") child.parent = parent;
        if (step === "no parent") child.parent = null;
        if (step === "push" && !parent.children.includes(child)) parent.children.push(child);
        if (step === "remove") parent.children.remove(child);
        if (step === "flush") await own.flush();
      }
      await own.flush();
      const rows = await own.execute(select(Subject.c.id, Subject.c.parentId)).all();
      const stored = new Map(rows);
      for (const one of all) {
        assert.is(one.parentId, stored.get(one.id));
        assert.is((await one.lazy.parent)?.id ?? null, one.parentId);
        const children = all.filter(({ parentId }) => parentId === one.id);
        const ids = [...one.children].map(({ id }) => id).sort();
        assert.equal(
          ids,
          children.map(({ id }) => id),
        );
      }
      await own.rollback();
      for (const one of all) assert.equal([one.parentId, one.children.length], [null, 0]);
    } finally {
      await own.close();
    }
  });
  await fc.assert(property, { includeErrorInReport: true, numRuns: runs(20, 2000) });
});

/** How often a method of Array looks through one of these collections while `work` is done. */
function looksThrough(lists: readonly (readonly object[])[], work: () => void): number {
  const watched = new Set<object>(lists);
  // To put one at the end is to look at none.
  const methods = Reflect.ownKeys(Array.prototype).filter(
    (key) => key !== "constructor" && key !== "push",
  );
  const plain = new Map(
    methods.map((key) => [key, Object.getOwnPropertyDescriptor(Array.prototype, key)]),
  );
  let looks = 0;
  let isLearning = true;
  for (const [key, descriptor] of plain) {
    if (typeof descriptor?.value !== "function") continue;
    const counted = function (this: object, ...rest: unknown[]): unknown {
      if (isLearning) watched.add(this);
      else if (watched.has(this)) looks += 1;
      return Reflect.apply(descriptor.value, this, rest);
    };
    Object.defineProperty(Array.prototype, key, { ...descriptor, value: counted });
  }
  try {
    // What only reads runs on the array behind a collection.
    for (const list of lists) list.at(0);
    isLearning = false;
    work();
  } finally {
    for (const [key, descriptor] of plain) {
      Object.defineProperty(Array.prototype, key, descriptor as PropertyDescriptor);
    }
  }
  return looks;
}

test("thousands of books by their keys: their lists are read as often as for ten", async () => {
  const looks: number[] = [];
  for (const length of [10, 4000]) {
    const { ada, grace } = await library();
    const books = Array.from({ length }, (_, index) => book(`book ${index}`));
    ada.books.push(...books);
    await session.flush();
    for (const one of books) one.authorId = grace.id;
    looks.push(looksThrough([ada.books, grace.books], () => followKeys(session.state)));
    assert.equal([ada.books.length, grace.books.length], [2, length]);
    await session.rollback();
    assert.equal([ada.books.length, grace.books.length], [2, 0]);
  }
  const [forTen = 0, forThousands] = looks;
  assert.ok(forTen > 0, "the lists were never read");
  assert.is(forThousands, forTen);
});

test("thousands of books, one by one, from their side, in no time that grows with their number", () => {
  const [ada, grace] = [author("Ada"), author("Grace")];
  const books = Array.from({ length: 5000 }, () => new Book({ title: "x", author: ada }));
  const start = process.cpuUsage().user;
  for (const one of books) one.author = grace;
  assert.equal([ada.books.length, grace.books.length], [0, 5000]);
  // Microseconds: some ten for each; looking through all books for each would take many seconds.
  assert.ok(process.cpuUsage().user - start < 1_500_000);
});

test.run();
