import { bookColumns, bookLines, createBooks } from "../tables.js";
import { expectEqual, fingerprintSql, oneRow, type Workload } from "../workload.js";

export const workload: Workload = {
  title: (count) => `load ${count} books as objects`,
  size: 50_000,
  prepare: (database, size) => createBooks(database, size, 100),
  lines: bookLines,
  async verify(database, _, fingerprint) {
    const line = fingerprintSql(...bookColumns);
    const found = await oneRow(database, `SELECT ${line} AS fingerprint FROM books`);
    expectEqual("books and objects (checksum)", found.fingerprint, fingerprint);
  },
};
