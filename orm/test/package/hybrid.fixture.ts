// What must and what must not compile with hybrids, in strict mode and without it.
import {
  alias,
  checkHybrids,
  date,
  decimal,
  declarativeBase,
  type Expr,
  func,
  integer,
  manyToOne,
  oneToMany,
  type Session,
  select,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Author extends Base.mapped(
  "authors",
  {
    id: integer().primaryKey(),
    firstName: varchar(50),
    lastName: varchar(50),
    books: oneToMany<Book>("Book", { backPopulates: "author" }),
  },
  {
    uniques: [["firstName", "lastName"]],
    hybrids: {
      fullName: {
        object: (author) => `${author.firstName} ${author.lastName}`,
        sql: (c) => func.concat(c.firstName, " ", c.lastName),
      },
      bookCount: {
        object: (author) => author.books.length,
        sql: (c) => select(func.count()).from(Book).where(Book.c.authorId.eq(c.id)).scalar(),
      },
    },
  },
) {
  get greeting(): string {
    return `Dear ${this.fullName}`;
  }
}

class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    pages: integer(),
    price: decimal(10, 2),
    soldOn: date().nullable(),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
  },
  {
    hybrids: {
      isLong: { object: (book) => book.pages > 300, sql: (c) => c.pages.gt(300) },
      soldOrNever: { object: (book) => book.soldOn, sql: (c) => c.soldOn },
    },
  },
) {}

export async function compiles(session: Session, author: Author, book: Book): Promise<void> {
  const name: string = author.fullName;
  const count: number = author.bookCount;
  const long: boolean = book.isLong;
  const back: string | undefined = book.author?.fullName;
  const column: Expr<string> = Author.c.fullName;
  const other = alias(Author, "other");
  const rows = await session
    .execute(
      select({
        author: Author,
        name: Author.c.fullName,
        other: other.c.fullName,
        long: Book.c.isLong,
      })
        .join(Author.r.books)
        .join(other, other.c.fullName.ne(Author.c.fullName))
        .where(Book.c.isLong, Author.c.fullName.like("A%"))
        .groupBy(Author.c.fullName)
        .orderBy(Author.c.fullName.desc()),
    )
    .all();
  const first: string | undefined = rows[0]?.author.fullName;
  const named: string | undefined = rows[0]?.other;
  const isLong: boolean | null | undefined = rows[0]?.long;
  await checkHybrids(session, Author);
  new Book({ pages: 1, price: "9.99" });
  void [name, count, long, back, column, first, named, isLong, author.greeting];
}

export function doesNot(author: Author): void {
  // @ts-expect-error a hybrid is computed
  author.fullName = "Ada";
  // @ts-expect-error a hybrid is computed
  new Author({ firstName: "Ada", lastName: "Lovelace", fullName: "Ada Lovelace" });
  // @ts-expect-error there is no such hybrid
  author.fullname;
  // @ts-expect-error a name is no condition
  select(Author).where(Author.c.fullName);
  const columns = { id: integer().primaryKey(), pages: integer() };
  const isLong = (x: { readonly pages: number }) => x.pages > 300;
  const sqlOf = (c: Pick<typeof Book.c, "pages">) => c.pages.gt(300);
  // @ts-expect-error a number is no boolean: the halves do not agree
  Base.mapped("x", columns, { hybrids: { a: { object: (x) => x.pages, sql: sqlOf } } });
  // @ts-expect-error there is no such column
  Base.mapped("x", columns, { hybrids: { a: { object: isLong, sql: (c) => c.page } } });
  // @ts-expect-error there is no such property
  Base.mapped("x", columns, { hybrids: { a: { object: (x) => x.page, sql: (c) => c.pages } } });
  // @ts-expect-error a half is missing
  Base.mapped("x", columns, { hybrids: { a: { object: isLong } } });
  // @ts-expect-error a column that this class has not
  Base.mapped("x", { id: columns.id }, { hybrids: { a: { object: () => true, sql: sqlOf } } });
}
