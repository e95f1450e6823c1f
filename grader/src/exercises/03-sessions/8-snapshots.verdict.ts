import type { Exercise, Random, Sql } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Row = { id: number; name: string; phone: string; joined: number };

const gives = "gives an object back what it was";
const edited = "gives a value that was edited in place back as it was";
const rolls = "rolls back what happened to the objects of a session";

const member = (random: Random, id = random.integer(3, 99)): Row => ({
  id,
  name: random.word(),
  phone: `555-${random.integer(1000, 9999)}`,
  joined: Date.UTC(2020, 0, 1) + random.integer(1, 10 ** 8) * 1000,
});

/** Saves three members; their keys have gaps. */
async function enrol(sql: Sql, random: Random): Promise<Row[]> {
  const rows: Row[] = [];
  let id = random.integer(3, 40);
  for (let count = 0; count < 3; count += 1) {
    rows.push(member(random, id));
    id += random.integer(1, 9);
  }
  for (const { id, name, phone, joined } of rows) {
    const time = new Date(joined).toISOString().slice(0, -1).replace("T", " ");
    await sql("INSERT INTO members VALUES (?, ?, ?, ?, NULL)", [id, name, phone, time]);
  }
  return rows;
}

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id);

const exercise: Exercise = {
  id: "3.8",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, phone VARCHAR(50) NULL,
         joined DATETIME(3) NULL, photo VARBINARY(20) NULL)`,
    );
    await sql(
      `CREATE TABLE loans (
         id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50) NOT NULL, member_id INT NOT NULL,
         FOREIGN KEY (member_id) REFERENCES members (id))`,
    );
  },
  tests: [
    {
      name: gives,
      points: 3,
      feedback:
        "A snapshot was taken, and then everything was changed: two values, the state, the owner. The snapshot should hold what was there when it was taken, and restoreValues should give all of it back, with the notes in before as they were then.",
      async arrange({ random }) {
        return { input: member(random) };
      },
      judge({ observation, input, assert }) {
        const { name, phone } = input as Row;
        const then = { name: "changed once", phone };
        assert.equal(observation, {
          kept: { ...then, state: "persistent" },
          now: then,
          // The name stands at position 1.
          before: [[1, name]],
          state: "persistent",
          owned: false,
        });
      },
    },
    {
      name: edited,
      points: 2,
      feedback:
        "The Date of the first object was edited before its snapshot was taken: what it was before stands in handedOut. That of the second was edited afterwards, as were its bytes, so the snapshot needs copies of its own. The third had null. In each case the old value should be back, and nothing be handed out.",
      async arrange({ random }) {
        return { input: member(random) };
      },
      judge({ observation, input, assert }) {
        const joined = (input as Row).joined / 1000;
        assert.equal(observation, {
          joined: [joined, joined, null],
          handedOut: true,
          photo: [1, 2],
        });
      },
    },
    {
      name: rolls,
      points: 3,
      needs: gives,
      feedback:
        "One member was changed, one deleted, one expunged, and one was new; then the session was rolled back. The first three should be persistent again, with their old values, and get should find the very same objects. The new one should be transient, without a key, and not be found any more. Nothing should be left for the next flush: what was set, deleted or added last was not flushed at all.",
      async arrange({ random, sql }) {
        const rows = await enrol(sql, random);
        const chosen = random.shuffle(rows);
        return { input: { ids: idsOf(chosen) }, secret: chosen };
      },
      judge({ observation, secret, assert }) {
        const rows = secret as Row[];
        assert.equal(observation, {
          flushed: ["persistent", "deleted", "detached", "persistent"],
          states: ["persistent", "persistent", "persistent", "transient"],
          names: [...rows.map(({ name }) => name), "added"],
          phone: rows[0]?.phone,
          known: false,
          same: [true, true, true],
          counts: [0, 0, 0],
          touched: 0,
          ghost: false,
        });
      },
    },
    {
      name: "copies a value as it is where the row's is not asked for",
      points: 1,
      hidden: true,
      needs: edited,
      feedback:
        "An object without a row is what the program made it: a Date that was edited is copied as it is now. Where a setter has replaced the value, before knows what the row has, and the value is copied as it is now as well; null is one.",
      async arrange({ random }) {
        const row = member(random);
        const times = [1, 2, 3].map((n) => row.joined + n * random.integer(1, 10 ** 6) * 1000);
        return { input: { ...row, times } };
      },
      judge({ observation, input, assert }) {
        const time = Number((input as { times: number[] }).times[0]) / 1000;
        compare(assert, "The seconds of the Date that came back:", observation, {
          "new, and edited": time,
          "added, and edited": time,
          "read, then set": time,
          "set, then edited": time,
          "read, then set to null": null,
        });
      },
    },
    {
      name: "gives a collection back what it held",
      points: 1,
      hidden: true,
      needs: gives,
      feedback:
        "A collection is a list behind the columns. The object should have the very same list again, because the program may hold it, with the items that it had.",
      async arrange({ random }) {
        return { input: { titles: [1, 2, 3].map((count) => `${random.word()} ${count}`) } };
      },
      judge({ observation, input, assert }) {
        const { titles } = input as { titles: string[] };
        compare(
          assert,
          `Of ${titles.join(", ")}, the third was added and the first taken out:`,
          observation,
          {
            isSame: true,
            titles: titles.slice(0, 2),
          },
        );
      },
    },
    {
      name: "lets an object go, and takes it in again",
      points: 2,
      hidden: true,
      needs: gives,
      feedback:
        "Who is let go has no owner and no siblings, and the session has nothing to do for it. A pending one is transient then, any other detached, also one whose DELETE was committed. Taken in again, it stands in the map, and a change that was never written is written by the next flush, which looks at no other; a Date that was handed out may have been edited as well.",
      async arrange({ random, sql }) {
        const rows = await enrol(sql, random);
        const joined = Date.UTC(2025, 0, 1) + random.integer(1, 10 ** 6) * 1000;
        const name = `${random.word()}.`;
        const names = [name, rows[1]?.name as string, rows[2]?.name as string];
        return { input: { names, joined }, secret: { names, joined } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { names, joined } = secret as { names: string[]; joined: number };
        compare(assert, "What was seen:", observation, {
          gone: [
            ["detached", true, true, false],
            ["transient", true, true, false],
          ],
          after: [0, 0, 0],
          back: ["persistent", "persistent", true],
          dirty: 2,
          more: 0,
          found: "persistent",
          deleted: ["deleted", "detached"],
        });
        const rows = await sql("SELECT name, joined FROM members ORDER BY id");
        const found = rows.map(({ name }) => String(name));
        compare(assert, "The names in the table:", found, [...names, names[2] as string]);
        const time = new Date(joined).toISOString().slice(0, -1).replace("T", " ");
        compare(assert, "The time that was edited:", String(rows[1]?.joined), time);
      },
    },
    {
      name: "goes back to a savepoint, and further",
      points: 1,
      hidden: true,
      needs: rolls,
      feedback:
        "An object was changed, and in a savepoint changed again and deleted. After the savepoint's rollback it should be what it was when the savepoint began, and after the transaction's what it was before all.",
      async arrange({ random, sql }) {
        const rows = await enrol(sql, random);
        const [chosen] = random.shuffle(rows) as [Row];
        return { input: { ids: [chosen.id] }, secret: chosen.name };
      },
      judge({ observation, secret, assert }) {
        compare(assert, "The names, from rollback to rollback, and the states:", observation, {
          names: ["first", secret, secret],
          inside: ["persistent", true],
          counts: [0, 0, 0],
        });
      },
    },
    {
      name: "brings back the object whose key another one took",
      points: 1,
      hidden: true,
      needs: rolls,
      feedback:
        "A member was deleted, and a new one got the same key. After the rollback the map should hold the old one under that key, and nothing of the new one.",
      async arrange({ random, sql }) {
        const rows = await enrol(sql, random);
        return { input: { ids: idsOf(random.shuffle(rows)).slice(0, 1) } };
      },
      judge({ observation, assert }) {
        compare(assert, "The old object, and the new one:", observation, {
          between: true,
          states: ["persistent", "transient"],
          isOld: true,
          contains: [true, false],
        });
      },
    },
    {
      name: "leaves alone what is another session's by now",
      points: 1,
      hidden: true,
      needs: rolls,
      feedback:
        "The program let an object go, and added it to another session. A rollback of the first must not touch it: its owner is neither missing nor this session.",
      async arrange({ random, sql }) {
        const rows = await enrol(sql, random);
        return { input: { ids: idsOf(random.shuffle(rows)).slice(0, 1) } };
      },
      judge({ observation, assert }) {
        compare(assert, "The object after the other session's rollback:", observation, {
          state: "persistent",
          name: "theirs",
          theirs: true,
          ours: false,
        });
      },
    },
  ],
};

export default exercise;
