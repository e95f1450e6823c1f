import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";
import { differences } from "../differences.js";

type Pairs = [child: number, parent: number][];
type Move = { child: number; from: number; to: number | null };
type Input = { authors: string[]; books: string[]; pairs: Pairs; moves: Move[]; editors: Pairs };

const gives = "gives one claim for each foreign key";
const counts = "lets the new parent count, whoever speaks first";

/** So many different words. */
function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** Authors, and books each of which has one of them. */
function library(random: Random) {
  const names = words(random, 8);
  const [authors, books] = [names.slice(0, 3), names.slice(3)];
  const pairs = books.map((_, book): Pairs[0] => [book, random.integer(0, 2)]);
  return { authors, books, pairs };
}

/** A few of the children, each with another parent than it had. */
function movesOf(random: Random, pairs: Pairs): Move[] {
  return random.shuffle(pairs.slice(0, 3)).map(([child, from]) => {
    return { child, from, to: (from + random.integer(1, 2)) % 3 };
  });
}

const print = (value: Json) => JSON.stringify(value);

/** `notes: author_id from Ada` */
const authorClaims = ({ authors, books }: Input, pairs: Pairs) =>
  pairs.map(([book, author]) => `${books[book]}: author_id from ${authors[author]}`);
const editorClaims = ({ authors, books }: Input, pairs: Pairs) =>
  pairs.map(([book, editor]) => `${books[book]}: editor_id from ${authors[editor]}`);

/** Compares claims, without regard to their order. */
function compareClaims(assert: Assert, seen: unknown, wanted: readonly string[], when = ""): void {
  const claims = seen as string[];
  const twice = claims.filter((one, place) => claims.indexOf(one) !== place);
  assert.ok(
    twice.length === 0,
    `${when}There are two claims for the same foreign key of one child: ${twice[0]}. addClaim keeps one of them.`,
  );
  const found = differences(claims, wanted);
  assert.ok(found === "", `${when}${found}`);
}

/** The three ways to lose a parent: what the program did, where the error should say it, and the property. */
const losses = [
  ["book.author was set to null", /^Book\.author\b.*\bset to null\b/, "Book.authorId"],
  ["an author was deleted, and her book was not", /^Author\.books\b.*\bdeleted\b/, "Book.authorId"],
  ["a chair was taken out of its room", /^Room\.chairs\b.*\blost\b/, "Chair.room"],
] as const;

