import type { Engine, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Wanted = { subject: string; year: number };
type YearReport = (session: Session, wanted: Wanted) => Promise<Json>;

/** Asks for reports, and notes the statements that are sent. */
async function report(context: ProbeContext): Promise<{ reports: Json[]; sent: string[] }> {
  const yearReport = (await context.submission()).yearReport as YearReport;
  const { createEngine, Session } = context.ormlet;
  const sent: string[] = [];
  const engine: Engine = createEngine(context.url, {
    echo: (_line, { text }) => {
      sent.push(text);
    },
  });
  const session = new Session(engine);
  try {
    const reports: Json[] = [];
    for (const wanted of context.input as Wanted[]) reports.push(await yearReport(session, wanted));
    return { reports, sent };
  } finally {
    await session.close();
    await engine.dispose();
  }
}

const reports = async (context: ProbeContext) => (await report(context)).reports;

const probes: Probes = {
  "counts the loans of the year, book by book": reports,
  "knows the place and the share of each book": reports,
  "looks at all subjects below, and at no others": reports,
  "gives equal books the same place, and leaves out the third": reports,
  "has the whole year, and books of one title": reports,
  "asks MySQL once": async (context) => {
    const { sent } = await report(context);
    return sent.filter((text) => !/^\s*(SET|START|BEGIN|COMMIT|ROLLBACK)\b/i.test(text)).length;
  },
};

export default probes;
