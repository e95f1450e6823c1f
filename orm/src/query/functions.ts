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
  /**
   * Texts one after the other; null if one of them is.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.concat(Author.c.name, " (", Author.c.bornOn, ")")).where(Author.c.id.eq(1)))); // Jane Austen (1775-12-16)
   * ```
   */
  concat: define<
    <N extends boolean = false>(...texts: readonly Operand<string, N>[]) => Expr<string, N>
  >("concat", textType),
  lower: define<OfText>("lower", textType),
  upper: define<OfText>("upper", textType),
  /**
   * Without the spaces at its ends.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.trim(func.concat(" ", Author.c.name, " "))).where(Author.c.id.eq(1)))); // Jane Austen
   * ```
   */
  trim: define<OfText>("trim", textType),
  trimStart: define<OfText>("ltrim", textType),
  trimEnd: define<OfText>("rtrim", textType),
  /**
   * The number of characters.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.length(Author.c.name)).where(Author.c.id.eq(1)))); // 11
   * ```
   */
  length: define<OfText<number>>("charLength", numberType),
  /**
   * `substring(text, 1, 3)`: from the first character, three. A negative start counts from the end.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.substring(Author.c.name, 1, 4)).where(Author.c.id.eq(1)))); // Jane
   * ```
   */
  substring: define<OfText<string, [start: Count, length?: Count]>>("substring", textType),
  /**
   * The first characters.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.left(Author.c.name, 4)).where(Author.c.id.eq(1)))); // Jane
   * ```
   */
  left: define<OfText<string, [length: Count]>>("left", textType),
  /**
   * The last characters.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.right(Author.c.name, 6)).where(Author.c.id.eq(1)))); // Austen
   * ```
   */
  right: define<OfText<string, [length: Count]>>("right", textType),
  /**
   * Every occurrence of a text exchanged for another one.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.replace(Author.c.name, "Jane", "J.")).where(Author.c.id.eq(1)))); // J. Austen
   * ```
   */
  replace: define<OfText<string, [old: Text, by: Text]>>("replace", textType),
  /**
   * Where the first occurrence of a text begins, from 1; 0 when there is none.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.position(Author.c.name, "Austen")).where(Author.c.id.eq(1)))); // 6
   * ```
   */
  position: define<OfText<number, [part: Text]>>("position", numberType),
  /**
   * Filled up in front to so many characters; a longer text is cut.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.padStart(Book.c.title, 6, "·")).where(Book.c.id.eq(1)))); // ··Emma
   * ```
   */
  padStart: define<OfText<string, [length: Count, fill: Text]>>("lpad", textType),
  padEnd: define<OfText<string, [length: Count, fill: Text]>>("rpad", textType),
  repeat: define<OfText<string, [times: Count]>>("repeat", textType),
  reverse: define<OfText>("reverse", textType),
};

const numberFunctions = {
  abs: define<OfNumber>("abs", numericType),
  /**
   * -1, 0 or 1.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.sign(Book.c.price)).where(Book.c.id.eq(1)))); // 1
   * ```
   */
  sign: define<ToNumber>("sign", numberType),
  /**
   * `round(price, 1)`: to so many digits behind the point, or to none. A decimal's half goes away from 0.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.round(Book.c.price)).where(Book.c.id.eq(1)))); // 10
   * ```
   */
  round: define<OfNumber<[digits?: number]>>("round", numericType),
  /**
   * As round, but the digits behind are cut off.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.truncate(Book.c.price, 0)).where(Book.c.id.eq(1)))); // 9
   * ```
   */
  truncate: define<OfNumber<[digits: number]>>("truncate", numericType),
  /**
   * The greatest whole number that is not above.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.floor(Book.c.price)).where(Book.c.id.eq(1)))); // 9
   * ```
   */
  floor: define<OfNumber>("floor", numericType),
  /**
   * The smallest whole number that is not below.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.ceil(Book.c.price)).where(Book.c.id.eq(1)))); // 10
   * ```
   */
  ceil: define<OfNumber>("ceiling", numericType),
  /**
   * `power(x, 3)` is x³.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.power(Book.c.id.add(1), 3)).where(Book.c.id.eq(1)))); // 8
   * ```
   */
  power: define<<N extends boolean>(number: Expr<Numeric, N>, exponent: Count) => Expr<number, N>>(
    "power",
    numberType,
  ),
  /**
   * Null for what is below 0.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.sqrt(Book.c.id.add(3))).where(Book.c.id.eq(1)))); // 2
   * ```
   */
  sqrt: define<ToNumber<true>>("sqrt", numberType),
  exp: define<ToNumber>("exp", numberType),
  /**
   * The natural logarithm; null for what is not above 0.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.ln(Book.c.id)).where(Book.c.id.eq(1)))); // 0
   * ```
   */
  ln: define<ToNumber<true>>("ln", numberType),
};

