import { type Collection, defineEntity, type Opt, p, raw } from "@mikro-orm/core";
import { type EntityManager, MikroORM } from "@mikro-orm/mysql";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// MikroORM with its identity map and its unit of work, a fork of the EntityManager for each run. New entities go by
// `insertMany`, which is less work than to persist and flush them; changed ones by the flush. Books of authors come
// fastest by a second query ("select-in"), tags of books by its default, a join.

class Author {
  declare id: number;
  declare name: string;
  declare email: string;
  declare createdAt: Opt<Date>;
  declare books: Collection<Book>;
}

class Book {
  declare id: number;
  declare title: string;
  declare pages: number;
  declare price: string;
  declare published: string;
  declare author: Author;
  declare tags: Collection<Tag>;

  get authorId(): number {
    return this.author.id;
  }
}

class Tag {
  declare id: number;
  declare name: string;
}

const AuthorEntity = defineEntity({
  class: Author,
  tableName: "authors",
  properties: {
    id: p.integer().primary().autoincrement(),
    name: p.string().length(100),
    email: p.string().length(150).unique(),
    // Its default is left to the table: if it stood here, each row would be read again after the INSERT.
    createdAt: p.datetime(3),
    books: () => p.oneToMany(Book).mappedBy("author"),
  },
});

const BookEntity = defineEntity({
  class: Book,
  tableName: "books",
  properties: {
    id: p.integer().primary().autoincrement(),
    title: p.string().length(200),
    pages: p.integer(),
    price: p.decimal().precision(10).scale(2),
    published: p.date(),
    author: () => p.manyToOne(Author).joinColumn("author_id"),
    tags: () =>
      p.manyToMany(Tag).pivotTable("book_tags").joinColumn("book_id").inverseJoinColumn("tag_id"),
  },
});

const TagEntity = defineEntity({
  class: Tag,
  tableName: "tags",
  properties: {
    id: p.integer().primary().autoincrement(),
    name: p.string().length(50).unique(),
  },
});

export const open: OpenWay = async (url) => {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [AuthorEntity, BookEntity, TagEntity],
    pool: { min: 0, max: 5 },
    forceUtcTimezone: true,
    // Else a new author would need the moment that its table gives it.
    validateRequired: false,
  });

  const builder = orm.em.fork();

  /** One transaction with an identity map of its own; `commit` writes what has changed. */
  async function transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    const em = orm.em.fork();
    await em.begin();
    try {
      const result = await work(em);
      await em.commit();
      return result;
    } catch (error) {
      await em.rollback();
      throw error;
    }
  }

  function earners(em: EntityManager, { pages, published }: Question) {
    return em
      .createQueryBuilder(Author, "author")
      .select([
        "author.id",
        "author.name",
        raw("count(book.id) as books"),
        raw("sum(book.price) as total"),
      ])
      .innerJoin("author.books", "book")
      .where({ "book.pages": { $gte: pages }, "book.published": { $lt: published } })
      .groupBy("author.id")
      .orderBy({ [raw("total")]: "desc", "author.id": "asc" })
      .limit(places);
  }

  return {
    runs: {
      w1: (size) =>
        transaction(async (em) => {
          const authors = Array.from({ length: size }, (_, index) =>
            em.create(Author, newAuthor(index), { persist: false }),
          );
          await em.insertMany(authors);
          return authors;
        }),
      w2: () => orm.em.fork().find(Book, {}),
      w3: () => orm.em.fork().find(Author, {}, { populate: ["books"], strategy: "select-in" }),
      async w4(size) {
        const em = orm.em.fork();
        const found: Book[] = [];
        for (const key of keysToFind(size)) {
          const book = await em.findOne(Book, key);
          if (book !== null) found.push(book);
        }
        return found;
      },
      w5: () =>
        transaction(async (em) => {
          const books = await em.find(Book, {});
          for (const book of books) book.price = raised(book.price);
          return books;
        }),
      async w6(size) {
        const em = orm.em.fork();
        const answers: object[] = [];
        for (const question of questions(size)) {
          answers.push(await earners(em, question).execute());
        }
        return answers;
      },
      w7: () => orm.em.fork().find(Book, {}, { populate: ["tags"] }),
    },
    build(question) {
      const { sql: text, params: parameters } = earners(builder, question).toQuery();
      return { text, parameters };
    },
  };
};
