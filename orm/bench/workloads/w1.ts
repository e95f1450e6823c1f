import { createAuthors } from "../tables.js";
import { expectEqual, fingerprintSql, linesOf, oneRow, type Workload } from "../workload.js";

/** What an author of the workload is given; the rest is up to the database. */
export function newAuthor(index: number): { name: string; email: string } {
  return { name: `Author number ${index}`, email: `author.${index}@example.org` };
}

/** Of each object: that its key is the key of its row. */
const columns = ["id", "name", "email"] as const;

export const workload: Workload = {
  title: (count) => `insert ${count} authors as objects, one transaction, ids on the objects after`,
  size: 10_000,
  prepare: createAuthors,
  async reset(database) {
    await database.query("TRUNCATE TABLE authors");
  },
  lines: linesOf(...columns),
  async verify(database, size, fingerprint) {
    const found = await oneRow(
      database,
      `SELECT COUNT(*) AS count, COUNT(DISTINCT email) AS emails,
        ${fingerprintSql(...columns)} AS fingerprint FROM authors`,
    );
    expectEqual("authors", found.count, size);
    expectEqual("emails", found.emails, size);
    expectEqual("keys of the objects (checksum)", found.fingerprint, fingerprint);
  },
};
