import { expectEqual, fingerprintSql, oneRow, type Workload } from "../workload.js";
import { createAuthors } from "./w1.js";

export const columns = ["id", "title", "price"] as const;

/** The price that a book gets in a run. */
export function raised(price: string): string {
  return (Number(price) + 1.5).toFixed(2);
}

export const workload: Workload = {
  title: (rows) => `load ${rows} books, change the price of each, save all, one transaction`,
  size: 2_000,
  async prepare(database, size) {
    await database.query(createAuthors);
    await database.query(`CREATE TABLE books (
      id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      title VARCHAR(200) NOT NULL,
      pages INT NOT NULL,
      price DECIMAL(10, 2) NOT NULL,
      published DATE NOT NULL,
      author_id INT NOT NULL,
      CONSTRAINT fk_books_author_id_authors FOREIGN KEY (author_id) REFERENCES authors (id)
    ) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin`);
    await database.query("INSERT INTO authors (name, email) VALUES ('Ada', 'ada@example.org')");
    await database.query(`SET SESSION cte_max_recursion_depth = ${size}`);
    await database.query(`INSERT INTO books (title, pages, price, published, author_id)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${size})
      SELECT CONCAT('Title number ', i), 100 + i % 400, i / 100,
        DATE_ADD('2000-01-01', INTERVAL i % 9000 DAY), 1 FROM n`);
    // The price before a run, which verify compares with, in a table that no run knows.
    await database.query("CREATE TABLE prices (PRIMARY KEY (id)) SELECT id, price FROM books");
  },
  async reset(database) {
    await database.query("UPDATE books JOIN prices USING (id) SET books.price = prices.price");
  },
  async verify(database, size, fingerprint) {
    const found = await oneRow(
      database,
      `SELECT COUNT(*) AS count, SUM(books.price = prices.price + 1.5) AS raised,
        ${fingerprintSql("books.id", "books.title", "books.price")} AS fingerprint
        FROM books JOIN prices USING (id)`,
    );
    expectEqual("books", found.count, size);
    expectEqual("books with the new price", found.raised, size);
    expectEqual("books and objects (checksum)", found.fingerprint, fingerprint);
  },
};
