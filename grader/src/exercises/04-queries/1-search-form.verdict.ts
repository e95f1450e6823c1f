import type { Exercise, Json, JudgeContext, Random, Sql } from "../../judge/exercise.js";

type Kind = "novel" | "map" | "notes";
interface Book {
  id: number;
  title: string;
  kind: Kind;
  year: number | null;
  price: string;
}
interface Search {
  words?: string;
  kinds?: Kind[];
  from?: number;
  to?: number;
  undated?: boolean;
  maxPrice?: string;
  sort?: "title" | "newest" | "cheapest";
  page?: number;
}

const all = "finds all books by their titles";
const kinds: Kind[] = ["novel", "map", "notes"];
const words = ["bees", "chart", "harbour", "river", "tower", "winter"];

/** Saves books whose titles, years and prices often meet, some of them without a year. */
async function shelve(sql: Sql, random: Random, titles: string[] = []): Promise<Book[]> {
  const books: Book[] = [];
  let id = random.integer(2, 30);
  for (let count = 0; count < 24; count += 1) {
    const some = random.shuffle(words).slice(0, random.integer(1, 3));
    const book: Book = {
      id,
      title: titles[count] ?? some.join(" "),
      kind: random.pick(kinds),
      year: count % 4 === 0 ? null : random.integer(1990, 1996),
      price: `${random.integer(3, 12)}.${random.pick(["00", "50"])}`,
    };
    books.push(book);
    id += random.integer(1, 5);
  }
  for (const book of random.shuffle(books)) {
    const values = [book.id, book.title, book.kind, book.year, book.price];
    await sql("INSERT INTO books VALUES (?, ?, ?, ?, ?)", values);
  }
  return books;
}

/** Whether a book is what a search asks for. */
function fits(book: Book, search: Search): boolean {
  const asked = (search.words ?? "").split(" ").filter((word) => word !== "");
  const { from = -9999, to = 9999 } = search;
  const dated = search.from !== undefined || search.to !== undefined;
  const inYears = book.year === null ? search.undated : book.year >= from && book.year <= to;
  return (
    asked.every((word) => book.title.includes(word)) &&
    (!search.kinds?.length || search.kinds.includes(book.kind)) &&
    (!dated || inYears === true) &&
    (search.maxPrice === undefined || Number(book.price) <= Number(search.maxPrice))
  );
}

/** The ids of the books that a search should find, in order. */
function expected(books: Book[], search: Search): number[] {
  const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  const first = (one: Book, other: Book): number => {
    if (search.sort === "newest") return (other.year ?? -1) - (one.year ?? -1);
    return search.sort === "cheapest" ? Number(one.price) - Number(other.price) : 0;
  };
  const sorted = books
    .filter((book) => fits(book, search))
    .sort((one, other) => first(one, other) || byText(one.title, other.title) || one.id - other.id)
    .map(({ id }) => id);
  const { page } = search;
  return page === undefined ? sorted : sorted.slice((page - 1) * 5, page * 5);
}

/** Books, searches for them, and what each should find. */
async function arranged(sql: Sql, random: Random, searches: Search[], titles?: string[]) {
  const books = await shelve(sql, random, titles);
  return {
    input: searches as Json,
    secret: searches.map((search) => expected(books, search)) as Json,
  };
}

/** The ids that were found. Only numbers are told: a text could carry what the test knows. */
function numbersIn(found: Json | undefined): string {
  const ids = Array.isArray(found) ? found.filter((id) => typeof id === "number") : [];
  return ids.length === 0 ? "no books" : `the books ${ids.join(", ")}`;
}

function judge({ observation, input, secret, assert }: JudgeContext): void {
  assert.ok(Array.isArray(observation), "The select should be one that a session can run.");
  for (const [index, ids] of (secret as Json[]).entries()) {
    const search = JSON.stringify((input as Json[])[index]);
    const found = (observation as Json[])[index];
    assert.equal(found, ids, `For the search ${search} your select finds ${numbersIn(found)}.`);
  }
}

