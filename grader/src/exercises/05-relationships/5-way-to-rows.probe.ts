import type { Instance, Mapper, Table } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Column = Table["columns"][number];
type Relationship =
  Instance["mapper"]["relationships"] extends ReadonlyMap<string, infer R> ? R : never;
/** The module `relationships/way.ts`. */
interface WayModule {
  wayOf(mapper: Mapper, relationship: Relationship): Way;
  keyOf(columns: readonly Column[], values: readonly unknown[]): unknown;
  ByKey: new (
    entries?: readonly [unknown, string][],
  ) => { find(key: unknown): string | undefined; set(key: unknown, value: string): unknown };
}
interface Way {
  target: Mapper;
  near: readonly Column[];
  far: readonly Column[];
  hasLink: boolean;
}
type Marked = { bigint?: string; time?: number; bytes?: string };

const load = async (context: ProbeContext) => (await context.submission()) as unknown as WayModule;

/** A value that JSON cannot carry is marked: `{ bigint: "7" }`. An empty mark is one that is not known. */
function revive(value: Json): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { bigint, time, bytes } = value as Marked;
  if (bigint !== undefined) return BigInt(bigint);
  if (time !== undefined) return new Date(time);
  return bytes === undefined ? undefined : new Uint8Array(Buffer.from(bytes, "hex"));
}

