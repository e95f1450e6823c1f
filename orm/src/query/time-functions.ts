import { ArgumentError } from "../engine/index.js";
import { Expr, type ExprNode, type Operand, typeOfNode } from "../mapping/expression.js";
import { dateType, datetimeType, integerType, numberType, textType } from "../mapping/types.js";
import { argumentNode, callNode, wordNode } from "./calls.js";

/** What an interval is counted in; the first five can be added to a day. */
const timeUnits = [
  ...(["year", "quarter", "month", "week", "day"] as const),
  ...(["hour", "minute", "second"] as const),
];
export type TimeUnit = (typeof timeUnits)[number];

/** What can be taken out of a time. A week is that of ISO 8601; a weekday is 1 on Monday, 7 on Sunday. */
const timeParts = [...timeUnits, "microsecond" as const, "weekday" as const, "dayOfYear" as const];
export type TimePart = (typeof timeParts)[number];

/** A datetime, or a day as its string. */
type Moment = Date | string;

function checkedWord(name: string, word: string, words: readonly string[]): ExprNode {
  if (words.includes(word)) return wordNode(word);
  throw new ArgumentError(`${name}() cannot be done with ${JSON.stringify(word)}.`, {
    code: "unknown-word",
    hint: `Write one of ${words.map((one) => `"${one}"`).join(", ")}.`,
  });
}

/**
 * `extract("year", Author.c.bornOn)`, as a number.
 * @example
 * ```ts
 * console.log(await session.scalar(select(func.extract("year", Author.c.bornOn)).where(Author.c.id.eq(1)))); // 1775
 * ```
 */
function extract<N extends boolean = false>(
  part: TimePart,
  time: Operand<Moment, N>,
): Expr<number, N> {
  const operands = [argumentNode("extract", time), checkedWord("extract", part, timeParts)];
  return new Expr(callNode("extract", operands, numberType));
}

/**
 * `dateAdd(Loan.c.takenAt, 14, "day")`; a negative count goes back. A month has a last day, at which the sum
 * stops: one month after 31 January is 28 or 29 February.
 * @example
 * ```ts
 * console.log(await session.scalar(select(func.dateAdd(Loan.c.lentOn, 14, "day")).where(Loan.c.id.eq(1)))); // 2026-05-15
 * ```
 */
function dateAdd<T extends Moment, N extends boolean, M extends boolean = false>(
  time: Expr<T, N>,
  count: Operand<number, M>,
  unit: TimeUnit,
): Expr<T, N | M> {
  const node = argumentNode("dateAdd", time);
  const type = typeOfNode(node);
  const units = type?.name === "date" ? timeUnits.slice(0, 5) : timeUnits;
  const amount = argumentNode("dateAdd", count, integerType);
  return new Expr(callNode("dateAdd", [node, amount, checkedWord("dateAdd", unit, units)], type));
}

/**
 * `dateDiff(due, taken, "day")`: the whole units from the second moment to the first.
 * @example
 * ```ts
 * console.log(await session.scalar(select(func.dateDiff(Loan.c.returnedOn, Loan.c.lentOn, "day")).where(Loan.c.id.eq(1)))); // 14
 * ```
 */
function dateDiff<N extends boolean = false, M extends boolean = false>(
  to: Operand<Moment, N>,
  from: Operand<Moment, M>,
  unit: TimeUnit,
): Expr<number, N | M> {
  const nodes = [from, to].map((time) => argumentNode("dateDiff", time));
  return new Expr(
    callNode("dateDiff", [...nodes, checkedWord("dateDiff", unit, timeUnits)], numberType),
  );
}

/** What `func` has for times, all of them in UTC. */
export const timeFunctions = {
  /** The time of the server at the beginning of the statement. */
  now: () => new Expr<Date, false>(callNode("now", [], datetimeType())),
  /** The day of the server, in UTC. */
  today: () => new Expr<string, false>(callNode("currentDate", [], dateType)),
  extract,
  year: <N extends boolean>(time: Expr<Moment, N>) => extract("year", time),
  month: <N extends boolean>(time: Expr<Moment, N>) => extract("month", time),
  day: <N extends boolean>(time: Expr<Moment, N>) => extract("day", time),
  /** The day of a datetime. */
  date: <N extends boolean>(time: Expr<Moment, N>) =>
    new Expr<string, N>(callNode("date", [argumentNode("date", time)], dateType)),
  dateAdd,
  dateDiff,
  /**
   * Text of a time, with the letters that the database has: MySQL's are `%Y-%m-%d %H:%i:%s`.
   * @example
   * ```ts
   * console.log(await session.scalar(select(func.dateFormat(Loan.c.lentOn, "%d.%m.%Y")).where(Loan.c.id.eq(1)))); // 01.05.2026
   * ```
   */
  dateFormat: <N extends boolean>(time: Expr<Moment, N>, format: string) => {
    const operands = [time, format].map((one) => argumentNode("dateFormat", one));
    return new Expr<string, N>(callNode("dateFormat", operands, textType));
  },
};
