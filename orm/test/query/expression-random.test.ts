import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type Engine, mysqlDialect } from "../../src/engine/index.js";
import type { ExprNode } from "../../src/mapping/expression.js";
import {
  and,
  bigint,
  boolean,
  type Condition,
  decimal,
  declarativeBase,
  type Expr,
  integer,
  not,
  or,
  varchar,
} from "../../src/mapping/index.js";
import { caseWhen, func, literal, select } from "../../src/query/index.js";
import { Session } from "../../src/session/index.js";
import { runs, testDatabase } from "../support.js";

/**
 * Random expressions, built twice at once: as ormlet's, for MySQL to compute, and as a function that computes
 * them in JavaScript, with null as SQL has it. Both must agree for every row.
 */
const test = suite("random expressions");
const database = testDatabase(test);
let engine: Engine;

const Base = declarativeBase();
class Row extends Base.mapped("random_rows", {
  id: integer().primaryKey(),
  count: integer(),
  maybe: integer().nullable(),
  price: decimal(12, 3).nullable(),
  large: bigint().nullable(),
  word: varchar(20).nullable(),
  empty: varchar(1),
  flag: boolean().nullable(),
}) {}
const { c } = Row;

const rows = [
  { id: 1, count: 0, maybe: null, price: "0", large: 0n, word: "", empty: "", flag: true },
  { id: 2, count: 1, maybe: 0, price: "9.990", large: 7n, word: "Notes", empty: "", flag: false },
  { id: 3, count: -7, maybe: 3, price: null, large: null, word: null, empty: "", flag: null },
  {
    id: 4,
    count: 100,
    maybe: -1,
    price: "-0.125",
    large: -3n,
    word: " é😀'",
    empty: "",
    flag: true,
  },
  {
    id: 5,
    count: 2,
    maybe: 2,
    price: "123456789.001",
    large: 9007199254740993n,
    word: "50%_\\",
    empty: "",
    flag: false,
  },
] as const;
type Values = (typeof rows)[number];

test.before(async () => {
  engine = createEngine(database.url);
  await Base.metadata.createAll(engine);
  const session = new Session(engine);
  session.addAll(rows.map((row) => new Row(row)));
  await session.commit();
  await session.close();
});
test.after(() => engine.dispose());

/** An expression, and what it is for a row in JavaScript. */
interface Pair<T> {
  readonly expr: Expr<T>;
  readonly of: (row: Values) => T | null;
}

/** A value that SQL or JavaScript cannot hold exactly: such an expression is not asked for. */
class TooLarge extends Error {}

function check<T>(holds: boolean, value: T): T {
  if (!holds) throw new TooLarge();
  return value;
}
const sized = (value: number) => check(Math.abs(value) < 2 ** 50, value === 0 ? 0 : value);
const sixtyFour = (value: bigint) => check(BigInt.asIntN(64, value) === value, value);

/** Computes with values of which none is null; null otherwise. All operands are computed, also unneeded ones. */
function strict<A extends unknown[], T>(
  operands: { [K in keyof A]: Pair<A[K]> },
  compute: (...values: A) => T | null,
): (row: Values) => T | null {
  return (row) => {
    const values = operands.map((operand) => operand.of(row));
    return values.includes(null) ? null : compute(...(values as A));
  };
}

/** A decimal as a whole number of units, `scale` of its digits behind the point. */
interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

const ten = (power: number) => 10n ** BigInt(power);
const size = (units: bigint) => (units < 0n ? -units : units);

/** FLOOR and CEILING of a decimal are a BIGINT to MySQL, and so is what it computes with two of them. */
function exact(units: bigint, scale: number): Exact {
  return check(size(units) < ten(scale === 0 ? 18 : 30) && scale <= 12, { units, scale });
}

