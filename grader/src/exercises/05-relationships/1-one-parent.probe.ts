import type { Instance, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `relationships/dependencies.ts` that is asked for here. */
interface DependenciesModule {
  rowDependencies(changed: Iterable<Instance>): {
    child: Instance;
    parent: Instance | null;
    columns: { child: { name: string } }[];
  }[];
}
/** Which child belongs to which parent, by their places in lists of names. */
type Pairs = [child: number, parent: number][];
type Move = { child: number; from: number; to: number | null };

const instanceOf = (object: object): Instance =>
  (object as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;

function library({ ormlet }: ProbeContext) {
  const { declarativeBase, integer, manyToMany, manyToOne, oneToMany, varchar } = ormlet;
  const Base = declarativeBase();
  const name = varchar(50);
  class Author extends Base.mapped("authors", {
    id: integer().primaryKey(),
    name,
    books: oneToMany<Book>("Book", { backPopulates: "author", foreignKey: "authorId" }),
    edited: oneToMany<Book>("Book", { backPopulates: "editor", foreignKey: "editorId" }),
    prizes: manyToMany<Prize>("Prize", { through: "author_prizes" }),
  }) {}
  class Prize extends Base.mapped("prizes", { id: integer().primaryKey() }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    name,
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books", foreignKey: "authorId" }),
    editorId: integer().nullable().references("authors.id"),
    editor: manyToOne<Author>("Author", { backPopulates: "edited", foreignKey: "editorId" }),
  }) {}
  /** A key of two columns, and no way back from its items. */
  class Shelf extends Base.mapped("shelves", {
    room: varchar(20).primaryKey(),
    name: varchar(50).primaryKey(),
    items: oneToMany<Item>("Item"),
  }) {}
  class Item extends Base.mapped(
    "items",
    {
      id: integer().primaryKey(),
      name,
      room: varchar(20).nullable(),
      shelf: varchar(50).nullable(),
    },
    { foreignKeys: [{ columns: ["room", "shelf"], references: ["shelves.room", "shelves.name"] }] },
  ) {}
  /** Its foreign key is nullable in its first column only. */
  class Room extends Base.mapped("rooms", {
    house: varchar(20).primaryKey(),
    name: varchar(20).primaryKey(),
    chairs: oneToMany<Chair>("Chair"),
  }) {}
  class Chair extends Base.mapped(
    "chairs",
    {
      id: integer().primaryKey(),
      name,
      house: varchar(20).nullable(),
      room: varchar(20),
    },
    { foreignKeys: [{ columns: ["house", "room"], references: ["rooms.house", "rooms.name"] }] },
  ) {}
  Base.configure(Author, Prize, Book, Shelf, Item, Room, Chair);
  return { Base, Author, Prize, Book, Shelf, Item, Room, Chair };
}
type Library = ReturnType<typeof library>;
type Author = InstanceType<Library["Author"]>;
type Book = InstanceType<Library["Book"]>;
type Shelf = InstanceType<Library["Shelf"]>;
type Item = InstanceType<Library["Item"]>;

interface Scene extends Library {
  session: Session;
  /** `notes: author_id from Ada`, of these objects, in this order. */
  claims(objects: readonly object[]): string[];
}

async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  const module = (await context.submission()) as unknown as DependenciesModule;
  const engine = context.ormlet.createEngine(context.url, { pool: { size: 2, timeout: 2 } });
  const session = new context.ormlet.Session(engine);
  const nameOf = ({ object }: Instance) => (object as { name: string }).name;
  const claims = (objects: readonly object[]) =>
    module.rowDependencies(objects.map(instanceOf)).map(({ child, parent, columns }) => {
      const from = parent === null ? "nobody" : nameOf(parent);
      return `${nameOf(child)}: ${columns.map((one) => one.child.name).join("+")} from ${from}`;
    });
  try {
    const classes = library(context);
    await context.setUp(() => classes.Base.metadata.createAll(engine));
    return await work({ ...classes, session, claims });
  } finally {
    await session.close();
    await engine.dispose();
  }
}

/** What became of a flush: nothing, or the code of the error and its first line. */
async function outcomeOf(work: Promise<unknown>): Promise<Json> {
  return work.then(
    () => "flushed",
    (error) => ({
      code: String(error.code),
      message: String(error.message).split("\n")[0] as string,
    }),
  );
}

/** Authors and their books, by pairs. */
function shelve({ Author, Book, Prize }: Library, context: ProbeContext) {
  const {
    authors: names,
    books: titles,
    pairs,
  } = context.input as {
    authors: string[];
    books: string[];
    pairs: Pairs;
  };
  const authors = names.map((name) => new Author({ name, prizes: [new Prize()] }));
  const books = titles.map((name) => new Book({ name }));
  for (const [book, author] of pairs) authors[author]?.books.push(books[book] as never);
  return { authors: authors as Author[], books: books as Book[] };
}

