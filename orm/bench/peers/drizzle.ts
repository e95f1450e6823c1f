import { and, asc, count, desc, eq, gte, lt, relations, sql, sum } from "drizzle-orm";
import {
  date,
  datetime,
  decimal,
  int,
  mysqlTable,
  primaryKey,
  varchar,
} from "drizzle-orm/mysql-core";
import { drizzle } from "drizzle-orm/mysql2";
import { createPool } from "mysql2/promise";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// Drizzle gives plain objects and remembers none of them, so what changed is saved by an upsert of many rows, which
// is its fastest way. Relations come from its relational queries, everything else from its query builder.

/** The rows of one INSERT. */
const chunk = 1_000;

const authors = mysqlTable("authors", {
  id: int().primaryKey().autoincrement(),
  name: varchar({ length: 100 }).notNull(),
  email: varchar({ length: 150 }).notNull().unique(),
  createdAt: datetime("created_at", { fsp: 3 }).notNull().default(sql`CURRENT_TIMESTAMP(3)`),
});

const books = mysqlTable("books", {
  id: int().primaryKey().autoincrement(),
  title: varchar({ length: 200 }).notNull(),
  pages: int().notNull(),
  price: decimal({ precision: 10, scale: 2 }).notNull(),
  published: date({ mode: "string" }).notNull(),
  authorId: int("author_id")
    .notNull()
    .references(() => authors.id),
});

const tags = mysqlTable("tags", {
  id: int().primaryKey().autoincrement(),
  name: varchar({ length: 50 }).notNull().unique(),
});

const bookTags = mysqlTable(
  "book_tags",
  {
    bookId: int("book_id")
      .notNull()
      .references(() => books.id),
    tagId: int("tag_id")
      .notNull()
      .references(() => tags.id),
  },
  (table) => [primaryKey({ columns: [table.bookId, table.tagId] })],
);

const schema = {
  authors,
  books,
  tags,
  bookTags,
  booksOfAuthor: relations(authors, ({ many }) => ({ books: many(books) })),
  relationsOfBook: relations(books, ({ one, many }) => ({
    author: one(authors, { fields: [books.authorId], references: [authors.id] }),
    bookTags: many(bookTags),
  })),
  relationsOfBookTag: relations(bookTags, ({ one }) => ({
    book: one(books, { fields: [bookTags.bookId], references: [books.id] }),
    tag: one(tags, { fields: [bookTags.tagId], references: [tags.id] }),
  })),
};

export const open: OpenWay = async (url) => {
  const pool = createPool({ uri: url, connectionLimit: 5, timezone: "Z" });
  const db = drizzle(pool, { schema, mode: "default" });

  function earners({ pages, published }: Question) {
    const total = sum(books.price);
    return db
      .select({ id: authors.id, name: authors.name, books: count(books.id), total })
      .from(authors)
      .innerJoin(books, eq(books.authorId, authors.id))
      .where(and(gte(books.pages, pages), lt(books.published, published)))
      .groupBy(authors.id)
      .orderBy(desc(total), asc(authors.id))
      .limit(places);
  }

  return {
    runs: {
      w1: (size) =>
        db.transaction(async (tx) => {
          const added = Array.from({ length: size }, (_, index) => ({
            id: 0,
            ...newAuthor(index),
          }));
          for (let start = 0; start < size; start += chunk) {
            const part = added.slice(start, start + chunk);
            const ids = await tx
              .insert(authors)
              .values(part.map(({ name, email }) => ({ name, email })))
              .$returningId();
            for (const [index, { id }] of ids.entries()) Object.assign(part[index] ?? {}, { id });
          }
          return added;
        }),
      w2: () => db.select().from(books),
      // Books come as JSON, where a decimal is a number that has lost its zeros at the end, unless it is made a text.
      w3: () =>
        db.query.authors.findMany({
          with: {
            books: {
              columns: { price: false },
              extras: ({ price }) => ({ price: sql<string>`cast(${price} as char)`.as("price") }),
            },
          },
        }),
      async w4(size) {
        const found: object[] = [];
        for (const key of keysToFind(size)) {
          found.push(...(await db.select().from(books).where(eq(books.id, key))));
        }
        return found;
      },
      w5: () =>
        db.transaction(async (tx) => {
          const changed = await tx.select().from(books);
          for (const book of changed) book.price = raised(book.price);
          for (let start = 0; start < changed.length; start += chunk) {
            await tx
              .insert(books)
              .values(changed.slice(start, start + chunk))
              .onDuplicateKeyUpdate({ set: { price: sql`values(${books.price})` } });
          }
          return changed;
        }),
      async w6(size) {
        const answers: object[] = [];
        for (const question of questions(size)) answers.push(await earners(question));
        return answers;
      },
      async w7() {
        const found = await db.query.books.findMany({
          with: { bookTags: { columns: {}, with: { tag: true } } },
        });
        return found.map(({ bookTags, ...book }) => ({
          ...book,
          tags: bookTags.map(({ tag }) => tag),
        }));
      },
    },
    build(question) {
      const { sql: text, params: parameters } = earners(question).toSQL();
      return { text, parameters };
    },
  };
};
