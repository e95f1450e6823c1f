import type { Instance, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** How many books each shelf has, and how many copies each of these. */
type Shelves = number[][];
/** The parent of each subject, by its place; null is the top. */
type Tree = (number | null)[];

function library({ ormlet }: ProbeContext) {
  const { declarativeBase, integer, manyToMany, manyToOne, oneToMany } = ormlet;
  const Base = declarativeBase();
  const id = () => integer().primaryKey();
  const goes = "all, delete-orphan";
  class Shelf extends Base.mapped("shelves", {
    id: id(),
    books: oneToMany<Book>("Book", { backPopulates: "shelf", cascade: goes }),
    signs: oneToMany<Sign>("Sign", { cascade: "all" }),
  }) {}
  class Book extends Base.mapped("books", {
    id: id(),
    shelfId: integer().references("shelves.id"),
    shelf: manyToOne<Shelf>("Shelf", { backPopulates: "books" }),
    copies: oneToMany<Copy>("Copy", { backPopulates: "book", cascade: goes }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags" }),
  }) {}
  class Copy extends Base.mapped("copies", {
    id: id(),
    bookId: integer().references("books.id"),
    book: manyToOne<Book>("Book", { backPopulates: "copies" }),
  }) {}
  class Sign extends Base.mapped("signs", {
    id: id(),
    shelfId: integer().references("shelves.id"),
  }) {}
  class Tag extends Base.mapped("tags", { id: id() }) {}
  class Subject extends Base.mapped("subjects", {
    id: id(),
    parentId: integer().nullable().references("subjects.id"),
    parent: manyToOne<Subject>("Subject", { backPopulates: "children" }),
    children: oneToMany<Subject>("Subject", { backPopulates: "parent", cascade: goes }),
  }) {}
  Base.configure(Shelf, Book, Copy, Sign, Tag, Subject);
  return { Base, Shelf, Book, Copy, Sign, Tag, Subject };
}
type Library = ReturnType<typeof library>;

interface Scene {
  session: Session;
  newSession(): Session;
  classes: Library;
  /** Saves shelves with their books and copies, in a session of their own. The first shelf has a sign. */
  save(shelves: Shelves): Promise<void>;
  /** Counts the rows of a table. */
  count(table: "shelves" | "books" | "copies" | "signs" | "subjects"): Promise<number>;
  /** The statements since the last look: `SELECT books`, `DELETE copies`. */
  sent(): string[];
}

async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  await context.submission();
  const { createEngine, Session, sql } = context.ormlet;
  const texts: string[] = [];
  const engine = createEngine(context.url, {
    pool: { size: 2, timeout: 2 },
    echo: (_line, { text }) => {
      texts.push(text);
    },
  });
  const classes = library(context);
  const sessions: Session[] = [];
  const newSession = () => {
    const session = new Session(engine);
    sessions.push(session);
    return session;
  };
  const session = newSession();
  const sent = () =>
    texts.splice(0).flatMap((text) => {
      const found = /^(SELECT|INSERT|UPDATE|DELETE)\b.*?\b(?:FROM|INTO|UPDATE) `(\w+)`/.exec(text);
      return found ? [`${found[1]} ${found[2]}`] : [];
    });
  try {
    await context.setUp(() => classes.Base.metadata.createAll(engine));
    return await work({
      session,
      newSession,
      classes,
      sent,
      async save(shelves) {
        const { Shelf, Book, Copy, Sign } = classes;
        const first = new Session(engine);
        first.addAll(
          shelves.map((books, index) => {
            const copies = (count: number) => Array.from({ length: count }, () => new Copy());
            return new Shelf({
              id: index + 1,
              books: books.map((count) => new Book({ copies: copies(count) })),
              signs: index === 0 ? [new Sign()] : [],
            });
          }),
        );
        await context.setUp(() => first.commit());
        await first.close();
        sent();
      },
      async count(table) {
        const [row] = await session.execute(
          sql<{ n: number }>`SELECT COUNT(*) AS n FROM ${sql.identifier(table)}`,
        );
        return Number(row?.n);
      },
    });
  } finally {
    for (const one of sessions) await one.close();
    await engine.dispose();
  }
}

async function counts({ count }: Scene): Promise<Json> {
  const found: Record<string, Json> = {};
  for (const table of ["shelves", "books", "copies", "signs"] as const) {
    found[table] = await count(table);
  }
  return found;
}

/** "flushed", or the code of the error. */
const outcomeOf = (flush: Promise<unknown>): Promise<Json> =>
  flush.then(
    () => "flushed",
    (error) => String(error.code ?? error.name),
  );

/** The shelves of the input, and the first of them. */
async function firstShelf(of: Scene, context: ProbeContext) {
  const { ormlet, input } = context;
  const { Shelf } = of.classes;
  await of.save((input as { shelves: Shelves }).shelves);
  const all = await of.session.scalars(ormlet.select(Shelf).orderBy(Shelf.c.id)).all();
  return { all, first: all[0] as InstanceType<Library["Shelf"]> };
}

/** With its books and their copies in memory. */
async function loadShelf({ session, classes }: Scene, { ormlet }: ProbeContext, shelves: object[]) {
  const { Shelf, Book } = classes;
  const copies = ormlet.selectinload(Book.r.copies);
  await session.load(shelves as never[], ormlet.selectinload(Shelf.r.books, copies) as never);
}

const probes: Probes = {
  "deletes what belongs to it, and what belongs to that": (context) =>
    scene(context, async (of) => {
      const { first } = await firstShelf(of, context);
      of.session.delete(first);
      await of.session.commit();
      return counts(of);
    }),
  "loads each level by one statement for each class": (context) =>
    scene(context, async (of) => {
      const { all } = await firstShelf(of, context);
      for (const shelf of all) of.session.delete(shelf);
      of.sent();
      await of.session.commit();
      return of.sent();
    }),
  "goes down a tree to its leaves": (context) =>
    scene(context, async (of) => {
      const { Subject } = of.classes;
      const { tree, gone } = context.input as { tree: Tree; gone: number };
      const subjects = tree.map((_, id) => new Subject({ id: id + 1 }));
      for (const [id, parent] of tree.entries()) {
        if (parent !== null) subjects[parent]?.children.push(subjects[id] as never);
      }
      of.session.addAll(subjects);
      await of.session.commit();
      await of.session.close();
      const subject = await of.session.get(Subject, gone + 1);
      if (subject !== null) of.session.delete(subject);
      await of.session.commit();
      return of.count("subjects");
    }),
  "deletes orphans, with what belongs to them": (context) =>
    scene(context, async (of) => {
      const { first } = await firstShelf(of, context);
      await loadShelf(of, context, [first]);
      const [book] = first.books;
      if (book !== undefined) first.books.remove(book);
      await of.session.commit();
      return { counts: await counts(of), left: first.books.length };
    }),
  "takes what goes out of what stays": (context) =>
    scene(context, async (of) => {
      const { session } = of;
      const { all, first } = await firstShelf(of, context);
      await loadShelf(of, context, all);
      const [book, other] = first.books as unknown as InstanceType<Library["Book"]>[];
      const [copy] = (other?.copies ?? []) as unknown as InstanceType<Library["Copy"]>[];
      session.delete(book as never);
      session.delete(copy as never);
      await session.flush();
      const inMemory = {
        shelfHolds: first.books.includes(book as never),
        bookHolds: other?.copies.includes(copy as never) ?? null,
        keepsShelf: book?.shelf === first,
        keepsBook: copy?.book === other,
        keepsCopies: book?.copies.length ?? null,
      };
      // What goes on with objects that are not in step would only hide which of them it was.
      if (inMemory.shelfHolds || inMemory.bookHolds) return inMemory;
      // By its key alone: the book does not know its shelf, but the shelf its books.
      const [third] = first.books as unknown as object[];
      session.expire(third as never, "shelf" as never);
      session.delete(third as never);
      await session.commit();
      const byKey = first.books.includes(third as never);
      if (byKey) return { ...inMemory, byKey };
      // Moved, and deleted before the move was flushed.
      const [moved] = first.books as unknown as InstanceType<Library["Book"]>[];
      const second = all[1] as InstanceType<Library["Shelf"]>;
      if (moved !== undefined) moved.shelf = second as never;
      session.delete(moved as never);
      await session.flush();
      return { ...inMemory, byKey, moved: second.books.includes(moved as never) };
    }),
  "takes it out of collections that have no other side": (context) =>
    scene(context, async ({ session, classes }) => {
      const { Shelf, Book, Sign, Tag } = classes;
      const { tags: count } = context.input as { tags: number };
      const tags = Array.from({ length: count }, () => new Tag());
      const book = new Book({ tags });
      const shelf = new Shelf({ books: [book], signs: [new Sign(), new Sign()] });
      session.add(shelf);
      await session.commit();
      session.delete(tags[0] as never);
      await session.commit();
      return { tags: book.tags.length, books: shelf.books.length };
    }),
  "lets new objects go, with what belongs to them": (context) =>
    scene(context, async (of) => {
      const { Book, Copy } = of.classes;
      const { first } = await firstShelf(of, context);
      await loadShelf(of, context, [first]);
      const copy = new Copy();
      const book = new Book({ copies: [copy] });
      first.books.push(book);
      of.session.add(book);
      of.session.delete(first);
      of.sent();
      const outcome = await outcomeOf(of.session.flush());
      if (outcome !== "flushed") return { outcome };
      const states = [book, copy].map((one) => context.ormlet.inspect(one).state) as Json[];
      const inserts = of.sent().filter((text) => text.startsWith("INSERT")).length;
      const kept = book.copies.length;
      return { outcome, states, kept, inserts, counts: await counts(of) };
    }),
  "can be rolled back": (context) =>
    scene(context, async (of) => {
      const { inspect } = context.ormlet;
      const { Book } = of.classes;
      const { all, first } = await firstShelf(of, context);
      await loadShelf(of, context, all);
      const [book] = first.books as unknown as InstanceType<Library["Book"]>[];
      const [copy] = (book?.copies ?? []) as unknown as InstanceType<Library["Copy"]>[];
      const sizes = () => [first.books.length, book?.copies.length ?? -1];
      const before = sizes();
      const added = new Book({ shelf: first });
      of.session.add(added);
      of.session.delete(first);
      const outcome = await outcomeOf(of.session.flush());
      if (outcome !== "flushed") return { outcome };
      const states = () => [first, book, copy].map((one) => inspect(one as never).state) as Json[];
      const deleted = states();
      await of.session.rollback();
      const after = [...states(), book?.shelf === first, copy?.book === book] as Json[];
      await of.session.commit();
      const rows = await counts(of);
      return { outcome, before, after: sizes(), deleted, states: after, counts: rows };
    }),
  "brings in what is in no session, but nothing without a row": (context) =>
    scene(context, async (of) => {
      const { session } = of;
      const { first } = await firstShelf(of, context);
      await loadShelf(of, context, [first]);
      await session.load([first], of.classes.Shelf.r.signs);
      const [book] = first.books as unknown as object[];
      const [sign] = first.signs as unknown as object[];
      // The shelf does not hear that its sign is deleted; the book leaves the session.
      session.expunge(first);
      session.delete(sign as never);
      await session.commit();
      session.add(first);
      session.expunge(book as never);
      session.delete(first);
      const outcome = await outcomeOf(session.flush());
      if (outcome !== "flushed") return { outcome };
      const stateOf = (one: unknown) => context.ormlet.inspect(one as never).state as Json;
      const states = { book: stateOf(book), sign: stateOf(sign) };
      await session.commit();
      return { outcome, ...states, counts: await counts(of) };
    }),
  "refuses to delete what another session has": (context) =>
    scene(context, async (of) => {
      const { session, newSession } = of;
      const { first } = await firstShelf(of, context);
      await session.load([first], of.classes.Shelf.r.signs);
      const [sign] = first.signs as unknown as object[];
      session.expunge(sign as never);
      newSession().add(sign as never);
      session.delete(first);
      const outcome = await outcomeOf(session.flush());
      await session.rollback();
      return { outcome, counts: await counts(of) };
    }),
  "leaves what an earlier flush has deleted": (context) =>
    scene(context, async (of) => {
      const { session, sent } = of;
      const { first } = await firstShelf(of, context);
      await session.load([first], of.classes.Shelf.r.signs);
      const [sign] = first.signs as unknown as object[];
      sent();
      // The shelf does not hear that its sign is deleted.
      session.expunge(first);
      session.delete(sign as never);
      await session.flush();
      session.delete(first);
      const outcome = await outcomeOf(session.commit());
      if (outcome !== "flushed") return { outcome };
      const signs = sent().filter((text) => text === "DELETE signs").length;
      return { outcome, signs, counts: await counts(of) };
    }),
  "deletes each object once": (context) =>
    scene(context, async (of) => {
      const { Subject } = of.classes;
      const { first } = await firstShelf(of, context);
      await loadShelf(of, context, [first]);
      const book = first.books[0] as unknown as object;
      of.session.delete(book as never);
      of.session.delete(first);
      const state = (of.session as unknown as { state: { removed: Set<Instance> } }).state;
      const { deleteRelated } = (await context.submission()) as {
        deleteRelated?: (state: unknown) => Promise<void>;
      };
      await deleteRelated?.(state);
      const marked = state.removed.size;
      await of.session.commit();
      // Two subjects, each the parent of the other.
      const [one, other] = [new Subject(), new Subject()];
      of.session.addAll([one, other]);
      await of.session.flush();
      one.parent = other as never;
      other.parent = one as never;
      await of.session.commit();
      of.session.delete(one);
      await of.session.commit();
      return { marked, counts: await counts(of), subjects: await of.count("subjects") };
    }),
};

export default probes;
