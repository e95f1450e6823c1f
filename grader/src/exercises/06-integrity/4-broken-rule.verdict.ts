import type { Exercise, Json } from "../../judge/exercise.js";

const knows = "knows the rules of a table by their names";
const finds = "finds the table that is meant";
const names = "names class and property of a key";

type Seen = [
  what: string,
  name: string,
  code: string,
  entity: string,
  property: string | null,
  message: RegExp,
];

/** Compares each broken rule with what the error should say, as texts that a reader can read. */
function compare(rules: Seen[]) {
  return {
    async arrange({ random }: { random: { shuffle<T>(list: readonly T[]): T[] } }) {
      return { input: random.shuffle(rules.map(([what]) => what)) };
    },
    judge({ observation, input, assert }: { observation: Json; input: Json; assert: Check }) {
      const expected = (input as string[]).map((what) => {
        const [, name, code, entity, property] = rules.find(([one]) => one === what) as Seen;
        return `${what}: ${name} ${code}, ${entity}.${property}`;
      });
      const seen = (observation as Record<string, Json>[]).map((error, at) => {
        const { name, code, entity, property } = error;
        return `${(input as string[])[at]}: ${name} ${code}, ${entity}.${property}`;
      });
      assert.equal(seen, expected);
      for (const [at, error] of (observation as { message: string }[]).entries()) {
        const [, , , , , message] = rules.find(([one]) => one === (input as string[])[at]) as Seen;
        assert.match(error.message, message);
      }
    },
  };
}
interface Check {
  equal(actual: unknown, expected: unknown, message?: string): void;
  match(actual: string, expected: RegExp): void;
}

