import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

const keeps = "keeps a value as it will be loaded";
const refusal = "ArgumentError column-value";

/** A review of a book, different in each run. */
function review(random: Random): Record<string, Json> {
  return {
    by: random.word(),
    stars: [random.integer(1, 5), random.integer(1, 5)],
    lines: [{ page: random.integer(1, 900), said: `"${random.word()}" ß`, torn: null }],
    open: random.pick([true, false]),
  };
}

/** Each value has to have come out as it should; the first that did not is named. */
function each(assert: Assert, observation: Json, wanted: Record<string, string>): void {
  for (const [index, [name, expected]] of Object.entries(wanted).entries()) {
    const seen = (observation as Json[])[index];
    assert.is(seen, expected, `${name}: your type gave "${seen}", not "${expected}"`);
  }
}

const noForm = {
  "a function": refusal,
  "a symbol": refusal,
  null: refusal,
  "a Date that is invalid": refusal,
  "an object whose toJSON gives null": refusal,
  "the text null": "kept",
  "null in an array": "kept",
};
const goesWrong = {
  NaN: "ArgumentError json-value",
  "a bigint": "ArgumentError json-value",
  undefined: "ArgumentError json-value",
  "a circle": `${refusal}, because of a TypeError`,
  "a getter that throws a TypeError": `${refusal}, because of a TypeError`,
  "a toJSON that throws an error with a code of its own": `${refusal}, because of a RangeError`,
};
const tooMuch = {
  "a whole emoji": "kept",
  "half a character": refusal,
  "a key with half a character": refusal,
  "a key of 65535 bytes": "kept",
  "a key of 65536 bytes": refusal,
  "a key of 32768 letters ß": refusal,
  "100 arrays in each other": "kept",
  "101 arrays in each other": refusal,
  "100 objects in each other": "kept",
  "101 objects in each other": refusal,
};

const exercise: Exercise = {
  id: "2.8",
  tests: [
    {
      name: keeps,
      points: 3,
      feedback:
        "What is kept is what JSON.parse gives of the value's JSON: a Date has become its text, and a property that is undefined is left out.",
      async arrange({ random }) {
        const value = review(random);
        const time = random.integer(0, 2 ** 41);
        return {
          input: { value, time },
          secret: { ...value, on: new Date(time).toISOString() },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "freezes what it keeps, and not what it was given",
      points: 3,
      needs: keeps,
      feedback:
        "Both take and read give a value that is frozen at every depth. What the program handed in is not frozen: it is the program's.",
      async arrange({ random }) {
        return { input: review(random) };
      },
      judge({ observation, assert }) {
        assert.equal(observation, { kept: true, read: true, given: false });
      },
    },
    {
      name: "writes and reads JSON",
      points: 2,
      needs: keeps,
      feedback:
        "The type is called json. bind gives JSON text, and read gives the value of such a text, by fromJson, so that a number which would be rounded is a RangeError.",
      async arrange({ random }) {
        return { input: review(random) };
      },
      judge({ observation, input, assert }) {
        const { name, written, read, rounded } = observation as Record<string, Json>;
        assert.is(name, "json");
        assert.type(written, "string");
        assert.equal(JSON.parse(written as string), input);
        assert.equal(read, input);
        assert.is(rounded, "RangeError undefined");
      },
    },
    {
      name: "refuses what has no form in JSON",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback:
        "toJson gives undefined for a function, and the text null for what is null in JSON. Both are refused with wrongValue. Deeper inside, null is a value like others.",
      async arrange() {
        return { input: Object.keys(noForm) };
      },
      judge({ observation, assert }) {
        each(assert, observation, noForm);
      },
    },
    {
      name: "has one kind of error for what goes wrong",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback:
        "An error of toJson with the code json-value passes as it is. Any other, with another code or none, becomes a refusal, with the error as its cause.",
      async arrange() {
        return { input: Object.keys(goesWrong) };
      },
      judge({ observation, assert }) {
        each(assert, observation, goesWrong);
      },
    },
    {
      name: "refuses what MySQL cannot hold",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback:
        "Half a character, in a text or a key; a key of more than 65535 bytes, not letters; more than 100 objects or arrays in each other.",
      async arrange() {
        return { input: Object.keys(tooMuch) };
      },
      judge({ observation, assert }) {
        each(assert, observation, tooMuch);
      },
    },
    {
      name: "comes back from MySQL as it was kept",
      points: 1,
      hidden: true,
      needs: keeps,
      feedback:
        "With your type in its place, a session should save a JSON column and load it, frozen.",
      async arrange({ random }) {
        return { input: review(random) };
      },
      judge({ observation, input, assert }) {
        assert.equal(observation, { notes: input, frozen: true });
      },
    },
  ],
};

export default exercise;
