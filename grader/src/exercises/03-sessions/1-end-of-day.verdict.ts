import type { Exercise, Random, Sql } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Member = { id: number; name: string; phone: string | null };
type Day = { joined: string[]; moved: { id: number; phone: string }; left: number };

const adds = "adds the new members and gives their keys";
const changes = "changes one phone number, and deletes one member";

const phone = (random: Random) => `555-${random.integer(1000, 9999)}`;

/** Saves members whose keys have gaps, and makes up a day: who of them moves, who leaves, who is new. */
async function enrol(
  sql: Sql,
  random: Random,
  newcomers: number,
): Promise<{ members: Member[]; day: Day }> {
  const members: Member[] = [];
  let id = random.integer(3, 40);
  for (let count = 0; count < 6; count += 1) {
    const member = { id, name: random.word(), phone: random.pick([null, phone(random)]) };
    await sql("INSERT INTO members VALUES (?, ?, ?)", [member.id, member.name, member.phone]);
    members.push(member);
    id += random.integer(1, 9);
  }
  const [moving, leaving] = random.shuffle(members) as [Member, Member];
  const joined = Array.from({ length: newcomers }, (_, index) => `${random.word()} ${index}`);
  const day = {
    joined: random.shuffle(joined),
    moved: { id: moving.id, phone: `${phone(random)}-9` },
    left: leaving.id,
  };
  return { members, day };
}

/** The members as they should be after the day, without the new ones. */
const after = (members: Member[], { moved, left }: Day) =>
  members
    .filter(({ id }) => id !== left)
    .map((member) => (member.id === moved.id ? { ...member, phone: moved.phone } : member));

async function membersIn(sql: Sql): Promise<Member[]> {
  const rows = await sql("SELECT id, name, phone FROM members ORDER BY id");
  return rows.map((row) => ({
    id: Number(row.id),
    name: String(row.name),
    phone: row.phone === null ? null : String(row.phone),
  }));
}

const exercise: Exercise = {
  id: "3.1",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, phone VARCHAR(30) NULL)`,
    );
  },
  tests: [
    {
      name: adds,
      points: 4,
      feedback:
        "There should be a row for each of the names in joined, and the result should be a list of the keys that MySQL gave them, in the order of joined. A key is there after the flush.",
      async arrange({ random, sql }) {
        const { day } = await enrol(sql, random, 3);
        return { input: day };
      },
      async judge({ observation, input, assert, sql }) {
        const { joined } = input as Day;
        const rows = (await membersIn(sql)).filter(({ name }) => joined.includes(name));
        assert.equal(rows.map(({ name }) => name).sort(), [...joined].sort(), "the new members");
        const keys = joined.map((name) => rows.find((row) => row.name === name)?.id);
        assert.equal(observation, keys, "the keys");
      },
    },
    {
      name: changes,
      points: 3,
      feedback:
        "The member of moved.id should have the new phone number, the member of left should be gone, and all others should be as they were.",
      async arrange({ random, sql }) {
        const { day, members } = await enrol(sql, random, 1);
        return { input: day, secret: after(members, day) };
      },
      async judge({ input, secret, assert, sql }) {
        const { joined } = input as Day;
        const rows = (await membersIn(sql)).filter(({ name }) => !joined.includes(name));
        assert.equal(rows, secret);
      },
    },
    {
      name: "sends all of it in one transaction",
      points: 2,
      hidden: true,
      needs: adds,
      feedback:
        "One session and one commit do it all: one INSERT for all who joined, one UPDATE and one DELETE, then COMMIT.",
      async arrange({ random, sql }) {
        const { day } = await enrol(sql, random, 4);
        return { input: day };
      },
      judge({ observation, assert }) {
        const count = (word: string) =>
          (observation as string[]).filter((text) => text.startsWith(word)).length;
        const counted = ["INSERT", "UPDATE", "DELETE", "COMMIT"].map(count);
        compare(
          assert,
          "INSERT, UPDATE, DELETE and COMMIT were sent so often:",
          counted,
          [1, 1, 1, 1],
        );
      },
    },
    {
      name: "leaves nothing behind when a member is not there",
      points: 1,
      hidden: true,
      needs: adds,
      feedback:
        "When the member of moved or of left is not there, the caller should get an error, the table should be as before, and the session's connection should be back in the pool.",
      async arrange({ random, sql }) {
        const { day, members } = await enrol(sql, random, 2);
        const stranger = 1000 + random.integer(1, 999);
        const days: Day[] = [
          { ...day, left: stranger },
          { ...day, moved: { ...day.moved, id: stranger } },
        ];
        return { input: days, secret: members };
      },
      async judge({ observation, secret, assert, sql }) {
        const failed = { outcome: "an error", inUse: 0 };
        compare(assert, "Without a member of left, then of moved:", observation, [failed, failed]);
        compare(assert, "The table holds", await membersIn(sql), secret);
      },
    },
  ],
};

export default exercise;
