import type { DriverColumn } from "../engine/driver.js";
import { ArgumentError, type Dialect } from "../engine/index.js";
import { describeNode, type ExprNode, typeOfNode } from "../mapping/expression.js";
import { isAkin } from "../mapping/family.js";
import { instanceOf, type Siblings, setSiblings } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import { unreadable } from "../mapping/reading.js";
import { pathName } from "../mapping/relationship-target.js";
import { integerType } from "../mapping/types-number.js";
import type { CompiledQuery, Loader } from "../session/executable.js";
import { nodesOf, selectedNodes } from "./fields.js";
import type { LoadOption, RowShape, SelectItem, SelectNode } from "./nodes.js";
import { isLocked, renew } from "./renew.js";

/**
 * How the rows of a select become its results, and what its options load besides.
 * @param all whether it gives every object of its class.
 */
export function hydration(
  node: SelectNode,
  dialect: Dialect,
  all = false,
): Pick<CompiledQuery<unknown>, "hydrate" | "after" | "room"> {
  const { options } = node;
  const room = roomFor(node);
  const places = options.map((option) => rootPlace(node, option));
  let roots: readonly (readonly (object | null)[])[] = [];
  const hydrate: CompiledQuery<unknown>["hydrate"] = (rows, loader, columns) => {
    const reading = { loader, dialect, columns };
    if (isValues(node)) {
      convertColumns(selectedNodes(node).map(readerOf(reading)), rows);
      return shapeRows(node, rows);
    }
    const found = hydrateItems(node, rows, reading);
    roots = places.map((place) => found[place] as (object | null)[]);
    const hidden = found.slice(node.items.length);
    for (const [index, option] of options.entries()) {
      option.collect?.({ roots: roots[index] ?? [], hidden });
    }
    return toResults(node, found);
  };
  // A result that needs all rows has an `after`, so that it is not streamed.
  if (!node.unique && !options.some(({ load }) => load)) return { hydrate, room };
  return {
    hydrate,
    room,
    async after(fetch) {
      for (const [index, option] of options.entries()) {
        const objects = [...new Set(roots[index])].filter((object) => object !== null);
        if (objects.length > 0) await option.load?.(objects.map(instanceOf), fetch, all);
      }
    },
  };
}

/** Whether a row, once converted, is one of the result: several values, and nothing else. */
function isValues({ items, hidden, shape }: SelectNode): boolean {
  const all = items.every(({ kind }) => kind === "expression");
  return all && hidden.length === 0 && shape.kind !== "one";
}

/**
 * The places of the relationships, behind the columns of a row that becomes an object's values: options will fill
 * them. Without options they stay empty, and cost memory.
 */
export function roomFor({ items: [item, ...others], hidden, options }: SelectNode): number {
  if (item?.kind !== "entity" || others.length + hidden.length > 0) return 0;
  return options.some((option) => beginsAt(option, item)) ? item.mapper.relationships.size : 0;
}

/** Whether rows of one object can be its values: a driver may not have left the room that was asked for. */
export function hasRoom(node: SelectNode, rows: readonly unknown[][]): boolean {
  const room = roomFor(node);
  const [item] = node.items;
  if (room === 0 || item?.kind !== "entity") return true;
  return rows[0]?.length === item.mapper.table.columns.length + room;
}

/** The item that an option begins at: the first of its path's class. */
function rootPlace({ items }: SelectNode, { path }: LoadOption): number {
  const place = items.findIndex((item) => beginsAt({ path }, item));
  if (place >= 0) return place;
  const name = pathName(path.mapper, path.relationship);
  throw new ArgumentError(`${name} cannot be loaded, as the select gives no ${path.mapper.name}.`, {
    code: "option-root",
    hint: `Select the class: select(${path.mapper.name}), or load it within the option of another path.`,
  });
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

/** Whether an option begins at an item, as the path of `selectinload(Author.r.books)` does at Author. */
export function beginsAt({ path }: Pick<LoadOption, "path">, item: SelectItem): boolean {
  return item.kind === "entity" && item.alias === path.alias && isAkin(item.mapper, path.mapper);
}

interface Loading {
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
function loadObjects(
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

/** What the rows of one statement are read with. */
interface Reading {
  readonly loader: Loader;
  readonly dialect: Dialect;
  /** As the driver describes them. */
  readonly columns: readonly DriverColumn[];
}

/** How the driver's values of one expression become the program's. */
interface Reader {
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

/** Puts the items of each row together, as the select says. */
function toResults(node: SelectNode, found: readonly unknown[][]): unknown[] {
  const [only = []] = found;
  if (node.shape.kind === "one") return node.unique ? [...new Set(only)] : only;
  const visible = found.slice(0, node.items.length);
  const rows = only.map((_, row) => visible.map((values) => values[row]));
  return shapeRows(node, rows);
}

/** Hands rows out, of which each value is an item. */
function shapeRows({ items, shape, unique }: SelectNode, rows: unknown[][]): unknown[] {
  const kept = unique ? uniqueRows(items, rows) : rows;
  return shape.kind === "record" ? toRecords(shape, kept) : kept;
}

/** Each is a copy of an empty one, as `Object.fromEntries` takes three times as long. `__proto__` is a name as any. */
function toRecords({ names }: RowShape & { readonly kind: "record" }, rows: readonly unknown[][]) {
  const blank = Object.fromEntries(names.map((name) => [name, undefined]));
  return rows.map((row) => {
    const record: Record<string, unknown> = { ...blank };
    for (let place = 0; place < names.length; place += 1) {
      record[names[place] as string] = row[place];
    }
    return record;
  });
}

/** The rows without those that were there before: with the same objects, and values that are bound as the same. */
function uniqueRows(items: readonly SelectItem[], rows: readonly unknown[][]): unknown[][] {
  const numbers = new Map<unknown, number>();
  const seen = new Map<string, unknown[]>();
  for (const row of rows) {
    const key = row.map((value, place) => {
      const item = items[place];
      const part = item?.kind === "expression" ? comparable(value, item.node) : value;
      return numbers.get(part) ?? numbers.set(part, numbers.size + 1).size;
    });
    if (!seen.has(key.join())) seen.set(key.join(), row);
  }
  return [...seen.values()];
}

/** A value of which equal ones are the same to a Map; those that the database would take for equal are. */
function comparable(value: unknown, node: ExprNode): unknown {
  if (typeof value !== "object" || value === null) return value;
  const bound = typeOfNode(node)?.bind(value) ?? value;
  return typeof bound === "object" ? JSON.stringify(bound) : bound;
}
