import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
} from "../../src/mapping/index.js";
import { errorOf, runs } from "../support.js";

const test = suite("JSON of objects that lead to each other");

const Base = declarativeBase();
class Node extends Base.mapped("nodes", {
  id: integer().primaryKey(),
  bossId: integer().nullable().references("nodes.id"),
  next: oneToOne<Node>("Node", { foreignKey: "bossId" }),
  boss: manyToOne<Node>("Node", { foreignKey: "bossId" }),
  team: oneToMany<Node>("Node", { foreignKey: "bossId" }),
  friends: manyToMany<Node>("Node", { through: "friendships", foreignKey: "nodeId" }),
}) {}

/** So many nodes, numbered from 1. */
const nodes = (count: number) => {
  return Array.from({ length: count }, (_, place) => new Node({ id: place + 1 })) as [
    Node,
    Node,
    Node,
    ...Node[],
  ];
};
const jsonOf = (node: Node) => JSON.parse(JSON.stringify(node));
const of = (id: number, rest: object = {}) => ({ id, bossId: null, ...rest });

test("an object that leads to itself", () => {
  const [one] = nodes(1);
  one.boss = one;
  assert.equal(jsonOf(one), of(1));
  one.friends.push(one);
  assert.equal(jsonOf(one), of(1, { friends: [of(1)] }));
});

test("both sides: the way back is left out, and a list stays whole", () => {
  const [boss, two, three] = nodes(3);
  boss.team.push(two, three);
  two.boss = boss;
  three.boss = boss;
  assert.equal(jsonOf(boss), of(1, { team: [of(2), of(3)] }));
  assert.equal(jsonOf(two), of(2, { boss: of(1, { team: [of(2), of(3)] }) }));
});

test("a longer circle ends where it began", () => {
  const [one, two, three] = nodes(3);
  [one.next, two.next, three.next] = [two, three, one];
  assert.equal(jsonOf(one), of(1, { next: of(2, { next: of(3) }) }));
  assert.equal(jsonOf(three), of(3, { next: of(1, { next: of(2) }) }));
});

test("many-to-many, each of both in the other's list", () => {
  const [one, two] = nodes(2);
  one.friends.push(two);
  two.friends.push(one);
  assert.equal(jsonOf(one), of(1, { friends: [of(2, { friends: [of(1)] })] }));
});

test("an object that two lead to is whole once, and shows its columns where it is met again", () => {
  const [top, left, right, bottom] = nodes(4) as [Node, Node, Node, Node];
  top.friends.push(left, right);
  left.next = bottom;
  right.next = bottom;
  bottom.boss = top;
  bottom.friends.push(right);
  assert.equal(
    jsonOf(top),
    of(1, {
      friends: [of(2, { next: of(4, { friends: [of(3)] }) }), of(3, { next: of(4) })],
    }),
  );
});

test("a tree, from its root and from a leaf; null stays", () => {
  const [root, left, right, leaf] = nodes(4) as [Node, Node, Node, Node];
  for (const [boss, one] of [
    [root, left],
    [root, right],
    [left, leaf],
  ] as const) {
    boss.team.push(one);
    one.boss = boss;
  }
  root.boss = null;
  const lower = of(2, { team: [of(4)] });
  assert.equal(jsonOf(root), of(1, { team: [lower, of(3)], boss: null }));
  assert.equal(
    jsonOf(leaf),
    of(4, { boss: of(2, { boss: of(1, { boss: null, team: [of(2), of(3)] }), team: [of(4)] }) }),
  );
});

test("sixty diamonds in a row: as many records as there are ways, not as many as paths", () => {
  const row = nodes(180);
  for (let place = 0; place + 3 < row.length; place += 3) {
    const [top, left, right, bottom] = row.slice(place) as [Node, Node, Node, Node];
    top.friends.push(left, right);
    left.next = bottom;
    right.next = bottom;
  }
  const text = JSON.stringify(row[0]);
  // 59 diamonds of 4 ways each.
  assert.is(text.match(/"id":/g)?.length, 1 + 59 * 4);
});

