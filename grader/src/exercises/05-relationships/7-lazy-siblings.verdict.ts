import type { Assert, Exercise, Random } from "../../judge/exercise.js";

const all = "loads for all that came with the object";
const together = "takes along all who ask before it begins";

/** So many authors, with so many books each. */
const counts = (random: Random, authors: number) =>
  Array.from({ length: authors }, () => random.integer(0, 4));

/** The keys of some authors, from 1 on. */
const keysOf = (random: Random, authors: number, count: number) =>
  random.shuffle(Array.from({ length: authors }, (_, index) => index + 1)).slice(0, count);

const booksOf = (list: number[], keys: readonly number[]) => keys.map((key) => list[key - 1]);

/** For a hidden test: says what was sent, and what would have been enough. */
function compareSent(assert: Assert, when: string, sent: string[], wanted: string[]): void {
  const told = (list: readonly string[]) => (list.length === 0 ? "nothing" : list.join(", "));
  const message = `${when}, SELECTs to be sent: ${told(wanted)}. Sent were: ${told(sent)}.`;
  assert.ok(told(sent) === told(wanted), message);
}

/** Says whose books were not the right ones: `sizes` and `wanted` are how many each of them has. */
function compareSizes(assert: Assert, sizes: unknown, wanted: readonly unknown[]): void {
  const message = `The lists of books should have these lengths: ${wanted}. They have: ${sizes}.`;
  assert.ok(String(sizes) === String(wanted), message);
}

const exercise: Exercise = {
  id: "5.7",
  tests: [
    {
      name: all,
      points: 4,
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
      points: 3,
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
        const seen = observation as {
          books: number[];
          publisher: string;
          apart: boolean;
          sent: string[];
        };
        compareSizes(assert, seen.books, booksOf(list, [keys[0], keys[1], keys[0]]));
        const publisher = `publisher ${keys[1]}`;
        const other = `Asked for the publisher, an author gave ${seen.publisher} and not ${publisher}.`;
        assert.ok(seen.publisher === publisher, other);
        assert.ok(seen.apart, "The same author in two sessions gave one and the same list.");
        const sent = ["books for 1", "books for 2", "publishers for 1"];
        compareSent(assert, "In two sessions", seen.sent, sent);
      },
    },
    {
      name: "lets a failure go with the load that failed",
      points: 1,
      hidden: true,
      needs: together,
      feedback: "What was flushed before the load was refused, so the load never began.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 4), keys: keysOf(random, 4, 2) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: number[] };
        const seen = observation as {
          isFailed: boolean;
          later: string;
          books: number[];
          sent: string[];
        };
        assert.ok(seen.isFailed, "Who asks for a load that can't begin should get the error.");
        const later = `Two who ask after the rollback should get their books. They got: ${seen.later}.`;
        assert.ok(
          seen.later === "loaded",
          `${later} A load that has ended must not stand in the map.`,
        );
        compareSizes(assert, seen.books, booksOf(list, keys));
        compareSent(assert, "After the rollback", seen.sent, ["books for 2"]);
      },
    },
    {
      name: "leaves another load that stands in its place",
      points: 1,
      hidden: true,
      needs: together,
      feedback:
        "While one load was under way, another author asked and started the next one, which stands in the map from then on. When the first load had ended, a third author asked, and should have joined the one that waits.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 5), keys: keysOf(random, 5, 3) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list, keys } = input as { counts: number[]; keys: number[] };
        const { books, sent } = observation as { books: number[]; sent: string[] };
        compareSizes(assert, books, booksOf(list, keys));
        compareSent(assert, "For the three of them", sent, ["books for 1", "books for 2"]);
      },
    },
    {
      name: "says which call it is, where it can't be done",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "During a commit nothing can be loaded, and the error names the call that was made. The name is given to fetchInTurn.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 2) } };
      },
      judge({ observation, assert }) {
        const message = String(observation);
        const named = /\blazy load of Author\.books\b/.test(message);
        assert.ok(named, `The message should hold "lazy load of Author.books". It was: ${message}`);
      },
    },
    {
      name: "loads for those that are still in the session",
      points: 2,
      hidden: true,
      needs: all,
      feedback: "A sibling that left the session is not loaded for.",
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
        const seen = observation as {
          books: number;
          first: string[];
          outcome: string;
          own: number;
          second: string[];
        };
        compareSent(
          assert,
          "One of four siblings left the session. When another one is asked",
          seen.first,
          ["books for 3"],
        );
        const refused = `The one that left should be refused with the code "detached". It was: ${seen.outcome}.`;
        assert.ok(seen.outcome === "detached", refused);
        compareSent(assert, "When it is asked in another session", seen.second, ["books for 1"]);
        compareSizes(assert, [seen.books, seen.own], [list[asked], list[gone]]);
      },
    },
    {
      name: "looks through a list of siblings once",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "All authors of one statement hold the very same list of siblings. A Set of the lists has it once. In a batch can stand null, and an object that came already.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 12) } };
      },
      judge({ observation, input, assert }) {
        const { counts: list } = input as { counts: number[] };
        const { walks, books, sent } = observation as {
          walks: number;
          books: number[];
          sent: string[];
        };
        compareSizes(assert, books, list);
        compareSent(assert, "When twelve siblings ask", sent, ["books for 12"]);
        const often = `For twelve siblings their list was looked through ${walks} times.`;
        assert.ok(walks <= 2, often);
      },
    },
    {
      name: "refuses what was forbidden, and what is in no session",
      points: 1,
      hidden: true,
      needs: all,
      feedback:
        "refuseRaised throws where a session or a select has forbidden the load, detached gives the error for an object without a session, and isRaised says for which sibling it is forbidden.",
      async arrange({ random }) {
        return { input: { counts: counts(random, 3), asked: random.integer(0, 2) } };
      },
      judge({ observation, assert }) {
        const seen = observation as Record<string, string> & { others: string[]; sent: string[] };
        const outcomes = [
          ["In a session with raiseload, a lazy load", seen.forbidden, "raiseload"],
          ["A lazy load that the select forbade", seen.refused, "raiseload"],
          ["Another relationship of the same object", seen.publisher, "loaded"],
          ["An object of a closed session", seen.detached, "detached"],
        ] as const;
        for (const [what, outcome, wanted] of outcomes) {
          assert.ok(outcome === wanted, `${what} should give: ${wanted}. It gave: ${outcome}.`);
        }
        const forbidden =
          "When it is forbidden for one of three siblings, and another one is asked";
        compareSent(assert, forbidden, seen.others, ["books for 2"]);
        compareSent(assert, "After the session is closed", seen.sent, []);
      },
    },
  ],
};

export default exercise;
