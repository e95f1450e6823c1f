import { DataSource, EntitySchema } from "typeorm";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// TypeORM gives plain objects for schemas without classes and remembers none of them. New ones go by `insert`, changed
// ones as an INSERT of all that updates the rows that exist; `save` would compare and update them one by one.

/** The rows of one INSERT. */
const chunk = 1_000;

interface AuthorEntity {
  id: number;
  name: string;
  email: string;
  createdAt: Date;
  books: BookEntity[];
}

interface BookEntity {
  id: number;
  title: string;
  pages: number;
  price: string;
  published: string;
  authorId: number;
  author: AuthorEntity;
  tags: TagEntity[];
}

interface TagEntity {
  id: number;
  name: string;
}

const Author = new EntitySchema<AuthorEntity>({
  name: "Author",
  tableName: "authors",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    name: { type: "varchar", length: 100 },
    email: { type: "varchar", length: 150, unique: true },
    // Its default is left to the table: if it stood here, each row would be read again after the INSERT.
    createdAt: { name: "created_at", type: "datetime", precision: 3 },
  },
  relations: {
    books: { type: "one-to-many", target: "Book", inverseSide: "author" },
  },
});

const Book = new EntitySchema<BookEntity>({
  name: "Book",
  tableName: "books",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    title: { type: "varchar", length: 200 },
    pages: { type: "int" },
    price: { type: "decimal", precision: 10, scale: 2 },
    published: { type: "date" },
    authorId: { name: "author_id", type: "int" },
  },
  relations: {
    author: {
      type: "many-to-one",
      target: "Author",
      inverseSide: "books",
      joinColumn: { name: "author_id" },
    },
    tags: {
      type: "many-to-many",
      target: "Tag",
      joinTable: {
        name: "book_tags",
        joinColumn: { name: "book_id" },
        inverseJoinColumn: { name: "tag_id" },
      },
    },
  },
});

const Tag = new EntitySchema<TagEntity>({
  name: "Tag",
  tableName: "tags",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    name: { type: "varchar", length: 50, unique: true },
  },
});

export const open: OpenWay = async (url) => {
  const source = new DataSource({
    type: "mysql",
    url,
    poolSize: 5,
    timezone: "Z",
    dateStrings: ["DATE"],
    bigNumberStrings: false,
    entities: [Author, Book, Tag],
  });
  await source.initialize();
  const authors = source.getRepository(Author);
  const books = source.getRepository(Book);

  function earners({ pages, published }: Question) {
    return authors
      .createQueryBuilder("author")
      .select("author.id", "id")
      .addSelect("author.name", "name")
      .addSelect("COUNT(book.id)", "books")
      .addSelect("SUM(book.price)", "total")
      .innerJoin("author.books", "book")
      .where("book.pages >= :pages", { pages })
      .andWhere("book.published < :published", { published })
      .groupBy("author.id")
      .orderBy("total", "DESC")
      .addOrderBy("author.id")
      .limit(places);
  }

  return {
    runs: {
      w1: (size) =>
        source.transaction(async (manager) => {
          const added = Array.from({ length: size }, (_, index) => newAuthor(index));
          for (let start = 0; start < size; start += chunk) {
            await manager.insert(Author, added.slice(start, start + chunk));
          }
          return added;
        }),
      w2: () => books.find(),
      w3: () => authors.find({ relations: { books: true } }),
      async w4(size) {
        const found: BookEntity[] = [];
        for (const id of keysToFind(size)) {
          const book = await books.findOneBy({ id });
          if (book !== null) found.push(book);
        }
        return found;
      },
      w5: () =>
        source.transaction(async (manager) => {
          const changed = await manager.find(Book);
          for (const book of changed) book.price = raised(book.price);
          for (let start = 0; start < changed.length; start += chunk) {
            await manager
              .createQueryBuilder()
              .insert()
              .into(Book)
              .values(changed.slice(start, start + chunk))
              .orUpdate(["price"])
              .updateEntity(false)
              .execute();
          }
          return changed;
        }),
      async w6(size) {
        const answers: object[] = [];
        for (const question of questions(size)) answers.push(await earners(question).getRawMany());
        return answers;
      },
      w7: () => books.find({ relations: { tags: true } }),
    },
    build(question) {
      const [text, parameters] = earners(question).getQueryAndParameters();
      return { text, parameters };
    },
  };
};
