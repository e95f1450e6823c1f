import type { Fragment } from "../engine/index.js";
import { type ColumnDefinition, isColumn, misuse, type ReferenceOptions } from "./column.js";
import { type ColumnType, describe, type TypeName } from "./column-type.js";
import { checkedSql, refuseTwice, toConstraints } from "./constraints.js";
import { at } from "./errors.js";
import { defaultNaming, type Naming } from "./naming.js";

/** What happens to a row whose parent row is deleted or gets another key. */
export type ReferenceAction = "cascade" | "set null" | "restrict" | "no action";

/** Where the value of a column comes from when nobody gave one. */
export type Default =
  /** The server makes it, by an expression of the DDL or by CURRENT_TIMESTAMP. */
  | { readonly kind: "server"; readonly expression: Fragment<unknown> | "now" }
  /** A constant: in the DDL, and on each new object. */
  | { readonly kind: "value"; readonly value: unknown }
  /** A function of JavaScript, called for each new object (or for each UPDATE, for `onUpdate`). */
  | { readonly kind: "client"; readonly make: () => unknown };

/** What a column is, wherever it stands. */
export interface ColumnTraits {
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
  /** Whether it is the version of an optimistic lock. */
  readonly version: boolean;
  /** Whether a flush selects what the server made of it. */
  readonly fetched: boolean;
  readonly default: Default | undefined;
  readonly onUpdate: Default | undefined;
  readonly generated:
    | { readonly expression: Fragment<unknown>; readonly stored: boolean }
    | undefined;
}

/** One column of a {@link Table}, complete: what a builder such as `varchar(100).unique()` became. */
export interface Column extends ColumnTraits {
  /** Its name in the database. */
  readonly name: string;
  /** The property of the mapped class. */
  readonly property: string;
  /** Its place in `table.columns`, in the rows that ormlet selects, and in an object's values. */
  readonly position: number;
  /** Whether rows of other classes leave it NULL, so that it can be NULL in the table, whatever its class says. */
  readonly shared?: boolean;
  /** Whether the server counts it up: the only integer (or bigint) column of a primary key, no default, no reference. */
  readonly autoIncrement: boolean;
}

