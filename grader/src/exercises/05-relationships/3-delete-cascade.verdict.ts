import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

type Shelves = number[][];

const deletes = "deletes what belongs to it, and what belongs to that";

/** Shelves with books, each of which has some copies. */
const shelves = (random: Random, counts: readonly number[]): Shelves =>
  counts.map((count) => Array.from({ length: count }, () => random.integer(1, 4)));

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

type Counts = { shelves: number; books: number; copies: number; signs: number };

/** The rows of all tables; the first shelf has the only sign. */
const counts = (all: Shelves, signs: number): Counts => ({
  shelves: all.length,
  books: sum(all.map(({ length }) => length)),
  copies: sum(all.map(sum)),
  signs,
});

/** Compares the rows that are left, and says of which table there are too many or too few. */
function compareRows(assert: Assert, seen: Json, wanted: Counts, when: string): void {
  for (const [table, count] of Object.entries(wanted)) {
    const left = (seen as Counts)[table as keyof Counts];
    assert.ok(
      left === count,
      `${when}, ${count} rows of ${table} should be left. There are ${left}.`,
    );
  }
}

/** What a flush came to, where it should have gone well. */
function checkFlushed(assert: Assert, outcome: Json): void {
  assert.ok(outcome === "flushed", `The flush failed with an error of the code "${outcome}".`);
}

