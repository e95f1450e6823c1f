import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect } from "../../src/engine/index.js";
import {
  bigint,
  decimal,
  declarativeBase,
  double,
  integer,
  varchar,
} from "../../src/mapping/index.js";
import { select } from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { testDatabase } from "../support.js";

const test = suite("long lists of values");
const database = testDatabase(test);
let engine: Engine;

const Base = declarativeBase();

class Sample extends Base.mapped("samples", {
  id: integer().primaryKey(),
  whole: bigint(),
  natural: bigint({ unsigned: true }),
  digits: bigint().as("string"),
  price: decimal(10, 2),
  ratio: double(),
  name: varchar(20),
}) {}

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
});
test.after(() => engine.dispose());

/** A hundred values, which is the most that are bound, and perhaps more of them. */
const hundred = Array.from({ length: 100 }, (_, index) => 1_000_000 + index);

test("up to a hundred values are parameters, more whole numbers are digits", () => {
  const bound = select(Sample.c.name).where(Sample.c.id.in(hundred)).toSql(mysqlDialect);
  assert.is(bound.text.match(/\?/g)?.length, 100);
  assert.equal(bound.parameters, hundred);
  const written = select(Sample.c.name)
    .where(Sample.c.id.in([-7, ...hundred]), Sample.c.name.ne("b"))
    .toSql(mysqlDialect);
  assert.is(
    written.text,
    "SELECT `samples`.`name` FROM `samples` WHERE " +
      `\`samples\`.\`id\` IN (-7, ${hundred.join(", ")}) AND \`samples\`.\`name\` <> ?`,
  );
  assert.equal(written.parameters, ["b"]);
});

test("nothing but whole numbers is written into the text", () => {
  const lists = [
    Sample.c.name.in(hundred.map(String).concat("1) OR (1")),
    Sample.c.price.in(hundred.map(String).concat("1")),
    Sample.c.ratio.in([...hundred, 0.5]),
    Sample.c.id.in([...hundred, Sample.c.id]),
  ];
  for (const list of lists) {
    const { text, parameters } = select(Sample.c.id).where(list).toSql(mysqlDialect);
    assert.is(text.match(/\?/g)?.length, parameters.length);
    assert.ok(parameters.length >= 100);
  }
});

test("what is written finds exactly the rows that are asked for", async () => {
  const wholes = [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n];
  const naturals = [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 63n, 0n];
  const ratios = [2 ** 53, 2 ** 53 - 1, -0, 0.5, 1e300];
  const session = new Session(engine);
  session.addAll(
    wholes.map((whole, index) => {
      const [natural, ratio] = [naturals[index] ?? 0n, ratios[index] ?? 0];
      const rest = { price: "1.00", name: `n${index}`, digits: String(whole) };
      return new Sample({ id: index + 1, whole, natural, ratio, ...rest });
    }),
  );
  await session.flush();
  const found = (list: ReturnType<typeof Sample.c.id.in>) =>
    session.scalars(select(Sample.c.id).where(list).orderBy(Sample.c.id)).all();
  const others = hundred.map(BigInt);
  for (const [index, whole] of wholes.entries()) {
    assert.equal(await found(Sample.c.whole.in([...others, whole])), [index + 1]);
    assert.equal(await found(Sample.c.digits.in([...others, whole].map(String))), [index + 1]);
  }
  for (const [index, natural] of naturals.entries()) {
    assert.equal(await found(Sample.c.natural.in([...others, natural])), [index + 1]);
  }
  assert.equal(await found(Sample.c.ratio.in([...hundred, 2 ** 53 - 1])), [2]);
  assert.equal(await found(Sample.c.ratio.in([...hundred, -0])), [3]);
  assert.equal(await found(Sample.c.id.notIn([...hundred, 1, 2, 3])), [4, 5]);
  await session.close();
});

test.run();
