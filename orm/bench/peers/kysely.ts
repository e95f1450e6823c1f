import { type Generated, Kysely, MysqlDialect, sql, type Transaction } from "kysely";
import { createPool } from "mysql2";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// A query builder: rows are plain objects, and columns get the names of properties by aliases.
// Relations are two queries: its helpers for nested JSON would make numbers of decimals. As each row is wanted, the
// second asks for all of its table: without a list of keys it is what reference.ts knows of it.

interface Tables {
  authors: { id: Generated<number>; name: string; email: string; created_at: Generated<Date> };
  books: {
    id: Generated<number>;
    title: string;
    pages: number;
    price: string;
    published: string;
    author_id: number;
  };
  tags: { id: Generated<number>; name: string };
  book_tags: { book_id: number; tag_id: number };
}

const chunk = 1_000;

const bookColumns = [
  "id",
  "title",
  "pages",
  "price",
  "published",
  "author_id as authorId",
] as const;

export const open: OpenWay = async (url) => {
  const pool = createPool({
    uri: url,
    connectionLimit: 5,
    timezone: "Z",
    dateStrings: ["DATE"],
  });
  const database = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) });
  return {
    runs: {
      w1: (size) => database.transaction().execute((transaction) => insert(transaction, size)),
      w2: () => database.selectFrom("books").select(bookColumns).execute(),
      w3: () => loadAuthors(database),
      w4: (size) => findBooks(database, size),
      w5: () => database.transaction().execute(raisePrices),
      w6: (size) => askQuestions(database, size),
      w7: () => loadBooks(database),
    },
    build(question) {
      const { sql: text, parameters } = bestAuthors(database, question).compile();
      return { text, parameters };
    },
  };
};

async function insert(transaction: Transaction<Tables>, size: number): Promise<object[]> {
  const authors = Array.from({ length: size }, (_, index) => ({ id: 0, ...newAuthor(index) }));
  for (let start = 0; start < size; start += chunk) {
    const part = authors.slice(start, start + chunk);
    const { insertId } = await transaction
      .insertInto("authors")
      .values(part.map(({ name, email }) => ({ name, email })))
      .executeTakeFirstOrThrow();
    // MySQL tells the first key only; those of one statement follow each other.
    const first = Number(insertId);
    part.forEach((author, index) => {
      author.id = first + index;
    });
  }
  return authors;
}

async function loadAuthors(database: Kysely<Tables>): Promise<object[]> {
  const rows = await database
    .selectFrom("authors")
    .select(["id", "name", "email", "created_at as createdAt"])
    .execute();
  const authors = rows.map((author) => ({ ...author, books: [] as object[] }));
  const byId = new Map(authors.map((author) => [author.id, author]));
  const books = await database.selectFrom("books").select(bookColumns).execute();
  for (const book of books) byId.get(book.authorId)?.books.push(book);
  return authors;
}

async function findBooks(database: Kysely<Tables>, size: number): Promise<object[]> {
  const books: object[] = [];
  for (const key of keysToFind(size)) {
    const query = database.selectFrom("books").select(bookColumns).where("id", "=", key);
    const book = await query.executeTakeFirst();
    if (book !== undefined) books.push(book);
  }
  return books;
}

/** One INSERT … ON DUPLICATE KEY UPDATE for many rows: all of a row is sent, and only its price is changed. */
async function raisePrices(transaction: Transaction<Tables>): Promise<object[]> {
  const books = await transaction.selectFrom("books").selectAll().execute();
  for (const book of books) book.price = raised(book.price);
  for (let start = 0; start < books.length; start += chunk) {
    await transaction
      .insertInto("books")
      .values(books.slice(start, start + chunk))
      .onDuplicateKeyUpdate({ price: sql`values(price)` })
      .execute();
  }
  return books;
}

async function askQuestions(database: Kysely<Tables>, size: number): Promise<object[]> {
  const answers: object[] = [];
  for (const question of questions(size)) {
    answers.push(await bestAuthors(database, question).execute());
  }
  return answers;
}

function bestAuthors(database: Kysely<Tables>, { pages, published }: Question) {
  return database
    .selectFrom("authors")
    .innerJoin("books", "books.author_id", "authors.id")
    .select(({ fn }) => [
      "authors.id",
      "authors.name",
      fn.count<number>("books.id").as("books"),
      fn.sum<string>("books.price").as("total"),
    ])
    .where("books.pages", ">=", pages)
    .where("books.published", "<", published)
    .groupBy("authors.id")
    .orderBy("total", "desc")
    .orderBy("authors.id")
    .limit(places);
}

async function loadBooks(database: Kysely<Tables>): Promise<object[]> {
  const rows = await database.selectFrom("books").select(bookColumns).execute();
  const books = rows.map((book) => ({ ...book, tags: [] as object[] }));
  const byId = new Map(books.map((book) => [book.id, book]));
  const tags = await database
    .selectFrom("book_tags")
    .innerJoin("tags", "tags.id", "book_tags.tag_id")
    .select(["book_tags.book_id as bookId", "tags.id", "tags.name"])
    .execute();
  for (const { bookId, id, name } of tags) byId.get(bookId)?.tags.push({ id, name });
  return books;
}
