import type { Instance, Mapper, Siblings } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `query/hydrator.ts` that is asked for here. */
interface HydratorModule {
  hydrateItems(node: Node, rows: unknown[][], reading: unknown): unknown[][];
  noteSiblings(objects: Batch, siblings: Siblings): void;
}
type Batch = Siblings[number];
interface Node {
  items: unknown[];
  hidden: unknown[];
  joins: { kind: string }[];
}

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as HydratorModule;

const instanceOf = (object: unknown): Instance =>
  (object as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;
const mapperOf = (entity: unknown): Mapper =>
  (entity as Record<symbol, Mapper>)[Symbol.for("ormlet.mapper")] as Mapper;
const nodeOf = (query: object): Node => (query as { node: Node }).node;

function library({ ormlet }: ProbeContext) {
  const { bigint, boolean, declarativeBase, integer, manyToOne, oneToMany, varchar } = ormlet;
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", {
    name: varchar(50),
    id: integer().primaryKey(),
    books: oneToMany<Book>("Book"),
  }) {}
  class Book extends Base.mapped("books", {
    id: integer().primaryKey(),
    title: varchar(50).nullable(),
    sold: bigint().nullable(),
    lent: boolean(),
    authorId: integer().nullable().references("authors.id"),
    author: manyToOne<Author>("Author"),
  }) {}
  class Seat extends Base.mapped("seats", {
    room: varchar(20).primaryKey(),
    note: varchar(20).nullable(),
    number: integer().primaryKey(),
  }) {}
  Base.configure(Author, Book, Seat);
  return { Author, Book, Seat };
}

/** A session's way from rows to objects, which notes what it is handed. */
function newLoader() {
  const objects = new Map<string, object>();
  const handed: unknown[][] = [];
  const together = new Map<object, Siblings>();
  const loader = {
    siblings(item: object): Siblings {
      const known = together.get(item) ?? [];
      together.set(item, known);
      return known;
    },
    load(mapper: Mapper, values: unknown[]): object {
      handed.push(values);
      const key = mapper.table.primaryKey.map(({ position }) => values[position]);
      const label = `${mapper.name} ${key.join("/")}`;
      const known = objects.get(label) ?? mapper.make(values).object;
      objects.set(label, known);
      return known;
    },
  };
  const labelOf = (item: unknown): Json => {
    for (const [label, object] of objects) if (object === item) return label;
    if (item === null) return null;
    return typeof item === "object" ? "an unknown object" : `${typeof item} ${item}`;
  };
  /** Who is in the list of siblings of each object, and which objects share one. */
  const families = (): Json => {
    const lists: unknown[] = [];
    return Object.fromEntries(
      Array.from(objects, ([label, object]) => {
        const { siblings } = instanceOf(object);
        if (siblings === undefined) return [label, "none"];
        if (!lists.includes(siblings)) lists.push(siblings);
        const names = new Set(
          siblings
            .flat()
            .filter((one) => one !== null)
            .map(labelOf),
        );
        return [label, `list ${lists.indexOf(siblings)}: ${[...names].join(", ")}`];
      }),
    );
  };
  return { loader, handed, labelOf, families };
}

/** The items of a select of these rows. */
async function hydrate(
  context: ProbeContext,
  query: (classes: ReturnType<typeof library>) => object,
  hidden: (classes: ReturnType<typeof library>) => object[] = () => [],
): Promise<{ items: Json; handed: Json; families: Json }> {
  const { hydrateItems } = await load(context);
  const { mysqlDialect } = context.ormlet;
  const classes = library(context);
  const node = nodeOf(query(classes));
  const more = hidden(classes).flatMap((one) => nodeOf(one).items);
  const { loader, handed, labelOf, families } = newLoader();
  const reading = { loader, dialect: mysqlDialect, columns: [] };
  const rows = context.input as unknown[][];
  const found = hydrateItems({ ...node, hidden: more }, rows, reading);
  const values = handed.map((row) =>
    // Behind the columns is room for relationships.
    row
      .filter((one) => one !== undefined)
      .map((one) => (one === null ? null : `${typeof one} ${one}`)),
  );
  return {
    items: found.map((list) => list.map(labelOf)),
    handed: values as Json,
    families: families(),
  };
}

