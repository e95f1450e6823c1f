/*
 * Exercise 6.4: Whose rule was it? (20 points, about 25 minutes)
 *
 * Read:  notebooks/06b-failures.ipynb
 * Grade: npm run grade -- 6.4
 */
import type { DatabaseError, DatabaseErrorDetails } from "ormlet/internal/engine/errors";
import type { Dialect } from "ormlet/internal/engine/index";
import { knownRegistries } from "ormlet/internal/integrity/broken-rule";
import { integrityDialect, type Named } from "ormlet/internal/integrity/integrity-dialect";
import { allTables } from "ormlet/internal/mapping/metadata";
import type { Table } from "ormlet/internal/mapping/table";
import type { SessionState } from "ormlet/internal/session/state";

export const deletesLast =
  "A row with this key is there already. A flush sends its deletes last: flush() the delete first.";

export type ErrorClass = new (what: string, details: DatabaseErrorDetails) => DatabaseError;

/**
 * An IntegrityError or DataError with the class and the property in front; any other error as it is. They are found
 * by the names in the server's message, among the tables of each `declarativeBase()` that the session has met.
 */
export function withProperty(state: SessionState, given: unknown): unknown {
  throw new Error("not written yet: exercise 6.4");
}

/** The table that has the rule; or the first one in the statement that has the column. */
export function findTable(
  tables: readonly Table[],
  { rule, column }: Named,
  statement: string,
  dialect: Dialect,
): Table | undefined {
  throw new Error("not written yet: exercise 6.4");
}

/** The keys and constraints of a table as the server names them, each with its columns. */
export function rulesOf(table: Table, dialect: Dialect): Map<string, readonly string[]> {
  throw new Error("not written yet: exercise 6.4");
}

export const wordsOf = (text: string): string[] => {
  throw new Error("not written yet: exercise 6.4");
};
