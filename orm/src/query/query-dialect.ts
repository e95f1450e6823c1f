import { ArgumentError, type Dialect } from "../engine/index.js";
import type { ColumnType } from "../mapping/column-type.js";

/** What differs between databases in a query. */
export interface QueryDialect {
  /** The clause of {@link Select.limit} and {@link Select.offset}, with a space in front; empty for neither. */
  readonly limit: (limit: number | undefined, offset: number | undefined) => string;
  /** A placeholder, as a value of this type is compared. */
  readonly value: (placeholder: string, type: ColumnType) => string;
}

export const mysqlQueries: QueryDialect = {
  // The numbers are literals: as parameters mysql2 sends them as DOUBLE, which LIMIT refuses. MySQL has
  // no OFFSET alone; its manual says to write the greatest BIGINT.
  limit: (limit, offset) => {
    if (offset === undefined) return limit === undefined ? "" : ` LIMIT ${limit}`;
    return ` LIMIT ${limit ?? "18446744073709551615"} OFFSET ${offset}`;
  },
  // JSON is equal to JSON only; a parameter alone would be a string.
  value: (placeholder, { name }) =>
    name === "json" ? `CAST(${placeholder} AS JSON)` : placeholder,
};

/** @throws ArgumentError `dialect-missing` for a database that no query can be written for yet. */
export function queryDialect({ name }: Dialect): QueryDialect {
  if (name === "mysql") return mysqlQueries;
  throw new ArgumentError(`Queries cannot be written for ${name} yet.`, {
    code: "dialect-missing",
    hint: "Use MySQL.",
  });
}
