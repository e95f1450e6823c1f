import type { Exercise, Json, Random } from "../../judge/exercise.js";

const gives = "gives what each item is in each row";
const nothing = "gives null where a LEFT JOIN found nothing";
const together = "tells objects that they came together";

/** So many different numbers. */
function numbers(random: Random, count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) found.add(random.integer(1, 999));
  return [...found];
}

interface Book {
  id: number;
  title: string | null;
  sold: string | null;
  lent: number;
}

const someBook = (random: Random, id: number): Book => ({
  id,
  title: random.pick([null, random.word()]),
  sold: random.pick([null, `9007199254${random.integer(100000, 999999)}`]),
  lent: random.integer(0, 1),
});

/** A book as MySQL hands it out, and as it is in the program, as the probe shows it. */
const raw = (book: Book, author: number): Json[] => [...Object.values(book), author];
const read = (book: Book, author: number): Json[] => [
  `number ${book.id}`,
  book.title && `string ${book.title}`,
  book.sold && `bigint ${book.sold}`,
  `boolean ${book.lent === 1}`,
  `number ${author}`,
];

/** What a probe shows, by name. */
type Shown = { readonly [name: string]: Json };

const exercise: Exercise = {
  id: "4.4",
  tests: [
    {
      name: gives,
      points: 5,
      feedback:
        "There should be a list for each item, with what it is in each row: a value for an expression, and for a class the object that the loader gives. Convert all columns first. The loader gets the columns of that class alone.",
      async arrange({ random }) {
        const [one, other, ...ids] = numbers(random, 6) as [number, number, ...number[]];
        const [first, second] = [random.word(), random.word(4)];
        const books = ids.map((id) => someBook(random, id));
        const rows = random.shuffle([...books, books[0] as Book]).map((book) => {
          const author = books.indexOf(book) < 2 ? one : other;
          return { book, author, name: author === one ? first : second };
        });
        const column = <T>(make: (row: (typeof rows)[0]) => T) => rows.map(make);
        return {
          input: rows.map(({ book, author, name }) => [
            ...[name.length, name, author, book.lent],
            ...[...raw(book, author), book.sold],
          ]),
          secret: {
            items: [
              column(({ name }) => `number ${name.length}`),
              column(({ author }) => `Author ${author}`),
              column(({ book }) => `boolean ${book.lent === 1}`),
              column(({ book }) => `Book ${book.id}`),
              column(({ book }) => book.sold && `bigint ${book.sold}`),
            ],
            handed: [
              ...column(({ name, author }) => [`string ${name}`, `number ${author}`]),
              ...column(({ book, author }) => read(book, author)),
            ],
          },
        };
      },
      judge({ observation, secret, assert }) {
        const { items, handed } = observation as Record<string, Json[][]>;
        const right = secret as { items: Json[][]; handed: Json[][] };
        assert.equal(items, right.items, "the items");
        // Row by row or item by item, and an object that comes in many rows once or each time: all are good.
        const sorted = (rows: Json[][] = []) =>
          [...new Set(rows.map((row) => JSON.stringify(row)))].sort();
        assert.equal(sorted(handed), sorted(right.handed), "what the loader was handed");
      },
    },
    {
      name: nothing,
      points: 3,
      needs: gives,
      feedback:
        "With optional, an object is null when all columns of its primary key are null, wherever they stand among its columns. When one of two is there, the row is too.",
      async arrange({ random }) {
        const [author, one, other, seat] = numbers(random, 4) as [number, number, number, number];
        const book = (id: number) => raw(someBook(random, id), author);
        const [name, room, note] = [random.word(), random.word(), random.word()];
        return {
          input: [
            [name, author, ...book(one), room, null, seat],
            [name, author, ...book(one), null, note, null],
            [name, author, ...book(other), room, note, null],
            [name, author, ...book(other), null, note, seat],
            [name, author, ...book(other), null, null, null],
          ],
          secret: [
            Array(5).fill(`Author ${author}`),
            [one, one, other, other, other].map((id) => `Book ${id}`),
            [`Seat ${room}/${seat}`, null, `Seat ${room}/`, `Seat /${seat}`, null],
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: together,
      points: 4,
      needs: gives,
      feedback:
        "All objects of one item should share one list of siblings, and all of them should stand in its batches. Each item has a list of its own, and a class without relationships has none.",
      async arrange({ random }) {
        const [ada, bea, one, two, seat] = numbers(random, 5) as [
          ...[number, number, number],
          ...[number, number],
        ];
        const [first, second, room] = [random.word(), random.word(), random.word()];
        const book = (id: number, author: number) => raw(someBook(random, id), author);
        const none = [null, null, null, null, null];
        const authors = `list 0: Author ${ada}, Author ${bea}`;
        const books = `list 1: Book ${one}, Book ${two}`;
        return {
          input: [
            [first, ada, ...book(one, ada), room, null, seat],
            [first, ada, ...book(two, ada), null, null, null],
            [second, bea, ...none, room, null, seat],
            [second, bea, ...book(one, ada), null, null, null],
            [first, ada, ...book(two, ada), null, null, null],
          ],
          secret: {
            [`Author ${ada}`]: authors,
            [`Author ${bea}`]: authors,
            [`Book ${one}`]: books,
            [`Book ${two}`]: books,
            [`Seat ${room}/${seat}`]: "none",
          },
        };
      },
      judge({ observation, secret, assert }) {
        const entries = (of: Json) => Object.entries(of as object).sort();
        assert.equal(entries(observation), entries(secret));
      },
    },
    {
      name: "lets an object that is alone in its row keep it",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "When there is one item in all, the hidden ones counted, the loader should get the row itself, not a copy. When there are more, it gets a copy of its own columns.",
      async arrange({ random }) {
        const ids = numbers(random, 4);
        const rows = ids.map((id) => [random.word(), id, id + 1]);
        const all = (own: boolean) => ({
          own: ids.map(() => own),
          lengths: ids.map(() => 2),
        });
        return { input: rows, secret: [all(true), all(false), all(false)] };
      },
      judge({ observation, secret, assert }) {
        const cases = [
          "select(Author)",
          "select(Author, Book.c.id)",
          "select(Author), a hidden item",
        ];
        for (const [index, name] of cases.entries()) {
          const [handed, right] = [observation, secret].map((all) => (all as Json[])[index]);
          assert.equal(handed, right, `${name}: the loader was handed something else.`);
        }
      },
    },
    {
      name: "takes null for an object only after a LEFT JOIN",
      points: 1,
      hidden: true,
      needs: nothing,
      feedback:
        "optional is set when any of the joins is of the kind left, whichever item it is for. Without one, every row has an object.",
      async arrange({ random }) {
        const [one, other] = numbers(random, 2) as [number, number];
        const rows = [
          [random.word(), one, other],
          [null, null, null],
        ];
        return { input: rows, secret: [2, 1, 1] };
      },
      judge({ observation, secret, assert }) {
        const joins = ["a JOIN", "a LEFT JOIN of another item", "a LEFT JOIN and then a JOIN"];
        for (const [index, name] of joins.entries()) {
          const [loaded, right] = [observation, secret].map((all) => (all as Json[])[index]);
          const said = `With ${name}, of a row of values and one of nulls, you loaded ${Number(loaded)}.`;
          assert.is(loaded, right, said);
        }
      },
    },
    {
      name: "gives the hidden items behind the others",
      points: 1,
      hidden: true,
      needs: together,
      feedback:
        "The items are those of node.items, and behind them those of node.hidden. Hidden ones are converted, made and told of their siblings as the others are.",
      async arrange({ random }) {
        const [one, other, id, count] = numbers(random, 4) as [number, number, number, number];
        const [first, second] = [random.word(), random.word()];
        const book = someBook(random, id);
        const authors = `list 1: Author ${one}, Author ${other}`;
        return {
          input: [
            [first, ...raw(book, one), count, first, one],
            [second, ...raw(book, one), count + 1, second, other],
          ],
          secret: {
            items: [
              [`string ${first}`, `string ${second}`],
              [`Book ${id}`, `Book ${id}`],
              [`number ${count}`, `number ${count + 1}`],
              [`Author ${one}`, `Author ${other}`],
            ],
            families: {
              [`Book ${id}`]: `list 0: Book ${id}`,
              [`Author ${one}`]: authors,
              [`Author ${other}`]: authors,
            },
          },
        };
      },
      judge({ observation, secret, assert }) {
        const [{ items, families }, right] = [observation, secret] as [Shown, Shown];
        assert.equal(items, right.items, "The lists of the items are other ones.");
        assert.equal(families, right.families, "The siblings are other ones.");
      },
    },
    {
      name: "notes all objects of a batch",
      points: 1,
      hidden: true,
      needs: together,
      feedback:
        "noteSiblings passes over nulls, puts the batch into the list, and gives its objects that list, the one that the batches before it have. A later call with another list gives its objects the other one.",
      async arrange({ random }) {
        const places = random.shuffle([0, 1, 2, 3, 4, 0, 2, 3, -1, -1]);
        const once = (some: number[]) => ({
          same: true,
          ids: [...new Set(some)].filter((place) => place >= 0).map((place) => place + 1),
        });
        const secret = {
          all: once(places),
          again: once(places.slice(0, 3)),
          batches: once(places),
          nothing: { same: true, ids: [] },
        };
        return { input: places, secret };
      },
      judge({ observation, secret, assert }) {
        const [seen, right] = [observation, secret] as [Shown, Shown];
        assert.equal(seen.all, right.all, "objects that come several times, and nulls among them");
        assert.equal(seen.again, right.again, "a second call, with some of these objects");
        assert.equal(seen.batches, right.batches, "two batches of one list");
        assert.equal(seen.nothing, right.nothing, "a call with no object at all");
      },
    },
    {
      name: "reads rows of MySQL, and locked ones anew",
      points: 3,
      hidden: true,
      needs: gives,
      feedback:
        "A session should give objects and values of MySQL's rows, one object for one row. With locked, renew gives objects that the session had the values of the row; without it they keep theirs.",
      async arrange({ random }) {
        const [ada, grace, later] = [random.word(), random.word(4), random.word(5)];
        return {
          input: { ada, grace, later },
          secret: {
            seen: [
              [ada.length, ada, 1, "Notes", "9007199254740993", true],
              [ada.length, ada, 1, "none", "null", false],
              [grace.length, grace, 2, "none", "undefined", "nobody"],
            ],
            same: true,
            plain: [ada, grace],
            locked: [later],
            after: [later, grace],
          },
        };
      },
      judge({ observation, secret, assert }) {
        const [seen, right] = [observation, secret] as [Shown, Shown];
        assert.equal(
          seen.seen,
          right.seen,
          "The objects and values of a LEFT JOIN are other ones.",
        );
        assert.is(seen.same, right.same, "One row has given two objects.");
        assert.equal(seen.plain, right.plain, "Without a lock, objects keep their values.");
        assert.equal(seen.locked, right.locked, "With a lock, the row of now is what is read.");
        assert.equal(seen.after, right.after, "With a lock, an object of before has new values.");
      },
    },
  ],
};

export default exercise;
