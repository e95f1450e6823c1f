import type { Engine } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type FindMembers = (engine: Engine, name: string) => Promise<Json>;

/** Opens an engine, asks for each name in turn, and closes the engine again. */
async function find(context: ProbeContext, names: string[]): Promise<Json[]> {
  const findMembers = (await context.submission()).findMembers as FindMembers;
  const engine = context.ormlet.createEngine(context.url);
  try {
    const found: Json[] = [];
    for (const name of names) found.push(await findMembers(engine, name));
    return found;
  } finally {
    await engine.dispose();
  }
}

const askForEach = (context: ProbeContext) => find(context, context.input as string[]);

const probes: Probes = {
  "finds the members of a name, in the order in which they joined": askForEach,
  "gives an empty list for a name that nobody has": askForEach,
  "finds a name with quotes and backslashes": askForEach,
  "takes % and _ as they are": askForEach,
  "lets no part of the name become SQL": askForEach,
  "sends the name beside the statement, not in it": async (context) => {
    const findMembers = (await context.submission()).findMembers as FindMembers;
    const sent: Json[] = [];
    const engine = context.ormlet.createEngine(context.url, {
      echo: (_line, { text, parameters }) => {
        sent.push({ text, parameters: parameters as Json[] });
      },
    });
    try {
      return { found: await findMembers(engine, context.input as string), sent };
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
