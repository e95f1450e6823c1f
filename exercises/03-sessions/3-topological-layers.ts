/*
 * Exercise 3.3: Layers (20 points, about 20 minutes)
 *
 * Read:  notebooks/03b-unit-of-work.ipynb
 * Grade: npm run grade -- 3.3
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
  throw new Error("not written yet: exercise 3.3");
}