const probes: Probes = {
  "gives what each item is in each row": async (context) => {
    const { func, select } = context.ormlet;
    const { items, handed } = await hydrate(context, ({ Author, Book }) =>
      select(func.length(Author.c.name), Author, Book.c.lent, Book, Book.c.sold)
        .from(Author)
        .join(Author.r.books),
    );
    return { items, handed };
  },
  "gives null where a LEFT JOIN found nothing": async (context) => {
    const { select } = context.ormlet;
    const { items } = await hydrate(context, ({ Author, Book, Seat }) =>
      select(Author, Book, Seat)
        .join(Book, Book.c.authorId.eq(Author.c.id))
        .leftJoin(Seat, Seat.c.number.eq(Book.c.id)),
    );
    return items;
  },
  "tells objects that they came together": async (context) => {
    const { select } = context.ormlet;
    const { families } = await hydrate(context, ({ Author, Book, Seat }) =>
      select(Author, Book, Seat)
        .leftJoin(Author.r.books)
        .leftJoin(Seat, Seat.c.number.eq(Book.c.id)),
    );
    return families;
  },
  "lets an object that is alone in its row keep it": async (context) => {
    const { hydrateItems } = await load(context);
    const { mysqlDialect, select } = context.ormlet;
    const { Author, Book } = library(context);
    const kept = (query: object, width: number, hidden: unknown[] = []) => {
      const { loader, handed } = newLoader();
      const rows = (context.input as unknown[][]).map((row) => row.slice(0, width));
      const node = { ...nodeOf(query), hidden };
      hydrateItems(node, rows, { loader, dialect: mysqlDialect, columns: [] });
      const lengths = handed.map((row) => row.filter((one) => one !== undefined).length);
      return { own: handed.map((values) => rows.includes(values as never)), lengths };
    };
    return [
      kept(select(Author), 2),
      kept(select(Author, Book.c.id).join(Author.r.books), 3),
      kept(select(Author), 3, nodeOf(select(Book.c.id)).items),
    ];
  },
  "takes null for an object only after a LEFT JOIN": async (context) => {
    const { hydrateItems } = await load(context);
    const { mysqlDialect, select } = context.ormlet;
    const { Author, Book } = library(context);
    const count = (query: object) => {
      const { loader, handed } = newLoader();
      const rows = structuredClone(context.input) as unknown[][];
      hydrateItems(nodeOf(query), rows, { loader, dialect: mysqlDialect, columns: [] });
      return handed.length;
    };
    return [
      count(select(Author, Book.c.id).join(Author.r.books)),
      count(select(Author, Book.c.id).leftJoin(Author.r.books)),
      count(select(Author, Book.c.id).leftJoin(Author.r.books).join(Book.r.author)),
    ];
  },
  "gives the hidden items behind the others": async (context) => {
    const { func, select } = context.ormlet;
    const { items, families } = await hydrate(
      context,
      ({ Author }) => select(Author.c.name),
      ({ Author, Book }) => [select(Book), select(func.count(), Author).from(Author)],
    );
    return { items, families };
  },
  "notes all objects of a batch": async (context) => {
    const { noteSiblings } = await load(context);
    const { Author } = library(context);
    const order = context.input as number[];
    const objects = order.map((_, id) => new Author({ id: id + 1, name: `${id}` }));
    const given = order.map((place) => (place < 0 ? null : (objects[place] as object)));
    const lists = (...batches: Batch[]) => {
      const siblings: Siblings = [];
      for (const batch of batches) noteSiblings(batch, siblings);
      const found = new Set(siblings.flat().filter((one) => one !== null));
      const same = Array.from(found, instanceOf).every((one) => one.siblings === siblings);
      return { same, ids: Array.from(found, (one) => (one as { id: number }).id) };
    };
    const all = lists(given);
    const again = lists(given.slice(0, 3));
    const batches = lists(given.slice(0, 4), given.slice(4));
    const nothing = lists([null]);
    return { all, again, batches, nothing };
  },
  "reads rows of MySQL, and locked ones anew": async (context) => {
    await load(context);
    const { createEngine, func, Session, select, sql } = context.ormlet;
    const { Author, Book } = library(context);
    const { ada, grace, later } = context.input as Record<"ada" | "grace" | "later", string>;
    const engine = createEngine(context.url);
    const session = new Session(engine);
    try {
      await mapperOf(Author).registry.metadata.createAll(engine);
      await engine.execute(sql`INSERT INTO authors (id, name) VALUES (1, ${ada}), (2, ${grace})`);
      await engine.execute(sql`INSERT INTO books (id, title, sold, lent, author_id) VALUES
        (7, 'Notes', 9007199254740993, 1, 1), (8, NULL, NULL, 0, 1)`);
      const rows = await session
        .execute(
          select(func.length(Author.c.name), Author, Book)
            .leftJoin(Author.r.books)
            .orderBy(Author.c.id, Book.c.id),
        )
        .all();
      await session.commit();
      const seen = rows.map(([length, author, book]) => [
        ...[length, author.name, author.id, book?.title ?? "none"],
        ...[String(book?.sold), book?.lent ?? "nobody"],
      ]);
      const [, first] = rows[0] as (typeof rows)[0];
      const [, second] = rows[1] as (typeof rows)[0];
      await engine.execute(sql`UPDATE authors SET name = ${later}`);
      const names = async (query: object) => {
        const found = await session.scalars(query as never).all();
        return (found as { name: string }[]).map(({ name }) => name);
      };
      const plain = await names(select(Author).orderBy(Author.c.id));
      const locked = await names(select(Author).where(Author.c.id.eq(1)).forUpdate());
      const after = await names(select(Author).orderBy(Author.c.id));
      return { seen: seen as Json, same: first === second, plain, locked, after };
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
