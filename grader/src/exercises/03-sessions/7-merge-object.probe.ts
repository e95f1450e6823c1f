import type { Engine, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type MemberValues = { id?: number; name: string; phone: string | null };

function library({ ormlet }: ProbeContext) {
  const { datetime, declarativeBase, integer, manyToOne, oneToMany, sql, varchar } = ormlet;
  const Base = declarativeBase();
  class Member extends Base.mapped("members", {
    id: integer().primaryKey(),
    name: varchar(50),
    phone: varchar(50).nullable(),
    visits: integer(),
    initial: varchar(1).generatedAs(sql`LEFT(name, 1)`),
  }) {}
  class Visit extends Base.mapped("visits", {
    at: datetime().primaryKey(),
    desk: integer(),
  }) {}
  class Author extends Base.mapped("authors", {
    id: integer().primaryKey(),
    name: varchar(50),
    books: oneToMany<Book>("Book", { backPopulates: "author" }),
  }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(50),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
  }) {}
  Base.configure(Member, Visit, Author, Book);
  return { Base, Member, Visit, Author, Book };
}

interface Scene extends ReturnType<typeof library> {
  session: Session;
  engine: Engine;
  /** The first words of the statements since the last look. */
  sent(): string[];
  stateOf(object: object): Json;
  changesOf(object: object): Json;
}

/** A session on the tables that the verdict made. */
async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  await context.submission();
  const { createEngine, inspect, Session } = context.ormlet;
  const statements: string[] = [];
  const engine = createEngine(context.url, {
    pool: { size: 2, timeout: 2 },
    echo: (_line, { text }) => {
      statements.push(/^\w+/.exec(text)?.[0] ?? text);
    },
  });
  const session = new Session(engine);
  try {
    return await work({
      ...library(context),
      session,
      engine,
      sent: () => statements.splice(0).filter((word) => word !== "BEGIN"),
      stateOf: (object) => inspect(object).state,
      changesOf: (object) => inspect(object).changes.map(({ property }) => property),
    });
  } finally {
    await session.close();
    await engine.dispose();
  }
}

const outcomeOf = (work: Promise<unknown>): Promise<Json> =>
  work.then(
    () => "no error",
    (error) => `${error.code}: ${String(error.message).split("\n")[0]}`,
  );

