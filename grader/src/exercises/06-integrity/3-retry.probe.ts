import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import type { Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Submission {
  withRetry(times: number, signal: unknown, work: () => Promise<Json>): Promise<Json>;
  isRetryable(error: unknown): unknown;
  noteTries(error: Error, tries: number): Error;
}
/** What is thrown: `undefined` for undefined, else the properties of an error. */
type Thrown = { [key: string]: Json } | "undefined" | null | string;

const load = async (context: ProbeContext) => (await context.submission()) as unknown as Submission;

function made(thrown: Thrown): unknown {
  if (thrown === "undefined") return undefined;
  if (thrown === null || typeof thrown !== "object") return thrown;
  const { message = "failed", cause, ...others } = thrown;
  const error = Object.assign(new Error(String(message)), others);
  return cause === undefined ? error : Object.assign(error, { cause: made(cause as Thrown) });
}

/** Work that throws these one after the other, then gives 7. */
function failing(errors: unknown[]) {
  const state = { runs: 0 };
  const work = async (): Promise<Json> => {
    state.runs += 1;
    if (state.runs <= errors.length) throw errors[state.runs - 1];
    return 7;
  };
  return { state, work };
}

const deadlocks = (count: number): Error[] =>
  Array.from(
    { length: count },
    (_, at) => made({ code: "deadlock", message: `no. ${at + 1}` }) as Error,
  );

const random = Math.random;

/** Runs `work` while Math.random is at least 0.999 or so, or what is given. */
async function withRandom<T>(value: number, work: () => Promise<T>): Promise<T> {
  Math.random = () => value;
  try {
    return await work();
  } finally {
    Math.random = random;
  }
}

/** What `work` asks of Node's timers, in milliseconds; none of it is waited for. */
async function delaysOf(work: () => Promise<unknown>): Promise<number[]> {
  const delays: number[] = [];
  const own = { promise: timers.setTimeout, plain: globalThis.setTimeout };
  const promise = async (milliseconds?: number) => void delays.push(milliseconds ?? 0);
  const plain = (then: (...values: unknown[]) => void, milliseconds = 0, ...values: unknown[]) => {
    delays.push(milliseconds);
    return own.plain(() => then(...values), 0);
  };
  Object.assign(timers, { setTimeout: promise });
  Object.assign(globalThis, { setTimeout: plain });
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(timers, { setTimeout: own.promise });
    Object.assign(globalThis, { setTimeout: own.plain });
    syncBuiltinESMExports();
  }
  return delays;
}

const probes: Probes = {
  "says what can be run again": async (context) => {
    const { isRetryable } = await load(context);
    return (context.input as Thrown[]).map((thrown) => isRetryable(made(thrown)) as Json);
  },
  "runs the work again until it succeeds": async (context) => {
    const { withRetry } = await load(context);
    const seen: Json[] = [];
    for (const { times, fails } of context.input as { times: number; fails: number }[]) {
      const { state, work } = failing(deadlocks(fails));
      const gave = await withRandom(0, () => withRetry(times, undefined, work));
      seen.push({ gave, runs: state.runs });
    }
    return seen;
  },
  "lets other errors out at once": async (context) => {
    const { withRetry } = await load(context);
    const seen: Json[] = [];
    for (const { thrown, after } of context.input as { thrown: Thrown; after: number }[]) {
      const error = made(thrown);
      const { state, work } = failing([...deadlocks(after), error, error]);
      const same = await withRandom(0, () => withRetry(5, undefined, work)).then(
        () => false,
        (given) => given === error,
      );
      const message = error instanceof Error ? error.message : "";
      seen.push({ same, runs: state.runs, message });
    }
    return seen;
  },
  "throws the last error, and says how often it was tried": async (context) => {
    const { withRetry } = await load(context);
    const times = context.input as number;
    const errors = deadlocks(times + 3);
    const { state, work } = failing(errors);
    const given = await withRandom(0, () => withRetry(times, undefined, work)).catch((e) => e);
    const once = deadlocks(1);
    const plain = await withRetry(0, undefined, failing(once).work).catch((e) => e);
    return {
      runs: state.runs,
      last: given === errors[times],
      message: String(given.message),
      stack: String(given.stack).includes(String(given.message)),
      tries: given.tries ?? null,
      listed: Object.keys(given).includes("stack"),
      plain: {
        same: plain === once[0],
        message: String(plain.message),
        tries: plain.tries ?? null,
      },
    };
  },
  "waits for a random time, up to twice as long each time": async (context) => {
    const { withRetry } = await load(context);
    const { values, fails } = context.input as { values: number[]; fails: number };
    const seen: Json[] = [];
    for (const value of values) {
      const { work } = failing(deadlocks(fails));
      seen.push(await withRandom(value, () => delaysOf(() => withRetry(fails, undefined, work))));
    }
    return seen;
  },
  "lets a signal end the waiting": async (context) => {
    const { withRetry } = await load(context);
    const last = context.input as number;
    const controller = new AbortController();
    let runs = 0;
    const started = performance.now();
    const given = await withRandom(0.999, () =>
      withRetry(last + 2, controller.signal, async () => {
        runs += 1;
        if (runs === last) setTimeout(() => controller.abort("enough"), 5);
        throw made({ code: "deadlock" });
      }),
    ).catch((error) => error);
    const quick = performance.now() - started < 4000;
    return { runs, code: given?.code ?? null, cause: String(given?.cause), quick };
  },
  "brings two transactions through that lock each other": async (context) => {
    await load(context);
    const { createEngine, sessionmaker, sql } = context.ormlet;
    const engine = createEngine(context.url, { pool: { size: 3, timeout: 10 } });
    const SessionLocal = sessionmaker(engine);
    try {
      let runs = 0;
      let arrived = 0;
      let both = () => {};
      const met = new Promise<void>((resolve) => {
        both = resolve;
      });
      const lock = (session: Session, id: number) =>
        session.execute(sql`SELECT id FROM shelves WHERE id = ${id} FOR UPDATE`);
      const move = (from: number, to: number, count: number) =>
        SessionLocal.begin(
          async (session) => {
            runs += 1;
            await lock(session, from);
            arrived += 1;
            if (arrived === 2) both();
            await met;
            await lock(session, to);
            await session.execute(
              sql`UPDATE shelves SET books = books - ${count} WHERE id = ${from}`,
            );
            await session.execute(
              sql`UPDATE shelves SET books = books + ${count} WHERE id = ${to}`,
            );
            return count;
          },
          { retry: 5 },
        );
      const [one, two] = context.input as [number, number];
      const gave = await Promise.allSettled([move(1, 2, one), move(2, 1, two)]);
      return {
        gave: gave.map((each) =>
          each.status === "fulfilled" ? each.value : String(each.reason.name),
        ),
        again: runs > 2,
      };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
