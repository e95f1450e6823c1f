import { ArgumentError, type Dialect, type Fragment } from "../engine/index.js";
import type { ColumnType } from "./column-type.js";
import { checkForeignKeys } from "./ddl-checks.js";
import { mysqlDdl } from "./mysql-ddl.js";
import { sortComponents } from "./order.js";
import type { Column, ForeignKey, Table } from "./table.js";

/** What differs between databases in the SQL that makes tables. */
export interface DdlDialect {
  /** What the database calls a type: `VARCHAR(100)`. */
  readonly columnType: (type: ColumnType) => string;
  /** What makes the server count a column up. */
  readonly autoIncrement: string;
  /** A constant of this type, as it stands behind DEFAULT. */
  readonly literal: (type: ColumnType, value: unknown) => string;
  /** The server's time, at the precision of this type. */
  readonly now: (type: ColumnType) => string;
  /** What stands behind the parentheses of CREATE TABLE. */
  readonly tableOptions: string;
  /** Asks for the names of the tables and of the foreign keys that there are. */
  readonly present: Fragment;
}

/** The DDL of a database, by the name of its dialect. */
export function ddlDialect(dialect: Dialect | undefined): DdlDialect {
  const name = dialect?.name;
  if (name === "mysql") return mysqlDdl;
  if (name === undefined) {
    throw new ArgumentError("Tables can be made and dropped only on an engine or a connection.", {
      code: "not-an-engine",
      hint: "Write await Base.metadata.createAll(engine); or ddl(engine.dialect) for the SQL alone.",
    });
  }
  throw new ArgumentError(`ormlet cannot make tables for ${name} yet.`, {
    code: "dialect-missing",
    hint: "Use a mysql:// URL.",
  });
}

/**
 * Puts tables behind those that their foreign keys point at. Where tables point at each other in a circle, no order
 * will do: they come as they were declared, and some foreign keys are added afterwards.
 */
export function sortTables(tables: readonly Table[]): Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const parentsOf = (table: Table) =>
    table.foreignKeys.flatMap((key) => byName.get(key.table) ?? []);
  return sortComponents(tables, parentsOf).flat();
}

/** Names of what is in the database already. */
export interface Present {
  readonly tables: ReadonlySet<string>;
  readonly foreignKeys: ReadonlySet<string>;
}

/**
 * The statements that make these tables: a CREATE TABLE each, in the order of {@link sortTables}, then an ALTER TABLE
 * for each foreign key that points at a table further down, as one does in every circle.
 * @param present is not made again, and foreign keys can point at it.
 * @throws ArgumentError `column-definition` for a foreign key that points nowhere, or at another type.
 */
export function createStatements(
  tables: readonly Table[],
  dialect: Dialect,
  present: Present,
  create = "CREATE TABLE",
): string[] {
  const sorted = sortTables(tables);
  for (const table of sorted) checkForeignKeys(table, sorted, present, ddlDialect(dialect));
  const places = new Map(sorted.map(({ name }, place) => [name, place]));
  const isLate = (table: Table, key: ForeignKey) =>
    (places.get(key.table) ?? 0) > (places.get(table.name) ?? 0);
  const creates = sorted
    .filter((table) => !present.tables.has(table.name))
    .map((table) => {
      const foreignKeys = table.foreignKeys.filter((key) => !isLate(table, key));
      // What one class needs, rows of another one leave NULL.
      const columns = table.columns.map((one) => (one.shared ? { ...one, nullable: true } : one));
      return `${create} ${tableDdl({ ...table, columns, foreignKeys }, dialect)}`;
    });
  const alters = sorted.flatMap((table) =>
    table.foreignKeys
      .filter((key) => isLate(table, key) && !present.foreignKeys.has(key.name))
      .map((key) => `ALTER TABLE ${dialect.quote(table.name)} ADD ${foreignKeyDdl(key, dialect)}`),
  );
  return [...creates, ...alters];
}

/**
 * Drops all of these tables that there are, children first. It is one statement because MySQL then lets tables of
 * a circle go together, and drops all of them or, when some other table points at one, none.
 */
export function dropStatement(tables: readonly Table[], { quote }: Dialect): string {
  const names = sortTables(tables).map(({ name }) => quote(name));
  return `DROP TABLE IF EXISTS ${names.reverse().join(", ")}`;
}

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
function listOf(columns: readonly string[], { quote }: Dialect): string {
  return `(${columns.map(quote).join(", ")})`;
}
