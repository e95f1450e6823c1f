import { createBooks } from "../tables.js";
import {
  expectEqual,
  fingerprintSql,
  linesOf,
  oneRow,
  type Row,
  type Workload,
} from "../workload.js";

/** What is asked for: who earned most with books of so many pages at least, published before a day. */
export interface Question {
  readonly pages: number;
  readonly published: string;
}

/** How many authors an answer names. */
export const places = 10;

export function questions(size: number): Question[] {
  return Array.from({ length: size }, (_, index) => ({
    pages: 100 + (index % 300),
    published: `2001-${String(1 + (index % 12)).padStart(2, "0")}-01`,
  }));
}

export const workload: Workload = {
  title: (count) => `ask ${count} filtered, joined, grouped, ordered, limited aggregates`,
  size: 300,
  async prepare(database, size) {
    await createBooks(database, 500, 50);
    // All the answers at once, by other SQL than that of a run.
    await database.query("CREATE TABLE questions (id INT PRIMARY KEY, pages INT, published DATE)");
    await database.query("INSERT INTO questions VALUES ?", [
      questions(size).map(({ pages, published }, index) => [index, pages, published]),
    ]);
    await database.query(`CREATE TABLE answers
      SELECT author_id, questions.id AS question, COUNT(*) AS books, SUM(price) AS total, RANK() OVER
        (PARTITION BY questions.id ORDER BY SUM(price) DESC, author_id) AS place
      FROM questions JOIN books
        ON books.pages >= questions.pages AND books.published < questions.published
      GROUP BY questions.id, author_id`);
  },
  // A line for each row of each answer, with its place in it.
  lines: (answers) =>
    answers.flatMap((rows, question) =>
      linesOf(
        "id",
        "name",
        "books",
        "total",
      )(rows as unknown as Row[]).map((line, index) => `${question}|${index + 1}|${line}`),
    ),
  async verify(database, _, fingerprint) {
    const line = fingerprintSql("question", "place", "authors.id", "name", "books", "total");
    const found = await oneRow(
      database,
      `SELECT ${line} AS fingerprint FROM answers JOIN authors ON authors.id = author_id
        WHERE place <= ${places}`,
    );
    expectEqual("answers (checksum)", found.fingerprint, fingerprint);
  },
};
