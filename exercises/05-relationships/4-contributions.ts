/*
 * Exercise 5.4: Who did what for a book (15 points, about 15 minutes)
 *
 * Read:  notebooks/05b-cascades.ipynb
 * Grade: npm run grade -- 5.4
 */
import { declarativeBase, integer, type Session, varchar } from "ormlet";

const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
}) {}

export class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
}) {}

export class Contribution extends Base.mapped("contributions", {
  bookId: integer().primaryKey().references("books.id"),
  authorId: integer().primaryKey().references("authors.id"),
  role: varchar(30),
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
  throw new Error("not written yet: exercise 5.4");
}

/** Takes what an author contributed out of a book. */
export async function withdraw(session: Session, book: Book, name: string): Promise<void> {
  throw new Error("not written yet: exercise 5.4");
}
