import type { Exercise, Json, Random } from "../../judge/exercise.js";

const writes = "writes a value as JSON";
const reads = "reads JSON";

/** A book's notes, different in each run. */
function notes(random: Random): Json {
  return {
    title: `${random.word()} "${random.word()}" \\ ß`,
    pages: random.integer(20, 900),
    weight: random.integer(1, 99) / 10,
    shelves: [random.word(), null, { floor: random.integer(-2, 5), open: true }],
    card:
      String(10n ** 15n + BigInt(random.integer(1, 1_000_000))) + String(random.integer(10, 99)),
  };
}

/** What the answer made of a value, for the message of a test that shows no values. */
const said = (outcome: Json | undefined) => JSON.stringify(outcome)?.slice(0, 300);

/** What the probe makes of each name. */
const unusual: Record<string, string> = {
  NaN: "NaN",
  Infinity: "{ a: [1, -Infinity] }",
  beyond: "{ n: [2 ** 53, 2 ** 53 + 2] }",
  negative: "-(2 ** 53)",
  bigint: "{ deep: [{ n: 12n }] }",
  alone: "undefined",
  hole: '["a", undefined]',
};

const refusal = { thrown: "ArgumentError", code: "json-value" };

const exercise: Exercise = {
  id: "1.5",
  tests: [
    {
      name: writes,
      points: 2,
      feedback: "The text, read by JSON.parse, should give an equal value.",
      async arrange({ random }) {
        return { input: notes(random) };
      },
      judge({ observation, input, assert }) {
        const { text } = observation as { text?: string };
        assert.type(text, "string");
        assert.equal(JSON.parse(text as string), input);
      },
    },
    {
      name: reads,
      points: 2,
      feedback: "The result should be the value that the JSON stands for.",
      async arrange({ random }) {
        const value = notes(random);
        return { input: JSON.stringify(value, null, random.pick([0, 2])), secret: value };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, { value: secret });
      },
    },
    {
      name: "refuses to write what JSON would change in silence",
      points: 4,
      needs: writes,
      feedback:
        "JSON.stringify writes null for NaN, ±Infinity and a hole in an array, a rounded whole number beyond 2⁵³ − 1, and nothing at all for undefined. Each should be an ArgumentError with the code json-value, at any depth.",
      async arrange({ random }) {
        const all = ["NaN", "Infinity", "beyond", "negative", "bigint", "alone", "hole"];
        return { input: random.shuffle(all) };
      },
      judge({ observation, input, assert }) {
        (input as string[]).forEach((name, index) => {
          const outcome = (observation as Json[])[index];
          const call = `toJson(${unusual[name]})`;
          assert.equal(
            outcome,
            refusal,
            `${call} should be refused, and yours gave ${said(outcome)}`,
          );
        });
      },
    },
    {
      name: "writes what is exact, however unusual",
      points: 2,
      hidden: true,
      needs: writes,
      feedback:
        "±(2⁵³ − 1), fractions and numbers from 10²¹ on are exact. A property that is undefined is simply absent, as JSON has it.",
      async arrange() {
        return { input: ["limit", "absent"] };
      },
      judge({ observation, assert }) {
        const calls = [
          "toJson({ n: [2 ** 53 - 1, -(2 ** 53 - 1), 0.1 + 0.2, 1e21] })",
          'toJson({ a: "b", c: undefined })',
        ];
        const wanted = [
          '{"n":[9007199254740991,-9007199254740991,0.30000000000000004,1e+21]}',
          '{"a":"b"}',
        ];
        for (const [index, text] of wanted.entries()) {
          const outcome = (observation as Json[])[index];
          const call = `${calls[index]} should give ${text}`;
          assert.equal(outcome, { text }, `${call}, and yours gave ${said(outcome)}`);
        }
      },
    },
    {
      name: "refuses to read a number that JavaScript would round",
      points: 2,
      hidden: true,
      needs: reads,
      feedback:
        "A whole number beyond 2⁵³ − 1 in the text should be a RangeError, wherever it stands and however long it is.",
      async arrange({ random }) {
        const large = `9${String(random.integer(100_000_000, 999_999_999))}${random.integer(1000000, 9999999)}1`;
        return {
          input: [
            large,
            `{"a": [1, -${large}]}`,
            `["${large}", ${large}]`,
            "9007199254740993",
            `[${large}${large}]`,
          ],
        };
      },
      judge({ observation, input, assert }) {
        (input as string[]).forEach((text, index) => {
          const outcome = (observation as { thrown?: string }[])[index];
          const call = `fromJson('${text}')`;
          assert.is(outcome?.thrown, "RangeError", `${call} gave ${said(outcome)}, no RangeError`);
        });
      },
    },
    {
      name: "reads digits in strings and in fractions",
      points: 2,
      hidden: true,
      needs: reads,
      feedback:
        "Digits in a string are text, a quote in a string may be escaped, and what has a fraction or an exponent is not a whole number.",
      async arrange({ random }) {
        const digits = `${random.integer(10 ** 8, 10 ** 9 - 1)}${random.integer(10 ** 8, 10 ** 9 - 1)}7`;
        const values: Json[] = [
          { card: digits, [digits]: 1 },
          [`say "${digits}" twice`, `\\"${digits}`],
          [0.1 + 0.2, 0.7 + 0.1, 9007199254740991, -9007199254740991],
          [(0.1 + 0.2) * 10 ** 30, 1e300],
        ];
        return { input: values.map((value) => JSON.stringify(value)), secret: values };
      },
      judge({ observation, input, secret, assert }) {
        for (const [index, value] of (secret as Json[]).entries()) {
          const outcome = (observation as Json[])[index];
          const call = `fromJson('${(input as string[])[index]}')`;
          assert.equal(outcome, { value }, `${call} gave ${said(outcome)}`);
        }
      },
    },
    {
      name: "brings a value through a JSON column",
      points: 1,
      hidden: true,
      needs: writes,
      feedback:
        "Through MySQL the value should come back equal, and a number that would be rounded refused.",
      async arrange({ random }) {
        return { input: notes(random) };
      },
      judge({ observation, input, assert }) {
        assert.equal(observation, { written: input, refused: true });
      },
    },
  ],
};

export default exercise;