function parse(text: string): Exact {
  const [whole = "", fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** Both with as many digits behind the point as the longer one. */
function aligned(one: Exact, other: Exact): [bigint, bigint, number] {
  const scale = Math.max(one.scale, other.scale);
  const units = [one, other].map((each) => each.units * ten(scale - each.scale));
  return [units[0] as bigint, units[1] as bigint, scale];
}

/** In whole units of 10^-scale; a half goes away from 0. */
function rounded({ units, scale }: Exact, to: number): Exact {
  if (to >= scale) return { units, scale };
  const unit = ten(scale - to);
  const whole = (size(units) * 2n + unit) / (unit * 2n);
  return exact(units < 0n ? -whole : whole, to);
}

function floored({ units, scale }: Exact): Exact {
  const unit = ten(scale);
  const whole = units / unit;
  return exact(units % unit < 0n ? whole - 1n : whole, 0);
}

/** Without zeros at its end, as two decimals are compared. */
function normal({ units, scale }: Exact): string {
  const digits = `${size(units)}`.padStart(scale + 1, "0");
  const at = digits.length - scale;
  const text = `${digits.slice(0, at)}.${digits.slice(at)}`.replace(/\.?0*$/, "");
  return units < 0n ? `-${text}` : text;
}

// A decimal's value in JavaScript is a text, so that its pair is told from a text's by the type's name alone.
type Decimal = string & { readonly decimal?: true };
const decimalOf = (value: Exact) => normal(value) as Decimal;

const characters = (text: string) => [...text];
const words = fc.string({
  unit: fc.constantFrom("a", "B", " ", "é", "😀", "%", "_", "\\", "'", "0"),
  maxLength: 4,
});
const small = fc.integer({ min: -60, max: 60 });
const decimals = fc
  .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 3 }))
  .map(([units, scale]) => normal({ units: BigInt(units), scale }));

/** What a text has for a leaf stands beside a column, whose collation tells "a" from "A" as JavaScript does. */
const textLeaf = (text: string): Pair<string> => ({
  expr: func.concat(c.empty, text),
  of: () => text,
});

/** -1, 0 or 1; decimals are compared as numbers, not as texts. */
type Compare<T> = (one: T, other: T) => number;
const byValue = (one: unknown, other: unknown) =>
  (one as number) < (other as number) ? -1 : one === other ? 0 : 1;
const byUnits: Compare<Decimal> = (one, other) => {
  const [left, right] = aligned(parse(one), parse(other));
  return byValue(left, right);
};

interface Trees {
  number: Pair<number>;
  decimal: Pair<Decimal>;
  bigint: Pair<bigint>;
  text: Pair<string>;
  condition: Pair<boolean>;
}

/**
 * MySQL 9.7 takes `NULLIF(CEILING(1.5), price) IS NULL` for true in a WHERE, whatever the price, and for what it is
 * among the columns of the same SELECT; FLOOR and SIGN of a constant do the same, all that makes a whole number to be
 * compared with a decimal column, and all around them. ABS, ROUND and plain numbers do not, nor does FLOOR of a column.
 */
function hasNoWhole({ expr }: Pair<unknown>): boolean {
  const isNode = (part: unknown): part is ExprNode =>
    typeof part === "object" && part !== null && "kind" in part;
  const isFree = (node: ExprNode): boolean =>
    node.kind === "column" ||
    (!("name" in node && ["floor", "ceiling", "sign"].includes(node.name as string)) &&
      Object.values(node).flat().filter(isNode).every(isFree));
  return isFree(expr.node);
}

/** What there is for every type: a choice, by a condition or by null. */
function chosen<T>(
  own: fc.Arbitrary<Pair<T>>,
  condition: fc.Arbitrary<Pair<boolean>>,
  compare: Compare<T>,
): fc.Arbitrary<Pair<T>>[] {
  const extreme = (name: "greatest" | "least", sign: number) =>
    fc.tuple(own, own).map(([one, other]) => ({
      expr: func[name](one.expr, other.expr),
      of: strict<[T, T], T>([one, other], (a, b) => (compare(a, b) * sign >= 0 ? a : b)),
    }));
  return [
    fc.tuple(condition, own, own).map(([test, one, other]) => ({
      expr: caseWhen(test.expr, one.expr).else(other.expr),
      of: (row) => {
        const [holds, yes, no] = [test.of(row), one.of(row), other.of(row)];
        return holds ? yes : no;
      },
    })),
    fc.tuple(own, own).map(([one, other]) => ({
      expr: func.coalesce(one.expr, other.expr),
      of: (row) => {
        const [first, second] = [one.of(row), other.of(row)];
        return first ?? second;
      },
    })),
    fc.tuple(own.filter(hasNoWhole), own).map(([one, other]) => ({
      expr: func.nullIf(one.expr, other.expr),
      of: (row) => {
        const [first, second] = [one.of(row), other.of(row)];
        return first !== null && second !== null && compare(first, second) === 0 ? null : first;
      },
    })),
    extreme("greatest", 1),
    extreme("least", -1),
  ];
}

