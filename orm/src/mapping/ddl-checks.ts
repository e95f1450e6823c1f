import { misuse } from "./column.js";
import type { ColumnType } from "./column-type.js";
import type { DdlDialect, Present } from "./ddl.js";
import { at } from "./errors.js";
import { didYouMean } from "./naming.js";
import type { Column, ForeignKey, Table } from "./table.js";

/**
 * Refuses foreign keys that point nowhere or at another type, which shows only when all tables are known. MySQL would
 * refuse them too, but not say what to write.
 * @throws ArgumentError `column-definition`, which names table and column.
 */
export function checkForeignKeys(
  table: Table,
  tables: readonly Table[],
  present: Present,
  ddl: DdlDialect,
): void {
  for (const key of table.foreignKeys) {
    at(`${table.name}.${key.columns.join("+")}`, () => {
      const parent = tables.find(({ name }) => name === key.table);
      if (parent) checkTypes(table, key, parent, ddl);
      else if (!present.tables.has(key.table)) throw noTable(key, tables);
    });
  }
}

function noTable({ table }: ForeignKey, tables: readonly Table[]): Error {
  const names = tables.map(({ name }) => name);
  return misuse(
    `It references ${table}, and there is no such table`,
    `${didYouMean(table, names)}Import the module of its class before the tables are made.`,
  );
}

function checkTypes(table: Table, key: ForeignKey, parent: Table, ddl: DdlDialect): void {
  for (const [index, name] of key.references.entries()) {
    const { type: there } = columnOf(parent, name);
    const { type: here } = columnOf(table, key.columns[index]);
    if (isComparable(here, there)) continue;
    throw misuse(
      `It is ${ddl.columnType(here)}, and ${parent.name}.${name} is ${ddl.columnType(there)}`,
      "Declare the foreign key with the type of the column that it references.",
    );
  }
}

function columnOf({ name: table, columns }: Table, name: string | undefined): Column {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const names = columns.map((one) => one.name);
  const near = columns.find((one) => one.property === name)?.name;
  throw misuse(
    `There is no column ${table}.${name}`,
    `${near ? `Write ${near}. ` : didYouMean(`${name}`, names)}Its columns are ${names.join(", ")}.`,
  );
}

/** Whether a foreign key can join them. Only texts, and bytes, can differ in length. */
function isComparable(one: ColumnType, other: ColumnType): boolean {
  const anyLength = one.name === "varchar" || one.name === "binary";
  return (
    one.name === other.name && (anyLength || one.parameters.join() === other.parameters.join())
  );
}
