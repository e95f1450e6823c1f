import type { Exercise, Json, Random } from "../../judge/exercise.js";

const objects = "makes an object of each row";
const converts = "converts each column by its rule";

function names(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** The number that a text stands for, as a column's rule makes it. */
const types = { plain: 0, number: 1, boolean: 2, exact: 3, listed: 4 };

type Refusal = Record<"name" | "code" | "message" | "statement" | "parameters" | "cause", Json>;

const exercise: Exercise = {
  id: "1.7",
  tests: [
    {
      name: objects,
      points: 3,
      feedback:
        "Each row becomes one object: the first column's name with the row's first value, and so on. The order of the rows stays.",
      async arrange({ random }) {
        const [one, two, three] = names(random, 3) as [string, string, string];
        const rows = Array.from({ length: random.integer(2, 5) }, () => [
          random.word(),
          random.integer(1, 99),
          null,
        ]);
        const columns = [one, two, three].map((name) => ({ name, type: types.plain }));
        return {
          input: { columns, rows },
          secret: rows.map(([a, b, c]) => ({ [one]: a, [two]: b, [three]: c })) as Json[],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal((observation as { objects: Json }).objects, secret);
      },
    },
    {
      name: converts,
      points: 3,
      needs: objects,
      feedback:
        "dialect.converter(column) gives the rule of a column, or undefined where nothing is to do. It is asked once for a column, however many rows there are. A null is never handed to it, and any other value is: 0, an empty text and false too.",
      async arrange({ random }) {
        const [a, b, c, d] = names(random, 4) as [string, string, string, string];
        // What is false in a condition is a value like any other.
        const odd = [0, "", false, "0"];
        const columns = [
          { name: a, type: types.number },
          { name: b, type: types.plain },
          { name: c, type: types.boolean },
          { name: d, type: types.listed },
        ];
        const numbers = Array.from({ length: 4 }, () => random.integer(1, 999));
        const word = random.word();
        return {
          input: {
            columns,
            rows: [
              ...numbers.map((number, index) => [
                String(number),
                "7",
                String(index % 2),
                odd[index] as Json,
              ]),
              [null, word, null, null],
            ],
          },
          secret: {
            objects: [
              ...numbers.map((number, index) => ({
                [a]: number,
                [b]: "7",
                [c]: index % 2 === 1,
                [d]: [odd[index] as Json],
              })),
              { [a]: null, [b]: word, [c]: null, [d]: null },
            ],
            asked: [a, b, c, d],
          },
        };
      },
      judge({ observation, secret, assert }) {
        const [seen, wanted] = [observation, secret] as { objects: Json; asked: string[] }[];
        assert.equal(seen?.objects, wanted?.objects);
        assert.equal(
          [...(seen?.asked ?? [])].sort(),
          [...(wanted?.asked ?? [])].sort(),
          `the converters of these columns were asked for: ${seen?.asked.join(", ")}`,
        );
      },
    },
    {
      name: "refuses two columns of one name",
      points: 2,
      needs: objects,
      feedback:
        "An object has one value for a name. Two columns of one name are a ProgrammingError with the code duplicate-column. Its message says the name, and it carries the statement's text and parameters. It is thrown as well when no row was found.",
      async arrange({ random }) {
        const [one, twice] = names(random, 2) as [string, string];
        const columns = [twice, one, twice].map((name) => ({ name, type: types.plain }));
        return {
          input: {
            columns,
            rows: [[1, 2, 3]],
            text: `SELECT a.${twice}, ${one}, b.${twice} FROM a, b WHERE a.x = ?`,
            parameters: [random.integer(1, 99)],
          },
          secret: twice,
        };
      },
      judge({ observation, input, secret, assert }) {
        const { text, parameters } = input as { text: string; parameters: Json };
        const wanted = {
          name: "ProgrammingError",
          code: "duplicate-column",
          statement: text,
          parameters,
        };
        const refusals = observation as (Refusal | "no error")[];
        for (const [index, found] of ["with a row", "without rows"].entries()) {
          const seen = refusals[index];
          assert.ok(seen !== undefined && seen !== "no error", `${found}, nothing was thrown`);
          const { name, code, statement, parameters: given, message } = seen as Refusal;
          assert.equal({ name, code, statement, parameters: given }, wanted);
          const [first] = String(message).split("\n");
          assert.ok(
            first?.includes(String(secret)),
            `the message does not say ${secret}: ${first}`,
          );
        }
      },
    },
    {
      name: "says what a statement did",
      points: 3,
      hidden: true,
      needs: objects,
      feedback:
        "generatedKeys holds the driver's firstKey when exactly one row was written: a number up to 2⁵³ − 1, a bigint beyond. Without a key, and for several rows, it is empty.",
      async arrange({ random }) {
        const some = random.integer(2, 9);
        return {
          input: [
            { rowCount: 1, firstKey: String(random.integer(1, 9999)) },
            { rowCount: 1, firstKey: "9007199254740991" },
            { rowCount: 1, firstKey: "9007199254740992" },
            { rowCount: 1, firstKey: "9007199254740993" },
            { rowCount: 1, firstKey: null },
            { rowCount: some, firstKey: String(random.integer(1, 9999)) },
            { rowCount: 0, firstKey: null },
          ],
        };
      },
      judge({ observation, input, assert }) {
        const kinds = ["number", "number", "bigint", "bigint"];
        const given = input as { rowCount: number; firstKey: string | null }[];
        for (const [index, { rowCount, firstKey }] of given.entries()) {
          const kind = kinds[index];
          const keys = kind === undefined ? [] : [`${kind} ${firstKey}`];
          const seen = (observation as Json[])[index];
          assert.equal(
            seen,
            { length: 0, rowCount, keys },
            `for rowCount ${rowCount} and firstKey ${firstKey} your result has ${JSON.stringify(seen)}`,
          );
        }
      },
    },
    {
      name: "shows what was done only where there are no rows",
      points: 2,
      hidden: true,
      needs: objects,
      feedback:
        "With columns, rowCount and generatedKeys can be read and are not enumerable, also when no row was found. Without columns they are.",
      async arrange({ random }) {
        const columns = names(random, 2).map((name) => ({ name, type: types.plain }));
        return { input: { columns, rows: [[1, random.word()]] } };
      },
      judge({ observation, assert }) {
        const both = ["rowCount", "generatedKeys"];
        const { found, none, done } = observation as Record<string, { shown: string[] }>;
        assert.equal(
          found,
          { shown: ["0"], rowCount: 1, keys: 0 },
          `of one row are shown: ${found?.shown.join(", ")}`,
        );
        assert.equal(
          none,
          { shown: [], rowCount: 0 },
          `of a SELECT that found nothing are shown: ${none?.shown.join(", ") || "nothing"}`,
        );
        assert.equal(
          [...(done?.shown ?? [])].sort(),
          both.sort(),
          `of an INSERT are shown: ${done?.shown.join(", ") || "nothing"}`,
        );
      },
    },
    {
      name: "says which column could not be converted",
      points: 1,
      hidden: true,
      needs: converts,
      feedback:
        "When a converter throws, the error to throw is inexact(column, cause, statement), with the column that is being converted.",
      async arrange({ random }) {
        const [one, two] = names(random, 2) as [string, string];
        return {
          input: {
            columns: [
              { name: one, type: types.number },
              { name: two, type: types.exact },
            ],
            rows: [
              ["1", "small"],
              ["2", "large"],
            ],
            text: `SELECT ${one}, ${two} FROM t`,
          },
          secret: two,
        };
      },
      judge({ observation, input, secret, assert }) {
        const { name, code, message, statement, cause } = observation as Refusal;
        assert.equal(
          { name, code, statement, cause },
          {
            name: "DataError",
            code: "inexact",
            statement: (input as { text: string }).text,
            cause: "RangeError: too large",
          },
          `your code threw ${name}: ${message}`,
        );
        assert.ok(
          String(message).startsWith(`The column ${secret} `),
          `the column is ${secret}, and the message says: ${message}`,
        );
      },
    },
    {
      name: "gives the engine its rows",
      points: 1,
      hidden: true,
      needs: converts,
      feedback: "With your functions in their place, an engine should read and write as before.",
      async arrange({ random }) {
        return { input: random.word() };
      },
      judge({ observation, input, assert }) {
        assert.equal(observation, {
          added: ["1"],
          rows: [
            { id: "1", title: input, rare: true },
            { id: "2", title: null, rare: null },
            { id: "3", title: input, rare: null },
          ],
          rowCount: 3,
        });
      },
    },
  ],
};

export default exercise;
