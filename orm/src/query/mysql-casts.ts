import { ArgumentError, type SqlValue } from "../engine/index.js";
import type { ColumnType, TypeName } from "../mapping/column-type.js";

type Parameter = number | string | undefined;

/** What CAST of MySQL calls each type; it has no name for the others. */
const castTypes: { readonly [Name in TypeName]?: (...parameters: Parameter[]) => string } = {
  integer: () => "SIGNED",
  bigint: (unsigned) => (unsigned === undefined ? "SIGNED" : "UNSIGNED"),
  varchar: (length) => `CHAR(${length})`,
  text: () => "CHAR",
  decimal: (precision, scale) => `DECIMAL(${precision}, ${scale})`,
  double: () => "DOUBLE",
  date: () => "DATE",
  datetime: (digits) => `DATETIME(${digits})`,
  json: () => "JSON",
  binary: (length) => (length === undefined ? "BINARY" : `BINARY(${length})`),
};

/** @throws ArgumentError `cast-missing` for a type that MySQL cannot cast to. */
export function mysqlCast(expression: string, { name, parameters }: ColumnType): string {
  const type = castTypes[name]?.(...parameters);
  if (type !== undefined) return `CAST(${expression} AS ${type})`;
  throw new ArgumentError(`MySQL has no cast to ${name}.`, {
    code: "cast-missing",
    hint: "Cast to text() or integer(), or compare with what you look for.",
  });
}

/**
 * A value that is an operand: without a CAST, MySQL would take a decimal for one with 30 digits behind the
 * point, and a time for one with six digits of a second, and so would be all that is computed of them.
 */
export function mysqlTyped(placeholder: string, type: ColumnType, bound: SqlValue): string {
  const { name } = type;
  if (name === "decimal") return mysqlCast(placeholder, { ...type, parameters: sizeOf(bound) });
  const needed = name === "date" || name === "datetime" || name === "json";
  return needed ? mysqlCast(placeholder, type) : placeholder;
}

/** Precision and scale of a decimal in a string. */
function sizeOf(decimal: SqlValue): number[] {
  const [whole = "", fraction = ""] = String(decimal).replace("-", "").split(".");
  return [whole.length + fraction.length, fraction.length];
}
