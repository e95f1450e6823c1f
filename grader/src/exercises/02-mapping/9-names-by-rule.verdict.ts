import { createHash } from "node:crypto";
import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

const snake = "makes a column's name of a property's";
const counts = "counts the edits between two names";

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
const words = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.word(2)) as [string, string, string, string];

/** Each call has to give what is expected; the first that does not is named. */
function each(assert: Assert, calls: string[], observation: Json, expected: Json[]): void {
  for (const [index, call] of calls.entries()) {
    const seen = (observation as Json[])[index];
    const wanted = expected[index];
    const said = `${call} gave ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`;
    assert.is(seen, wanted, said);
  }
}

/** Levenshtein's distance by its definition, from the ends of both texts; each question is asked once. */
function distance(one: string, other: string): number {
  const known = new Map<string, number>();
  const ask = (a: string[], b: string[]): number => {
    if (a.length === 0 || b.length === 0) return a.length + b.length;
    const question = `${a.length},${b.length}`;
    const answer =
      known.get(question) ??
      (a.at(-1) === b.at(-1)
        ? ask(a.slice(0, -1), b.slice(0, -1))
        : 1 +
          Math.min(
            ask(a.slice(0, -1), b),
            ask(a, b.slice(0, -1)),
            ask(a.slice(0, -1), b.slice(0, -1)),
          ));
    known.set(question, answer);
    return answer;
  };
  return ask([...one.toLowerCase()], [...other.toLowerCase()]);
}

/** The nearest of some names, and how it is offered. */
function offered(name: string, names: string[]): string {
  const least = Math.min(...names.map((other) => distance(name, other)));
  const nearest = names.find((other) => distance(name, other) === least);
  return least <= 1 || least <= 0.4 * [...name].length ? `Did you mean ${nearest}? ` : "";
}

const quote = (text: string) => JSON.stringify(text);
const snakeCalls = (input: Json) =>
  (input as string[]).map((name) => `toSnakeCase(${quote(name)})`);
const editCalls = (input: Json) =>
  (input as string[][]).map(
    ([one = "", other = ""]) => `editsBetween(${quote(one)}, ${quote(other)})`,
  );