/** Choices among values of one kind. */
const choices = {
  /**
   * The first one that is not null: `coalesce(Author.c.nickname, Author.c.name)`.
   * @example
   * ```ts
   * const born = select(Author.c.name, func.coalesce(Author.c.bornOn, "0001-01-01")).where(Author.c.id.eq(3));
   * console.log(await session.execute(born).one()); // [ 'Anonymous', '0001-01-01' ]
   * ```
   */
  coalesce: <T, N extends boolean = false>(
    first: Expr<T>,
    ...others: readonly [...Operand<T>[], Operand<T, N>]
  ) => new Expr<T, N>(alikeNode("coalesce", [first, ...others])),
  /**
   * The value, or another one where it is null.
   * @example
   * ```ts
   * const born = func.ifNull(Author.c.bornOn, "0001-01-01");
   * console.log(await session.scalar(select(born).where(Author.c.id.eq(3)))); // 0001-01-01
   * ```
   */
  ifNull: <T, N extends boolean = false>(value: Expr<T>, other: Operand<T, N>) =>
    new Expr<T, N>(alikeNode("coalesce", [value, other])),
  /**
   * Null where the two are equal, else the first.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.nullIf(Book.c.title, "Emma")).where(Book.c.id.eq(1)))); // null
   * ```
   */
  nullIf: <T>(value: Expr<T>, other: Operand<T>) =>
    new Expr<T, true>(alikeNode("nullif", [value, other])),
  /**
   * The greatest of them; null if one of them is.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.greatest(Book.c.price, "9.00")).where(Book.c.id.eq(1)))); // 9.50
   * ```
   */
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
  /**
   * `COUNT(*)`, the number of rows, or of those in which the value is not null.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.count()).from(Author))); // 3
   * console.log(await session.scalar(select(func.count(Author.c.bornOn)))); // 2
   * ```
   */
  count: define<(...value: readonly [] | readonly [Expr<unknown>]) => Aggregate<number, false>>(
    "count",
    numberType,
    Aggregate,
  ),
  /**
   * How many different values there are, or different rows of several.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.countDistinct(Loan.c.memberId)))); // 2
   * ```
   */
  countDistinct: (...values: readonly [Expr<unknown>, ...Expr<unknown>[]]) =>
    aggregates.count(aggregates.distinct(...values)),
  /**
   * Each value once: `func.sum(func.distinct(Book.c.price))`.
   * @example
   * ```ts
   * const days = func.count(func.distinct(Loan.c.memberId));
   * console.log(await session.scalar(select(days))); // 2
   * ```
   */
  distinct: define<
    <T, N extends boolean>(...values: readonly [Expr<T, N>, ...Expr<unknown>[]]) => Expr<T, N>
  >("distinct", ofFirst),
  /**
   * Of decimals a decimal, of bigints a bigint, of numbers a number: an error when it is not exact.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.sum(Book.c.price)))); // 36.50
   * ```
   */
  sum: define<<T extends Numeric>(value: Expr<T>) => Aggregate<T, true>>(
    "sum",
    numericType,
    Aggregate,
  ),
  avg: average,
  min: define<<T>(value: Expr<T>) => Aggregate<T, true>>("min", ofFirst, Aggregate),
  max: define<<T>(value: Expr<T>) => Aggregate<T, true>>("max", ofFirst, Aggregate),
  /**
   * Texts one after the other. MySQL cuts the result at `group_concat_max_len`, 1024 bytes by default.
   * @example
   * ```ts
   * const titles = func.groupConcat(Book.c.title, { separator: "; ", orderBy: Book.c.title });
   * console.log(await session.scalar(select(titles).where(Book.c.authorId.eq(1)))); // Emma; Persuasion
   * ```
   */
  groupConcat,
};

