import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { select } from "../../src/query/index.js";
import { followKeys } from "../../src/relationships/follow-keys.js";
import { Session, selectinload, sessionmaker } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf, runs } from "../support.js";
import {
  Author,
  adaAndGrace,
  Book,
  Card,
  Member,
  openRecorded,
  Person,
  Subject,
} from "./library.js";

const test = suite("both sides follow a foreign key that the program set");
const recorder = openRecorded(test);
const { database } = recorder;
let session: Session;

test.before.each(() => {
  session = new Session(recorder.engine);
});
test.after.each(() => session.close());

const titles = (of: Author) => of.books.map(({ title }) => title);

const library = () => adaAndGrace(session, recorder);

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
  await library();
  await session.close();
  session = new Session(recorder.engine);
  const ada = (await session.get(Author, 1)) as Author;
  const grace = (await session.get(Author, 2)) as Author;
  const notes = (await session.get(Book, 1)) as Book;
  recorder.take();
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
    const books = Array.from({ length }, (_, index) => new Book({ title: `book ${index}` }));
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

test.run();