const exercise: Exercise = {
  id: "4.1",
  async setup(sql) {
    await sql(
      `CREATE TABLE books (
         id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200) NOT NULL,
         kind ENUM('novel', 'map', 'notes') NOT NULL, year INT, price DECIMAL(8, 2) NOT NULL
       ) COLLATE utf8mb4_0900_bin`,
    );
  },
  tests: [
    {
      name: all,
      points: 2,
      feedback:
        "With no field filled in, all books should be found, sorted by title, and books of one title by id.",
      arrange: ({ random, sql }) => arranged(sql, random, [{}, { sort: "title" }]),
      judge,
    },
    {
      name: "finds books by the fields that were filled in",
      points: 3,
      feedback:
        "Each field that is there should leave out books, and all of them together. Every word has to be in the title, in any order; from, to and maxPrice are found too, and a book without a year isn't when from or to is there.",
      arrange({ random, sql }) {
        const [one, other] = random.shuffle(words) as [string, string];
        const pair = random.shuffle(kinds).slice(0, 2);
        const year = random.integer(1992, 1993);
        const price = `${random.integer(6, 8)}.50`;
        return arranged(sql, random, [
          { words: one },
          { words: `${one} ${other}` },
          { kinds: pair },
          { from: year },
          { to: year },
          { from: year, to: year + 1 },
          { maxPrice: price },
          { words: one.slice(1, 4), kinds: pair, from: 1991, to: 1995, maxPrice: price },
        ]);
      },
      judge,
    },
    {
      name: "sorts, and gives page after page",
      points: 2,
      needs: all,
      feedback:
        "newest is the year downwards with unknown years at the end, cheapest the price upwards, and both go on with the title and the id. A page has five books: page 1 the first five, page 2 the next.",
      arrange: ({ random, sql }) =>
        arranged(sql, random, [
          { sort: "newest" },
          { sort: "cheapest" },
          { page: 1 },
          { page: 2 },
          { sort: "newest", page: 5 },
          { sort: "cheapest", kinds: ["map", "notes"], page: 2 },
          { page: 9 },
        ]),
      judge,
    },
    {
      name: "keeps books without a year when it is asked to",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "With undated, a book without a year passes from and to. All other fields are still for it too: mind how OR and AND hang together. A year 0 is a year as well.",
      arrange({ random, sql }) {
        const year = random.integer(1992, 1994);
        return arranged(sql, random, [
          { from: year, undated: true },
          { to: year, undated: true },
          { from: year, to: year, undated: true, maxPrice: "7.50" },
          { from: year, undated: true, kinds: [random.pick(kinds)], words: "e" },
          { undated: true },
          { from: year, undated: false },
          { from: 0 },
          { to: 0, undated: true },
        ]);
      },
      judge,
    },
    {
      name: "takes what was typed as it is",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "%, _, a backslash and quotes in words stand for themselves. Many spaces between words are like one, and a field of spaces, or an empty list, is an empty field.",
      arrange({ random, sql }) {
        const titles = ["50% more", "50 percent", "snake_case", "snakes case", "a\\b", "it's 'so'"];
        const [one, other] = random.shuffle(words) as [string, string];
        return arranged(
          sql,
          random,
          [
            { words: "50%" },
            { words: "%" },
            { words: "snake_c" },
            { words: "_" },
            { words: "a\\b" },
            { words: "'so'" },
            { words: `  ${one}   ${other} ` },
            { words: "   ", kinds: [] },
          ],
          titles,
        );
      },
      judge,
    },
    {
      name: "sends what was typed beside the statement, not in it",
      points: 1,
      hidden: true,
      feedback:
        "What comes from the form should be handed to the methods of columns, which bind it. Nothing of it should stand in the text of the statement.",
      async arrange({ random }) {
        const [one, other] = [random.word(), random.word(4)];
        const year = random.integer(3000, 9000);
        const price = `${random.integer(200, 900)}.75`;
        return {
          input: { words: `${one} ${other}`, from: year, to: year + 11, maxPrice: price },
          secret: [one, other, String(year), String(year + 11), price],
        };
      },
      judge({ observation, secret, assert }) {
        const { text, parameters } = observation as { text: string; parameters: string[] };
        for (const typed of secret as string[]) {
          assert.not.ok(text.includes(typed), `${typed} stands in the text`);
          const isBound = parameters.some((parameter) => parameter.includes(typed));
          assert.ok(isBound, `${typed} is no parameter`);
        }
      },
    },
  ],
};

export default exercise;
