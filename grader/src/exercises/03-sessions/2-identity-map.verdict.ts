import type { Exercise, Json, JudgeContext, Random } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Row = { of: string; key: Json[] };
/** What was found for each row, and how many objects the map holds. */
type Found = { found: string[]; kept: number };

const finds = "finds the object of a row";

/** So many different numbers from a wide range. */
function numbers(random: Random, count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) found.add(random.integer(1, 9999));
  return [...found];
}

const rows = (of: string, keys: Json[][]): Row[] => keys.map((key) => ({ of, key }));

/** What should be found for each row: the object that was put for it, by its number. */
const foundIn = (find: Row[], put: Row[], known: Row[]): string[] =>
  find.map((row) => {
    const which = known.includes(row) ? `object ${put.indexOf(row)}` : "nothing";
    return `${row.of} ${JSON.stringify(row.key)}: ${which}`;
  });

/** Puts these rows, and looks for them in another order, and for some that are not there. */
function arranged(random: Random, put: Row[], strangers: Row[] = []) {
  const find = random.shuffle([...put, ...strangers]);
  return { input: { put, find }, secret: { found: foundIn(find, put, put), kept: put.length } };
}

const bytes = (random: Random) =>
  Array.from({ length: 16 }, () => random.integer(16, 255).toString(16)).join("");

/** Names the first row for which another object is found than should be. */
function judgeFound({ observation, secret, assert }: JudgeContext): void {
  const seen = observation as Found;
  const expected = secret as Found;
  for (const [at, row] of expected.found.entries()) {
    compare(assert, "What is found for a row is", seen.found[at] ?? null, row);
  }
  compare(assert, "The number of objects in the map is", seen.kept, expected.kept);
}

