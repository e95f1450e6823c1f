import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

const basic = "takes out, puts in, and gives what was taken out";

type Step = [method: string, ...rest: (string | number | string[])[]];

function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** What JavaScript's own array does with the same steps; none of them is refused. */
function played(steps: Step[]): { result: Json; now: string[] }[] {
  let list: string[] = [];
  return steps.map(([method, ...rest]) => {
    const items = rest.filter((one): one is string => typeof one === "string");
    const [start = 0, count = 0] = rest.filter((one): one is number => typeof one === "number");
    let gave: Json = null;
    if (method === "push") gave = list.push(...items);
    else if (method === "unshift") gave = list.unshift(...items);
    else if (method === "pop") gave = list.pop() ?? null;
    else if (method === "shift") gave = list.shift() ?? null;
    else if (method === "splice") gave = list.splice(start, count, ...items);
    else if (method === "remove") {
      const at = list.indexOf(items[0] as string);
      gave = at >= 0;
      if (at >= 0) list.splice(at, 1);
    } else list = [...(rest.find(Array.isArray) ?? [])] as string[];
    return { result: { gave }, now: [...list] };
  });
}

type Seen = { result: Json; now: Json; noted: Json }[];

/** A line for each step: its call, what it gave, and the list afterwards. */
const told = (input: Json, seen: { result: Json; now: Json }[]) =>
  (input as Step[]).map(([method, ...rest], index) => {
    const { result, now } = seen[index] ?? { result: null, now: null };
    return `${method}(${plain(rest).slice(1, -1)}): ${plain(result)}, now ${plain(now)}`;
  });

const plain = (value: Json) => JSON.stringify(value).replaceAll('"', "'");

/** For a test that shows no values: the first step after which something is not as expected is named. */
function each(assert: Assert, input: Json, what: string, seen: Json[], wanted: Json[]): void {
  for (const [index, step] of (input as Step[]).entries()) {
    const [method, ...rest] = step;
    const call = `${method}(${plain(rest).slice(1, -1)})`;
    const [one, other] = [seen[index] ?? null, wanted[index] ?? null];
    assert.equal(one, other, `after ${call} ${what} is ${plain(one)}, and not ${plain(other)}`);
  }
}

const exercise: Exercise = {
  id: "2.7",
  tests: [
    {
      name: basic,
      points: 3,
      feedback:
        "It should do what the splice of an array does, and return a list of what it took out.",
      async arrange({ random }) {
        const [a, b, c, d, e, f] = words(random, 6) as [
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        return {
          input: [
            ["push", a, b, c],
            ["splice", 1, 1, d, e],
            ["pop"],
            ["unshift", f],
            ["shift"],
            ["remove", d],
            ["splice", 0, 2, c],
          ],
        };
      },
      judge({ observation, input, assert }) {
        assert.equal(told(input, observation as Seen), told(input, played(input as Step[])));
      },
    },
    {
      name: "counts a negative start from the end, and stays within the list",
      points: 2,
      needs: basic,
      feedback:
        "-1 is the last place. A start before the list is its beginning, one behind it its end, and a count may be too large.",
      async arrange({ random }) {
        const [a, b, c, d, e, f] = words(random, 6) as [
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        return {
          input: [
            ["push", a, b, c],
            ["splice", -1, 1],
            ["splice", -99, 1, d],
            ["splice", 99, 5, e],
            ["splice", 1, 99],
            ["splice", 0, -3, f],
            ["splice", -1, 0, b],
          ],
        };
      },
      judge({ observation, input, assert }) {
        assert.equal(told(input, observation as Seen), told(input, played(input as Step[])));
      },
    },
    {
      name: "notes the list as it was before the first change",
      points: 1,
      hidden: true,
      needs: basic,
      feedback:
        "note is called before the list changes, so it keeps the old one. A call that neither takes out nor puts in is no change.",
      async arrange({ random }) {
        const [a, b] = words(random, 2) as [string, string];
        return { input: [["splice", 0, 3], ["pop"], ["push", a], ["push", b]] };
      },
      judge({ observation, input, assert }) {
        const noted = (observation as Seen).map((seen) => seen.noted);
        each(assert, input, "what was noted", noted, [null, null, [], []]);
      },
    },
    {
      name: "tells what came and what left, after the change",
      points: 1,
      hidden: true,
      needs: basic,
      feedback:
        "The behaviour is told at the very end, when the list has changed, and not of what was refused.",
      async arrange({ random }) {
        const [a, b, c] = words(random, 3) as [string, string, string];
        return {
          input: [
            ["push", a, b],
            ["push", a],
            ["splice", 0, 1, c],
          ],
          secret: [
            { added: [a, b], removed: [], now: [a, b] },
            { added: [c], removed: [a], now: [c, b] },
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "refuses the same object twice, and leaves the list as it was",
      points: 1,
      hidden: true,
      needs: basic,
      feedback:
        "checkAdded comes before any change: the list, the set and the note stay as they were.",
      async arrange({ random }) {
        const [a, b, c] = words(random, 3) as [string, string, string];
        return {
          input: [
            ["push", a, b],
            ["push", c, a],
            ["unshift", c, c],
            ["splice", 0, 1, b],
            ["push", c],
            ["remove", c],
            ["push", c],
          ],
          secret: [
            [a, b],
            [a, b],
            [a, b],
            [a, b],
            [a, b, c],
            [a, b],
            [a, b, c],
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        const seen = observation as Seen;
        const codes = seen.map(({ result }) => (result as { code?: Json }).code ?? null);
        const twice = [null, "twice", "twice", "twice", null, null, null];
        each(assert, input, "the error's code", codes, twice);
        const lists = seen.map(({ now }) => now);
        each(assert, input, "the list", lists, secret as Json[]);
      },
    },
    {
      name: "lets an object go and come back in one call",
      points: 1,
      hidden: true,
      needs: basic,
      feedback:
        "What a call takes out, it may put in again. Afterwards the set of members must know that it is in.",
      async arrange({ random }) {
        const [a, b, c] = words(random, 3) as [string, string, string];
        return {
          input: [
            ["push", a, b],
            ["splice", 0, 2, b, a],
            ["push", a],
            ["replace", [a, c, b]],
            ["push", b],
          ],
          secret: [
            [a, b],
            [b, a],
            [b, a],
            [a, c, b],
            [a, c, b],
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        const seen = observation as Seen;
        const codes = seen.map(({ result }) => (result as { code?: Json }).code ?? null);
        each(assert, input, "the error's code", codes, [null, null, "twice", null, "twice"]);
        const lists = seen.map(({ now }) => now);
        each(assert, input, "the list", lists, secret as Json[]);
      },
    },
    {
      name: "takes very long lists",
      points: 1,
      hidden: true,
      needs: basic,
      feedback: "A call with a hundred thousand arguments fails. Put the items in one by one.",
      async arrange({ random }) {
        return { input: random.integer(150_000, 160_000) };
      },
      judge({ observation, input, assert }) {
        const grown = (input as number) + 2;
        assert.equal(observation, { grown, left: grown - 1, includes: true });
      },
    },
  ],
};

export default exercise;
