import type { Exercise, Json, Random, Sql } from "../../judge/exercise.js";

type Page = { number: number; size: number };
type Shown = { id: number; name: string; publisher: string | null; books: Book[] };
type Book = { title: string; year: number; tags: string[] };

const gives = "gives the authors of a page";
const newest = "has the three newest books of each";

/** Saves authors with their books, and gives them as pages show them, in their order. */
async function fill(sql: Sql, random: Random, count: number, books: number): Promise<Shown[]> {
  const publishers = [null, random.word(), random.word()];
  const labels = ["adventure", "letters", "science", "verse"];
  for (const [id, name] of publishers.entries()) {
    if (name !== null) await sql("INSERT INTO publishers VALUES (?, ?)", [id, name]);
  }
  for (const [id, name] of labels.entries()) {
    await sql("INSERT INTO tags VALUES (?, ?)", [id + 1, name]);
  }
  // Fewer names than authors, so that some are the same.
  const names = Array.from({ length: Math.ceil(count * 0.7) }, () => random.word());
  const authors: Shown[] = [];
  const rows: { authors: unknown[]; books: unknown[]; links: unknown[] } = {
    authors: [],
    books: [],
    links: [],
  };
  let bookId = 0;
  for (const id of random.shuffle(Array.from({ length: count }, (_, index) => index + 1))) {
    const place = random.integer(0, 2);
    const name = random.pick(names);
    const own: Book[] = [];
    rows.authors.push(id, name, place === 0 ? null : place);
    const many = random.pick([0, 2, books]);
    for (let book = 0; book < many; book += 1) {
      bookId += 1;
      const tags = random.shuffle(labels).slice(0, random.integer(0, 3));
      const one = { title: random.word(), year: random.integer(1850, 1862), tags: tags.sort() };
      own.push(one);
      rows.books.push(bookId, one.title, one.year, id);
      for (const tag of tags) rows.links.push(bookId, labels.indexOf(tag) + 1);
    }
    own.sort((a, b) => b.year - a.year || (a.title < b.title ? -1 : 1));
    authors.push({ id, name, publisher: publishers[place] ?? null, books: own.slice(0, 3) });
  }
  const insert = async (table: string, values: unknown[], width: number) => {
    const row = `(${Array.from({ length: width }, () => "?").join(", ")})`;
    const all = Array.from({ length: values.length / width }, () => row);
    if (all.length > 0) await sql(`INSERT INTO ${table} VALUES ${all.join(", ")}`, values);
  };
  await insert("authors", rows.authors, 3);
  await insert("books", rows.books, 4);
  await insert("book_tags", rows.links, 2);
  return authors.sort((a, b) => (a.name === b.name ? a.id - b.id : a.name < b.name ? -1 : 1));
}

const pagesOf = (all: readonly Shown[], pages: readonly Page[]): Shown[][] =>
  pages.map(({ number, size }) => all.slice((number - 1) * size, number * size));

const whole = ({ name, publisher, books }: Shown): Json => ({
  name,
  publisher,
  books: books.map(({ title, year, tags }) => `${year} ${title}: ${tags.join(", ")}`),
});

