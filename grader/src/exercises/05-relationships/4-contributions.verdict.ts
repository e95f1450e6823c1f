import type { Assert, Exercise, Random, Sql } from "../../judge/exercise.js";
import { differences } from "../differences.js";

type Contributor = { name: string; role: string };
type Entry = { title: string; contributors: Contributor[]; out?: string[] };
/** Of each book who did what, and the names of all authors. */
type Tables = { books: string[]; authors: string[] };

const saves = "saves a book and what was contributed to it";

const roles = ["author", "translator", "illustrator", "editor", "narrator"];

/** So many different names. */
function names(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(`${random.word(2)} ${random.word()}`);
  return [...found];
}

const entry = (random: Random, title: string, contributors: readonly string[]): Entry => ({
  title,
  contributors: contributors.map((name) => ({ name, role: random.pick(roles) })),
});

const rolesOf = ({ contributors, out = [] }: Entry): string[] =>
  contributors
    .filter(({ name }) => !out.includes(name))
    .map(({ name, role }) => `${name}, ${role}`);

/** What the tables hold: of each book who did what, and how many authors there are. */
async function stored(sql: Sql): Promise<Tables> {
  const rows = await sql(
    `SELECT title, name, role FROM books
     LEFT JOIN contributions ON book_id = books.id LEFT JOIN authors ON authors.id = author_id
     ORDER BY title, name`,
  );
  const authors = await sql("SELECT name FROM authors ORDER BY name");
  return {
    books: rows.map(({ title, name, role }) => `${title}: ${name}, ${role}`),
    authors: authors.map(({ name }) => String(name)),
  };
}

/** What they should hold after these entries. */
function expected(entries: readonly Entry[], others: readonly string[] = []): Tables {
  const books = entries.flatMap((one) => {
    const lines = rolesOf(one);
    return lines.length > 0
      ? lines.map((text) => `${one.title}: ${text}`)
      : `${one.title}: null, null`;
  });
  const all = entries.flatMap(({ contributors }) => contributors.map(({ name }) => name));
  return { books: books.sort(), authors: [...new Set([...all, ...others])].sort() };
}

/** The input in words: `"a" by Ada Lem (author)`. */
const told = (entries: readonly Entry[]) =>
  entries
    .map(({ title, contributors }) => {
      const by = contributors.map(({ name, role }) => `${name} (${role})`);
      return `"${title}" by ${by.join(", ")}`;
    })
    .join("; ");

/** For a hidden test: says what was entered, and in which table something is missing or too much. */
function compareTables(assert: Assert, seen: Tables, wanted: Tables, entered: string): void {
  const books = differences(seen.books, wanted.books);
  assert.ok(
    books === "",
    `Entered: ${entered}.\nIn the tables, of each book who did what. ${books}`,
  );
  const authors = differences(seen.authors, wanted.authors);
  assert.ok(authors === "", `Entered: ${entered}.\nIn the table of authors. ${authors}`);
}

