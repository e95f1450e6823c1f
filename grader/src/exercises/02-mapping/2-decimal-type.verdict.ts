import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

const keeps = "keeps a decimal as it will be loaded";
const refused = { thrown: "ArgumentError", code: "column-value" };
const badType = { thrown: "ArgumentError", code: "column-type" };

/** What came of each value, beside the call, so that a difference says which value it is about. */
const told = (input: Json, outcomes: Json) =>
  (input as [number, number, Json][]).map(([precision, scale, value], index) => ({
    call: `decimalType(${precision}, ${scale}).take(${JSON.stringify(value).replaceAll('"', "'")})`,
    ...((outcomes as Record<string, Json>[])[index] ?? {}),
  }));

/** For a test that shows no values: what each call gave has to be what is expected, and the first that is not is named. */
function each(assert: Assert, input: Json, seen: Json, wanted: Json): void {
  const expected = told(input, wanted);
  for (const [index, { call, ...outcome }] of told(input, seen).entries()) {
    const { call: _call, ...other } = expected[index] ?? {};
    const said = `${call} gave ${JSON.stringify(outcome)}, not ${JSON.stringify(other)}`;
    assert.equal(outcome, other, said);
  }
}

/** So many digits, none of them 0. */
const digits = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.integer(1, 9)).join("");

interface Both {
  longest: Json[];
  types: Json[];
}

