import type { SessionMaker } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Form = { name: string; email: string; age: number };
type Register = (SessionLocal: SessionMaker, forms: Form[]) => Promise<Json>;

/** What `register` made of the forms; deadlocks come at the end of the first transactions. */
const registerAll = async (context: ProbeContext): Promise<Json> => {
  const { register } = (await context.submission()) as unknown as { register: Register };
  const { createEngine, DeadlockError, sessionmaker } = context.ormlet;
  const { forms, deadlocks = 0 } = context.input as { forms: Form[]; deadlocks?: number };
  const engine = createEngine(context.url, { pool: { size: 3, timeout: 5 } });
  const SessionLocal = sessionmaker(engine);
  let runs = 0;
  const begin: SessionMaker["begin"] = (work, options) =>
    SessionLocal.begin(async (session) => {
      runs += 1;
      const result = await work(session);
      await session.flush();
      if (runs > deadlocks) return result;
      throw new DeadlockError("Deadlock found when trying to get lock", { code: "deadlock" });
    }, options);
  const unlucky = Object.assign(() => SessionLocal(), { begin }) as unknown as SessionMaker;
  try {
    const given = await register(deadlocks > 0 ? unlucky : SessionLocal, forms).then(
      (refused): Json => ({ refused: refused as Json }),
      (error): Json => ({ error: String(error?.name) }),
    );
    const { open, idle } = engine.pool;
    return { given, runs, inUse: open - idle };
  } finally {
    await engine.dispose();
  }
};

const probes: Probes = {
  "saves the forms that can be saved": registerAll,
  "reports the others by line and property": registerAll,
  "takes what does not fit for a refused form too": registerAll,
  "saves nothing when something else fails": registerAll,
  "runs all of it again after a deadlock": registerAll,
  "gives up after the third repetition": registerAll,
};

export default probes;
