import type { Exercise, Json } from "../../judge/exercise.js";

const says = "says what can be run again";
const runs = "runs the work again until it succeeds";

/** The longest wait after each run, in milliseconds. */
const longest = (run: number) => Math.min(1000, 10 * 2 ** run);

/** What is thrown, and whether the work can be run again. */
const cases: [thrown: Json, again: boolean][] = [
  [{ code: "deadlock" }, true],
  [{ code: "lock-timeout" }, true],
  [{ code: "other", sqlState: "40001" }, true],
  [{ code: "other", sqlState: "40000" }, true],
  [{ code: "connection-lost", sqlState: "40003" }, false],
  [{ code: "duplicate-key", sqlState: "23000" }, false],
  [{ code: "other", sqlState: "54001" }, false],
  [{ code: "rolled-back", cause: { code: "deadlock" } }, true],
  [{ code: "transaction-ended", cause: { code: "deadlock" } }, true],
  [{ code: "rolled-back", cause: { code: "rolled-back", cause: { code: "lock-timeout" } } }, true],
  [{ code: "rolled-back", cause: { code: "duplicate-key" } }, false],
  [{ code: "rolled-back" }, false],
  [{ code: "stale", cause: { code: "deadlock" } }, false],
  [{}, false],
  ["undefined", false],
  [null, false],
  ["deadlock", false],
];

/** What is thrown in the end, after so many deadlocks. */
type Case = { thrown: string | { message: string }; after: number };

