import type { Assert, Exercise, Random } from "../../judge/exercise.js";
import { differences } from "../differences.js";

type Pairs = [one: number, other: number][];

const asks = "asks for a row for each pair";
const once = "asks for a row once, though both sides hold it";

/** So many different words. */
function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** Some pairs of these many on each side, each once. */
function pairsOf(random: Random, ones: number, others: number, count: number): Pairs {
  const all: Pairs = [];
  for (let one = 0; one < ones; one += 1) {
    for (let other = 0; other < others; other += 1) all.push([one, other]);
  }
  return random.shuffle(all).slice(0, count);
}

/** Compares what is asked for, without regard to its order. */
function compareChanges(assert: Assert, seen: unknown, wanted: readonly string[]): void {
  const found = differences(seen as string[], wanted);
  assert.ok(found === "", found);
}

/** Compares the statements on a table between: their first words. */
function compareSent(assert: Assert, when: string, sent: string[], wanted: string[]): void {
  const told = (list: readonly string[]) => (list.length === 0 ? "nothing" : list.join(", "));
  const message = `${when}, ${told(wanted)} should be sent to the table between. It was ${told(sent)}.`;
  assert.ok(told(sent) === told(wanted), message);
}

const exercise: Exercise = {
  id: "5.2",
  tests: [
    {
      name: asks,
      points: 3,
      feedback:
        "linksOf gives a change of the action add for each object that came, and linkOf says of it the table and two ends: an instance and the columns that point at it, in the order of the table's columns. A shelf has a key of two columns here, which are behind the label's in the table.",
      async arrange({ random }) {
        const [room, ...names] = words(random, 6) as [string, ...string[]];
        const [shelves, labels] = [names.slice(0, 2), names.slice(2)];
        return { input: { room, shelves, labels, pairs: pairsOf(random, 2, 3, 4) } };
      },
      judge({ observation, input, assert }) {
        const { shelves, labels, pairs } = input as {
          shelves: string[];
          labels: string[];
          pairs: Pairs;
        };
        const changes = pairs.map(
          ([one, other]) =>
            `add shelf_labels ${labels[other]} by label_id, ${shelves[one]} by room+shelf`,
        );
        compareChanges(assert, observation, changes);
      },
    },
    {
      name: once,
      points: 3,
      needs: asks,
      feedback:
        "A book holds its tag and the tag its book, so both ask for the same row. withoutTwins keeps one of the two changes, and never takes two different rows for the same.",
      async arrange({ random }) {
        const names = words(random, 7);
        return {
          input: {
            books: names.slice(0, 4),
            tags: names.slice(4),
            pairs: pairsOf(random, 4, 3, 7),
          },
        };
      },
      judge({ observation, input, assert }) {
        const { books, tags, pairs } = input as { books: string[]; tags: string[]; pairs: Pairs };
        const changes = pairs.map(
          ([one, other]) => `add book_tags ${tags[other]} by tag_id, ${books[one]} by book_id`,
        );
        compareChanges(assert, observation, changes);
      },
    },
    {
      name: "writes what changed since the last flush",
      points: 4,
      needs: asks,
      feedback:
        "After the second flush, the table between should hold exactly the pairs that are there now. Rows that go are removed, rows that came are added, each once.",
      async arrange({ random }) {
        const before = pairsOf(random, 3, 4, 7);
        const all = pairsOf(random, 3, 4, 12);
        const isOld = ([one, other]: Pairs[0]) =>
          before.some(([book, tag]) => book === one && tag === other);
        const added = all.filter((pair) => !isOld(pair)).slice(0, 3);
        return { input: { before, after: [...before.slice(0, 4), ...added] } };
      },
      async judge({ observation, input, assert, sql }) {
        const { after } = input as { after: Pairs };
        const rows = await sql("SELECT book_id, tag_id FROM book_tags");
        const found = rows.map(({ book_id, tag_id }) => `book ${book_id}, tag ${tag_id}`);
        const wanted = after.map(([book, tag]) => `book ${book + 1}, tag ${tag + 1}`);
        assert.equal(found.sort(), wanted.sort(), "the rows");
        assert.equal(observation, { first: ["INSERT"], second: ["DELETE", "INSERT"] });
      },
    },
    {
      name: "removes all rows of what is deleted, by one change",
      points: 3,
      needs: asks,
      feedback:
        "An object that is deleted asks for one change, remove, with itself as the only end, whether its rows are in memory or not. The rows have to be gone before it is.",
      async arrange({ random }) {
        const gone = random.shuffle([1, 2, 3, 4]).slice(0, 2);
        return { input: { tags: random.integer(2, 5), gone } };
      },
      async judge({ observation, input, assert, sql }) {
        const { gone, tags } = input as { gone: number[]; tags: number };
        const changes = [`remove book_tags book ${gone[0]} by book_id`];
        assert.equal(observation, { changes, sent: ["DELETE"] });
        const [row] = await sql("SELECT COUNT(*) AS n FROM book_tags");
        assert.is(Number(row?.n), 2 * tags, "the rows of the books that stay");
      },
    },
    {
      name: "tells who follows whom",
      points: 2,
      hidden: true,
      needs: once,
      feedback:
        "When two people follow each other, it is two rows: the same two instances, but by other columns. And both ends of a row can be the same person.",
      async arrange({ random }) {
        const people = words(random, 4);
        const [one, other, third] = random.shuffle([0, 1, 2, 3]) as [number, number, number];
        const pairs: Pairs = [
          [one, other],
          [other, one],
          [third, third],
          [third, one],
        ];
        return { input: { people, pairs } };
      },
      judge({ observation, input, assert }) {
        const { people, pairs } = input as { people: string[]; pairs: Pairs };
        const changes = pairs.map(
          ([one, other]) =>
            `add follows ${people[other]} by followed_id, ${people[one]} by follower_id`,
        );
        compareChanges(assert, observation, changes);
      },
    },
    {
      name: "keeps tables apart whose names are alike",
      points: 1,
      hidden: true,
      needs: once,
      feedback:
        "A visitor has lists of books in two tables, picks_1 and picks_11. Many rows of one look much like those of the other, and no two of them are the same.",
      async arrange({ random }) {
        return { input: { visitor: random.word(), books: 15 } };
      },
      judge({ observation, input, assert }) {
        const { visitor, books } = input as { visitor: string; books: number };
        const changes = ["picks_1", "picks_11"].flatMap((table) =>
          Array.from(
            { length: books },
            (_, place) => `add ${table} book ${place + 1} by book_id, ${visitor} by visitor_id`,
          ),
        );
        compareChanges(assert, observation, changes);
      },
    },
    {
      name: "removes no row twice, and forgets none",
      points: 2,
      hidden: true,
      needs: "removes all rows of what is deleted, by one change",
      feedback:
        "A member that left may have lost its rows already, or will ask for them itself. Then the one that it left has nothing to remove.",
      async arrange() {
        return { input: null };
      },
      judge({ observation, assert }) {
        const { both, one, gone } = observation as Record<string, string[]>;
        compareSent(assert, "When a tag is deleted that its books hold", both ?? [], ["DELETE"]);
        compareSent(assert, "When a label is deleted that a shelf holds", one ?? [], ["DELETE"]);
        const left = "When a book leaves a reader's wishes whose DELETE was committed before";
        compareSent(assert, left, gone ?? [], []);
      },
    },
    {
      name: "sends nothing where there is nothing to remove",
      points: 1,
      hidden: true,
      needs: "removes all rows of what is deleted, by one change",
      feedback:
        "A deleted object asks for no change when there can be no row, or when the database removes the rows itself.",
      async arrange() {
        return { input: null };
      },
      judge({ observation, assert }) {
        const { plain, passive } = observation as Record<string, string[]>;
        const empty = "When a book is deleted that was saved without tags and got none since";
        compareSent(assert, empty, plain ?? [], []);
        const left = "When a reader is deleted whose wishes are declared with passiveDeletes";
        compareSent(assert, left, passive ?? [], []);
      },
    },
    {
      name: "refuses an object that will have no row",
      points: 1,
      hidden: true,
      needs: asks,
      feedback: "Before a pair is added, checkInSession sees the object that came.",
      async arrange() {
        return { input: null };
      },
      judge({ observation, assert }) {
        const [known, stranger] = observation as [string, string];
        assert.ok(
          known === "flushed",
          `A book of the session can be wished for. Instead: ${known}`,
        );
        const message = "Reader.wishes holds an object of class Book that is not in the session.";
        assert.ok(
          stranger === `not-in-session: ${message}`,
          `A book that no session knows should be refused by checkInSession. Instead: ${stranger}`,
        );
      },
    },
  ],
};

export default exercise;
