/*
 * Exercise 2.4: What comes first (20 points, about 25 minutes)
 *
 * Read:  notebooks/02b-tables.ipynb
 * Grade: npm run grade -- 2.4
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
  throw new Error("not written yet: exercise 2.4");
}
