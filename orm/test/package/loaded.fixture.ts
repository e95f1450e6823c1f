// What must and what must not compile for related objects that a statement loads, in strict mode and without it.
import {
  type Collection,
  declarativeBase,
  integer,
  joinedload,
  type Loaded,
  manyToMany,
  manyToOne,
  oneToMany,
  raiseload,
  type Session,
  select,
  selectinload,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Publisher extends Base.mapped("publishers", {
  id: integer().primaryKey(),
  name: varchar(50),
  authors: oneToMany<Author>("Author", { backPopulates: "publisher" }),
}) {}

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(50),
  publisher: manyToOne<Publisher>("Publisher", { backPopulates: "authors" }),
  books: oneToMany<Book>("Book", { backPopulates: "author", orderBy: ["title", "price desc"] }),
}) {
  private readonly greeting = "Dear ";
  get label(): string {
    return this.greeting + this.name;
  }
}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(50),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(20),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

/** A statement can be exported: its type can be written down. */
export const withBooks = select(Author).options(
  selectinload(Author.r.books, selectinload(Book.r.tags)),
);

export async function compiles(session: Session): Promise<void> {
  const plain = await session.scalars(select(Author)).all();
  const author: Author | undefined = plain[0];
  const read: Collection<Book> | undefined = author?.books;

  const loaded = await session.scalars(select(Author).options(selectinload(Author.r.books))).one();
  const named: Loaded<Author, "books"> = loaded;
  const usable: Author = loaded;
  const titles: string[] = loaded.books.map(({ title }) => title);
  for (const book of loaded.books) titles.push(book.title, loaded.label);

  const nested = await session.scalars(withBooks).one();
  const deep: string[] = nested.books.flatMap(({ tags }) => tags.map(({ name }) => name));
  for (const book of nested.books) deep.push(...book.tags.map(({ name }) => name));
  const books: Collection<Book> = nested.books;

  const several = await session
    .scalars(
      select(Author)
        .where(Author.c.name.eq("Ada"))
        .options(
          selectinload(Author.r.books)
            .where(Book.c.title.like("N%"))
            .orderBy(Book.c.id.desc())
            .limit(3),
          joinedload(Author.r.publisher, selectinload(Publisher.r.authors)),
        ),
    )
    .one();
  const publisher: string | undefined = several.publisher?.name;
  const authors: number | undefined = several.publisher?.authors.length;
  several.books.push(...books);

  const later = await session
    .scalars(withBooks.options(joinedload(Author.r.publisher)).orderBy(Author.c.id).limit(5))
    .one();
  const both: [string | undefined, number | undefined] = [
    later.publisher?.name,
    later.books[0]?.tags.length,
  ];

  const pairs = await session
    .execute(
      select(Author, Book.c.title).join(Author.r.books).options(joinedload(Author.r.publisher)),
    )
    .all();
  for (const [one, title] of pairs) titles.push(title, one.publisher?.name ?? "");
  const records = await session
    .execute(select({ who: Author, id: Author.c.id }).options(selectinload(Author.r.books)))
    .all();
  const first: string | undefined = records[0]?.who.books[0]?.title;
  const strict: Author = await session
    .scalars(select(Author).options(raiseload(Author.r.books)))
    .one();

  await session.load(usable, Author.r.books, Author.r.publisher);
  await session.load(plain, selectinload(Author.r.books, selectinload(Book.r.tags)).limit(3));
  const lazy: Collection<Book> = await usable.lazy.books;
  const lazyPublisher: Publisher | null = await usable.lazy.publisher;
  await session.refresh(usable, "books", "name");
  void [author, read, named, deep, publisher, authors, both, first, strict, lazy, lazyPublisher];
}

export async function doesNot(session: Session): Promise<void> {
  const loaded = await session.scalars(select(Author).options(selectinload(Author.r.books))).one();
  // @ts-expect-error the publisher was not loaded
  loaded.publisher.name;
  // @ts-expect-error nor with a question mark
  loaded.publisher?.name;
  // @ts-expect-error tags belong to books
  select(Author).options(selectinload(Author.r.books, selectinload(Author.r.tags)));
  const [nested] = await session.scalars(withBooks).all();
  for (const book of nested?.books ?? []) {
    // @ts-expect-error the author of a book was not loaded
    book.author.name;
  }
  const [pair] = await session
    .execute(select(Author, Book).join(Author.r.books).options(selectinload(Book.r.tags)))
    .all();
  if (pair !== undefined) {
    const [author, book] = pair;
    const names: string[] = [author.name, ...book.tags.map(({ name }) => name)];
    // @ts-expect-error the author of a book was not loaded
    book.author.name;
    void names;
  }
  // @ts-expect-error a path of another class
  await session.load(loaded, Book.r.tags);
  // @ts-expect-error there is no such relationship
  await session.refresh(loaded, "bookz");
  // @ts-expect-error a join has no limit for each author
  joinedload(Author.r.books).limit(3);
  // @ts-expect-error a title is no condition
  selectinload(Author.r.books).where(Book.c.title);
  // @ts-expect-error lazy gives promises of what is declared
  await loaded.lazy.bookz;
}
