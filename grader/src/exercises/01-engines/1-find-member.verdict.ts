import type { Exercise, Json, Random, Sql } from "../../judge/exercise.js";

type Member = { id: number; name: string };

/** For each name a number, all different; for those of the same name neither rising nor falling. */
function shuffledDays(random: Random, names: string[]): number[] {
  const shared = names.map((name) => names.indexOf(name) !== names.lastIndexOf(name));
  const inOrder = (days: number[], sign: number) =>
    days.length > 2 && days.every((day, i) => i === 0 || (day - (days[i - 1] ?? 0)) * sign > 0);
  for (;;) {
    const days = random.shuffle(names.map((_, index) => index));
    const ofShared = days.filter((_, index) => shared[index]);
    if (!inOrder(ofShared, 1) && !inOrder(ofShared, -1)) return days;
  }
}

/** Saves members on distinct days. Those of one name are found in another order than they joined. */
async function enrol(sql: Sql, random: Random, names: string[]): Promise<Member[]> {
  const days = shuffledDays(random, names);
  const members: Member[] = [];
  for (const [index, name] of names.entries()) {
    const offset = (days[index] as number) * 9 + random.integer(0, 8);
    const day = new Date(Date.UTC(2020, 0, 1 + offset));
    const id = 10 + index;
    await sql("INSERT INTO members (id, name, joined_on) VALUES (?, ?, ?)", [
      id,
      name,
      day.toISOString().slice(0, 10),
    ]);
    members.push({ id, name });
  }
  const joined = await sql("SELECT id, name FROM members ORDER BY joined_on, id");
  return joined.map((row) => ({ id: Number(row.id), name: String(row.name) }));
}

/** A name that no other call gives, to keep the rest of the table apart from what is asked for. */
const someone = (random: Random) => `${random.word(2)} ${random.word()}`;

const named = (members: Member[], name: string): Json => members.filter((m) => m.name === name);

const exercise: Exercise = {
  id: "1.1",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, joined_on DATE NOT NULL
       ) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    );
  },
  tests: [
    {
      name: "finds the members of a name, in the order in which they joined",
      points: 4,
      feedback:
        "The result should be the list of objects { id, name } of the members with exactly that name, ordered by joined_on.",
      async arrange({ random, sql }) {
        const wanted = someone(random);
        const others = [someone(random), someone(random), someone(random)];
        const members = await enrol(
          sql,
          random,
          random.shuffle([wanted, wanted, wanted, wanted, wanted, ...others]),
        );
        return {
          input: [wanted, others[0] as string],
          secret: [named(members, wanted), named(members, others[0] as string)],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "gives an empty list for a name that nobody has",
      points: 1,
      needs: "finds the members of a name, in the order in which they joined",
      feedback: "Nobody has the name, so the list is empty.",
      async arrange({ random, sql }) {
        await enrol(sql, random, [someone(random), someone(random)]);
        return { input: [`${random.word()} Nobody`] };
      },
      judge({ observation, assert }) {
        assert.equal(observation, [[]]);
      },
    },
    {
      name: "finds a name with quotes and backslashes",
      points: 1,
      hidden: true,
      feedback: "A name may contain ' or \" or \\. Such a name is a value like any other.",
      async arrange({ random, sql }) {
        const names = ["'", '"', "\\", "''"].map((mark) => `O${mark}${random.word()}`);
        const members = await enrol(sql, random, [someone(random), ...names]);
        return { input: names, secret: names.map((name) => named(members, name)) };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "takes % and _ as they are",
      points: 1,
      hidden: true,
      needs: "finds the members of a name, in the order in which they joined",
      feedback: "In the name, % and _ are plain characters: compare with =, not with LIKE.",
      async arrange({ random, sql }) {
        const word = random.word();
        const names = [`${word}%`, `${word}_`];
        const members = await enrol(sql, random, [`${word}x`, ...names, `${word}yz`]);
        return { input: names, secret: names.map((name) => named(members, name)) };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "lets no part of the name become SQL",
      points: 1,
      hidden: true,
      needs: "finds the members of a name, in the order in which they joined",
      feedback:
        "Somebody typed SQL where a name belongs. It should be looked for as a name, and nothing else should happen.",
      async arrange({ random, sql }) {
        const word = random.word();
        await enrol(sql, random, [word, someone(random), someone(random)]);
        return {
          input: [`${word}' OR '1'='1`, `${word}' -- `, `${word}"; DELETE FROM members; -- `],
        };
      },
      async judge({ observation, assert, sql }) {
        assert.equal(observation, [[], [], []]);
        const left = await sql("SELECT COUNT(*) AS n FROM members");
        assert.is(Number(left[0]?.n), 3, "members were deleted");
      },
    },
    {
      name: "sends the name beside the statement, not in it",
      points: 2,
      hidden: true,
      feedback:
        "The name should travel as a bound parameter: write it as a value of the sql tag, with no quotes around it, and let MySQL do the comparing.",
      async arrange({ random, sql }) {
        const wanted = someone(random);
        const members = await enrol(sql, random, [someone(random), wanted, someone(random)]);
        return { input: wanted, secret: named(members, wanted) };
      },
      judge({ observation, input, secret, assert }) {
        const seen = observation as { found: Json; sent: { text: string; parameters: Json[] }[] };
        assert.equal(seen.found, secret);
        const reads = seen.sent.filter((statement) => /\bmembers\b/i.test(statement.text));
        assert.is(reads.length, 1, "one statement is enough");
        assert.equal(reads[0]?.parameters, [input]);
        assert.not.ok(reads[0]?.text.includes(String(input)), "the name stands in the statement");
      },
    },
  ],
};

export default exercise;
