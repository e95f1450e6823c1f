import commonJs, { type Knex } from "knex";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, type Question, questions } from "../workloads/w6.js";

// A query builder: rows are plain objects, and columns get the names of properties by aliases.
// It knows no relations, so they are two queries. As each row is wanted, the second asks for all of its table: without
// a list of keys it is what reference.ts knows of it.

interface Author {
  id: number;
  name: string;
  email: string;
  createdAt: Date;
}

interface Book {
  id: number;
  title: string;
  pages: number;
  price: string;
  published: string;
  authorId: number;
}

// As a CommonJS module it tells Node.js no names that could be imported one by one.
const { knex } = commonJs;

const chunk = 1_000;

const bookColumns = ["id", "title", "pages", "price", "published", "author_id as authorId"];

export const open: OpenWay = async (url) => {
  const database = knex({
    client: "mysql2",
    // mysql2 takes the types whose values stay text; the type of Knex knows all or none only.
    connection: { uri: url, timezone: "Z", dateStrings: ["DATE"] as unknown as boolean },
    pool: { min: 0, max: 5 },
  });
  return {
    runs: {
      w1: (size) => database.transaction((transaction) => insert(transaction, size)),
      w2: () => database("books").select<Book[]>(bookColumns),
      w3: () => loadAuthors(database),
      w4: (size) => findBooks(database, size),
      w5: () => database.transaction(raisePrices),
      w6: (size) => askQuestions(database, size),
      w7: () => loadBooks(database),
    },
    build(question) {
      const { sql, bindings } = bestAuthors(database, question).toSQL().toNative();
      return { text: sql, parameters: bindings };
    },
  };
};

async function insert(transaction: Knex.Transaction, size: number): Promise<object[]> {
  const authors = Array.from({ length: size }, (_, index) => ({ id: 0, ...newAuthor(index) }));
  for (let start = 0; start < size; start += chunk) {
    const part = authors.slice(start, start + chunk);
    const rows = part.map(({ name, email }) => ({ name, email }));
    // MySQL tells the first key only; those of one statement follow each other.
    const [first = 0] = await transaction("authors").insert(rows);
    part.forEach((author, index) => {
      author.id = first + index;
    });
  }
  return authors;
}

async function loadAuthors(database: Knex): Promise<object[]> {
  const rows = await database("authors").select<Author[]>(
    "id",
    "name",
    "email",
    "created_at as createdAt",
  );
  const authors = rows.map((author) => ({ ...author, books: [] as object[] }));
  const byId = new Map(authors.map((author) => [author.id, author]));
  const books = await database("books").select<Book[]>(bookColumns);
  for (const book of books) byId.get(book.authorId)?.books.push(book);
  return authors;
}

async function findBooks(database: Knex, size: number): Promise<object[]> {
  const books: object[] = [];
  for (const id of keysToFind(size)) {
    books.push(await database("books").first<Book>(bookColumns).where({ id }));
  }
  return books;
}

/** One INSERT … ON DUPLICATE KEY UPDATE for many rows: all of a row is sent, and only its price is changed. */
async function raisePrices(transaction: Knex.Transaction): Promise<object[]> {
  const books = await transaction("books").select<{ price: string }[]>("*");
  for (const book of books) book.price = raised(book.price);
  for (let start = 0; start < books.length; start += chunk) {
    await transaction("books")
      .insert(books.slice(start, start + chunk))
      .onConflict("id")
      .merge(["price"]);
  }
  return books;
}

async function askQuestions(database: Knex, size: number): Promise<object[]> {
  const answers: object[] = [];
  for (const question of questions(size)) answers.push(await bestAuthors(database, question));
  return answers;
}

function bestAuthors(database: Knex, { pages, published }: Question): Knex.QueryBuilder {
  return database("authors")
    .join("books", "books.author_id", "authors.id")
    .select("authors.id", "authors.name")
    .count("books.id as books")
    .sum("books.price as total")
    .where("books.pages", ">=", pages)
    .where("books.published", "<", published)
    .groupBy("authors.id")
    .orderBy([{ column: "total", order: "desc" }, { column: "authors.id" }])
    .limit(places);
}

async function loadBooks(database: Knex): Promise<object[]> {
  const rows = await database("books").select<Book[]>(bookColumns);
  const books = rows.map((book) => ({ ...book, tags: [] as object[] }));
  const byId = new Map(books.map((book) => [book.id, book]));
  const tags = await database("book_tags")
    .join("tags", "tags.id", "book_tags.tag_id")
    .select<{ bookId: number; id: number; name: string }[]>(
      "book_tags.book_id as bookId",
      "tags.id",
      "tags.name",
    );
  for (const { bookId, id, name } of tags) byId.get(bookId)?.tags.push({ id, name });
  return books;
}
