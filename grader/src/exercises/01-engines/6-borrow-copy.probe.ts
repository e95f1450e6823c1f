import type { Engine } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type BorrowCopy = (engine: Engine, memberId: number, bookId: number) => Promise<number | undefined>;
type Request = { memberId: number; bookId: number };

/** What one borrower got: a copy, nothing, or an error. JSON has no undefined, so it is spelled. */
type Outcome = { copy: Json } | { nothing: true } | { error: string };

async function ask(
  borrowCopy: BorrowCopy,
  engine: Engine,
  { memberId, bookId }: Request,
): Promise<Outcome> {
  try {
    const copy = await borrowCopy(engine, memberId, bookId);
    return copy === undefined ? { nothing: true } : { copy };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function withEngine<T>(
  context: ProbeContext,
  work: (borrowCopy: BorrowCopy, engine: Engine) => Promise<T>,
): Promise<T> {
  const borrowCopy = (await context.submission()).borrowCopy as BorrowCopy;
  const engine = context.ormlet.createEngine(context.url, { pool: { size: 8, timeout: 5 } });
  try {
    return await work(borrowCopy, engine);
  } finally {
    await engine.dispose();
  }
}

/** One borrower after the other. */
const inTurn = (context: ProbeContext) =>
  withEngine(context, async (borrowCopy, engine) => {
    const outcomes: Outcome[] = [];
    for (const request of context.input as Request[]) {
      outcomes.push(await ask(borrowCopy, engine, request));
    }
    return outcomes;
  });

/**
 * All borrowers at once. The members' rows are locked while they start, so that nobody can finish
 * a loan before everybody has looked for a copy: a race that has the same outcome each time.
 */
const together = (context: ProbeContext) =>
  withEngine(context, async (borrowCopy, engine) => {
    const { sql } = context.ormlet;
    const requests = context.input as Request[];
    let started: Promise<Outcome[]> | undefined;
    await engine.begin(async (connection) => {
      await connection.execute(sql`SELECT id FROM members FOR UPDATE`);
      started = Promise.all(requests.map((request) => ask(borrowCopy, engine, request)));
      await new Promise((resolve) => setTimeout(resolve, 250));
    });
    return (await started) ?? [];
  });

const probes: Probes = {
  "lends a free copy of the book": inTurn,
  "gives undefined when no copy is free": inTurn,
  "leaves nothing behind when the loan cannot be written": inTurn,
  "lets one of two borrowers have the last copy": together,
  "gives each of many borrowers a copy of their own": together,
};

export default probes;
