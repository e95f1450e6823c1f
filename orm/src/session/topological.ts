/** What {@link topologicalLayers} found: the layers, and the nodes that no order satisfies. */
export interface Layers<Node> {
  readonly layers: Node[][];
  /** The nodes that wait for each other in a circle, and those that wait for such a node. */
  readonly rest: Node[];
}

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

/**
 * Finds circles among the nodes that {@link topologicalLayers} left over. Each of them waits for another one,
 * so a walk from any node to what it waits for must come back to a node of the walk. No two of the
 * circles have a node in common; when each is broken somewhere, sorting can be tried again.
 *
 * @param waits for each node, one of the edges that keep it waiting.
 * @param next the node that an edge leads to, which is one of `waits` again.
 */
export function findCycles<Node, Edge>(
  waits: ReadonlyMap<Node, Edge>,
  next: (edge: Edge) => Node,
): Edge[][] {
  const cycles: Edge[][] = [];
  const edgeOf = (node: Node) => waits.get(node) as Edge;
  /** For each node that was visited, where that walk began. */
  const walkOf = new Map<Node, Node>();
  for (const start of waits.keys()) {
    const walk: Node[] = [];
    let node = start;
    while (!walkOf.has(node)) {
      walkOf.set(node, start);
      walk.push(node);
      node = next(edgeOf(node));
    }
    if (walkOf.get(node) === start) cycles.push(walk.slice(walk.indexOf(node)).map(edgeOf));
  }
  return cycles;
}
