import type { Exercise, Json, Random } from "../../judge/exercise.js";

const described = "describes the table that is there";

function someone(random: Random) {
  const day = new Date(Date.UTC(2015, 0, random.integer(1, 3000)));
  return {
    name: `${random.word(2)} ${random.word()}`,
    card: `${random.integer(2 ** 40, 2 ** 52)}${random.integer(100, 999)}n`,
    joinedOn: day.toISOString().slice(0, 10),
    phone: `+${random.integer(10 ** 9, 10 ** 10)}`,
  };
}

/** As information_schema tells them: name, type, whether it can be null, whether it is counted up. */
const wanted = [
  ["id", "int", "NO", "auto_increment"],
  ["full_name", "varchar(120)", "NO", ""],
  ["card_no", "bigint", "NO", ""],
  ["joined_on", "date", "NO", ""],
  ["phone", "varchar(30)", "YES", ""],
];

const exercise: Exercise = {
  id: "2.1",
  tests: [
    {
      name: described,
      points: 4,
      feedback:
        "Base.metadata.createAll should make a table with the columns of the statement: the same names, types and NULLs.",
      async judge({ observation, assert, sql }) {
        assert.is(observation, null);
        const rows = await sql(
          `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, extra AS extra
           FROM information_schema.columns
           WHERE table_schema = DATABASE() AND table_name = 'members'`,
        );
        const seen = rows.map((row) =>
          ["name", "type", "nullable", "extra"].map((key) => String(row[key])),
        );
        const byName = (one: string[], other: string[]) =>
          String(one[0]).localeCompare(String(other[0]));
        assert.equal(seen.sort(byName), [...wanted].sort(byName));
      },
    },
    {
      name: "gives a member the five properties",
      points: 3,
      feedback:
        "The properties are id, name, card, joinedOn and phone. Only their columns have the other names.",
      async arrange({ random }) {
        return { input: someone(random) };
      },
      judge({ observation, input, assert }) {
        const { name, card, joinedOn, phone } = input as Record<string, Json>;
        assert.equal(observation, { name, card, joinedOn, phone });
      },
    },
    {
      name: "lets the phone be absent, and nothing else",
      points: 3,
      hidden: true,
      needs: "gives a member the five properties",
      feedback:
        "Without a phone a member is whole, and its phone is null. A name, a card and a day are always there.",
      async arrange({ random }) {
        const { phone: _phone, ...member } = someone(random);
        return {
          input: {
            member,
            without: [
              { ...member, name: null },
              { ...member, card: null },
              { ...member, joinedOn: null },
              { ...member, card: 7.5 },
              { ...member, joinedOn: "2024-02-30" },
            ],
          },
        };
      },
      judge({ observation, input, assert }) {
        const { member } = input as { member: Record<string, Json> };
        const { whole, refused } = observation as { whole: Json; refused: Json[] };
        const seen = `without a phone, toObject() gave ${JSON.stringify(whole)}`;
        assert.equal(whole, { ...member, phone: null }, seen);
        const bad: [string, string][] = [
          ["the name is null", "null-value"],
          ["the card is null", "null-value"],
          ["joinedOn is null", "null-value"],
          ["the card is 7.5", "column-value"],
          ["joinedOn is 2024-02-30", "column-value"],
        ];
        for (const [index, [what, code]] of bad.entries()) {
          const met = JSON.stringify(refused[index]);
          const said = `when ${what}, a new member should be refused; yours gave ${met}`;
          assert.equal(refused[index], { name: "ArgumentError", code }, said);
        }
      },
    },
  ],
};

export default exercise;
