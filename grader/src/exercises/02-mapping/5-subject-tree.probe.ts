import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Submission {
  Base: { metadata: { createAll(engine: unknown): Promise<void> } };
}

/** Makes the tables. What they take and refuse, the judge tries by itself. */
async function makeTables(context: ProbeContext): Promise<Json> {
  const { Base } = (await context.submission()) as unknown as Submission;
  const engine = context.ormlet.createEngine(context.url);
  try {
    await Base.metadata.createAll(engine);
    return null;
  } finally {
    await engine.dispose();
  }
}

const probes: Probes = {
  "takes a tree of subjects and the books in it": makeTables,
  "tells rows apart by their keys": makeTables,
  "has parents that are there, in the same scheme": makeTables,
  "refuses what is not sensible in a single row": makeTables,
  "has a title once in a scheme": makeTables,
  "keeps what is in use, and lets go what belongs to it": makeTables,
};

export default probes;
