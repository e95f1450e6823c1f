import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Sort = (nodes: Iterable<string>, dependenciesOf: (node: string) => string[]) => Json;
type Graph = { nodes: string[]; needs: Record<string, string[]> };

const load = async (context: ProbeContext) => (await context.submission()).sortComponents as Sort;

async function sortInput(context: ProbeContext): Promise<Json> {
  const sortComponents = await load(context);
  const { nodes, needs } = context.input as Graph;
  return sortComponents(nodes, (node) => needs[node] ?? []);
}

const probes: Probes = {
  "puts what is needed first": sortInput,
  "puts a circle into one component": sortInput,
  "leaves an order that is good as it is": sortInput,
  "finds every component of a tangle": sortInput,
  "keeps the order of the nodes within a component": sortInput,
  "leaves out what is not among the nodes": sortInput,
  "takes any iterable, and any kind of node": async (context) => {
    const sortComponents = await load(context);
    const { nodes, needs } = context.input as Graph;
    const objects = new Map(nodes.map((name) => [name, { name }]));
    const sorted = sortComponents(
      objects.values() as Iterable<never>,
      (node) =>
        (needs[(node as unknown as { name: string }).name] ?? []).map((name) =>
          objects.get(name),
        ) as never,
    ) as unknown as { name: string }[][];
    return sorted.map((component) => component.map(({ name }) => name));
  },
  "makes the tables of MySQL in an order that works": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer } = context.ormlet;
    const { nodes, needs } = context.input as Graph;
    const Base = declarativeBase();
    for (const name of nodes) {
      const keys = (needs[name] ?? []).map((target) => [
        `${target}Id`,
        integer().nullable().references(`${target}.id`),
      ]);
      Base.mapped(name, { id: integer().primaryKey(), ...Object.fromEntries(keys) });
    }
    const engine = createEngine(context.url);
    try {
      await Base.metadata.createAll(engine);
      return null;
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
