import type { Exercise, Json } from "../../judge/exercise.js";

const opens = "opens a connection when none is free, up to the size";
const again = "hands out a free connection again, the one used last first";
const inOrder = "serves those who wait in the order in which they came";

const exercise: Exercise = {
  id: "1.4",
  tests: [
    {
      name: opens,
      points: 4,
      feedback:
        "The first ones should get a connection each, and the two that came too late should wait. A place is taken before the connection is open, or others would slip in meanwhile.",
      async arrange({ random }) {
        return { input: random.integer(2, 6) };
      },
      judge({ observation, input, assert }) {
        const size = input as number;
        const { numbers, ...rest } = observation as { numbers: Json[]; [key: string]: Json };
        const expected = Array.from({ length: size }, (_, index): Json => index + 1);
        assert.equal(numbers, [...expected, "still waiting", "still waiting"]);
        assert.equal(rest, { opened: size, open: size, waiting: 2 });
      },
    },
    {
      name: again,
      points: 3,
      needs: opens,
      feedback:
        "A connection that came back should be used again before another is opened; of several, the one that came back last.",
      async arrange({ random }) {
        return { input: random.shuffle([0, 1, 2]) };
      },
      judge({ observation, input, assert }) {
        const [, second = 0, third = 0] = input as number[];
        assert.equal(observation, { again: [third + 1, second + 1], idle: 1, opened: 3 });
      },
    },
    {
      name: inOrder,
      points: 5,
      needs: opens,
      feedback:
        "Who came first is served first, and nobody who comes just when a connection is given back may overtake.",
      async arrange({ random }) {
        const names = Array.from({ length: random.integer(3, 6) }, () => random.word());
        return { input: { size: random.integer(1, 3), names, late: random.word(4) } };
      },
      judge({ observation, input, assert }) {
        const { size, names, late } = input as { size: number; names: string[]; late: string };
        assert.equal(observation, { served: [...names, late], opened: size });
      },
    },
    {
      name: "gives up after the timeout, and leaves the line",
      points: 4,
      hidden: true,
      needs: opens,
      feedback:
        "Nobody gave a connection back, so acquire should fail with PoolTimeoutError after the pool's timeout, in seconds. Who has given up leaves the line, and nobody else does: a timer is over when its waiter was served.",
      async arrange({ random }) {
        return { input: random.integer(240, 320) };
      },
      judge({ observation, input, assert }) {
        const seen = observation as {
          refused: Json;
          waited: number;
          waiting: number;
          served: Json;
          next: Json;
        };
        assert.equal(seen.refused, { name: "PoolTimeoutError", code: "pool-timeout" });
        assert.ok(seen.waited >= (input as number) - 5, "it gave up too early");
        assert.ok(seen.waited < 2500, "it gave up too late");
        const { waiting, served, next } = seen;
        assert.equal({ waiting, served, next }, { waiting: 1, served: 1, next: 1 });
      },
    },
    {
      name: "keeps its places when a connection cannot be opened",
      points: 2,
      hidden: true,
      needs: opens,
      feedback:
        "The caller should get the error, and its place goes to the next in line, who opens a connection.",
      judge({ observation, assert }) {
        assert.equal(observation, {
          outcomes: [{ name: "Error", code: "no server today" }, 1],
          open: 1,
        });
      },
    },
    {
      name: "puts a new connection in the place of a lost one",
      points: 1,
      hidden: true,
      needs: again,
      feedback:
        "isUsable says whether a connection that was idle is still good; a lost one is destroyed and replaced.",
      judge({ observation, assert }) {
        assert.equal(observation, { number: 2, destroyed: [1], open: 1 });
      },
    },
    {
      name: "lets many statements share two connections of MySQL",
      points: 1,
      hidden: true,
      needs: inOrder,
      feedback: "Each of the statements should get its answer, over two connections.",
      async arrange({ random }) {
        return { input: Array.from({ length: 12 }, () => random.integer(1, 999)) };
      },
      judge({ observation, input, assert }) {
        assert.equal(observation, { numbers: input, used: 2 });
      },
    },
  ],
};

export default exercise;
