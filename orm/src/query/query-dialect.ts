import { ArgumentError, type Dialect, type SqlValue } from "../engine/index.js";
import type { ColumnType } from "../mapping/column-type.js";
import type { ExprNode, Order } from "../mapping/expression.js";
import { mysqlCalls, mysqlOperators, mysqlOrder } from "./mysql-calls.js";
import { mysqlTyped } from "./mysql-casts.js";

export type CallNode = ExprNode & { readonly kind: "call" };

/** What a {@link CallWriter} makes the text of a call of: its operands, by their places. */
export interface CallParts {
  readonly node: CallNode;
  /** The operand beside an operator: in parentheses where it needs them. */
  readonly operand: (place: number) => string;
  /** The operand between parentheses or words. */
  readonly argument: (place: number) => string;
  /** The operands from a place on, with commas between them. */
  readonly list: (from?: number) => string;
  /** An operand that says what is meant, and is not bound: a unit, a direction. */
  readonly word: (place: number) => unknown;
  /** Binds a value that the writer made of operands, such as a JSON path. */
  readonly bind: (value: SqlValue) => string;
}

/** Writes one function or operator. The operands are to be written in the order in which they stand in the text. */
export type CallWriter = (parts: CallParts) => string;

/** What differs between databases in a query. */
export interface QueryDialect {
  /** The clause of {@link Select.limit} and {@link Select.offset}, with a space in front; empty for neither. */
  readonly limit: (limit: number | undefined, offset: number | undefined) => string;
  /** A query with a limit, as it stands in IN. */
  readonly limitedIn: (query: string) => string;
  /** A placeholder, as a value of this type is compared. */
  readonly value: (placeholder: string, type: ColumnType) => string;
  /** A placeholder, as a value of this type stands where nothing else tells its type. */
  readonly typed: (placeholder: string, type: ColumnType, bound: SqlValue) => string;
  /** By the name of the node; any other one is a function called so in SQL: rowNumber is `ROW_NUMBER(…)`. */
  readonly calls: Readonly<Record<string, CallWriter>>;
  /** Those that need parentheses within others. */
  readonly operators: Readonly<Record<string, CallWriter>>;
  /** Whether null is sorted before all values, where nothing else is said. */
  readonly nullsAreSmallest: boolean;
  /** One expression of ORDER BY; `write` may be called twice. */
  readonly order: (
    write: () => string,
    direction: Order["direction"],
    nulls: Order["nulls"],
  ) => string;
}

export const mysqlQueries: QueryDialect = {
  // The numbers are literals: as parameters mysql2 sends them as DOUBLE, which LIMIT refuses. MySQL has
  // no OFFSET alone; its manual says to write the greatest BIGINT.
  limit: (limit, offset) => {
    if (offset === undefined) return limit === undefined ? "" : ` LIMIT ${limit}`;
    return ` LIMIT ${limit ?? "18446744073709551615"} OFFSET ${offset}`;
  },
  // MySQL refuses LIMIT there (error 1235), but not in a query within that one.
  limitedIn: (query) => `SELECT * FROM (${query}) AS _limited`,
  // JSON is equal to JSON only; a parameter alone would be a string.
  value: (placeholder, { name }) =>
    name === "json" ? `CAST(${placeholder} AS JSON)` : placeholder,
  typed: mysqlTyped,
  calls: mysqlCalls,
  operators: mysqlOperators,
  nullsAreSmallest: true,
  order: mysqlOrder,
};

/** @throws ArgumentError `dialect-missing` for a database that no query can be written for yet. */
export function queryDialect(dialect: Dialect): QueryDialect {
  const name = dialect?.name;
  if (name === "mysql") return mysqlQueries;
  if (name === undefined) {
    throw new ArgumentError("toSql() needs a dialect.", {
      code: "not-a-dialect",
      hint: "Write toSql(engine.dialect).",
    });
  }
  throw new ArgumentError(`Queries cannot be written for ${name} yet.`, {
    code: "dialect-missing",
    hint: "Use MySQL.",
  });
}
