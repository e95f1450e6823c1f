/*
 * Exercise 2.4: What comes first. One solution.
 *
 * The path is what makes it one walk: the nodes that are still on it are those that lead back to an earlier one.
 * A component is complete when its first node can't reach anything before itself. Since a component is written
 * down only after all that it needs, the order comes for free, and no second sort is necessary.
 * Alternative: Kahn's algorithm, which takes again and again a node that needs nothing any more. It is simpler and
 * finds an order, but where there is a circle it stops, and does not say which nodes are in it.
 */
/**
 * Puts what is needed before what needs it: tables before the tables whose foreign keys point at them.
 * Nodes that need each other, directly or in a circle, come together as one component.
 * This is Tarjan's search for strongly connected components (R. Tarjan, "Depth-First Search and Linear
 * Graph Algorithms", 1972): it goes from each node to what the node needs, and a component is complete when
 * nothing in it leads back to an earlier node of the path. It calls itself once for each node of a path, so a
 * chain may have some thousand nodes, which is far more than a database has tables.
 *
 *     sortComponents(["books", "authors"], (table) => (table === "books" ? ["authors"] : []))
 *     // [["authors"], ["books"]]
 *
 * @param nodes each is given once in the result. An order that is good already stays as it is, and so does
 *   the order of the nodes within a component.
 * @param dependenciesOf what must come before a node; those that are not among `nodes` are left out.
 */
export function sortComponents<Node>(
  nodes: Iterable<Node>,
  dependenciesOf: (node: Node) => Iterable<Node>,
): Node[][] {
  const places = new Map(Array.from(new Set(nodes), (node, place) => [node, place]));
  const byPlace = (one: Node, other: Node) => (places.get(one) ?? 0) - (places.get(other) ?? 0);
  const components: Node[][] = [];
  /** When each node was found: 0, 1, 2 …; Infinity as soon as its component is complete. */
  const found = new Map<Node, number>();
  /** The nodes whose component is not complete yet, in the order in which they were found. */
  const path: Node[] = [];

  /** Gives the earliest node on the path that `node` leads back to: when that one was found. */
  function visit(node: Node): number {
    const known = found.get(node);
    if (known !== undefined) return known;
    const own = found.size;
    found.set(node, own);
    path.push(node);
    let earliest = own;
    for (const dependency of dependenciesOf(node)) {
      if (places.has(dependency)) earliest = Math.min(earliest, visit(dependency));
    }
    if (earliest === own) complete(path.splice(path.lastIndexOf(node)));
    return earliest;
  }

  /** What lies on the path from a node that leads no further back, up to its end, is one component. */
  function complete(component: Node[]): void {
    for (const node of component) found.set(node, Number.POSITIVE_INFINITY);
    components.push(component.sort(byPlace));
  }

  for (const node of places.keys()) visit(node);
  return components;
}
