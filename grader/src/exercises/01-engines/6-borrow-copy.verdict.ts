import type { Assert, Exercise, Json, Random, Sql } from "../../judge/exercise.js";

type Outcome = { copy?: Json; nothing?: true; error?: string };

/** Makes a book with copies whose keys are random; the ones that are not free are on loan already. */
async function shelve(
  sql: Sql,
  random: Random,
  bookId: number,
  { free, lent }: { free: number; lent: number },
): Promise<number[]> {
  await sql("INSERT INTO books (id, title) VALUES (?, ?)", [bookId, random.word()]);
  const state = random.shuffle([...Array(free).fill(0), ...Array(lent).fill(1)]);
  const freeIds: number[] = [];
  let id = bookId * 1000;
  for (const onLoan of state) {
    id += random.integer(1, 90);
    await sql("INSERT INTO copies (id, book_id, on_loan) VALUES (?, ?, ?)", [id, bookId, onLoan]);
    if (onLoan === 0) freeIds.push(id);
  }
  return freeIds;
}

async function enrol(sql: Sql, random: Random, count: number): Promise<number[]> {
  const first = random.integer(10, 500);
  const ids = Array.from({ length: count }, (_, index) => first + index);
  for (const id of ids) await sql("INSERT INTO members (id, name) VALUES (?, ?)", [id, "Reader"]);
  return ids;
}

const loans = async (sql: Sql) =>
  (await sql("SELECT copy_id, member_id FROM loans ORDER BY copy_id")).map((row) => ({
    copy: Number(row.copy_id),
    member: Number(row.member_id),
  }));

const onLoan = async (sql: Sql) =>
  (await sql("SELECT id FROM copies WHERE on_loan = 1 ORDER BY id")).map((row) => Number(row.id));

type Loan = { copy: number; member: number };

async function checkLoans(sql: Sql, assert: Assert, expected: Loan[]): Promise<void> {
  const rows = await loans(sql);
  const [seen, wanted] = [rows, expected].map((list) => JSON.stringify(list));
  assert.equal(rows, expected, `in loans stands ${seen}, and it should be ${wanted}`);
}

