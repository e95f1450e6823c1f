import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findCycles, topologicalLayers } from "../../src/session/topological.js";

const test = suite("topological layers");

test("what waits for nothing is one layer, in the given order", () => {
  assert.equal(topologicalLayers(["b", "a"], []), { layers: [["b", "a"]], rest: [] });
  assert.equal(topologicalLayers([], []), { layers: [], rest: [] });
});

test("a tree is a layer for each depth", () => {
  const edges = [
    ["root", "leaf"],
    ["root", "twig"],
    ["twig", "bud"],
  ] as const;
  assert.equal(topologicalLayers(["bud", "leaf", "root", "twig"], edges), {
    layers: [["root"], ["leaf", "twig"], ["bud"]],
    rest: [],
  });
});

test("a node waits for the last of all that it waits for, and an edge given twice counts twice", () => {
  const edges = [
    [1, 2],
    [2, 3],
    [1, 3],
    [1, 3],
  ] as const;
  assert.equal(topologicalLayers([3, 2, 1], edges).layers, [[1], [2], [3]]);
});

test("a circle and what waits for it are left over", () => {
  const edges = [
    [1, 2],
    [2, 3],
    [3, 2],
    [3, 4],
    [5, 5],
  ] as const;
  assert.equal(topologicalLayers([1, 2, 3, 4, 5], edges), { layers: [[1]], rest: [2, 3, 4, 5] });
});

test("a chain of 100,000 does not fill the stack", () => {
  const nodes = Array.from({ length: 100_000 }, (_, index) => index);
  const edges = nodes.slice(1).map((node) => [node - 1, node] as const);
  assert.is(topologicalLayers(nodes, edges).layers.length, 100_000);
});

test("layers of any graph without circles: each node once, after what it waits for", () => {
  const graph = fc.array(fc.tuple(fc.nat(30), fc.nat(30)).filter(([one, other]) => one !== other));
  fc.assert(
    fc.property(graph, (pairs) => {
      const edges = pairs.map((pair) => [Math.min(...pair), Math.max(...pair)] as const);
      const nodes = Array.from({ length: 31 }, (_, index) => 30 - index);
      const { layers, rest } = topologicalLayers(nodes, edges);
      const layerOf = new Map(layers.flatMap((layer, at) => layer.map((node) => [node, at])));
      assert.equal(rest, []);
      assert.is(layerOf.size, 31);
      for (const [first, second] of edges)
        assert.ok(Number(layerOf.get(first)) < Number(layerOf.get(second)));
    }),
  );
});

test("circles are found without those that only wait for them", () => {
  const waits = new Map([
    ["a", "b"],
    ["b", "c"],
    ["c", "b"],
    ["d", "d"],
    ["e", "a"],
  ]);
  assert.equal(
    findCycles(waits, (next) => next),
    [["c", "b"], ["d"]],
  );
});

test.run();
