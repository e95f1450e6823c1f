import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** What a call gives, or the error's name, code and message. Absent parts are left out of JSON. */
function outcome(call: () => unknown): Json {
  try {
    return { parsed: JSON.parse(JSON.stringify(call())) as Json };
  } catch (error) {
    const { name, code, message } = error as { name: string; code?: string; message: string };
    return { thrown: name, code: code ?? null, message };
  }
}

const parseEach = async (context: ProbeContext) => {
  const { parseUrl } = (await context.submission()) as { parseUrl(url: string): unknown };
  return (context.input as string[]).map((url) => outcome(() => parseUrl(url)));
};

const probes: Probes = {
  "takes a whole URL apart": parseEach,
  "fills in what is absent": parseEach,
  "decodes each part after it was cut": parseEach,
  "reads the parameters": parseEach,
  "refuses what it cannot use, and says so": parseEach,
  "keeps the password out of every message": parseEach,
  "gives the engine what it needs": async (context) => {
    await context.submission();
    const { createEngine, sql } = context.ormlet;
    const { tail } = context.input as { tail: string };
    const engine = createEngine(context.url + tail);
    try {
      const rows = await engine.execute(
        sql<{ same: number }>`SELECT DATABASE() IS NOT NULL AS same`,
      );
      return { same: rows[0]?.same ?? null };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