const exercise: Exercise = {
  id: "2.9",
  tests: [
    {
      name: snake,
      points: 3,
      feedback:
        "A _ belongs between a small letter or a digit and the capital behind it, and before the last of several capitals where a small letter follows. Then all letters become small.",
      async arrange({ random }) {
        const [a, b, c, d] = words(random, 4);
        const digit = random.integer(2, 9);
        return {
          input: [
            a,
            a + capital(b),
            a + capital(b) + capital(c),
            `${a}URL`,
            `${a}ISBN${capital(b)}`,
            `XML${capital(c)}${capital(d)}`,
            a + digit,
            a + digit + capital(b),
            `${a}_${b}`,
          ],
          secret: [
            a,
            `${a}_${b}`,
            `${a}_${b}_${c}`,
            `${a}_url`,
            `${a}_isbn_${b}`,
            `xml_${c}_${d}`,
            a + digit,
            `${a}${digit}_${b}`,
            `${a}_${b}`,
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, snakeCalls(input), observation, secret as Json[]);
      },
    },
    {
      name: counts,
      points: 3,
      feedback:
        "Each letter that is put in, taken out or exchanged is one step. A capital is the same letter as the small one. From the empty text it takes as many steps as there are letters.",
      async arrange({ random }) {
        const [a, b] = words(random, 2);
        return {
          input: [
            [a, a],
            ["", a],
            [b, ""],
            [a, a.toUpperCase()],
            [`${a}x`, a],
            [a, `q${a}`],
            [`${a}x${b}`, `${a}y${b}`],
            ["sitting", "kitten"],
          ],
        };
      },
      judge({ observation, input, assert }) {
        const expected = (input as [string, string][]).map(([one, other]) => distance(one, other));
        each(assert, editCalls(input), observation, expected);
      },
    },
    {
      name: "names each kind of constraint",
      points: 2,
      feedback:
        "uq_, ix_, fk_ or ck_, then the table, then each column, with _ between. A foreign key ends in the table that it leads to, a check in its name or number.",
      async arrange({ random }) {
        const [table, one, two, target] = words(random, 4);
        const name = random.word();
        return {
          input: { table, columns: [one, two], target, name },
          secret: {
            unique: `uq_${table}_${one}_${two}`,
            index: `ix_${table}_${one}`,
            both: `ix_${table}_${one}_${two}`,
            foreignKey: `fk_${table}_${one}_${two}_${target}`,
            check: `ck_${table}_${name}`,
            counted: `ck_${table}_2`,
          },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "finds the shortest way",
      points: 2,
      hidden: true,
      needs: counts,
      feedback:
        "Of above plus 1, left plus 1 and upper left plus 0 or 1, the least counts, in each place of the table. An emoji is one letter.",
      async arrange({ random }) {
        const mixed = () =>
          random.shuffle(`${random.word(2)}${random.word(1)}ab`.split("")).join("");
        const pairs = Array.from({ length: 12 }, () => [mixed(), mixed()]);
        const long = random.word(9);
        return {
          input: [
            ...pairs,
            [long, `${random.word(1)}${long.slice(3)}`],
            ["abcdef", "fabcde"],
            ["📚", "📚"],
            ["x", "📚x"],
            [`${long}📚`, long],
          ],
        };
      },
      judge({ observation, input, assert }) {
        const expected = (input as [string, string][]).map(([one, other]) => distance(one, other));
        each(assert, editCalls(input), observation, expected);
      },
    },
    {
      name: "finds the name that was meant",
      points: 2,
      hidden: true,
      needs: counts,
      feedback:
        "The nearest name counts, of equals the first; it may be as far as 40 % of the letters of the name that was written, and always one edit. Without such a name the text is empty.",
      async arrange({ random }) {
        const [a, b, c] = words(random, 3);
        return {
          input: [
            { name: `${a}x`, names: [b, `${a}xyz`, a, c] },
            { name: `${a}xx`, names: [`${a}yx`, `${a}xy`] },
            { name: "ab", names: ["cdefghij", "ax"] },
            { name: "ab", names: ["cd"] },
            { name: "abcde", names: ["abcxy"] },
            { name: "abcde", names: ["abxyz"] },
            // The letters of the name that was written count, not those of the other.
            { name: "abcde", names: ["abcdefgh"] },
            { name: "abcdefgh", names: ["abcde"] },
            { name: "📚📚a", names: ["📚bc"] },
            { name: a.toUpperCase(), names: [b, `${a}s`] },
            { name: a, names: [] },
          ],
        };
      },
      judge({ observation, input, assert }) {
        const given = input as { name: string; names: string[] }[];
        const calls = given.map(
          ({ name, names }) => `didYouMean(${quote(name)}, ${JSON.stringify(names)})`,
        );
        const expected = given.map(({ name, names }) => offered(name, names));
        each(assert, calls, observation, expected);
      },
    },
    {
      name: "keeps long names apart",
      points: 1,
      hidden: true,
      feedback:
        "64 characters are not too many. A longer name becomes its first 55 characters, a _ and 8 digits of the hash of the whole.",
      async arrange({ random }) {
        const start = random.word(30).slice(0, 60);
        return { input: [start, `${start}abcd`, `${start}abcde`, `${start}abcdf`] };
      },
      judge({ observation, input, assert }) {
        const names = input as string[];
        const expected = names.map((name) => {
          const digits = createHash("sha256").update(name).digest("hex").slice(0, 8);
          return name.length > 64 ? `${name.slice(0, 55)}_${digits}` : name;
        });
        each(
          assert,
          names.map((name) => `shorten(${quote(name)})`),
          observation,
          expected,
        );
      },
    },
    {
      name: "knows any alphabet",
      points: 1,
      hidden: true,
      needs: snake,
      feedback:
        "Ü and Ж are capitals too: \\p{Lu} in a pattern with the flag u, and \\p{Ll} for small letters.",
      async arrange({ random }) {
        const [a, b] = words(random, 2);
        return {
          input: [`${a}Übersicht`, `größe${capital(b)}`, "книгаЖанр", "ÄÖÜber"],
          secret: [`${a}_übersicht`, `größe_${b}`, "книга_жанр", "äö_über"],
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, snakeCalls(input), observation, secret as Json[]);
      },
    },
    {
      name: "names what MySQL makes",
      points: 1,
      hidden: true,
      needs: snake,
      feedback:
        "With your rules in their place, createAll should make a table whose column and unique constraint have these names, however long they are.",
      async arrange({ random }) {
        const property = `${random.word(10)}${capital(random.word(18))}`;
        return { input: { table: random.word(), property } };
      },
      async judge({ observation, input, assert, sql }) {
        assert.is(observation, null);
        const { table, property } = input as { table: string; property: string };
        const column = property.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
        const rows = await sql(
          "SELECT INDEX_NAME AS name, COLUMN_NAME AS kolumn FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME <> 'PRIMARY'",
        );
        const whole = `uq_${table}_${column}`;
        const digits = createHash("sha256").update(whole).digest("hex").slice(0, 8);
        const name = whole.length > 64 ? `${whole.slice(0, 55)}_${digits}` : whole;
        assert.equal(
          rows.map((row) => ({ name: String(row.name), column: String(row.kolumn) })),
          [{ name, column }],
        );
      },
    },
  ],
};

export default exercise;
