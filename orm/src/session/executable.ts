import type { DriverColumn } from "../engine/driver.js";
import type { Dialect, SqlValue, Statement } from "../engine/index.js";
import type { ExprNode } from "../mapping/expression.js";
import type { Siblings } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";

/** A statement that a session executes and makes objects, tuples or values of: `select(Author)`. */
export interface Executable<R> extends Statement<R> {
  /** Marked with `brand(this, "executable")`: by this a session knows it from a raw statement. */
  /** @param filters what is added where it reads rows of a class; nothing without it. */
  compile(dialect: Dialect, filters?: RowFilters): CompiledQuery<R>;
}

/** An {@link Executable} as a database takes it, and how its rows are read. */
export interface CompiledQuery<R> {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
  /** Whether a row becomes a tuple, as with `select(Author, Book)`; `scalars` and `scalar` refuse it. */
  readonly tuples: boolean;
  /**
   * Makes the results of the driver's rows, which it may change and keep; objects come from the loader. The
   * driver's columns say how to read what has no type in the program.
   */
  hydrate(rows: unknown[][], loader: Loader, columns: readonly DriverColumn[]): R[];
  /** Places that a row should have behind its values: what is loaded besides will stand there. */
  readonly room?: number | undefined;
  /** What is loaded besides, after the results were made of all rows, and before the program gets them. */
  readonly after?: (fetch: Fetch) => Promise<void>;
  /** What stands in a row, for those who trace what is loaded. */
  readonly selects?: SelectedItems;
  /** The filters that it was compiled with, which hold for what is loaded besides as well. */
  readonly filters?: RowFilters | undefined;
}

/** What a statement selects: objects of a class, or a value; hidden from the program what only its options read. */
export interface SelectedItems {
  readonly items: readonly SelectedItem[];
  readonly hidden: readonly SelectedItem[];
}

export interface SelectedItem {
  readonly kind: string;
  readonly mapper?: Mapper;
}

/** The conditions that a session adds wherever rows of a class are read. */
export interface RowFilters {
  /** Those of a class, all of which must hold. */
  of(mapper: Mapper): readonly ExprNode[];
  /** Whether there is any for a class. */
  hides(mapper: Mapper): boolean;
  /** The filters without some. */
  without(names: Unfiltered): RowFilters | undefined;
}

/** Which filters a statement leaves out: these, or all. */
export type Unfiltered = true | readonly string[];

/** Sends a statement within the call that is going on: at once, without a flush, and without waiting in line. */
export type Fetch = <R>(statement: Executable<R>) => Promise<R[]>;

/** The way from rows to objects, through the identity map of a session. */
export interface Loader {
  /**
   * The object of this row, found in the identity map or made. `row` holds the mapper's columns in table order,
   * converted already, and may be kept.
   */
  load(mapper: Mapper, row: unknown[]): object;
  /** The list for the batches of one item of a statement, whose objects came together; in a stream, for one batch. */
  siblings(item: object): Siblings;
}
