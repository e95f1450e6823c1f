import {
  createEngine,
  date,
  datetime,
  decimal,
  declarativeBase,
  integer,
  now,
  Session,
  select,
  varchar,
} from "ormlet";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { raised } from "../workloads/w5.js";

const Base = declarativeBase();

class Author extends Base.mapped("authors", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).unique(),
  createdAt: datetime().default(now()),
}) {}

class Book extends Base.mapped("books", {
  id: integer().primaryKey(),
  title: varchar(200),
  pages: integer(),
  price: decimal(10, 2),
  published: date(),
  authorId: integer().references("authors.id"),
}) {}

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
      async w5() {
        const session = new Session(engine);
        const books = await session.scalars(select(Book)).all();
        for (const book of books) book.price = raised(book.price);
        await session.commit();
        await session.close();
        return books;
      },
    },
  };
};