const exercise: Exercise = {
  id: "2.2",
  tests: [
    {
      name: keeps,
      points: 3,
      feedback:
        "Zeros in front go, except one before the point. Behind the point there are always as many digits as the scale says, and with a scale of 0 there is no point.",
      async arrange({ random }) {
        const [a, b, c] = [digits(random, 3), digits(random, 2), digits(random, 1)];
        return {
          input: [
            [8, 2, a],
            [8, 2, `${a}.${c}`],
            [8, 1, `${a}.${c}`],
            [8, 2, `00${a}.${b}`],
            [8, 2, `0.${b}`],
            [8, 4, `-${a}.${b}`],
            [8, 0, `0${a}`],
            [8, 2, `-00${c}`],
            [8, 3, `000.${c}`],
          ],
          secret: [
            `${a}.00`,
            `${a}.${c}0`,
            `${a}.${c}`,
            `${a}.${b}`,
            `0.${b}`,
            `-${a}.${b}00`,
            a,
            `-${c}.00`,
            `0.${c}00`,
          ].map((kept) => ({ kept })),
        };
      },
      judge({ observation, input, secret, assert }) {
        assert.equal(told(input, observation), told(input, secret));
      },
    },
    {
      name: "refuses what would have to be rounded",
      points: 3,
      needs: keeps,
      feedback:
        "A digit behind the last place of the scale can't be kept, so it is refused. Unless it is a 0, which says nothing.",
      async arrange({ random }) {
        const [a, b] = [digits(random, 3), digits(random, 2)];
        return {
          input: [
            [8, 2, `${a}.${b}0`],
            [8, 2, `${a}.${b}000`],
            [8, 2, `${a}.${b}${digits(random, 1)}`],
            [8, 2, `-${a}.${b}00${digits(random, 1)}`],
            [8, 0, `${a}.0`],
            [8, 0, `${a}.${digits(random, 1)}`],
          ],
          secret: [
            { kept: `${a}.${b}` },
            { kept: `${a}.${b}` },
            refused,
            refused,
            { kept: a },
            refused,
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        assert.equal(told(input, observation), told(input, secret));
      },
    },
    {
      name: "refuses what has too many digits before the point",
      points: 2,
      needs: keeps,
      feedback:
        "Before the point there is room for precision - scale digits. Zeros in front are not counted, nor is a single 0.",
      async arrange({ random }) {
        const [most, more] = [digits(random, 4), digits(random, 5)];
        return {
          input: [
            [6, 2, most],
            [6, 2, `-${most}.99`],
            [6, 2, more],
            [6, 2, `-${more}.5`],
            [6, 2, `000000${most}`],
            [3, 3, "0.125"],
            [3, 3, "1.125"],
          ],
          secret: [
            { kept: `${most}.00` },
            { kept: `-${most}.99` },
            refused,
            refused,
            { kept: `${most}.00` },
            { kept: "0.125" },
            refused,
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        assert.equal(told(input, observation), told(input, secret));
      },
    },
    {
      name: "refuses all that is no string of digits",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback:
        "Only digits, with a minus sign in front perhaps, and a point between digits perhaps. No number, no exponent, no space, no comma.",
      async arrange({ random }) {
        const values: Json[] = [
          random.integer(1, 99),
          9.5,
          null,
          true,
          ["1"],
          "",
          " 1",
          "1 ",
          "1\n",
          "+1",
          "--1",
          "1e3",
          ".5",
          "5.",
          "-",
          "1,50",
          "1.2.3",
          "0x10",
          "NaN",
        ];
        return { input: values.map((value) => [8, 2, value]) };
      },
      judge({ observation, input, assert }) {
        const all = (input as Json[]).map(() => refused);
        each(assert, input, observation, all);
      },
    },
    {
      name: "knows no negative zero",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback: "MySQL gives back 0.00 for -0, so that is what is kept. -0.01 keeps its sign.",
      judge({ observation, input, assert }) {
        const kept = ["0.00", "0.00", "0", "-0.01", "-0.10"].map((text) => ({ kept: text }));
        each(assert, input, observation, kept);
      },
      async arrange() {
        return {
          input: [
            [8, 2, "-0"],
            [8, 2, "-000.000"],
            [8, 0, "-0.0"],
            [8, 2, "-0.01"],
            [8, 2, "-0.1"],
          ],
        };
      },
    },
    {
      name: "holds the longest decimals, and refuses types that no database has",
      points: 1,
      hidden: true,
      needs: keeps,
      feedback:
        "Work on the digits: a JavaScript number would round a long one. Precision goes from 1 to 65, scale from 0 to 30 and not beyond the precision.",
      async arrange({ random }) {
        const [whole, fraction] = [digits(random, 35), digits(random, 30)];
        return {
          input: {
            longest: [
              [65, 30, `${whole}.${fraction}`],
              [65, 30, `-${whole}.${fraction}`],
              [65, 0, `${whole}${fraction}`],
              [65, 0, `${whole}${fraction}1`],
            ],
            types: [
              [1, 0],
              [65, 30],
              [30, 30],
              [0, 0],
              [66, 2],
              [40, 31],
              [5, 6],
              [5, -1],
              [5.5, 2],
            ],
          },
          secret: {
            longest: [
              { kept: `${whole}.${fraction}` },
              { kept: `-${whole}.${fraction}` },
              { kept: `${whole}${fraction}` },
              refused,
            ],
            types: [
              { kept: [1, 0] },
              { kept: [65, 30] },
              { kept: [30, 30] },
              badType,
              badType,
              badType,
              badType,
              badType,
              badType,
            ],
          },
        };
      },
      judge({ observation, input, secret, assert }) {
        const [given, seen, wanted] = [input, observation, secret] as unknown as [Both, Both, Both];
        each(assert, given.longest, seen.longest, wanted.longest);
        for (const [index, type] of given.types.entries()) {
          const [made, other] = [seen.types[index], wanted.types[index]];
          assert.equal(made, other, `decimalType(${type}) gave ${JSON.stringify(made)}`);
        }
      },
    },
    {
      name: "comes back from MySQL as it was kept",
      points: 2,
      hidden: true,
      needs: keeps,
      feedback:
        "What take keeps equals what is read from a DECIMAL column. The type is called decimal, and its parameters are precision and scale.",
      async arrange({ random }) {
        const some = Array.from({ length: 6 }, () => {
          const sign = random.pick(["", "-"]);
          return `${sign}0${digits(random, random.integer(1, 8))}.${digits(random, random.integer(1, 4))}`;
        });
        return { input: [...some, "0", "-0.0", "00012"] };
      },
      judge({ observation, assert }) {
        const { kept, back, ...type } = observation as Record<string, Json>;
        const [loaded, taken] = [back, kept].map((values) => JSON.stringify(values));
        assert.equal(back, kept, `take kept ${taken}, and MySQL gave ${loaded}`);
        assert.equal(type, { name: "decimal", parameters: [12, 4] });
      },
    },
  ],
};

export default exercise;