function library({ ormlet }: ProbeContext) {
  const { bigint, binary, datetime, declarativeBase, integer, varchar } = ormlet;
  const { manyToMany, manyToOne, oneToMany, oneToOne } = ormlet;
  const Base = declarativeBase();
  const id = () => integer().primaryKey();
  class Author extends Base.mapped("authors", {
    id: id(),
    pen: varchar(50).unique(),
    books: oneToMany<Book>("Book", { backPopulates: "author" }),
    portrait: oneToOne<Portrait>("Portrait", { backPopulates: "author" }),
    fans: manyToMany<Author>("Author", { through: "fans", foreignKey: "authorId" }),
    idols: manyToMany<Author>("Author", { through: "fans", foreignKey: "fanId" }),
  }) {}
  class Fan extends Base.mapped("fans", {
    fanId: integer().primaryKey().references("authors.id"),
    authorId: integer().primaryKey().references("authors.id"),
  }) {}
  class Portrait extends Base.mapped("portraits", {
    id: id(),
    authorId: integer().references("authors.id"),
    author: oneToOne<Author>("Author", { backPopulates: "portrait" }),
  }) {}
  class Book extends Base.mapped("books", {
    id: id(),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    parts: oneToMany<Book>("Book", { backPopulates: "whole" }),
    wholeId: integer().nullable().references("books.id"),
    whole: manyToOne<Book>("Book", { backPopulates: "parts" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  }) {}
  class Tag extends Base.mapped("tags", {
    name: varchar(50).primaryKey(),
    books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  }) {}
  class Shelf extends Base.mapped("shelves", {
    room: varchar(50).primaryKey(),
    number: integer().primaryKey(),
    items: oneToMany<Item>("Item", { backPopulates: "shelf" }),
    tags: manyToMany<Tag>("Tag", { through: "shelf_tags" }),
  }) {}
  class Item extends Base.mapped(
    "items",
    {
      id: id(),
      place: integer().nullable(),
      room: varchar(50).nullable(),
      shelf: manyToOne<Shelf>("Shelf", { backPopulates: "items" }),
    },
    {
      foreignKeys: [{ columns: ["room", "place"], references: ["shelves.room", "shelves.number"] }],
    },
  ) {}
  /** Keys of many kinds. */
  class Stamp extends Base.mapped("stamps", {
    note: varchar(50),
    card: bigint().primaryKey(),
    at: datetime().primaryKey(),
    hash: binary(4).primaryKey(),
    word: varchar(50).primaryKey(),
  }) {}
  Base.configure(Author, Fan, Portrait, Book, Tag, Shelf, Item, Stamp);
  return { Base, Author, Fan, Portrait, Book, Tag, Shelf, Item, Stamp };
}
type ClassName = Exclude<keyof ReturnType<typeof library>, "Base">;

const mapperOf = (entity: unknown): Mapper =>
  (entity as Record<symbol, Mapper>)[Symbol.for("ormlet.mapper")] as Mapper;

/** The ways of relationships: `Author.books: id = author_id of Book`. */
async function ways(context: ProbeContext): Promise<Json> {
  const { wayOf } = await load(context);
  const classes = library(context);
  return (context.input as string[]).map((path) => {
    const [of, property] = path.split(".") as [ClassName, string];
    const mapper = mapperOf(classes[of]);
    const relationship = mapper.relationships.get(property) as Relationship;
    const { target, near, far, hasLink } = wayOf(mapper, relationship);
    const isOf = (column: Column, table: Table) => table.columns.includes(column);
    const where = far.map((column) => (isOf(column, target.table) ? target.name : "link"));
    return [
      `${path}: ${near.map(({ name }) => name)} = ${far.map(({ name }) => name)}`,
      `of ${[...new Set(where)]}, to ${target.name}, ${hasLink}`,
      near.every((column) => isOf(column, mapper.table)) ? "" : "near is of another table",
    ]
      .filter((part) => part !== "")
      .join(" ");
  });
}

/** Which keys are the same, as groups of places, and what the first of each is. */
async function keys(context: ProbeContext): Promise<Json> {
  const { keyOf } = await load(context);
  const { columns } = mapperOf(library(context).Stamp).table;
  const tables = context.input as { columns: string[]; rows: Json[][] }[];
  return tables.map(({ columns: names, rows }) => {
    const used = names.map((name) => columns.find((one) => one.name === name) as Column);
    const groups = new Map<unknown, number[]>();
    for (const [place, row] of rows.entries()) {
      const values: unknown[] = columns.map(() => "another column");
      for (const [index, { position }] of used.entries()) {
        values[position] = revive(row[index] as Json);
      }
      const key = keyOf(used, values);
      groups.set(key, [...(groups.get(key) ?? []), place]);
    }
    const nameOf = (key: unknown) => (key == null ? String(key) : typeof key);
    return Array.from(groups, ([key, places]) => `${nameOf(key)}: ${places}`);
  });
}

/** What is found by each key. */
async function find(context: ProbeContext): Promise<Json> {
  const { ByKey } = await load(context);
  const { entries, asked } = context.input as { entries: [Json, string][]; asked: Json[] };
  const map = new ByKey(entries.map(([key, value]) => [revive(key), value]));
  return asked.map((key) => map.find(revive(key)) ?? "nothing");
}

/** Counts how often a text is folded. */
async function counting<T>(work: () => T): Promise<[T, number]> {
  const prototype = String.prototype;
  const { normalize } = prototype;
  let count = 0;
  prototype.normalize = function counted(this: string, ...form: []) {
    count += 1;
    return normalize.apply(this, form);
  } as typeof normalize;
  try {
    return [work(), count];
  } finally {
    prototype.normalize = normalize;
  }
}

const probes: Probes = {
  "says which columns equal which": ways,
  "goes by the table between, where there is one": ways,
  "knows keys of several columns, and a table that leads to itself": ways,
  "makes one key of one column": keys,
  "makes one key of several columns": keys,
  "makes one key of several columns, with a bigint among them": keys,
  "finds what the key says": find,
  "finds what only the database takes for equal": find,
  "folds the keys once, and only when one is missed": async (context) => {
    const { ByKey } = await load(context);
    const names = context.input as string[];
    const map = new ByKey(names.map((name) => [name, name]));
    const [, known] = await counting(() => names.map((name) => map.find(name)));
    const [, empty] = await counting(() => new ByKey().find("nobody"));
    const [found, folded] = await counting(() => names.map((name) => map.find(name.toUpperCase())));
    return { known, empty, found: found.length, folded };
  },
  "loads related rows from MySQL by such keys": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, manyToMany, oneToMany } = context.ormlet;
    const { integer, varchar, Session, select, selectinload, sql } = context.ormlet;
    const Base = declarativeBase();
    class Author extends Base.mapped("writers", {
      name: varchar(50).primaryKey(),
      books: oneToMany<Book>("Book", { orderBy: "id" }),
      tags: manyToMany<Tag>("Tag", { through: "writer_tags", orderBy: "id" }),
    }) {}
    class Book extends Base.mapped("novels", {
      id: integer().primaryKey(),
      writer: varchar(50).references("writers.name"),
    }) {}
    class Tag extends Base.mapped("labels", { id: integer().primaryKey() }) {}
    class WriterTag extends Base.mapped("writer_tags", {
      tagId: integer().primaryKey().references("labels.id"),
      writer: varchar(50).primaryKey().references("writers.name"),
    }) {}
    const engine = createEngine(context.url);
    const session = new Session(engine);
    try {
      Base.configure(Author, Book, Tag, WriterTag);
      const { names, books, tags } = context.input as {
        names: string[];
        books: string[];
        tags: string[];
      };
      for (const name of names) await engine.execute(sql`INSERT INTO writers VALUES (${name})`);
      for (const [id, name] of books.entries()) {
        await engine.execute(sql`INSERT INTO novels VALUES (${id + 1}, ${name})`);
      }
      for (const [id, name] of tags.entries()) {
        await engine.execute(sql`INSERT INTO labels VALUES (${id + 1})`);
        await engine.execute(sql`INSERT INTO writer_tags VALUES (${id + 1}, ${name})`);
      }
      const options = [selectinload(Author.r.books), selectinload(Author.r.tags)] as const;
      const all = await session.scalars(select(Author).options(...options)).all();
      return all.map(
        ({ name, books: own, tags: labels }) =>
          `${name}: ${own.map(({ id }) => id)}; ${labels.map(({ id }) => id)}`,
      );
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