/** A function of one operand, or of two. */
function unary<A, T>(
  operand: fc.Arbitrary<Pair<A>>,
  expr: (operand: Expr<A>) => Expr<T>,
  compute: (value: A) => T | null,
): fc.Arbitrary<Pair<T>> {
  return operand.map((one) => ({ expr: expr(one.expr), of: strict<[A], T>([one], compute) }));
}
function binary<A, B, T>(
  left: fc.Arbitrary<Pair<A>>,
  right: fc.Arbitrary<Pair<B>>,
  expr: (left: Expr<A>, right: Expr<B>) => Expr<T>,
  compute: (left: A, right: B) => T | null,
): fc.Arbitrary<Pair<T>> {
  return fc.tuple(left, right).map(([one, other]) => ({
    expr: expr(one.expr, other.expr),
    of: strict<[A, B], T>([one, other], compute),
  }));
}

/** Comparisons of one type, in SQL's three-valued logic. */
function comparisons<T>(
  own: fc.Arbitrary<Pair<T>>,
  compare: Compare<T>,
): fc.Arbitrary<Pair<boolean>>[] {
  const operators = {
    eq: (sign: number) => sign === 0,
    ne: (sign: number) => sign !== 0,
    lt: (sign: number) => sign < 0,
    lte: (sign: number) => sign <= 0,
    gt: (sign: number) => sign > 0,
    gte: (sign: number) => sign >= 0,
  };
  const names = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]));
  const same = (one: T | null, other: T | null) =>
    one === null || other === null ? one === other : compare(one, other) === 0;
  return [
    fc.tuple(names, own, own).map(([name, one, other]) => ({
      expr: one.expr[name](other.expr),
      of: strict<[T, T], boolean>([one, other], (a, b) => operators[name](compare(a, b))),
    })),
    fc.tuple(own, own).map(([one, other]) => ({
      expr: one.expr.isNotDistinctFrom(other.expr),
      of: (row) => same(one.of(row), other.of(row)),
    })),
    own.map((one) => ({ expr: one.expr.isNull(), of: (row) => one.of(row) === null })),
    own.map((one) => ({ expr: one.expr.isNotNull(), of: (row) => one.of(row) !== null })),
    fc.tuple(own, fc.array(own, { maxLength: 3 }), fc.boolean()).map(([one, others, negated]) => ({
      expr: one.expr[negated ? "notIn" : "in"](others.map(({ expr }) => expr)),
      of: (row) => {
        const [value, values] = [one.of(row), others.map((other) => other.of(row))];
        if (values.length === 0) return negated;
        if (value === null) return null;
        const found = values.some((other) => other !== null && compare(value, other) === 0);
        return found ? !negated : values.includes(null) ? null : negated;
      },
    })),
    fc.tuple(own, own, own).map(([one, low, high]) => ({
      expr: one.expr.between(low.expr, high.expr),
      of: (row) => {
        const [value, from, to] = [one.of(row), low.of(row), high.of(row)];
        const above = value === null || from === null ? null : compare(value, from) >= 0;
        const below = value === null || to === null ? null : compare(value, to) <= 0;
        return conjunction([above, below]);
      },
    })),
  ];
}

function conjunction(values: readonly (boolean | null)[]): boolean | null {
  return values.includes(false) ? false : values.includes(null) ? null : true;
}
function disjunction(values: readonly (boolean | null)[]): boolean | null {
  return values.includes(true) ? true : values.includes(null) ? null : false;
}

/** Truncates as DIV and % do, and as BigInt does. */
const divided = (one: bigint, other: bigint) => (other === 0n ? null : one / other);
const calculations = <T>(
  own: fc.Arbitrary<Pair<T>>,
  compute: Record<"add" | "sub" | "mul" | "mod", (one: T, other: T) => T | null>,
) =>
  (["add", "sub", "mul", "mod"] as const).map((name) =>
    binary(own, own, (one, other) => one[name](other), compute[name]),
  );

