import {
  createEngine,
  type Engine,
  type PoolOptions,
  type SqlValue,
  sql,
} from "../../src/engine/index.js";
import {
  date,
  decimal,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";
import { declarativeBase } from "../../src/relationships/index.js";

export const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(20),
  email: varchar(50).nullable().unique(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

/** Has a version, a check, and a unique pair. */
export class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(50),
    price: decimal(5, 2).default("1.00"),
    printedOn: date().nullable(),
    authorId: integer().nullable().references("authors.id"),
    version: integer().version(),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags" }),
  },
  { checks: [sql`price >= 0`], uniques: [["authorId", "title"]] },
) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(20),
}) {}

Base.configure(Author, Book, Tag);

/** A statement that was sent: its text, then its parameters. */
export type Sent = readonly [text: string, ...parameters: SqlValue[]];

export interface Recorded {
  readonly engine: Engine;
  /** The statements that were sent since the last call. */
  readonly sent: () => Sent[];
}

/** An engine that keeps what it sends. */
export function recorded(url: string, pool: PoolOptions = {}): Recorded {
  const kept: Sent[] = [];
  const echo = (_line: string, event: { text: string; parameters: readonly SqlValue[] }) =>
    void kept.push([event.text, ...event.parameters]);
  return { engine: createEngine(url, { echo, pool }), sent: () => kept.splice(0) };
}

/** Empties the tables of this library. */
export async function clear({ engine, sent }: Recorded): Promise<void> {
  for (const table of ["book_tags", "books", "tags", "authors"]) {
    await engine.execute(sql`DELETE FROM ${sql.identifier(table)}`);
  }
  sent();
}

/** Connections that are in use; none are when nothing leaks. */
export const inUse = ({ pool }: Engine): number => pool.open - pool.idle;
