import type { Exercise, Random } from "../../judge/exercise.js";

const all = "loads for all that came with the object";
const together = "takes along all who ask before it begins";

/** So many authors, with so many books each. */
const counts = (random: Random, authors: number) =>
  Array.from({ length: authors }, () => random.integer(0, 4));

/** The keys of some authors, from 1 on. */
const keysOf = (random: Random, authors: number, count: number) =>
  random.shuffle(Array.from({ length: authors }, (_, index) => index + 1)).slice(0, count);

const booksOf = (list: number[], keys: readonly number[]) => keys.map((key) => list[key - 1]);

const exercise: Exercise = {
  id: "5.7",
  tests: [
    {
      name: all,
      points: 5,
      feedback:
        "One author was asked for its books, of several that came by one statement. One SELECT should load the books of all of them, and the result is the author's own list.",
      async arrange({ random }) {
        const list = counts(random, 5);
        return { input: { counts: list, asked: random.integer(0, 4) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list } = input as { counts: number[] };
        assert.equal(observation, { isSame: true, sent: ["books for 5"], books: list });
      },
    },
    {
      name: "needs no statement for what is in memory",
      points: 2,
      needs: all,
      feedback:
        "What is in memory is given as it is, and an object that has no row yet has what it was given: nothing is sent.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 3) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list } = input as { counts: number[] };
        assert.equal(observation, { books: list, nothing: [0, null], sent: [] });
      },
    },
    {
      name: together,
      points: 4,
      needs: all,
      feedback:
        "These authors came one by one, so they are no siblings. But all of them ask before the load begins: the first starts it, the others find it in waiting and join.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 6), keys: keysOf(random, 6, 4) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: number[] };
        assert.equal(observation, { books: booksOf(list, keys), sent: ["books for 4"] });
      },
    },
    {
      name: "begins anew for who asks later",
      points: 2,
      needs: together,
      feedback:
        "A load that has begun takes nobody along any more. So it leaves the map when its work begins, and who asks later, be it while it is under way, gets a load of its own.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 5), keys: keysOf(random, 5, 3) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: number[] };
        const sent = ["books for 1", "books for 1", "books for 1"];
        assert.equal(observation, { books: booksOf(list, keys), sent });
      },
    },
    {
      name: "keeps relationships and sessions apart",
      points: 2,
      hidden: true,
      needs: together,
      feedback:
        "Loads wait by session and by relationship: the books of two authors of one session are one load, their publishers another, and the books of the same author in another session a third.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 4), keys: keysOf(random, 4, 2) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: [number, number] };
        assert.equal(observation, {
          books: booksOf(list, [keys[0], keys[1], keys[0]]),
          publisher: `publisher ${keys[1]}`,
          apart: true,
          sent: ["books for 1", "books for 2", "publishers for 1"],
        });
      },
    },
    {
      name: "lets a failure go with the load that failed",
      points: 1,
      hidden: true,
      needs: together,
      feedback:
        "What was flushed before the load was refused, so the load never began. Who has asked gets the error. Who asks later, after a rollback, should get books: a load that has ended, well or not, must not stand in the map.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 4), keys: keysOf(random, 4, 2) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: number[] };
        assert.equal(observation, {
          isFailed: true,
          books: booksOf(list, keys),
          sent: ["books for 2"],
        });
      },
    },
    {
      name: "loads for those that are still in the session",
      points: 2,
      hidden: true,
      needs: all,
      feedback:
        "A sibling that left the session is not loaded for. Asked itself, it says that it is in no session; and in another session, it can be asked again.",
      async arrange({ random }) {
        const [asked, gone] = random.shuffle([0, 1, 2, 3]) as [number, number];
        return { input: { counts: counts(random, 4), asked, gone } };
      },
      judge({ observation, input, assert }) {
        const {
          counts: list,
          asked,
          gone,
        } = input as {
          counts: number[];
          asked: number;
          gone: number;
        };
        assert.equal(observation, {
          books: list[asked],
          first: ["books for 3"],
          outcome: "detached",
          own: list[gone],
          second: ["books for 1"],
        });
      },
    },
    {
      name: "looks through a list of siblings once",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "All authors of one statement hold the very same list of siblings. When all of them ask, the list should be looked through once: a Set of the lists has it once.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 12) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list } = input as { counts: number[] };
        assert.equal(observation, { few: true, books: list, sent: ["books for 12"] });
      },
    },
    {
      name: "refuses what was forbidden, and what is in no session",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "refuseRaised throws for a session with raiseload, and for what a select forbade, and for that relationship only; a sibling for which it was forbidden is not loaded for. Without a session, detached says what to do.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 3), asked: random.integer(0, 2) } };
      },
      judge({ observation, assert }) {
        assert.equal(observation, {
          ...{ forbidden: "raiseload", refused: "raiseload", publisher: "loaded" },
          ...{ others: ["books for 2"], detached: "detached", sent: [] },
        });
      },
    },
  ],
};

export default exercise;
