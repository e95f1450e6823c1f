import type { Exercise, Json, JudgeContext, Random } from "../../judge/exercise.js";
import { compare } from "./told.js";

const finds = "finds the columns that hold another value";

/** What stands in the row of a book; times in milliseconds, bytes as digits. */
function book(random: Random) {
  const time = () => Date.UTC(2020, 0, 1) + random.integer(0, 10 ** 11);
  const byte = () => random.integer(16, 200).toString(16);
  return {
    title: random.word(),
    price: `${random.integer(1, 90)}.${random.integer(10, 99)}`,
    pages: random.integer(20, 900),
    printed: time(),
    bought: null,
    cover: `${byte()}${byte()}${byte()}`,
    place: random.word(2),
  };
}

const set = (property: string, to: Json): Json => ({ set: property, to });
const read = (property: string): Json => ({ read: property });
const edit = (property: string, by: number): Json => ({ edit: property, by });
const forget = (property: string): Json => ({ forget: property });

/** Steps for a reader. */
function described(steps: Json[]): string {
  const words = steps.map((step) =>
    Object.entries(step as Record<string, Json>)
      .map(
        ([verb, value]) => `${verb} ${typeof value === "string" ? value : JSON.stringify(value)}`,
      )
      .join(" "),
  );
  return words.join("; ") || "nothing done";
}

/** Compares each list of steps with what came of it. */
function judgeSteps({ observation, input, secret, assert }: JudgeContext): void {
  const { all } = input as { all: Json[][] };
  const told = (changed: Json) =>
    all.map((steps, at) => {
      const names = (changed as Json[])[at] as Json;
      const list = Array.isArray(names) ? names.join(", ") : JSON.stringify(names);
      return `${described(steps)}: ${list || "none"}`;
    });
  assert.equal(told(observation), told(secret));
}

/** The same for a hidden test: names the first list of steps of which something else came. */
function judgeHidden({ observation, input, secret, assert }: JudgeContext): void {
  const { all } = input as { all: Json[][] };
  for (const [at, steps] of all.entries()) {
    const changed = Array.isArray(observation) ? (observation[at] ?? null) : observation;
    const expected = (secret as string[][])[at] as string[];
    compare(assert, `After "${described(steps)}", the changed columns are`, changed, expected);
  }
}

/** Lists of steps, each with the properties that have changed after it, in random order. */
function arranged(random: Random, stored: Json, cases: [steps: Json[], changed: string[]][]) {
  const shuffled = random.shuffle(cases);
  return {
    input: { stored, all: shuffled.map(([steps]) => steps) },
    secret: shuffled.map(([, changed]) => changed),
  };
}

const exercise: Exercise = {
  id: "3.4",
  tests: [
    {
      name: finds,
      points: 4,
      feedback:
        "The columns whose value is another one than in before, in the order of the table. A book that nobody touched has none: neither before nor handedOut is there.",
      async arrange({ random }) {
        const stored = book(random);
        const title = set("title", `${random.word()}!`);
        const price = set("price", "91.00");
        const pages = set("pages", stored.pages + 1);
        return arranged(random, stored, [
          [[], []],
          [[title], ["title"]],
          [
            [pages, title],
            ["title", "pages"],
          ],
          [
            [price, pages, set("price", "92.50")],
            ["price", "pages"],
          ],
        ]);
      },
      judge: judgeSteps,
    },
    {
      name: "sees no change where the old value is back",
      points: 3,
      needs: finds,
      feedback:
        "What was set to another value, and then to the first again, is as it was. The same holds for a time that was replaced by an equal one: the two Dates are different objects, and nothing has to be written.",
      async arrange({ random }) {
        const stored = book(random);
        const title = set("title", `${random.word()}!`);
        return arranged(random, stored, [
          [[title, set("title", stored.title)], []],
          [[set("pages", null), title, set("pages", stored.pages)], ["title"]],
          [[set("printed", stored.printed)], []],
          [[set("cover", stored.cover), set("price", "91.00")], ["price"]],
        ]);
      },
      judge: judgeSteps,
    },
    {
      name: "sees what was edited in place",
      points: 3,
      hidden: true,
      needs: finds,
      feedback:
        "Nobody sets a property when a Date or bytes are edited in place. handedOut holds a copy of what it was. What was only read, or edited back, has not changed; a time can differ by one millisecond. A Date that was edited, and then replaced by one that is equal, differs from the copy still.",
      async arrange({ random }) {
        const stored = book(random);
        const by = random.integer(1, 900);
        return arranged(random, stored, [
          [[read("printed"), read("cover"), read("bought")], []],
          [[edit("printed", by)], ["printed"]],
          [[edit("printed", 1)], ["printed"]],
          [[edit("cover", 1)], ["cover"]],
          [
            [edit("cover", 3), edit("printed", by), set("pages", 5)],
            ["pages", "printed", "cover"],
          ],
          [[edit("cover", 3), edit("printed", by), edit("printed", -by)], ["cover"]],
          [[set("bought", stored.printed), edit("bought", by)], ["bought"]],
          [[edit("printed", by), set("printed", stored.printed + by)], ["printed"]],
        ]);
      },
      judge: judgeHidden,
    },
    {
      name: "sees a time become NULL, and NULL become a time",
      points: 2,
      hidden: true,
      needs: finds,
      feedback:
        "null is a value like any other here, and null is not equal to a Date, to bytes, or to what a converted column holds. type.editable compares two that are there.",
      async arrange({ random }) {
        const stored = book(random);
        return arranged(random, stored, [
          [[set("printed", null)], ["printed"]],
          [[read("printed"), set("printed", null)], ["printed"]],
          [
            [set("cover", null), set("bought", stored.printed)],
            ["bought", "cover"],
          ],
          [[set("bought", stored.printed), set("bought", null)], []],
          [[set("cover", null), set("cover", stored.cover)], []],
          [[set("pages", null)], ["pages"]],
          [[set("place", null)], ["place"]],
          [[set("place", null), set("place", stored.place)], []],
        ]);
      },
      judge: judgeHidden,
    },
    {
      name: "leaves out what is not in memory, and what is no column",
      points: 1,
      hidden: true,
      needs: finds,
      feedback:
        "A value that is undefined is not known, so there is nothing to write. before may also hold a position behind the columns, where the relationships stand.",
      async arrange({ random }) {
        const stored = book(random);
        return arranged(random, stored, [
          [[set("pages", stored.pages + 1)], ["pages"]],
          [[set("title", "x"), forget("title"), set("price", "91.00")], ["price"]],
          [[read("printed"), forget("printed")], []],
        ]);
      },
      judge: judgeHidden,
    },
    {
      name: "writes to MySQL what changed, and nothing else",
      points: 2,
      hidden: true,
      needs: finds,
      feedback:
        "Another client gave the book another title meanwhile. With your functions in their place, a flush should write the two columns that the program changed, leave that title alone, and send nothing for the other books.",
      async arrange({ random }) {
        const stored = book(random);
        const by = random.integer(1000, 10 ** 9);
        const title = `${random.word()} 2`;
        return { input: { stored, title, price: "99.95", by }, secret: stored.printed + by };
      },
      async judge({ observation, input, secret, assert, sql }) {
        compare(assert, "The flush set", observation, ["`price` = ?, `printed` = ?"]);
        const [row] = await sql("SELECT title, price, printed FROM books WHERE id = 1");
        const { title, price } = input as Record<string, Json>;
        const printed = new Date(secret as number).toISOString().slice(0, -1).replace("T", " ");
        compare(assert, "The row holds", { ...row } as Json, { title, price, printed } as Json);
      },
    },
  ],
};

export default exercise;
