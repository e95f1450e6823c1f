/*
 * Exercise 3.3: Layers. One solution.
 *
 * Each edge is counted up once and counted down once, so the work grows with the number of edges, however many
 * layers they make. A node's count reaches 0 with the last of those that it waits for, and that puts it into the
 * first layer that it can have. The nodes of a circle never reach 0, and nor does what waits for them.
 * Alternative: a depth-first walk that writes a node down after all that it waits for, as sortComponents does.
 * It gives one order and no layers, and the stack of calls gets as deep as the longest chain.
 */
import type { Layers } from "ormlet/internal/session/topological";

/**
 * Sorts nodes into layers, so that each node stands in a later layer than all it waits for: a layer can be
 * handled at once, as one batch. The algorithm is Kahn's (A. Kahn, "Topological Sorting of Large Networks",
 * 1962), whole layers at a time: take the nodes that wait for nothing, count them off at their followers,
 * and go on with the followers that have nothing left to wait for.
 *
 *     topologicalLayers(["leaf", "root", "twig"], [["root", "leaf"], ["root", "twig"]])
 *     // { layers: [["root"], ["leaf", "twig"]], rest: [] }
 *
 * @param nodes their order is kept within each layer.
 * @param edges pairs of nodes, of which the first has to come before the second.
 */
export function topologicalLayers<Node>(
  nodes: readonly Node[],
  edges: Iterable<readonly [first: Node, second: Node]>,
): Layers<Node> {
  const waitingFor = new Map(nodes.map((node) => [node, 0]));
  const followers = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
  for (const [first, second] of edges) {
    followers.get(first)?.push(second);
    waitingFor.set(second, (waitingFor.get(second) ?? 0) + 1);
  }
  const places = new Map(nodes.map((node, place) => [node, place]));
  const placeOf = (node: Node) => places.get(node) ?? -1;
  const layers: Node[][] = [];
  let layer = nodes.filter((node) => waitingFor.get(node) === 0);
  while (layer.length > 0) {
    layers.push(layer);
    const next: Node[] = [];
    for (const follower of layer.flatMap((node) => followers.get(node) ?? [])) {
      const left = (waitingFor.get(follower) ?? 0) - 1;
      waitingFor.set(follower, left);
      if (left === 0) next.push(follower);
    }
    layer = next.sort((one, other) => placeOf(one) - placeOf(other));
  }
  return { layers, rest: nodes.filter((node) => waitingFor.get(node) !== 0) };
}
