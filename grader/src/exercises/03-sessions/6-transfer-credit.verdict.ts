import type { Assert, Exercise, Json, Random, Sql } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Order = {
  from: number;
  to: number;
  cents: number;
  number: string;
  gone?: boolean;
  rival?: number;
};
/** What the tables hold: the credit of each member by key, the transfers, the numbers of receipts. */
type Books = {
  credits: Record<string, number>;
  transfers: [from: number, to: number, cents: number, receipt: string | null][];
};

/** The class allows 20 characters; MySQL refuses one between the two, and not for its integrity. */
const NUMBER_LENGTH = 15;

const moves = "moves the credit, and writes the transfer and its receipt";

/** Members with some credit, and an old transfer with a receipt, of which the number is taken. */
async function open(sql: Sql, random: Random) {
  const credits: Record<string, number> = {};
  let id = random.integer(3, 40);
  for (let count = 0; count < 4; count += 1) {
    credits[id] = random.integer(500, 5000);
    await sql("INSERT INTO members VALUES (?, ?, ?)", [id, random.word(), credits[id]]);
    id += random.integer(1, 9);
  }
  const ids = random.shuffle(Object.keys(credits).map(Number)) as [number, number, number, number];
  const taken = `R-${random.integer(1000, 9999)}`;
  const [first, second] = ids;
  const old: Books["transfers"][0] = [first, second, random.integer(1, 90), taken];
  const key = random.integer(100, 900);
  await sql("INSERT INTO transfers VALUES (?, ?, ?, ?)", [key, ...old.slice(0, 3)]);
  await sql("INSERT INTO receipts (number, transfer_id) VALUES (?, ?)", [taken, key]);
  const books: Books = { credits, transfers: [old] };
  const fresh = () => `R-${random.integer(10_000, 99_999_999)}`;
  return { books, ids, key, taken, fresh };
}

/** What the tables hold after a transfer that succeeded. */
function moved({ credits, transfers }: Books, order: Order, receipt: string | null): Books {
  const { from, to, cents } = order;
  return {
    credits: {
      ...credits,
      [from]: (credits[from] as number) - cents,
      [to]: (credits[to] as number) + cents,
    },
    transfers: [...transfers, [from, to, cents, receipt]],
  };
}

async function booksIn(sql: Sql): Promise<Books> {
  const members = await sql("SELECT id, credit FROM members");
  const transfers = await sql(
    `SELECT from_id, to_id, cents, number FROM transfers
     LEFT JOIN receipts ON transfer_id = transfers.id ORDER BY transfers.id, receipts.id`,
  );
  return {
    credits: Object.fromEntries(members.map(({ id, credit }) => [id, Number(credit)])),
    transfers: transfers.map((row) => [
      Number(row.from_id),
      Number(row.to_id),
      Number(row.cents),
      row.number === null ? null : String(row.number),
    ]),
  };
}

/** What the probe should see of an order, with these tables after it. */
const seen = ({ from, to }: Order, { credits }: Books, outcome: Json): Json => ({
  outcome,
  credits: [credits[from] as number, credits[to] as number],
  left: 0,
  open: false,
});

const written = (number: string): Json => ({ number, hasTransfer: true });

/** Names the first order of which something else came. */
function compareOrders(assert: Assert, orders: Order[], actual: Json, expected: Json): void {
  for (const [at, { from, to, cents, number }] of orders.entries()) {
    const order = `Of ${cents} cents from member ${from} to ${to}, with the number ${number}, came`;
    const [came, should] = [actual, expected].map((list) => (list as Json[])[at] ?? null);
    compare(assert, order, came as Json, should as Json);
  }
}

