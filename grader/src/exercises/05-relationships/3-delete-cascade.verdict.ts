import type { Exercise, Json, Random } from "../../judge/exercise.js";

type Shelves = number[][];

const deletes = "deletes what belongs to it, and what belongs to that";

/** Shelves with books, each of which has some copies. */
const shelves = (random: Random, counts: readonly number[]): Shelves =>
  counts.map((count) => Array.from({ length: count }, () => random.integer(1, 4)));

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** Rows of shelves, books, copies, and signs, of which the first shelf has the only one. */
const counts = (all: Shelves, signs: number): Json => [
  all.length,
  sum(all.map(({ length }) => length)),
  sum(all.map(sum)),
  signs,
];

const exercise: Exercise = {
  id: "5.3",
  tests: [
    {
      name: deletes,
      points: 3,
      feedback:
        "A shelf was deleted, of which nothing was loaded. The numbers are the rows that are left of shelves, books, copies and signs: those of the other shelves only.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2, random.integer(1, 3)]) } };
      },
      judge({ observation, input, assert }) {
        const { shelves: all } = input as { shelves: Shelves };
        assert.equal(observation, counts(all.slice(1), 0));
      },
    },
    {
      name: "loads each level by one statement for each class",
      points: 3,
      needs: deletes,
      feedback:
        "All rows of one class that stand on a level are asked for together: one SELECT for the books of all shelves, one for their signs, one for the copies of all books. Each table then takes one DELETE.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 3, 2]) } };
      },
      judge({ observation, assert }) {
        const sent = observation as string[];
        assert.equal(
          sent.filter((text) => text.startsWith("SELECT")).sort(),
          ["SELECT books", "SELECT copies", "SELECT signs"],
          "what was loaded",
        );
        const written = sent.filter((text) => !text.startsWith("SELECT"));
        const tables = ["books", "copies", "shelves", "signs"];
        assert.equal(
          written.filter((text) => text !== "DELETE book_tags").sort(),
          tables.map((table) => `DELETE ${table}`),
          "what was written",
        );
      },
    },
    {
      name: "goes down a tree to its leaves",
      points: 3,
      needs: deletes,
      feedback:
        "Subjects have subjects below them, to any depth. When one is deleted, all that is below it goes, and nothing else.",
      async arrange({ random }) {
        const depth = random.integer(5, 8);
        // A trunk, and leaves beside it.
        const tree: (number | null)[] = [null];
        for (let level = 1; level < depth; level += 1) tree.push(level - 1);
        for (let leaf = 0; leaf < 6; leaf += 1) tree.push(random.integer(0, depth - 1));
        return { input: { tree, gone: random.integer(1, 2) } };
      },
      judge({ observation, input, assert }) {
        const { tree, gone } = input as { tree: (number | null)[]; gone: number };
        const isGone = (id: number | null): boolean =>
          id !== null && (id === gone || isGone(tree[id] ?? null));
        assert.is(observation, tree.filter((_, id) => !isGone(id)).length);
      },
    },
    {
      name: "deletes orphans, with what belongs to them",
      points: 3,
      needs: deletes,
      feedback:
        "A book was taken out of its shelf, and belongs to no other one. orphansOf(state) gives it; through discard it comes to the first level, beside what the program deletes.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [first, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        assert.equal(observation, {
          counts: counts([first.slice(1), other], 1),
          left: first.length - 1,
        });
      },
    },
    {
      name: "takes what goes out of what stays",
      points: 3,
      needs: deletes,
      feedback:
        "After the flush, a shelf's books should not hold a deleted book, nor a book's copies a deleted copy, also where the book knows its shelf by its key only, and where it was moved to another shelf just before. What is deleted keeps what it held.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [4, 1]) } };
      },
      judge({ observation, input, assert }) {
        const [[copies]] = (input as { shelves: Shelves }).shelves as [[number]];
        assert.equal(observation, {
          inMemory: [false, false, true, true, copies],
          byKey: false,
          moved: false,
        });
      },
    },
    {
      name: "takes it out of collections that have no other side",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A tag has no way back to its books. leaveCollections looks for the collections that hold it, once, with a Set of all that are gone.",
      async arrange({ random }) {
        return { input: { tags: random.integer(2, 5) } };
      },
      judge({ observation, input, assert }) {
        assert.equal(observation, { tags: (input as { tags: number }).tags - 1, books: 1 });
      },
    },
    {
      name: "lets new objects go, with what belongs to them",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A new book was put on a shelf that is deleted. It is pending, so expunge lets it go: nothing is inserted, it and its copies are transient afterwards, and it still holds the copies.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const all = (input as { shelves: Shelves }).shelves;
        assert.equal(observation, {
          states: ["transient", "transient"],
          kept: 1,
          inserts: 0,
          counts: counts(all.slice(1), 0),
        });
      },
    },
    {
      name: "can be rolled back",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "Until the commit, what went along is deleted; a rollback makes it persistent again, and the collections hold what they held. remember(state, instance) before the mark sees to it.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const all = (input as { shelves: Shelves }).shelves;
        const [first] = all as [number[]];
        const sizes = [first.length, first[0] as number];
        const back = "persistent";
        assert.equal(observation, {
          before: sizes,
          after: sizes,
          deleted: ["deleted", "deleted", "deleted"],
          states: [back, back, back, true, true],
          counts: counts(all, 1),
        });
      },
    },
    {
      name: "brings in what is in no session, but nothing without a row",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A shelf holds a book that has left the session: attach brings it in again, and it is deleted with its copies. And it holds a sign whose row is gone: withoutRow has it, and nothing is to be done for it.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        assert.equal(observation, {
          states: ["deleted", "detached"],
          counts: counts([other], 0),
        });
      },
    },
    {
      name: "deletes each object once",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A book that the program deletes, and its shelf as well, is marked once. And two subjects, each the parent of the other, don't keep the walk going for ever.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [first, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        assert.equal(observation, {
          marked: 1 + first.length + sum(first) + 1,
          counts: counts([other], 0),
          subjects: 0,
        });
      },
    },
  ],
};

export default exercise;
