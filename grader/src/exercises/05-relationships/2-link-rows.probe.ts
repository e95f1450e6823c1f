import type { Instance, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `relationships/links.ts` that is asked for here. */
interface LinksModule {
  linkChanges(changed: Iterable<Instance>): LinkChange[];
}
interface LinkChange {
  table: { name: string };
  action: string;
  ends: { instance: Instance; columns: { link: { name: string } }[] }[];
}
/** Who is in the collection of whom, by their places in the lists of names. */
type Pairs = [one: number, other: number][];

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as LinksModule;

const instanceOf = (object: object): Instance =>
  (object as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;

function library({ ormlet }: ProbeContext) {
  const { declarativeBase, integer, manyToMany, varchar } = ormlet;
  const Base = declarativeBase();
  const name = varchar(50);
  const id = () => integer().primaryKey();
  class Book extends Base.mapped("books", {
    id: id(),
    name,
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  }) {}
  class Tag extends Base.mapped("tags", {
    id: id(),
    name,
    books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  }) {}
  // The columns do not stand in the order of the classes, and nothing cascades.
  class BookTag extends Base.mapped("book_tags", {
    tagId: integer().primaryKey().references("tags.id"),
    bookId: integer().primaryKey().references("books.id"),
  }) {}
  class Person extends Base.mapped("people", {
    id: id(),
    name,
    follows: manyToMany<Person>("Person", {
      through: "follows",
      backPopulates: "followers",
      foreignKey: "followerId",
    }),
    followers: manyToMany<Person>("Person", {
      through: "follows",
      backPopulates: "follows",
      foreignKey: "followedId",
    }),
  }) {}
  class Follow extends Base.mapped("follows", {
    followedId: integer().primaryKey().references("people.id"),
    followerId: integer().primaryKey().references("people.id"),
  }) {}
  /** A key of two columns, and one side only. */
  class Shelf extends Base.mapped("shelves", {
    room: varchar(20).primaryKey(),
    name: varchar(50).primaryKey(),
    labels: manyToMany<Label>("Label", { through: "shelf_labels" }),
  }) {}
  class Label extends Base.mapped("labels", { id: id(), name }) {}
  class ShelfLabel extends Base.mapped(
    "shelf_labels",
    {
      labelId: integer().primaryKey().references("labels.id"),
      room: varchar(20).primaryKey(),
      shelf: varchar(50).primaryKey(),
    },
    { foreignKeys: [{ columns: ["room", "shelf"], references: ["shelves.room", "shelves.name"] }] },
  ) {}
  /** Its rows are removed by the database, and its books are not added along. */
  class Reader extends Base.mapped("readers", {
    id: id(),
    name,
    wishes: manyToMany<Book>("Book", { through: "wishes", cascade: "merge", passiveDeletes: true }),
  }) {}
  /** Lists of books in two tables, whose names differ by a digit at the end. */
  class Visitor extends Base.mapped("visitors", {
    id: id(),
    name,
    first: manyToMany<Book>("Book", { through: "picks_1" }),
    eleventh: manyToMany<Book>("Book", { through: "picks_11" }),
  }) {}
  const pick = () => ({
    bookId: integer().primaryKey().references("books.id"),
    visitorId: integer().primaryKey().references("visitors.id"),
  });
  class FirstPick extends Base.mapped("picks_1", pick()) {}
  class EleventhPick extends Base.mapped("picks_11", pick()) {}
  const links = [BookTag, Follow, ShelfLabel, FirstPick, EleventhPick] as const;
  Base.configure(Book, Tag, Person, Shelf, Label, Reader, Visitor, ...links);
  return { Base, Book, Tag, Person, Shelf, Label, Reader, Visitor };
}
type Library = ReturnType<typeof library>;

/** An engine with the tables, sessions of it, and the statements on tables between since the last look. */
async function withDatabase(
  context: ProbeContext,
  work: (
    newSession: () => Session,
    classes: Library,
    sent: (table: string) => string[],
  ) => Promise<Json>,
): Promise<Json> {
  const texts: string[] = [];
  const engine = context.ormlet.createEngine(context.url, {
    pool: { size: 2, timeout: 2 },
    echo: (_line, { text }) => {
      texts.push(text);
    },
  });
  const sessions: Session[] = [];
  const newSession = () => {
    const session = new context.ormlet.Session(engine);
    sessions.push(session);
    return session;
  };
  const sent = (table: string) =>
    texts
      .splice(0)
      .filter((text) => text.includes(`\`${table}\``) && /^(INSERT|UPDATE|DELETE)/.test(text))
      .map((text) => text.split(" ")[0] as string);
  const classes = library(context);
  try {
    await context.setUp(() => classes.Base.metadata.createAll(engine));
    return await work(newSession, classes, sent);
  } finally {
    for (const session of sessions) await session.close();
    await engine.dispose();
  }
}

/** `add book_tags maths by tag_id, notes by book_id` */
function describe({ action, table, ends }: LinkChange): string {
  const parts = ends.map(({ instance: { object }, columns }) => {
    const { name } = object as { name: string };
    return `${name} by ${columns.map(({ link }) => link.name).join("+")}`;
  });
  return `${action} ${table.name} ${parts.join(", ")}`;
}

/** What is asked for by new objects, in a session that sends nothing. */
async function changesOf(
  context: ProbeContext,
  make: (classes: Library) => object[],
): Promise<Json> {
  const { linkChanges } = await load(context);
  const engine = context.ormlet.createEngine(context.url);
  const session = new context.ormlet.Session(engine);
  try {
    const objects = make(library(context));
    session.addAll(objects as never[]);
    return linkChanges(objects.map(instanceOf)).map(describe);
  } finally {
    await session.close();
    await engine.dispose();
  }
}

type Collection = { push(...items: object[]): void; remove(item: object): void };
type Named = { id: number; name: string; tags: Collection; labels: Collection };

const probes: Probes = {
  "asks for a row for each pair": (context) =>
    changesOf(context, ({ Shelf, Label }) => {
      const { room, shelves, labels, pairs } = context.input as {
        room: string;
        shelves: string[];
        labels: string[];
        pairs: Pairs;
      };
      const ones = shelves.map((name) => new Shelf({ room, name }));
      const others = labels.map((name) => new Label({ name }));
      for (const [one, other] of pairs)
        (ones[one] as unknown as Named).labels.push(others[other] as object);
      return [...ones, ...others];
    }),
  "asks for a row once, though both sides hold it": (context) =>
    changesOf(context, ({ Book, Tag }) => {
      const { books, tags, pairs } = context.input as {
        books: string[];
        tags: string[];
        pairs: Pairs;
      };
      const ones = books.map((name) => new Book({ name }));
      const others = tags.map((name) => new Tag({ name }));
      for (const [one, other] of pairs)
        (ones[one] as unknown as Named).tags.push(others[other] as object);
      return [...others, ...ones];
    }),
  "tells who follows whom": (context) =>
    changesOf(context, ({ Person }) => {
      const { people, pairs } = context.input as { people: string[]; pairs: Pairs };
      const all = people.map((name) => new Person({ name }));
      for (const [one, other] of pairs) all[one]?.follows.push(all[other] as never);
      return all;
    }),
  "keeps tables apart whose names are alike": (context) =>
    changesOf(context, ({ Book, Visitor }) => {
      const { visitor: name, books: count } = context.input as { visitor: string; books: number };
      const books = Array.from({ length: count }, (_, id) => new Book({ name: `book ${id + 1}` }));
      return [new Visitor({ name, first: books, eleventh: books })];
    }),
  "writes what changed since the last flush": (context) =>
    withDatabase(context, async (newSession, { Book, Tag }, sent) => {
      await load(context);
      const { before, after } = context.input as { before: Pairs; after: Pairs };
      const session = newSession();
      const count = (place: 0 | 1) =>
        Math.max(...[...before, ...after].map((pair) => pair[place])) + 1;
      const books = Array.from(
        { length: count(0) },
        (_, id) => new Book({ id: id + 1, name: `book ${id}` }),
      );
      const tags = Array.from(
        { length: count(1) },
        (_, id) => new Tag({ id: id + 1, name: `tag ${id}` }),
      );
      for (const [book, tag] of before) books[book]?.tags.push(tags[tag] as never);
      session.addAll([...books, ...tags]);
      await session.commit();
      const first = sent("book_tags");
      const has = (pairs: Pairs, [book, tag]: Pairs[0]) =>
        pairs.some(([one, other]) => one === book && other === tag);
      for (const [book, tag] of before.filter((pair) => !has(after, pair))) {
        books[book]?.tags.remove(tags[tag] as never);
      }
      for (const [book, tag] of after.filter((pair) => !has(before, pair))) {
        tags[tag]?.books.push(books[book] as never);
      }
      await session.commit();
      return { first, second: sent("book_tags").sort() };
    }),
  "removes all rows of what is deleted, by one change": (context) =>
    withDatabase(context, async (newSession, { Book, Tag }, sent) => {
      const { linkChanges } = await load(context);
      const { tags: count, gone } = context.input as { tags: number; gone: number[] };
      const first = newSession();
      const tags = Array.from({ length: count }, (_, id) => new Tag({ name: `tag ${id}` }));
      first.addAll([1, 2, 3, 4].map((id) => new Book({ id, name: `book ${id}`, tags })));
      await first.commit();
      await first.close();
      sent("");
      const session = newSession();
      const found: object[] = [];
      for (const id of gone) {
        const book = await session.get(Book, id);
        if (book !== null) found.push(book);
      }
      for (const book of found) session.delete(book as never);
      const [one] = found.map(instanceOf);
      if (one !== undefined) one.state = "deleted";
      const changes = one === undefined ? [] : linkChanges([one]).map(describe);
      if (one !== undefined) one.state = "persistent";
      await session.commit();
      return { changes, sent: sent("book_tags") };
    }),
  "sends nothing where there is nothing to remove": (context) =>
    withDatabase(context, async (newSession, { Book, Tag, Reader }, sent) => {
      await load(context);
      const session = newSession();
      const book = new Book({ name: "one" });
      const other = new Book({ name: "other", tags: [new Tag({ name: "tag" })] });
      const reader = new Reader({ name: "reader", wishes: [other] });
      session.addAll([book, other, reader]);
      await session.commit();
      sent("");
      session.delete(book);
      await session.commit();
      const plain = sent("book_tags");
      session.delete(reader);
      await session.commit();
      return { plain, passive: sent("wishes") };
    }),
  "removes no row twice, and forgets none": (context) =>
    withDatabase(context, async (newSession, { Book, Tag, Shelf, Label, Reader }, sent) => {
      await load(context);
      const session = newSession();
      const [tag, label] = [new Tag({ name: "tag" }), new Label({ name: "label" })];
      const books = [1, 2].map((id) => new Book({ id, name: `book ${id}`, tags: [tag] }));
      const shelf = new Shelf({ room: "A", name: "shelf", labels: [label] });
      const reader = new Reader({ name: "reader", wishes: [...books] });
      session.addAll([...books, shelf, reader]);
      await session.commit();
      sent("");
      // Both sides are there, and the tag asks itself.
      session.delete(tag);
      await session.flush();
      const both = sent("book_tags");
      // One side only: the shelf has to ask.
      session.delete(label);
      await session.flush();
      const one = sent("shelf_labels");
      await session.commit();
      // A reader of no session still holds a book whose row is gone by now.
      const [book] = books as [InstanceType<Library["Book"]>];
      session.expunge(reader);
      session.delete(book);
      await session.commit();
      sent("");
      session.add(reader);
      reader.wishes.remove(book);
      await session.commit();
      return { both, one, gone: sent("wishes") };
    }),
  "refuses an object that will have no row": (context) =>
    withDatabase(context, async (newSession, { Book, Reader }) => {
      await load(context);
      const session = newSession();
      const known = new Book({ name: "known" });
      session.add(known);
      await session.flush();
      const outcomes: Json[] = [];
      for (const book of [known, new Book({ name: "stranger" })]) {
        session.add(new Reader({ name: "reader", wishes: [book] }));
        outcomes.push(
          await session.flush().then(
            () => "flushed",
            (error) => `${error.code}: ${String(error.message).split("\n")[0]}`,
          ),
        );
      }
      return outcomes;
    }),
};

export default probes;