const exercise: Exercise = {
  id: "5.3",
  tests: [
    {
      name: deletes,
      points: 3,
      feedback:
        "A shelf was deleted, of which nothing was loaded. Its books and signs go with it, and the copies of these books.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2, random.integer(1, 3)]) } };
      },
      judge({ observation, input, assert }) {
        const { shelves: all } = input as { shelves: Shelves };
        compareRows(assert, observation, counts(all.slice(1), 0), "Afterwards");
      },
    },
    {
      name: "loads each level by one statement for each class",
      points: 2,
      needs: deletes,
      feedback:
        "All rows of one class that stand on a level are asked for together, whichever shelf or book they belong to.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 3, 2]) } };
      },
      judge({ observation, assert }) {
        const sent = observation as string[];
        assert.equal(
          sent.filter((text) => text.startsWith("SELECT")).sort(),
          ["SELECT books", "SELECT copies", "SELECT signs"],
          "What belongs to the shelves was to be loaded by these statements.",
        );
        const written = sent.filter((text) => !text.startsWith("SELECT"));
        const tables = ["books", "copies", "shelves", "signs"];
        assert.equal(
          written.filter((text) => text !== "DELETE book_tags").sort(),
          tables.map((table) => `DELETE ${table}`),
          "The tables were to be written by these statements.",
        );
      },
    },
    {
      name: "goes down a tree to its leaves",
      points: 2,
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
        const left = tree.filter((_, id) => !isGone(id)).length;
        assert.is(observation, left, `Of ${tree.length} subjects so many should be left.`);
      },
    },
    {
      name: "deletes orphans, with what belongs to them",
      points: 3,
      needs: deletes,
      feedback:
        "A book was taken out of its shelf, and belongs to no other one. orphansOf(state) gives it.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [first, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        const { counts: rows, left } = observation as { counts: Json; left: number };
        const held = `The shelf should hold ${first.length - 1} books afterwards. It holds ${left}.`;
        assert.ok(left === first.length - 1, held);
        compareRows(assert, rows, counts([first.slice(1), other], 1), "Without the orphan");
      },
    },
    {
      name: "takes what goes out of what stays",
      points: 3,
      needs: deletes,
      feedback:
        "leave(row) takes what was deleted out of the objects that stay, and leaves the deleted object itself as it was.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [4, 1]) } };
      },
      judge({ observation, input, assert }) {
        const [[copies]] = (input as { shelves: Shelves }).shelves as [[number]];
        const seen = observation as Record<string, Json>;
        assert.ok(
          seen.shelfHolds === false,
          "After the flush a shelf's books still hold a deleted book.",
        );
        assert.ok(
          seen.bookHolds === false,
          "After the flush a book's copies still hold a deleted copy.",
        );
        assert.ok(
          seen.keepsShelf === true,
          "The deleted book lost its shelf. It should keep what it held.",
        );
        assert.ok(
          seen.keepsBook === true,
          "The deleted copy lost its book. It should keep what it held.",
        );
        assert.ok(
          seen.keepsCopies === copies,
          `The deleted book held ${copies} copies, and now ${seen.keepsCopies}. It should keep what it held.`,
        );
        const byKey =
          "A deleted book had its shelf's key, but not the shelf, in memory. The shelf still holds it: parentByKey gives the shelf.";
        assert.ok(seen.byKey === false, byKey);
        const moved =
          "A book was moved to another shelf and deleted before any flush. That other shelf still holds it.";
        assert.ok(seen.moved === false, moved);
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
        const { tags, books } = observation as { tags: number; books: number };
        const left = (input as { tags: number }).tags - 1;
        assert.ok(
          tags === left,
          `A tag was deleted. Its book should hold ${left} others, and holds ${tags}.`,
        );
        assert.ok(books === 1, `The shelf should hold its book as before. It holds ${books}.`);
      },
    },
    {
      name: "lets new objects go, with what belongs to them",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A new book, with a new copy, was put on a shelf that is deleted. Both are pending, so expunge lets them go.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const all = (input as { shelves: Shelves }).shelves;
        const seen = observation as {
          outcome: Json;
          states: string[];
          kept: number;
          inserts: number;
          counts: Json;
        };
        checkFlushed(assert, seen.outcome);
        assert.ok(
          seen.inserts === 0,
          `Nothing should be inserted. There were ${seen.inserts} INSERTs.`,
        );
        for (const [place, what] of ["book", "copy"].entries()) {
          const state = seen.states[place];
          const should = `The new ${what} should be "transient" afterwards. It is "${state}".`;
          assert.ok(state === "transient", should);
        }
        assert.ok(seen.kept === 1, "The new book should still hold its copy.");
        compareRows(assert, seen.counts, counts(all.slice(1), 0), "Afterwards");
      },
    },
    {
      name: "can be rolled back",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A shelf was deleted, with a new book on it, and flushed. Then the session was rolled back.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const all = (input as { shelves: Shelves }).shelves;
        const [first] = all as [number[]];
        const sizes = [first.length, first[0] as number];
        const back = "persistent";
        const seen = observation as {
          outcome: Json;
          before: number[];
          after: number[];
          deleted: string[];
          states: Json[];
          counts: Json;
        };
        checkFlushed(assert, seen.outcome);
        for (const [place, what] of ["shelf", "book", "copy"].entries()) {
          const then = seen.deleted[place];
          const flushed = `After the flush the ${what} should be "deleted". It is "${then}".`;
          assert.ok(then === "deleted", flushed);
          const now = seen.states[place];
          const remembered = `After the rollback the ${what} should be "${back}". It is "${now}". Did you remember it before you marked it?`;
          assert.ok(now === back, remembered);
        }
        for (const [place, what] of ["shelf's books", "book's copies"].entries()) {
          const [had, has] = [sizes[place], seen.after[place]];
          const full = `The ${what} were ${had} before. After the rollback they are ${has}.`;
          assert.ok(seen.before[place] === had && has === had, full);
        }
        assert.ok(seen.states[3] === true, "After the rollback the book does not know its shelf.");
        assert.ok(seen.states[4] === true, "After the rollback the copy does not know its book.");
        compareRows(assert, seen.counts, counts(all, 1), "After the rollback");
      },
    },
    {
      name: "brings in what is in no session, but nothing without a row",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A deleted shelf holds a book that has left the session, and a sign whose row is gone already.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [3, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        const { outcome, book, sign, counts: rows } = observation as Record<string, Json>;
        checkFlushed(assert, outcome as Json);
        const attached = `The book should be brought in and "deleted" with its shelf. It is "${book}".`;
        assert.ok(book === "deleted", attached);
        const gone = `withoutRow has the sign, so it should stay "detached". It is "${sign}".`;
        assert.ok(sign === "detached", gone);
        compareRows(assert, rows as Json, counts([other], 0), "Afterwards");
      },
    },
    {
      name: "refuses to delete what another session has",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "A deleted shelf holds a sign that left its session and was added to another one. attach refuses it, so the flush fails, and nothing is deleted.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const { outcome, counts: rows } = observation as Record<string, Json>;
        const refused = `The flush should fail with an error of the code "other-session". It was: ${outcome}.`;
        assert.ok(outcome === "other-session", refused);
        const all = (input as { shelves: Shelves }).shelves;
        compareRows(assert, rows as Json, counts(all, 1), "Afterwards");
      },
    },
    {
      name: "leaves what an earlier flush has deleted",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        'A sign was deleted and flushed, not yet committed, when its shelf was deleted too. The sign is "deleted" and in state.removed no more. Nothing is to be done for it.',
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const { outcome, signs, counts: rows } = observation as Record<string, Json>;
        checkFlushed(assert, outcome as Json);
        const once = `The sign takes one DELETE, in the first flush. There were ${signs} in all.`;
        assert.ok(signs === 1, once);
        const [, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        compareRows(assert, rows as Json, counts([other], 0), "Afterwards");
      },
    },
    {
      name: "deletes each object once",
      points: 1,
      hidden: true,
      needs: deletes,
      feedback:
        "The program deletes a book and its shelf as well. And it deletes one of two subjects, each of which is the parent of the other.",
      async arrange({ random }) {
        return { input: { shelves: shelves(random, [2, 2]) } };
      },
      judge({ observation, input, assert }) {
        const [first, other] = (input as { shelves: Shelves }).shelves as [number[], number[]];
        const seen = observation as { marked: number; counts: Json; subjects: number };
        const marks = 1 + first.length + sum(first) + 1;
        const once = `state.removed should hold ${marks} objects, each once. It holds ${seen.marked}.`;
        assert.ok(seen.marked === marks, once);
        compareRows(assert, seen.counts, counts([other], 0), "Afterwards");
        assert.ok(seen.subjects === 0, `Both subjects should be gone. ${seen.subjects} are left.`);
      },
    },
  ],
};

export default exercise;
