/*
 * Exercise 5.6: A page of authors (15 points, about 15 minutes)
 *
 * Read:  notebooks/05c-loading.ipynb
 * Grade: npm run grade -- 5.6
 */
import {
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  type Session,
  varchar,
} from "ormlet";

const Base = declarativeBase();

export class Publisher extends Base.mapped("publishers", {
  id: integer().primaryKey(),
  name: varchar(100),
}) {}

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  publisherId: integer().nullable().references("publishers.id"),
  publisher: manyToOne<Publisher>("Publisher"),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  year: integer(),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags" }),
}) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50),
}) {}

Base.configure(Publisher, Author, Book, Tag);

/** The authors of a page, with all that it shows. */
export async function authorPage(
  session: Session,
  number: number,
  size: number,
): Promise<Author[]> {
  throw new Error("not written yet: exercise 5.6");
}
