/*
 * Exercise 2.3: CREATE TABLE (15 points, about 20 minutes)
 *
 * Read:  notebooks/02b-tables.ipynb
 * Grade: npm run grade -- 2.3
 */
import type { Dialect } from "ormlet/internal/engine/index";
import { ddlDialect } from "ormlet/internal/mapping/ddl";
import type { Column, ForeignKey, Table } from "ormlet/internal/mapping/table";

/** What stands behind CREATE TABLE: the name, a line for each column and constraint, and the options. */
export function tableDdl(table: Table, dialect: Dialect): string {
  throw new Error("not written yet: exercise 2.3");
}

/** The line of a column: its name, its type, and what else there is to say. */
export function columnDdl(column: Column, dialect: Dialect): string {
  throw new Error("not written yet: exercise 2.3");
}

/** The line of a foreign key. */
export function foreignKeyDdl(key: ForeignKey, dialect: Dialect): string {
  throw new Error("not written yet: exercise 2.3");
}

/** Names of columns in parentheses. */
export function listOf(columns: readonly string[], { quote }: Dialect): string {
  return `(${columns.map(quote).join(", ")})`;
}
