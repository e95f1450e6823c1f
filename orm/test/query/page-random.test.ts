import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect } from "../../src/engine/index.js";
import {
  bigint,
  binary,
  boolean,
  date,
  datetime,
  decimal,
  declarativeBase,
  double,
  type Expr,
  enumeration,
  integer,
  manyToOne,
  type Order,
  oneToMany,
  uuid,
  varchar,
} from "../../src/mapping/index.js";
import { caseWhen, func, type Select, select } from "../../src/query/index.js";
import { Session } from "../../src/query/session.js";
import { runs, testDatabase } from "../support.js";

/**
 * Random rows with ties and nulls in every kind of column, random orders and page sizes: the pages of a walk, in
 * either direction, are the rows of the statement as MySQL sorts them all at once.
 */
const test = suite("random pages");
const database = testDatabase(test);
let engine: Engine;
let sent = 0;

const Base = declarativeBase();
class Shelf extends Base.mapped("shelves", {
  id: integer().primaryKey(),
  name: varchar(20).nullable(),
  lots: oneToMany<Lot>("Lot", { backPopulates: "shelf" }),
}) {}
class Lot extends Base.mapped("lots", {
  id: integer().primaryKey(),
  count: integer(),
  maybe: integer().nullable(),
  price: decimal(40, 20).nullable(),
  large: bigint().nullable(),
  word: varchar(20).nullable(),
  // Sorted by their places, which is not the order of their letters.
  kind: enumeration("zebra", "apple", "mango").nullable(),
  flag: boolean().nullable(),
  day: date().nullable(),
  at: datetime().nullable(),
  fine: datetime(6).nullable(),
  size: double().nullable(),
  bytes: binary(8).nullable(),
  code: uuid().nullable(),
  shelfId: integer().references("shelves.id").nullable(),
  shelf: manyToOne<Shelf>("Shelf", { backPopulates: "lots" }),
}) {}
const { c } = Lot;

/** Few values each, so that rows are equal in many; among them neighbours that a double cannot tell apart. */
const pools = {
  count: [-1, 0, 2147483647],
  maybe: [null, 0, 1],
  price: [null, "12345678901234567890.00000000000000000001", "12345678901234567890", "-0.1", "0"],
  large: [null, 9007199254740993n, 9007199254740992n, -9223372036854775808n, 0n],
  word: [null, "", "ada", "Ada", "adá", "b ", "b", "50%_\\'", "😀"],
  kind: [null, "zebra", "apple", "mango"],
  flag: [null, true, false],
  day: [null, "0001-01-01", "2026-11-21", "9999-12-31"],
  at: [null, new Date("2026-11-21T08:30:00.123Z"), new Date("2026-11-21T08:30:00.124Z")],
  fine: [null, "2026-11-21T08:30:00.123456Z", "2026-11-21T08:30:00.123457Z"],
  size: [null, 0.1, 0.30000000000000004, 0.3, -1e300, 5e-324, 0],
  bytes: [null, new Uint8Array([0, 255]), new Uint8Array([0, 254]), new Uint8Array([])],
  code: [
    null,
    "00000000-0000-0000-0000-000000000001",
    "ffffffff-0000-4000-8000-000000000001",
    "7fffffff-0000-4000-8000-000000000001",
  ],
  shelfId: [null, 1, 2, 3],
} as const;

test.before(async () => {
  engine = createEngine(database.url, { echo: () => (sent += 1) });
  await Base.metadata.createAll(engine);
  const session = new Session(engine);
  session.addAll([1, 2, 3].map((id) => new Shelf({ id, name: id === 2 ? null : "same" })));
  await session.flush();
  // A row of its own seed: what a run found, the next run finds.
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  session.addAll(
    Array.from({ length: 70 }, () => {
      const values = Object.entries(pools).map(([name, pool]) => [name, pool[random(pool.length)]]);
      return new Lot(Object.fromEntries(values));
    }),
  );
  await session.commit();
  await session.close();
});
test.after(() => engine.dispose());

const columns = Object.keys(pools).map((name) => c[name as keyof typeof pools] as Expr<unknown>);
const expressions: readonly Expr<unknown>[] = [
  c.price.mul("1.5"),
  c.count.add(c.maybe),
  func.lower(c.word),
  func.coalesce(c.large, 1n),
  func.dateAdd(c.fine, 1, "day"),
  caseWhen(c.flag, "yes").when(c.maybe.isNull(), "maybe").else("no"),
  c.word.isNull(),
  c.size.div(3),
];
const sortable = fc.constantFrom(...columns, ...columns, ...expressions);
const orderArb = fc
  .record({
    expr: sortable,
    down: fc.boolean(),
    nulls: fc.constantFrom("usual", "first", "last"),
  })
  .map(({ expr, down, nulls }): Order => {
    const order = down ? expr.desc() : expr.asc();
    if (nulls === "usual") return order;
    return nulls === "first" ? order.nullsFirst() : order.nullsLast();
  });
