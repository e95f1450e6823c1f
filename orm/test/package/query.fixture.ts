// What must and what must not compile for selects, in strict mode and without it.
import {
  alias,
  and,
  cte,
  date,
  decimal,
  declarativeBase,
  exists,
  func,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  type Session,
  select,
  sql,
  union,
  varchar,
} from "ormlet";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  bornOn: date().nullable(),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {
  get label(): string {
    return this.name;
  }
}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

/** Has the same properties as Tag, and is another class all the same. */
class Genre extends Base.mapped("genres", {
  id: integer().primaryKey(),
  name: varchar(50),
  books: manyToMany<Book>("Book", { through: "book_genres" }),
}) {}

export async function compiles(session: Session, title: string | undefined): Promise<void> {
  const joined: [Author, Book][] = await session
    .execute(select(Author, Book).join(Author.r.books))
    .all();
  const counted = await session
    .execute(
      select(Author, func.count(Book.c.id).as("books"))
        .leftJoin(Author.r.books)
        .groupBy(Author.c.id)
        .having(func.count(Book.c.id).gt(3)),
    )
    .one();
  const label: string = counted[0].label;
  const count: number = counted[1];
  const tree = cte("tree", select({ id: Author.c.id, name: Author.c.name }), (tree) =>
    select({ id: Author.c.id, name: Author.c.name }).join(tree, tree.c.id.lt(Author.c.id)),
  );
  const names: string[] = await session
    .scalars(union(select(tree.c.name), select(Tag.c.name)).orderBy(tree.c.name))
    .all();
  const cheap = select(Book).where(Book.c.price.lt("10")).subquery("cheap");
  const record = await session
    .execute(
      select({ author: Author, title: cheap.c.title, raw: sql<number>`1` })
        .join(cheap, cheap.c.authorId.eq(Author.c.id))
        .where(
          Author.r.books.any(Book.c.title.like("N%")),
          exists(select(Tag.c.id)),
          and(sql`TRUE`, Author.c.id.in(select(Book.c.authorId))),
        )
        .if(title, (query, title) => query.where(cheap.c.title.eq(title)))
        .orderBy(sql`RAND()`, cheap.c.title.desc())
        .forUpdate({ skipLocked: true, of: Author }),
    )
    .one();
  const who: Author = record.author;
  const what: string = record.title;
  const one: number = record.raw;
  const other = alias(Author, "other");
  const same: [Author, Author][] = await session
    .execute(select(Author, other).join(other, other.c.id.eq(Author.c.id)))
    .all();
  const path = select(Book).join(Book.r.tags).join(Book.r.author, other);
  const book: Book | null = await session.scalars(path.where(other.c.id.eq(1))).first();
  const pages = await session.page(select(Author, Book).join(Author.r.books), { size: 20 });
  const pair: [Author, Book] | undefined = pages.items[0];
  const records = select({ who: Author.c.name, born: Author.c.bornOn });
  const { items } = await session.page(records, { size: 20, after: pages.next });
  const born: string | null | undefined = items[0]?.born;
  void [pair, born];
  void [joined, label, count, names, who, what, one, same, book];
}

export async function doesNot(session: Session): Promise<void> {
  // @ts-expect-error a join along nothing
  select(Author).join();
  // @ts-expect-error a relationship of another class's name
  select(Author).join(Author.r.tags);
  // @ts-expect-error a name is not a condition
  select(Author).join(Book, Book.c.title);
  // @ts-expect-error a name is not a condition
  select(Author).where(Author.r.books.any(Book.c.title));
  // @ts-expect-error a name is not a condition
  select(Author).having(Author.c.name);
  // @ts-expect-error the id is a number
  Author.c.id.in(select(Book.c.title));
  // @ts-expect-error there is no such column
  select({ id: Book.c.id }).subquery("s").c.title;
  // @ts-expect-error a subquery has no objects
  select(select(Book).subquery("s"));
  // @ts-expect-error there is no such option
  select(Book).forUpdate({ nowait: true });
  const rows = await session.execute(select({ id: Book.c.id })).all();
  // @ts-expect-error a page has a size
  await session.page(select(Book), {});
  // @ts-expect-error a union is no select
  await session.page(union(select(Book.c.id), select(Tag.c.id)), { size: 20 });
  // @ts-expect-error there is no such property
  void rows[0]?.title;
  const tag = new Tag({ name: "sql" });
  // @ts-expect-error a genre is no tag
  const genre: Genre = tag;
  void genre;
}
