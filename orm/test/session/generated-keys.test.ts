import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../src/engine/connection.js";
import type { CompiledSql } from "../../src/engine/index.js";
import { bigint, declarativeBase, integer, text, varchar } from "../../src/mapping/index.js";
import { runPlan } from "../../src/session/run-plan.js";
import { planFlush } from "../../src/session/unit-of-work.js";
import { errorOf } from "../support.js";
import { flushBench, SETTINGS, toWork } from "./flush-support.js";

const Base = declarativeBase();
class Item extends Base.mapped("items", { id: integer().primaryKey(), name: varchar(50) }) {}
class Large extends Base.mapped("larges", {
  id: bigint().primaryKey(),
  name: varchar(50),
}) {}
class Digits extends Base.mapped("digits", {
  id: bigint().as("string").primaryKey(),
  name: varchar(50),
}) {}
class Guarded extends Base.mapped("guarded", { id: integer().primaryKey(), name: varchar(50) }) {}
class Blob extends Base.mapped("blobs", { id: integer().primaryKey(), body: text() }) {}

const test = suite("generated keys");
const bench = flushBench(test, () => Base.metadata);

test.after.each(async () => {
  await bench.rows("SET SESSION auto_increment_increment = 1, SESSION auto_increment_offset = 1");
});

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => new Item({ name: `n${index}` }));

/** Whether each object has the key of the row with its name. */
async function checkKeys(rows: readonly Item[]): Promise<void> {
  const stored = await bench.rows("SELECT id, name FROM items ORDER BY id");
  const byName = new Map(stored.map(({ id, name }) => [name, id]));
  for (const { id, name } of rows) assert.is(id, byName.get(name), name);
}

test.before.each(async () => {
  await bench.rows("TRUNCATE items");
});

test("with an increment of 7 and an offset of 3", async () => {
  await bench.rows("SET SESSION auto_increment_increment = 7, SESSION auto_increment_offset = 3");
  const first = items(3);
  await bench.flush({ inserts: first });
  assert.equal(
    first.map(({ id }) => id),
    [3, 10, 17],
  );
  const many = items(2500).map((item) => Object.assign(item, { name: `m${item.name}` }));
  await bench.flush({ inserts: many });
  await checkKeys([...first, ...many]);
});

test("keys that were given go in a statement of their own", async () => {
  const [one, two, three] = items(3) as [Item, Item, Item];
  const given = new Item({ id: 100, name: "given" });
  await bench.flush({ inserts: [one, given, two] });
  assert.equal(bench.sent.slice(1), [
    ["INSERT INTO `items` (`name`) VALUES (?), (?)", "n0", "n1"],
    ["INSERT INTO `items` (`id`, `name`) VALUES (?, ?)", 100, "given"],
  ]);
  await bench.flush({ inserts: [three] });
  assert.equal([one.id, two.id, three.id], [1, 2, 101]);
});

test("while others insert", async () => {
  const others = await Promise.all([bench.engine.connect(), bench.engine.connect()]);
  const sessions = [bench.connection, ...others].map(async ({ state, dialect }, session) => {
    const all: Item[] = [];
    for (let round = 0; round < 5; round += 1) {
      const rows = Array.from(
        { length: 300 },
        (_, n) => new Item({ name: `${session}-${round}-${n}` }),
      );
      const connection = { dialect, run: (compiled: CompiledSql) => run(state, compiled) };
      await runPlan(planFlush(toWork({ inserts: rows })), connection);
      all.push(...rows);
    }
    return all;
  });
  const all = (await Promise.all(sessions)).flat();
  for (const connection of others) await connection.close();
  assert.is(new Set(all.map(({ id }) => id)).size, 4500);
  await checkKeys(all);
});

test("bigint keys beyond 2⁵³, in the form that the class has", async () => {
  await bench.rows("ALTER TABLE larges AUTO_INCREMENT = 9007199254740993");
  const larges = ["a", "b"].map((name) => new Large({ name }));
  const digits = ["a", "b"].map((name) => new Digits({ name }));
  await bench.flush({ inserts: [...larges, ...digits] });
  assert.equal(
    larges.map(({ id }) => id),
    [9007199254740993n, 9007199254740994n],
  );
  assert.equal(
    digits.map(({ id }) => id),
    ["1", "2"],
  );
});

test("a trigger that sets keys makes rows go one by one", async () => {
  await bench.rows(
    "CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW SET NEW.id = IF(NEW.name = 'b', 700, NEW.id)",
  );
  const rows = ["a", "b", "c"].map((name) => new Guarded({ name }));
  await bench.flush({ inserts: rows });
  const insert = "INSERT INTO `guarded` (`name`) VALUES (?)";
  assert.equal(bench.sent, [[SETTINGS], [insert, "a"], [insert, "b"], [insert, "c"]]);
  assert.equal(
    rows.map(({ id }) => id),
    [1, 700, 701],
  );
});

/** Runs inserts on a server that answers with rows of `settings`, and tells how many rows each INSERT had. */
async function rowsPerInsert(packet: number, bodies: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  const answer = { columns: [], rowCount: 0, firstKey: undefined };
  await runPlan(planFlush(toWork({ inserts: bodies.map((body) => new Blob({ id: 1, body })) })), {
    dialect: bench.connection.dialect,
    async run({ text, parameters }) {
      if (text === SETTINGS) return { ...answer, rows: [[1, packet, null]] };
      counts.push(parameters.length / 2);
      return { ...answer, rows: [] };
    },
  });
  return counts;
}

test("no more bytes in a statement than max_allowed_packet", async () => {
  const bodies = Array.from({ length: 10 }, () => "€".repeat(10_000));
  assert.equal(await rowsPerInsert(2 ** 26, bodies), [10]);
  assert.equal(await rowsPerInsert(100_000, bodies), [3, 3, 3, 1]);
  assert.equal(await rowsPerInsert(1024, bodies), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("a row that is larger than max_allowed_packet is the server's error", async () => {
  const [{ packet } = { packet: 0 }] = await bench.rows("SELECT @@max_allowed_packet AS packet");
  const blob = new Blob({ body: "x".repeat(packet as number) });
  const connection = await bench.engine.connect();
  const { state, dialect } = connection;
  const plan = planFlush(toWork({ inserts: [blob] }));
  const error = await errorOf(() => runPlan(plan, { dialect, run: (sql) => run(state, sql) }));
  await connection.close();
  assert.is(error.name, "OperationalError");
  assert.is(error.code, "packet-too-large");
  assert.match(error.message, "max_allowed_packet");
});

test.run();
