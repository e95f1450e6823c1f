import type { Assert, Exercise, Json, Random, Sql } from "../../judge/exercise.js";

const takes = "takes a tree of subjects and the books in it";

const addSubject = (sql: Sql, scheme: string, code: string, title: string) =>
  sql("INSERT INTO subjects (scheme, code, title) VALUES (?, ?, ?)", [scheme, code, title]);

const setParent = (sql: Sql, scheme: string, code: string, parent: string) =>
  sql("INSERT INTO subject_parents (scheme, code, parent_code) VALUES (?, ?, ?)", [
    scheme,
    code,
    parent,
  ]);

const fileBook = (sql: Sql, book: number, scheme: string, code: string) =>
  sql("INSERT INTO book_subjects (book_id, scheme, code) VALUES (?, ?, ?)", [book, scheme, code]);

type Planted = { top: string; middle: string; leaf: string; word: string };

/** Two schemes with three subjects in a line, the codes the same; a book filed under one of them. */
async function plant(sql: Sql, secret: Json): Promise<Planted> {
  const { codes, word } = secret as { codes: string[]; word: string };
  const [top, middle, leaf] = codes as [string, string, string];
  for (const scheme of ["ddc", "own"]) {
    await addSubject(sql, scheme, top, `${word} at the top`);
    await addSubject(sql, scheme, middle, `${word} in the middle`);
    await addSubject(sql, scheme, leaf, `${word} at the end`);
    await setParent(sql, scheme, middle, top);
    await setParent(sql, scheme, leaf, middle);
  }
  await sql("INSERT INTO books (id, title) VALUES (1, 'Notes'), (2, 'Atlas')");
  await fileBook(sql, 1, "ddc", leaf);
  return { top, middle, leaf, word };
}

/** How many rows the tables have. */
async function count(sql: Sql): Promise<number[]> {
  const numbers: number[] = [];
  for (const table of ["subjects", "subject_parents", "book_subjects"]) {
    const [row] = await sql(`SELECT COUNT(*) AS n FROM ${table}`);
    numbers.push(Number(row?.n));
  }
  return numbers;
}

const seeds = async ({ random }: { random: Random }) => {
  const codes = new Set<string>();
  while (codes.size < 3) codes.add(String(random.integer(100, 999)));
  return { input: null, secret: { codes: [...codes], word: random.word() } };
};

/** Fails unless the database refuses the statement, by a rule of the table and not for its spelling. */
async function refused(assert: Assert, what: string, statement: () => Promise<unknown>) {
  const rules = ["23000", "HY000"];
  const state = await statement().then(
    () => "taken",
    (error: { sqlState?: string; message: string }) => error.sqlState ?? error.message,
  );
  assert.ok(
    rules.includes(state),
    `${what} was ${state === "taken" ? "taken" : `met by ${state}`}`,
  );
}