const grow = (tie: fc.LetrecTypedTie<Trees>): fc.LetrecValue<Trees> => {
  const number = tie("number");
  const exactNumber = tie("decimal");
  const large = tie("bigint");
  const text = tie("text");
  const condition = tie("condition");
  const options = { depthSize: "small", withCrossShrink: true } as const;
  const count = fc.integer({ min: 0, max: 5 });
  return {
    number: fc.oneof(
      options,
      fc.oneof(
        fc.constant<Pair<number>>({ expr: c.count, of: (row) => row.count }),
        fc.constant<Pair<number>>({ expr: c.maybe, of: (row) => row.maybe }),
        small.map((value) => ({ expr: literal(value), of: () => value })),
      ),
      ...calculations(number, {
        add: (one, other) => sized(one + other),
        sub: (one, other) => sized(one - other),
        mul: (one, other) => sized(one * other),
        mod: (one, other) => (other === 0 ? null : sized(one % other)),
      }),
      binary(
        number,
        number,
        (one, other) => one.div(other),
        (one, other) => (other === 0 ? null : sized(one / other)),
      ),
      fc.tuple(number, small).map(([one, value]) => ({
        expr: one.expr.sub(value),
        of: strict<[number], number>([one], (a) => sized(a - value)),
      })),
      unary(number, func.abs, Math.abs),
      unary(number, func.sign, (value) => sized(Math.sign(value))),
      unary(number, func.floor, (value) => sized(Math.floor(value))),
      unary(number, func.ceil, (value) => sized(Math.ceil(value))),
      unary(text, func.length, (value) => characters(value).length),
      binary(
        text,
        text,
        (one, part) => func.position(one, part as Expr<string, false>),
        (one, part) => {
          const at = one.indexOf(part);
          return at < 0 ? 0 : characters(one.slice(0, at)).length + 1;
        },
      ),
      ...chosen(number, condition, byValue),
    ),
    decimal: fc.oneof(
      options,
      fc.oneof(
        fc.constant<Pair<Decimal>>({
          expr: c.price,
          of: (row) => (row.price === null ? null : decimalOf(parse(row.price))),
        }),
        decimals.map((value) => ({ expr: literal(value, decimal(12, 3)), of: () => value })),
      ),
      ...calculations(exactNumber, {
        add: (one, other) => {
          const [a, b, scale] = aligned(parse(one), parse(other));
          return decimalOf(exact(a + b, scale));
        },
        sub: (one, other) => {
          const [a, b, scale] = aligned(parse(one), parse(other));
          return decimalOf(exact(a - b, scale));
        },
        mul: (one, other) => {
          const [a, b] = [parse(one), parse(other)];
          return decimalOf(exact(a.units * b.units, a.scale + b.scale));
        },
        mod: (one, other) => {
          const [a, b, scale] = aligned(parse(one), parse(other));
          return b === 0n ? null : decimalOf(exact(a % b, scale));
        },
      }),
      fc.tuple(exactNumber, decimals).map(([one, value]) => ({
        expr: one.expr.add(value),
        of: strict<[Decimal], Decimal>([one], (text) => {
          const [a, b, scale] = aligned(parse(text), parse(value));
          return decimalOf(exact(a + b, scale));
        }),
      })),
      unary(exactNumber, func.abs, (value) => value.replace("-", "")),
      unary(exactNumber, func.floor, (value) => decimalOf(floored(parse(value)))),
      unary(exactNumber, func.ceil, (value) => {
        const { units, scale } = parse(value);
        const { units: below } = floored({ units: -units, scale });
        return decimalOf({ units: -below, scale: 0 });
      }),
      fc.tuple(exactNumber, fc.integer({ min: 0, max: 4 })).map(([one, digits]) => ({
        expr: func.round(one.expr, digits),
        of: strict<[Decimal], Decimal>([one], (value) => decimalOf(rounded(parse(value), digits))),
      })),
      ...chosen(exactNumber, condition, byUnits),
    ),
    bigint: fc.oneof(
      options,
      fc.oneof(
        fc.constant<Pair<bigint>>({ expr: c.large, of: (row) => row.large }),
        fc.bigInt(-100n, 100n).map((value) => ({ expr: literal(value), of: () => value })),
      ),
      ...calculations(large, {
        add: (one, other) => sixtyFour(one + other),
        sub: (one, other) => sixtyFour(one - other),
        mul: (one, other) => sixtyFour(one * other),
        mod: (one, other) => (other === 0n ? null : one % other),
      }),
      binary(large, large, (one, other) => one.div(other), divided),
      ...chosen(large, condition, byValue),
    ),
    text: fc.oneof(
      options,
      fc.oneof(
        fc.constant<Pair<string>>({ expr: c.word, of: (row) => row.word }),
        words.map(textLeaf),
      ),
      binary(
        text,
        text,
        (one, other) => func.concat(one, other),
        (one, other) => check(one.length + other.length < 200, one + other),
      ),
      unary(text, func.upper, (value) => value.toUpperCase()),
      unary(text, func.lower, (value) => value.toLowerCase()),
      unary(text, func.trim, (value) => value.replace(/^ +| +$/g, "")),
      unary(text, func.reverse, (value) => characters(value).reverse().join("")),
      fc.tuple(text, count).map(([one, length]) => ({
        expr: func.left(one.expr, length),
        of: strict<[string], string>([one], (value) => characters(value).slice(0, length).join("")),
      })),
      fc.tuple(text, fc.integer({ min: 1, max: 5 }), count).map(([one, start, length]) => ({
        expr: func.substring(one.expr, start, length),
        of: strict<[string], string>([one], (value) =>
          characters(value)
            .slice(start - 1, start - 1 + length)
            .join(""),
        ),
      })),
      fc.tuple(text, words, words).map(([one, old, by]) => ({
        expr: func.replace(one.expr, old, by),
        of: strict<[string], string>([one], (value) =>
          check(value.length < 100, old === "" ? value : value.replaceAll(old, () => by)),
        ),
      })),
      ...chosen(text, condition, byValue),
    ),
    condition: fc.oneof(
      options,
      fc.oneof(
        fc.constant<Pair<boolean>>({ expr: c.flag, of: (row) => row.flag }),
        fc.boolean().map((value) => ({ expr: literal(value), of: () => value })),
      ),
      ...comparisons(number, byValue),
      ...comparisons(exactNumber, byUnits),
      ...comparisons(large, byValue),
      ...comparisons(text, byValue),
      ...comparisons(condition, byValue),
      ...logic(condition),
      fc.tuple(text, words).map(([one, part]) => ({
        expr: one.expr.contains(part),
        of: strict<[string], boolean>([one], (value) => value.includes(part)),
      })),
      fc.tuple(text, words).map(([one, part]) => ({
        expr: one.expr.startsWith(part),
        of: strict<[string], boolean>([one], (value) => value.startsWith(part)),
      })),
    ),
  };
};

