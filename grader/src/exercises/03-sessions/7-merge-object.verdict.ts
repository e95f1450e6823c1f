import type { Exercise, Random, Sql } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Member = { id: number; name: string; phone: string | null; visits: number };

const copies = "copies the values onto the session's own object";
const loads = "loads the row when the session has not got it";

/** Saves members whose keys have gaps, and gives one of them, and a key that no row has. */
async function enrol(sql: Sql, random: Random): Promise<{ member: Member; free: number }> {
  const members: Member[] = [];
  let id = random.integer(3, 40);
  for (let count = 0; count < 4; count += 1) {
    const phone = `555-${random.integer(1000, 9999)}`;
    members.push({ id, name: random.word(), phone, visits: random.integer(3, 99) });
    id += random.integer(1, 9);
  }
  for (const { id, name, phone, visits } of members) {
    const row = [id, name, phone, visits];
    await sql("INSERT INTO members (id, name, phone, visits) VALUES (?, ?, ?, ?)", row);
  }
  return { member: random.pick(members), free: id + random.integer(10, 90) };
}

async function memberIn(sql: Sql, id: number): Promise<Member | null> {
  const [row] = await sql("SELECT id, name, phone, visits FROM members WHERE id = ?", [id]);
  if (row === undefined) return null;
  const phone = row.phone === null ? null : String(row.phone);
  return { id: Number(row.id), name: String(row.name), phone, visits: Number(row.visits) };
}

