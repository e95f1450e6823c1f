import type { Instance, Session, Siblings } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** How many books each author has, by their keys from 1 on. */
type Counts = number[];

function library({ ormlet }: ProbeContext) {
  const { declarativeBase, integer, manyToOne, oneToMany, varchar } = ormlet;
  const Base = declarativeBase();
  class Publisher extends Base.mapped("publishers", {
    id: integer().primaryKey(),
    name: varchar(50),
  }) {}
  class Author extends Base.mapped("authors", {
    id: integer().primaryKey(),
    name: varchar(50),
    publisherId: integer().nullable().references("publishers.id"),
    publisher: manyToOne<Publisher>("Publisher"),
    books: oneToMany<Book>("Book", { backPopulates: "author", orderBy: "id" }),
  }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
  }) {}
  Base.configure(Publisher, Author, Book);
  return { Base, Publisher, Author, Book };
}
type Library = ReturnType<typeof library>;
type Author = InstanceType<Library["Author"]>;

interface Scene extends Library {
  session: Session;
  newSession(options?: { raiseload: boolean }): Session;
  /** All authors, by key, loaded in one statement. */
  authors(session?: Session): Promise<Author[]>;
  /** The tables of the SELECTs since the last look, and how many values each was given. */
  sent(): string[];
  /** Called when the next SELECT has come back, while what sent it is still under way. */
  hooks: (() => void)[];
}

/** A session on a database in which every author has so many books, and a publisher of the same key. */
async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  await context.submission();
  const { createEngine, Session, select } = context.ormlet;
  const selects: string[] = [];
  const hooks: (() => void)[] = [];
  const engine = createEngine(context.url, {
    pool: { size: 3, timeout: 2 },
    echo: (_line, { text, parameters }) => {
      const [, table] = /^SELECT .*? FROM `(\w+)`/.exec(text) ?? [];
      if (table !== undefined) selects.push(`${table} for ${parameters.length}`);
      if (table !== undefined) hooks.pop()?.();
    },
  });
  const classes = library(context);
  const { Base, Publisher, Author, Book } = classes;
  const sessions: Session[] = [];
  const newSession = (options?: { raiseload: boolean }) => {
    const session = new Session(engine, options);
    sessions.push(session);
    return session;
  };
  try {
    await context.setUp(() => Base.metadata.createAll(engine));
    const first = newSession();
    for (const [index, count] of (context.input as { counts: Counts }).counts.entries()) {
      const id = index + 1;
      const books = Array.from({ length: count }, () => new Book());
      const publisher = new Publisher({ id, name: `publisher ${id}` });
      first.add(new Author({ id, name: `author ${id}`, publisher, books }));
    }
    await context.setUp(() => first.commit());
    await first.close();
    const session = newSession();
    const sent = () => selects.splice(0);
    sent();
    const authors = async (of = session) => {
      const found = await of.scalars(select(Author).orderBy(Author.c.id)).all();
      sent();
      return found;
    };
    return await work({ ...classes, session, newSession, authors, sent, hooks });
  } finally {
    for (const session of sessions) await session.close();
    await engine.dispose();
  }
}

const codeOf = (work: Promise<unknown>): Promise<Json> =>
  work.then(
    () => "loaded",
    (error) => String(error.code ?? error),
  );

const sizes = (lists: readonly { length: number }[]) => lists.map(({ length }) => length);

