import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import type { ColumnType } from "../../src/mapping/column-type.js";
import { and, type Condition, type Expr, not, or } from "../../src/mapping/index.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { anyDecimalType, booleanType, numberType, textType } from "../../src/mapping/types.js";
import { errorOf } from "../support.js";
import { library } from "./library.js";

const test = suite("expression");
const { Author, Book } = library();
const { c } = Book;

test("a column", () => {
  const { node } = c.price;
  assert.equal(Object.keys(node), ["kind", "mapper", "column"]);
  assert.is(node.kind === "column" && node.mapper, mapperOf(Book));
  assert.is(node.kind === "column" && node.column.property, "price");
});

test("comparisons hold the value, taken by the column's type", () => {
  const { type } = mapperOf(Book).properties.get("title") ?? {};
  const operators = {
    eq: "=",
    ne: "<>",
    lt: "<",
    lte: "<=",
    gt: ">",
    gte: ">=",
    like: "LIKE",
    notLike: "NOT LIKE",
  } as const;
  for (const [method, operator] of Object.entries(operators)) {
    assert.equal(c.title[method as keyof typeof operators]("N%").node, {
      ...{ kind: "compare", operator, left: c.title.node },
      // A pattern can be longer than the column, and be no member of an enumeration.
      right: { kind: "value", value: "N%", type: /like/i.test(method) ? textType : type },
    });
  }
});

test("an expression on the other side", () => {
  const { node } = c.title.eq(Author.c.name);
  assert.is(node.kind === "compare" && node.right, Author.c.name.node);
});

test("in, not in, between, null", () => {
  const value = (value: unknown) => ({
    kind: "value",
    value,
    type: mapperOf(Book).properties.get("version")?.type,
  });
  const operand = c.version.node;
  assert.equal(c.version.in([1, 2]).node, {
    kind: "in",
    operand,
    values: [value(1), value(2)],
    negated: false,
  });
  assert.equal(c.version.notIn([]).node, { kind: "in", operand, values: [], negated: true });
  assert.equal(c.version.between(1, 9).node, {
    kind: "between",
    operand,
    low: value(1),
    high: value(9),
  });
  assert.equal(c.authorId.isNull().node, {
    kind: "null",
    operand: c.authorId.node,
    negated: false,
  });
  assert.equal(c.authorId.isNotNull().node, {
    kind: "null",
    operand: c.authorId.node,
    negated: true,
  });
});

test("and, or, not", () => {
  const [one, two] = [c.title.eq("a"), c.title.eq("b")];
  const operands = [one.node, two.node];
  assert.equal(and(one, two).node, { kind: "logical", operator: "AND", operands });
  assert.equal(or(one, two).node, { kind: "logical", operator: "OR", operands });
  assert.equal(not(one).node, { kind: "not", operand: one.node });
});

test("order and names", () => {
  assert.equal(c.title.asc(), { node: c.title.node, direction: "ASC" });
  assert.equal(c.title.desc(), { node: c.title.node, direction: "DESC" });
  assert.equal(c.title.as("t").node, { kind: "alias", operand: c.title.node, name: "t" });
});

test("nothing of it changes", () => {
  const expr = c.title.eq("a");
  assert.throws(() => Object.assign(expr, { node: 1 }), TypeError);
});

