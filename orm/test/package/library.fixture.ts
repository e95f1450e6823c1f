// A program of a user in TypeScript: it defines classes that refer to each other, makes their tables, writes, reads and
// changes objects, and prints what it finds. It runs as an ES module and as CommonJS, so it awaits nothing at its top.
import {
  createEngine,
  decimal,
  declarativeBase,
  func,
  IntegrityError,
  integer,
  manyToOne,
  oneToMany,
  select,
  selectinload,
  sessionmaker,
  varchar,
} from "ormlet";
import { OrmletError } from "ormlet/internal/engine/errors";
import { table } from "ormlet/notebook";

// It is compiled without the types of Node.js too.
declare const process: { readonly argv: readonly string[] };
declare const console: { log(text: string): void };

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
  books: oneToMany<Book>("Book", { backPopulates: "author", orderBy: "title" }),
}) {
  get label(): string {
    return `${this.name} wrote ${this.books.map((book) => `${book.title} (${book.price})`).join(", ")}`;
  }
}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}

async function main(url: string): Promise<void> {
  const engine = createEngine(url);
  const SessionLocal = sessionmaker(engine);
  await Base.metadata.dropAll(engine);
  await Base.metadata.createAll(engine);

  await SessionLocal.begin((session) => {
    const books = [
      new Book({ title: "Notes", price: "9.9" }),
      new Book({ title: "Letters", price: "12.50" }),
    ];
    session.add(new Author({ name: "Ada", books }));
    session.add(new Author({ name: "Grace" }));
  });

  await SessionLocal.begin(async (session) => {
    const ada = await session
      .scalars(select(Author).where(Author.c.name.eq("Ada")).options(selectinload(Author.r.books)))
      .one();
    console.log(ada.label);
    const letters: Book = await session.scalars(select(Book).where(Book.c.price.gt("10"))).one();
    letters.author = await session.scalars(select(Author).where(Author.c.name.eq("Grace"))).one();
  });

  const counted = select({ name: Author.c.name, books: func.count(Book.c.id) })
    .join(Author.r.books)
    .groupBy(Author.c.id)
    .orderBy(Author.c.name);
  const rows = await SessionLocal.begin((session) => session.execute(counted).all());
  console.log(String(table(rows)));

  try {
    await SessionLocal.begin((session) => session.add(new Author({ name: "Ada" })));
  } catch (error) {
    // Both names are of one class and the one it extends, by whichever path they were imported.
    if (!(error instanceof IntegrityError && error instanceof OrmletError)) throw error;
    console.log(`${error.name}: ${error.code}`);
  }
  await Base.metadata.dropAll(engine);
}

main(process.argv[2] ?? "");
