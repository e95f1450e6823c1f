import type { Exercise, Json, JudgeContext } from "../../judge/exercise.js";

const parts = "writes what a window is parted and sorted by";
const frames = "writes frames of rows and of values";

/** What is handed to over() as an end that is none, in the words of a program. */
const wrongEnds = ([fraction, text]: [number, string]): string[] => [
  ...[`${fraction}`, `${-fraction}`, "NaN", JSON.stringify(text)],
  ...["null", "undefined", "2 ** 53", '"0"'],
];

function judge({ observation, secret, assert }: JudgeContext): void {
  const texts = observation as Json[];
  assert.ok(Array.isArray(texts), "There should be a text for each window.");
  for (const [index, text] of (secret as Json[]).entries()) assert.equal(texts[index], text);
}

const exercise: Exercise = {
  id: "4.5",
  tests: [
    {
      name: parts,
      points: 4,
      feedback:
        "partitionBy holds nodes and orderBy orders, each in an array, whether one thing was given or several. groupOf and orderOf make them.",
      async arrange({ random }) {
        const amount = random.integer(2, 90);
        return {
          input: amount,
          secret: [
            "ROW_NUMBER() OVER (PARTITION BY loans.member ORDER BY loans.days)",
            `SUM(loans.days) OVER (PARTITION BY loans.member, loans.days + ?) ${amount}`,
            "RANK() OVER (ORDER BY loans.days DESC, loans.id)",
            `COUNT(*) OVER (PARTITION BY loans.member ORDER BY (loans.days * ?) DESC) ${amount}`,
            "MAX(loans.days) OVER (ORDER BY loans.days IS NULL DESC, loans.days DESC)",
          ],
        };
      },
      judge,
    },
    {
      name: frames,
      points: 4,
      feedback:
        "ROWS or RANGE, BETWEEN, one end, AND, the other. 0 is CURRENT ROW, a number below 0 is so many PRECEDING, one above 0 so many FOLLOWING, without its sign; an infinity is UNBOUNDED.",
      async arrange({ random }) {
        const [one, two] = [random.integer(2, 40), random.integer(2, 40)];
        const frame = (text: string) => `SUM(loans.days) OVER (ORDER BY loans.days ${text})`;
        return {
          input: [one, two],
          secret: [
            frame(`ROWS BETWEEN ${one} PRECEDING AND CURRENT ROW`),
            frame(`ROWS BETWEEN UNBOUNDED PRECEDING AND ${two} FOLLOWING`),
            frame("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"),
            frame(`RANGE BETWEEN ${one} PRECEDING AND 1 PRECEDING`),
            frame(`RANGE BETWEEN ${one} FOLLOWING AND UNBOUNDED FOLLOWING`),
            "SUM(loans.days) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
          ],
        };
      },
      judge,
    },
    {
      name: "leaves out what was not said",
      points: 2,
      feedback:
        "What is missing in a window, or an empty array, leaves nothing behind: OVER () at the least. With rows and range both, rows counts.",
      async arrange() {
        return {
          input: null,
          secret: [
            "SUM(loans.days) OVER ()",
            "ROW_NUMBER() OVER ()",
            "SUM(loans.days) OVER ()",
            "SUM(loans.days) OVER (ROWS BETWEEN CURRENT ROW AND CURRENT ROW)",
          ],
        };
      },
      judge,
    },
    {
      name: "refuses ends that are no whole numbers",
      points: 2,
      hidden: true,
      needs: frames,
      feedback:
        "An end is written into the text, so that only safe whole numbers and the two infinities may pass. A fraction, NaN, null, a missing end, a text, also one of digits, are an ArgumentError of the code frame.",
      async arrange({ random }) {
        const fraction = random.integer(1, 9) + 0.5;
        const text = `1 PRECEDING) , (SELECT ${random.integer(1, 9)}`;
        return { input: [fraction, text], secret: [...Array(17).fill("frame"), "no error"] };
      },
      judge({ observation, input, secret, assert }) {
        const ends = wrongEnds(input as [number, string]);
        const windows = [
          ...ends.map((end) => `{ rows: [${end}, 0] }`),
          ...ends.map((end) => `{ range: [-1, ${end}] }`),
          "{ rows: [-1] }",
          "{ rows: [2 ** 53 - 1, 1 - 2 ** 53] }",
        ];
        for (const [index, right] of (secret as Json[]).entries()) {
          const code = (observation as Json[])[index];
          const gave =
            code === "no error" ? "no error" : "an error whose code is not the right one";
          assert.is(code, right, `over(${windows[index]}) gave ${gave}.`);
        }
      },
    },
    {
      name: "refuses options and parts that a window has not",
      points: 1,
      hidden: true,
      needs: parts,
      feedback:
        "checkOptions refuses an option that is misspelt, groupOf what is no expression, and orderOf what can't be sorted by.",
      async arrange() {
        return {
          input: null,
          secret: [
            ...["unknown-option of over()", "unknown-option of over()"],
            ...["not-an-expression", "not-an-expression"],
            ...["not-an-order", "not-an-order"],
          ],
        };
      },
      judge({ observation, secret, assert }) {
        const windows = [
          ...["partition: Loan.c.member", "order: Loan.c.days", 'partitionBy: "member"'],
          ...["partitionBy: [undefined]", "orderBy: 7", 'orderBy: [Loan.c.days, "id"]'],
        ];
        for (const [index, right] of (secret as Json[]).entries()) {
          const code = (observation as Json[])[index];
          const gave = code === "no error" ? "no error" : "another error than it should";
          assert.is(code, right, `over({ ${windows[index]} }) gave ${gave}.`);
        }
      },
    },
    {
      name: "counts in MySQL, and knows the type of what comes",
      points: 2,
      hidden: true,
      needs: frames,
      feedback:
        "The node should have the type of what stands before OVER, as typeOfNode says: by it a sum of whole numbers is a number, and one of decimals a text that is exact.",
      async arrange({ random, sql }) {
        await sql(
          "CREATE TABLE loans (id INT PRIMARY KEY, member INT, days INT, fee DECIMAL(8, 2))",
        );
        const loans: { id: number; member: number; days: number; fee: number }[] = [];
        for (let id = 1; id <= 12; id += 1) {
          const member = random.integer(1, 3);
          const loan = { id, member, days: random.integer(1, 9), fee: random.integer(5, 500) };
          loans.push(loan);
          await sql("INSERT INTO loans VALUES (?, ?, ?, ?)", [
            id,
            member,
            loan.days,
            loan.fee / 100,
          ]);
        }
        const secret = loans.map(({ id, member, days }) => {
          const own = loans
            .filter((loan) => loan.member === member)
            .sort((one, other) => one.days - other.days || one.id - other.id);
          const place = own.findIndex((loan) => loan.id === id);
          const fees = own.reduce((sum, { fee }) => sum + fee, 0);
          const longer = loans.filter((loan) => loan.days > days).length;
          return [id, days + (own[place - 1]?.days ?? 0), (fees / 100).toFixed(2), longer + 1];
        });
        return { input: null, secret };
      },
      judge({ observation, secret, assert }) {
        const columns = [
          "id",
          "days with the row before",
          "all fees of the member",
          "rank by days",
        ];
        for (const [row, right] of (secret as Json[][]).entries()) {
          for (const [column, value] of right.entries()) {
            const found = (observation as Json[][])[row]?.[column];
            const said = `In the row with the id ${right[0]}, "${columns[column]}" is another value`;
            assert.is(found, value, `${said}; yours is a ${typeof found}.`);
          }
        }
      },
    },
  ],
};

export default exercise;
