import { bookColumns, bookLines, createBooks } from "../tables.js";
import { expectEqual, fingerprintSql, oneRow, type Row, type Workload } from "../workload.js";

/** The books of each author. */
const each = 20;

export const workload: Workload = {
  title: (count) => `load ${count} authors with their ${each} books each`,
  size: 1_000,
  prepare: (database, size) => createBooks(database, size * each, size),
  // A line for each book, behind all of its author.
  lines: (authors) =>
    authors.flatMap(({ id, name, email, createdAt, books }) => {
      const author = [id, name, email, (createdAt as Date).toISOString()].join("|");
      return bookLines(books as Row[]).map((book) => `${author}|${book}`);
    }),
  async verify(database, _, fingerprint) {
    const moment = "DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%s.%f')";
    const author = ["authors.id", "name", "email", `CONCAT(LEFT(${moment}, 23), 'Z')`];
    const found = await oneRow(
      database,
      `SELECT ${fingerprintSql(...author, ...bookColumns)} AS fingerprint
        FROM authors JOIN books ON books.author_id = authors.id`,
    );
    expectEqual("authors with books and objects (checksum)", found.fingerprint, fingerprint);
  },
};
