import type { ColumnType } from "../mapping/column-type.js";
import {
  Expr,
  type ExprNode,
  numericType,
  type Operand,
  typeOfNode,
} from "../mapping/expression.js";
import { checkOptions } from "../mapping/naming.js";
import { anyDecimalType, doubleType, numberType, textType } from "../mapping/types.js";
import { alikeNode, argumentNode, callNode, wordNode } from "./calls.js";
import { orderOf } from "./given.js";
import { jsonFunctions } from "./json-functions.js";
import { timeFunctions } from "./time-functions.js";
import { Aggregate, type Sorting, WindowFunction } from "./window.js";

/** A number, a bigint, or a decimal in a string. */
type Numeric = number | bigint | string;
type Text = Operand<string, false>;
type Count = Operand<number, false>;
type OfText<T = string, Rest extends readonly unknown[] = []> = <N extends boolean = false>(
  text: Operand<string, N>,
  ...rest: Rest
) => Expr<T, N>;
/** Of a number, and gives one of its kind: of a decimal, a decimal. */
type OfNumber<Rest extends readonly unknown[] = []> = <T extends Numeric, N extends boolean>(
  number: Expr<T, N>,
  ...rest: Rest
) => Expr<T, N>;
type ToNumber<Null extends boolean = false> = <N extends boolean>(
  number: Expr<Numeric, N>,
) => Expr<number, N | Null>;
type OfRow<Rest extends readonly unknown[] = []> = <T>(
  value: Expr<T>,
  ...rest: Rest
) => WindowFunction<T, true>;
type Ranking<Rest extends readonly unknown[] = []> = (
  ...rest: Rest
) => WindowFunction<number, false>;

/** The type of a result: always this one, or what it is for the first operand. */
type Typing = ColumnType | ((name: string, first: ExprNode) => ColumnType | undefined);
const ofFirst: Typing = (_, first) => typeOfNode(first);

/** A function that takes expressions and values, and makes the call of that name of them. */
function define<F>(name: string, typing: Typing, Class: new (node: ExprNode) => unknown = Expr): F {
  const make = (...given: unknown[]) => {
    const nodes = given.map((one) => argumentNode(name, one));
    const type = typeof typing === "function" ? nodes[0] && typing(name, nodes[0]) : typing;
    return new Class(callNode(name, nodes, type));
  };
  return make as F;
}

/** Texts. Places and lengths count characters, from 1; an emoji is one. */
const textFunctions = {
  /** Texts one after the other; null if one of them is. */
  concat: define<
    <N extends boolean = false>(...texts: readonly Operand<string, N>[]) => Expr<string, N>
  >("concat", textType),
  lower: define<OfText>("lower", textType),
  upper: define<OfText>("upper", textType),
  /** Without the spaces at its ends. */
  trim: define<OfText>("trim", textType),
  trimStart: define<OfText>("ltrim", textType),
  trimEnd: define<OfText>("rtrim", textType),
  /** The number of characters. */
  length: define<OfText<number>>("charLength", numberType),
  /** `substring(text, 1, 3)`: from the first character, three. A negative start counts from the end. */
  substring: define<OfText<string, [start: Count, length?: Count]>>("substring", textType),
  /** The first characters. */
  left: define<OfText<string, [length: Count]>>("left", textType),
  /** The last characters. */
  right: define<OfText<string, [length: Count]>>("right", textType),
  /** Every occurrence of a text exchanged for another one. */
  replace: define<OfText<string, [old: Text, by: Text]>>("replace", textType),
  /** Where the first occurrence of a text begins, from 1; 0 when there is none. */
  position: define<OfText<number, [part: Text]>>("position", numberType),
  /** Filled up in front to so many characters; a longer text is cut. */
  padStart: define<OfText<string, [length: Count, fill: Text]>>("lpad", textType),
  padEnd: define<OfText<string, [length: Count, fill: Text]>>("rpad", textType),
  repeat: define<OfText<string, [times: Count]>>("repeat", textType),
  reverse: define<OfText>("reverse", textType),
};

const numberFunctions = {
  abs: define<OfNumber>("abs", numericType),
  /** -1, 0 or 1. */
  sign: define<ToNumber>("sign", numberType),
  /** `round(price, 1)`: to so many digits behind the point, or to none. A decimal's half goes away from 0. */
  round: define<OfNumber<[digits?: number]>>("round", numericType),
  /** As round, but the digits behind are cut off. */
  truncate: define<OfNumber<[digits: number]>>("truncate", numericType),
  /** The greatest whole number that is not above. */
  floor: define<OfNumber>("floor", numericType),
  /** The smallest whole number that is not below. */
  ceil: define<OfNumber>("ceiling", numericType),
  /** `power(x, 3)` is x³. */
  power: define<<N extends boolean>(number: Expr<Numeric, N>, exponent: Count) => Expr<number, N>>(
    "power",
    numberType,
  ),
  /** Null for what is below 0. */
  sqrt: define<ToNumber<true>>("sqrt", numberType),
  exp: define<ToNumber>("exp", numberType),
  /** The natural logarithm; null for what is not above 0. */
  ln: define<ToNumber<true>>("ln", numberType),
};

