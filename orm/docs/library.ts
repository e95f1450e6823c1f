import {
  createEngine,
  date,
  decimal,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  sessionmaker,
  sql,
  varchar,
} from "ormlet";

export const engine = createEngine("mysql://root:secret@127.0.0.1:3306/library");
export const SessionLocal = sessionmaker(engine);
export const Base = declarativeBase();

export class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", {
    backPopulates: "author",
    cascade: "all, delete-orphan",
    orderBy: "title",
  }),
}) {}

export class Book extends Base.mapped(
  "books",
  {
    id: integer().primaryKey(),
    title: varchar(200),
    price: decimal(10, 2).default("0.00"),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author", { backPopulates: "books" }),
    tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
    loans: oneToMany<Loan>("Loan", { backPopulates: "book" }),
  },
  { uniques: [["authorId", "title"]], checks: [sql`price >= 0`] },
) {}

export class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50).unique(),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).unique(),
  card: oneToOne<Card>("Card", { backPopulates: "member", cascade: "all" }),
  loans: oneToMany<Loan>("Loan", { backPopulates: "member" }),
}) {}

export class Card extends Base.mapped("cards", {
  id: integer().primaryKey(),
  code: varchar(20),
  memberId: integer().unique().references("members.id"),
  member: oneToOne<Member>("Member", { backPopulates: "card" }),
}) {}

export class Loan extends Base.mapped("loans", {
  id: integer().primaryKey(),
  bookId: integer().references("books.id"),
  memberId: integer().references("members.id"),
  lentOn: date(),
  returnedOn: date().nullable(),
  version: integer().version(),
  book: manyToOne<Book>("Book", { backPopulates: "loans" }),
  member: manyToOne<Member>("Member", { backPopulates: "loans" }),
}) {}

Base.configure(Author, Book, Tag, Member, Card, Loan);

/** Makes the tables, and the rows that every example begins with. */
export async function openLibrary(): Promise<void> {
  await Base.metadata.createAll(engine);
  const [classic, love, epic] = ["classic", "love", "epic"].map((name) => new Tag({ name })) as [
    Tag,
    Tag,
    Tag,
  ];
  const emma = new Book({ title: "Emma", price: "9.50", tags: [classic, love] });
  const persuasion = new Book({ title: "Persuasion", price: "7.00", tags: [classic] });
  const heights = new Book({ title: "Wuthering Heights", price: "8.00", tags: [love] });
  const beowulf = new Book({ title: "Beowulf", price: "12.00", tags: [epic] });
  const ada = new Member({ name: "Ada", email: "ada@example.org" });
  const grace = new Member({ name: "Grace", email: "grace@example.org" });
  await SessionLocal.begin((session) =>
    session.addAll([
      new Author({ name: "Jane Austen", bornOn: "1775-12-16", books: [emma, persuasion] }),
      new Author({ name: "Emily Brontë", bornOn: "1818-07-30", books: [heights] }),
      new Author({ name: "Anonymous", books: [beowulf] }),
      new Card({ code: "C-001", member: ada }),
      grace,
      new Loan({ book: emma, member: ada, lentOn: "2026-05-01", returnedOn: "2026-05-15" }),
      new Loan({ book: emma, member: grace, lentOn: "2026-05-20" }),
      new Loan({ book: heights, member: ada, lentOn: "2026-05-21" }),
    ]),
  );
}
