import { createEngine, type Engine } from "../../src/engine/index.js";
import {
  bigint,
  binary,
  boolean,
  date,
  datetime,
  decimal,
  declarativeBase,
  double,
  enumeration,
  integer,
  json,
  manyToOne,
  oneToMany,
  text,
  uuid,
  varchar,
} from "../../src/mapping/index.js";

export const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  sold: bigint().default(0n),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50).unique(),
  uses: integer().default(0),
  note: varchar(50).nullable(),
}) {}

/** What the program makes of a page: its key, the time of its last change, and a version. */
export const clock = { now: "2026-11-21T08:00:00.000001Z", keys: 0 };

export class Page extends Base.mapped("pages", {
  code: varchar(10)
    .primaryKey()
    .default(() => `p${++clock.keys}`),
  words: integer(),
  editedAt: datetime(6)
    .nullable()
    .onUpdate(() => clock.now),
  version: integer().version(),
}) {}

/** A key of two columns, and a unique pair. */
export class Seat extends Base.mapped(
  "seats",
  {
    row: varchar(2).primaryKey(),
    number: integer().primaryKey(),
    hall: integer(),
    place: integer(),
    holder: varchar(50).nullable(),
  },
  { uniques: [["hall", "place"]] },
) {}

/** Each type. */
export class Sample extends Base.mapped("samples", {
  id: integer().primaryKey(),
  whole: integer(),
  large: bigint(),
  word: varchar(50),
  prose: text(),
  flag: boolean(),
  exact: decimal(30, 10),
  real: double(),
  day: date(),
  moment: datetime(),
  instant: datetime(6),
  data: json<{ a: number; b: readonly string[] }>(),
  kind: enumeration("one", "two"),
  bytes: binary(100),
  uid: uuid(),
}) {}

Base.configure(Author, Book);

/** An engine that keeps what it sends, parameters behind the text; bigints as they are written. */
export function recorded(url: string): { engine: Engine; sent: () => string[] } {
  const lines: string[] = [];
  const engine = createEngine(url, {
    echo: (_line, { text, parameters }) => {
      const values = JSON.stringify(parameters, (_, value) =>
        typeof value === "bigint" ? `${value}n` : value,
      );
      lines.push(parameters.length === 0 ? text : `${text} ${values}`);
    },
  });
  return { engine, sent: () => lines.splice(0) };
}
