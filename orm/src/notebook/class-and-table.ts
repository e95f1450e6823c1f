import { mysqlDialect } from "../engine/index.js";
import { type AnyClass, type Mapper, mapperOf } from "../mapping/mapper.js";
import type { Table } from "../mapping/table.js";
import { columnSql, programType, tableKeys } from "./columns.js";
import type { Displayable } from "./display.js";
import { table } from "./table.js";

/**
 * A mapped class beside its table: each property with its type in the program, and the column in which its
 * value is kept: `classAndTable(Author)`. Relationships have no column in this table; constraints over several
 * columns have no property.
 * @example
 * ```ts
 * console.log(String(classAndTable(Tag)).includes("VARCHAR(50)")); // true
 * ```
 */
export function classAndTable(entity: AnyClass): Displayable {
  const mapper = mapperOf(entity);
  const rows = [...columnRows(mapper), ...relationshipRows(mapper), ...tableRows(mapper.table)];
  const heads = [`class ${mapper.name}`, "in TypeScript", "↔", `table ${mapper.table.name}`];
  heads.push("in MySQL", "keys and constraints");
  const records = rows.map((row) => Object.fromEntries(heads.map((head, at) => [head, row[at]])));
  return table(records, { limit: rows.length });
}

function columnRows({ table, columns }: Mapper): string[][] {
  const keys = tableKeys(table).filter(({ columns }) => columns.length === 1);
  return columns.map((column) => {
    const own = keys.filter(({ columns }) => columns[0] === column.name).map(({ what }) => what);
    const { property, name } = column;
    return [property, programType(column), "↔", name, columnSql(column), own.join(", ")];
  });
}

function relationshipRows({ relationships }: Mapper): string[][] {
  return Array.from(relationships.values(), ({ property, kind, target, options }) => {
    const type = kind.endsWith("Many") ? `Collection<${target}>` : `${target} | null`;
    const through = options.through === undefined ? "" : ` through ${options.through}`;
    return [property, type, "→", "", "", `${kind}: class ${target}${through}`];
  });
}

/** What concerns several columns, or the table as a whole. */
function tableRows(table: Table): string[][] {
  const several = tableKeys(table).filter(({ columns }) => columns.length > 1);
  const checks = table.checks.map(({ expression }) => expression.toSql(mysqlDialect).text);
  return [
    ...several.map(({ what, columns }) => ["", "", "", columns.join(", "), "", what]),
    ...checks.map((text) => ["", "", "", "", "", `CHECK (${text})`]),
  ];
}
