import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sortComponents } from "../../src/mapping/order.js";

const test = suite("order");

/** Sorts the nodes of a graph that is written as `{ node: what it needs }`. */
function sorted(graph: Record<string, string>): string[] {
  const components = sortComponents(Object.keys(graph), (node) => graph[node] ?? "");
  return components.map((component) => component.join(""));
}

test("what is needed comes first", () => {
  assert.equal(sorted({ c: "b", b: "a", a: "" }), ["a", "b", "c"]);
  assert.equal(sorted({ d: "bc", b: "a", c: "a", a: "" }), ["a", "b", "c", "d"]);
  assert.equal(sorted({}), []);
});

test("what needs each other comes together, in the order that was given", () => {
  assert.equal(sorted({ d: "c", b: "a", c: "b", a: "c" }), ["bca", "d"]);
  assert.equal(sorted({ a: "b", b: "c", c: "b" }), ["bc", "a"]);
  assert.equal(sorted({ a: "bd", b: "a", c: "d", d: "c" }), ["cd", "ab"]);
});

test("a node may need itself, one that is not there, and the same one twice", () => {
  assert.equal(sorted({ a: "a", b: "xaa" }), ["a", "b"]);
  const twice = sortComponents(["b", "a", "b"], (node) => (node === "b" ? ["a"] : []));
  assert.equal(twice, [["a"], ["b"]]);
});

test("an order that is good stays", () => {
  assert.equal(sorted({ a: "", c: "", b: "a", d: "bc" }), ["a", "c", "b", "d"]);
});

test("a chain of a thousand", () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => index);
  const result = sortComponents(nodes, (node) => (node < 999 ? [node + 1] : []));
  assert.equal(result.flat(), nodes.reverse());
});

/** A graph of up to eight nodes: what each needs, by number, itself included. */
const graphs = fc.integer({ min: 0, max: 8 }).chain((size) =>
  fc.array(fc.uniqueArray(fc.nat({ max: Math.max(0, size - 1) })), {
    minLength: size,
    maxLength: size,
  }),
);

/** Whether one node needs another, in however many steps. */
function needs(graph: readonly number[][], from: number, to: number): boolean {
  const seen = new Set<number>();
  const queue = [...(graph[from] ?? [])];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    queue.push(...(graph[node] ?? []));
  }
  return seen.has(to);
}

test("the law: each node once, needed ones first, circles together, and sorting again changes nothing", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const nodes = [...graph.keys()];
      const components = sortComponents(nodes, (node) => graph[node] ?? []);
      const flat = components.flat();
      assert.equal(
        [...flat].sort((one, other) => one - other),
        nodes,
      );
      const place = (node: number) => components.findIndex((component) => component.includes(node));
      for (const one of nodes) {
        for (const other of nodes) {
          if (one === other) continue;
          const [there, back] = [needs(graph, one, other), needs(graph, other, one)];
          assert.is(place(one) === place(other), there && back);
          if (there && !back) assert.ok(place(other) < place(one));
        }
      }
      for (const component of components) {
        assert.equal(
          component,
          [...component].sort((one, other) => one - other),
        );
      }
      assert.equal(
        sortComponents(flat, (node) => graph[node] ?? []),
        components,
      );
    }),
    { numRuns: 300 },
  );
});

test.run();