const exercise: Exercise = {
  id: "5.1",
  tests: [
    {
      name: gives,
      points: 3,
      feedback:
        "The author's books and the book's author both claim the book's author_id for the same author. One claim is left.",
      async arrange({ random }) {
        return { input: library(random) };
      },
      judge({ observation, input, assert }) {
        const all = input as Input;
        compareClaims(assert, observation, authorClaims(all, all.pairs));
      },
    },
    {
      name: counts,
      points: 3,
      needs: gives,
      feedback:
        "A book came from one author to another. The old one's books say that it has no parent, the new one's and the book itself say which. The one with a parent counts, in whatever order they are asked.",
      async arrange({ random }) {
        const all = library(random);
        return { input: { ...all, moves: movesOf(random, all.pairs) } };
      },
      async judge({ observation, input, assert, sql }) {
        const all = input as Input;
        const moved = all.moves.map(({ child, to }): Pairs[0] => [child, to as number]);
        const claims = authorClaims(all, moved);
        const orders = [
          "The authors were asked first. ",
          "The authors were asked first, the last one before the others. ",
          "The books were asked first. ",
          "The books were asked first, then the authors, the last one before the others. ",
        ];
        for (const [index, order] of orders.entries()) {
          compareClaims(assert, (observation as string[][])[index], claims, order);
        }
        const rows = await sql(
          "SELECT b.name AS book, a.name AS author FROM books b JOIN authors a ON a.id = author_id",
        );
        const found = rows.map(({ book, author }) => `${book}: author_id from ${author}`);
        const now = all.pairs.map(
          ([book, author]): Pairs[0] => moved.find(([one]) => one === book) ?? [book, author],
        );
        assert.equal(found.sort(), authorClaims(all, now).sort(), "the rows");
      },
    },
    {
      name: "keeps two foreign keys of one child apart",
      points: 2,
      needs: gives,
      feedback:
        "A book has an author and an editor, by two foreign keys, so there are two claims of it, also when both are the same person.",
      async arrange({ random }) {
        const all = library(random);
        const editors = all.pairs.slice(0, 3).map(([book, author], index): Pairs[0] => {
          return [book, index === 0 ? author : random.integer(0, 2)];
        });
        return { input: { ...all, editors } };
      },
      judge({ observation, input, assert }) {
        const all = input as Input;
        const claims = [...authorClaims(all, all.pairs), ...editorClaims(all, all.editors)];
        compareClaims(assert, observation, claims);
      },
    },
    {
      name: "refuses to take away a parent that must be there",
      points: 3,
      needs: gives,
      feedback:
        "Book.authorId cannot be null, nor can Chair.room, one of the two columns of a chair's foreign key.",
      async arrange({ random }) {
        return { input: { names: words(random, 3) } };
      },
      judge({ observation, assert }) {
        for (const [index, [what, place, property]] of losses.entries()) {
          const seen = (observation as ({ code: string; message: string } | string)[])[index];
          const { code, message } =
            typeof seen === "string" || !seen ? { code: seen, message: "" } : seen;
          assert.is(code, "no-parent", `When ${what}, the flush should fail with this code.`);
          const says = `When ${what}, the message begins with the place, and says what happened.`;
          assert.match(message, place, says);
          const names = `When ${what}, the message names the class and the property that cannot be null.`;
          const pattern = new RegExp(`${property.replace(".", "\\.")}\\b.*\\bnull\\b`);
          assert.match(message, pattern, names);
        }
      },
    },
    {
      name: "refuses two parents for one child",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "An item that stands on two shelves is a mistake of the program. An author who is a book's editor too is none.",
      async arrange({ random }) {
        const [room, ...shelves] = words(random, 3) as [string, ...string[]];
        return { input: { room, shelves } };
      },
      judge({ observation, assert }) {
        const [two, same] = observation as [{ code: string; message: string } | string, Json];
        const text = typeof two === "string" ? `it was ${two}` : `${two.code}, ${two.message}`;
        const message =
          "Shelf.items of two objects give one object of class Item two different parents.";
        const error = `An item on two shelves should be refused with twoParents(…). Instead: ${text}`;
        assert.ok(text === `two-parents, ${message}`, error);
        const both = `The same author for both keys of a book is no mistake, but ${print(same)}`;
        assert.ok(same === "flushed", both);
      },
    },
    {
      name: "moves what has no way back",
      points: 2,
      hidden: true,
      needs: counts,
      feedback:
        "Only the shelves speak here, for an item has no way back to its shelf: the old one lets go of it, the new one takes it. Where none takes it, the claim of the old one is left, and it is without a parent.",
      async arrange({ random }) {
        const [room, ...names] = words(random, 8) as [string, ...string[]];
        const [shelves, items] = [names.slice(0, 3), names.slice(3)];
        const moves = items.map((_, child): Move => {
          const from = random.integer(0, 2);
          return { child, from, to: child === 0 ? null : (from + random.integer(1, 2)) % 3 };
        });
        return { input: { room, shelves, items, moves: random.shuffle(moves) } };
      },
      async judge({ observation, input, assert, sql }) {
        const { shelves, items, moves } = input as {
          shelves: string[];
          items: string[];
          moves: Move[];
        };
        const shelfOf = (to: number | null) => (to === null ? undefined : shelves[to]);
        const claims = moves.map(
          ({ child, to }) => `${items[child]}: room+shelf from ${shelfOf(to) ?? "nobody"}`,
        );
        const { one, other } = observation as { one: string[]; other: string[] };
        compareClaims(assert, one, claims);
        compareClaims(assert, other, claims, "The shelves were asked the other way round. ");
        const rows = await sql("SELECT name, shelf FROM items");
        const found = rows.map(({ name, shelf }) => `${name} on ${shelf}`);
        const now = moves.map(({ child, to }) => `${items[child]} on ${shelfOf(to) ?? null}`);
        const wrong = differences(found, now);
        assert.ok(wrong === "", `The claims are right, but not the rows. ${wrong}`);
      },
    },
    {
      name: "sets to NULL what may be NULL",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "A book may lose its editor, for editor_id can be NULL. Then the claim without a parent is left, and the flush writes it.",
      async arrange({ random }) {
        const all = library(random);
        return { input: { ...all, editors: all.pairs.slice(0, 2) } };
      },
      async judge({ observation, input, assert, sql }) {
        const all = input as Input;
        const wanted = all.editors.map(([book]) => `${all.books[book]}: editor_id from nobody`);
        compareClaims(assert, observation, wanted);
        const [row] = await sql("SELECT COUNT(editor_id) AS n FROM books");
        assert.ok(Number(row?.n) === 0, `${row?.n} rows still have an editor.`);
      },
    },
  ],
};

export default exercise;
