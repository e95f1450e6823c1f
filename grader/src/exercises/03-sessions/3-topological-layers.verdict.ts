import type { Exercise, Json, JudgeContext, Random } from "../../judge/exercise.js";
import { compare } from "./told.js";

type Edge = [first: string, second: string];
type Graph = { nodes: string[]; edges: Edge[] };
type Layers = { layers: string[][]; rest: string[] };

const layered = "gives layers, each of nodes that wait for the layers before";
const circles = "gives what waits in a circle, and what waits for it, as rest";

function names(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** A graph of which the layers are known, because it is made layer by layer. */
function layeredGraph(random: Random, sizes: number[]): Graph & { layers: string[][] } {
  const left = names(
    random,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const nodes = random.shuffle(left);
  const layers = sizes.map((size) => new Set(left.splice(0, size)));
  const edges: Edge[] = [];
  for (const [depth, layer] of layers.entries()) {
    if (depth === 0) continue;
    const before = [...(layers[depth - 1] as Set<string>)];
    const earlier = layers.slice(0, depth - 1).flatMap((one) => [...one]);
    for (const node of layer) {
      edges.push([random.pick(before), node]);
      for (const other of random.shuffle(earlier).slice(0, random.integer(0, 2))) {
        edges.push([other, node]);
      }
    }
  }
  const inOrder = layers.map((layer) => nodes.filter((node) => layer.has(node)));
  return { nodes, edges: random.shuffle(edges), layers: inOrder };
}

/** Within the layers, the order does not count here. */
const sorted = ({ layers, rest }: Layers) => ({
  layers: layers.map((layer) => [...layer].sort()),
  rest: [...rest].sort(),
});

/** Shows the graph that was sorted in a wrong way. */
function judgeGraph({ observation, input, secret, assert }: JudgeContext): void {
  const { nodes, edges } = input as Graph;
  const graph = `${nodes.join(", ")} with ${edges.map((edge) => edge.join(" → ")).join(", ")}`;
  compare(assert, `The result for ${graph} is`, observation, secret);
}

/** A tree of subjects with the keys of their parents, and how deep it is. */
function tree(random: Random) {
  const depths = new Map<number, number>();
  const rows: { id: number; parentId: number | null }[] = [];
  for (let id = 101; id <= 140; id += 1) {
    const parentId = id < 104 ? null : random.pick([...depths.keys()]);
    depths.set(id, parentId === null ? 1 : (depths.get(parentId) as number) + 1);
    rows.push({ id, parentId });
  }
  return { rows, depth: Math.max(...depths.values()) };
}

const exercise: Exercise = {
  id: "3.3",
  tests: [
    {
      name: layered,
      points: 6,
      feedback:
        "A node comes into the first layer in which it can stand: the one after the last of those it waits for. What waits for nothing stands in the first.",
      async arrange({ random }) {
        const { nodes, edges, layers } = layeredGraph(random, [3, 4, 2, 3]);
        return { input: { nodes, edges }, secret: { layers, rest: [] } };
      },
      judge({ observation, secret, assert }) {
        assert.equal(sorted(observation as Layers), sorted(secret as Layers));
      },
    },
    {
      name: "keeps the order of the nodes within a layer",
      points: 3,
      needs: layered,
      feedback:
        "Within a layer, the nodes stand in the order in which they were given, whatever the order of the edges.",
      async arrange({ random }) {
        const { nodes, edges, layers } = layeredGraph(random, [5, 6, 5]);
        return { input: { nodes, edges }, secret: { layers, rest: [] } };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: circles,
      points: 4,
      needs: layered,
      feedback:
        "What can be sorted is sorted. The nodes of a circle, and all that wait for one of them, come into rest, in the order in which they were given.",
      async arrange({ random }) {
        const [a, b, c, root, twig, after, last, alone] = names(random, 8) as [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
        ];
        const edges: Edge[] = [
          [a, b],
          [b, c],
          [c, a],
          [root, a],
          [root, twig],
          [c, after],
          [twig, after],
          [after, last],
        ];
        const nodes = random.shuffle([a, b, c, root, twig, after, last, alone]);
        const inOrder = (...some: string[]) => nodes.filter((node) => some.includes(node));
        return {
          input: { nodes, edges: random.shuffle(edges) },
          secret: {
            layers: [inOrder(root, alone), [twig]],
            rest: inOrder(a, b, c, after, last),
          },
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "counts two edges between the same nodes as two",
      points: 2,
      hidden: true,
      needs: layered,
      feedback:
        "A loan may point at a member twice, with two foreign keys. The edge is there twice then, and it is still one node that is waited for. A node with an edge to itself waits for itself.",
      async arrange({ random }) {
        const [a, b, c, d] = names(random, 4) as [string, string, string, string];
        const edges: Edge[] = [
          [a, b],
          [a, b],
          [b, c],
          [a, c],
          [b, c],
          [d, d],
          [a, d],
        ];
        return {
          input: { nodes: [d, c, b, a], edges: random.shuffle(edges) },
          secret: { layers: [[a], [b], [c]], rest: [d] },
        };
      },
      judge: judgeGraph,
    },
    {
      name: "changes nothing that it was given",
      points: 1,
      hidden: true,
      needs: layered,
      feedback: "The lists of nodes and edges belong to the caller: they should stay as they are.",
      async arrange({ random }) {
        const { nodes, edges, layers } = layeredGraph(random, [2, 2, 2]);
        return { input: { nodes, edges }, secret: { layers, rest: [] } };
      },
      judge: judgeGraph,
    },
    {
      name: "sorts many rows in little time",
      points: 2,
      hidden: true,
      needs: layered,
      feedback:
        "Nodes can be any objects, and many: a chain of 20,000 should be sorted in an instant, and 20,000 that wait for one. Look at each node and at each edge once, not again for each layer. Edges may come from an iterator.",
      async arrange() {
        return { input: { chain: 20_000, wide: 20_000 } };
      },
      judge({ observation, assert }) {
        const { milliseconds, ...seen } = observation as {
          milliseconds: number;
          [key: string]: Json;
        };
        compare(assert, "The layers of the chain, and the sizes of those of the star:", seen, {
          inOrder: true,
          length: 20_000,
          sizes: [1, 20_000],
        });
        assert.ok(milliseconds < 2500, "it took too long");
      },
    },
    {
      name: "inserts a tree of subjects, a statement for each layer",
      points: 2,
      hidden: true,
      needs: layered,
      feedback:
        "With your function in its place, a flush should insert subjects that point at each other, parents first, with one INSERT for each layer of the tree.",
      async arrange({ random }) {
        const { rows, depth } = tree(random);
        return { input: random.shuffle(rows), secret: { rows, depth } };
      },
      async judge({ observation, secret, assert, sql }) {
        const { rows, depth } = secret as { rows: Json[]; depth: number };
        const found = await sql("SELECT id, parent_id AS parentId FROM subjects ORDER BY id");
        const plain = found.map(({ id, parentId }) => ({
          id: Number(id),
          parentId: parentId === null ? null : Number(parentId),
        }));
        compare(assert, "The rows of subjects are", plain, rows);
        compare(assert, "The number of INSERT statements is", observation, depth);
      },
    },
  ],
};

export default exercise;