const exercise: Exercise = {
  id: "5.6",
  async setup(sql) {
    await sql("CREATE TABLE publishers (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL)");
    await sql(
      `CREATE TABLE authors (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, publisher_id INT NULL,
         FOREIGN KEY (publisher_id) REFERENCES publishers (id))`,
    );
    await sql(
      `CREATE TABLE books (id INT PRIMARY KEY, title VARCHAR(200) NOT NULL, year INT NOT NULL,
         author_id INT NOT NULL, FOREIGN KEY (author_id) REFERENCES authors (id))`,
    );
    await sql("CREATE TABLE tags (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL)");
    await sql(
      `CREATE TABLE book_tags (book_id INT, tag_id INT, PRIMARY KEY (book_id, tag_id),
         FOREIGN KEY (book_id) REFERENCES books (id), FOREIGN KEY (tag_id) REFERENCES tags (id))`,
    );
  },
  tests: [
    {
      name: gives,
      points: 4,
      feedback:
        "The authors should come sorted by name, and by id where names are the same. Page 1 is the first, a page has size of them, and after the last page there is an empty one. The numbers are ids.",
      async arrange({ random, sql }) {
        const all = await fill(sql, random, 11, 4);
        const pages = [
          { number: 1, size: 4 },
          { number: 2, size: 4 },
          { number: 3, size: 4 },
          { number: 4, size: 4 },
          { number: 2, size: 3 },
        ];
        return {
          input: pages,
          secret: pagesOf(all, pages).map((page) => page.map(({ id }) => id)),
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "has the publisher of each",
      points: 2,
      needs: gives,
      feedback:
        "author.publisher should be in memory, for every author of the page; it is null for one who has none.",
      async arrange({ random, sql }) {
        const all = await fill(sql, random, 9, 3);
        const pages = [
          { number: 1, size: 6 },
          { number: 2, size: 6 },
        ];
        const secret = pagesOf(all, pages).map((page) =>
          page.map(({ name, publisher }) => `${name}, ${publisher ?? "none"}`),
        );
        return { input: pages, secret };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: newest,
      points: 3,
      needs: gives,
      feedback:
        "author.books should hold three at most, for each author: the newest first, and those of one year by title. An author without books has an empty list.",
      async arrange({ random, sql }) {
        const all = await fill(sql, random, 8, 9);
        const pages = [{ number: 1, size: 8 }];
        const secret = pagesOf(all, pages).map((page) =>
          page.map(({ books }) => books.map(({ title, year }) => `${year} ${title}`)),
        );
        return { input: pages, secret };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "has the tags of these books",
      points: 2,
      needs: newest,
      feedback: "book.tags should be in memory, for every book that is shown.",
      async arrange({ random, sql }) {
        const all = await fill(sql, random, 8, 5);
        const pages = [{ number: 2, size: 4 }];
        return { input: pages, secret: pagesOf(all, pages).map((page) => page.map(whole)) };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "takes three statements, whatever the size of the page",
      points: 2,
      hidden: true,
      needs: "has the tags of these books",
      feedback:
        "Three SELECTs are enough for a page of any size: one for the authors, with what can be joined to them without repeating a row, one for the books, one for the tags.",
      async arrange({ random, sql }) {
        await fill(sql, random, 30, 4);
        return {
          input: [
            { number: 1, size: 25 },
            { number: 1, size: 2 },
          ],
        };
      },
      judge({ observation, assert }) {
        const { statements, authors } = observation as { statements: number[]; authors: number[] };
        for (const [place, size] of [25, 2].entries()) {
          const [count = 0, found] = [statements[place], authors[place]];
          assert.ok(found === size, `A page of ${size} authors had ${found}.`);
          assert.ok(count <= 3, `For a page of ${size} authors ${count} SELECTs were sent.`);
        }
      },
    },
    {
      name: "reads no more than the page shows",
      points: 2,
      hidden: true,
      needs: newest,
      feedback:
        "MySQL should hand out the rows of the page, and of each author's books the three that are shown. What is thrown away afterwards has been read.",
      async arrange({ random, sql }) {
        const all = await fill(sql, random, 20, 30);
        const pages = [
          { number: 1, size: 6 },
          { number: 2, size: 6 },
        ];
        return { input: pages, secret: pagesOf(all, pages).map((page) => page.map(whole)) };
      },
      judge({ observation, secret, assert }) {
        const { pages, rows } = observation as { pages: Json[]; rows: number[] };
        assert.equal(pages, secret, "What the pages show is not right.");
        for (const [index, page] of (secret as { books: string[] }[][]).entries()) {
          // Each author may come with a publisher, and each book with three tags.
          const books = page.reduce((sum, one) => sum + one.books.length, 0);
          const most = 2 * page.length + 4 * books;
          const read = rows[index] as number;
          const shown = `The page shows ${page.length} authors and ${books} books`;
          assert.ok(read <= most, `${shown}, and MySQL handed out ${read} rows for it.`);
        }
      },
    },
  ],
};

export default exercise;
