import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "gives each node a layer of its own",
    change: [["    layers.push(layer);\n", "    for (const node of layer) layers.push([node]);\n"]],
    fails: ["gives layers, each of nodes that wait for the layers before"],
    says: /A node comes into the first layer in which it can stand/,
  },
  {
    name: "leaves the next layer as it was found",
    change: [
      ["layer = next.sort((one, other) => placeOf(one) - placeOf(other));", "layer = next;"],
      [
        "  const places = new Map(nodes.map((node, place) => [node, place]));\n  const placeOf = (node: Node) => places.get(node) ?? -1;\n",
        "",
      ],
    ],
    fails: ["keeps the order of the nodes within a layer"],
    says: /Within a layer, the nodes stand in the order in which they were given/,
  },
  {
    name: "counts who waits with a set",
    change: [
      [
        "    followers.get(first)?.push(second);\n",
        "    if (!followers.get(first)?.includes(second)) followers.get(first)?.push(second);\n",
      ],
    ],
    fails: ["counts two edges between the same nodes as two"],
    says: /The edge is there twice then, and it is still one node that is waited for/,
  },
  {
    name: "forgets the circles",
    change: [["rest: nodes.filter((node) => waitingFor.get(node) !== 0)", "rest: []"]],
    fails: ["gives what waits in a circle, and what waits for it, as rest"],
    says: /The nodes of a circle, and all that wait for one of them, come into rest/,
  },
  {
    name: "looks at all nodes again for each layer",
    change: [
      [
        "    const next: Node[] = [];\n",
        "    const next: Node[] = [];\n    const done = new Set(layers.flat());\n    if (nodes.some((node) => done.size > nodes.length && done.has(node))) break;\n",
      ],
    ],
    fails: ["sorts many rows in little time"],
    says: /Look at each node and at each edge once, not again for each layer/,
  },
];