const exercise: Exercise = {
  id: "3.6",
  async setup(sql) {
    await sql(
      `CREATE TABLE members (
         id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, credit INT NOT NULL,
         CHECK (credit >= 0))`,
    );
    await sql(
      `CREATE TABLE transfers (
         id INT AUTO_INCREMENT PRIMARY KEY, from_id INT NOT NULL, to_id INT NOT NULL,
         cents INT NOT NULL)`,
    );
    await sql(
      `CREATE TABLE receipts (
         id INT AUTO_INCREMENT PRIMARY KEY, number VARCHAR(${NUMBER_LENGTH}) NOT NULL UNIQUE,
         transfer_id INT NOT NULL, FOREIGN KEY (transfer_id) REFERENCES transfers (id))`,
    );
  },
  tests: [
    {
      name: moves,
      points: 5,
      feedback:
        "The credit of both members should have changed, in the objects and in the table, with a row in transfers and one in receipts; all of it committed. The result is the receipt.",
      async arrange({ random, sql }) {
        const { books, ids, fresh } = await open(sql, random);
        const [, from, to] = ids;
        const order = { from, to, cents: random.integer(10, 400), number: fresh() };
        const after = moved(books, order, order.number);
        const expected = [seen(order, after, written(order.number))];
        return { input: [order], secret: { expected, after } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        assert.equal(observation, expected);
        assert.equal(await booksIn(sql), after, "the tables");
      },
    },
    {
      name: "goes without the receipt when its number is taken",
      points: 4,
      needs: moves,
      feedback:
        "The number stands on another receipt, so MySQL refuses this one. The transfer is right all the same: it should be committed, and the result should be null.",
      async arrange({ random, sql }) {
        const { books, ids, taken } = await open(sql, random);
        const [, , from, to] = ids;
        const order = { from, to, cents: random.integer(10, 400), number: taken };
        const after = moved(books, order, null);
        return { input: [order], secret: { expected: [seen(order, after, null)], after } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        assert.equal(observation, expected);
        assert.equal(await booksIn(sql), after, "the tables");
      },
    },
    {
      name: "goes without the receipt when another desk was faster",
      points: 2,
      hidden: true,
      needs: moves,
      feedback:
        "The number was free when the members were loaded, and taken a moment later. To look first does not help: only the INSERT itself tells. Then the transfer should be committed, with null as the result.",
      async arrange({ random, sql }) {
        const { books, ids, key, fresh } = await open(sql, random);
        const [, , from, to] = ids;
        const number = fresh();
        const order = { from, to, cents: random.integer(10, 400), number, rival: key };
        const after = moved(books, order, null);
        const [old] = books.transfers as [Books["transfers"][0]];
        const both: Books["transfers"] = [old, [old[0], old[1], old[2], number]];
        const transfers = [...both, ...after.transfers.slice(1)];
        const expected = [seen(order, after, null)];
        return { input: [order], secret: { expected, after: { ...after, transfers } } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        compareOrders(assert, input as Order[], observation, expected);
        compare(assert, "The tables hold", await booksIn(sql), after);
      },
    },
    {
      name: "leaves nothing behind when the credit is too small",
      points: 4,
      hidden: true,
      needs: moves,
      feedback:
        "MySQL refuses a credit below 0. The caller should get that very error, the tables should be as before, and so should the two objects. No transaction should stay open, also when the number of the receipt is taken.",
      async arrange({ random, sql }) {
        const { books, ids, taken, fresh } = await open(sql, random);
        const [from, to] = ids;
        const cents = (books.credits[from] as number) + random.integer(1, 99);
        const orders = [fresh(), taken].map((number) => ({ from, to, cents, number }));
        const expected = orders.map((order) => seen(order, books, { error: "IntegrityError" }));
        return { input: orders, secret: { expected, after: books } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        compareOrders(assert, input as Order[], observation, expected);
        compare(assert, "The tables hold", await booksIn(sql), after);
      },
    },
    {
      name: "undoes all of it when something else fails",
      points: 3,
      hidden: true,
      needs: moves,
      feedback:
        "Only a number that is taken is no reason to stop. A number that is too long for its column is, or one that MySQL refuses for another reason, and so is a member whose row is gone: nothing should remain, and the caller should get the error.",
      async arrange({ random, sql }) {
        const { books, ids, fresh } = await open(sql, random);
        const [, from, to, gone] = ids;
        const cents = random.integer(10, 400);
        const orders: Order[] = [
          { from, to, cents, number: `${fresh()}${"0".repeat(20)}` },
          { from, to, cents, number: fresh().padEnd(NUMBER_LENGTH + 1, "0") },
          { from, to: gone, cents, number: fresh(), gone: true },
        ];
        const [long, refused, missing] = orders as [Order, Order, Order];
        const expected = [
          seen(long, books, { error: "ArgumentError" }),
          seen(refused, books, { error: "DataError" }),
          seen(missing, books, { error: "StaleDataError" }),
        ];
        const { [gone]: _gone, ...credits } = books.credits;
        return { input: orders, secret: { expected, after: { ...books, credits } } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        compareOrders(assert, input as Order[], observation, expected);
        compare(assert, "The tables hold", await booksIn(sql), after);
      },
    },
    {
      name: "lets the session go on after each of them",
      points: 2,
      hidden: true,
      needs: moves,
      feedback:
        "One session carried out several transfers; some were refused, and one had no receipt. After each of them the session should be ready for the next, and the objects should hold what the tables hold.",
      async arrange({ random, sql }) {
        const { books, ids, taken, fresh } = await open(sql, random);
        const [one, two, three] = ids;
        const cents = () => random.integer(10, 90);
        const orders: Order[] = [
          { from: one, to: two, cents: 9999, number: fresh() },
          { from: two, to: one, cents: cents(), number: taken },
          { from: one, to: three, cents: cents(), number: `${fresh()}${"0".repeat(20)}` },
          { from: three, to: two, cents: cents(), number: fresh() },
          { from: three, to: one, cents: cents(), number: fresh() },
        ];
        const [refused, without, long, fourth, fifth] = orders as [
          Order,
          Order,
          Order,
          Order,
          Order,
        ];
        const second = moved(books, without, null);
        const third = moved(second, fourth, fourth.number);
        const after = moved(third, fifth, fifth.number);
        const expected = [
          seen(refused, books, { error: "IntegrityError" }),
          seen(without, second, null),
          seen(long, second, { error: "ArgumentError" }),
          seen(fourth, third, written(fourth.number)),
          seen(fifth, after, written(fifth.number)),
        ];
        return { input: orders, secret: { expected, after } };
      },
      async judge({ observation, input, secret, assert, sql }) {
        const { expected, after } = secret as { expected: Json; after: Json };
        compareOrders(assert, input as Order[], observation, expected);
        compare(assert, "The tables hold", await booksIn(sql), after);
      },
    },
  ],
};

export default exercise;
