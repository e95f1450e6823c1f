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

/**
 * The time of the server at the INSERT or the UPDATE: `datetime().default(now()).onUpdate(now())`.
 * @example
 * ```ts
 * class Note extends Base.mapped("notes", {
 *   id: integer().primaryKey(),
 *   text: varchar(100),
 *   createdAt: datetime().default(now()).fetched(),
 * }) {}
 * await Base.metadata.createAll(engine);
 * const note = new Note({ text: "Closed on Monday" });
 * session.add(note);
 * await session.commit();
 * console.log(note.createdAt instanceof Date); // true
 * ```
 */
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

  /**
   * May be null, which it is when nothing is given. Columns are NOT NULL otherwise.
   * @example
   * ```ts
   * console.log(new Author({ name: "Homer" }).bornOn); // null
   * ```
   */
  nullable(): Col<T, true, true> {
    return extend(this, { nullable: true });
  }

  /**
   * Belongs to the primary key. A single integer() or bigint() is counted up by the server.
   * @example
   * ```ts
   * class Seat extends Base.mapped("seats", {
   *   room: varchar(20).primaryKey(),
   *   place: integer().primaryKey(),
   *   free: boolean().default(true),
   * }) {}
   * await Base.metadata.createAll(engine);
   * session.add(new Seat({ room: "reading", place: 7 }));
   * await session.commit();
   * console.log(await session.get(Seat, ["reading", 7]));
   * // Seat { room: 'reading', place: 7, free: true }
   * ```
   */
  primaryKey(): Col<T, N, true> {
    return extend(this, { primaryKey: true });
  }

  /**
   * What a new row gets where nothing is given: a constant (in the DDL too), `() => value` (called for each new
   * object), or what the server makes, `now()` or sql`…` (in the DDL alone).
   * @example
   * ```ts
   * class Visit extends Base.mapped("visits", {
   *   id: integer().primaryKey(),
   *   place: varchar(20).default("desk"),
   *   number: integer().default(() => 40 + 2),
   *   day: date().default(sql`(CURRENT_DATE)`),
   * }) {}
   * console.log(new Visit({})); // Visit { place: 'desk', number: 42 }
   * ```
   */
  default(value: T | (() => T) | Now | Fragment<unknown>): Col<T, N, true> {
    return extend(this, { default: toDefault(value) });
  }

  /**
   * What each UPDATE of the row sets: `now()` on the server, or `() => value`.
   * @example
   * ```ts
   * class Draft extends Base.mapped("drafts", {
   *   id: integer().primaryKey(),
   *   text: varchar(100),
   *   edits: integer().default(0).onUpdate(() => 1),
   * }) {}
   * await Base.metadata.createAll(engine);
   * const draft = new Draft({ text: "One" });
   * session.add(draft);
   * await session.commit();
   * draft.text = "Two";
   * await session.commit();
   * console.log(draft); // Draft { id: 1, text: 'Two', edits: 1 }
   * ```
   */
  onUpdate(value: (() => T) | Now): Col<T, N, O> {
    return extend(this, { onUpdate: toDefault(value) });
  }

  /**
   * No two rows have the same value.
   * @example
   * ```ts
   * class Desk extends Base.mapped("desks", { id: integer().primaryKey(), code: varchar(9).unique() }) {}
   * await Base.metadata.createAll(engine);
   * session.addAll([new Desk({ code: "D1" }), new Desk({ code: "D1" })]);
   * await session.commit().catch(({ code, property }) => console.log(code, property)); // duplicate-key code
   * ```
   */
  unique(name?: string): Col<T, N, O> {
    return extend(this, { unique: name ?? true });
  }

  /**
   * Searched for quickly.
   * @example
   * ```ts
   * class Shelf extends Base.mapped("shelves", { id: integer().primaryKey(), room: varchar(9).index() }) {}
   * const [statement = ""] = Base.metadata.ddl(engine.dialect);
   * console.log(statement.includes("INDEX `ix_shelves_room` (`room`)")); // true
   * ```
   */
  index(name?: string): Col<T, N, O> {
    return extend(this, { index: name ?? true });
  }

  /**
   * A foreign key: the value is that of a row of another table, `references("authors.id", { onDelete: "cascade" })`.
   * @example
   * ```ts
   * class Floor extends Base.mapped("floors", { id: integer().primaryKey() }) {}
   * class Desk extends Base.mapped("desks", {
   *   id: integer().primaryKey(),
   *   floorId: integer().references("floors.id", { onDelete: "cascade" }),
   * }) {}
   * await Base.metadata.createAll(engine);
   * session.add(new Floor({}));
   * await session.flush();
   * session.add(new Desk({ floorId: 1 }));
   * await session.flush();
   * await session.execute(deleteFrom(Floor).all());
   * console.log(await session.query(Desk).count()); // 0
   * ```
   */
  references(target: string, options: ReferenceOptions = {}): Col<T, N, true> {
    return extend(this, { reference: { target, options } });
  }

  /**
   * Computed by the server: generatedAs(sql`price * amount`). `stored` keeps it in the row.
   * @example
   * ```ts
   * class Line extends Base.mapped("order_lines", {
   *   id: integer().primaryKey(),
   *   price: decimal(10, 2),
   *   amount: integer(),
   *   total: decimal(12, 2).generatedAs(sql`price * amount`, { stored: true }).fetched(),
   * }) {}
   * await Base.metadata.createAll(engine);
   * const line = new Line({ price: "2.50", amount: 3 });
   * session.add(line);
   * await session.commit();
   * console.log(line.total); // 7.50
   * ```
   */
  generatedAs(expression: Fragment<unknown>, options: { stored?: boolean } = {}): Col<T, N, true> {
    checkOptions("generatedAs", options, ["stored"]);
    return extend(this, { generated: { expression, stored: options.stored ?? false } });
  }

  /**
   * The version of an optimistic lock: 1 in a new row.
   * @example
   * ```ts
   * const loan = await session.scalars(select(Loan).where(Loan.c.id.eq(3))).one();
   * console.log(loan.version); // 1
   * loan.returnedOn = "2026-06-01";
   * await session.commit();
   * console.log(loan.version); // 2
   * ```
   */
  version(): Col<T, N, true> {
    return extend(this, { version: true, default: { kind: "value", value: 1 } });
  }

  /**
   * After an INSERT or UPDATE, a flush selects what the server made of it.
   * @example
   * ```ts
   * class Receipt extends Base.mapped("receipts", {
   *   id: integer().primaryKey(),
   *   number: varchar(20).default(sql`(CONCAT("R-", 2026))`).fetched(),
   * }) {}
   * await Base.metadata.createAll(engine);
   * const receipt = new Receipt({});
   * session.add(receipt);
   * await session.commit();
   * console.log(receipt.number); // R-2026
   * ```
   */
  fetched(): Col<T, N, O> {
    return extend(this, { fetched: true });
  }

  /**
   * Has this name in the database, not the one that the property gives.
   * @example
   * ```ts
   * class Visitor extends Base.mapped("visitors", {
   *   id: integer().primaryKey(),
   *   bornOn: date().named("birthday"),
   * }) {}
   * console.log(select(Visitor.c.bornOn).toSql(engine.dialect).text);
   * // SELECT `visitors`.`birthday` FROM `visitors`
   * ```
   */
  named(name: string): Col<T, N, O> {
    return extend(this, { name });
  }

  /**
   * A bigint() as a number, refused beyond ±(2⁵³ − 1), or as a string.
   * @example
   * ```ts
   * class Visit extends Base.mapped("visits", {
   *   id: bigint().as("string").primaryKey(),
   *   page: bigint().as("number"),
   * }) {}
   * await Base.metadata.createAll(engine);
   * session.add(new Visit({ id: "9007199254740993", page: 7 }));
   * await session.commit();
   * console.log(await session.scalars(select(Visit)).one()); // Visit { id: '9007199254740993', page: 7 }
   * ```
   */
  as<F extends "number" | "string">(
    this: Col<bigint, N, O>,
    form: F,
  ): Col<types.BigintForms[F], N, O> {
    const { name, parameters } = this.definition.type;
    if (name !== "bigint") throw misuse(`${name}() has no as()`, "Only bigint() has other forms.");
    return retype(this, types.bigintType(form, parameters.includes("unsigned")));
  }

  /**
   * Has another type in the program: `text().convert({ toDatabase: (url: URL) => url.href, fromDatabase: … })`.
   * @example
   * ```ts
   * class Site extends Base.mapped("sites", {
   *   id: integer().primaryKey(),
   *   home: varchar(200).convert({
   *     toDatabase: (url: URL) => url.href,
   *     fromDatabase: (text) => new URL(text),
   *   }),
   * }) {}
   * await Base.metadata.createAll(engine);
   * session.add(new Site({ home: new URL("https://example.org/books") }));
   * await session.commit();
   * const site = await session.scalars(select(Site)).one();
   * console.log(site.home.pathname); // /books
   * ```
   */
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