/** Choices among values of one kind. */
const choices = {
  /** The first one that is not null: `coalesce(Author.c.nickname, Author.c.name)`. */
  coalesce: <T, N extends boolean = false>(
    first: Expr<T>,
    ...others: readonly [...Operand<T>[], Operand<T, N>]
  ) => new Expr<T, N>(alikeNode("coalesce", [first, ...others])),
  /** The value, or another one where it is null. */
  ifNull: <T, N extends boolean = false>(value: Expr<T>, other: Operand<T, N>) =>
    new Expr<T, N>(alikeNode("coalesce", [value, other])),
  /** Null where the two are equal, else the first. */
  nullIf: <T>(value: Expr<T>, other: Operand<T>) =>
    new Expr<T, true>(alikeNode("nullif", [value, other])),
  /** The greatest of them; null if one of them is. */
  greatest: <T, N extends boolean>(...values: readonly [Expr<T, N>, ...Operand<T, N>[]]) =>
    new Expr<T, N>(alikeNode("greatest", values)),
  least: <T, N extends boolean>(...values: readonly [Expr<T, N>, ...Operand<T, N>[]]) =>
    new Expr<T, N>(alikeNode("least", values)),
};

/** What AVG gives: of numbers a number, of the others an exact decimal with four digits more. */
export type Average<T> = T extends number ? number : string;

function average<T extends Numeric>(value: Expr<T>): Aggregate<Average<T>, true> {
  const node = argumentNode("avg", value);
  const type = numericType("avg", node);
  const [operand = node] = node.kind === "call" && node.name === "distinct" ? node.operands : [];
  // MySQL would give the average of whole numbers four digits behind the point.
  const cast = type?.name === "double" ? callNode("cast", [operand], doubleType) : operand;
  const exact = operand === node ? cast : callNode("distinct", [cast], type);
  return new Aggregate(callNode("avg", [exact], type?.name === "bigint" ? anyDecimalType : type));
}

function groupConcat(
  value: Expr<unknown>,
  options: { readonly separator?: string; readonly orderBy?: Sorting } = {},
): Aggregate<string, true> {
  checkOptions("groupConcat()", options, ["separator", "orderBy"]);
  const { separator = ",", orderBy = [] } = options;
  const orders = [orderBy].flat().map(orderOf);
  const orderNodes = orders.map(({ node, direction, nulls }) =>
    callNode("order", [node, wordNode(direction), wordNode(nulls)], undefined),
  );
  const nodes = [argumentNode("groupConcat", value), wordNode(textType.take(separator))];
  return new Aggregate(callNode("groupConcat", [...nodes, ...orderNodes], textType));
}

/** Of groups of rows. They leave nulls out, and give null where nothing is left. */
const aggregates = {
  /** `COUNT(*)`, the number of rows, or of those in which the value is not null. */
  count: define<(...value: readonly [] | readonly [Expr<unknown>]) => Aggregate<number, false>>(
    "count",
    numberType,
    Aggregate,
  ),
  /** How many different values there are, or different rows of several. */
  countDistinct: (...values: readonly [Expr<unknown>, ...Expr<unknown>[]]) =>
    aggregates.count(aggregates.distinct(...values)),
  /** Each value once: `func.sum(func.distinct(Book.c.price))`. */
  distinct: define<
    <T, N extends boolean>(...values: readonly [Expr<T, N>, ...Expr<unknown>[]]) => Expr<T, N>
  >("distinct", ofFirst),
  /** Of decimals a decimal, of bigints a bigint, of numbers a number: an error when it is not exact. */
  sum: define<<T extends Numeric>(value: Expr<T>) => Aggregate<T, true>>(
    "sum",
    numericType,
    Aggregate,
  ),
  avg: average,
  min: define<<T>(value: Expr<T>) => Aggregate<T, true>>("min", ofFirst, Aggregate),
  max: define<<T>(value: Expr<T>) => Aggregate<T, true>>("max", ofFirst, Aggregate),
  /** Texts one after the other. MySQL cuts the result at `group_concat_max_len`, 1024 bytes by default. */
  groupConcat,
};

/** Of windows alone. */
const windowFunctions = {
  /** 1, 2, 3 … */
  rowNumber: define<Ranking>("rowNumber", numberType, WindowFunction),
  /** As rowNumber, but equals have the same one: 1, 1, 3. */
  rank: define<Ranking>("rank", numberType, WindowFunction),
  /** As rank, without gaps: 1, 1, 2. */
  denseRank: define<Ranking>("denseRank", numberType, WindowFunction),
  /** The rank as a part of 1. */
  percentRank: define<Ranking>("percentRank", numberType, WindowFunction),
  /** The part of the rows, as one of 1, that are not behind. */
  cumeDist: define<Ranking>("cumeDist", numberType, WindowFunction),
  /** `ntile(4)`: in which of four parts of about one size. */
  ntile: define<Ranking<[parts: number]>>("ntile", numberType, WindowFunction),
  /** The value in the row before, or so many before; null where there is none. */
  lag: define<OfRow<[rows?: number]>>("lag", ofFirst, WindowFunction),
  /** The value in the row behind, or so many behind; null where there is none. */
  lead: define<OfRow<[rows?: number]>>("lead", ofFirst, WindowFunction),
  firstValue: define<OfRow>("firstValue", ofFirst, WindowFunction),
  /** Without a frame that is the own row's: `rows: [-Infinity, Infinity]` sees all of them. */
  lastValue: define<OfRow>("lastValue", ofFirst, WindowFunction),
  nthValue: define<OfRow<[row: number]>>("nthValue", ofFirst, WindowFunction),
};

/** The functions of SQL: `func.count(Book.c.id)`, `func.lower(Author.c.name)`, `func.rowNumber().over(…)`. */
export const func = {
  ...aggregates,
  ...windowFunctions,
  ...choices,
  ...textFunctions,
  ...numberFunctions,
  ...timeFunctions,
  ...jsonFunctions,
};
