import { bookColumns, bookLines, createBooks } from "../tables.js";
import { expectEqual, fingerprintSql, oneRow, type Workload } from "../workload.js";

/** The keys that are looked for, out of ten times as many, in no order of the table's. */
export function keysToFind(size: number): number[] {
  return Array.from({ length: size }, (_, index) => 1 + ((index * 7919) % size) * 10);
}

export const workload: Workload = {
  title: (count) => `find ${count} books by primary key, one after the other`,
  size: 1_000,
  prepare: (database, size) => createBooks(database, size * 10, 100),
  lines: bookLines,
  async verify(database, _, fingerprint) {
    const line = fingerprintSql(...bookColumns);
    const found = await oneRow(
      database,
      `SELECT ${line} AS fingerprint FROM books WHERE id % 10 = 1`,
    );
    expectEqual("books and objects (checksum)", found.fingerprint, fingerprint);
  },
};