/**
 * A whole number of ±2³¹: INT.
 * @example
 * ```ts
 * class Shelf extends Base.mapped("shelves", { id: integer().primaryKey(), places: integer() }) {}
 *
 * console.log(new Shelf({ places: 40 })); // Shelf { places: 40 }
 * console.log(Base.metadata.ddl(engine.dialect)[0]);
 * // CREATE TABLE `shelves` (
 * //   `id` INT NOT NULL AUTO_INCREMENT,
 * //   `places` INT NOT NULL,
 * //   PRIMARY KEY (`id`)
 * // ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin
 * ```
 */
export const integer = (): Col<number> => column(types.integerType);

/**
 * A whole number of ±2⁶³, or with `unsigned` up to 2⁶⁴ − 1: BIGINT. A bigint, unless `as` says otherwise.
 * @example
 * ```ts
 * class Visit extends Base.mapped("visits", {
 *   id: bigint({ unsigned: true }).primaryKey(),
 *   page: bigint().as("number"),
 * }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Visit({ id: 18446744073709551615n, page: 7 }));
 * await session.commit();
 * console.log(await session.scalars(select(Visit)).all());
 * // [ Visit { id: 18446744073709551615n, page: 7 } ]
 * ```
 */
export function bigint(options: { unsigned?: boolean } = {}): Col<bigint> {
  checkOptions("bigint", options, ["unsigned"]);
  return column(types.bigintType("bigint", options.unsigned));
}