/** Of windows alone. */
const windowFunctions = {
  /**
   * 1, 2, 3 …
   * @example
   * ```ts
   * const place = func.rowNumber().over({ orderBy: Book.c.price.desc() });
   * console.log(await session.execute(select(place, Book.c.title).orderBy(Book.c.price.desc()).limit(2)).all());
   * // [ [ 1, 'Beowulf' ], [ 2, 'Emma' ] ]
   * ```
   */
  rowNumber: define<Ranking>("rowNumber", numberType, WindowFunction),
  /**
   * As rowNumber, but equals have the same one: 1, 1, 3.
   * @example
   * ```ts
   * const place = func.rank().over({ orderBy: Book.c.authorId });
   * console.log(await session.scalars(select(place).orderBy(Book.c.id)).all()); // [ 1, 1, 3, 4 ]
   * ```
   */
  rank: define<Ranking>("rank", numberType, WindowFunction),
  /**
   * As rank, without gaps: 1, 1, 2.
   * @example
   * ```ts
   * const place = func.denseRank().over({ orderBy: Book.c.authorId });
   * console.log(await session.scalars(select(place).orderBy(Book.c.id)).all()); // [ 1, 1, 2, 3 ]
   * ```
   */
  denseRank: define<Ranking>("denseRank", numberType, WindowFunction),
  /** The rank as a part of 1. */
  percentRank: define<Ranking>("percentRank", numberType, WindowFunction),
  /** The part of the rows, as one of 1, that are not behind. */
  cumeDist: define<Ranking>("cumeDist", numberType, WindowFunction),
  /**
   * `ntile(4)`: in which of four parts of about one size.
   * @example
   * ```ts
   * const place = func.ntile(2).over({ orderBy: Book.c.price });
   * console.log(await session.scalars(select(place).orderBy(Book.c.price)).all()); // [ 1, 1, 2, 2 ]
   * ```
   */
  ntile: define<Ranking<[parts: number]>>("ntile", numberType, WindowFunction),
  /**
   * The value in the row before, or so many before; null where there is none.
   * @example
   * ```ts
   * const before = func.lag(Loan.c.lentOn).over({ orderBy: Loan.c.id });
   * console.log(await session.execute(select(Loan.c.lentOn, before).orderBy(Loan.c.id).limit(2)).all());
   * // [ [ '2026-05-01', null ], [ '2026-05-20', '2026-05-01' ] ]
   * ```
   */
  lag: define<OfRow<[rows?: number]>>("lag", ofFirst, WindowFunction),
  /**
   * The value in the row behind, or so many behind; null where there is none.
   * @example
   * ```ts
   * const next = func.lead(Book.c.title).over({ orderBy: Book.c.id });
   * console.log(await session.scalars(select(next).orderBy(Book.c.id)).all());
   * // [ 'Persuasion', 'Wuthering Heights', 'Beowulf', null ]
   * ```
   */
  lead: define<OfRow<[rows?: number]>>("lead", ofFirst, WindowFunction),
  firstValue: define<OfRow>("firstValue", ofFirst, WindowFunction),
  /**
   * Without a frame that is the own row's: `rows: [-Infinity, Infinity]` sees all of them.
   * @example
   * ```ts
   * const last = func.lastValue(Book.c.title).over({ orderBy: Book.c.id, rows: [-Infinity, Infinity] });
   * console.log(await session.scalars(select(last).orderBy(Book.c.id).limit(1)).all()); // [ 'Beowulf' ]
   * ```
   */
  lastValue: define<OfRow>("lastValue", ofFirst, WindowFunction),
  nthValue: define<OfRow<[row: number]>>("nthValue", ofFirst, WindowFunction),
};

/**
 * The functions of SQL: `func.count(Book.c.id)`, `func.lower(Author.c.name)`, `func.rowNumber().over(…)`.
 * @example
 * ```ts
 * const prices = select({
 *   books: func.count(),
 *   sum: func.sum(Book.c.price),
 *   average: func.avg(Book.c.price),
 * }).from(Book);
 * console.log(await session.execute(prices).one());
 * // { books: 4, sum: '36.50', average: '9.125000' }
 *
 * const numbered = select(
 *   Book.c.title,
 *   func.rowNumber().over({ partitionBy: Book.c.authorId, orderBy: Book.c.price.desc() }),
 * ).where(Book.c.authorId.eq(1));
 * console.log(await session.execute(numbered).all()); // [ [ 'Emma', 1 ], [ 'Persuasion', 2 ] ]
 * ```
 */
export const func = {
  ...aggregates,
  ...windowFunctions,
  ...choices,
  ...textFunctions,
  ...numberFunctions,
  ...timeFunctions,
  ...jsonFunctions,
};
