import {
  bigint,
  boolean,
  date,
  datetime,
  decimal,
  declarativeBase,
  enumeration,
  integer,
  json,
  manyToOne,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";

export const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {
  get label(): string {
    return `${this.name} (${this.bornOn ?? "?"})`;
  }
}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  sold: bigint().default(0n),
  kind: enumeration("novel", "notes").default("novel"),
  printed: boolean().default(false),
  seenAt: datetime().nullable(),
  details: json<{ pages: number }>().nullable(),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

/** A class whose table, columns and key are named to make quoting and order matter. */
export class Line extends Base.mapped("order lines", {
  orderId: integer().primaryKey(),
  lineNo: integer().primaryKey(),
  text: varchar(50).named("te`xt"),
}) {}