/**
 * Text of at most `length` characters: VARCHAR(100).
 * @example
 * ```ts
 * class Room extends Base.mapped("rooms", { id: integer().primaryKey(), name: varchar(8) }) {}
 *
 * try {
 *   new Room({ name: "Reading room" });
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * // Room.name: The text has 12 characters, the column holds 8.
 * //   Hint: Shorten it, or make the column longer: varchar(n), or text() for any length.
 * ```
 */
export const varchar = (length: number): Col<string> => column(types.varcharType(length));

/**
 * Text of any length: LONGTEXT.
 * @example
 * ```ts
 * class Page extends Base.mapped("pages", { id: integer().primaryKey(), body: text() }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Page({ body: "word ".repeat(100_000) }));
 * await session.commit();
 * console.log(await session.scalar(select(func.length(Page.c.body)))); // 500000
 * ```
 */
export const text = (): Col<string> => column(types.textType);

/**
 * true or false: TINYINT(1).
 * @example
 * ```ts
 * class Room extends Base.mapped("rooms", { id: integer().primaryKey(), open: boolean() }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Room({ open: false }));
 * await session.commit();
 * console.log(await session.scalars(select(Room).where(not(Room.c.open))).all());
 * // [ Room { id: 1, open: false } ]
 * ```
 */
export const boolean = (): Col<boolean> => column(types.booleanType);

/**
 * An exact number, as a string: DECIMAL(10, 2) has 10 digits, 2 of them behind the point.
 * @example
 * ```ts
 * class Fine extends Base.mapped("fines", { id: integer().primaryKey(), amount: decimal(10, 2) }) {}
 * await Base.metadata.createAll(engine);
 * session.addAll([new Fine({ amount: "0.1" }), new Fine({ amount: "0.2" })]);
 * await session.commit();
 * console.log(await session.scalar(select(func.sum(Fine.c.amount)))); // 0.30
 * ```
 */
export const decimal = (precision: number, scale: number): Col<string> =>
  column(types.decimalType(precision, scale));

/**
 * A JavaScript number: DOUBLE.
 * @example
 * ```ts
 * class Weight extends Base.mapped("weights", { id: integer().primaryKey(), grams: double() }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Weight({ grams: 0.1 + 0.2 }));
 * await session.commit();
 * console.log(await session.scalar(select(Weight.c.grams))); // 0.30000000000000004
 * ```
 */
export const double = (): Col<number> => column(types.doubleType);

