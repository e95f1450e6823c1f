import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Sort = <Node>(
  nodes: readonly Node[],
  edges: Iterable<readonly [Node, Node]>,
) => { layers: Node[][]; rest: Node[] };
type Graph = { nodes: string[]; edges: [string, string][] };

const load = async (context: ProbeContext) =>
  (await context.submission()).topologicalLayers as Sort;

async function sortInput(context: ProbeContext): Promise<Json> {
  const topologicalLayers = await load(context);
  const { nodes, edges } = context.input as Graph;
  const { layers, rest } = topologicalLayers(nodes, edges);
  return { layers, rest };
}

const probes: Probes = {
  "gives layers, each of nodes that wait for the layers before": sortInput,
  "keeps the order of the nodes within a layer": sortInput,
  "counts two edges between the same nodes as two": sortInput,
  "gives what waits in a circle, and what waits for it, as rest": sortInput,
  "sorts many rows in little time": async (context) => {
    const topologicalLayers = await load(context);
    const { chain, wide } = context.input as { chain: number; wide: number };
    const rows = Array.from({ length: chain }, (_, id) => ({ id }));
    const links = rows
      .slice(1)
      .map(({ id }) => [rows[id - 1], rows[id]] as [{ id: number }, { id: number }]);
    const siblings = Array.from({ length: wide }, (_, id) => ({ id }));
    const [root] = rows as [{ id: number }];
    const edges = siblings.map((one) => [root, one] as [{ id: number }, { id: number }]);
    const started = performance.now();
    const one = topologicalLayers([...rows].reverse(), links);
    const two = topologicalLayers([...siblings, root], edges.values());
    const milliseconds = performance.now() - started;
    const sizes = two.layers.map(({ length }) => length);
    const inOrder = one.layers.every(
      ({ length, 0: row }, index) => length === 1 && row?.id === index,
    );
    return { milliseconds, inOrder, length: one.layers.length, sizes };
  },
  "changes nothing that it was given": async (context) => {
    const topologicalLayers = await load(context);
    const { nodes, edges } = context.input as Graph;
    const pairs = Object.freeze(edges.map((edge) => Object.freeze(edge)));
    const { layers, rest } = topologicalLayers(Object.freeze(nodes), pairs);
    return { layers, rest };
  },
  "inserts a tree of subjects, a statement for each layer": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer, Session } = context.ormlet;
    const Base = declarativeBase();
    class Subject extends Base.mapped("subjects", {
      id: integer().primaryKey(),
      parentId: integer().nullable().references("subjects.id"),
    }) {}
    const sent: string[] = [];
    const engine = createEngine(context.url, {
      echo: (_line, { text }) => {
        sent.push(text);
      },
    });
    const session = new Session(engine);
    try {
      await Base.metadata.createAll(engine);
      const rows = context.input as { id: number; parentId: number | null }[];
      session.addAll(rows.map((row) => new Subject(row)));
      await session.commit();
      return sent.filter((text) => text.startsWith("INSERT")).length;
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
