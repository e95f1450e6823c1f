import {
  createEngine,
  date,
  datetime,
  decimal,
  declarativeBase,
  func,
  integer,
  manyToMany,
  manyToOne,
  now,
  oneToMany,
  Session,
  select,
  selectinload,
  varchar,
} from "ormlet";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).unique(),
  createdAt: datetime().default(now()),
  books: oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  pages: integer(),
  price: decimal(10, 2),
  published: date(),
  authorId: integer().references("authors.id"),
  author: manyToOne<Author>("Author", { backPopulates: "books" }),
  tags: manyToMany<Tag>("Tag", { through: "book_tags", backPopulates: "books" }),
}) {}

class Tag extends Base.mapped("tags", {
  id: integer().primaryKey(),
  name: varchar(50).unique(),
  books: manyToMany<Book>("Book", { through: "book_tags", backPopulates: "tags" }),
}) {}

Base.configure(Author, Book, Tag);

/** Who earned most, for one question. */
function answerTo({ pages, published }: Question) {
  const total = func.sum(Book.c.price);
  return select({ id: Author.c.id, name: Author.c.name, books: func.count(Book.c.id), total })
    .join(Author.r.books)
    .where(Book.c.pages.gte(pages), Book.c.published.lt(published))
    .groupBy(Author.c.id)
    .orderBy(total.desc(), Author.c.id)
    .limit(places);
}

export const open: OpenWay = async (url) => {
  const engine = createEngine(url, { pool: { size: 5 } });
  return {
    runs: {
      async w1(size) {
        const session = new Session(engine);
        const authors = Array.from({ length: size }, (_, index) => new Author(newAuthor(index)));
        session.addAll(authors);
        await session.commit();
        await session.close();
        return authors;
      },
      async w2() {
        const session = new Session(engine);
        const books = await session.scalars(select(Book)).all();
        await session.close();
        return books;
      },
      async w3() {
        const session = new Session(engine);
        const query = select(Author).options(selectinload(Author.r.books));
        const authors = await session.scalars(query).all();
        await session.close();
        return authors;
      },
      async w4(size) {
        const session = new Session(engine);
        const books: Book[] = [];
        for (const key of keysToFind(size)) {
          const book = await session.get(Book, key);
          if (book !== null) books.push(book);
        }
        await session.close();
        return books;
      },
      async w5() {
        const session = new Session(engine);
        const books = await session.scalars(select(Book)).all();
        for (const book of books) book.price = raised(book.price);
        await session.commit();
        await session.close();
        return books;
      },
      async w6(size) {
        const session = new Session(engine);
        const answers: object[] = [];
        for (const question of questions(size)) {
          answers.push(await session.execute(answerTo(question)).all());
        }
        await session.close();
        return answers;
      },
      async w7() {
        const session = new Session(engine);
        const query = select(Book).options(selectinload(Book.r.tags));
        const books = await session.scalars(query).all();
        await session.close();
        return books;
      },
    },
    build: (question) => answerTo(question).toSql(engine.dialect),
  };
};
