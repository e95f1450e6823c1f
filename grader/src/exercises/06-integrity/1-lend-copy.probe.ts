import type { Engine, SessionMaker } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Lend = (SessionLocal: SessionMaker, bookId: number, memberId: number) => Promise<unknown>;
type Order = { book: number; member: number };

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The key that came, or the name of the error. */
const told = (answer: Promise<unknown>): Promise<Json> =>
  answer.then(
    (key): Json => (typeof key === "number" || key === null ? key : { gave: String(key) }),
    (error): Json => ({ error: String(error?.name) }),
  );

/** Runs `work` with the learner's function, and a pool whose connections are open already. */
async function atDesks(
  context: ProbeContext,
  work: (lend: Lend, engine: Engine) => Promise<Json>,
): Promise<Json> {
  const { lend } = (await context.submission()) as unknown as { lend: Lend };
  const { createEngine, sql } = context.ormlet;
  const engine = createEngine(context.url, { pool: { size: 10, timeout: 20 } });
  try {
    await Promise.all(Array.from({ length: 10 }, () => engine.execute(sql`DO SLEEP(0.02)`)));
    return await work(lend, engine);
  } finally {
    await engine.dispose();
  }
}

/** The same maker of sessions with another `begin`. */
function withBegin(SessionLocal: SessionMaker, begin: SessionMaker["begin"]): SessionMaker {
  // Not an arrow function, for `new SessionLocal()`.
  function made() {
    return SessionLocal();
  }
  return Object.assign(made, { begin }) as unknown as SessionMaker;
}

/** One order after the other. */
const inTurn = (context: ProbeContext) =>
  atDesks(context, async (lend, engine) => {
    const SessionLocal = context.ormlet.sessionmaker(engine);
    const answers: Json[] = [];
    for (const { book, member } of context.input as Order[]) {
      answers.push(await told(lend(SessionLocal, book, member)));
    }
    return answers;
  });

/** How long, in milliseconds, a desk waits for the others before it commits. */
const patience = 300;

/**
 * All orders in the same moment. No desk commits before all others have decided too, or have had the time for it: else
 * it would be left to chance whether two of them decide at once.
 */
const atOnce = (context: ProbeContext) =>
  atDesks(context, async (lend, engine) => {
    const SessionLocal = context.ormlet.sessionmaker(engine);
    const orders = context.input as Order[];
    const deciding = new Set(orders.keys());
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const deskOf = (desk: number) => {
      const begin: SessionMaker["begin"] = (work, options) =>
        SessionLocal.begin(async (session) => {
          const result = await work(session);
          await session.flush();
          deciding.delete(desk);
          if (deciding.size === 0) meet();
          if (result !== null) await Promise.race([met, pause(patience)]);
          return result;
        }, options);
      return withBegin(SessionLocal, begin);
    };
    return Promise.all(
      orders.map(({ book, member }, desk) => told(lend(deskOf(desk), book, member))),
    );
  });

const probes: Probes = {
  "lends a copy that is free": inTurn,
  "gives null when it cannot be done": inTurn,
  "lends no copy twice": atOnce,
  "lends no fourth copy, at however many desks": atOnce,
  "passes over a copy that another desk deals with": (context) =>
    atDesks(context, async (lend, engine) => {
      const { sessionmaker, sql } = context.ormlet;
      const SessionLocal = sessionmaker(engine);
      const { held, orders } = context.input as { held: number[]; orders: Order[] };
      const other = await engine.connect();
      try {
        await other.execute(sql`BEGIN`);
        for (const id of held) {
          await other.execute(sql`SELECT id FROM copies WHERE id = ${id} FOR UPDATE`);
        }
        const answers: Json[] = [];
        const asked: Promise<Json>[] = [];
        for (const { book, member } of orders) {
          const answer = told(lend(SessionLocal, book, member));
          asked.push(answer);
          answers.push(await Promise.race([answer, pause(2500).then(() => "waits")]));
          if (answers.includes("waits")) break;
        }
        await other.execute(sql`ROLLBACK`);
        await Promise.all(asked);
        return answers;
      } finally {
        await other.close();
      }
    }),
  "goes on after a deadlock": (context) =>
    atDesks(context, async (lend, engine) => {
      const { DeadlockError, sessionmaker } = context.ormlet;
      const SessionLocal = sessionmaker(engine);
      const seen: Json[] = [];
      for (const { deadlocks, order } of context.input as { deadlocks: number; order: Order }[]) {
        let runs = 0;
        const begin: SessionMaker["begin"] = (work, options) =>
          SessionLocal.begin(async (session) => {
            runs += 1;
            const result = await work(session);
            await session.flush();
            if (runs > deadlocks) return result;
            throw new DeadlockError("Deadlock found when trying to get lock", { code: "deadlock" });
          }, options);
        const unlucky = withBegin(SessionLocal, begin);
        seen.push([await told(lend(unlucky, order.book, order.member)), runs]);
      }
      return seen;
    }),
};

export default probes;
