/*
 * Exercise 5.4: Who did what for a book. One solution.
 *
 * Nobody sets a key here. Both foreign keys of a contribution are filled in by the flush, which inserts the book and
 * the new authors first, and only one object was added: the rest came in by the cascade. All names are asked for by
 * one statement; asked for one by one, they would take one each.
 * Alternative: a manyToMany beside it, from books straight to authors, by the same table. It is handy for reading. But
 * whoever adds a pair by it gives no role, and MySQL refuses the row.
 */
import {
  declarativeBase,
  integer,
  manyToOne,
  oneToMany,
  type Session,
  select,
  varchar,
} from "ormlet";

const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
  contributions: oneToMany<Contribution>("Contribution", { backPopulates: "author" }),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  contributions: oneToMany<Contribution>("Contribution", {
    backPopulates: "book",
    cascade: "all, delete-orphan",
  }),
}) {}

export class Contribution extends Base.mapped("contributions", {
  bookId: integer().primaryKey().references("books.id"),
  authorId: integer().primaryKey().references("authors.id"),
  role: varchar(30),
  book: manyToOne<Book>("Book", { backPopulates: "contributions" }),
  author: manyToOne<Author>("Author", { backPopulates: "contributions" }),
}) {}

export interface Contributor {
  name: string;
  role: string;
}

/** Saves a book and what was contributed to it. */
export async function enter(
  session: Session,
  title: string,
  contributors: readonly Contributor[],
): Promise<Book> {
  const names = contributors.map(({ name }) => name);
  const known = await session.scalars(select(Author).where(Author.c.name.in(names))).all();
  const contributions = contributors.map(({ name, role }) => {
    const author = known.find((one) => one.name === name) ?? new Author({ name });
    return new Contribution({ role, author });
  });
  const book = new Book({ title, contributions });
  session.add(book);
  await session.commit();
  return book;
}

/** Takes what an author contributed out of a book. */
export async function withdraw(session: Session, book: Book, name: string): Promise<void> {
  const contribution = book.contributions.find(({ author }) => author?.name === name);
  if (contribution !== undefined) book.contributions.remove(contribution);
  await session.commit();
}