const exercise: Exercise = {
  id: "5.4",
  async setup(sql) {
    const key = "id INT AUTO_INCREMENT PRIMARY KEY";
    await sql(`CREATE TABLE authors (${key}, name VARCHAR(100) NOT NULL UNIQUE)`);
    await sql(`CREATE TABLE books (${key}, title VARCHAR(200) NOT NULL)`);
    await sql(
      `CREATE TABLE contributions (
         book_id INT NOT NULL, author_id INT NOT NULL, role VARCHAR(30) NOT NULL,
         PRIMARY KEY (book_id, author_id), FOREIGN KEY (book_id) REFERENCES books (id),
         FOREIGN KEY (author_id) REFERENCES authors (id))`,
    );
  },
  tests: [
    {
      name: saves,
      points: 4,
      feedback:
        "There should be a row for the book, one for each new author, and one in contributions for each contributor, with the role. The result is the book, with its contributions in memory. Is the commit there?",
      async arrange({ random }) {
        const [one, two, three] = names(random, 3) as [string, string, string];
        return { input: [entry(random, random.word(), [one, two, three])] };
      },
      async judge({ observation, input, assert, sql }) {
        const entries = input as Entry[];
        const seen = entries.map((one) => ({ title: one.title, roles: rolesOf(one) }));
        assert.equal(observation, seen, "the result");
        assert.equal(await stored(sql), expected(entries), "the tables");
      },
    },
    {
      name: "takes the authors that are there",
      points: 3,
      needs: saves,
      feedback:
        "A contributor whose name the table of authors has already is that author. Only for other names is there a new one.",
      async arrange({ random, sql }) {
        const [known, idle, ...others] = names(random, 5) as [string, string, ...string[]];
        for (const name of random.shuffle([known, idle])) {
          await sql("INSERT INTO authors (name) VALUES (?)", [name]);
        }
        const [one, two, three] = others as [string, string, string];
        const entries = [
          entry(random, "a", random.shuffle([known, one])),
          entry(random, "b", random.shuffle([one, known, two])),
          entry(random, "c", random.shuffle([two, three])),
        ];
        return { input: entries, secret: idle };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const entries = input as Entry[];
        const seen = entries.map((one) => ({ title: one.title, roles: rolesOf(one) }));
        assert.equal(observation, seen, "the results");
        assert.equal(await stored(sql), expected(entries, [secret as string]), "the tables");
      },
    },
    {
      name: "takes a contribution out of a book, and nothing else",
      points: 3,
      needs: saves,
      feedback:
        "The row of the contribution should be gone, the book's contributions should hold it no more, and the author and the author's other contributions should stay. Somebody who did nothing for the book changes nothing.",
      async arrange({ random }) {
        const [one, two, three, nobody] = names(random, 4) as [string, string, string, string];
        const entries = [
          { ...entry(random, "a", random.shuffle([one, two, three])), out: [two] },
          { ...entry(random, "b", random.shuffle([two, three])), out: [nobody, one] },
          { ...entry(random, "c", [three]), out: [three] },
        ];
        return { input: entries };
      },
      async judge({ observation, input, assert, sql }) {
        const entries = input as Entry[];
        assert.equal(observation, entries.map(rolesOf), "the contributions of the books");
        assert.equal(await stored(sql), expected(entries), "the tables");
      },
    },
    {
      name: "keeps both sides of all four relationships in step",
      points: 2,
      hidden: true,
      needs: saves,
      feedback:
        "Each contribution knows its book and its author, and both hold it in their contributions: backPopulates names the property of the other class, on both sides.",
      async arrange({ random }) {
        return { input: [entry(random, random.word(), names(random, 2))] };
      },
      judge({ observation, input, assert }) {
        const [{ contributors }] = input as [Entry];
        for (const [place, { name }] of contributors.entries()) {
          const seen = (observation as { book: boolean; author: boolean }[])[place];
          assert.ok(seen?.book === true, `What ${name} contributed does not know its book.`);
          const author = `The author ${name} does not hold in contributions what was contributed to the book.`;
          assert.ok(seen?.author === true, author);
        }
      },
    },
    {
      name: "takes it out of a book that was loaded",
      points: 1,
      hidden: true,
      needs: "takes a contribution out of a book, and nothing else",
      feedback:
        "The same in another session, in which the book, its contributions and their authors were loaded.",
      async arrange({ random }) {
        const [one, two] = names(random, 2) as [string, string];
        return {
          input: [{ ...entry(random, random.word(), random.shuffle([one, two])), out: [two] }],
        };
      },
      async judge({ observation, input, assert, sql }) {
        const entries = input as Entry[];
        const { roles, open } = observation as { roles: string[]; open: boolean };
        const out = `Entered: ${told(entries)}. Withdrawn: ${entries[0]?.out}.`;
        const left = differences(roles, rolesOf(entries[0] as Entry));
        assert.ok(left === "", `${out}\nIn the book's contributions. ${left}`);
        compareTables(assert, await stored(sql), expected(entries), out);
        assert.ok(!open, "The session's transaction is still open: nothing was committed.");
      },
    },
    {
      name: "deletes a book with its contributions",
      points: 2,
      hidden: true,
      needs: saves,
      feedback:
        "session.delete(book) should delete the book's contributions too, although nothing of them was loaded. The authors stay, and so does what they did for other books.",
      async arrange({ random }) {
        const [one, two, three] = names(random, 3) as [string, string, string];
        return {
          input: [entry(random, "a", [one, two]), entry(random, "b", [two, three])],
          secret: three,
        };
      },
      async judge({ input, secret, assert, sql }) {
        const [first] = input as [Entry];
        const entered = `${told(input as Entry[])}, of which the second was deleted`;
        compareTables(assert, await stored(sql), expected([first], [secret as string]), entered);
      },
    },
  ],
};

export default exercise;