const exercise: Exercise = {
  id: "6.4",
  tests: [
    {
      name: knows,
      points: 4,
      feedback:
        "The primary key and the unique keys stand under table.key, the foreign keys and checks under their own names; each with the names of its columns. The columns of a check are words of its SQL, and a column is one only as a whole word.",
      judge({ observation, assert }) {
        assert.equal(observation, [
          [
            "book_tags.PRIMARY: book_id,tag_id",
            "fk_book_tags_book_id_books: book_id",
            "fk_book_tags_tag_id_tags: tag_id",
          ],
          [
            "books.PRIMARY: id",
            "books.uq_books_title_shelf_mark: title,shelf_mark",
            "ck_books_1: sale,list_price",
          ],
          ["ck_closed_1: ", "closed.PRIMARY: id"],
          [
            "ck_copies_1: label",
            "copies.PRIMARY: id",
            "copies.uq_copies_label: label",
            "fk_copies_book_id_books: book_id",
          ],
          ["tags.PRIMARY: id"],
        ]);
      },
    },
    {
      name: finds,
      points: 3,
      needs: knows,
      feedback:
        "A rule belongs to one table. A column may be in several: then it is the table that has it and stands first in the statement, which need not be the first table of the list, nor the first word that is a table's name.",
      async arrange({ random }) {
        const cases: [named: Json, statement: string, table: string | null][] = [
          [{ rule: "copies.uq_copies_label" }, "INSERT INTO tags", "copies"],
          [{ rule: "ck_books_1" }, "", "books"],
          [{ rule: "fk_book_tags_tag_id_tags" }, "DELETE FROM tags", "book_tags"],
          [{ rule: "uq_copies_label" }, "INSERT INTO copies", null],
          [
            { column: "title" },
            "INSERT INTO `copies` (`title`) SELECT `title` FROM `books`",
            "copies",
          ],
          [{ column: "title" }, "UPDATE books, copies SET books.title = ?", "books"],
          [{ column: "shelf_mark" }, "UPDATE copies, books SET shelf_mark = ?", "books"],
          [{ column: "title" }, "INSERT INTO old_books SELECT title FROM copies", "copies"],
          [{ column: "title" }, "UPDATE tags SET name = ?", null],
          [{ column: "pages" }, "UPDATE books SET pages = ?", null],
          [{}, "UPDATE books SET title = ?", null],
        ];
        const shuffled = random.shuffle(cases);
        return {
          input: shuffled.map(([named, statement]) => ({ named, statement })),
          secret: shuffled.map(([, , table]) => table),
        };
      },
      judge({ observation, input, secret, assert }) {
        const told = (tables: Json) =>
          (input as Json[]).map((one, at) => `${JSON.stringify(one)}: ${(tables as Json[])[at]}`);
        assert.equal(told(observation), told(secret));
      },
    },
    {
      name: names,
      points: 4,
      needs: finds,
      feedback:
        "The error should have the class and the property, several of them joined by a comma and a blank, and its message should begin with them: Copy.label: Duplicate entry …",
      ...compare([
        [
          "unique",
          "IntegrityError",
          "duplicate-key",
          "Copy",
          "label",
          /^Copy\.label: Duplicate entry 'A-1' for key/,
        ],
        [
          "unique of two",
          "IntegrityError",
          "duplicate-key",
          "Book",
          "title, shelfMark",
          /^Book\.title, shelfMark: Duplicate entry 'Notes-A' for key/,
        ],
        [
          "primary key",
          "IntegrityError",
          "duplicate-key",
          "Tag",
          "id",
          /^Tag\.id: Duplicate entry '1' for key/,
        ],
      ]),
    },
    {
      name: "names class and property of every other rule",
      points: 3,
      hidden: true,
      needs: names,
      feedback:
        "Foreign keys and checks, columns that may not be NULL, values that are too long: all of them name a rule or a column. The class of the new error is that of the old one. A table between two classes is called by its name, and its columns, which are nobody's properties, by theirs.",
      ...compare([
        [
          "foreign key",
          "IntegrityError",
          "foreign-key",
          "Copy",
          "bookId",
          /^Copy\.bookId: Cannot add or update/,
        ],
        [
          "foreign key of others",
          "IntegrityError",
          "foreign-key",
          "Copy",
          "bookId",
          /^Copy\.bookId: Cannot delete/,
        ],
        [
          "between two classes",
          "IntegrityError",
          "foreign-key",
          "book_tags",
          "tag_id",
          /^book_tags\.tag_id: Cannot/,
        ],
        ["check", "IntegrityError", "check", "Copy", "label", /^Copy\.label: Check constraint/],
        [
          "check of two",
          "IntegrityError",
          "check",
          "Book",
          "sale, listPrice",
          /^Book\.sale, listPrice: Check constraint/,
        ],
        [
          "check of no column",
          "IntegrityError",
          "check",
          "Closed",
          null,
          /^Closed: Check constraint/,
        ],
        [
          "not null",
          "IntegrityError",
          "not-null",
          "Book",
          "shelfMark",
          /^Book\.shelfMark: Column 'shelf_mark'/,
        ],
        ["too long", "DataError", "too-long", "Tag", "name", /^Tag\.name: Data too long/],
        [
          "too long, in the second table",
          "DataError",
          "too-long",
          "Copy",
          "title",
          /^Copy\.title: Data too long/,
        ],
      ]),
    },
    {
      name: "keeps what the error knew",
      points: 2,
      hidden: true,
      needs: names,
      feedback:
        "The new error should know all that the old one did: constraint, number, statement, parameters, cause, and one hint. { ...error } brings only what is enumerable, and the message that the hint was written into is not the server's.",
      judge({ observation, assert }) {
        assert.equal(observation, {
          constraint: "copies.uq_copies_label",
          number: 1062,
          statement: "INSERT INTO `copie",
          parameters: true,
          cause: true,
          hints: 1,
          hint: "A row with this key is there already.",
        });
      },
    },
    {
      name: "gives advice when a delete is waiting",
      points: 2,
      hidden: true,
      needs: names,
      feedback:
        "A key is taken by an object that the same flush would have deleted: then the hint is deletesLast. Only for a duplicate key, and only when something is to be deleted.",
      judge({ observation, assert }) {
        const { taken, missing } = observation as { taken: string; missing: string };
        assert.match(taken, /A flush sends its deletes last/);
        assert.not.match(missing, /deletes last/);
      },
    },
    {
      name: "leaves every other error as it is",
      points: 2,
      hidden: true,
      needs: names,
      feedback:
        "What is no IntegrityError or DataError is given back, that very object. So is an error whose rule no table of the session's classes has; a session that has met no class knows no table.",
      judge({ observation, assert }) {
        const { same, unmet } = observation as { same: Json; unmet: string };
        assert.equal(same, [true, true, true, true]);
        assert.match(unmet, /^Duplicate entry '1' for key/);
      },
    },
  ],
};

export default exercise;
