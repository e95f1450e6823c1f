import type { Exercise, Json, Random, Sql } from "../../judge/exercise.js";

/** A copy and who has it. */
type Copy = [id: number, book: number, member: number | null];
type Order = { book: number; member: number };

const lends = "lends a copy that is free";

/** How many copies a member may have. */
const most = 3;

async function fill(sql: Sql, members: number[], copies: Copy[]): Promise<void> {
  for (const id of members) await sql("INSERT INTO members VALUES (?, ?)", [id, `member ${id}`]);
  for (const copy of copies) await sql("INSERT INTO copies VALUES (?, ?, ?)", copy);
}

async function copiesIn(sql: Sql): Promise<Copy[]> {
  const rows = await sql("SELECT id, book_id, member_id FROM copies ORDER BY id");
  return rows.map(({ id, book_id, member_id }) => {
    return [Number(id), Number(book_id), member_id === null ? null : Number(member_id)];
  });
}

/** Numbers from a random start on, each some further than the one before. */
function numbers(random: Random, count: number, from: number): number[] {
  let last = from;
  return Array.from({ length: count }, () => {
    last += random.integer(1, 9);
    return last;
  });
}

const sorted = (copies: Copy[]) => copies.sort(([one], [other]) => one - other);
/** What the copies are after some of them were lent. */
const lent = (copies: Copy[], ...news: [id: number, member: number][]): Copy[] =>
  sorted(
    copies.map(([id, book, member]) => [id, book, news.find(([one]) => one === id)?.[1] ?? member]),
  );

