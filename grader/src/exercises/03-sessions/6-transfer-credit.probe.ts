import type { Engine, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Member = { id: number; credit: number };
type Receipt = { number: string; transferId: number };
interface Submission {
  Member: abstract new () => Member;
  transfer(
    session: Session,
    order: { from: Member; to: Member; cents: number; number: string },
  ): Promise<Receipt | null>;
}
type Order = {
  from: number;
  to: number;
  cents: number;
  number: string;
  /** Whether another client deletes the receiver before the transfer is written. */
  gone?: boolean;
  /** Another client writes a receipt of the same number for the transfer with this key before. */
  rival?: number;
};

/** Carries out one order, and tells what came of it, and what the objects and the session are then. */
async function carryOut(
  { transfer, Member }: Submission,
  engine: Engine,
  session: Session,
  { from: fromId, to: toId, cents, number, gone, rival }: Order,
  sql: typeof import("ormlet").sql,
): Promise<Json> {
  const from = (await session.get(Member, fromId)) as Member;
  const to = (await session.get(Member, toId)) as Member;
  if (gone) await engine.execute(sql`DELETE FROM members WHERE id = ${toId}`);
  if (rival !== undefined) {
    await engine.execute(
      sql`INSERT INTO receipts (number, transfer_id) VALUES (${number}, ${rival})`,
    );
  }
  const outcome = await transfer(session, { from, to, cents, number }).then(
    (receipt): Json => receipt && { number: receipt.number, hasTransfer: receipt.transferId > 0 },
    (error): Json => ({ error: String(error.name) }),
  );
  return {
    outcome,
    credits: [from.credit, to.credit],
    left: session.new.length + session.dirty.length + session.deleted.length,
    open: session.inTransaction,
  };
}

/** One order after the other, in one session or in a session for each. */
const inSessions = (one: boolean) => async (context: ProbeContext) => {
  const submission = (await context.submission()) as unknown as Submission;
  const { createEngine, Session, sql } = context.ormlet;
  const engine = createEngine(context.url, { pool: { size: 3, timeout: 2 } });
  let session = new Session(engine);
  try {
    const seen: Json[] = [];
    for (const order of context.input as Order[]) {
      seen.push(await carryOut(submission, engine, session, order, sql));
      if (one) continue;
      await session.close();
      session = new Session(engine);
    }
    return seen;
  } finally {
    await session.close();
    await engine.dispose();
  }
};

const probes: Probes = {
  "moves the credit, and writes the transfer and its receipt": inSessions(false),
  "goes without the receipt when its number is taken": inSessions(false),
  "goes without the receipt when another desk was faster": inSessions(false),
  "leaves nothing behind when the credit is too small": inSessions(false),
  "undoes all of it when something else fails": inSessions(false),
  "lets the session go on after each of them": inSessions(true),
};

export default probes;
