import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

type Graph = { nodes: string[]; needs: Record<string, string[]> };

const needed = "puts what is needed first";
const circle = "puts a circle into one component";

function names(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

/** A graph without circles: each node needs some of those before it in a hidden order. */
function acyclic(random: Random, count: number): Graph & { order: string[] } {
  const order = names(random, count);
  const needs: Record<string, string[]> = {};
  for (const [index, name] of order.entries()) {
    const before = random.shuffle(order.slice(0, index));
    needs[name] = before.slice(0, random.integer(0, Math.min(3, before.length)));
  }
  return { nodes: random.shuffle(order), needs, order };
}

/** A graph of circles, and of what leads from one circle to another. */
function tangle(random: Random): Graph {
  const { nodes, needs, order } = acyclic(random, 14);
  const copied = Object.fromEntries(Object.entries(needs).map(([name, list]) => [name, [...list]]));
  const circles: [from: number, to: number][] = [
    [1, 4],
    [6, 8],
    [9, 11],
  ];
  for (const [from, to] of circles) {
    for (let index = from; index <= to; index += 1) {
      const next = order[index === to ? from : index + 1] as string;
      copied[order[index] as string]?.push(next);
    }
  }
  return { nodes, needs: copied };
}

/** From each node, all that can be reached by going along what is needed. */
function reachable({ nodes, needs }: Graph): Map<string, Set<string>> {
  const known = new Set(nodes);
  const reach = (start: string) => {
    const seen = new Set<string>();
    const open = [start];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const next of needs[node] ?? []) {
        if (!known.has(next) || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return seen;
  };
  return new Map(nodes.map((node) => [node, reach(node)]));
}

/** What must hold of every result: each node once, the components right, and what is needed before. */
function checkComponents(assert: Assert, graph: Graph, observation: Json): void {
  const seen = observation as string[][];
  assert.ok(Array.isArray(seen) && seen.every(Array.isArray), "the result is no list of lists");
  assert.equal(seen.flat().sort(), [...graph.nodes].sort(), "not every node stands in it once");
  const reach = reachable(graph);
  const together = (one: string, other: string) =>
    one === other || (reach.get(one)?.has(other) && reach.get(other)?.has(one)) === true;
  const components = seen.map((component) => [...component].sort());
  const wanted = seen.map(([first]) =>
    graph.nodes.filter((node) => together(first as string, node)).sort(),
  );
  assert.equal(components, wanted);
  const place = new Map(seen.flatMap((component, at) => component.map((node) => [node, at])));
  for (const node of graph.nodes) {
    for (const other of graph.needs[node] ?? []) {
      const [own, its] = [place.get(node), place.get(other)];
      if (own === undefined || its === undefined) continue;
      assert.ok(its <= own, `${node} needs ${other}, and stands before it`);
    }
  }
}

const exercise: Exercise = {
  id: "2.4",
  tests: [
    {
      name: needed,
      points: 4,
      feedback:
        "Each node should stand behind all that it needs. Here are no circles, so each is a component of its own.",
      async arrange({ random }) {
        const { nodes, needs } = acyclic(random, 9);
        return { input: { nodes, needs } };
      },
      judge({ observation, input, assert }) {
        checkComponents(assert, input as Graph, observation);
      },
    },
    {
      name: circle,
      points: 4,
      feedback:
        "Nodes that need each other around a circle come in one component; what leads into the circle or out of it stays outside.",
      async arrange({ random }) {
        const [a, b, c, before, after] = names(random, 5) as [
          string,
          string,
          string,
          string,
          string,
        ];
        const needs = { [a]: [b], [b]: [c, before], [c]: [a], [before]: [], [after]: [c] };
        return { input: { nodes: random.shuffle([a, b, c, before, after]), needs } };
      },
      judge({ observation, input, assert }) {
        checkComponents(assert, input as Graph, observation);
      },
    },
    {
      name: "leaves an order that is good as it is",
      points: 3,
      needs: needed,
      feedback:
        "Go through the nodes in the order in which they are given. When each stands behind what it needs already, nothing moves.",
      async arrange({ random }) {
        const { order, needs } = acyclic(random, 10);
        return { input: { nodes: order, needs }, secret: order.map((name) => [name]) };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "finds every component of a tangle",
      points: 3,
      hidden: true,
      needs: circle,
      feedback:
        "Several circles, with ways from one to another. A node that already belongs to a complete component must not draw others into it.",
      async arrange({ random }) {
        return { input: tangle(random) };
      },
      judge({ observation, input, assert }) {
        checkComponents(assert, input as Graph, observation);
      },
    },
    {
      name: "keeps the order of the nodes within a component",
      points: 2,
      hidden: true,
      needs: circle,
      feedback: "Within a component the nodes stand in the order in which they were given.",
      async arrange({ random }) {
        const nodes = names(random, 5);
        const round = random.shuffle(nodes);
        const needs = Object.fromEntries(
          round.map((name, index) => [name, [round[(index + 1) % round.length] as string]]),
        );
        return { input: { nodes, needs }, secret: [nodes] };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "leaves out what is not among the nodes",
      points: 1,
      hidden: true,
      needs: needed,
      feedback:
        "What a node needs and is not among the nodes does not come into the result. A node that needs itself is a component of one.",
      async arrange({ random }) {
        const [a, b, c, stranger] = names(random, 4) as [string, string, string, string];
        const needs = { [a]: [stranger, a], [b]: [a, stranger, a], [c]: [c], [stranger]: [b] };
        return { input: { nodes: [b, c, a], needs }, secret: [[a], [b], [c]] };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "takes any iterable, and any kind of node",
      points: 1,
      hidden: true,
      needs: needed,
      feedback:
        "The nodes can be objects, and come from an iterator that can be gone through once.",
      async arrange({ random }) {
        const { nodes, needs } = acyclic(random, 8);
        return { input: { nodes, needs } };
      },
      judge({ observation, input, assert }) {
        checkComponents(assert, input as Graph, observation);
      },
    },
    {
      name: "makes the tables of MySQL in an order that works",
      points: 2,
      hidden: true,
      needs: circle,
      feedback:
        "With your function in its place, Base.metadata.createAll should make tables with foreign keys, circles included.",
      async arrange({ random }) {
        const { nodes, needs } = tangle(random);
        return { input: { nodes, needs } };
      },
      async judge({ observation, input, assert, sql }) {
        assert.is(observation, null);
        const { nodes } = input as Graph;
        const rows = await sql(
          "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()",
        );
        assert.equal(rows.map((row) => String(row.name)).sort(), [...nodes].sort());
      },
    },
  ],
};

export default exercise;
