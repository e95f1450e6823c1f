import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Call {
  name: string;
  alone: boolean;
  ended: Promise<void>;
  stop?: (name: string) => void;
}
/** What these functions need of the state of a session. */
interface Line {
  calls: Set<Call>;
  sealedBy: string | undefined;
}
type Run = <T>(line: Line, name: string, work: () => Promise<T>) => Promise<T>;
/** The part of the module `session/in-flight.ts` that is asked for here. */
interface InFlight {
  enter(line: Line, what: Omit<Call, "ended">): () => void;
  start<T>(line: Line, name: string, alone: boolean, work: () => Promise<T>): Promise<T>;
  refuseBeside(line: Line, name: string): void;
  sealed: Run;
  inTurn: Run;
  alone: Run;
  afterAll: Run;
}

const load = async (context: ProbeContext) => (await context.submission()) as unknown as InFlight;

const newLine = (): Line => ({ calls: new Set(), sealedBy: undefined });
const namesIn = ({ calls }: Line) => Array.from(calls, ({ name }) => name);

/** Lets everything happen that waits for nothing more. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Work that lasts until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** What came of a call: its result, or the first line of its error. */
const outcomeOf = (call: () => Promise<unknown>): Promise<string> =>
  (async () => call())().then(
    (result) => `gave ${String(result)}`,
    (error) => `threw ${error.code ?? error.name}: ${String(error.message).split("\n")[0]}`,
  );

