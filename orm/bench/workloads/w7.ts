import { bookColumns, bookLines, createBooks, createTags } from "../tables.js";
import {
  expectEqual,
  fingerprintSql,
  linesOf,
  oneRow,
  type Row,
  type Workload,
} from "../workload.js";

/** The tags of each book. */
const each = 3;

const linesOfTags = linesOf("id", "name");

export const workload: Workload = {
  title: (count) => `load ${count} books with their ${each} tags each`,
  size: 2_000,
  async prepare(database, size) {
    await createBooks(database, size, 100);
    await createTags(database, 50, each);
  },
  // A line for each tag, behind all of its book.
  lines: (books) =>
    books.flatMap((row) => {
      const [book] = bookLines([row]);
      return linesOfTags(row.tags as Row[]).map((tag) => `${book}|${tag}`);
    }),
  async verify(database, _, fingerprint) {
    const found = await oneRow(
      database,
      `SELECT ${fingerprintSql(...bookColumns, "tags.id", "tags.name")} AS fingerprint
        FROM books JOIN book_tags ON book_id = books.id JOIN tags ON tags.id = tag_id`,
    );
    expectEqual("books with tags and objects (checksum)", found.fingerprint, fingerprint);
  },
};