const exercise: Exercise = {
  id: "6.3",
  async setup(sql) {
    await sql("CREATE TABLE shelves (id INT PRIMARY KEY, books INT NOT NULL)");
    await sql("INSERT INTO shelves VALUES (1, 1000), (2, 1000)");
  },
  tests: [
    {
      name: says,
      points: 4,
      feedback:
        'A deadlock and a lock that took too long, and the states 40… but not 40003. An error with the code "rolled-back" or "transaction-ended" is as its cause is, and that may be such an error again. Anything else is false; undefined and null can be thrown too.',
      async arrange({ random }) {
        const shuffled = random.shuffle(cases);
        return {
          input: shuffled.map(([thrown]) => thrown),
          secret: shuffled.map(([, again]) => again),
        };
      },
      judge({ observation, input, secret, assert }) {
        const told = (answers: Json) =>
          (input as Json[]).map((one, at) => `${JSON.stringify(one)}: ${(answers as Json[])[at]}`);
        assert.equal(told(observation), told(secret));
      },
    },
    {
      name: runs,
      points: 4,
      needs: says,
      feedback:
        "times counts the runs after the first. As long as the work throws a deadlock and runs are left, it should run again, and the result is that of the run which succeeded. When the first run succeeds, there is no second.",
      async arrange({ random }) {
        const times = random.integer(3, 6);
        return {
          input: [
            { times, fails: 0 },
            { times, fails: times - 1 },
            { times, fails: times },
            { times: 0, fails: 0 },
          ],
        };
      },
      judge({ observation, input, assert }) {
        const expected = (input as { fails: number }[]).map(({ fails }) => ({
          gave: 7,
          runs: fails + 1,
        }));
        assert.equal(observation, expected);
      },
    },
    {
      name: "lets other errors out at once",
      points: 3,
      hidden: true,
      needs: says,
      feedback:
        "What is not retryable should be thrown as it is, at once and without a note, whatever it is and in whichever run.",
      async arrange({ random }) {
        const errors = [
          { code: "duplicate-key", message: "taken" },
          { message: "mine" },
          "undefined",
          "text",
        ].flatMap((thrown) => [
          { thrown, after: 0 },
          { thrown, after: random.integer(1, 3) },
        ]);
        return { input: random.shuffle(errors) };
      },
      judge({ observation, input, assert }) {
        for (const [index, { thrown, after }] of (input as Case[]).entries()) {
          const { same, runs, message } = (observation as Record<string, Json>[])[index] ?? {};
          const said = `After ${after} deadlocks this was thrown: ${JSON.stringify(thrown)}.`;
          assert.is(same, true, `${said} Something else came out.`);
          assert.is(runs, after + 1, `${said} There were ${Number(runs)} runs.`);
          const own = typeof thrown === "string" ? "" : thrown.message;
          assert.is(message, own, `${said} Its message was changed.`);
        }
      },
    },
    {
      name: "throws the last error, and says how often it was tried",
      points: 3,
      hidden: true,
      needs: runs,
      feedback:
        "When no run is left, the error of the last run is thrown, that very object. Its message ends with a line of its own, its stack has it behind the message and before the first frame, and tries is the number of all runs. With times 0 it is the error as it was.",
      async arrange({ random }) {
        return { input: random.integer(1, 4) };
      },
      judge({ observation, input, assert }) {
        const times = input as number;
        const seen = observation as Record<string, Json>;
        const said = `withRetry(${times}, …), and each run fails:`;
        assert.is(seen.runs, times + 1, `${said} there were ${Number(seen.runs)} runs.`);
        assert.is(seen.last, true, `${said} the error of the last run should be thrown.`);
        const message = `no. ${times + 1}\n  It was tried ${times + 1} times.`;
        assert.is(seen.message, message, `${said} the message does not end with the note.`);
        assert.is(seen.stack, true, `${said} the stack does not hold the whole message.`);
        assert.is(seen.tries, times + 1, `${said} tries is another number.`);
        assert.is(seen.listed, false, `${said} the stack is visible in output.`);
        const plain = { same: true, message: "no. 1", tries: null };
        assert.equal(seen.plain, plain, "withRetry(0, …): the error should stay as it was.");
      },
    },
    {
      name: "waits for a random time, up to twice as long each time",
      points: 3,
      hidden: true,
      needs: runs,
      feedback:
        "The wait after a run is Math.random() times its longest: 20 ms after the first run, 40 after the second, 80 after the third, and never more than a second. It should be a new random number each time, and there is no wait after the last run.",
      async arrange() {
        return { input: { values: [0, 0.25, 0.75], fails: 9 } };
      },
      judge({ observation, input, assert }) {
        const { values, fails } = input as { values: number[]; fails: number };
        const delays = observation as number[][];
        const expected = values.map((value) =>
          Array.from({ length: fails }, (_, at) => value * longest(at + 1)),
        );
        const isNear = (one: number, other: number) => Math.abs(one - other) <= 0.1;
        const near = delays.map((list, row) =>
          list.map((delay, at) => {
            const right = expected[row]?.[at] as number;
            return isNear(delay, right) ? right : delay;
          }),
        );
        for (const [row, value] of values.entries()) {
          const shown = (delays[row] ?? []).map((delay) => Math.round(Number(delay)));
          const said = `With Math.random() at ${value} your waits are ${shown.join(", ")} ms.`;
          assert.equal(near[row], expected[row], said);
        }
      },
    },
    {
      name: "lets a signal end the waiting",
      points: 2,
      hidden: true,
      needs: runs,
      feedback:
        "The signal came while the work waited for its next run. There should be no further run, and the error that limitReached gives is thrown: its code is aborted.",
      async arrange({ random }) {
        return { input: random.integer(3, 4) };
      },
      judge({ observation, input, assert }) {
        const seen = observation as Record<string, Json>;
        assert.is(seen.runs, input, `There were ${Number(seen.runs)} runs.`);
        assert.is(seen.code, "aborted", "The error is not the one of limitReached.");
        assert.is(seen.cause, "enough", "The error does not have the reason of the signal.");
        assert.is(seen.quick, true, "It came only when the wait was over.");
      },
    },
    {
      name: "brings two transactions through that lock each other",
      points: 1,
      hidden: true,
      needs: runs,
      feedback:
        "With your functions in their place, two transactions lock two shelves in opposite orders. One is the victim, runs again, and both should be in the table in the end.",
      async arrange({ random }) {
        return { input: [random.integer(1, 40), random.integer(41, 90)] };
      },
      async judge({ observation, input, assert, sql }) {
        const [one, two] = input as [number, number];
        const { gave, again } = observation as Record<string, Json>;
        assert.equal(gave, [one, two], "One of the two did not give what its work gave.");
        assert.is(again, true, "Neither of the two was run again.");
        const rows = await sql("SELECT books FROM shelves ORDER BY id");
        assert.equal(
          rows.map(({ books }) => Number(books)),
          [1000 - one + two, 1000 + one - two],
          "The numbers in the table are not those of both transactions.",
        );
      },
    },
  ],
};

export default exercise;