function logic(condition: fc.Arbitrary<Pair<boolean>>): fc.Arbitrary<Pair<boolean>>[] {
  const several = fc.array(condition, { minLength: 1, maxLength: 3 });
  const exprs = (pairs: readonly Pair<boolean>[]) => pairs.map(({ expr }): Condition => expr);
  return [
    several.map((all) => ({
      expr: and(...exprs(all)),
      of: (row) => conjunction(all.map((one) => one.of(row))),
    })),
    several.map((all) => ({
      expr: or(...exprs(all)),
      of: (row) => disjunction(all.map((one) => one.of(row))),
    })),
    unary(condition, not, (value) => !value),
  ];
}

const trees = fc.letrec<Trees>(grow);

/** As the program compares it: a decimal without the zeros at its end. */
function comparable(value: unknown, isDecimal: boolean): unknown {
  return isDecimal && typeof value === "string" ? normal(parse(value)) : value;
}

test("agree with JavaScript, for every row", async () => {
  const session = new Session(engine);
  const tuple = fc.tuple(
    ...[trees.number, trees.decimal, trees.bigint, trees.text, trees.condition],
    trees.condition,
  );
  try {
    await fc.assert(
      fc.asyncProperty(tuple, async (pairs) => {
        const selected = pairs.slice(0, -1) as Pair<unknown>[];
        const where = pairs.at(-1) as Pair<boolean>;
        const wanted = expected(selected, where);
        fc.pre(wanted !== undefined);
        const [first, ...others] = selected.map(({ expr }) => expr) as [Expr<unknown>];
        const statement = select(c.id, first, ...others)
          .where(where.expr)
          .orderBy(c.id);
        const got = await session.execute(statement).all();
        const values = got.map((row) => row.map((value, place) => comparable(value, place === 2)));
        assert.equal(values, wanted, JSON.stringify(statement.toSql(mysqlDialect).text));
      }),
      { numRuns: runs(150, 20_000), maxSkipsPerRun: 1000, reporter: report },
    );
  } finally {
    await session.close();
  }
});

/** The statement and its rows say what went wrong; to print the nodes would print every class of the Base. */
function report<T>(details: fc.RunDetails<T>): void {
  const { failed, seed, counterexamplePath, errorInstance } = details;
  if (!failed) return;
  console.error(`To see it again: seed ${seed}, path ${counterexamplePath}`);
  throw errorInstance ?? new Error("Too many expressions were too large.");
}

/** The rows that JavaScript computes; undefined where something gets too large. */
function expected(
  selected: readonly Pair<unknown>[],
  where: Pair<boolean>,
): unknown[][] | undefined {
  try {
    const all = rows.map((row) => ({
      holds: where.of(row),
      values: [row.id, ...selected.map(({ of }, place) => comparable(of(row), place === 1))],
    }));
    return all.filter(({ holds }) => holds === true).map(({ values }) => values);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

test.run();
