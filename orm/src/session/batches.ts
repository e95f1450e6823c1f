import type { Dialect, DriverResult, SqlValue } from "../engine/index.js";
import { placed } from "../mapping/errors.js";
import type { Instance } from "../mapping/instance.js";
import type { Column } from "../mapping/table.js";
import type { FlushConnection } from "./plan.js";

/** Rows in one statement, at most. More make it no faster, and hold up other clients for longer. */
export const MAX_ROWS = 1000;
/** Parameters in one statement, at most: MySQL counts them with 16 bits. */
export const MAX_PARAMETERS = 65_535;
/** Bytes that every server takes: its limit is asked for only when a statement has more. */
export const SMALL = 65_536;

/** The connection of one flush, and what is known of the server, which is asked once, when it is first needed. */
export interface Flush extends FlushConnection {
  readonly settings: () => Promise<ServerSettings>;
}

export interface ServerSettings {
  /** From one generated key to the next. */
  readonly increment: bigint;
  /** Bytes that a statement with its parameters may have. */
  readonly packet: number;
  /** The names of the tables with a BEFORE INSERT trigger, in lower case. */
  readonly triggered: ReadonlySet<string>;
}

export function openFlush(connection: FlushConnection): Flush {
  let settings: Promise<ServerSettings> | undefined;
  return {
    ...connection,
    settings: () => {
      settings ??= readSettings(connection);
      return settings;
    },
  };
}

/** The question of {@link readSettings}. */
export const settingsQuery =
  "SELECT @@auto_increment_increment, @@max_allowed_packet, (SELECT " +
  "JSON_ARRAYAGG(LOWER(event_object_table)) FROM information_schema.triggers WHERE event_object_schema = " +
  "DATABASE() AND action_timing = 'BEFORE' AND event_manipulation = 'INSERT')";

export async function readSettings(connection: FlushConnection): Promise<ServerSettings> {
  const { rows } = await connection.run({ text: settingsQuery, parameters: [] });
  const [increment, packet, triggered] = rows[0] as [string, string, string | null];
  return {
    increment: BigInt(increment),
    packet: Number(packet),
    triggered: new Set(JSON.parse(triggered ?? "[]")),
  };
}

/** The items of one statement, and what the database answered. */
export interface Batch<Item> {
  readonly items: readonly Item[];
  readonly result: DriverResult;
}

/** The items of one statement or more, as they are sent. */
export interface Prepared {
  /** Those of all items, one after the other, as many for each. */
  readonly parameters: readonly SqlValue[];
  /** Bytes that the values of an item take in the text itself, at most. */
  readonly bytes?: number;
  /** The statement for the first `count` items. */
  textFor(count: number): string;
}

/**
 * Sends one statement for as many items as the limits allow, then one for the next. While the server works on one, the
 * values of the next are put together. Where `textFor` gives batches of the same size the same text, the driver prepares
 * it once in a transaction.
 *
 * @param prepare is given as many items as a statement may have; those that are left over come again.
 * @param limit how many items a statement may have.
 */
export async function* inBatches<Item>(
  flush: Flush,
  items: readonly Item[],
  prepare: (items: readonly Item[]) => Prepared,
  limit = MAX_ROWS,
): AsyncGenerator<Batch<Item>> {
  const preparedFrom = async (place: number) =>
    place < items.length ? prepare(items.slice(place, place + limit)) : undefined;
  let packet = SMALL;
  let start = 0;
  for (let prepared = await preparedFrom(start); prepared !== undefined; ) {
    const { parameters, bytes, textFor } = prepared;
    const given = Math.min(limit, items.length - start);
    const width = parameters.length / given;
    const most = Math.max(1, Math.min(given, Math.floor(MAX_PARAMETERS / width)));
    let count = batchSize(parameters, width, most, packet, bytes);
    if (count < most && packet === SMALL) {
      packet = (await flush.settings()).packet;
      count = batchSize(parameters, width, most, packet, bytes);
    }
    const own = items.slice(start, start + count);
    const statement = { text: textFor(count), parameters: parameters.slice(0, count * width) };
    const answer = flush.run(statement);
    start += count;
    const next = preparedFrom(start);
    // What it throws is told when its turn comes.
    next.catch(() => {});
    yield { items: own, result: await answer };
    prepared = await next;
  }
}

/** How many of the first `most` rows fit into a packet. One is always taken. */
export function batchSize(
  parameters: readonly SqlValue[],
  width: number,
  most: number,
  packet: number,
  inText = 0,
): number {
  let bytes = 1024;
  for (let row = 0; row < most; row += 1) {
    bytes += inText;
    for (let at = row * width; at < (row + 1) * width; at += 1) bytes += mostBytes(parameters[at]);
    if (bytes > packet) return Math.max(1, row);
  }
  return most;
}

/** No less than a parameter needs: UTF-8 has at most three bytes for each of a string's UTF-16 units. */
function mostBytes(value: SqlValue | undefined): number {
  if (typeof value === "string") return 40 + 3 * value.length;
  return value instanceof Uint8Array ? 40 + value.length : 40;
}

/** The parameters of all rows, one after the other, for those columns. */
export function parametersOf(
  rows: readonly Instance[],
  columns: readonly Column[],
  read: (row: Instance, column: Column) => unknown,
): SqlValue[] {
  const parameters: SqlValue[] = [];
  for (const row of rows) {
    for (const column of columns) parameters.push(bound(row, column, read(row, column)));
  }
  return parameters;
}

/** The parameter for a column of a row. Its type checks once more what was edited in place. */
export function bound({ mapper }: Instance, { property, type }: Column, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  try {
    return type.bind(value);
  } catch (error) {
    throw placed(`${mapper.name}.${property}`, error);
  }
}

/** Gives the placeholders of a statement one after the other. */
export function numbered({ placeholder }: Dialect): () => string {
  let position = 0;
  return () => placeholder(++position);
}

/** `length` texts with commas between. */
export function list(length: number, text: (place: number) => string): string {
  let all = "";
  for (let place = 0; place < length; place += 1) all += (place === 0 ? "" : ", ") + text(place);
  return all;
}

/** The names of columns, quoted, with commas between. */
export function names({ quote }: Dialect, columns: readonly Column[]): string {
  return columns.map(({ name }) => quote(name)).join(", ");
}

/**
 * Values by what `keyOf` gives for them, in the order of the first of each. Mostly the next value has the same key, so
 * all up to one with another key are taken at once.
 */
export function groupBy<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (let start = 0, end = 0; start < values.length; start = end) {
    const key = keyOf(values[start] as Value);
    end = start + 1;
    while (end < values.length && keyOf(values[end] as Value) === key) end += 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, values.slice(start, end));
    else for (let place = start; place < end; place += 1) group.push(values[place] as Value);
  }
  return groups;
}
