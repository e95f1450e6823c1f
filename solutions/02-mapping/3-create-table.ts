/*
 * Exercise 2.3: CREATE TABLE. One solution.
 *
 * Each function writes one kind of line, as a list of words that are joined at the end. So what is not there
 * leaves no gap, and no space too many. Names go through quote, because a column may be called order or group.
 * Constants can't be bound in DDL, so the dialect writes them out, and it alone knows how its text is quoted.
 * Alternative: one template with all parts in it. It is shorter to begin with, and full of conditions later.
 */
import type { Dialect } from "ormlet/internal/engine/index";
import { ddlDialect } from "ormlet/internal/mapping/ddl";
import type { Column, ForeignKey, Table } from "ormlet/internal/mapping/table";

/** What stands behind CREATE TABLE: the name, a line for each column and constraint, and the options. */
export function tableDdl(table: Table, dialect: Dialect): string {
  const { quote } = dialect;
  const key = table.primaryKey.map(({ name }) => name);
  const lines = [
    ...table.columns.map((column) => columnDdl(column, dialect)),
    `PRIMARY KEY ${listOf(key, dialect)}`,
    ...table.uniques.map(
      (unique) => `CONSTRAINT ${quote(unique.name)} UNIQUE ${listOf(unique.columns, dialect)}`,
    ),
    ...table.indexes.map((index) => `INDEX ${quote(index.name)} ${listOf(index.columns, dialect)}`),
    ...table.foreignKeys.map((foreignKey) => foreignKeyDdl(foreignKey, dialect)),
    ...table.checks.map(
      (check) => `CONSTRAINT ${quote(check.name)} CHECK (${check.expression.toSql(dialect).text})`,
    ),
  ];
  const { tableOptions } = ddlDialect(dialect);
  return `${quote(table.name)} (\n  ${lines.join(",\n  ")}\n) ${tableOptions}`;
}

/** The line of a column: its name, its type, and what else there is to say. */
export function columnDdl(column: Column, dialect: Dialect): string {
  const ddl = ddlDialect(dialect);
  const { type, generated, default: given, onUpdate } = column;
  const words = [dialect.quote(column.name), ddl.columnType(type)];
  if (generated) {
    words.push(`GENERATED ALWAYS AS (${generated.expression.toSql(dialect).text})`);
    words.push(generated.stored ? "STORED" : "VIRTUAL");
  }
  if (!column.nullable) words.push("NOT NULL");
  if (column.autoIncrement) words.push(ddl.autoIncrement);
  if (given?.kind === "value") words.push(`DEFAULT ${ddl.literal(type, given.value)}`);
  if (given?.kind === "server") {
    const { expression } = given;
    const made = expression === "now" ? ddl.now(type) : `(${expression.toSql(dialect).text})`;
    words.push(`DEFAULT ${made}`);
  }
  if (onUpdate?.kind === "server") words.push(`ON UPDATE ${ddl.now(type)}`);
  return words.join(" ");
}

/** `CONSTRAINT fk_books_author_id_authors FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE` */
export function foreignKeyDdl(key: ForeignKey, dialect: Dialect): string {
  const { quote } = dialect;
  const words = [
    `CONSTRAINT ${quote(key.name)} FOREIGN KEY ${listOf(key.columns, dialect)}`,
    `REFERENCES ${quote(key.table)} ${listOf(key.references, dialect)}`,
  ];
  if (key.onDelete) words.push(`ON DELETE ${key.onDelete.toUpperCase()}`);
  if (key.onUpdate) words.push(`ON UPDATE ${key.onUpdate.toUpperCase()}`);
  return words.join(" ");
}

/** Names of columns in parentheses. */
export function listOf(columns: readonly string[], { quote }: Dialect): string {
  return `(${columns.map(quote).join(", ")})`;
}
