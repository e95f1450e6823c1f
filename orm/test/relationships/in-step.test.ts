import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Session } from "../../src/relationships/index.js";
import { inspect } from "../../src/session/index.js";
import { errorOf } from "../support.js";
import {
  Author,
  adaAndGrace,
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

const test = suite("both sides of a relationship are kept in step");
const recorder = openRecorded(test);
let session: Session;

test.before.each(() => {
  session = new Session(recorder.engine);
});
test.after.each(() => session.close());

const author = (name: string, ...books: Book[]) => new Author({ name, books });
const book = (title: string) => new Book({ title });
const titles = (of: Author) => of.books.map(({ title }) => title);

const library = () => adaAndGrace(session, recorder);

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