const exercise: Exercise = {
  id: "6.1",
  async setup(sql) {
    await sql("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL)");
    await sql(
      `CREATE TABLE copies (
         id INT PRIMARY KEY, book_id INT NOT NULL, member_id INT, INDEX (book_id), INDEX (member_id))`,
    );
  },
  tests: [
    {
      name: lends,
      points: 4,
      feedback:
        "The result is the key of a copy of that book, and the row of that copy should have the member's key. A copy that somebody has is not free.",
      async arrange({ random, sql }) {
        const [ada, grace] = numbers(random, 2, 1) as [number, number];
        const [notes, maps] = numbers(random, 2, 20) as [number, number];
        const [one, two, three, four] = numbers(random, 4, 100) as [number, number, number, number];
        const copies: Copy[] = [
          [one, notes, grace],
          [two, notes, null],
          [three, maps, null],
          [four, maps, ada],
        ];
        await fill(sql, [ada, grace], copies);
        const orders = [
          { book: maps, member: grace },
          { book: notes, member: ada },
        ];
        const after = lent(copies, [three, grace], [two, ada]);
        return { input: orders, secret: { answers: [three, two], after } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { answers, after } = secret as { answers: Json; after: Json };
        assert.equal(observation, answers);
        assert.equal(await copiesIn(sql), after, "the copies");
      },
    },
    {
      name: "gives null when it cannot be done",
      points: 3,
      needs: lends,
      feedback:
        "None free, three copies already, or no such member: each of them is null, and the copies stay as they are. The three copies may be of any books.",
      async arrange({ random, sql }) {
        const [ada, grace, nobody] = numbers(random, 3, 1) as [number, number, number];
        const [notes, maps, unknown] = numbers(random, 3, 20) as [number, number, number];
        const keys = numbers(random, 6, 100);
        const copies = keys.map((id, at): Copy => [id, at < 2 ? notes : maps, at < 3 ? ada : null]);
        (copies[3] as Copy)[2] = grace;
        await fill(sql, [ada, grace], sorted(copies));
        const orders = random.shuffle([
          { book: maps, member: ada },
          { book: notes, member: grace },
          { book: maps, member: nobody },
          { book: unknown, member: grace },
        ]);
        return { input: orders, secret: copies };
      },
      async judge({ observation, secret, assert, sql }) {
        assert.equal(observation, [null, null, null, null]);
        assert.equal(await copiesIn(sql), secret, "the copies");
      },
    },
    {
      name: "lends no copy twice",
      points: 4,
      hidden: true,
      needs: lends,
      feedback:
        "Ten members asked for one book in the same moment, and a few copies were free. Each copy should go to one member, all of the free ones should be lent, and those who got none should get null. Between finding a free copy and writing it, nobody else may find the same one: lock it as you read it.",
      async arrange({ random, sql }) {
        const members = numbers(random, 10, 1);
        const [book, other] = numbers(random, 2, 50) as [number, number];
        const keys = numbers(random, 9, 100);
        const free = random.integer(3, 5);
        const copies = keys.map((id, at): Copy => [id, at < free ? book : other, null]);
        (copies[8] as Copy)[1] = book;
        (copies[8] as Copy)[2] = members[0] as number;
        await fill(sql, members, random.shuffle(copies));
        const orders = random.shuffle(members).map((member) => ({ book, member }));
        return { input: orders, secret: keys.slice(0, free) };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const answers = observation as Json[];
        const keys = answers.filter((key): key is number => typeof key === "number");
        const free = (secret as Json[]).length;
        assert.equal(
          [...keys].sort((one, other) => one - other),
          secret,
          `${free} copies were free. Your desks lent ${keys.length}, ${new Set(keys).size} of them different ones.`,
        );
        const nulls = answers.filter((key) => key === null).length;
        assert.is(nulls, answers.length - keys.length, "An answer was neither a key nor null.");
        const after = new Map((await copiesIn(sql)).map(([id, , member]) => [id, member]));
        const holders = (input as Order[]).filter((_, at) => typeof answers[at] === "number");
        assert.equal(
          keys.map((key) => after.get(key)),
          holders.map(({ member }) => member),
          "A copy does not belong to the member for whom it was lent.",
        );
      },
    },
    {
      name: "lends no fourth copy, at however many desks",
      points: 4,
      hidden: true,
      needs: lends,
      feedback:
        "Several desks lent different books to the same member in the same moment. Each of them counted, and each of them was right when it counted. The member's row is what all of these desks have in common: lock it before you count. The order matters, since a transaction sees the database as of its first plain SELECT.",
      async arrange({ random, sql }) {
        const [ada, grace] = numbers(random, 2, 1) as [number, number];
        const books = numbers(random, 8, 50);
        const keys = numbers(random, 9, 200);
        const copies = keys.map((id, at): Copy => [id, books[at] ?? (books[0] as number), null]);
        (copies[8] as Copy)[2] = ada;
        await fill(sql, [ada, grace], copies);
        return { input: books.map((book) => ({ book, member: ada })), secret: ada };
      },
      async judge({ observation, secret, assert, sql }) {
        const answers = observation as Json[];
        const lent = answers.filter((key) => typeof key === "number").length;
        const said = `The member had one copy, and ${answers.length} desks were asked for another. ${lent} lent one.`;
        assert.is(lent, most - 1, said);
        const nulls = answers.filter((key) => key === null).length;
        assert.is(nulls, answers.length - lent, "An answer was neither a key nor null.");
        const held = (await copiesIn(sql)).filter(([, , member]) => member === secret);
        assert.is(held.length, most, `In the table the member has ${held.length} copies.`);
      },
    },
    {
      name: "passes over a copy that another desk deals with",
      points: 3,
      hidden: true,
      needs: lends,
      feedback:
        "Another transaction held a copy, and had not decided yet. Nobody should wait for it: the next free copy is as good, and if there is none the answer is null. A locking select has an option for that.",
      async arrange({ random, sql }) {
        const [ada, grace] = numbers(random, 2, 1) as [number, number];
        const [notes, maps] = numbers(random, 2, 50) as [number, number];
        const [one, two, three] = numbers(random, 3, 100) as [number, number, number];
        const copies: Copy[] = [
          [one, notes, null],
          [two, notes, null],
          [three, maps, null],
        ];
        await fill(sql, [ada, grace], copies);
        const held = random.pick([
          [one, three],
          [two, three],
        ]);
        const given = held[0] === one ? two : one;
        const orders = [
          { book: notes, member: ada },
          { book: maps, member: grace },
        ];
        return {
          input: { held, orders },
          secret: { answers: [given, null], after: lent(copies, [given, ada]) },
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const { answers, after } = secret as { answers: Json; after: Json };
        const waits = Array.isArray(observation) && observation.includes("waits");
        assert.not(waits, "A desk waited for the copy that another one held.");
        assert.equal(
          observation,
          answers,
          "The free copy is the answer, or null if there is none.",
        );
        assert.equal(
          await copiesIn(sql),
          after,
          "The rows of the copies are not as the answers say.",
        );
      },
    },
    {
      name: "goes on after a deadlock",
      points: 2,
      hidden: true,
      needs: lends,
      feedback:
        "The transaction was the victim of a deadlock a few times. All of it should be run again, up to five times: SessionLocal.begin has an option for that. In the end one copy should be lent, once; and when the fifth repetition fails too, the caller gets the error.",
      async arrange({ random, sql }) {
        const [ada] = numbers(random, 1, 1) as [number];
        const [notes] = numbers(random, 1, 50) as [number];
        const keys = numbers(random, 2, 100) as [number, number];
        const copies = keys.map((id): Copy => [id, notes, null]);
        await fill(sql, [ada], copies);
        const deadlocks = random.integer(3, 5);
        const order = { book: notes, member: ada };
        // The second one has more of them than are allowed.
        return {
          input: [
            { deadlocks, order },
            { deadlocks: 6, order },
          ],
          secret: ada,
        };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const held = (await copiesIn(sql)).filter(([, , member]) => member === secret);
        assert.is(held.length, 1, `In the end the member has ${held.length} copies.`);
        const [{ deadlocks }] = input as [{ deadlocks: number }];
        const [first, second] = observation as [Json[], Json[]];
        const runs = `After ${deadlocks} deadlocks there were ${Number(first[1])} runs.`;
        assert.equal(first, [held[0]?.[0], deadlocks + 1], runs);
        const all = `With a deadlock each time there were ${Number(second[1])} runs; then the error comes out.`;
        assert.equal(second, [{ error: "DeadlockError" }, 6], all);
      },
    },
  ],
};

export default exercise;
