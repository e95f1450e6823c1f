import type { Engine, Session, SqlValue } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Library = Awaited<ReturnType<typeof open>>;

/** A table of books, and an engine that writes down what is sent by sessions. */
async function open({ ormlet, url, setUp }: ProbeContext) {
  const { createEngine, declarativeBase, integer, varchar, sql, Session } = ormlet;
  const Base = declarativeBase();
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(100),
    free: integer(),
  }) {}
  const sent: Json[] = [];
  const echo = (_line: string, event: { text: string; parameters: readonly SqlValue[] }) => {
    const { text, parameters } = event;
    sent.push([text.replaceAll("`", ""), ...(parameters as Json[])]);
  };
  const engine = createEngine(url, { echo, pool: { timeout: 5 } });
  const quiet = createEngine(url, { pool: { timeout: 5 } });
  await setUp(() => Base.metadata.createAll(quiet));
  const add = async ({ id, title, free }: { id: number; title: string; free: number }) => {
    await quiet.execute(sql`INSERT INTO books (id, title, free) VALUES (${id}, ${title}, ${free})`);
  };
  const sessions: Session[] = [];
  const newSession = () => {
    const session = new Session(engine);
    sessions.push(session);
    return session;
  };
  const close = async () => {
    for (const session of sessions) await session.close().catch(() => {});
    await engine.dispose();
    await quiet.dispose();
  };
  return { Base, Book, engine, quiet: quiet as Engine, sent, add, newSession, close };
}

type Stored = { id: number; title: string; free: number };

const inLibrary =
  (work: (library: Library, context: ProbeContext) => Promise<Json>) =>
  async (context: ProbeContext): Promise<Json> => {
    await context.submission();
    const library = await open(context);
    try {
      for (const book of (context.input as { stored: Stored[] }).stored) await library.add(book);
      return await work(library, context);
    } finally {
      await library.close();
    }
  };

const codeOf = (work: () => unknown): Promise<Json> =>
  Promise.resolve()
    .then(work)
    .then(
      (): Json => "no error",
      (error): Json => error?.code ?? String(error?.message),
    );

const probes: Probes = {
  "writes what stands behind the condition": async (context) => {
    const { lockText } = (await context.submission()) as unknown as {
      lockText(options: Json): { toSql(dialect: unknown): { text: string } };
    };
    const { dialect } = context.ormlet.createEngine(context.url);
    return (context.input as Json[]).map((options) => lockText(options).toSql(dialect).text);
  },
  "reads the row of now, into the object that is there": inLibrary(
    async ({ Book, quiet, sent, newSession }, { ormlet: { sql }, input }) => {
      const { key, free } = input as { key: number; free: number };
      const session = newSession();
      const book = await session.get(Book, key);
      await quiet.execute(sql`UPDATE books SET free = ${free} WHERE id = ${key}`);
      sent.length = 0;
      const locked = await session.get(Book, key, { lock: "update" });
      return { same: locked === book, free: book?.free ?? null, sent: [...sent] };
    },
  ),
  "loads an object that is not there, and gives null where there is no row": inLibrary(
    async ({ Book, sent, newSession }, { input }) => {
      const { key, missing } = input as { key: number; missing: number };
      const session = newSession();
      const locked = await session.get(Book, key, { lock: "share" });
      const none = await session.get(Book, missing, { lock: "update", noWait: true });
      const values = locked === null ? null : [locked.id, locked.title, locked.free];
      const isNone = none === null;
      const again = (await session.get(Book, key)) === locked;
      return {
        values,
        none: isNone,
        again,
        held: locked !== null && session.contains(locked),
        sent: [...sent],
      };
    },
  ),
  "refuses what makes no sense, before anything is sent": inLibrary(
    async ({ Base, Book, sent, newSession }, { ormlet: { integer } }) => {
      const session = newSession();
      const calls: [unknown, unknown][] = [
        [1, { lock: "updat" }],
        [1, { lock: "update", nowait: true }],
        [1, { lock: "share", noWait: true, skipLocked: true }],
        [1, { lock: "update", of: Book }],
        [[1, 2], { lock: "update" }],
      ];
      const codes: Json[] = [];
      for (const [key, lock] of calls) {
        codes.push(
          await codeOf(() => session.get(Book, key as number, lock as { lock: "update" })),
        );
      }
      const misspelt = await session
        .get(Book, 1, { lock: "update", nowait: true } as unknown as { lock: "update" })
        .catch((error) => String(error.message).split("\n")[0] ?? "");
      class Twice extends Base.mapped("twice", { id: integer().primaryKey() }) {}
      const Former = Twice;
      {
        class Twice extends Base.mapped("twice", { id: integer().primaryKey() }) {}
        Base.configure(Twice);
      }
      codes.push(await codeOf(() => session.get(Former, 1, { lock: "update" })));
      return { codes, misspelt: String(misspelt), sent: [...sent] };
    },
  ),
  "flushes first, and finds no change afterwards": inLibrary(
    async ({ Book, sent, newSession }, { input }) => {
      const { key, free } = input as { key: number; free: number };
      const session = newSession();
      const book = (await session.get(Book, key)) as { free: number };
      sent.length = 0;
      book.free = free;
      await session.get(Book, key, { lock: "update" });
      const texts = sent.map((one) => String((one as Json[])[0]).slice(0, 6));
      const after = { free: book.free, dirty: session.dirty.length };
      await session.rollback();
      return { texts, ...after, back: book.free };
    },
  ),
  "waits for its turn, and has a name": inLibrary(
    async ({ Book, newSession }, { ormlet: { select }, input }) => {
      const { key } = input as { key: number };
      const session = newSession();
      const [all, locked] = await Promise.all([
        session.scalars(select(Book)).all(),
        session.get(Book, key, { lock: "update" }),
      ]);
      const reading = session.get(Book, key, { lock: "update" });
      const refused = await session.commit().then(
        () => "no error",
        (error) => String(error.message).split("\n")[0] ?? "",
      );
      await reading;
      return { all: all.length, same: all.some((book) => book === locked), refused };
    },
  ),
  "keeps others away": inLibrary(async ({ Book, newSession }, { input }) => {
    const { key } = input as { key: number };
    const [one, two] = [newSession(), newSession()];
    await one.get(Book, key, { lock: "update" });
    const refused = await codeOf(() => two.get(Book, key, { lock: "share", noWait: true }));
    const skipped = await two.get(Book, key, { lock: "update", skipLocked: true });
    await one.commit();
    const free = await two.get(Book, key, { lock: "update", noWait: true });
    return { refused, skipped: skipped === null, free: free !== null };
  }),
};

export default probes;