const exercise: Exercise = {
  id: "3.7",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, phone VARCHAR(50) NULL,
         visits INT NOT NULL, initial VARCHAR(1) GENERATED ALWAYS AS (LEFT(name, 1)) VIRTUAL NOT NULL)`,
    );
    await sql("CREATE TABLE visits (at DATETIME(3) PRIMARY KEY, desk INT NOT NULL)");
    await sql(
      "CREATE TABLE authors (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL)",
    );
    await sql(
      `CREATE TABLE books (
         id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50) NOT NULL, author_id INT NOT NULL,
         FOREIGN KEY (author_id) REFERENCES authors (id))`,
    );
  },
  tests: [
    {
      name: copies,
      points: 4,
      feedback:
        "The session had loaded this member. The result should be that very object, with the name of the other one; nothing is sent for it. The other object stays transient.",
      async arrange({ random, sql }) {
        const { member } = await enrol(sql, random);
        const name = `${random.word()} ${random.word()}`;
        return { input: { id: member.id, name }, secret: { ...member, name } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const { id, name } = input as Member;
        assert.equal(observation, {
          isOwn: true,
          name,
          changes: ["name"],
          copy: "transient",
          sent: [],
          committed: ["UPDATE", "COMMIT"],
        });
        assert.equal(await memberIn(sql, id), secret, "the row");
      },
    },
    {
      name: loads,
      points: 3,
      feedback:
        "The row is there, but not in the session yet. One SELECT should load it, and its values should then be those of the given object; what that one does not know stays as it is in the row. The result is the session's object, and not the one that was given.",
      async arrange({ random, sql }) {
        const { member } = await enrol(sql, random);
        const { id, visits } = member;
        const values = { id, name: `${random.word()}!`, phone: null };
        return { input: values, secret: { ...values, visits } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        assert.equal(observation, {
          sent: ["SELECT"],
          state: "persistent",
          isCopy: false,
          again: true,
          changes: ["name", "phone"],
        });
        assert.equal(await memberIn(sql, (input as Member).id), secret, "the row");
      },
    },
    {
      name: "makes a new object when there is no row",
      points: 2,
      needs: copies,
      feedback:
        "One of these members has no key, the other a key that no row has. Both times a new object should come into the session, pending, with the values of the given one, and be inserted by the commit. After a rollback it is transient, and still has the values that it had when it came into the session.",
      async arrange({ random, sql }) {
        const { free } = await enrol(sql, random);
        const name = () => `${random.word()} ${random.word()}`;
        const members = [
          { name: name(), phone: "555-1" },
          { id: free, name: name(), phone: null },
        ];
        return { input: members, secret: members.map((one) => one.name) };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const names = secret as string[];
        assert.equal(observation, {
          seen: names.map((name) => ({ isCopy: false, state: "pending", name })),
          known: [true, true],
          undone: { state: "transient", name: names[0] },
        });
        const rows = await sql("SELECT name FROM members WHERE name IN (?, ?)", names);
        assert.equal(rows.map(({ name }) => String(name)).sort(), [...names].sort(), "the rows");
        const [, { id }] = input as [Member, Member];
        assert.equal((await memberIn(sql, id))?.name, names[1], "the row of the given key");
      },
    },
    {
      name: "gives an object of this session as it is",
      points: 1,
      hidden: true,
      needs: copies,
      feedback:
        "Both objects were this session's own: one was to be deleted, one was new. The result should be the object itself, whatever its state is, and no copy of it. Another object was merged onto one that is to be deleted: that takes no delete back.",
      async arrange({ random, sql }) {
        const { member } = await enrol(sql, random);
        return { input: { id: member.id, name: random.word() } };
      },
      judge({ observation, assert }) {
        compare(assert, "Whether the objects are the same, and their states:", observation, {
          merged: true,
          isAdded: true,
          states: ["deleted", "persistent"],
          isFound: true,
          deleted: 1,
        });
      },
    },
    {
      name: "leaves out the key, and what MySQL computes",
      points: 1,
      hidden: true,
      needs: loads,
      feedback:
        "A computed column can't be set, and the key of a row can't either. The key can be an equal Date that is another object: it should not be written at all.",
      async arrange({ random, sql }) {
        const { member } = await enrol(sql, random);
        const at = Date.UTC(2024, 0, 1) + random.integer(0, 10 ** 10);
        await sql("INSERT INTO visits VALUES (?, ?)", [
          new Date(at).toISOString().slice(0, -1).replace("T", " "),
          random.integer(1, 9),
        ]);
        const name = `${random.word()}?`;
        return { input: { id: member.id, name, at, desk: random.integer(10, 20) } };
      },
      judge({ observation, assert }) {
        compare(assert, "The outcomes, and what changed in the two objects:", observation, {
          outcomes: ["no error", "no error"],
          changes: [["name"], ["desk"]],
          apart: true,
        });
      },
    },
    {
      name: "merges what leads back to itself once",
      points: 2,
      hidden: true,
      needs: copies,
      feedback:
        "An author was given with books, of which one is stored, and each book leads back to the author. The session's author should have the session's books, each of them once. The given objects stay transient. An object that is being merged has to stand in merged before its relationships are followed.",
      async arrange({ random, sql }) {
        const id = random.integer(3, 60);
        await sql("INSERT INTO authors VALUES (?, ?)", [id, random.word()]);
        const stored = [id + 100, random.word(), id];
        await sql("INSERT INTO books VALUES (?, ?, ?)", stored);
        const titles = Array.from({ length: 3 }, (_, index) => `${random.word()} ${index}`);
        return { input: { id, name: `${random.word()}.`, titles } };
      },
      async judge({ observation, input, assert, sql }) {
        const { id, name, titles } = input as { id: number; name: string; titles: string[] };
        compare(assert, "What was seen after the merge:", observation, {
          isLoaded: true,
          books: titles,
          authors: true,
          states: ["persistent", "pending", "pending"],
          given: ["transient", "transient", "transient", "transient"],
          sent: [],
        });
        const books = await sql("SELECT title, author_id FROM books ORDER BY title");
        const expected = [...titles].sort().map((title) => ({ title, author_id: id }));
        const found = books.map((row) => ({
          title: String(row.title),
          author_id: Number(row.author_id),
        }));
        compare(assert, "The books in the table:", found, expected);
        const [author] = await sql("SELECT name FROM authors");
        compare(assert, "The author's name in the table:", String(author?.name), name);
      },
    },
    {
      name: "waits for its turn, and flushes first",
      points: 1,
      hidden: true,
      needs: loads,
      feedback:
        "Two merges of one row that were started together should wait for each other: one SELECT, one object. A commit beside them is refused, and its message names the merge. And a new object that waits for its INSERT is found, because merge flushes first.",
      async arrange({ random, sql }) {
        const { member, free } = await enrol(sql, random);
        return { input: { id: member.id, free, name: random.word() } };
      },
      async judge({ observation, input, assert, sql }) {
        const { id, free, name } = input as Record<string, number> & { name: string };
        compare(assert, "What was seen:", observation, {
          commit:
            "concurrent: session.commit() was called while session.merge(Member) was running.",
          isOne: true,
          selects: 1,
          isAdded: true,
        });
        const names = [await memberIn(sql, id as number), await memberIn(sql, free as number)];
        const found = names.map((row) => row?.name ?? null);
        compare(assert, "The names in the table:", found, [`${name} 2`, `${name} 3`]);
      },
    },
    {
      name: "refuses a class that was mapped anew",
      points: 1,
      hidden: true,
      needs: copies,
      feedback:
        "The object's class was mapped again since it was made, as by a cell that is run twice. refuseReplaced throws for it, and nothing should be sent.",
      async arrange({ random }) {
        return { input: { id: random.integer(1, 99) } };
      },
      judge({ observation, assert }) {
        compare(assert, "The code, and what was sent:", observation, {
          code: "replaced-class",
          sent: [],
        });
      },
    },
  ],
};

export default exercise;
