import type { Pool, PoolConnection } from "mysql2/promise";
import { chunk, insertAuthors, openPool, transaction } from "../mysql2.js";
import type { OpenWay, Row } from "../workload.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, questions } from "../workloads/w6.js";

// mysql2 alone, as somebody writes it who knows MySQL: the baseline of every ratio.

const bookColumns = "id, title, pages, price, published, author_id AS authorId";

const answerColumns = `authors.id, authors.name, COUNT(books.id) AS books, SUM(books.price) AS total
  FROM authors JOIN books ON books.author_id = authors.id`;
const answerOrder = `GROUP BY authors.id ORDER BY total DESC, authors.id LIMIT ${places}`;

export const open: OpenWay = async (url) => {
  const pool = openPool(url);
  return {
    runs: {
      w1: (size) => transaction(pool, (connection) => insertAuthors(connection, size)),
      w2: () => query(pool, `SELECT ${bookColumns} FROM books`),
      w3: () => loadAuthors(pool),
      w4: (size) => findBooks(pool, size),
      w5: () => transaction(pool, raisePrices),
      w6: (size) => askQuestions(pool, size),
      w7: () => loadBooks(pool),
    },
    build: ({ pages, published }) => ({
      text: `SELECT ${answerColumns} WHERE books.pages >= ? AND books.published < ? ${answerOrder}`,
      parameters: [pages, published],
    }),
  };
};

/** Sends plain text, the values written into it. */
async function query<R = Row>(pool: Pool, text: string, values: unknown[] = []): Promise<R[]> {
  const [rows] = await pool.query(text, values);
  return rows as R[];
}

async function loadAuthors(pool: Pool): Promise<object[]> {
  const authors = await query<Row & { id: number; books: object[] }>(
    pool,
    "SELECT id, name, email, created_at AS createdAt FROM authors",
  );
  const byId = new Map(authors.map((author) => [author.id, author]));
  for (const author of authors) author.books = [];
  const books = await query<Row & { authorId: number }>(
    pool,
    `SELECT ${bookColumns} FROM books WHERE author_id IN (?)`,
    [[...byId.keys()]],
  );
  for (const book of books) byId.get(book.authorId)?.books.push(book);
  return authors;
}

async function findBooks(pool: Pool, size: number): Promise<object[]> {
  const books: Row[] = [];
  for (const key of keysToFind(size)) {
    const [rows] = await pool.execute(`SELECT ${bookColumns} FROM books WHERE id = ?`, [key]);
    books.push(...(rows as Row[]));
  }
  return books;
}

async function raisePrices(connection: PoolConnection): Promise<object[]> {
  const [rows] = await connection.query("SELECT * FROM books");
  const books = rows as (Row & { id: number; price: string })[];
  for (const book of books) book.price = raised(book.price);
  for (let start = 0; start < books.length; start += chunk) {
    const part = books.slice(start, start + chunk);
    const list = part.map(() => "ROW(?, ?)").join(", ");
    await connection.query(
      `UPDATE books JOIN (VALUES ${list}) AS changed (id, price) USING (id) SET books.price = changed.price`,
      part.flatMap(({ id, price }) => [id, price]),
    );
  }
  return books;
}

async function askQuestions(pool: Pool, size: number): Promise<object[]> {
  const text = `SELECT ${answerColumns} WHERE books.pages >= ? AND books.published < ? ${answerOrder}`;
  const answers: object[] = [];
  for (const { pages, published } of questions(size)) {
    const [rows] = await pool.execute(text, [pages, published]);
    answers.push(rows);
  }
  return answers;
}

async function loadBooks(pool: Pool): Promise<object[]> {
  const books = await query<Row & { id: number; tags: object[] }>(
    pool,
    `SELECT ${bookColumns} FROM books`,
  );
  const byId = new Map(books.map((book) => [book.id, book]));
  for (const book of books) book.tags = [];
  const tags = await query<{ bookId: number; id: number; name: string }>(
    pool,
    `SELECT book_tags.book_id AS bookId, tags.id, tags.name
      FROM book_tags JOIN tags ON tags.id = book_tags.tag_id WHERE book_tags.book_id IN (?)`,
    [[...byId.keys()]],
  );
  for (const { bookId, id, name } of tags) byId.get(bookId)?.tags.push({ id, name });
  return books;
}
