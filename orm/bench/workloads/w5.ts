import { createBooks } from "../tables.js";
import { expectEqual, fingerprintSql, linesOf, oneRow, type Workload } from "../workload.js";

/** The price that a book gets in a run. */
export function raised(price: string): string {
  return (Number(price) + 1.5).toFixed(2);
}

export const workload: Workload = {
  title: (count) => `load ${count} books, change the price of each, save all, one transaction`,
  size: 2_000,
  async prepare(database, size) {
    await createBooks(database, size, 1);
    // The price before a run, which verify compares with, in a table that no run knows.
    await database.query("CREATE TABLE prices (PRIMARY KEY (id)) SELECT id, price FROM books");
  },
  async reset(database) {
    await database.query("UPDATE books JOIN prices USING (id) SET books.price = prices.price");
  },
  lines: linesOf("id", "title", "price"),
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
