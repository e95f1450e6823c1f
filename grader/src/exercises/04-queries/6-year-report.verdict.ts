import type { Exercise, Json, JudgeContext, Random, Sql } from "../../judge/exercise.js";

interface Subject {
  id: number;
  name: string;
  parent: Subject | null;
}
interface Book {
  id: number;
  title: string;
  subject: Subject;
}
interface Loan {
  book: Book;
  takenOn: string;
}
interface Library {
  subjects: Subject[];
  books: Book[];
  loans: Loan[];
}

const counts = "counts the loans of the year, book by book";

/** Subjects with names of their own, in a tree of no certain shape. */
function someSubjects(random: Random, count: number): Subject[] {
  const subjects: Subject[] = [];
  const names = new Set<string>();
  while (names.size < count) names.add(random.word());
  let id = random.integer(2, 40);
  for (const name of names) {
    // The first one is at the top with all below it, the last one alone at the top.
    const isTop = subjects.length === 0 || subjects.length === count - 1;
    subjects.push({ id, name, parent: isTop ? null : random.pick(subjects) });
    id += random.integer(1, 7);
  }
  return subjects;
}

function addBook(library: Library, title: string, subject: Subject): Book {
  const book = { id: library.books.length * 3 + 5, title, subject };
  library.books.push(book);
  return book;
}

const lend = (library: Library, book: Book, days: string[]) =>
  library.loans.push(...days.map((takenOn) => ({ book, takenOn })));

/** Writes a library into the tables. */
async function save(sql: Sql, { subjects, books, loans }: Library): Promise<void> {
  const insert = (into: string, rows: unknown[][]) => {
    const row = `(${rows[0]?.map(() => "?").join(", ")})`;
    return sql(`INSERT INTO ${into} VALUES ${rows.map(() => row).join(", ")}`, rows.flat());
  };
  await insert(
    "subjects",
    subjects.map(({ id, name, parent }) => [id, name, parent?.id ?? null]),
  );
  await insert(
    "books",
    books.map(({ id, title, subject }) => [id, title, subject.id]),
  );
  await insert(
    "loans (book_id, taken_on)",
    loans.map(({ book, takenOn }) => [book.id, takenOn]),
  );
}

const someDay = (random: Random, year: number) => {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${year}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
};

const someDays = (random: Random, year: number, count: number) =>
  Array.from({ length: count }, () => someDay(random, year));

/** A library, in which books were lent some times in the year, and some times in others. */
function someLibrary(random: Random, year: number, size = { subjects: 7, books: 22 }): Library {
  const subjects = someSubjects(random, size.subjects);
  const library: Library = { subjects, books: [], loans: [] };
  const taken: number[] = subjects.map(() => 0);
  for (let count = 0; count < size.books; count += 1) {
    const place = count % subjects.length;
    const book = addBook(library, `${random.word()} ${count}`, subjects[place] as Subject);
    // In each subject another number for each book, so that no two places are equal.
    taken[place] = (taken[place] ?? 0) + random.integer(1, 3);
    const inYear = count % 6 === 5 ? 0 : (taken[place] ?? 0);
    lend(library, book, someDays(random, year, inYear));
    lend(library, book, someDays(random, year - 1, random.integer(0, 3)));
    lend(library, book, someDays(random, year + 1, random.integer(0, 3)));
  }
  return library;
}

/** What the report should be. */
function expected({ subjects, books, loans }: Library, wanted: { subject: string; year: number }) {
  const isBelow = (subject: Subject | null): boolean =>
    subject !== null && (subject.name === wanted.subject || isBelow(subject.parent));
  const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  return subjects
    .filter(isBelow)
    .sort((one, other) => byText(one.name, other.name))
    .flatMap((subject) => {
      const counted = books
        .filter((book) => book.subject === subject)
        .map((book) => ({
          title: book.title,
          loans: loans.filter(
            (loan) => loan.book === book && loan.takenOn.startsWith(`${wanted.year}-`),
          ).length,
        }))
        .filter((book) => book.loans > 0);
      const all = counted.reduce((sum, book) => sum + book.loans, 0);
      return counted
        .map(({ title, loans }) => ({
          subject: subject.name,
          title,
          loans,
          place: counted.filter((other) => other.loans > loans).length + 1,
          share: Math.floor((loans * 100) / all),
        }))
        .filter(({ place }) => place <= 2)
        .sort((one, other) => one.place - other.place || byText(one.title, other.title));
    });
}

/** The names of subjects that have none below. */
const leaves = ({ subjects }: Library) =>
  subjects
    .filter((subject) => subjects.every(({ parent }) => parent !== subject))
    .map(({ name }) => name);

type Wanted = { subject: string; year: number };

/** Saves a library; what is asked of it, and what the reports should be. */
async function arranged(sql: Sql, library: Library, wanted: Wanted[]) {
  await save(sql, library);
  const reports = wanted.map((one) => expected(library, one));
  return { input: wanted as Json, secret: reports as Json };
}

/** Compares some of the columns of the reports. */
const judgeOf =
  (...columns: string[]) =>
  ({ observation, input, secret, assert }: JudgeContext): void => {
    type Row = Record<string, Json>;
    const only = (rows: unknown) => {
      assert.ok(Array.isArray(rows), "A report should be a list of records.");
      return (rows as Row[]).map((row) =>
        Object.fromEntries(columns.map((column) => [column, row?.[column] ?? null])),
      );
    };
    assert.ok(Array.isArray(observation), "There should be a report.");
    for (const [index, right] of (secret as Json[]).entries()) {
      const found = only((observation as Json[])[index]);
      const wanted = JSON.stringify((input as Json[])[index]);
      const said = `The report of ${wanted} has ${found.length} records, and should be another one.`;
      assert.equal(found, only(right), said);
    }
  };