const exercise: Exercise = {
  id: "2.5",
  tests: [
    {
      name: takes,
      points: 3,
      feedback:
        "The tables should have the columns of the statement, and take subjects with and without a parent, and books filed under them.",
      arrange: seeds,
      async judge({ observation, secret, assert, sql }) {
        assert.is(observation, null);
        const { top, leaf } = await plant(sql, secret);
        await fileBook(sql, 1, "own", top);
        await fileBook(sql, 2, "ddc", leaf);
        assert.equal(await count(sql), [6, 4, 3]);
        const columns = await sql(
          `SELECT CONCAT(table_name, '.', column_name, ' ', column_type, ' ', is_nullable) AS line
           FROM information_schema.columns
           WHERE table_schema = DATABASE() AND table_name <> 'books'`,
        );
        assert.equal(columns.map(({ line }) => String(line)).sort(), [
          "book_subjects.book_id int NO",
          "book_subjects.code varchar(20) NO",
          "book_subjects.scheme varchar(10) NO",
          "subject_parents.code varchar(20) NO",
          "subject_parents.parent_code varchar(20) NO",
          "subject_parents.scheme varchar(10) NO",
          "subjects.code varchar(20) NO",
          "subjects.scheme varchar(10) NO",
          "subjects.title varchar(200) NO",
        ]);
      },
    },
    {
      name: "tells rows apart by their keys",
      points: 2,
      needs: takes,
      feedback:
        "There is one subject for a scheme and a code, one parent at most for a subject, and a book is filed once under a subject. The same code in another scheme is another subject.",
      arrange: seeds,
      async judge({ secret, assert, sql }) {
        const { top, leaf, word } = await plant(sql, secret);
        await refused(assert, "a second subject of one key", () =>
          addSubject(sql, "ddc", top, `${word} again`),
        );
        await refused(assert, "a second parent", () => setParent(sql, "ddc", leaf, top));
        await refused(assert, "a second filing", () => fileBook(sql, 1, "ddc", leaf));
        await fileBook(sql, 1, "own", leaf);
      },
    },
    {
      name: "has parents that are there, in the same scheme",
      points: 3,
      needs: takes,
      feedback:
        "A parent is found by two columns, the scheme of the line and the parent's code. The same goes for the subject itself, and for the subject of a book.",
      arrange: seeds,
      async judge({ secret, assert, sql }) {
        const { top, word } = await plant(sql, secret);
        await addSubject(sql, "own", "only", `${word} only here`);
        await addSubject(sql, "ddc", "new", `${word} anew`);
        await refused(assert, "a parent that is not there", () =>
          setParent(sql, "ddc", "new", "none"),
        );
        await refused(assert, "a parent of another scheme", () =>
          setParent(sql, "ddc", "new", "only"),
        );
        await refused(assert, "the parent of nobody", () => setParent(sql, "ddc", "only", top));
        await refused(assert, "a book's subject of another scheme", () =>
          fileBook(sql, 2, "ddc", "only"),
        );
        await refused(assert, "a book that is not there", () => fileBook(sql, 3, "ddc", top));
      },
    },
    {
      name: "refuses what is not sensible in a single row",
      points: 2,
      hidden: true,
      needs: takes,
      feedback:
        "A subject is not its own parent, and its title is not empty. Both are checks: one compares two columns of the row, one looks at the title.",
      arrange: seeds,
      async judge({ secret, assert, sql }) {
        const { top, leaf } = await plant(sql, secret);
        await refused(assert, "a subject that is its own parent", () =>
          setParent(sql, "ddc", top, top),
        );
        await refused(assert, "a subject that became its own parent", () =>
          sql("UPDATE subject_parents SET parent_code = code WHERE code = ?", [leaf]),
        );
        await refused(assert, "an empty title", () => addSubject(sql, "ddc", "empty", ""));
      },
    },
    {
      name: "has a title once in a scheme",
      points: 2,
      hidden: true,
      needs: takes,
      feedback: "No title comes twice in a scheme. In another scheme it may come again.",
      arrange: seeds,
      async judge({ secret, assert, sql }) {
        const { word } = await plant(sql, secret);
        await addSubject(sql, "third", "1", `${word} at the end`);
        await refused(assert, "the same title again", () =>
          addSubject(sql, "ddc", "twin", `${word} at the end`),
        );
      },
    },
    {
      name: "keeps what is in use, and lets go what belongs to it",
      points: 3,
      hidden: true,
      needs: takes,
      feedback:
        "A subject that is a parent or has books can't be deleted. With a subject goes the line about its parent, and with a book its lines in book_subjects. Nothing else goes.",
      arrange: seeds,
      async judge({ secret, assert, sql }) {
        const { middle, leaf } = await plant(sql, secret);
        const remove = (code: string) =>
          sql("DELETE FROM subjects WHERE scheme = 'ddc' AND code = ?", [code]);
        await refused(assert, "to delete a subject that is a parent", () => remove(middle));
        await refused(assert, "to delete a subject with books", () => remove(leaf));
        const left = async (expected: number[], after: string) => {
          const rows = await count(sql);
          const said = `after ${after} there are ${rows.join(", ")} rows in subjects, subject_parents and book_subjects`;
          assert.equal(rows, expected, `${said}, and it should be ${expected.join(", ")}`);
        };
        await sql("DELETE FROM books WHERE id = 1");
        await left([6, 4, 0], "the book was deleted");
        await remove(leaf);
        await left([5, 3, 0], "a subject with a parent was deleted");
        await remove(middle);
        await left([4, 2, 0], "its parent was deleted too");
      },
    },
  ],
};

export default exercise;
