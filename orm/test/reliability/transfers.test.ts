import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type BeginOptions,
  createEngine,
  declarativeBase,
  type Engine,
  integer,
  Session,
  type Session as SessionType,
  StaleDataError,
  sessionmaker,
  sql,
  update,
} from "../../src/index.js";
import { errorOf, progress, runs, testDatabase } from "../support.js";

const Base = declarativeBase();

class Account extends Base.mapped("accounts", {
  id: integer().primaryKey(),
  balance: integer(),
}) {}

/** The same, and every change of it counts. */
class Guarded extends Base.mapped("guarded_accounts", {
  id: integer().primaryKey(),
  balance: integer(),
  version: integer().version(),
}) {}

type AccountClass = typeof Account | typeof Guarded;
const levels = ["read uncommitted", "read committed", "repeatable read", "serializable"] as const;
const accounts = 24;
const workers = 32;

const test = suite("transfers between accounts");
const database = testDatabase(test);
let engine: Engine;

test.before(async () => {
  engine = createEngine(database.url, { pool: { size: workers, timeout: 120 } });
  await Base.metadata.createAll(engine);
});
test.before.each(async () => {
  for (const Class of [Account, Guarded]) {
    await database.admin.query(`DELETE FROM ${database.name}.${tableOf(Class)}`);
    const rows = Array.from({ length: accounts }, (_, index) => [index + 1, 1000]);
    await database.admin.query(
      `INSERT INTO ${database.name}.${tableOf(Class)} (id, balance) VALUES ?`,
      [rows],
    );
  }
});
test.after(() => engine.dispose());

const tableOf = (Class: AccountClass) => (Class === Account ? "accounts" : "guarded_accounts");

async function balances(Class: AccountClass): Promise<number[]> {
  const [rows] = await database.admin.query({
    sql: `SELECT balance FROM ${database.name}.${tableOf(Class)} ORDER BY id`,
    rowsAsArray: true,
  });
  return (rows as unknown as [number][]).map(([balance]) => balance);
}

type Lock = { lock: "update" };

async function account(
  session: SessionType,
  Class: AccountClass,
  id: number,
  lock?: Lock,
): Promise<Account | Guarded> {
  const found =
    Class === Account ? await session.get(Account, id, lock) : await session.get(Guarded, id, lock);
  assert.ok(found, `account ${id}`);
  return found;
}

/** One transfer, as the work of a transaction. */
type Transfer = (session: SessionType, from: number, to: number, amount: number) => Promise<void>;

async function move(
  session: SessionType,
  Class: AccountClass,
  [from, to]: readonly [number, number],
  amount: number,
  lock?: Lock,
): Promise<void> {
  const payer = await account(session, Class, from, lock);
  const payee = await account(session, Class, to, lock);
  payer.balance -= amount;
  payee.balance += amount;
}

/** Reads both balances, and writes what it worked out from them. */
const readModifyWrite: Transfer = (session, from, to, amount) =>
  move(session, Account, [from, to], amount);
const withLocks: Transfer = (session, from, to, amount) =>
  move(session, Account, [from, to], amount, { lock: "update" });
const withVersions: Transfer = (session, from, to, amount) =>
  move(session, Guarded, [from, to], amount);

/** Has the server do the sum, in one statement for each account. */
const inTheServer: Transfer = async (session, from, to, amount) => {
  const { c } = Account;
  await session.execute(
    update(Account)
      .set({ balance: c.balance.sub(amount) })
      .where(c.id.eq(from)),
  );
  await session.execute(
    update(Account)
      .set({ balance: c.balance.add(amount) })
      .where(c.id.eq(to)),
  );
};

/** Runs a transaction again as well when somebody else was first with a row that has a version. */
async function untilNotStale(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleDataError)) throw error;
    }
  }
}

/**
 * Many workers transfer at random, each transfer a transaction with retry.
 * @returns how often the work ran, and what each account must hold by the transfers that were acknowledged.
 */
