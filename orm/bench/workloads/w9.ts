import { bookColumns, bookLines, createBooks } from "../tables.js";
import { expectEqual, fingerprintSql, oneRow, type Workload } from "../workload.js";

export const workload: Workload = {
  title: () => "a new process: import, define the classes, connect, find one book by its key",
  size: 1,
  fresh: true,
  prepare: (database) => createBooks(database, 10, 1),
  run: ({ runs }) => runs.w4(1),
  lines: bookLines,
  async verify(database, _, fingerprint) {
    const line = fingerprintSql(...bookColumns);
    const found = await oneRow(database, `SELECT ${line} AS fingerprint FROM books WHERE id = 1`);
    expectEqual("book and object (checksum)", found.fingerprint, fingerprint);
  },
};
