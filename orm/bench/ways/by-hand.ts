import mysql, { type PoolConnection, type ResultSetHeader } from "mysql2/promise";
import type { OpenWay, Row } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { raised } from "../workloads/w5.js";

// mysql2 alone, as somebody writes it who knows MySQL: the baseline of every ratio.

const chunk = 1_000;

export const open: OpenWay = async (url) => {
  const pool = mysql.createPool({ uri: url, connectionLimit: 5, dateStrings: true });
  /** One transaction on one connection of the pool. */
  async function transaction<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await pool.getConnection();
    try {
      await connection.beginTransaction();
      const result = await work(connection);
      await connection.commit();
      return result;
    } catch (error) {
      await connection.rollback();
      throw error;
    } finally {
      connection.release();
    }
  }
  return {
    runs: {
      w1: (size) => transaction((connection) => insertAuthors(connection, size)),
      w5: () => transaction(raisePrices),
    },
  };
};

async function insertAuthors(connection: PoolConnection, size: number): Promise<object[]> {
  const authors = Array.from({ length: size }, (_, index) => ({ id: 0, ...newAuthor(index) }));
  for (let start = 0; start < size; start += chunk) {
    const part = authors.slice(start, start + chunk);
    const [result] = await connection.query<ResultSetHeader>(
      "INSERT INTO authors (name, email) VALUES ?",
      [part.map(({ name, email }) => [name, email])],
    );
    part.forEach((author, index) => {
      author.id = result.insertId + index;
    });
  }
  return authors;
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
