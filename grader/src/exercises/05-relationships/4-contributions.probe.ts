import type { Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Author = { name: string; contributions: Contribution[] };
type Contribution = { role: string; author: Author | null; book: Book | null };
type Book = { id: number; title: string; contributions: Contribution[] };
type Contributor = { name: string; role: string };
/** A book of the input, and whom to take out of it. */
type Entry = { title: string; contributors: Contributor[]; out?: string[] };

interface Submission {
  Book: { new (): Book; r: { contributions: never } };
  Contribution: { r: { author: never } };
  enter(session: Session, title: string, contributors: Contributor[]): Promise<Book>;
  withdraw(session: Session, book: Book, name: string): Promise<void>;
}

/** Calls the submission with a maker of sessions. */
async function withSessions(
  context: ProbeContext,
  work: (submission: Submission, newSession: () => Session) => Promise<Json>,
): Promise<Json> {
  const submission = (await context.submission()) as unknown as Submission;
  const engine = context.ormlet.createEngine(context.url, { pool: { size: 3, timeout: 2 } });
  const sessions: Session[] = [];
  const newSession = () => {
    const session = new context.ormlet.Session(engine);
    sessions.push(session);
    return session;
  };
  try {
    return await work(submission, newSession);
  } finally {
    for (const session of sessions) await session.close();
    await engine.dispose();
  }
}

const rolesOf = (book: Book): Json[] =>
  book.contributions.map(({ author, role }) => `${author?.name}, ${role}`);

/** Enters all books, in one session or in one for each. */
const enterAll = (one: boolean) => (context: ProbeContext) =>
  withSessions(context, async ({ enter }, newSession) => {
    const seen: Json[] = [];
    let session = newSession();
    for (const { title, contributors } of context.input as Entry[]) {
      const book = await enter(session, title, contributors);
      seen.push({ title: book.title, roles: rolesOf(book) });
      if (!one) session = newSession();
    }
    return seen;
  });

const probes: Probes = {
  "saves a book and what was contributed to it": enterAll(false),
  "takes the authors that are there": enterAll(false),
  "keeps both sides of all four relationships in step": (context) =>
    withSessions(context, async ({ enter }, newSession) => {
      const [entry] = context.input as [Entry];
      const book = await enter(newSession(), entry.title, entry.contributors);
      return entry.contributors.map(({ name }) => {
        const one = book.contributions.find(({ author }) => author?.name === name);
        const author = one?.author?.contributions.includes(one) === true;
        return { book: one?.book === book, author };
      });
    }),
  "takes a contribution out of a book, and nothing else": (context) =>
    withSessions(context, async ({ enter, withdraw }, newSession) => {
      const session = newSession();
      const books: Book[] = [];
      const entries = context.input as Entry[];
      for (const { title, contributors } of entries) {
        books.push(await enter(session, title, contributors));
      }
      for (const [index, { out = [] }] of entries.entries()) {
        for (const name of out) await withdraw(session, books[index] as Book, name);
      }
      return books.map(rolesOf);
    }),
  "takes it out of a book that was loaded": (context) =>
    withSessions(context, async ({ enter, withdraw, Book, Contribution }, newSession) => {
      const { select, selectinload } = context.ormlet;
      const [{ title, contributors, out = [] }] = context.input as [Entry];
      const { id } = await enter(newSession(), title, contributors);
      const session = newSession();
      const authors = selectinload(Contribution.r.author);
      const options = selectinload(Book.r.contributions, authors);
      const all = select(Book as never).options(options as never);
      const books = (await session.scalars(all as never).all()) as Book[];
      const book = books.find((one) => one.id === id) as Book;
      for (const name of out) await withdraw(session, book, name);
      return { roles: rolesOf(book), open: session.inTransaction };
    }),
  "deletes a book with its contributions": (context) =>
    withSessions(context, async ({ enter, Book }, newSession) => {
      const entries = context.input as Entry[];
      let last: Book | undefined;
      for (const { title, contributors } of entries) {
        last = await enter(newSession(), title, contributors);
      }
      const session = newSession();
      const book = await session.get(Book, last?.id as number);
      if (book !== null) session.delete(book as never);
      await session.commit();
      return null;
    }),
};

export default probes;