const probes: Probes = {
  "gives one claim for each foreign key": (context) =>
    scene(context, async (of) => {
      const { authors, books } = shelve(of, context);
      of.session.addAll([...authors, ...books]);
      return of.claims([...authors, ...books]);
    }),
  "lets the new parent count, whoever speaks first": (context) =>
    scene(context, async (of) => {
      const { authors, books } = shelve(of, context);
      of.session.addAll([...authors, ...books]);
      await of.session.commit();
      const { moves } = context.input as { moves: Move[] };
      for (const { child, to } of moves)
        (books[child] as Book).author = authors[to as number] as Author;
      const back = [...authors].reverse();
      const orders = [
        [...authors, ...books],
        [...back, ...books],
        [...books, ...authors],
        [...books, ...back],
      ];
      const claims = orders.map((objects) => of.claims(objects));
      await of.session.commit();
      return claims;
    }),
  "moves what has no way back": (context) =>
    scene(context, async (of) => {
      const { Shelf, Item, session } = of;
      const {
        room,
        shelves: names,
        items: things,
        moves,
      } = context.input as {
        room: string;
        shelves: string[];
        items: string[];
        moves: Move[];
      };
      const shelves: Shelf[] = names.map((name) => new Shelf({ room, name }));
      const items: Item[] = things.map((name) => new Item({ name }));
      for (const { child, from } of moves) shelves[from]?.items.push(items[child] as never);
      session.addAll([...shelves, ...items]);
      await session.commit();
      for (const { child, from, to } of moves) {
        shelves[from]?.items.remove(items[child] as never);
        if (to !== null) shelves[to]?.items.push(items[child] as never);
      }
      const one = of.claims(shelves);
      const other = of.claims([...shelves].reverse());
      await session.commit();
      return { one, other };
    }),
  "keeps two foreign keys of one child apart": (context) =>
    scene(context, async (of) => {
      const { authors, books } = shelve(of, context);
      const { editors } = context.input as { editors: Pairs };
      for (const [book, editor] of editors)
        (books[book] as Book).editor = authors[editor] as Author;
      of.session.addAll([...authors, ...books]);
      return of.claims([...books, ...authors]);
    }),
  "refuses two parents for one child": (context) =>
    scene(context, async ({ Shelf, Item, Author, Book, session }) => {
      const { room, shelves: names } = context.input as { room: string; shelves: string[] };
      const item = new Item({ name: "item" });
      session.addAll(names.map((name) => new Shelf({ room, name, items: [item] })));
      const two = await outcomeOf(session.flush());
      await session.rollback();
      // The same one twice is no mistake.
      const author = new Author({ name: "both" });
      session.add(new Book({ name: "book", author, editor: author }));
      return [two, await outcomeOf(session.flush())];
    }),
  "refuses to take away a parent that must be there": (context) =>
    scene(context, async ({ Author, Book, Room, Chair, session }) => {
      const { names } = context.input as { names: [string, string, string] };
      const outcomes: Json[] = [];
      const saved = async (name: string) => {
        const author = new Author({ name });
        const book = new Book({ name: "book", author });
        session.add(book);
        await session.commit();
        return { author, book };
      };
      const { author, book } = await saved(names[0]);
      // Only the book speaks: what its author holds is not in memory.
      session.expire(author, "books");
      book.author = null as never;
      outcomes.push(await outcomeOf(session.flush()));
      await session.rollback();
      session.delete((await saved(names[1])).author);
      outcomes.push(await outcomeOf(session.flush()));
      await session.rollback();
      const chair = new Chair({ name: "chair", room: names[2] });
      const room = new Room({ house: "north", name: names[2], chairs: [chair] });
      session.add(room);
      await session.commit();
      room.chairs.remove(chair);
      outcomes.push(await outcomeOf(session.flush()));
      return outcomes;
    }),
  "sets to NULL what may be NULL": (context) =>
    scene(context, async (of) => {
      const { session } = of;
      const { authors, books } = shelve(of, context);
      const { editors } = context.input as { editors: Pairs };
      for (const [book, editor] of editors)
        (books[book] as Book).editor = authors[editor] as Author;
      session.addAll([...authors, ...books]);
      await session.commit();
      for (const [book] of editors) (books[book] as Book).editor = null as never;
      const claims = of.claims([...books, ...authors]);
      await session.commit();
      return claims;
    }),
};

export default probes;