const whole = judgeOf("subject", "title", "loans", "place", "share");

const exercise: Exercise = {
  id: "4.6",
  async setup(sql) {
    const table = "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin";
    await sql(
      `CREATE TABLE subjects (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE, parent_id INT) ${table}`,
    );
    await sql(
      `CREATE TABLE books (
         id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200) NOT NULL, subject_id INT NOT NULL) ${table}`,
    );
    await sql(
      `CREATE TABLE loans (
         id INT AUTO_INCREMENT PRIMARY KEY, book_id INT NOT NULL, taken_on DATE NOT NULL) ${table}`,
    );
  },
  tests: [
    {
      name: counts,
      points: 5,
      feedback:
        "Of a subject with none below, there should be a record for each book that has the place 1 or 2, with the number of its loans in that year alone, and none of another subject. They are sorted by the place and the title.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const library = someLibrary(random, year, { subjects: 5, books: 18 });
        return arranged(
          sql,
          library,
          leaves(library).map((subject) => ({ subject, year })),
        );
      },
      judge: judgeOf("subject", "title", "loans"),
    },
    {
      name: "knows the place and the share of each book",
      points: 4,
      needs: counts,
      feedback:
        "place is the rank of a book among those of its own subject, by the loans downwards. share is 100 times its loans divided by all loans of its subject in that year, rounded down; all books of the subject count, also those that are not in the list.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const library = someLibrary(random, year);
        return arranged(
          sql,
          library,
          [...leaves(library), library.subjects[0]?.name ?? ""].map((subject) => ({
            subject,
            year,
          })),
        );
      },
      judge: whole,
    },
    {
      name: "looks at all subjects below, and at no others",
      points: 4,
      needs: counts,
      feedback:
        "The subject itself, those below it, those below these, and so on, however deep the tree is, sorted by the subject. A subject beside it, and one above it, are not asked for. A subject that isn't there gives an empty list.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const library = someLibrary(random, year, { subjects: 9, books: 40 });
        const { subjects } = library;
        let last = subjects[0] as Subject;
        for (let depth = 0; depth < 5; depth += 1) {
          const subject: Subject = { id: 900 + depth, name: `deep ${depth}`, parent: last };
          subjects.push(subject);
          last = subject;
        }
        const book = addBook(library, random.word(), last);
        lend(library, book, someDays(random, year, 2));
        const names = [...subjects.map(({ name }) => name), "nothing of that name"];
        return arranged(
          sql,
          library,
          names.map((subject) => ({ subject, year })),
        );
      },
      judge: judgeOf("subject", "title", "loans"),
    },
    {
      name: "gives equal books the same place, and leaves out the third",
      points: 3,
      hidden: true,
      needs: counts,
      feedback:
        "Two books with the same number of loans have the same place, and the next place is left out: 1, 1, 3. So there may be one book at the place 1 and three at the place 2, or two at the place 1 and none at the place 2. share is a whole number.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const subjects = someSubjects(random, 5);
        const library: Library = { subjects, books: [], loans: [] };
        const many = random.integer(4, 6);
        const all = [[many, many, 1, 1], [many, 3, 3, 3, 2], [2, 2, 2], [1], [1, 1]];
        for (const [place, taken] of all.entries()) {
          for (const count of random.shuffle(taken)) {
            const title = `${random.word()} ${library.books.length}`;
            const book = addBook(library, title, subjects[place] as Subject);
            lend(library, book, someDays(random, year, count));
          }
        }
        return arranged(
          sql,
          library,
          subjects.map(({ name }) => ({ subject: name, year })),
        );
      },
      judge: whole,
    },
    {
      name: "has the whole year, and books of one title",
      points: 2,
      hidden: true,
      needs: counts,
      feedback:
        "The first and the last day of the year belong to it. Two books with the same title are two books, with loans of their own.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const subjects = someSubjects(random, 3);
        const library: Library = { subjects, books: [], loans: [] };
        const title = random.word();
        const subject = subjects[0] as Subject;
        const [one, two] = [addBook(library, title, subject), addBook(library, title, subject)];
        const edges = [`${year}-01-01`, `${year}-12-31`, `${year}-12-31`];
        const outside = [`${year - 1}-12-31`, `${year + 1}-01-01`, `${year + 1}-01-01`];
        lend(library, one, [...edges, ...outside]);
        lend(library, two, [...edges.slice(1), ...outside, ...outside]);
        return arranged(sql, library, [
          { subject: subject.name, year },
          { subject: subject.name, year: year + 1 },
        ]);
      },
      judge: whole,
    },
    {
      name: "asks MySQL once",
      points: 2,
      hidden: true,
      needs: counts,
      feedback:
        "A recursive common table expression finds the subjects, and subqueries stand in FROM: so that one statement is enough for a report.",
      async arrange({ random, sql }) {
        const year = random.integer(2001, 2040);
        const library = someLibrary(random, year, { subjects: 4, books: 10 });
        const subject = (library.subjects[0] as Subject).name;
        return arranged(sql, library, [{ subject, year }]);
      },
      judge({ observation, assert }) {
        assert.is(observation, 1, `Your report sent ${Number(observation)} statements.`);
      },
    },
  ],
};

export default exercise;
