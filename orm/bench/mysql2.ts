import mysql, { type Pool, type PoolConnection, type ResultSetHeader } from "mysql2/promise";
import { newAuthor } from "./workloads/w1.js";

// What the ways that are written by hand have in common.

/** The rows of one statement that writes. */
export const chunk = 1_000;

export function openPool(url: string): Pool {
  return mysql.createPool({
    uri: url,
    connectionLimit: 5,
    timezone: "Z",
    dateStrings: ["DATE"],
  });
}

/** One transaction on one connection of the pool. */
export async function transaction<T>(
  pool: Pool,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
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

/** The ids of one statement follow each other; MySQL tells the first. */
export async function insertAuthors(connection: PoolConnection, size: number): Promise<object[]> {
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
