import type { Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Library = Awaited<ReturnType<typeof open>>;

interface Submission {
  wordsOf(text: string): string[];
  rulesOf(table: unknown, dialect: unknown): Map<string, readonly string[]>;
  findTable(
    tables: readonly unknown[],
    named: { rule?: string; column?: string },
    statement: string,
    dialect: unknown,
  ): { name: string } | undefined;
  withProperty(state: unknown, given: unknown): unknown;
}

/** Books with copies and tags, of which some columns are smaller in the database than the classes say. */
async function open(context: ProbeContext) {
  const { createEngine, declarativeBase, decimal, integer, manyToMany, sql, varchar, Session } =
    context.ormlet;
  const submission = (await context.submission()) as unknown as Submission;
  const Base = declarativeBase();
  class Book extends Base.mapped(
    "books",
    {
      id: integer().primaryKey(),
      title: varchar(100),
      shelfMark: varchar(20),
      price: decimal(8, 2).default("1.00"),
      sale: decimal(8, 2).default("1.00"),
      // Its name holds that of another column.
      listPrice: decimal(8, 2).default("1.00"),
      tags: manyToMany<Tag>("Tag", { through: "book_tags" }),
    },
    { checks: [sql`sale <= list_price`], uniques: [["title", "shelfMark"]] },
  ) {}
  class Copy extends Base.mapped(
    "copies",
    {
      id: integer().primaryKey(),
      label: varchar(20).unique(),
      title: varchar(100).nullable(),
      bookId: integer().references("books.id"),
    },
    { checks: [sql`label <> ''`] },
  ) {}
  class Closed extends Base.mapped(
    "closed",
    { id: integer().primaryKey() },
    { checks: [sql`1 = 0`] },
  ) {}
  class Tag extends Base.mapped("tags", { id: integer().primaryKey(), name: varchar(20) }) {}
  Base.configure(Book, Closed, Copy, Tag);
  const engine = createEngine(context.url, { pool: { timeout: 5 } });
  await context.setUp(async () => {
    await Base.metadata.createAll(engine);
    await engine.execute(sql`ALTER TABLE tags MODIFY name VARCHAR(5) NOT NULL`);
    await engine.execute(sql`ALTER TABLE copies MODIFY title VARCHAR(5)`);
  });
  const session = new Session(engine);
  session.add(new Book({ id: 1, title: "Notes", shelfMark: "A" }));
  await session.flush();
  session.add(new Copy({ id: 1, label: "A-1", bookId: 1 }));
  session.add(new Tag({ id: 1, name: "old" }));
  await session.commit();
  const close = async () => {
    await session.close().catch(() => {});
    await engine.dispose();
  };
  return { Base, Book, Closed, Copy, Tag, engine, session, submission, close };
}

const inLibrary =
  (work: (library: Library, context: ProbeContext) => Promise<Json>) =>
  async (context: ProbeContext): Promise<Json> => {
    const library = await open(context);
    try {
      return await work(library, context);
    } finally {
      await library.close();
    }
  };

/** What a caller can see of an error. */
function told(error: Record<string, unknown>): Json {
  const seen = {
    name: error.name,
    code: error.code,
    entity: error.entity,
    property: error.property,
  };
  const first = String(error.message).split("\n")[0] ?? "";
  return {
    ...(seen as Record<string, Json>),
    message: first,
    property: (error.property as string) ?? null,
  };
}

/** Breaks a rule in the way that has this name, and tells the error. */
async function broken(library: Library, context: ProbeContext, what: string): Promise<Json> {
  const { session, Book, Closed, Copy, Tag } = library;
  const { sql } = context.ormlet;
  const flush = (object: object) => {
    session.add(object as never);
    return session.flush();
  };
  const ways: Record<string, () => Promise<unknown>> = {
    unique: () => flush(new Copy({ label: "A-1", bookId: 1 })),
    "unique of two": () => flush(new Book({ title: "Notes", shelfMark: "A" })),
    "primary key": () => session.execute(sql`INSERT INTO tags (id, name) VALUES (1, 'b')`),
    "foreign key": () => flush(new Copy({ label: "A-2", bookId: 99 })),
    "foreign key of others": () => session.execute(sql`DELETE FROM books WHERE id = 1`),
    "between two classes": () => session.execute(sql`INSERT INTO book_tags VALUES (1, 99)`),
    check: () => flush(new Copy({ label: "", bookId: 1 })),
    "check of two": () => flush(new Book({ title: "B", shelfMark: "B", sale: "2.00" })),
    "check of no column": () => flush(new Closed({ id: 1 })),
    "not null": () => session.execute(sql`UPDATE books SET shelf_mark = NULL`),
    "too long": () => flush(new Tag({ name: "too long" })),
    "too long, in the second table": () =>
      session.execute(
        sql`INSERT INTO copies (label, title, book_id) SELECT 'x', 'too long', id FROM books`,
      ),
  };
  try {
    await (ways[what] as () => Promise<unknown>)();
    return "no error";
  } catch (error) {
    return told(error as Record<string, unknown>);
  } finally {
    await session.rollback();
  }
}

const breakAll = inLibrary(async (library, context) => {
  const seen: Json[] = [];
  for (const what of context.input as string[]) seen.push(await broken(library, context, what));
  return seen;
});

interface Tables {
  tables: Map<string, { name: string }>;
  /** Those without a class, each as a function that gives it. */
  implied: Map<string, () => { name: string }>;
}

function tablesOf({ Base }: Library): { name: string }[] {
  const { tables, implied } = Base.metadata as unknown as Tables;
  return [...tables.values(), ...[...implied.values()].map((make) => make())];
}

const probes: Probes = {
  "knows the rules of a table by their names": inLibrary(async (library) => {
    const { submission, engine } = library;
    const tables = tablesOf(library);
    return tables
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((table) => {
        const rules = [...submission.rulesOf(table, engine.dialect)];
        return rules.map(([name, columns]): Json => `${name}: ${columns.join()}`).sort();
      });
  }),
  "finds the table that is meant": inLibrary(async (library, context) => {
    const { submission, engine } = library;
    const tables = tablesOf(library);
    const asked = context.input as {
      named: { rule?: string; column?: string };
      statement: string;
    }[];
    return asked.map(({ named, statement }) => {
      return submission.findTable(tables, named, statement, engine.dialect)?.name ?? null;
    });
  }),
  "names class and property of a key": breakAll,
  "names class and property of every other rule": breakAll,
  "keeps what the error knew": inLibrary(async ({ session, Copy }) => {
    session.add(new Copy({ label: "A-1", bookId: 1 }));
    const error = await session.flush().then(
      () => ({}) as Record<string, unknown>,
      (given) => given as Record<string, unknown>,
    );
    await session.rollback();
    return {
      constraint: (error.constraint as string) ?? null,
      number: (error.number as number) ?? null,
      statement: String(error.statement).slice(0, 18),
      parameters: Array.isArray(error.parameters) && error.parameters.includes("A-1"),
      cause: error.cause instanceof Error,
      hints: String(error.message).split("\n  Hint: ").length - 1,
      hint: String(error.hint),
    };
  }),
  "gives advice when a delete is waiting": inLibrary(async ({ session, Copy }) => {
    const copy = (await session.get(Copy, 1)) as object;
    session.delete(copy as never);
    session.add(new Copy({ label: "A-1", bookId: 1 }));
    const taken = await session.flush().catch((error) => String(error.hint));
    await session.rollback();
    session.delete((await session.get(Copy, 1)) as never);
    session.add(new Copy({ label: "A-3", bookId: 99 }));
    const missing = await session.flush().catch((error) => String(error.hint));
    await session.rollback();
    return { taken: taken ?? "no error", missing: missing ?? "no error" };
  }),
  "leaves every other error as it is": inLibrary(
    async ({ submission, session, engine }, context) => {
      const { state } = session as unknown as { state: unknown };
      const { IntegrityError, OperationalError, Session, sql } = context.ormlet;
      const cause = new Error("Duplicate entry 'x' for key 'elsewhere.uq_elsewhere'");
      const others: unknown[] = [
        "text",
        new Error("mine"),
        new OperationalError("busy", { code: "deadlock" }),
        new IntegrityError(cause.message, { code: "duplicate-key", cause }),
      ];
      const same = others.map((error) => {
        try {
          return submission.withProperty(state, error) === error;
        } catch (thrown) {
          return String((thrown as Error).name);
        }
      });
      const fresh: Session = new Session(engine);
      const unmet = await fresh.execute(sql`INSERT INTO tags (id, name) VALUES (1, 'b')`).then(
        () => "no error",
        (error) => String(error.message).split("\n")[0] ?? "",
      );
      await fresh.close();
      return { same, unmet };
    },
  ),
};

export default probes;