test("a thousand objects lie in each other, and the next one is refused, with a hint", async () => {
  const chain = nodes(10_000);
  for (const [place, node] of chain.entries()) node.next = chain[place + 1] ?? null;
  const from = (count: number) => chain[chain.length - count] as Node;
  const text = JSON.stringify(from(1000));
  assert.is(text.match(/"id":/g)?.length, 1000);
  for (const count of [1001, 10_000]) {
    const error = await errorOf(() => JSON.stringify(from(count)));
    assert.is(error.code, "json-depth");
    assert.is(
      error.message,
      "JSON of this Node would be more than 1000 deep.\n" +
        "  Hint: Objects lead on and on, as in a list. Write what is needed of each: chain.map(({ id, name }) => ({ id, name })).",
    );
  }
  let [plain, depth] = [chain[0]?.toObject() as { next?: unknown } | undefined, 0];
  for (; plain; plain = plain.next as { next?: unknown } | undefined) depth += 1;
  assert.is(depth, 10_000);
});

test("ten thousand objects that all lead back to the first are no work", () => {
  const [first, ...others] = nodes(10_000);
  first.team.push(...others);
  for (const other of others) other.boss = first;
  assert.is(JSON.stringify(first).match(/"boss"/g), null);
});

type Json = { id: number; bossId: null } & Record<string, unknown>;

/** Every record in a value, with those around it. */
function* recordsIn(
  value: unknown,
  around: readonly number[] = [],
): Generator<[Json, readonly number[]]> {
  if (Array.isArray(value)) for (const item of value) yield* recordsIn(item, around);
  else if (typeof value === "object" && value !== null) {
    const record = value as Json;
    yield [record, around];
    for (const item of Object.values(record)) yield* recordsIn(item, [...around, record.id]);
  }
}

test("random graphs: every object that can be reached stands there whole once, and no way leads back", () => {
  const count = 7;
  const one = fc.option(fc.nat(count - 1), { freq: 2 });
  const many = fc.uniqueArray(fc.nat(count - 1), { maxLength: 4 });
  const graph = fc.array(fc.record({ next: one, boss: one, team: many, friends: many }), {
    minLength: count,
    maxLength: count,
  });
  fc.assert(
    fc.property(graph, (ways) => {
      const row = nodes(count);
      const at = (place: number) => row[place] as Node;
      for (const [place, way] of ways.entries()) {
        const node = at(place);
        if (way.next !== null) node.next = at(way.next);
        if (way.boss !== null) node.boss = at(way.boss);
        node.team = way.team.map(at) as never;
        node.friends.push(...way.friends.map(at));
      }
      const reached = new Set([0]);
      for (const place of reached) {
        const { next, boss, team, friends } = ways[place] as (typeof ways)[number];
        for (const other of [next, boss, ...team, ...friends]) {
          if (other !== null) reached.add(other);
        }
      }
      const whole = new Map<number, number>();
      for (const [record, around] of recordsIn(jsonOf(at(0)))) {
        const way = ways[record.id - 1] as (typeof ways)[number];
        assert.is(record.bossId, null);
        const isWhole = "team" in record;
        if (isWhole) whole.set(record.id, (whole.get(record.id) ?? 0) + 1);
        for (const key of ["next", "boss"] as const) {
          const other = way[key];
          const isBack = other !== null && [...around, record.id].includes(other + 1);
          const shown = (record[key] as Json | undefined)?.id;
          assert.is(shown, isWhole && other !== null && !isBack ? other + 1 : undefined);
        }
        for (const key of ["team", "friends"] as const) {
          const shown = (record[key] as Json[] | undefined)?.map(({ id }) => id - 1);
          assert.equal(shown, isWhole ? way[key] : undefined);
        }
      }
      assert.equal([...whole.keys()].sort(), [...reached].map((place) => place + 1).sort());
      assert.ok([...whole.values()].every((times) => times === 1));
    }),
    { numRuns: runs(300, 30_000) },
  );
});

test.run();
