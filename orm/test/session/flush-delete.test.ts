import { suite } from "uvu";
import * as assert from "uvu/assert";
import { declarativeBase, integer, uuid, varchar } from "../../src/mapping/index.js";
import { type Instance, instanceOf } from "../../src/mapping/instance.js";
import type { Column, Table } from "../../src/mapping/table.js";
import type { LinkChange } from "../../src/session/plan.js";
import { errorOf } from "../support.js";
import { flushBench } from "./flush-support.js";

const Base = declarativeBase();
class Tag extends Base.mapped("tags", { id: integer().primaryKey(), name: varchar(50) }) {}
class Seat extends Base.mapped("seats", {
  row: integer().primaryKey(),
  number: varchar(5).primaryKey(),
}) {}
class Token extends Base.mapped("tokens", { id: uuid().primaryKey() }) {}
class Node extends Base.mapped("nodes", {
  id: integer().primaryKey(),
  parentId: integer().nullable().references("nodes.id"),
}) {}
class TagPair extends Base.mapped("tag_pairs", {
  oneId: integer().primaryKey().references("tags.id"),
  otherId: integer().primaryKey().references("tags.id"),
}) {}

const test = suite("flush: deletes and links");
const bench = flushBench(test, () => Base.metadata);

test.before.each(async () => {
  for (const table of ["tag_pairs", "tags", "seats", "tokens"])
    await bench.rows(`DELETE FROM ${table}`);
});

async function tags(count: number): Promise<Tag[]> {
  const made = Array.from({ length: count }, (_, index) => new Tag({ id: index + 1, name: "t" }));
  await bench.flush({ inserts: made });
  return made;
}

test("one row, and several", async () => {
  const [one, two, three] = await tags(3);
  await bench.flush({ deletes: [one] });
  assert.equal(bench.sent, [["DELETE FROM `tags` WHERE `id` IN (?)", 1]]);
  await bench.flush({ deletes: [two, three] });
  assert.equal(bench.sent, [["DELETE FROM `tags` WHERE `id` IN (?, ?)", 2, 3]]);
  assert.equal(await bench.rows("SELECT * FROM tags"), []);
});

test("2,500 rows are three statements", async () => {
  const all = await tags(2500);
  await bench.flush({ deletes: all });
  assert.equal(
    bench.sent.map(([, ...keys]) => keys.length),
    [1000, 1000, 500],
  );
  assert.equal(await bench.rows("SELECT * FROM tags"), []);
});

test("keys of several columns, and of bytes", async () => {
  const seats = [1, 2, 3].map((row) => new Seat({ row, number: "a" }));
  const tokens = [1, 2].map((n) => new Token({ id: `00000000-0000-0000-0000-00000000000${n}` }));
  await bench.flush({ inserts: [...seats, ...tokens] });
  await bench.flush({ deletes: [seats[0], seats[2], ...tokens] });
  assert.equal(bench.sent, [
    [
      "DELETE FROM `tokens` WHERE `id` IN (?, ?)",
      ...[1, 2].map((n) => Buffer.alloc(16).fill(n, 15)),
    ],
    ["DELETE FROM `seats` WHERE (`row`, `number`) IN ((?, ?), (?, ?))", 1, "a", 3, "a"],
  ]);
  assert.equal(await bench.rows("SELECT * FROM seats"), [{ row: 2, number: "a" }]);
});

test("a circle of rows is cut by an UPDATE", async () => {
  const nodes = [new Node({ id: 1 }), new Node({ id: 2, parentId: 1 })] as const;
  await bench.flush({ inserts: nodes });
  await bench.rows("UPDATE nodes SET parent_id = 2 WHERE id = 1");
  instanceOf(nodes[0]).values[1] = 2;
  await bench.flush({ deletes: nodes });
  assert.equal(bench.sent, [
    ["UPDATE `nodes` SET `parent_id` = ? WHERE `id` = ?", null, 1],
    ["DELETE FROM `nodes` WHERE `id` IN (?)", 2],
    ["DELETE FROM `nodes` WHERE `id` IN (?)", 1],
  ]);
});

test("a row that is gone is an error with class and key", async () => {
  const [one, two] = await tags(2);
  await bench.rows("DELETE FROM tags WHERE id = 2");
  const error = await errorOf(() => bench.flush({ deletes: [two] }));
  assert.is(error.name, "StaleDataError");
  assert.match(error.message, "Tag 2");
  const several = await errorOf(() => bench.flush({ deletes: [one, two] }));
  assert.match(several.message, "1 of 2 rows to delete are not there: Tag 1, Tag 2.");
});

/** A row of tag_pairs; `ends` may come in either order. */
function link(action: "add" | "remove", ends: readonly [property: string, tag: Tag][]): LinkChange {
  const { table } = instanceOf(new TagPair({ oneId: 1, otherId: 1 })).mapper;
  return {
    table,
    action,
    ends: ends.map(([property, tag]) => end(table, property, instanceOf(tag))),
  };
}

function end(table: Table, property: string, instance: Instance) {
  const column = table.columns.find((candidate) => candidate.property === property) as Column;
  return {
    instance,
    columns: [{ link: column, end: instance.mapper.table.primaryKey[0] as Column }],
  };
}

test("rows of a many-to-many table, with the keys of new rows", async () => {
  const [one, two] = (await tags(2)) as [Tag, Tag];
  const fresh = new Tag({ name: "new" });
  await bench.flush({
    inserts: [fresh],
    links: [
      link("add", [
        ["oneId", one],
        ["otherId", fresh],
      ]),
      link("add", [
        ["otherId", two],
        ["oneId", one],
      ]),
    ],
  });
  assert.equal(bench.sent.at(-1), [
    "INSERT INTO `tag_pairs` (`one_id`, `other_id`) VALUES (?, ?), (?, ?)",
    ...[1, fresh.id, 1, 2],
  ]);
  const links = [
    link("remove", [
      ["oneId", one],
      ["otherId", fresh],
    ]),
  ];
  await bench.flush({ deletes: [fresh], links });
  assert.equal(bench.sent, [
    ["DELETE FROM `tag_pairs` WHERE (`one_id`, `other_id`) IN ((?, ?))", 1, fresh.id],
    ["DELETE FROM `tags` WHERE `id` IN (?)", fresh.id],
  ]);
  assert.is((await errorOf(() => bench.flush({ links }))).code, "stale");
});

test.run();