const exercise: Exercise = {
  id: "1.6",
  async setup(sql) {
    await sql("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL)");
    await sql("CREATE TABLE books (id INT PRIMARY KEY, title VARCHAR(200) NOT NULL)");
    await sql(
      `CREATE TABLE copies (
         id INT PRIMARY KEY, book_id INT NOT NULL, on_loan BOOLEAN NOT NULL DEFAULT FALSE,
         FOREIGN KEY (book_id) REFERENCES books (id))`,
    );
    await sql(
      `CREATE TABLE loans (
         id INT AUTO_INCREMENT PRIMARY KEY, copy_id INT NOT NULL, member_id INT NOT NULL,
         borrowed_on DATE NOT NULL,
         FOREIGN KEY (copy_id) REFERENCES copies (id),
         FOREIGN KEY (member_id) REFERENCES members (id))`,
    );
  },
  tests: [
    {
      name: "lends a free copy of the book",
      points: 6,
      feedback:
        "The free copy should be marked on_loan, one row should be in loans, and the copy's id returned.",
      async arrange({ random, sql }) {
        const [member] = await enrol(sql, random, 3);
        await shelve(sql, random, 1, { free: 2, lent: 1 });
        const [copy] = await shelve(sql, random, 2, { free: 1, lent: 3 });
        await shelve(sql, random, 3, { free: 2, lent: 0 });
        const lent = await onLoan(sql);
        return {
          input: [{ memberId: member as number, bookId: 2 }],
          secret: { copy: copy as number, member: member as number, lent },
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const { copy, member, lent } = secret as { copy: number; member: number; lent: number[] };
        assert.equal(observation, [{ copy }]);
        await checkLoans(sql, assert, [{ copy, member }]);
        const expected = [...lent, copy].sort((a, b) => a - b);
        assert.equal(await onLoan(sql), expected, "the copies that are on loan");
        const dated = await sql(
          "SELECT COUNT(*) AS n FROM loans WHERE ABS(DATEDIFF(borrowed_on, UTC_DATE())) <= 1",
        );
        assert.is(Number(dated[0]?.n), 1, "borrowed_on should be today");
      },
    },
    {
      name: "gives undefined when no copy is free",
      points: 2,
      needs: "lends a free copy of the book",
      feedback: "The first borrower gets the only copy; the second should get undefined, no loan.",
      async arrange({ random, sql }) {
        const [first, second] = await enrol(sql, random, 2);
        const [copy] = await shelve(sql, random, 1, { free: 1, lent: 2 });
        await shelve(sql, random, 2, { free: 1, lent: 0 });
        return {
          input: [first, second].map((member) => ({ memberId: member as number, bookId: 1 })),
          secret: { copy: copy as number, member: first as number },
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const { copy } = secret as { copy: number };
        assert.equal(observation, [{ copy }, { nothing: true }]);
        await checkLoans(sql, assert, [secret as Loan]);
      },
    },
    {
      name: "leaves nothing behind when the loan cannot be written",
      points: 4,
      hidden: true,
      needs: "lends a free copy of the book",
      feedback:
        "There is no such member, so MySQL refuses the loan. The copy should be free again, and the caller should get the error.",
      async arrange({ random, sql }) {
        const [member] = await enrol(sql, random, 1);
        const [copy] = await shelve(sql, random, 1, { free: 1, lent: 0 });
        const stranger = 100_000 + random.integer(1, 999);
        return {
          input: [
            { memberId: stranger, bookId: 1 },
            { memberId: member as number, bookId: 1 },
          ],
          secret: { copy: copy as number, member: member as number },
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const [refused, served] = observation as Outcome[];
        assert.type(refused?.error, "string", "the caller should get the error");
        const { copy } = secret as { copy: number };
        const given = `and yours gave ${JSON.stringify(served)}`;
        assert.equal(served, { copy }, `the next borrower should get the copy ${copy}, ${given}`);
        await checkLoans(sql, assert, [secret as Loan]);
      },
    },
    {
      name: "lets one of two borrowers have the last copy",
      points: 4,
      hidden: true,
      needs: "lends a free copy of the book",
      feedback:
        "Two members asked for the last copy in the same moment. One should get it, the other undefined. What keeps a copy for you between looking and lending?",
      async arrange({ random, sql }) {
        const members = await enrol(sql, random, 2);
        const [copy] = await shelve(sql, random, 1, { free: 1, lent: 1 });
        return {
          input: members.map((memberId) => ({ memberId, bookId: 1 })),
          secret: copy as number,
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const outcomes = observation as Outcome[];
        const won = outcomes.filter((outcome) => outcome.copy === secret).length;
        const nothing = outcomes.filter((outcome) => outcome.nothing === true).length;
        assert.equal(
          { won, nothing },
          { won: 1, nothing: 1 },
          `${won} got the copy, ${nothing} got undefined: ${JSON.stringify(outcomes)}`,
        );
        const { length } = await loans(sql);
        assert.is(length, 1, `loans has ${length} rows, and one copy was lent`);
      },
    },
    {
      name: "gives each of many borrowers a copy of their own",
      points: 4,
      hidden: true,
      needs: "lets one of two borrowers have the last copy",
      feedback:
        "With three free copies, three of five borrowers should get one each. The answer undefined is right only when no copy is left.",
      async arrange({ random, sql }) {
        const members = await enrol(sql, random, 5);
        const copies = await shelve(sql, random, 1, { free: 3, lent: 1 });
        return {
          input: random.shuffle(members).map((memberId) => ({ memberId, bookId: 1 })),
          secret: copies,
        };
      },
      async judge({ observation, secret, assert, sql }) {
        const outcomes = observation as Outcome[];
        const won = outcomes.flatMap((outcome) => (outcome.copy === undefined ? [] : outcome.copy));
        assert.equal(
          won.map(Number).sort((a, b) => a - b),
          secret,
          `each free copy goes to one borrower; free are ${secret}, and lent were ${won}`,
        );
        const nothing = outcomes.filter((outcome) => outcome.nothing === true).length;
        assert.is(nothing, 2, `${nothing} of five got undefined, and it should be two`);
        const written = (await loans(sql)).map((loan) => loan.copy);
        assert.equal(written, secret, `in loans stand the copies ${written}`);
      },
    },
  ],
};

export default exercise;
