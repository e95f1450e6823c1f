import type { Exercise, Json, Random } from "../../judge/exercise.js";

const gives = "gives back what was set";
const notes = "notes the first value that was there, once for each property";

const price = (random: Random) => `${random.integer(1, 99)}.${random.integer(10, 99)}`;

const book = (random: Random) => ({
  title: random.word(),
  price: price(random),
  weight: random.integer(1, 9) + 0.5,
});

/** The places of the properties, in the order in which the class declares them. */
const places: Record<string, number> = { id: 0, title: 1, price: 2, weight: 3, lentAt: 4 };

const exercise: Exercise = {
  id: "2.6",
  tests: [
    {
      name: gives,
      points: 2,
      feedback: "A property should give what it was set to, as takeValue kept it.",
      async arrange({ random }) {
        const digit = random.integer(1, 9);
        return {
          input: {
            first: book(random),
            second: { ...book(random), price: `0${digit}.5`, weight: null },
          },
          secret: digit,
        };
      },
      judge({ observation, input, secret, assert }) {
        const { first, second } = input as { first: Json; second: Record<string, Json> };
        assert.equal(observation, {
          begun: first,
          ended: { ...second, price: `${secret}.50` },
        });
      },
    },
    {
      name: notes,
      points: 3,
      needs: gives,
      feedback:
        "Before a value is set for the first time, note keeps the old one. A second change of the same property leaves that as it is.",
      async arrange({ random }) {
        const first = book(random);
        const changes: [string, Json][] = [
          ["price", price(random).replace(".", "0.")],
          ["title", random.word(4)],
          ["price", price(random).replace(".", "00.")],
          ["weight", null],
          ["title", random.word(5)],
        ];
        return { input: { first, changes } };
      },
      judge({ observation, input, assert }) {
        const { first, changes } = input as {
          first: Record<string, Json>;
          changes: [string, Json][];
        };
        const noted = new Map<number, Json>();
        const expected: Json[] = [null];
        for (const [property] of changes) {
          const place = places[property] as number;
          if (!noted.has(place)) noted.set(place, first[property] as Json);
          expected.push([...noted] as Json);
        }
        assert.equal(observation, expected);
      },
    },
    {
      name: "takes no note of what is no change",
      points: 2,
      needs: gives,
      feedback:
        "When the object has the value already, nothing is noted and the owner hears of nothing. Compare what takeValue keeps, for 9.9 is 9.90.",
      async arrange({ random }) {
        const first = { ...book(random), price: `${random.integer(1, 99)}.50`, weight: null };
        const same: [string, Json][] = [
          ["title", first.title],
          ["price", first.price],
          ["price", `00${first.price.slice(0, -1)}`],
          ["weight", null],
        ];
        return { input: { first, same } };
      },
      judge({ observation, assert }) {
        assert.equal(observation, { noted: null, touched: 0 });
      },
    },
    {
      name: "tells the owner before the value is set",
      points: 2,
      hidden: true,
      needs: notes,
      feedback:
        "The owner is told of each change, and at that time the values are still the old ones.",
      async arrange({ random }) {
        const first = book(random);
        const changes: [string, Json][] = [
          ["title", random.word(4)],
          ["price", "1000.00"],
          ["title", random.word(5)],
        ];
        return { input: { first, changes } };
      },
      judge({ observation, input, assert }) {
        const { first, changes } = input as {
          first: Record<string, Json>;
          changes: [string, Json][];
        };
        const values: Json[] = [
          null,
          first.title as Json,
          first.price as Json,
          first.weight as Json,
          null,
        ];
        const expected = changes.map(([property, value]) => {
          const seen: Json = [true, [...values]];
          values[places[property] as number] = value;
          return seen;
        });
        assert.equal(observation, expected);
      },
    },
    {
      name: "refuses a wrong value, and leaves everything as it was",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "takeValue throws before anything else is done: no note, no word to the owner, the old value.",
      async arrange({ random }) {
        const wrong: [string, Json][] = [
          ["title", null],
          ["title", "(undefined)"],
          ["price", 9.5],
          ["price", "1.999"],
          ["weight", "heavy"],
        ];
        return { input: { first: book(random), wrong } };
      },
      judge({ observation, input, assert }) {
        const { first } = input as { first: Record<string, Json> };
        const codes = [
          "null-value",
          "undefined-value",
          "column-value",
          "column-value",
          "column-value",
        ];
        assert.equal(observation, {
          refused: codes.map((code) => ({ name: "ArgumentError", code })),
          noted: null,
          touched: 0,
          values: [null, first.title, first.price, first.weight, null],
        });
      },
    },
    {
      name: "keeps the key of a row",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "The primary key of a stored object can't be set to another value. To the same it can, and on an object without a row too.",
      async arrange({ random }) {
        const key = random.integer(1, 99);
        return { input: { first: book(random), key, other: key + random.integer(1, 9) } };
      },
      judge({ observation, input, assert }) {
        const { key, other } = input as { key: number; other: number };
        assert.equal(observation, {
          fresh: other,
          same: null,
          changed: { name: "InvalidRequestError", code: "key-change" },
          stored: key,
          noted: null,
        });
      },
    },
    {
      name: "says when a value is not loaded",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "undefined on an object without a row is just that. On a stored one there is a value that is not here: throw what unloaded makes.",
      async arrange({ random }) {
        return { input: book(random) };
      },
      judge({ observation, assert }) {
        const error = { name: "UnloadedError", code: "unloaded" };
        assert.equal(observation, { before: true, stored: error, detached: error });
      },
    },
    {
      name: "keeps a copy of a Date that it hands out",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "The first time that an editable value is read, the owner is told, by touched(instance, true), and then a copy is kept in handedOut; of null there is none. The value itself is returned, each time.",
      async arrange({ random }) {
        const first = book(random);
        return {
          input: { first, milliseconds: random.integer(10 ** 9, 10 ** 12) },
          secret: [first.title, null, 0, 0],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, {
          untouched: secret,
          itself: true,
          copied: true,
          kept: true,
          touched: 1,
          size: 1,
        });
      },
    },
  ],
};

export default exercise;
