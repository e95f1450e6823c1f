import type { PoolConnection } from "mysql2/promise";
import { chunk, insertAuthors, openPool, transaction } from "../mysql2.js";
import type { OpenWay } from "../workload.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, questions } from "../workloads/w6.js";

// The fastest that was found for mysql2 by hand, however it reads: rows come as arrays, and an object is a literal
// that is made of one; statements are prepared where few values travel; keys and prices stand in the text as digits.

const bookColumns = "id, title, pages, price, published, author_id";

/** One row, its columns in the order of the statement. */
type Cells = unknown[];

const toBook = ([id, title, pages, price, published, authorId]: Cells) => {
  return { id: id as number, title, pages, price: price as string, published, authorId };
};

export const open: OpenWay = async (url) => {
  const pool = openPool(url);
  async function query(text: string): Promise<Cells[]> {
    const [rows] = await pool.query({ sql: text, rowsAsArray: true });
    return rows as unknown as Cells[];
  }
  async function execute(text: string, values: (string | number)[]): Promise<Cells[]> {
    const [rows] = await pool.execute({ sql: text, rowsAsArray: true }, values);
    return rows as unknown as Cells[];
  }
  return {
    runs: {
      w1: (size) => transaction(pool, (connection) => insertAuthors(connection, size)),
      w2: async () => (await query(`SELECT ${bookColumns} FROM books`)).map(toBook),
      async w3() {
        const rows = await query("SELECT id, name, email, created_at FROM authors");
        const authors = rows.map(([id, name, email, createdAt]) => {
          return { id, name, email, createdAt, books: [] as object[] };
        });
        const byId = new Map(authors.map((author) => [author.id, author]));
        const keys = [...byId.keys()].join(", ");
        const books = await query(`SELECT ${bookColumns} FROM books WHERE author_id IN (${keys})`);
        for (const row of books) byId.get(row[5])?.books.push(toBook(row));
        return authors;
      },
      async w4(size) {
        const text = `SELECT ${bookColumns} FROM books WHERE id = ?`;
        const books: object[] = [];
        for (const key of keysToFind(size)) {
          for (const row of await execute(text, [key])) books.push(toBook(row));
        }
        return books;
      },
      w5: () => transaction(pool, raisePrices),
      async w6(size) {
        const text = `SELECT authors.id, authors.name, COUNT(books.id), SUM(books.price) AS total
          FROM authors JOIN books ON books.author_id = authors.id
          WHERE books.pages >= ? AND books.published < ?
          GROUP BY authors.id ORDER BY total DESC, authors.id LIMIT ${places}`;
        const answers: object[] = [];
        for (const { pages, published } of questions(size)) {
          const rows = await execute(text, [pages, published]);
          answers.push(rows.map(([id, name, books, total]) => ({ id, name, books, total })));
        }
        return answers;
      },
      async w7() {
        const rows = await query(`SELECT ${bookColumns} FROM books`);
        const books = rows.map((row) => ({ ...toBook(row), tags: [] as object[] }));
        const byId = new Map(books.map((book) => [book.id, book]));
        const tags = await query(
          `SELECT book_tags.book_id, tags.id, tags.name FROM book_tags
            JOIN tags ON tags.id = book_tags.tag_id
            WHERE book_tags.book_id IN (${[...byId.keys()].join(", ")})`,
        );
        for (const [book, id, name] of tags) byId.get(book as number)?.tags.push({ id, name });
        return books;
      },
    },
  };
};

async function raisePrices(connection: PoolConnection): Promise<object[]> {
  const [rows] = await connection.query({
    sql: `SELECT ${bookColumns} FROM books`,
    rowsAsArray: true,
  });
  const books = (rows as unknown as Cells[]).map(toBook);
  for (const book of books) book.price = raised(book.price);
  for (let start = 0; start < books.length; start += chunk) {
    const part = books.slice(start, start + chunk);
    const list = part.map(({ id, price }) => `ROW(${id}, ${Number(price).toFixed(2)})`);
    await connection.query(
      `UPDATE books JOIN (VALUES ${list.join(", ")}) AS changed (id, price) USING (id)
        SET books.price = changed.price`,
    );
  }
  return books;
}