const probes: Probes = {
  "copies the values onto the session's own object": (context) =>
    scene(context, async ({ session, Member, sent, changesOf, stateOf }) => {
      const { id, name } = context.input as { id: number; name: string };
      const own = (await session.get(Member, id)) as InstanceType<typeof Member>;
      const { phone, visits } = own;
      sent();
      const copy = new Member({ id, name, phone, visits });
      const merged = await session.merge(copy);
      const seen = {
        isOwn: merged === own,
        name: own.name,
        changes: changesOf(own),
        copy: stateOf(copy),
        sent: sent(),
      };
      await session.commit();
      return { ...seen, committed: sent() };
    }),
  "loads the row when the session has not got it": (context) =>
    scene(context, async ({ session, Member, sent, stateOf, changesOf }) => {
      const values = context.input as Required<MemberValues>;
      const { id, name, phone } = values;
      // How often the member came is not known to the form.
      const copy = new Member({ id, name, phone } as never);
      const merged = await session.merge(copy);
      const seen = { sent: sent(), state: stateOf(merged), isCopy: merged === copy };
      const again = (await session.get(Member, id)) === merged;
      const changes = changesOf(merged);
      await session.commit();
      return { ...seen, again, changes };
    }),
  "makes a new object when there is no row": (context) =>
    scene(context, async ({ session, Member, stateOf }) => {
      const all = context.input as MemberValues[];
      const merged = [];
      const seen: Json[] = [];
      for (const values of all) {
        const copy = new Member({ ...values, visits: 1 });
        const one = await session.merge(copy);
        merged.push(one);
        seen.push({ isCopy: one === copy, state: stateOf(one), name: one.name });
      }
      await session.commit();
      const undone = await session.merge(new Member({ ...(all[0] as MemberValues), visits: 1 }));
      await session.rollback();
      return {
        seen,
        known: merged.map(({ id }) => id > 0),
        undone: { state: stateOf(undone), name: undone.name ?? null },
      };
    }),
  "gives an object of this session as it is": (context) =>
    scene(context, async ({ session, engine, Member, stateOf }) => {
      const { id, name } = context.input as { id: number; name: string };
      const own = (await session.get(Member, id)) as InstanceType<typeof Member>;
      session.delete(own);
      const merged = (await session.merge(own)) === own;
      const added = new Member({ name, visits: 0 });
      session.add(added);
      const isAdded = (await session.merge(added)) === added;
      const states = [stateOf(own), stateOf(added)];
      await session.rollback();
      // Where nothing is flushed before, an object can be found that is to be deleted.
      const { Session } = context.ormlet;
      const lazy = new Session(engine, { autoflush: false });
      const doomed = (await lazy.get(Member, id)) as InstanceType<typeof Member>;
      lazy.delete(doomed);
      const onto = await lazy.merge(new Member({ id, name, phone: null, visits: 1 }));
      const deleted = lazy.deleted.length;
      await lazy.close();
      return { merged, isAdded, states, isFound: onto === doomed, deleted };
    }),
  "leaves out the key, and what MySQL computes": (context) =>
    scene(context, async ({ session, engine, Member, Visit, changesOf }) => {
      const { Session } = context.ormlet;
      const { id, name, at, desk } = context.input as Record<string, number> & { name: string };
      // It comes out of another session, so it knows the computed value.
      const other = new Session(engine);
      const theirs = (await other.get(Member, id as number)) as InstanceType<typeof Member>;
      theirs.name = name;
      const visit = await session.get(Visit, new Date(at as number));
      const outcomes = [await outcomeOf(session.merge(theirs))];
      const member = (await session.get(Member, id as number)) as object;
      const changes = [changesOf(member)];
      // An equal key, and another Date.
      const again = new Visit({ at: new Date(at as number), desk: desk as number });
      outcomes.push(await outcomeOf(session.merge(again)));
      changes.push(visit && changesOf(visit));
      const seen = { outcomes, changes, apart: theirs !== member };
      await other.close();
      return seen;
    }),
  "merges what leads back to itself once": (context) =>
    scene(context, async ({ session, Author, Book, sent, stateOf }) => {
      const { id, name, titles } = context.input as { id: number; name: string; titles: string[] };
      const author = new Author({ id, name });
      for (const [index, title] of titles.entries()) {
        const key = index === 0 ? { id: id + 100 } : {};
        author.books.push(new Book({ ...key, title } as never));
      }
      const loaded = (await session.get(Author, id)) as InstanceType<typeof Author>;
      await session.load(loaded, Author.r.books);
      sent();
      const merged = await session.merge(author);
      const seen = {
        isLoaded: merged === loaded,
        books: merged.books.map(({ title }) => title),
        authors: merged.books.every((book) => book.author === merged),
        states: merged.books.map(stateOf),
        given: [author, ...author.books].map(stateOf),
        sent: sent(),
      };
      await session.commit();
      return seen;
    }),
  "waits for its turn, and flushes first": (context) =>
    scene(context, async ({ session, Member, sent }) => {
      const { id, free, name } = context.input as { id: number; free: number; name: string };
      const values = { phone: null, visits: 2 };
      const merging = [1, 2].map((n) =>
        session.merge(new Member({ id, name: `${name} ${n}`, ...values })),
      );
      const commit = await outcomeOf(session.commit());
      const [one, other] = await Promise.all(merging);
      const selects = sent().filter((word) => word === "SELECT").length;
      // A new object with a key of its own waits for its INSERT.
      const added = new Member({ id: free, name, ...values });
      session.add(added);
      const merged = await session.merge(new Member({ id: free, name: `${name} 3`, ...values }));
      const seen = { commit, isOne: one === other, selects, isAdded: merged === added };
      await session.commit();
      return seen;
    }),
  "refuses a class that was mapped anew": (context) =>
    scene(context, async ({ Base, Member, session, sent }) => {
      const { integer, varchar } = context.ormlet;
      const { id } = context.input as { id: number };
      const old = new Member({ id, name: "x", visits: 1 });
      // A class of the same name takes the place of the first.
      const Anew = class Member extends Base.mapped("members", {
        id: integer().primaryKey(),
        name: varchar(50),
      }) {};
      void new Anew({ id, name: "x" });
      const [code] = String(await outcomeOf(session.merge(old))).split(":");
      return { code: code as string, sent: sent() };
    }),
};

export default probes;