const exercise: Exercise = {
  id: "3.2",
  tests: [
    {
      name: finds,
      points: 4,
      feedback:
        "putIdentity should put the object into the map of its class, and findIdentity should find it by a key that is equal. For a key that is not there it gives undefined.",
      async arrange({ random }) {
        const ids = numbers(random, 6).map((id): Json[] => [id]);
        return arranged(random, rows("Member", ids.slice(0, 4)), rows("Member", ids.slice(4)));
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "keeps the classes apart",
      points: 3,
      needs: finds,
      feedback: "Book 7 is not Member 7: each class has keys of its own.",
      async arrange({ random }) {
        const [one, other, last] = numbers(random, 3) as [number, number, number];
        const put = [...rows("Member", [[one], [other]]), ...rows("Book", [[other], [last]])];
        const strangers = [
          ...rows("Book", [[one]]),
          ...rows("Member", [[last]]),
          ...rows("Card", [[{ bigint: String(one) }]]),
        ];
        return arranged(random, put, strangers);
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "keeps keys of two columns apart",
      points: 3,
      needs: finds,
      feedback:
        "All parts of a key count, and their order, and where one ends and the next begins: (1, 23), (12, 3) and (3, 12) are three rows.",
      async arrange({ random }) {
        const [a, b, c] = [random.integer(1, 9), random.integer(1, 9), random.integer(1, 9)];
        const keys = [
          [a, Number(`${b}${c}0`)],
          [Number(`${a}${b}`), Number(`${c}0`)],
          [Number(`${c}0`), Number(`${a}${b}`)],
          [Number(`${a}${b}${c}0`), a],
        ];
        return arranged(random, rows("Loan", keys), rows("Loan", [[a, Number(`${b}${c}`)]]));
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "keeps texts apart, whatever stands in them",
      points: 2,
      hidden: true,
      needs: finds,
      feedback:
        "A text may hold any character, also the one that you put between the parts of a key. Then two different keys must not become one.",
      async arrange({ random }) {
        const marks = [
          ",",
          "-",
          "_",
          "|",
          "/",
          ":",
          ";",
          " ",
          "\t",
          "\u0000",
          '"',
          "'",
          "\\",
          '","',
        ];
        const keys = marks.flatMap((mark): Json[][] => {
          const [a, b, c] = [random.word(2), random.word(2), random.word(2)];
          return [
            [`${a}${mark}${b}`, c],
            [a, `${b}${mark}${c}`],
          ];
        });
        return arranged(random, rows("Shelf", keys));
      },
      judge: judgeFound,
    },
    {
      name: "finds objects by times, bytes and long numbers",
      points: 3,
      hidden: true,
      needs: finds,
      feedback:
        "Two Dates of the same time are the same key, two arrays of the same bytes too, and so are two objects that a converted column sends as the same value. Times may differ by one millisecond, and long numbers by 1.",
      async arrange({ random }) {
        const card = 2n ** 60n + BigInt(random.integer(1, 10 ** 9));
        const time = Date.UTC(2024, 0, 1) + random.integer(0, 10 ** 10);
        const [hash, other] = [bytes(random), bytes(random)];
        const long = (number: bigint): Json => ({ bigint: String(number) });
        const put = [
          ...rows("Card", [[long(card)], [long(card + 1n)]]),
          ...rows("Scan", [[{ bytes: hash }], [{ bytes: other }]]),
          ...rows("Visit", [[{ time }], [{ time: time + 1 }]]),
          ...rows("Edition", [[{ isbn: random.word() }], [{ isbn: `${random.word()}-2` }]]),
          ...rows("Stamp", [
            [long(card), { time }, { bytes: hash }],
            [long(card), { time }, { bytes: other }],
            [long(card), { time: time + 1 }, { bytes: hash }],
            [long(card + 1n), { time }, { bytes: hash }],
          ]),
        ];
        const strangers = [
          ...rows("Card", [[long(card + 2n)]]),
          ...rows("Visit", [[{ time: time + 2 }]]),
          ...rows("Stamp", [[long(card + 1n), { time: time + 1 }, { bytes: other }]]),
        ];
        return arranged(random, put, strangers);
      },
      judge: judgeFound,
    },
    {
      name: "leaves out an object whose key is not known yet",
      points: 1,
      hidden: true,
      needs: finds,
      feedback:
        "MySQL makes the key of a new object later. Until every part of it is known, the object has no place in the map, and nothing is found by such a key.",
      async arrange({ random }) {
        const [id, other] = numbers(random, 2) as [number, number];
        const whole = [...rows("Member", [[id]]), ...rows("Loan", [[id, other]])];
        const unknown = [
          ...rows("Member", [[], []]),
          ...rows("Loan", [[], [id], [{}, other]]),
          ...rows("Scan", [[]]),
        ];
        const put = random.shuffle([...whole, ...unknown]);
        const find = [...whole, ...unknown];
        const found = foundIn(find, put, whole);
        return { input: { put, find }, secret: { found, kept: whole.length } };
      },
      judge: judgeFound,
    },
    {
      name: "tells null from what is not known",
      points: 1,
      hidden: true,
      needs: finds,
      feedback:
        "keyPart should give null for null, of any column, and undefined for undefined. Chapter 5 asks it for foreign keys too: null there says that there is no related row, undefined that nobody knows.",
      async arrange() {
        return { input: null };
      },
      judge({ observation, assert }) {
        assert.equal(
          observation,
          ["note", "id", "at"].map((name) => [name, null, "undefined"]),
        );
      },
    },
    {
      name: "lets go of the object itself, and of no other",
      points: 1,
      hidden: true,
      needs: finds,
      feedback:
        "dropIdentity takes an object out only if it is the very one that stands in the map, and does nothing when there is none.",
      async arrange({ random }) {
        const [memberId, copyId, other] = numbers(random, 3) as [number, number, number];
        return { input: { key: [memberId, copyId], other: [other, copyId] } };
      },
      judge({ observation, assert }) {
        compare(
          assert,
          "Whether the object is in the map when it was put, when others were dropped, when it was dropped:",
          observation,
          [true, true, false],
        );
      },
    },
    {
      name: "gives one object for one row of MySQL",
      points: 2,
      hidden: true,
      needs: finds,
      feedback:
        "With your functions in their place, session.get should give the same object for the same row each time, and ask MySQL only for a row that it does not know.",
      async arrange({ random }) {
        const at = Date.UTC(2024, 0, 1) + random.integer(0, 10 ** 10);
        return { input: { ids: numbers(random, 3), hash: bytes(random), at } };
      },
      judge({ observation, assert }) {
        const same = [true, true, true, true, true];
        compare(assert, "What get gave, and the SELECTs:", observation, {
          same,
          selects: 5,
          gone: [null, null],
        });
      },
    },
  ],
};

export default exercise;
