import { type BuiltQuery, expectEqual, oneRow, type Workload } from "../workload.js";
import { places, questions, workload as w6 } from "./w6.js";

/** So many different questions, again and again. */
const different = 300;

export const workload: Workload = {
  title: (count) => `build the SELECT of W6 ${count} times, not executed`,
  size: 20_000,
  prepare: (database) => w6.prepare(database, different),
  run({ build }, size) {
    if (build === undefined) return undefined;
    const asked = questions(different);
    const [first] = asked;
    if (first === undefined) return undefined;
    // The first is built last, as it is the one that is verified.
    for (let index = size - 1; index > 0; index -= 1) build(asked[index % different] ?? first);
    return Promise.resolve([build(first)]);
  },
  lines: (built) => built.map((one) => JSON.stringify(one)),
  async verify(database, _size, _fingerprint, line = "") {
    const { text, parameters }: BuiltQuery = JSON.parse(line);
    // What the columns are called is up to the way; their order is that of W6.
    const [rows] = await database.query({ sql: text, rowsAsArray: true }, [...parameters]);
    const answer = (rows as unknown[][]).map((row, index) => ["0", index + 1, ...row].join("|"));
    const found = await oneRow(
      database,
      `SELECT GROUP_CONCAT(CONCAT_WS('|', question, place, authors.id, name, books, total)
          ORDER BY place SEPARATOR '\\n') AS answer
        FROM answers JOIN authors ON authors.id = author_id WHERE place <= ${places} AND question = 0`,
    );
    expectEqual("the answer to the statement", found.answer, answer.join("\n"));
  },
};