async function transferAll(transfer: Transfer, options: BeginOptions) {
  const SessionLocal = sessionmaker(engine);
  const expected = Array.from({ length: accounts }, () => 1000);
  const each = runs(4, 60);
  let ran = 0;
  const worker = async () => {
    for (let count = 0; count < each; count += 1) {
      const from = Math.floor(Math.random() * accounts);
      const to = (from + 1 + Math.floor(Math.random() * (accounts - 1))) % accounts;
      const amount = 1 + Math.floor(Math.random() * 100);
      await untilNotStale(() =>
        SessionLocal.begin(
          (session) => {
            ran += 1;
            return transfer(session, from + 1, to + 1, amount);
          },
          { retry: 1000, ...options },
        ),
      );
      expected[from] = (expected[from] as number) - amount;
      expected[to] = (expected[to] as number) + amount;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  assert.equal([engine.pool.open - engine.pool.idle, engine.pool.waiting], [0, 0]);
  return { ran, expected, transfers: workers * each };
}

/** Which levels promise what. A version that is read before its commit can be another's, later, and not be noticed. */
const promises: [string, Transfer, AccountClass, readonly (typeof levels)[number][]][] = [
  ["read, modify, write", readModifyWrite, Account, ["serializable"]],
  ["the same with row locks", withLocks, Account, levels],
  ["the same with a version column", withVersions, Guarded, levels.slice(1)],
  ["sums in the server", inTheServer, Account, levels],
];

for (const [name, transfer, Class, promised] of promises) {
  for (const isolation of promised) {
    test(`${name}, ${isolation}: 32 workers keep every balance`, async () => {
      const started = performance.now();
      const { ran, expected, transfers } = await transferAll(transfer, { isolation });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      progress(`${name}, ${isolation}: ${transfers} transfers in ${ran} runs, ${seconds} s`);
      assert.equal(await balances(Class), expected);
      assert.is(
        expected.reduce((sum, balance) => sum + balance, 0),
        accounts * 1000,
      );
    });
  }
}

/** Two sessions read the same balance, then both take 10 off; gives the error of the second, if there is one. */
async function meet(Class: AccountClass, isolation: (typeof levels)[number], lock = false) {
  const options = { isolation };
  const one = new Session(engine, options);
  const two = new Session(engine, options);
  const how = lock ? ({ lock: "update" } as Lock) : undefined;
  try {
    const mine = await account(one, Class, 1, how);
    // With a lock the second waits here until the first has committed.
    const reading = account(two, Class, 1, how);
    if (!lock) await reading;
    mine.balance -= 10;
    const writing = one.commit();
    if (lock) await writing;
    const theirs = await reading;
    theirs.balance -= 10;
    const outcomes = await Promise.allSettled([writing, two.commit()]);
    return outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
  } finally {
    await one.close();
    await two.close();
  }
}

for (const isolation of ["read committed", "repeatable read"] as const) {
  test(`${isolation} alone loses an update; a lock or a version column does not`, async () => {
    assert.equal(await meet(Account, isolation), []);
    assert.is((await balances(Account))[0], 990, "one of the two updates is lost");
    assert.equal(await meet(Account, isolation, true), []);
    assert.is((await balances(Account))[0], 970);
    assert.equal(await meet(Guarded, isolation), ["stale"]);
    assert.is((await balances(Guarded))[0], 990, "the second was told, and wrote nothing");
  });
}

test("serializable alone loses none: one of the two is told of a deadlock", async () => {
  assert.equal(await meet(Account, "serializable"), ["deadlock"]);
  assert.is((await balances(Account))[0], 990);
});

test("what is thrown by the work itself is not tried again", async () => {
  let ran = 0;
  const mine = new Error("mine");
  const error = await errorOf(() =>
    sessionmaker(engine).begin(
      async (session) => {
        ran += 1;
        await session.execute(sql`UPDATE accounts SET balance = 0`);
        throw mine;
      },
      { retry: 5 },
    ),
  );
  assert.is(error, mine);
  assert.is(ran, 1);
  assert.equal([...new Set(await balances(Account))], [1000]);
});

test.run();
