// Programs of users in plain JavaScript.

/** What a library's program does: as `library.fixture.ts`, without types. */
const library = `
const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100).unique(),
  books: oneToMany("Book", { backPopulates: "author", orderBy: "title" }),
}) {
  get label() {
    return this.name + " wrote " + this.books.map((book) => \`\${book.title} (\${book.price})\`).join(", ");
  }
}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  price: decimal(10, 2),
  authorId: integer().references("authors.id"),
  author: manyToOne("Author", { backPopulates: "books" }),
}) {}

async function main(url) {
  const engine = createEngine(url);
  const SessionLocal = sessionmaker(engine);
  await Base.metadata.dropAll(engine);
  await Base.metadata.createAll(engine);

  await SessionLocal.begin((session) => {
    const books = [new Book({ title: "Notes", price: "9.9" }), new Book({ title: "Letters", price: "12.50" })];
    session.add(new Author({ name: "Ada", books }));
    session.add(new Author({ name: "Grace" }));
  });

  await SessionLocal.begin(async (session) => {
    const ada = await session
      .scalars(select(Author).where(Author.c.name.eq("Ada")).options(selectinload(Author.r.books)))
      .one();
    console.log(ada.label);
    const letters = await session.scalars(select(Book).where(Book.c.price.gt("10"))).one();
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
    if (!(error instanceof IntegrityError && error instanceof OrmletError)) throw error;
    console.log(error.name + ": " + error.code);
  }
  await Base.metadata.dropAll(engine);
}

main(process.argv[2]);
`;

const names =
  "createEngine, decimal, declarativeBase, func, IntegrityError, integer, manyToOne, oneToMany, select, " +
  "selectinload, sessionmaker, varchar";

/** As an ES module. */
export const byImport = `
import { ${names} } from "ormlet";
import { OrmletError } from "ormlet/internal/engine/errors";
import { table } from "ormlet/notebook";
${library}`;

/** As CommonJS. */
export const byRequire = `
const { ${names} } = require("ormlet");
const { OrmletError } = require("ormlet/internal/engine/errors");
const { table } = require("ormlet/notebook");
${library}`;

/** What each of them prints: Letters had Ada as its author, and then Grace. */
export const printed = `Ada wrote Letters (12.50), Notes (9.90)
name   books
-----  -----
Ada        1
Grace      1
IntegrityError: duplicate-key
`;
