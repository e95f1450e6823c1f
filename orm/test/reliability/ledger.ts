import mysql from "mysql2/promise";
import * as assert from "uvu/assert";
import {
  declarativeBase,
  type Engine,
  inspect,
  integer,
  Session,
  sessionmaker,
  sql,
  varchar,
} from "../../src/index.js";

/** What is written: every transaction has a number and writes three entries, and the slot of its worker. */
export const Base = declarativeBase();

export class Entry extends Base.mapped("entries", {
  id: integer().primaryKey(),
  txn: integer(),
  note: varchar(50),
}) {}

export class Slot extends Base.mapped("slots", {
  worker: integer().primaryKey(),
  txn: integer(),
}) {}

/** Thrown by the work of a transaction that is to be rolled back. */
export const enough = new Error("enough");

/** One transaction, and who asks for it. */
export interface Order {
  readonly engine: Engine;
  readonly worker: number;
  readonly txn: number;
  /** Whether its work ends by throwing {@link enough}. */
  readonly fails: boolean;
}

/** The entries of a transaction; the note is what tells its packet from others. */
export const entriesOf = (txn: number): Entry[] =>
  [1, 2, 3].map((part) => new Entry({ txn, note: `mark ${txn}.${part}` }));

async function slotOf(session: Session, worker: number): Promise<Slot> {
  const slot = await session.get(Slot, worker);
  assert.ok(slot, `slot ${worker}`);
  return slot;
}

/** Every way to run a transaction. */
export const ways: Record<string, (order: Order) => Promise<void>> = {
  async "engine.begin"({ engine, worker, txn, fails }) {
    await engine.begin(async (connection) => {
      await connection.execute(sql`UPDATE slots SET txn = ${txn} WHERE worker = ${worker}`);
      for (const { note } of entriesOf(txn))
        await connection.execute(sql`INSERT INTO entries (txn, note) VALUES (${txn}, ${note})`);
      if (fails) throw enough;
    });
  },

  /** Also: what the session says of its objects when that fails, and that it goes on afterwards. */
  async "session.commit"({ engine, worker, txn, fails }) {
    const session = new Session(engine);
    const entries = entriesOf(txn);
    let slot: Slot | undefined;
    let before: number | undefined;
    try {
      slot = await slotOf(session, worker);
      before = slot.txn;
      slot.txn = txn;
      session.addAll(entries);
      if (fails) {
        await session.flush();
        throw enough;
      }
      await session.commit();
      for (const object of [...entries, slot]) assert.is(inspect(object).state, "persistent");
    } catch (error) {
      await session.rollback();
      assert.is(session.inTransaction, false);
      for (const entry of entries) {
        assert.equal([inspect(entry).state, inspect(entry).key], ["transient", undefined]);
      }
      if (slot !== undefined) {
        assert.equal([inspect(slot).state, slot.txn], ["persistent", before]);
        assert.equal(inspect(slot).changes, []);
      }
      throw error;
    } finally {
      await session.close();
    }
  },

  async "session.begin"({ engine, worker, txn, fails }) {
    const session = new Session(engine);
    const entries = entriesOf(txn);
    try {
      await session.begin(async () => {
        (await slotOf(session, worker)).txn = txn;
        session.addAll(entries);
        if (!fails) return;
        await session.flush();
        throw enough;
      });
    } catch (error) {
      for (const entry of entries) assert.is(inspect(entry).state, "transient");
      throw error;
    } finally {
      assert.is(session.inTransaction, false);
      await session.close();
    }
  },

  async "sessionmaker.begin with savepoints"({ engine, worker, txn, fails }) {
    await sessionmaker(engine).begin(async (session) => {
      (await slotOf(session, worker)).txn = txn;
      await session.beginNested(() => session.addAll(entriesOf(txn)));
      if (fails) throw enough;
      const undone = session.beginNested(async () => {
        session.addAll(entriesOf(-txn));
        await session.flush();
        throw enough;
      });
      await undone.catch((error: unknown) => {
        if (error !== enough) throw error;
      });
    });
  },
};

/** What the caller of a transaction was told. */
export type Told = "committed" | "not committed" | "unknown";

/** Runs a transaction and takes its caller's place. Only errors of a lost connection may come, or `allowed` ones. */
export async function runOrder(
  way: string,
  order: Order,
  allowed: readonly string[] = [],
): Promise<{ told: Told; error?: Error & Record<string, unknown> }> {
  try {
    await ways[way]?.(order);
    return { told: "committed" };
  } catch (thrown) {
    const error = thrown as Error & Record<string, unknown>;
    const expected = ["connection-lost", "connection-failed", ...allowed];
    if (error !== enough && !expected.includes(String(error.code))) throw error;
    return { told: error.outcome === "unknown" ? "unknown" : "not committed", error };
  }
}

/** What every caller was told, by number of transaction. */
export type Books = Map<number, { readonly told: Told; readonly worker: number }>;

/**
 * The law: a commit that was acknowledged is there, one that was said not to be is not, and every one is there
 * wholly or not at all: its three entries, and the slot of its worker unless a later one has it.
 * @returns how many of the unknown ones are there.
 */
export async function checkBooks(url: string, books: Books): Promise<number> {
  const connection = await mysql.createConnection(url);
  await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  const read = async (text: string) => {
    const [rows] = await connection.query({ sql: text, rowsAsArray: true });
    return new Map(rows as unknown as [number, number][]);
  };
  const entries = await read("SELECT txn, COUNT(*) FROM entries GROUP BY txn");
  const slots = await read("SELECT worker, txn FROM slots");
  await connection.end();

  const last = new Map<number, number>();
  let found = 0;
  for (const [txn, { told, worker }] of books) {
    const count = entries.get(txn) ?? 0;
    assert.ok(count === 0 || count === 3, `${txn}, ${told}, is there in part: ${count} of 3`);
    if (told === "committed") assert.is(count, 3, `${txn} was acknowledged and is not there`);
    if (told === "not committed") assert.is(count, 0, `${txn} was not committed and is there`);
    if (count === 3) last.set(worker, Math.max(txn, last.get(worker) ?? 0));
    if (count === 3 && told === "unknown") found += 1;
  }
  for (const [worker, txn] of last) assert.is(slots.get(worker), txn, `the slot of ${worker}`);
  for (const txn of entries.keys())
    assert.ok(books.has(txn), `${txn} was rolled back and is there`);
  return found;
}
