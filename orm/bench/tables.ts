import type { Connection } from "mysql2/promise";
import { linesOf } from "./workload.js";

// The tables that the workloads share, and the rows that they begin with.

/** All of a book, as a line of text, of an object and of a row. */
export const bookLines = linesOf("id", "title", "pages", "price", "published", "authorId");
export const bookColumns = ["id", "title", "pages", "price", "published", "author_id"].map(
  (name) => `books.${name}`,
);

const settings = "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin";

export async function createAuthors(database: Connection): Promise<void> {
  await database.query(`CREATE TABLE authors (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    email VARCHAR(150) NOT NULL,
    created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    CONSTRAINT uq_authors_email UNIQUE (email)
  ) ${settings}`);
}

/** Books by so many authors, who have the same number of them each. */
export async function createBooks(
  database: Connection,
  books: number,
  authors: number,
): Promise<void> {
  await createAuthors(database);
  await database.query(`CREATE TABLE books (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    pages INT NOT NULL,
    price DECIMAL(10, 2) NOT NULL,
    published DATE NOT NULL,
    author_id INT NOT NULL,
    CONSTRAINT fk_books_author_id_authors FOREIGN KEY (author_id) REFERENCES authors (id)
  ) ${settings}`);
  await database.query(`SET SESSION cte_max_recursion_depth = ${books + authors}`);
  await database.query(`INSERT INTO authors (name, email, created_at) ${counting(authors)}
    SELECT CONCAT('Author number ', i), CONCAT('author.', i, '@example.org'),
      DATE_ADD('2026-01-01 00:00:00.001', INTERVAL i MINUTE) FROM n`);
  await database.query(`INSERT INTO books (title, pages, price, published, author_id) ${counting(books)}
    SELECT CONCAT('Title number ', i), 100 + i % 397, i / 100,
      DATE_ADD('2000-01-01', INTERVAL i % 9001 DAY), 1 + i % ${authors} FROM n`);
}

/** So many tags, and for each book so many of them. */
export async function createTags(database: Connection, tags: number, each: number): Promise<void> {
  await database.query(`CREATE TABLE tags (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(50) NOT NULL,
    CONSTRAINT uq_tags_name UNIQUE (name)
  ) ${settings}`);
  await database.query(`CREATE TABLE book_tags (
    book_id INT NOT NULL,
    tag_id INT NOT NULL,
    PRIMARY KEY (book_id, tag_id),
    CONSTRAINT fk_book_tags_book_id_books FOREIGN KEY (book_id) REFERENCES books (id),
    CONSTRAINT fk_book_tags_tag_id_tags FOREIGN KEY (tag_id) REFERENCES tags (id)
  ) ${settings}`);
  await database.query(`INSERT INTO tags (name) ${counting(tags)} SELECT CONCAT('tag ', i) FROM n`);
  await database.query(`INSERT INTO book_tags ${counting(each)}
    SELECT books.id, 1 + (7 * books.id + i) % ${tags} FROM books, n`);
}

/** The numbers from 1 on, as a table n with the column i. */
function counting(last: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;
}
