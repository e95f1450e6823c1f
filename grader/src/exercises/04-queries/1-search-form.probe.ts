import type { Engine } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** What comes back from `searchBooks`: a select. */
interface Query {
  toSql(dialect: Engine["dialect"]): { text: string; parameters: readonly unknown[] };
}
type SearchBooks = (search: Json) => Query;

const load = async (context: ProbeContext) =>
  (await context.submission()).searchBooks as SearchBooks;

/** The ids of what each search finds, in its order. */
async function find(context: ProbeContext): Promise<Json> {
  const searchBooks = await load(context);
  const { createEngine, Session } = context.ormlet;
  const engine = createEngine(context.url);
  const session = new Session(engine);
  try {
    const found: Json[] = [];
    for (const search of context.input as Json[]) {
      const books = await session.scalars(searchBooks(search) as never).all();
      found.push((books as { id: number }[]).map(({ id }) => id));
    }
    return found;
  } finally {
    await session.close();
    await engine.dispose();
  }
}

const probes: Probes = {
  "finds all books by their titles": find,
  "finds books by the fields that were filled in": find,
  "sorts, and gives page after page": find,
  "keeps books without a year when it is asked to": find,
  "takes what was typed as it is": find,
  "sends what was typed beside the statement, not in it": async (context) => {
    const searchBooks = await load(context);
    const engine = context.ormlet.createEngine(context.url);
    await engine.dispose();
    const { text, parameters } = searchBooks(context.input).toSql(engine.dialect);
    return { text, parameters: parameters.map(String) };
  },
};

export default probes;
