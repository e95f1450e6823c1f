import type { Exercise, Json, Random } from "../../judge/exercise.js";
import { compare } from "./told.js";

const keeps = "keeps a call in the line until it has ended";
const waits = "lets calls that read wait for each other";
const gives = "gives a call that writes the session to itself";

/** Names of calls that read, all different: "get(Dabo)". */
function reads(random: Random, count: number): string[] {
  const names = new Set<string>();
  while (names.size < count) {
    const word = random.word(2);
    names.add(`get(${word[0]?.toUpperCase()}${word.slice(1)})`);
  }
  return [...names];
}

const writes = ["flush()", "commit()", "rollback()"];

const beside = (name: string, other: string) =>
  `threw concurrent: session.${name} was called while session.${other} was running.`;

const exercise: Exercise = {
  id: "3.9",
  tests: [
    {
      name: keeps,
      points: 3,
      feedback:
        "enter puts a call into the line, with a promise ended. The function that it gives takes this call out, and only then ended resolves.",
      async arrange({ random }) {
        return { input: [reads(random, 1)[0] as string, random.pick(writes)] };
      },
      judge({ observation, input, assert }) {
        const [one, two] = input as [string, string];
        assert.equal(observation, {
          first: [`${one}, alone: false`, `${two}, alone: true`],
          between: [one],
          last: [],
          log: ["nothing has ended", `${two} has ended`, `${one} has ended`],
        });
      },
    },
    {
      name: waits,
      points: 4,
      needs: keeps,
      feedback:
        "All of these calls were started together. Each should stand in the line at once, and begin when the one before it has ended; the first took the longest. Each gives what its work gave.",
      async arrange({ random }) {
        return { input: reads(random, 4) };
      },
      judge({ observation, input, assert }) {
        const names = input as string[];
        const [first, ...others] = names as [string, ...string[]];
        assert.equal(observation, {
          noted: names,
          results: names.map((name) => `gave rows of ${name}`),
          log: [
            `${first} begins`,
            "the first could go on",
            `${first} ends`,
            ...others.flatMap((name) => [`${name} begins`, `${name} ends`]),
          ],
          left: [],
        });
      },
    },
    {
      name: gives,
      points: 4,
      needs: keeps,
      feedback:
        "alone runs its work while the call stands in the line as one that is alone, and while sealedBy is its name. Beside any other call it is refused: the error names both, the other being the first in the line.",
      async arrange({ random }) {
        return { input: { write: random.pick(writes), reads: reads(random, 3) } };
      },
      judge({ observation, input, assert }) {
        const { write, reads: names } = input as { write: string; reads: [string] };
        const during = { calls: [`${write}: true`], sealedBy: write };
        assert.equal(observation, {
          first: "gave written",
          during: [during, during],
          after: { calls: [], sealedBy: "nothing" },
          refused: beside(write, names[0]),
          again: "gave written",
        });
      },
    },
    {
      name: "refuses to read beside a call that is alone",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "While a call is alone, every other one is refused, and leaves nothing in the line. A call that reads is no hindrance for another that reads; one that is alone is, wherever it stands in the line.",
      async arrange({ random }) {
        const [write, other] = random.shuffle(writes) as [string, string];
        return { input: { write, other, read: reads(random, 1)[0] as string } };
      },
      judge({ observation, input, assert }) {
        const { write, other, read } = input as Record<"write" | "other" | "read", string>;
        compare(assert, `Beside ${write}:`, observation, {
          refused: beside(read, write),
          twice: beside(other, write),
          during: [write],
          later: "gave rows",
          beside: "gave undefined",
          second: beside(other, write),
        });
      },
    },
    {
      name: "starts a call in the line, or beside it",
      points: 1,
      hidden: true,
      needs: waits,
      feedback:
        "start waits for the call before it, unless it is told that the call is alone; whoever calls it has made sure of that. The line says of each call whether it is alone.",
      async arrange({ random }) {
        return { input: [...reads(random, 2), random.pick(writes)] };
      },
      judge({ observation, input, assert }) {
        const [before, waiting, alone] = input as [string, string, string];
        compare(assert, "The line, and what happened:", observation, {
          noted: [`${before}: false`, `${waiting}: false`, `${alone}: true`],
          log: [`${alone} begins`, `${before} has ended`, `${waiting} begins`],
        });
      },
    },
    {
      name: "seals for as long as the work takes",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "A sealed piece of work can have another one inside. When that ends, well or not, sealedBy is again what it was before it, and nothing at the end of all.",
      async arrange({ random }) {
        return { input: random.shuffle(writes).slice(0, 2) };
      },
      judge({ observation, input, assert }) {
        const [outer, inner] = input as [string, string];
        compare(assert, "sealedBy, from look to look:", observation, {
          log: [outer, inner, inner, outer, "nothing"],
          result: "gave threw RangeError: refused",
        });
      },
    },
    {
      name: "goes on after a failure",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "A call whose work throws gives that error to its caller, and to nobody else. It leaves the line all the same, so the next one begins, and nothing stays sealed.",
      async arrange({ random }) {
        return { input: [...reads(random, 2), random.pick(writes)] };
      },
      judge({ observation, assert }) {
        compare(assert, "What came of the calls:", observation, {
          reads: ["threw RangeError: lost", "gave rows"],
          writes: ["threw RangeError: lost", "gave written"],
          left: [],
          sealedBy: "nothing",
        });
      },
    },
    {
      name: "rolls back after all that is under way",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "afterAll stops what can be stopped, once and with its own name, and waits until all have ended. A call that came while it waited is stopped, and waited for, too. Then the work runs, alone and sealed.",
      async arrange({ random }) {
        const [late, ...names] = reads(random, 3) as [string, ...string[]];
        return { input: { reads: names, late, close: random.pick(["close()", "rollback()"]) } };
      },
      judge({ observation, input, assert }) {
        const {
          reads: names,
          late,
          close,
        } = input as {
          reads: string[];
          late: string;
          close: string;
        };
        compare(assert, "What happened, in this order:", observation, {
          log: [
            `the loop is stopped for ${close}`,
            "the reads could go on",
            ...names.map((name) => `${name} ends`),
            "the loop ends",
            `the late loop is stopped for ${close}`,
            "the late one could go on",
            `${late} ends`,
            "the late loop ends",
            `${close} begins, beside 0, sealed by ${close}`,
          ],
          outcome: "gave done",
          left: [],
        } as Json);
      },
    },
    {
      name: "keeps a real session in order",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "With your functions in their place, a session should answer three reads that were started together, refuse a commit beside a read and a change during a flush, and close after the last statement, with its connection back in the pool.",
      async arrange({ random, sql }) {
        await sql("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL)");
        const ids = [random.integer(1, 50), random.integer(60, 99)];
        for (const id of ids) await sql("INSERT INTO members VALUES (?, ?)", [id, random.word()]);
        return { input: { ids, name: `${random.word()}.` } };
      },
      async judge({ observation, input, assert, sql }) {
        const { ids, name } = input as { ids: [number, number]; name: string };
        compare(assert, "What was seen:", observation, {
          members: ids,
          all: 2,
          commit:
            "threw concurrent: session.commit() was called while session.execute() was running.",
          during: `threw concurrent: Member ${ids[1]} was changed, or handed out a value to edit, while session.flush() was running.`,
          close:
            "threw concurrent: session.close() was called while session.execute() was running.",
          inUse: 0,
        });
        const [row] = await sql("SELECT COUNT(*) AS named FROM members WHERE name = ?", [name]);
        compare(assert, "How many members got the new name:", Number(row?.named), 1);
      },
    },
  ],
};

export default exercise;
