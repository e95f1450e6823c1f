import { type SqlValue, sql } from "../engine/index.js";
import type { ColumnType, TypeName } from "./column-type.js";
import type { DdlDialect } from "./ddl.js";

type Parameter = number | string | undefined;

/** What MySQL calls each type; see "Data Types" in its manual. */
export const mysqlTypes: Record<TypeName, (...parameters: Parameter[]) => string> = {
  integer: () => "INT",
  bigint: (unsigned) => (unsigned ? "BIGINT UNSIGNED" : "BIGINT"),
  varchar: (length) => `VARCHAR(${length})`,
  text: () => "LONGTEXT",
  boolean: () => "TINYINT(1)",
  decimal: (precision, scale) => `DECIMAL(${precision}, ${scale})`,
  double: () => "DOUBLE",
  date: () => "DATE",
  datetime: (digits) => `DATETIME(${digits})`,
  json: () => "JSON",
  enumeration: (...members) =>
    `ENUM(${members.map((member) => quoteText(`${member}`)).join(", ")})`,
  binary: (length) => (length === undefined ? "LONGBLOB" : `VARBINARY(${length})`),
  uuid: () => "BINARY(16)",
};

/** Text as MySQL reads it in its usual sql_mode, where a backslash begins an escape. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (sign) => (sign === "\0" ? "\\0" : sign + sign))}'`;
}

/** A value written out, for DDL, which takes no parameters; elsewhere values are bound. */
export function mysqlLiteral(value: SqlValue): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString("hex")}'`;
  if (value instanceof Date) return quoteText(value.toISOString().slice(0, -1).replace("T", " "));
  if (typeof value === "string") return quoteText(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  // Without an exponent, MySQL reads a decimal number, which knows no -0.
  return Object.is(value, -0) ? "-0e0" : String(value);
}

/** LONGTEXT, LONGBLOB and JSON: their defaults stand in parentheses. */
function isLarge({ name, parameters }: ColumnType): boolean {
  return name === "text" || name === "json" || (name === "binary" && parameters.length === 0);
}

/**
 * MySQL 8.4 and later. The collation is utf8mb4_0900_bin: two texts are equal when they are the same characters,
 * as with `===` in the program, so that an identity map, a unique constraint and another database agree, and
 * enumeration("a", "A") has two members. The server's own default, utf8mb4_0900_ai_ci, takes "Zoe", "Zoë" and
 * "ZOE" for one. A query that searches or sorts words of a language says so: sql`ORDER BY name COLLATE
 * utf8mb4_0900_ai_ci`.
 */
export const mysqlDdl: DdlDialect = {
  columnType: ({ name, parameters }) => mysqlTypes[name](...parameters),
  autoIncrement: "AUTO_INCREMENT",
  literal(type, value) {
    const text = mysqlLiteral(type.bind(value));
    return isLarge(type) ? `(${text})` : text;
  },
  now: ({ name, parameters }) =>
    name === "date" ? "(CURRENT_DATE)" : `CURRENT_TIMESTAMP(${parameters[0]})`,
  tableOptions: "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin",
  present: sql`
SELECT 'table' AS kind, TABLE_NAME AS name
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
UNION ALL SELECT 'foreign key', CONSTRAINT_NAME
  FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()`,
};
