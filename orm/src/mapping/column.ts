import { brand, hasBrand } from "../engine/brand.js";
import { ArgumentError, type Fragment } from "../engine/index.js";
import type { ColumnType } from "./column-type.js";
import { checkOptions } from "./naming.js";
import type { ColumnTraits, Default, ReferenceAction } from "./table.js";
import * as types from "./types.js";

/** The server's time: in UTC, at the precision of the column that it is the default of. */
export interface Now {
  readonly kind: "now";
}

/** The time of the server at the INSERT or the UPDATE: `datetime().default(now()).onUpdate(now())`. */
export function now(): Now {
  const time: Now = { kind: "now" };
  brand(time, "now");
  return Object.freeze(time);
}

export interface ReferenceOptions {
  /** What the database does with this row when the one it points at is deleted. It refuses, by default. */
  readonly onDelete?: ReferenceAction;
  /** What it does when that one gets another key. */
  readonly onUpdate?: ReferenceAction;
  /** The name of the constraint. Default: as `naming.foreignKey` says. */
  readonly name?: string;
}

/** A foreign key of one column, as `references("authors.id")` declares it. */
export interface Reference {
  readonly target: string;
  readonly options: ReferenceOptions;
}

/** All that a {@link Col} was told. */
export interface ColumnDefinition extends ColumnTraits {
  /** Its name in the database, where `named` gave one. */
  readonly name?: string;
  /** The name of the constraint, or true for the one that `naming.unique` gives. */
  readonly unique?: string | true;
  readonly index?: string | true;
  readonly reference?: Reference;
}

/**
 * A column as it is declared: `varchar(150).unique()`. Each method gives a new one, so that a column can be
 * kept and used for several classes. `T` is its type in JavaScript; `N` says whether it can be null, `O`
 * whether a constructor may leave it out. They are flags, because without strictNullChecks no type tells
 * `string | null` from `string`.
 */
export class Col<T, N extends boolean = false, O extends boolean = false> {
  /** These three carry types; there is never a value in them. */
  declare readonly _t: T;
  declare readonly _n: N;
  declare readonly _o: O;
  readonly definition: ColumnDefinition;

  constructor(definition: ColumnDefinition) {
    this.definition = Object.freeze(definition);
    brand(this, "column");
  }

  /** May be null, which it is when nothing is given. Columns are NOT NULL otherwise. */
  nullable(): Col<T, true, true> {
    return extend(this, { nullable: true });
  }

  /** Belongs to the primary key. A single integer() or bigint() is counted up by the server. */
  primaryKey(): Col<T, N, true> {
    return extend(this, { primaryKey: true });
  }

  /**
   * What a new row gets where nothing is given: a constant (in the DDL too), `() => value` (called for each new
   * object), or what the server makes, `now()` or sql`…` (in the DDL alone).
   */
  default(value: T | (() => T) | Now | Fragment<unknown>): Col<T, N, true> {
    return extend(this, { default: toDefault(value) });
  }

  /** What each UPDATE of the row sets: `now()` on the server, or `() => value`. */
  onUpdate(value: (() => T) | Now): Col<T, N, O> {
    return extend(this, { onUpdate: toDefault(value) });
  }

  /** No two rows have the same value. */
  unique(name?: string): Col<T, N, O> {
    return extend(this, { unique: name ?? true });
  }

  /** Searched for quickly. */
  index(name?: string): Col<T, N, O> {
    return extend(this, { index: name ?? true });
  }

  /** A foreign key: the value is that of a row of another table, `references("authors.id", { onDelete: "cascade" })`. */
  references(target: string, options: ReferenceOptions = {}): Col<T, N, true> {
    return extend(this, { reference: { target, options } });
  }

  /** Computed by the server: generatedAs(sql`price * amount`). `stored` keeps it in the row. */
  generatedAs(expression: Fragment<unknown>, options: { stored?: boolean } = {}): Col<T, N, true> {
    checkOptions("generatedAs", options, ["stored"]);
    return extend(this, { generated: { expression, stored: options.stored ?? false } });
  }

  /** The version of an optimistic lock: 1 in a new row. */
  version(): Col<T, N, true> {
    return extend(this, { version: true, default: { kind: "value", value: 1 } });
  }

  /** After an INSERT or UPDATE, a flush selects what the server made of it. */
  fetched(): Col<T, N, O> {
    return extend(this, { fetched: true });
  }

  /** Has this name in the database, not the one that the property gives. */
  named(name: string): Col<T, N, O> {
    return extend(this, { name });
  }

