import { expectEqual, fingerprintSql, oneRow, type Workload } from "../workload.js";

/** What an author of the workload is given; the rest is up to the database. */
export function newAuthor(index: number): { name: string; email: string } {
  return { name: `Author number ${index}`, email: `author.${index}@example.org` };
}

export const createAuthors = `CREATE TABLE authors (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(150) NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  CONSTRAINT uq_authors_email UNIQUE (email)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin`;

/** Of each object: that its key is the key of its row. */
export const columns = ["id", "name", "email"] as const;

export const workload: Workload = {
  title: (rows) => `insert ${rows} authors as objects, one transaction, ids on the objects after`,
  size: 10_000,
  async prepare(database) {
    await database.query(createAuthors);
  },
  async reset(database) {
    await database.query("TRUNCATE TABLE authors");
  },
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
