import type { Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Author {
  id: number;
  name: string;
  publisher: { name: string } | null;
  books: readonly { title: string; year: number; tags: readonly { name: string }[] }[];
}
type AuthorPage = (session: Session, number: number, size: number) => Promise<Author[]>;
type Page = { number: number; size: number };

/** Calls the submission for each page, in a session of its own, and notes the SELECTs and their rows. */
async function read(
  context: ProbeContext,
  show: (author: Author) => Json,
): Promise<{ pages: Json[]; statements: number[]; rows: number[] }> {
  const authorPage = (await context.submission()).authorPage as AuthorPage;
  let [statements, rows] = [0, 0];
  const engine = context.ormlet.createEngine(context.url, {
    pool: { size: 2, timeout: 2 },
    echo: (_line, { text, rowCount }) => {
      if (!/^(SELECT|WITH)\b/.test(text)) return;
      statements += 1;
      rows += Number(rowCount);
    },
  });
  const seen = { pages: [] as Json[], statements: [] as number[], rows: [] as number[] };
  try {
    for (const { number, size } of context.input as Page[]) {
      const session = new context.ormlet.Session(engine);
      try {
        [statements, rows] = [0, 0];
        const authors = await authorPage(session, number, size);
        seen.pages.push(authors.map(show));
        seen.statements.push(statements);
        seen.rows.push(rows);
      } finally {
        await session.close();
      }
    }
    return seen;
  } finally {
    await engine.dispose();
  }
}

/** What a page says of an author, read without await. */
const whole = ({ name, publisher, books }: Author): Json => ({
  name,
  publisher: publisher?.name ?? null,
  books: books.map(({ title, year, tags }) => {
    const names = tags.map((tag) => tag.name).sort();
    return `${year} ${title}: ${names.join(", ")}`;
  }),
});

const probes: Probes = {
  "gives the authors of a page": async (context) => (await read(context, ({ id }) => id)).pages,
  "has the publisher of each": async (context) =>
    (await read(context, ({ name, publisher }) => `${name}, ${publisher?.name ?? "none"}`)).pages,
  "has the three newest books of each": async (context) =>
    (await read(context, ({ books }) => books.map(({ title, year }) => `${year} ${title}`))).pages,
  "has the tags of these books": async (context) => (await read(context, whole)).pages,
  "takes three statements, whatever the size of the page": async (context) => {
    const { statements, pages } = await read(context, whole);
    return { statements, authors: pages.map((page) => (page as Json[]).length) };
  },
  "reads no more than the page shows": async (context) => {
    const { rows, pages } = await read(context, whole);
    return { rows, pages };
  },
};

export default probes;