  /** A bigint() as a number, refused beyond ±(2⁵³ − 1), or as a string. */
  as<F extends "number" | "string">(
    this: Col<bigint, N, O>,
    form: F,
  ): Col<types.BigintForms[F], N, O> {
    const { name, parameters } = this.definition.type;
    if (name !== "bigint") throw misuse(`${name}() has no as()`, "Only bigint() has other forms.");
    return retype(this, types.bigintType(form, parameters.includes("unsigned")));
  }

  /** Has another type in the program: `text().convert({ toDatabase: (url: URL) => url.href, fromDatabase: … })`. */
  convert<U>(converter: { toDatabase(value: U): T; fromDatabase(value: T): U }): Col<U, N, O> {
    return retype(this, types.convertedType(this.definition.type as ColumnType<T>, converter));
  }
}

/** The same column, told one thing more. */
export function extend<T, N extends boolean, O extends boolean>(
  column: Pick<Col<unknown, boolean, boolean>, "definition">,
  more: Partial<ColumnDefinition>,
): Col<T, N, O> {
  return new Col({ ...column.definition, ...more });
}

/** The same column with another type, before it has values of the old one. */
export function retype<U, N extends boolean, O extends boolean>(
  column: Pick<Col<unknown, boolean, boolean>, "definition">,
  type: ColumnType<U>,
): Col<U, N, O> {
  if (column.definition.default ?? column.definition.onUpdate) {
    throw misuse("A default stands before the change of type", "Write as() or convert() first.");
  }
  return extend(column, { type });
}

export function isColumn(value: unknown): value is Col<unknown, boolean, boolean> {
  return hasBrand(value, "column");
}

/** The error of a column that is declared wrongly. */
export function misuse(what: string, hint: string): ArgumentError {
  return new ArgumentError(`${what}.`, { code: "column-definition", hint });
}

export function toDefault(value: unknown): Default {
  if (hasBrand(value, "now")) return { kind: "server", expression: "now" };
  if (hasBrand(value, "fragment")) return { kind: "server", expression: value as Fragment };
  if (typeof value === "function") return { kind: "client", make: value as () => unknown };
  return { kind: "value", value };
}

/** A column of which nothing is known but its type. */
export function column<T>(type: ColumnType<T>): Col<T> {
  const no = { nullable: false, primaryKey: false, version: false, fetched: false };
  return new Col({ type, ...no, default: undefined, onUpdate: undefined, generated: undefined });
}

/** A whole number of ±2³¹: INT. */
export const integer = (): Col<number> => column(types.integerType);

/** A whole number of ±2⁶³, or with `unsigned` up to 2⁶⁴ − 1: BIGINT. A bigint, unless `as` says otherwise. */
export function bigint(options: { unsigned?: boolean } = {}): Col<bigint> {
  checkOptions("bigint", options, ["unsigned"]);
  return column(types.bigintType("bigint", options.unsigned));
}

/** Text of at most `length` characters: VARCHAR(100). */
export const varchar = (length: number): Col<string> => column(types.varcharType(length));

/** Text of any length: LONGTEXT. */
export const text = (): Col<string> => column(types.textType);

/** true or false: TINYINT(1). */
export const boolean = (): Col<boolean> => column(types.booleanType);

/** An exact number, as a string: DECIMAL(10, 2) has 10 digits, 2 of them behind the point. */
export const decimal = (precision: number, scale: number): Col<string> =>
  column(types.decimalType(precision, scale));

/** A JavaScript number: DOUBLE. */
export const double = (): Col<number> => column(types.doubleType);

/** A day, as `"2026-11-21"`: DATE. */
export const date = (): Col<string> => column(types.dateType);

/**
 * A time in UTC: DATETIME(3). With 0 to 3 digits of a second it is a Date, with 4 to 6, which no Date holds,
 * a string `"2026-11-21T08:30:00.123456Z"`.
 */
export function datetime(digits?: 0 | 1 | 2 | 3): Col<Date>;
export function datetime(digits: 4 | 5 | 6): Col<string>;
export function datetime(digits: 0 | 1 | 2 | 3 | 4 | 5 | 6 = 3): Col<Date> | Col<string> {
  return column(types.datetimeType(digits as 3)) as Col<Date>;
}

/** Anything that JSON holds, frozen: JSON. null is SQL's NULL. */
export const json = <T>(): Col<types.DeepReadonly<T>> => column(types.jsonType<T>());

/** One of some words: ENUM('draft', 'sold'). */
export const enumeration = <M extends string>(...members: readonly M[]): Col<M> =>
  column(types.enumerationType(members));

/** Bytes: VARBINARY(n) with a length, else LONGBLOB. */
export const binary = (length?: number): Col<Uint8Array> => column(types.binaryType(length));

/** A UUID, as a string in lower case: BINARY(16). */
export const uuid = (): Col<string> => column(types.uuidType);
