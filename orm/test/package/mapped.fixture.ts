// What must and what must not compile with mapped classes, in strict mode and without it.
import {
  and,
  bigint,
  binary,
  boolean,
  type Collection,
  type Condition,
  date,
  datetime,
  decimal,
  declarativeBase,
  double,
  type Expr,
  enumeration,
  integer,
  json,
  manyToMany,
  manyToOne,
  not,
  now,
  oneToMany,
  oneToOne,
  or,
  type Path,
  sql,
  text,
  uuid,
  varchar,
} from "ormlet";

const Base = declarativeBase({ naming: { index: (table, columns) => `${table}_${columns[0]}` } });

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).unique(),
  bornOn: date().nullable(),
  createdAt: datetime().default(now()),
  books: oneToMany<Book>("Book", { backPopulates: "author", cascade: "all, delete-orphan" }),
  card: oneToOne<Card>("Card"),
}) {
  get label(): string {
    return `${this.name} <${this.email}>`;
  }
}

class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(200).index(),
    price: decimal(10, 2),
    authorId: integer().references("authors.id", { onDelete: "cascade" }),
    version: integer().version(),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
  },
  { checks: [sql`price >= 0`], uniques: [["authorId", "title"]] },
) {}

class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50).unique(),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
  parent: manyToOne<Tag>("Tag"),
}) {}

class Card extends Base.mapped("cards", {
  id: uuid().primaryKey(),
  kind: enumeration("adult", "child"),
  authorId: integer().nullable().references("authors.id").unique(),
}) {}

class Everything extends Base.mapped("everything", {
  id: bigint().primaryKey(),
  number: bigint().as("number"),
  string: bigint().as("string"),
  note: text().nullable(),
  open: boolean().default(true),
  size: double(),
  at: datetime(6),
  seen: datetime(0).nullable(),
  data: json<{ pages: number[] }>(),
  bytes: binary(16),
  link: text().convert({
    toDatabase: (url: { href: string }) => url.href,
    fromDatabase: (href: string) => ({ href }),
  }),
}) {}

Base.configure(Author, Book, Tag, Card, Everything);

export function compiles(): void {
  const ada = new Author({
    name: "Ada",
    email: "ada@example.org",
    books: [new Book({ title: "Notes", price: "9.99" })],
  });
  const name: string = ada.name;
  const label: string = ada.label;
  const books: Collection<Book> = ada.books;
  const readable: readonly Book[] = ada.books;
  const card: Card | null = ada.card;
  const title: string | undefined = books[0]?.title;
  const tag: string = (books[0] as Book).tags.map((one) => one.name).join();
  const parent: Tag | null = new Tag({ name: "x" }).parent;
  books.push(new Book({ title: "More", price: "1.00", author: ada }));
  const removed: boolean = books.remove(books[0] as Book);
  const taken: Book[] = books.splice(0, 1);
  books.replace([]);
  ada.bornOn = null;
  ada.bornOn = "1815-12-10";
  const day: string = ada.toObject().name;
  const adult: "adult" | "child" = new Card({ id: "x", kind: "adult" }).kind;

  const all = new Everything({
    number: 1,
    string: "1",
    size: 1.5,
    at: "2026-11-21T08:30:00.123456Z",
    data: { pages: [1] },
    bytes: new Uint8Array(16),
    link: { href: "https://example.org" },
  });
  const big: bigint = all.id;
  const page: number | undefined = all.data.pages[0];
  const seen: Date | null = all.seen;
  const at: string = all.at;

  const column: Expr<string, false> = Book.c.price;
  const nullable: Expr<string, true> = Author.c.bornOn;
  const condition: Condition = and(
    Book.c.price.lt("10"),
    or(Book.c.title.like("N%"), not(Book.c.id.in([1, 2]))),
    Everything.c.open,
    Everything.c.id.between(1n, 2n),
    Book.c.authorId.eq(Author.c.id),
  );
  const path: Path<InstanceType<typeof Author>, Book> = Author.r.books;
  const back: Path<Book, Author> = Book.r.author;
  void [name, label, readable, card, title, tag, parent, removed, taken, day, adult, big, page];
  void [seen, at, column, nullable, condition, path, back, Book.c.price.desc(), Tag.c.name.as("t")];
}

export function doesNot(ada: Author, book: Book): void {
  // @ts-expect-error name and email must be given
  new Author();
  // @ts-expect-error price must be given
  new Book({ title: "x" });
  // @ts-expect-error a decimal is a string
  new Book({ title: "x", price: 1 });
  // @ts-expect-error there is no such property
  new Tag({ name: "x", nmae: "y" });
  // @ts-expect-error an author has books, not tags
  new Author({ name: "x", email: "y", books: [new Tag({ name: "x" })] });
  // @ts-expect-error one book is not an array of books
  new Author({ name: "x", email: "y", books: book });
  // @ts-expect-error a price is compared with a string
  Book.c.price.lt(10);
  // @ts-expect-error there is no such column
  Author.c.nmae;
  // @ts-expect-error a relationship is not a column
  Author.c.books;
  // @ts-expect-error there is no such relationship
  Author.r.bookz;
  // @ts-expect-error a column is not a relationship
  Author.r.name;
  // @ts-expect-error a name is not a condition
  and(Author.c.name);
  // @ts-expect-error a name is a string
  ada.name = 7;
  // @ts-expect-error there is no such property
  ada.nmae;
  // @ts-expect-error the author of a book is an author
  book.author = book;
  // @ts-expect-error a collection is changed by its methods
  ada.books[0] = book;
  // @ts-expect-error a collection has no length to write
  ada.books.length = 0;
  // @ts-expect-error not one of the words
  new Card({ id: "x", kind: "dog" });
  // @ts-expect-error there is no such option
  manyToOne<Author>("Author", { backPopulate: "books" });
  // @ts-expect-error the table between is missing
  manyToMany<Tag>("Tag");
  // @ts-expect-error a column is made by a builder
  Base.mapped("x", { id: 7 });
  // @ts-expect-error title is not a property
  Base.mapped("x", { id: integer().primaryKey() }, { uniques: [["title"]] });
}