test("refused: undefined, null, a value of another type, no condition", async () => {
  const messages: [unknown, string][] = [];
  for (const work of [
    () => c.title.eq(undefined as never),
    () => c.title.in([undefined as never]),
    () => c.title.eq(null as never),
    () => c.title.ne(null as never),
    () => c.title.like(undefined as never),
    () => c.version.between(1, undefined as never),
    () => c.title.in("ab" as never),
    () => c.version.eq("1" as never),
    () => and(),
    () => or(...[]),
    () => and(undefined as never),
    () => not(true as never),
  ]) {
    const { code, message } = await errorOf(work);
    messages.push([code, message.split("\n")[0] ?? ""]);
  }
  assert.equal(
    messages.map(([code]) => code),
    [
      "undefined-value",
      "undefined-value",
      "null-comparison",
      "null-comparison",
      "undefined-value",
      "undefined-value",
      "not-an-array",
      "column-value",
      "no-condition",
      "no-condition",
      "not-a-condition",
      "not-a-condition",
    ],
  );
  assert.is(messages[0]?.[1], "Book.title was compared with undefined.");
  assert.match(messages[7]?.[1] ?? "", /^Book\.version: /);
  assert.is(messages[2]?.[1], "Book.title was compared with null.");
});

test("a query is no value, and a number is no text", async () => {
  const query = Object.defineProperty({}, Symbol.for("ormlet.executable"), { value: true });
  const error = await errorOf(() => c.version.eq(query as never));
  assert.is(error.code, "not-scalar");
  assert.match(error.message, "Book.version was compared with a query.");
  // @ts-expect-error a version is a number
  assert.ok(c.version.like("1%"));
  // @ts-expect-error a version is a number
  assert.ok(c.version.contains("1"));
});

test("an alias takes values as its column does", async () => {
  const renamed: Expr<number> = c.version.as("v");
  assert.match((await errorOf(() => renamed.eq("1" as never))).message, /^v: /);
  const { node } = c.title.eq("a").eq(true);
  assert.equal(node.kind === "compare" && node.right, {
    kind: "value",
    value: true,
    type: booleanType,
  });
});

test("text within a text: what is sought is no pattern", () => {
  const pattern = ({ node }: Condition) =>
    node.kind === "compare" && node.right.kind === "value" && node.right.value;
  assert.is(pattern(c.title.contains("50%_\\")), "%50\\%\\_\\\\%");
  assert.is(pattern(c.title.startsWith("_")), "\\_%");
  assert.is(pattern(c.title.endsWith("%")), "%\\%");
});

test("a calculation takes any number of the kind, not only what the column holds", async () => {
  const call = (name: string, operand: Expr<unknown>, value: unknown, type: ColumnType) => ({
    ...{ kind: "call", name, operands: [operand.node, { kind: "value", value, type }], type },
  });
  assert.equal(c.price.mul("0.1234").node, call("mul", c.price, "0.1234", anyDecimalType));
  assert.equal(c.version.add(2 ** 40).node, call("add", c.version, 2 ** 40, numberType));
  assert.equal(c.version.sub(0.5).node, call("sub", c.version, 0.5, numberType));
  assert.is((await errorOf(() => c.price.mul("1e3"))).code, "column-value");
  assert.is((await errorOf(() => c.price.div(undefined as never))).code, "undefined-value");
  const { code, message } = await errorOf(() => c.title.add("1"));
  assert.is(code, "not-a-number");
  assert.match(message, /^Book\.title is no number for add\(\)\./);
});

test("null is refused but where it means something", async () => {
  assert.equal(c.authorId.isNotDistinctFrom(null).node, {
    kind: "call",
    name: "notDistinct",
    operands: [c.authorId.node, { kind: "value", value: null, type: undefined }],
    type: booleanType,
  });
  const wrong = () => c.authorId.isNotDistinctFrom(undefined as never);
  assert.is((await errorOf(wrong)).code, "undefined-value");
});

test("raw SQL is a condition", () => {
  const fragment = sql`price > ${1}`;
  assert.equal(and(fragment).node, {
    kind: "logical",
    operator: "AND",
    operands: [{ kind: "extension", extension: { kind: "sql", fragment }, type: booleanType }],
  });
});

test("nulls first or last", () => {
  const { node } = c.title;
  assert.equal(c.title.asc().nullsLast(), { node, direction: "ASC", nulls: "LAST" });
  assert.equal(c.title.desc().nullsFirst(), { node, direction: "DESC", nulls: "FIRST" });
});

test.run();
