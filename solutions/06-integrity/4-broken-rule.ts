/*
 * Exercise 6.4: Whose rule was it?. One solution.
 *
 * The server names rules, and the names of rules are known: they were made from the classes. So no sentence has to be
 * read but for the name in it. A column's name is less certain, since many tables have an "id" or a "name", and then
 * the statement says which table came first.
 * Alternative: check everything in the program before it is sent. That gives the same fields, and a friendlier text,
 * but keys and foreign keys cannot be checked without asking, and between asking and writing others write too.
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
  const error = given as DatabaseError;
  if (error.name !== "IntegrityError" && error.name !== "DataError") return error;
  const { statement = "", parameters, cause } = error;
  const hint = error.code === "duplicate-key" && state.removed.size > 0 ? deletesLast : error.hint;
  const { message } = cause as Error;
  const { dialect } = state.engine;
  const registries = knownRegistries(state);
  const tables = registries.flatMap(({ metadata }) => allTables(metadata));
  const named = integrityDialect(dialect).named(message);
  const table = findTable(tables, named, statement, dialect);
  if (table === undefined) return error;
  const names = named.column ? [named.column] : rulesOf(table, dialect).get(named.rule ?? "");
  const mapper = registries.map(({ mappers }) => mappers.get(table.name)).find(Boolean);
  const entity = mapper?.name ?? table.name;
  const properties = names?.map((name) => table.columns.find((one) => one.name === name)?.property);
  const property = properties?.join(", ") || undefined;
  const what = `${property === undefined ? entity : `${entity}.${property}`}: ${message}`;
  const details = { ...error, hint, statement, parameters, cause, entity, property };
  return new (error.constructor as ErrorClass)(what, details);
}

/** The table that has the rule; or the first one in the statement that has the column. */
export function findTable(
  tables: readonly Table[],
  { rule, column }: Named,
  statement: string,
  dialect: Dialect,
): Table | undefined {
  if (rule !== undefined) return tables.find((table) => rulesOf(table, dialect).has(rule));
  const having = tables.filter(({ columns }) => columns.some(({ name }) => name === column));
  return wordsOf(statement)
    .map((word) => having.find(({ name }) => name === word))
    .find(Boolean);
}

/** The keys and constraints of a table as the server names them, each with its columns. */
export function rulesOf(table: Table, dialect: Dialect): Map<string, readonly string[]> {
  const { name, columns, primaryKey, uniques, foreignKeys, checks } = table;
  const inCheck = (words: readonly string[]) =>
    columns.map((column) => column.name).filter((column) => words.includes(column));
  return new Map([
    [`${name}.PRIMARY`, primaryKey.map((column) => column.name)],
    ...uniques.map((key) => [`${name}.${key.name}`, key.columns] as const),
    ...foreignKeys.map((key) => [key.name, key.columns] as const),
    ...checks.map((check) => {
      return [check.name, inCheck(wordsOf(check.expression.toSql(dialect).text))] as const;
    }),
  ]);
}

export const wordsOf = (text: string): string[] => text.match(/[\p{L}\d_$]+/gu) ?? [];