const probes: Probes = {
  "loads for all that came with the object": (context) =>
    scene(context, async ({ authors, sent }) => {
      const all = await authors();
      const { asked } = context.input as { asked: number };
      const books = await (all[asked] as Author).lazy.books;
      return {
        isSame: books === all[asked]?.books,
        sent: sent(),
        books: sizes(all.map((author) => author.books)),
      };
    }),
  "needs no statement for what is in memory": (context) =>
    scene(context, async ({ authors, sent, session, Author }) => {
      const all = await authors();
      await session.load(all, Author.r.books);
      sent();
      const books = [];
      for (const author of all) books.push(await author.lazy.books);
      const fresh = new Author({ name: "new" });
      const nothing = [(await fresh.lazy.books).length, await fresh.lazy.publisher];
      return { books: sizes(books), nothing: nothing as Json[], sent: sent() };
    }),
  "takes along all who ask before it begins": (context) =>
    scene(context, async ({ session, sent, Author }) => {
      const { keys } = context.input as { keys: number[] };
      const found: Author[] = [];
      for (const key of keys) found.push((await session.get(Author, key)) as Author);
      sent();
      const books = await Promise.all(found.map((author) => author.lazy.books));
      return { books: sizes(books), sent: sent() };
    }),
  "keeps relationships and sessions apart": (context) =>
    scene(context, async ({ session, newSession, sent, Author }) => {
      const other = newSession();
      const { keys } = context.input as { keys: [number, number] };
      const get = async (of: Session, key: number) => (await of.get(Author, key)) as Author;
      const [one, two] = [await get(session, keys[0]), await get(session, keys[1])];
      const third = await get(other, keys[0]);
      sent();
      const [books, publisher, more, others] = await Promise.all([
        one.lazy.books,
        two.lazy.publisher,
        two.lazy.books,
        third.lazy.books,
      ]);
      return {
        books: sizes([books, more, others]),
        publisher: publisher?.name ?? null,
        apart: others !== books && others.length === books.length,
        sent: sent().sort(),
      };
    }),
  "begins anew for who asks later": (context) =>
    scene(context, async ({ session, sent, Author, hooks }) => {
      const { keys } = context.input as { keys: [number, number, number] };
      const found: Author[] = [];
      for (const key of keys) found.push((await session.get(Author, key)) as Author);
      const [one, two, three] = found as [Author, Author, Author];
      sent();
      let meanwhile: Promise<{ length: number }> | undefined;
      hooks.push(() => {
        meanwhile = two.lazy.books;
        meanwhile.catch(() => undefined);
      });
      const books: { length: number }[] = [await one.lazy.books];
      if (meanwhile !== undefined) books.push(await meanwhile);
      books.push(await three.lazy.books);
      return { books: sizes(books), sent: sent() };
    }),
  "lets a failure go with the load that failed": (context) =>
    scene(context, async ({ session, sent, Author, Book }) => {
      const { keys } = context.input as { keys: [number, number] };
      const get = async (key: number) => (await session.get(Author, key)) as Author;
      const one = await get(keys[0]);
      // What has to be flushed before the load is refused by MySQL.
      session.add(new Book({ authorId: 9999 }));
      const failed = await Promise.all([codeOf(one.lazy.books), codeOf(one.lazy.books)]);
      await session.rollback();
      const again = await get(keys[0]);
      const later = await get(keys[1]);
      sent();
      const isFailed = failed.every((code) => code !== "loaded");
      const outcomes = await Promise.all([codeOf(again.lazy.books), codeOf(later.lazy.books)]);
      const error = outcomes.find((outcome) => outcome !== "loaded");
      if (error !== undefined) return { isFailed, later: error };
      return { isFailed, later: "loaded", books: sizes([again.books, later.books]), sent: sent() };
    }),
  "leaves another load that stands in its place": (context) =>
    scene(context, async ({ session, sent, Author, hooks }) => {
      const { sql } = context.ormlet;
      const { keys } = context.input as { keys: [number, number, number] };
      const found: Author[] = [];
      for (const key of keys) found.push((await session.get(Author, key)) as Author);
      const [one, two, three] = found as [Author, Author, Author];
      sent();
      // A call that stands in the line before the second load, so that this one still waits when the first has ended.
      const line: Promise<unknown>[] = [];
      hooks.push(() => {
        line.push(session.execute(sql`SELECT 1`), two.lazy.books);
        for (const call of line) call.catch(() => undefined);
      });
      const first = await one.lazy.books;
      const third = await three.lazy.books;
      await Promise.all(line);
      return { books: sizes([first, two.books, third]), sent: sent() };
    }),
  "says which call it is, where it can't be done": (context) =>
    scene(context, async ({ session, authors }) => {
      const [author] = await authors();
      const commit = session.commit();
      const message = await (author as Author).lazy.books.then(
        () => "no error",
        (error) => String(error.message).split("\n")[0] as string,
      );
      await commit;
      return message;
    }),
  "loads for those that are still in the session": (context) =>
    scene(context, async ({ session, authors, sent, newSession }) => {
      const { asked, gone } = context.input as { asked: number; gone: number };
      const all = await authors();
      const left = all[gone] as Author;
      session.expunge(left);
      const books = await (all[asked] as Author).lazy.books;
      const first = sent();
      const outcome = await codeOf(left.lazy.books);
      // It can go on in another session.
      const other = newSession();
      other.add(left);
      const own = await left.lazy.books;
      return { books: books.length, first, outcome, own: own.length, second: sent() };
    }),
  "looks through a list of siblings once": (context) =>
    scene(context, async ({ sent, authors }) => {
      const all = await authors();
      const instance = Reflect.get(all[0] as Author, Symbol.for("ormlet.instance")) as Instance;
      const siblings = instance.siblings as Siblings;
      let walks = 0;
      // However somebody goes through a batch: its first object is read once.
      siblings[0] = new Proxy(siblings[0] as Siblings[number], {
        get(batch, key) {
          if (key === "0") walks += 1;
          return Reflect.get(batch, key);
        },
      });
      // As a LEFT JOIN gives them.
      siblings.push([null, all[0] as object]);
      const lists = await Promise.all(all.map((author) => author.lazy.books));
      return { walks, books: sizes(lists), sent: sent() };
    }),
  "refuses what was forbidden, and what is in no session": (context) =>
    scene(context, async ({ session, newSession, authors, sent, Author }) => {
      const { raiseload, select } = context.ormlet;
      const all = select(Author);
      const { asked } = context.input as { asked: number };
      const strict = newSession({ raiseload: true });
      const [one] = await authors(strict);
      const forbidden = await codeOf((one as Author).lazy.books);
      const without = select(Author)
        .options(raiseload(Author.r.books) as never)
        .orderBy(Author.c.id);
      const found = (await session.scalars(without as never).all()) as Author[];
      const refused = await codeOf((found[asked] as Author).lazy.books);
      const publisher = await codeOf((found[asked] as Author).lazy.publisher);
      await session.close();
      // One of them was loaded before, by a select that forbids it.
      const { id } = found[asked] as Author;
      await session.scalars((without as never as typeof all).where(Author.c.id.eq(id))).all();
      const rest = (await authors()).filter((one) => one.id !== id);
      await (rest[0] as Author).lazy.books;
      const others = sent();
      await session.close();
      const detached = await codeOf((rest[0] as Author).lazy.publisher);
      return { forbidden, refused, publisher, others, detached, sent: sent() };
    }),
};

export default probes;