/** A constraint or an index over some columns, by their names in the database. */
export interface NamedColumns {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ForeignKey extends NamedColumns {
  /** The table that it points at, and the columns there, in the same order as `columns`. */
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: ReferenceAction | undefined;
  readonly onUpdate: ReferenceAction | undefined;
}

export interface Check {
  readonly name: string;
  readonly expression: Fragment<unknown>;
}

/** A table as metadata knows it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly Column[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly uniques: readonly NamedColumns[];
  readonly indexes: readonly NamedColumns[];
  readonly checks: readonly Check[];
}

/** Columns as a table option names them: by property, and with a name of the constraint's own if need be. */
export type ColumnList<P extends string = string> =
  | readonly P[]
  | { readonly columns: readonly P[]; readonly name: string };

/** A foreign key of several columns. */
export interface ForeignKeyOption<P extends string = string> extends ReferenceOptions {
  /** Properties of this class. */
  readonly columns: readonly P[];
  /** Where they point, in the same order: `["loans.member_id", "loans.copy_id"]`. */
  readonly references: readonly string[];
}

/** A condition on each row, in SQL with names of columns: sql`price >= 0`. */
export type CheckOption =
  | Fragment<unknown>
  | { readonly name: string; readonly expression: Fragment<unknown> };

/**
 * What is said of a table as a whole, as the last argument of `mapped`. `P` are the properties of its columns.
 * @example
 * ```ts
 * class Seat extends Base.mapped(
 *   "seats",
 *   { id: integer().primaryKey(), room: varchar(9), place: integer(), price: decimal(6, 2) },
 *   {
 *     uniques: [{ columns: ["room", "place"], name: "one_seat" }],
 *     indexes: [["price"]],
 *     checks: [sql`price >= 0`],
 *   },
 * ) {}
 * await Base.metadata.createAll(engine);
 * session.addAll([
 *   new Seat({ room: "A", place: 1, price: "2.00" }),
 *   new Seat({ room: "A", place: 1, price: "3.00" }),
 * ]);
 * await session.commit().catch(({ constraint, property }) => console.log(constraint, property)); // seats.one_seat room, place
 * ```
 */
export interface TableOptions<P extends string = string> {
  readonly uniques?: readonly ColumnList<P>[];
  readonly indexes?: readonly ColumnList<P>[];
  readonly foreignKeys?: readonly ForeignKeyOption<P>[];
  readonly checks?: readonly CheckOption[];
}

/** What a class declares of one column, with its property and the name that it has in the database. */
export interface DeclaredColumn extends ColumnDefinition {
  readonly property: string;
  readonly name: string;
}

/**
 * Makes the table of the columns that a class declares, complete and checked.
 * @param columns by property; each must be a column, such as `varchar(100)`.
 * @throws ArgumentError `column-definition`, `unknown-option`, or `column-value` for a default of the wrong
 *   type. It names the table and the property.
 */
export function toTable(
  name: string,
  columns: Readonly<Record<string, unknown>>,
  options: TableOptions = {},
  naming: Naming = defaultNaming,
): Table {
  const declared = Object.entries(columns).map(([property, column]) =>
    at(`${name}.${property}`, () => declare(property, column, naming)),
  );
  refuseTwice(`columns of ${name}`, declared);
  const constraints = toConstraints({ table: name, columns: declared, naming }, options);
  const counted = countedColumn(name, declared, constraints.foreignKeys);
  const complete = declared.map((column, position) =>
    toColumn(column, position, column === counted),
  );
  const primaryKey = complete.filter((column) => column.primaryKey);
  return { name, columns: complete, primaryKey, ...constraints };
}

function declare(property: string, column: unknown, naming: Naming): DeclaredColumn {
  if (!isColumn(column)) {
    throw misuse(
      `${describe(column)} is not a column`,
      "Write a call of one, such as integer(), varchar(100) or date().nullable().",
    );
  }
  const declared = { name: naming.column(property), ...column.definition, property };
  checkColumn(declared);
  const { default: given, type } = declared;
  if (given?.kind !== "value") return declared;
  const value = at("default", () => type.take(given.value));
  return { ...declared, default: { kind: "value", value } };
}

/** Refuses what cannot be meant, where the database would refuse it late or do something else. */
function checkColumn(column: DeclaredColumn): void {
  const { type, nullable, primaryKey, generated, version, default: given, onUpdate } = column;
  if (primaryKey && nullable) {
    throw misuse("A primary key cannot be null", "Leave .nullable() out.");
  }
  if (version && type.name !== "integer") {
    throw misuse("A version is a whole number", "Write integer().version().");
  }
  if (generated) checkedSql(generated.expression);
  if (generated && (given ?? onUpdate)) {
    throw misuse("A generated column has no default", "Leave .default() and .onUpdate() out.");
  }
  if (given?.kind === "server") checkServerMade(type, given.expression, ["datetime", "date"]);
  if (onUpdate === undefined || onUpdate.kind === "client") return;
  if (onUpdate.kind === "value" || onUpdate.expression !== "now") {
    throw misuse("onUpdate takes now() or a function", "Write .onUpdate(() => value).");
  }
  checkServerMade(type, "now", ["datetime"]);
}

function checkServerMade(
  { name }: ColumnType,
  expression: Fragment<unknown> | "now",
  timed: readonly TypeName[],
): void {
  if (expression !== "now") checkedSql(expression);
  else if (!timed.includes(name)) {
    throw misuse(`now() is no ${name}`, `It can stand here for ${timed.join(" and ")}.`);
  }
}

function toColumn(declared: DeclaredColumn, position: number, autoIncrement: boolean): Column {
  const { unique, index, reference, ...traits } = declared;
  return { ...traits, position, autoIncrement };
}

/** The column that the server counts up: a primary key of one whole number that comes from nowhere else. */
function countedColumn(
  table: string,
  declared: readonly DeclaredColumn[],
  foreignKeys: readonly ForeignKey[],
): DeclaredColumn | undefined {
  const [key, ...others] = declared.filter((column) => column.primaryKey);
  if (key === undefined) {
    throw misuse(
      `${table} has no primary key`,
      "Write id: integer().primaryKey(), or mark the columns that identify a row.",
    );
  }
  const whole = key.type.name === "integer" || key.type.name === "bigint";
  const refers = foreignKeys.some(({ columns }) => columns.includes(key.name));
  const given = others.length > 0 || refers || key.default || key.generated;
  return whole && !given ? key : undefined;
}