/**
 * A day, as `"2026-11-21"`: DATE.
 * @example
 * ```ts
 * class Closing extends Base.mapped("closings", { id: integer().primaryKey(), day: date() }) {}
 * await Base.metadata.createAll(engine);
 * session.addAll([new Closing({ day: "2026-12-24" }), new Closing({ day: "2027-01-01" })]);
 * await session.commit();
 * console.log(await session.scalars(select(Closing.c.day).where(Closing.c.day.gt("2026-12-31"))).all());
 * // [ '2027-01-01' ]
 * ```
 */
export const date = (): Col<string> => column(types.dateType);

/**
 * A time in UTC: DATETIME(3). With 0 to 3 digits of a second it is a Date, with 4 to 6, which no Date holds,
 * a string `"2026-11-21T08:30:00.123456Z"`.
 * @example
 * ```ts
 * class Scan extends Base.mapped("scans", {
 *   id: integer().primaryKey(),
 *   at: datetime(),
 *   exactly: datetime(6),
 * }) {}
 * await Base.metadata.createAll(engine);
 * session.add(
 *   new Scan({ at: new Date("2026-05-01T08:30:00.123Z"), exactly: "2026-05-01T08:30:00.123456Z" }),
 * );
 * await session.commit();
 * const scan = await session.scalars(select(Scan)).one();
 * console.log(scan.at.toISOString(), scan.exactly); // 2026-05-01T08:30:00.123Z 2026-05-01T08:30:00.123456Z
 * ```
 */
export function datetime(digits?: 0 | 1 | 2 | 3): Col<Date>;
export function datetime(digits: 4 | 5 | 6): Col<string>;
export function datetime(digits: 0 | 1 | 2 | 3 | 4 | 5 | 6 = 3): Col<Date> | Col<string> {
  return column(types.datetimeType(digits as 3)) as Col<Date>;
}

/**
 * Anything that JSON holds, frozen: JSON. null is SQL's NULL.
 * @example
 * ```ts
 * class Setting extends Base.mapped("settings", {
 *   id: integer().primaryKey(),
 *   value: json<{ theme: string; days: number[] }>(),
 * }) {}
 * await Base.metadata.createAll(engine);
 * const setting = new Setting({ value: { theme: "dark", days: [1, 2] } });
 * session.add(setting);
 * await session.commit();
 *
 * setting.value = { ...setting.value, theme: "light" };
 * await session.commit();
 * console.log(await session.scalar(select(func.jsonText(Setting.c.value, "theme")))); // light
 * ```
 */
export const json = <T>(): Col<types.DeepReadonly<T>> => column(types.jsonType<T>());

/**
 * One of some words: ENUM('draft', 'sold').
 * @example
 * ```ts
 * class Copy extends Base.mapped("copies", {
 *   id: integer().primaryKey(),
 *   state: enumeration("new", "worn", "lost").default("new"),
 * }) {}
 * const copy = new Copy({});
 * copy.state = "worn";
 * console.log(copy.state); // worn
 * ```
 */
export const enumeration = <M extends string>(...members: readonly M[]): Col<M> =>
  column(types.enumerationType(members));

/**
 * Bytes: VARBINARY(n) with a length, else LONGBLOB.
 * @example
 * ```ts
 * class Cover extends Base.mapped("covers", { id: integer().primaryKey(), image: binary() }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Cover({ image: new Uint8Array([0xff, 0xd8]) }));
 * await session.commit();
 * const cover = await session.scalars(select(Cover)).one();
 * console.log([...cover.image]); // [ 255, 216 ]
 * ```
 */
export const binary = (length?: number): Col<Uint8Array> => column(types.binaryType(length));

/**
 * A UUID, as a string in lower case: BINARY(16).
 * @example
 * ```ts
 * class Ticket extends Base.mapped("tickets", {
 *   id: uuid().primaryKey().default(() => "0193a4f0-6c1e-7cc3-98c4-dc0c0c07398f"),
 * }) {}
 * await Base.metadata.createAll(engine);
 * session.add(new Ticket({}));
 * await session.commit();
 * console.log(await session.scalars(select(Ticket.c.id)).all());
 * // [ '0193a4f0-6c1e-7cc3-98c4-dc0c0c07398f' ]
 * ```
 */
export const uuid = (): Col<string> => column(types.uuidType);
