/*
 * Exercise 5.6: A page of authors. One solution.
 *
 * A publisher adds some columns to a row that is there anyway, so it is joined. Books would repeat the author's row, and
 * tags that of the book, so each of them has a statement of its own. The limit of the books counts for each author: the
 * database numbers the books of each and hands out the first three.
 * Alternative: joinedload for the tags, inside of the selectinload of the books. It saves a statement, and repeats a book
 * for each of its tags. With few books on a page, either will do.
 */
import {
  declarativeBase,
  integer,
  joinedload,
  manyToMany,
  manyToOne,
  oneToMany,
  type Session,
  select,
  selectinload,
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
  const newest = selectinload(Author.r.books, selectinload(Book.r.tags))
    .orderBy(Book.c.year.desc(), Book.c.title)
    .limit(3);
  const page = select(Author)
    .options(joinedload(Author.r.publisher), newest)
    .orderBy(Author.c.name, Author.c.id)
    .limit(size)
    .offset((number - 1) * size);
  return session.scalars(page).all();
}
