/*
 * Exercise 4.4: From rows to objects. One solution.
 *
 * Which column is whose follows from the items alone, so the rows need no names and are never searched. Each
 * decision is made once for a column or an item, and not for each row: with ten thousand rows that is what counts.
 * The array that the driver made becomes the object's values wherever nothing else stands in it. Where others stand
 * in it, an object comes in many rows, with the same values in each. A Map by its key knows it from the second row on,
 * and nothing is cut out again.
 * Alternative: make a record of each row, with names as keys, and build objects from these, as many ORMs do. It is
 * easier to look at, and costs a second object for each row.
 */
import type { DriverColumn } from "ormlet/internal/engine/driver";
import type { Dialect } from "ormlet/internal/engine/index";
import { describeNode, type ExprNode, typeOfNode } from "ormlet/internal/mapping/expression";
import { instanceOf, setSiblings, type Siblings } from "ormlet/internal/mapping/instance";
import type { Mapper } from "ormlet/internal/mapping/mapper";
import { unreadable } from "ormlet/internal/mapping/reading";
import { integerType } from "ormlet/internal/mapping/types-number";
import { nodesOf } from "ormlet/internal/query/fields";
import { hasRoom } from "ormlet/internal/query/hydrator";
import type { SelectItem, SelectNode } from "ormlet/internal/query/nodes";
import { isLocked, renew } from "ormlet/internal/query/renew";
import type { Loader } from "ormlet/internal/session/executable";

/** What the rows of one statement are read with. */
export interface Reading {
  readonly loader: Loader;
  readonly dialect: Dialect;
  /** As the driver describes them. */
  readonly columns: readonly DriverColumn[];
}

/** How the driver's values of one expression become the program's. */
export interface Reader {
  readonly name: string;
  readonly read: ((raw: unknown) => unknown) | undefined;
}

/** By the type of an expression; one without a type is read as that of a raw statement. */
export function readerOf({ dialect, columns }: Reading) {
  return (node: ExprNode, place: number): Reader => {
    const [type, column] = [typeOfNode(node), columns[place]];
    const read = type === undefined && column ? dialect.converter(column) : type?.read;
    // Most integers are whole numbers as they come: for each of their rows there is nothing to do.
    const isRead = column?.whole && read === integerType.read;
    return { name: describeNode(node), read: isRead ? undefined : (read as Reader["read"]) };
  };
}

/** Converts values in place, column by column, so that what to do is decided once and not for each row. */
export function convertColumns(readers: readonly Reader[], rows: readonly unknown[][]): void {
  for (const [position, { name, read }] of readers.entries()) {
    if (read === undefined) continue;
    try {
      for (const row of rows) {
        const raw = row[position];
        if (raw !== null) row[position] = read(raw);
      }
    } catch (cause) {
      throw unreadable(name, cause);
    }
  }
}

/**
 * What each item is in each row, item by item: first every column that needs it is converted, in place, all rows
 * at once; then objects are found or made. A row that is one object alone becomes its array of values.
 */
export function hydrateItems(node: SelectNode, rows: unknown[][], reading: Reading): unknown[][] {
  const items = [...node.items, ...node.hidden];
  convertColumns(items.flatMap(nodesOf).map(readerOf(reading)), rows);
  const optional = node.joins.some(({ kind }) => kind === "left");
  let start = 0;
  return items.map((item) => {
    const first = start;
    start += item.kind === "entity" ? item.mapper.table.columns.length : 1;
    if (item.kind === "expression") return rows.map((row) => row[first]);
    return loadObjects(item, rows, {
      loader: reading.loader,
      first,
      only: items.length === 1 && hasRoom(node, rows),
      optional,
      locked: isLocked(node, item),
    });
  });
}

export interface Loading {
  readonly loader: Loader;
  /** Where the columns of the class begin in a row. */
  readonly first: number;
  /** Whether nothing else is in the row, nor will come into it, so that it can be kept as the object's values. */
  readonly only: boolean;
  /** Whether the row can be without one, whose key is null then. */
  readonly optional: boolean;
  /** Whether the rows are as they are now, so that known objects take their values too. */
  readonly locked: boolean;
}

/** The objects of one class in the rows; all of them learn that they came together. */
export function loadObjects(
  item: SelectItem & { readonly kind: "entity" },
  rows: readonly unknown[][],
  { loader, first, only, optional, locked }: Loading,
): (object | null)[] {
  const { mapper } = item;
  const keys = mapper.table.primaryKey.map(({ position }) => first + position);
  const objects = new Array<object | null>(rows.length).fill(null);
  // Beside others an object comes in many rows, and is the same in each: it is cut out and looked up once.
  const seen = only || keys.length !== 1 ? undefined : new Map<unknown, object>();
  const [keyPlace = 0] = keys;
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] as unknown[];
    if (optional && keys.every((key) => row[key] === null)) continue;
    let object = seen?.get(row[keyPlace]);
    if (object === undefined) {
      const values = only ? row : part(row, first, mapper);
      object = loader.load(mapper, values);
      if (locked) renew(instanceOf(object), values);
      seen?.set(row[keyPlace], object);
    }
    objects[place] = object;
  }
  if (mapper.relationships.size > 0 || mapper.family) noteSiblings(objects, loader.siblings(item));
  return objects;
}

/**
 * The columns of a class in a row, from the place `first` on, with room behind them for its relationships: an array
 * that grows by itself would make room for twenty. The row is garbage at once, while it is young and costs little.
 */
export function part(row: readonly unknown[], first: number, { table, relationships }: Mapper) {
  const { length } = table.columns;
  const values: unknown[] = new Array(length + relationships.size);
  // A loop: slice and concat took twice as long.
  for (let place = 0; place < length; place += 1) values[place] = row[first + place];
  return values;
}

/**
 * For relationships that are loaded later: what is asked of one object is then loaded for all. A batch is noted as a
 * whole, as one array of all objects would grow with each batch, and take three times its size.
 */
export function noteSiblings(objects: Siblings[number], siblings: Siblings): void {
  siblings.push(objects);
  for (const object of objects) if (object !== null) setSiblings(object, siblings);
}
