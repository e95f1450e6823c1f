import type { Order } from "../mapping/expression.js";
import { quoteText } from "../mapping/mysql-ddl.js";
import { mysqlCast } from "./mysql-casts.js";
import type { CallParts, CallWriter } from "./query-dialect.js";
import type { TimePart, TimeUnit } from "./time-functions.js";

/** An operator between its operands. */
const infix =
  (sign: string): CallWriter =>
  ({ operand }) =>
    `${operand(0)} ${sign} ${operand(1)}`;

/** What stands between two operands, and needs parentheses where it is one itself. */
export const mysqlOperators: Readonly<Record<string, CallWriter>> = {
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  /** As in JavaScript a number has a fraction, and a bigint has none. */
  div({ operand, argument, node: { type } }) {
    if (type?.name === "double") return `CAST(${argument(0)} AS DOUBLE) / ${operand(1)}`;
    return `${operand(0)} ${type?.name === "bigint" ? "DIV" : "/"} ${operand(1)}`;
  },
  mod: infix("%"),
  notDistinct: infix("<=>"),
};

/** The parts of a time. A week is that of ISO 8601, and its first day a Monday. */
const parts: Readonly<Record<TimePart, (time: string) => string>> = {
  year: (time) => `YEAR(${time})`,
  quarter: (time) => `QUARTER(${time})`,
  month: (time) => `MONTH(${time})`,
  week: (time) => `WEEK(${time}, 3)`,
  day: (time) => `DAYOFMONTH(${time})`,
  weekday: (time) => `(WEEKDAY(${time}) + 1)`,
  dayOfYear: (time) => `DAYOFYEAR(${time})`,
  hour: (time) => `HOUR(${time})`,
  minute: (time) => `MINUTE(${time})`,
  second: (time) => `SECOND(${time})`,
  microsecond: (time) => `MICROSECOND(${time})`,
};

/** The functions that MySQL does not call by the name of the node; see "Functions and Operators" in its manual. */
export const mysqlCalls: Readonly<Record<string, CallWriter>> = {
  ...mysqlOperators,
  case: caseWriter,
  cast: ({ argument, node: { type } }) => (type ? mysqlCast(argument(0), type) : argument(0)),
  literal: ({ argument }) => argument(0),
  count: ({ list }) => `COUNT(${list() || "*"})`,
  distinct: ({ list }) => `DISTINCT ${list()}`,
  groupConcat({ argument, word, list }) {
    const [value, orders] = [argument(0), list(2)];
    const order = orders && ` ORDER BY ${orders}`;
    return `GROUP_CONCAT(${value}${order} SEPARATOR ${quoteText(String(word(1)))})`;
  },
  order: ({ argument, word }) =>
    mysqlOrder(() => argument(0), word(1) as "ASC", word(2) as "FIRST"),
  position: ({ list }) => `INSTR(${list()})`,
  // The digits are a literal: by them MySQL knows how many the result has.
  round: ({ argument, word }) => `ROUND(${argument(0)}, ${word(1) ?? 0})`,
  truncate: ({ argument, word }) => `TRUNCATE(${argument(0)}, ${word(1)})`,
  now: () => "NOW(3)",
  extract: ({ argument, word }) => parts[word(1) as TimePart](argument(0)),
  dateAdd: ({ argument, word }) =>
    `DATE_ADD(${argument(0)}, INTERVAL ${argument(1)} ${(word(2) as TimeUnit).toUpperCase()})`,
  dateDiff: ({ argument, word }) =>
    `TIMESTAMPDIFF(${(word(2) as TimeUnit).toUpperCase()}, ${argument(0)}, ${argument(1)})`,
  jsonPath: ({ node, word, bind }) => bind(jsonPath(node.operands.map((_, place) => word(place)))),
  // JSON's null is a value, of which JSON_UNQUOTE would make the text "null".
  jsonText({ list }) {
    const value = () => `JSON_EXTRACT(${list()})`;
    return `IF(JSON_TYPE(${value()}) = 'NULL', NULL, JSON_UNQUOTE(${value()}))`;
  },
};

/** CASE WHEN … THEN … ELSE … END, of condition and value in turns; the odd one is that of ELSE. */
function caseWriter({ node: { operands }, argument }: CallParts): string {
  const texts = operands.map((_, place) => {
    if (place % 2 === 1) return `THEN ${argument(place)}`;
    return `${place === operands.length - 1 ? "ELSE" : "WHEN"} ${argument(place)}`;
  });
  return `CASE ${texts.join(" ")} END`;
}

/**
 * A path as MySQL reads it: `$."title"[0]`. A key stands in quotes as JSON writes it, so that no sign in it
 * means anything; a place counts from 0, and from the end where it is negative.
 */
export function jsonPath(segments: readonly unknown[]): string {
  const steps = segments.map((segment) => {
    if (typeof segment !== "number") return `.${JSON.stringify(segment)}`;
    if (segment >= 0) return `[${segment}]`;
    return segment === -1 ? "[last]" : `[last-${-1 - segment}]`;
  });
  return `$${steps.join("")}`;
}

/** Null is the smallest for MySQL, which has no NULLS FIRST: `x IS NULL` is 0 or 1, and sorted before x. */
export function mysqlOrder(
  write: () => string,
  direction: Order["direction"],
  nulls: Order["nulls"],
): string {
  const [usual, down] = direction === "ASC" ? ["FIRST", ""] : ["LAST", " DESC"];
  const isNull = nulls === "FIRST" ? " IS NULL DESC, " : " IS NULL, ";
  return (nulls === undefined || nulls === usual ? "" : write() + isNull) + write() + down;
}
