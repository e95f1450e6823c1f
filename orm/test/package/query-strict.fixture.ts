// What strict mode knows of null in the rows of selects.
import {
  alias,
  date,
  decimal,
  declarativeBase,
  func,
  integer,
  manyToOne,
  oneToMany,
  type Session,
  select,
  union,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

/** Whether two types are one. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles when the rows of a statement have the type. */
function rows<R>() {
  return <T>(statement: { readonly rowType?: T }, same: Same<R, T>): void => {
    void [statement, same];
  };
}

const other = alias(Book, "other");
const best = select({ id: Book.c.authorId, price: func.max(Book.c.price) })
  .groupBy(Book.c.authorId)
  .subquery("best");

rows<[Author, Book]>()(select(Author, Book).join(Author.r.books), true);
rows<[Author, Book | null]>()(select(Author, Book).leftJoin(Author.r.books), true);
rows<[Author, string | null]>()(select(Author, Book.c.title).leftJoin(Author.r.books), true);
rows<{ name: string; title: string | null }>()(
  select({ name: Author.c.name, title: Book.c.title.as("t") }).leftJoin(Author.r.books),
  true,
);
rows<[Author, number]>()(select(Author, func.count(Book.c.id)).leftJoin(Author.r.books), true);
rows<[Book, Book | null, string | null]>()(
  select(Book, other, other.c.title).leftJoin(other, other.c.id.gt(Book.c.id)),
  true,
);
rows<[Author, Book, Book | null]>()(
  select(Author, Book, other).join(Author.r.books).leftJoin(Author.r.books, other),
  true,
);
rows<[string, string | null, number | null]>()(
  select(Author.c.name, best.c.price, best.c.id).leftJoin(best, best.c.id.eq(Author.c.id)),
  true,
);
rows<[string, number]>()(
  select(Author.c.name, best.c.id).join(best, best.c.id.eq(Author.c.id)),
  true,
);
rows<string | null>()(select(Book.c.title).leftJoin(Author.r.books), true);
rows<number | null>()(select(select(Book.c.id).limit(1).scalar()), true);
rows<string | null>()(select(Author.c.bornOn), true);

export async function refused(session: Session, title: string | undefined): Promise<void> {
  // @ts-expect-error undefined never means "no condition"
  select(Author).where(undefined);
  // @ts-expect-error it may be undefined
  select(Book).where(Book.c.title.eq(title));
  const pair = await session.execute(select(Author, Book).leftJoin(Author.r.books)).one();
  // @ts-expect-error there may be no book
  void pair[1].title;
  // @ts-expect-error the columns are of other types
  union(select(Book.c.id), select(Book.c.title));
  // @ts-expect-error a function that takes a select of authors takes no select of books
  take(select(Book));
  take(select(Author).where(Author.c.id.eq(1)).limit(1));
}

/** Any select whose rows are authors. */
function take(statement: {
  compile(dialect: never): { hydrate(...given: never): Author[] };
}): void {
  void statement;
}