const ordersArb = fc.array(orderArb, { maxLength: 3 });
const sizes = fc.constantFrom(1, 2, 3, 7, 20, 69, 70, 71, 100);

/** All pages, from the first one on or from the last one back; one statement for each. */
async function walk<R>(session: Session, statement: Select<R>, size: number, back: boolean) {
  const found: R[][] = [];
  let page = await session.page(statement, back ? { size, last: true } : { size });
  for (let cursor: string | null = ""; cursor !== null; ) {
    assert.ok(page.items.length <= size);
    found.push(page.items);
    cursor = back ? page.previous : page.next;
    assert.is(cursor !== null, back ? page.hasPrevious : page.hasNext);
    if (cursor === null) break;
    assert.ok(found.length < 200, "the walk ends");
    const before = sent;
    page = await session.page(statement, back ? { size, before: cursor } : { size, after: cursor });
    assert.is(sent - before, 1);
    assert.ok(back ? page.hasNext : page.hasPrevious);
  }
  return back ? found.reverse().flat() : found.flat();
}

interface Case {
  readonly orders: readonly Order[];
  readonly size: number;
  readonly back: boolean;
}

async function check<R>(statement: Select<R>, keys: readonly Expr<unknown>[], of: Case) {
  const session = new Session(engine);
  const { orders, size, back } = of;
  const isDown = orders.at(-1)?.direction === "DESC";
  const ordered = orders.length === 0 ? statement : statement.orderBy(...orders);
  const whole = ordered.orderBy(...keys.map((key) => (isDown ? key.desc() : key)));
  try {
    const expected = await session.execute(whole).all();
    assert.equal(await walk(session, ordered, size, back), expected);
  } catch (error) {
    const { text } = whole.toSql(mysqlDialect);
    throw new Error(`${text}, pages of ${size}${back ? ", back" : ""}`, { cause: error });
  } finally {
    await session.close();
  }
}

const cases = fc.record({ orders: ordersArb, size: sizes, back: fc.boolean() });
const times = (sample: number) => ({ numRuns: runs(sample, sample * 100) });

test("of one class", async () => {
  await fc.assert(
    fc.asyncProperty(cases, (of) => check(select(c.id), [c.id], of)),
    times(60),
  );
});

test("of several, some of them missing: tuples", async () => {
  await fc.assert(
    fc.asyncProperty(cases, (of) =>
      check(select(c.id, Shelf.c.name).leftJoin(Lot.r.shelf), [c.id], of),
    ),
    times(15),
  );
});

test("of a join with several rows for one: records", async () => {
  await fc.assert(
    fc.asyncProperty(cases, (of) =>
      check(
        select({ shelf: Shelf.c.id, lot: c.id }).leftJoin(Shelf.r.lots),
        [Shelf.c.id, c.id],
        of,
      ),
    ),
    times(15),
  );
});

test("each object once, of a join with several rows for one", async () => {
  const own = fc.array(fc.constantFrom(Shelf.c.name.desc(), Shelf.c.name.asc().nullsLast()), {
    maxLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(own, fc.constantFrom(1, 2, 5), fc.boolean(), (orders, size, back) =>
      check(select(Shelf).join(Shelf.r.lots).where(c.count.gte(0)).distinct(), [Shelf.c.id], {
        orders,
        size,
        back,
      }),
    ),
    times(12),
  );
});

test("of groups, sorted by what is computed of them", async () => {
  const computed = [func.count(c.id), func.sum(c.price), func.max(c.at), func.min(c.large), c.kind];
  const orders = fc.array(
    fc.tuple(fc.constantFrom(...computed), fc.boolean()).map(([one, down]) => {
      return down ? one.desc() : one.asc().nullsLast();
    }),
    { maxLength: 2 },
  );
  await fc.assert(
    fc.asyncProperty(orders, sizes, fc.boolean(), (orders, size, back) => {
      const statement = select({ kind: c.kind, flag: c.flag, n: func.count() });
      const grouped = statement.groupBy(c.kind, c.flag).having(func.count().gt(1));
      return check(grouped, [c.kind, c.flag], { orders, size, back });
    }),
    times(20),
  );
});

test.run();
