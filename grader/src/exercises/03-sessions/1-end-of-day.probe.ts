import type { Engine } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type EndOfDay = (engine: Engine, day: Json) => Promise<Json>;

/** Calls the submission with an engine of one connection, which notes what is sent. */
async function withEngine<T>(
  context: ProbeContext,
  work: (endOfDay: EndOfDay, engine: Engine, sent: string[]) => Promise<T>,
): Promise<T> {
  const endOfDay = (await context.submission()).endOfDay as EndOfDay;
  const sent: string[] = [];
  const engine = context.ormlet.createEngine(context.url, {
    pool: { size: 1, timeout: 2 },
    echo: (_line, { text }) => {
      sent.push(text);
    },
  });
  try {
    return await work(endOfDay, engine, sent);
  } finally {
    await engine.dispose();
  }
}

const endDay = (context: ProbeContext) =>
  withEngine(context, (endOfDay, engine) => endOfDay(engine, context.input));

const probes: Probes = {
  "adds the new members and gives their keys": endDay,
  "changes one phone number, and deletes one member": endDay,
  "sends all of it in one transaction": (context) =>
    withEngine(context, async (endOfDay, engine, sent) => {
      await endOfDay(engine, context.input);
      return sent;
    }),
  "leaves nothing behind when a member is not there": (context) =>
    withEngine(context, async (endOfDay, engine) => {
      const outcomes: Json[] = [];
      for (const day of context.input as Json[]) {
        const outcome = await endOfDay(engine, day).then(
          () => "nothing",
          () => "an error",
        );
        const { open, idle } = engine.pool;
        outcomes.push({ outcome, inUse: open - idle });
      }
      return outcomes;
    }),
};

export default probes;
