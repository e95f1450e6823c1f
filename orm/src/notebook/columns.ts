import { mysqlDialect } from "../engine/index.js";
import type { ColumnType, TypeName } from "../mapping/column-type.js";
import { columnDdl, ddlDialect } from "../mapping/ddl.js";
import type { Column, ForeignKey, Table } from "../mapping/table.js";

const types: Partial<Record<TypeName, string>> = {
  integer: "number",
  boolean: "boolean",
  double: "number",
  json: "object",
  datetime: "Date",
  binary: "Uint8Array",
};

/** The type of a column's values in the program, as TypeScript writes it. */
export function programType({ type, nullable }: Column): string {
  return nullable ? `${typeName(type)} | null` : typeName(type);
}

function typeName(type: ColumnType): string {
  const { name, parameters, editable } = type;
  if (editable !== undefined && name !== "datetime" && name !== "binary") return "(converted)";
  if (name === "enumeration") return parameters.map((member) => `"${member}"`).join(" | ");
  if (name === "bigint") return typeof [1n, 1, "1"].find((value) => takes(type, value));
  return name === "datetime" && editable === undefined ? "string" : (types[name] ?? "string");
}

function takes(type: ColumnType, value: unknown): boolean {
  try {
    return type.take(value) !== undefined;
  } catch {
    return false;
  }
}

/** The type of a column as MySQL calls it: `VARCHAR(100)`. */
export function sqlType({ type }: Column): string {
  return ddlDialect(mysqlDialect).columnType(type);
}

/** What the DDL says of a column behind its name: `INT NOT NULL AUTO_INCREMENT`. */
export function columnSql(column: Column): string {
  return columnDdl(column, mysqlDialect).slice(mysqlDialect.quote(column.name).length + 1);
}

/** Keys, constraints and indexes of a table, and the columns that each is over. */
export function tableKeys(table: Table): { what: string; columns: readonly string[] }[] {
  const { primaryKey, uniques, indexes, foreignKeys } = table;
  return [
    { what: "PRIMARY KEY", columns: primaryKey.map(({ name }) => name) },
    ...uniques.map(({ columns }) => ({ what: "UNIQUE", columns })),
    ...indexes.map(({ columns }) => ({ what: "INDEX", columns })),
    ...foreignKeys.map((key) => ({ what: foreignKeyText(key), columns: key.columns })),
  ];
}

/** Where a foreign key points: `→ authors.id ON DELETE CASCADE`. */
export function foreignKeyText({ table, references, onDelete }: ForeignKey): string {
  const target = references.map((name) => `${table}.${name}`).join(", ");
  return `→ ${target}${onDelete === undefined ? "" : ` ON DELETE ${onDelete.toUpperCase()}`}`;
}
