import {
  bigint,
  date,
  datetime,
  decimal,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  now,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";

/** The classes that these tests use, made anew for each test that asks. */
export function library() {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", {
    id: integer().primaryKey(),
    name: varchar(100),
    email: varchar(150).unique(),
    bornOn: date().nullable(),
    seenAt: datetime().nullable(),
    createdAt: datetime().default(now()),
    books: oneToMany<Book>("Book", { backPopulates: "author", cascade: "all, delete-orphan" }),
  }) {
    get label(): string {
      return `${this.name} <${this.email}>`;
    }
  }
  class Book extends Base.mapped("books", {
    id: bigint().primaryKey(),
    title: varchar(200),
    price: decimal(10, 2).default("1.00"),
    authorId: integer().references("authors.id"),
    version: integer().version(),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  }) {}
  class Tag extends Base.mapped("tags", {
    id: integer().primaryKey(),
    name: varchar(50),
    books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  }) {}
  return { Base, Author, Book, Tag };
}