const probes: Probes = {
  "keeps a call in the line until it has ended": async (context) => {
    const { enter } = await load(context);
    const [one, two] = context.input as [string, string];
    const line = newLine();
    const log: string[] = [];
    const endOne = enter(line, { name: one, alone: false });
    const endTwo = enter(line, { name: two, alone: true });
    for (const { name, ended } of line.calls) ended.then(() => log.push(`${name} has ended`));
    await settle();
    const first = Array.from(line.calls, ({ name, alone }) => `${name}, alone: ${alone}`);
    log.push("nothing has ended");
    endTwo();
    await settle();
    const between = namesIn(line);
    endOne();
    await settle();
    return { first, between, last: namesIn(line), log };
  },
  "lets calls that read wait for each other": async (context) => {
    const { inTurn } = await load(context);
    const names = context.input as string[];
    const line = newLine();
    const log: string[] = [];
    const gates = names.map(gate);
    const results = names.map((name, at) =>
      outcomeOf(() =>
        inTurn(line, name, async () => {
          log.push(`${name} begins`);
          await gates[at]?.opened;
          log.push(`${name} ends`);
          return `rows of ${name}`;
        }),
      ),
    );
    const noted = namesIn(line);
    await settle();
    for (const { open } of gates.slice(1)) open();
    await settle();
    log.push("the first could go on");
    gates[0]?.open();
    return { noted, results: await Promise.all(results), log, left: namesIn(line) };
  },
  "gives a call that writes the session to itself": async (context) => {
    const { alone, inTurn } = await load(context);
    const { write, reads } = context.input as { write: string; reads: string[] };
    const line = newLine();
    const during: Json[] = [];
    const work = async () => {
      await settle();
      const calls = Array.from(line.calls, ({ name, alone: isAlone }) => `${name}: ${isAlone}`);
      during.push({ calls, sealedBy: line.sealedBy ?? "nothing" });
      return "written";
    };
    const first = await outcomeOf(() => alone(line, write, work));
    const after = { calls: namesIn(line), sealedBy: line.sealedBy ?? "nothing" };
    const { open, opened } = gate();
    const reading = reads.map((name) => outcomeOf(() => inTurn(line, name, () => opened)));
    const refused = await outcomeOf(() => alone(line, write, work));
    open();
    await Promise.all(reading);
    return {
      first,
      during,
      after,
      refused,
      again: await outcomeOf(() => alone(line, write, work)),
    };
  },
  "refuses to read beside a call that is alone": async (context) => {
    const { alone, inTurn, enter, refuseBeside } = await load(context);
    const { write, read, other } = context.input as Record<string, string>;
    const line = newLine();
    const { open, opened } = gate();
    const writing = outcomeOf(() => alone(line, write as string, () => opened));
    const refused = await outcomeOf(() => inTurn(line, read as string, async () => "rows"));
    const twice = await outcomeOf(() => alone(line, other as string, async () => "written"));
    const during = namesIn(line);
    open();
    await writing;
    const later = await outcomeOf(() => inTurn(line, read as string, async () => "rows"));
    // A loop over a stream stands in the line, and reads beside it are no fault of its own.
    const mixed = newLine();
    enter(mixed, { name: read as string, alone: false });
    const beside = await outcomeOf(async () => refuseBeside(mixed, other as string));
    enter(mixed, { name: write as string, alone: true });
    const second = await outcomeOf(async () => refuseBeside(mixed, other as string));
    return { refused, twice, during, later, beside, second };
  },
  "seals for as long as the work takes": async (context) => {
    const { sealed } = await load(context);
    const [outer, inner] = context.input as [string, string];
    const line = newLine();
    const log: string[] = [];
    const look = () => log.push(line.sealedBy ?? "nothing");
    const result = await outcomeOf(() =>
      sealed(line, outer, async () => {
        await settle();
        look();
        const failed = await outcomeOf(() =>
          sealed(line, inner, async () => {
            look();
            await settle();
            look();
            throw new RangeError("refused");
          }),
        );
        look();
        return failed;
      }),
    );
    look();
    return { log, result };
  },
  "goes on after a failure": async (context) => {
    const { inTurn, alone } = await load(context);
    const [read, next, write] = context.input as [string, string, string];
    const line = newLine();
    const { open, opened } = gate();
    const failing = async () => {
      await opened;
      throw new RangeError("lost");
    };
    const outcomes = [
      outcomeOf(() => inTurn(line, read, failing)),
      outcomeOf(() => inTurn(line, next, async () => "rows")),
    ];
    await settle();
    open();
    const reads = await Promise.all(outcomes);
    const writes = [
      await outcomeOf(() => alone(line, write, failing)),
      await outcomeOf(() => alone(line, write, async () => "written")),
    ];
    return { reads, writes, left: namesIn(line), sealedBy: line.sealedBy ?? "nothing" };
  },
  "rolls back after all that is under way": async (context) => {
    const { afterAll, inTurn, enter } = await load(context);
    const { reads, late, close } = context.input as {
      reads: string[];
      late: string;
      close: string;
    };
    const line = newLine();
    const log: string[] = [];
    const gates = reads.map(gate);
    const read = (name: string, opened: Promise<void> | undefined) =>
      outcomeOf(() =>
        inTurn(line, name, async () => {
          await opened;
          log.push(`${name} ends`);
        }),
      );
    const reading = reads.map((name, at) => read(name, gates[at]?.opened));
    const stop = (other: string) => {
      log.push(`the loop is stopped for ${other}`);
    };
    const endLoop = enter(line, { name: "a loop", alone: false, stop });
    const closing = outcomeOf(() =>
      afterAll(line, close, async () => {
        log.push(`${close} begins, beside ${line.calls.size - 1}, sealed by ${line.sealedBy}`);
        await settle();
        return "done";
      }),
    );
    await settle();
    log.push("the reads could go on");
    // One that comes while the rollback still waits.
    const last = gate();
    reading.push(read(late, last.opened));
    const stopLate = (other: string) => {
      log.push(`the late loop is stopped for ${other}`);
    };
    const endLateLoop = enter(line, { name: "a late loop", alone: false, stop: stopLate });
    for (const { open } of gates) open();
    await settle();
    log.push("the loop ends");
    endLoop();
    await settle();
    log.push("the late one could go on");
    last.open();
    await settle();
    log.push("the late loop ends");
    endLateLoop();
    const outcome = await closing;
    await Promise.all(reading);
    return { log, outcome, left: namesIn(line) };
  },
  "starts a call in the line, or beside it": async (context) => {
    const { start, enter } = await load(context);
    const [before, waits, alone] = context.input as [string, string, string];
    const line = newLine();
    const log: string[] = [];
    const end = enter(line, { name: before, alone: false });
    const calls = [
      outcomeOf(() => start(line, waits, false, async () => log.push(`${waits} begins`))),
      outcomeOf(() => start(line, alone, true, async () => log.push(`${alone} begins`))),
    ];
    const noted = Array.from(line.calls, ({ name, alone: isAlone }) => `${name}: ${isAlone}`);
    await settle();
    log.push(`${before} has ended`);
    end();
    await Promise.all(calls);
    return { noted, log };
  },
  "keeps a real session in order": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer, select, Session, sql, varchar } =
      context.ormlet;
    const { ids, name } = context.input as { ids: [number, number]; name: string };
    const Base = declarativeBase();
    class Member extends Base.mapped("members", {
      id: integer().primaryKey(),
      name: varchar(50),
    }) {}
    const engine = createEngine(context.url, { pool: { size: 1, timeout: 2 } });
    const session = new Session(engine);
    try {
      const [one, two, all] = await Promise.all([
        session.get(Member, ids[0]),
        session.get(Member, ids[1]),
        session.scalars(select(Member)).all(),
      ]);
      const members = [one, two].map((member) => member?.id ?? null);
      const reading = session.execute(sql`SELECT 1`);
      const commit = await outcomeOf(() => session.commit());
      await reading;
      (one as { name: string }).name = name;
      const flushing = session.flush();
      const during = await outcomeOf(async () => {
        (two as { name: string }).name = name;
      });
      await flushing;
      await session.commit();
      // close waits for what is under way, and gives the connection back.
      const last = session.execute(sql`SELECT SLEEP(0.05)`);
      const close = await outcomeOf(() => session.close());
      await last;
      const { open, idle } = engine.pool;
      return { members, all: all.length, commit, during, close, inUse: open - idle };
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
