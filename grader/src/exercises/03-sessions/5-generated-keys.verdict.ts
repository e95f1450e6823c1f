import type { Exercise, Json, Random } from "../../judge/exercise.js";
import { compare, compareEach } from "./told.js";

type Observed = {
  keys: string[];
  stored: Record<string, string>;
  asked: { statements: number; settings: number };
};

const gives = "gives every row of one INSERT its key";

function names(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word(4));
  return [...found];
}

/** What the objects should hold: the keys of the server's rows, in the type of the class. */
const keysOf = (of: string[], stored: Record<string, string>, type: string) =>
  of.map((name) => `${name}: ${type} ${stored[name]}`);

const exercise: Exercise = {
  id: "3.5",
  tests: [
    {
      name: gives,
      points: 3,
      feedback:
        "One INSERT takes all rows, and the server tells the first key. Each object should have the key of its row, in the form that its class has keys.",
      async arrange({ random }) {
        const first = String(random.integer(10, 9000));
        const of = names(random, random.integer(3, 7));
        return { input: { of: "Member", names: of, server: { first, increment: 1 } } };
      },
      judge({ observation, input, assert }) {
        const { keys, stored, asked } = observation as Observed;
        assert.equal(keys, keysOf((input as { names: string[] }).names, stored, "number"));
        assert.is(asked.statements, 1, "the number of statements");
      },
    },
    {
      name: "counts on by the server's increment",
      points: 3,
      needs: gives,
      feedback:
        "Where several servers share a table, each counts in steps, so that no key is made twice. flush.settings() knows the step.",
      async arrange({ random }) {
        const server = {
          first: String(random.integer(10, 9000)),
          increment: random.integer(2, 10),
        };
        return { input: { of: "Member", names: names(random, 5), server } };
      },
      judge({ observation, input, assert }) {
        const { keys, stored } = observation as Observed;
        assert.equal(keys, keysOf((input as { names: string[] }).names, stored, "number"));
      },
    },
    {
      name: "sends rows one by one where a trigger may set their keys",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "A trigger of this table sets keys of its own, so only the first of a statement would be known. The names in triggered are in lower case.",
      async arrange({ random }) {
        const server = {
          first: String(random.integer(10, 9000)),
          increment: 1,
          triggers: ["members", "guestbook"],
          jumps: Array.from({ length: 4 }, () => random.integer(2, 90)),
        };
        return { input: { of: "Guest", names: names(random, 4), server } };
      },
      judge({ observation, input, assert }) {
        const { keys, stored, asked } = observation as Observed;
        const of = (input as { names: string[] }).names;
        compareEach(assert, of, keys, keysOf(of, stored, "number"));
        compare(assert, "The number of statements is", asked.statements, 4);
      },
    },
    {
      name: "takes the first key of each statement anew",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "So many rows take two statements, and somebody else may insert between them. So the keys of the second statement begin at a first key of its own.",
      async arrange({ random }) {
        const server = {
          first: String(random.integer(10, 9000)),
          increment: random.integer(1, 3),
          others: random.integer(1, 9),
        };
        return { input: { of: "Member", names: names(random, 1010), server } };
      },
      judge({ observation, input, assert }) {
        const { keys, stored, asked } = observation as Observed;
        const of = (input as { names: string[] }).names;
        compareEach(assert, of, keys, keysOf(of, stored, "number"));
        compare(assert, "The number of statements is", asked.statements, 2);
      },
    },
    {
      name: "knows long keys, and keys that are text",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "The server tells a bigint. A column's type.read makes of it what the program sees, if there is one; a number would round a long key.",
      async arrange({ random }) {
        const server = {
          first: String(2n ** 60n + BigInt(random.integer(1, 10 ** 9))),
          increment: random.integer(1, 3),
        };
        return {
          input: { of: random.pick(["Card", "Ticket"]), names: names(random, 4), server },
        };
      },
      judge({ observation, input, assert }) {
        const { keys, stored } = observation as Observed;
        const { of, names: given } = input as { of: string; names: string[] };
        const expected = keysOf(given, stored, of === "Card" ? "bigint" : "string");
        compareEach(assert, given, keys, expected);
      },
    },
    {
      name: "asks the server nothing that it does not need",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "A single row needs neither the step nor the triggers. Nor do rows whose keys are given, and these keep their keys.",
      async arrange({ random }) {
        return { input: { name: random.word(), first: String(random.integer(10, 9000)) } };
      },
      judge({ observation, input, assert }) {
        const { first } = input as { first: string };
        compare(assert, "What was asked for, and the keys:", observation, {
          single: { statements: 1, settings: 0 },
          given: { statements: 1, settings: 0 },
          keys: [Number(first), 7, 3],
        });
      },
    },
    {
      name: "refuses a key that the server would not tell",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        'Of a key of two columns one is missing. The server does not count that up, so nothing should be sent, and the error has the code "key-missing".',
      async arrange({ random }) {
        return { input: { desk: random.integer(1, 99), name: random.word() } };
      },
      judge({ observation, assert }) {
        compare(assert, "The code, and the number of statements:", observation, {
          code: "key-missing",
          statements: 0,
        });
      },
    },
    {
      name: "notes that the rows are written",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "After its INSERT a row has nothing to write any more: written(row) says so. Otherwise an UPDATE of the same flush would write it again.",
      async arrange({ random }) {
        return { input: names(random, 3) };
      },
      judge({ observation, assert }) {
        compare(assert, "Whether each row counts as written:", observation, [true, true, true]);
      },
    },
    {
      name: "gives 1,200 objects the keys that MySQL made",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "With your functions in their place, a session should insert 1,200 members with two statements, the guests, whose table has a trigger, one by one, and every object should have the key of its row.",
      async arrange({ random, sql }) {
        for (const table of ["members", "GuestBook"]) {
          const first = random.integer(100, 9000);
          await sql(
            `CREATE TABLE ${table} (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL)
             AUTO_INCREMENT = ${first}`,
          );
        }
        const start = random.integer(20_000, 30_000);
        // A server with a binary log lets few accounts make triggers; the keys can be judged without it.
        await sql(
          `CREATE TRIGGER vip BEFORE INSERT ON GuestBook FOR EACH ROW
           SET NEW.id = IF(NEW.name LIKE 'vip%', ${start} + CHAR_LENGTH(NEW.name), NEW.id)`,
        ).catch(() => {});
        const [one, other] = [random.word(2), random.word(3)];
        const guests = [random.word(), `vip ${one}`, random.word(5), `vip ${other}x`];
        return { input: { names: names(random, 1200), guests } };
      },
      async judge({ observation, input, assert, sql }) {
        const { inserts, members, guests } = observation as Record<string, Json>;
        const given = input as { names: string[]; guests: string[] };
        const keys = async (table: string, of: string[]) => {
          const rows = await sql(`SELECT id, name FROM ${table}`);
          const byName = new Map(rows.map(({ id, name }) => [String(name), Number(id)]));
          return of.map((name) => byName.get(name) ?? null);
        };
        compareEach(assert, given.names, members ?? null, await keys("members", given.names));
        compareEach(assert, given.guests, guests ?? null, await keys("GuestBook", given.guests));
        compare(assert, "The number of statements for the members is", inserts ?? null, 2);
      },
    },
  ],
};

export default exercise;
