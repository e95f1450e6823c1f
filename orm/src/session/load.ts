import { run } from "../engine/connection.js";
import { isWatched, timed } from "../engine/events.js";
import type { CompiledSql, Dialect } from "../engine/index.js";
import { type Fragment, sql } from "../engine/sql.js";
import { changedVariant, isKind, variantOfRow } from "../mapping/family.js";
import {
  type Instance,
  type InstanceOwner,
  instanceOf,
  isOwn,
  newStanding,
  type ObjectState,
  type Siblings,
  type Standing,
  standingOf,
} from "../mapping/instance.js";
import { type Mapper, mapperOf } from "../mapping/mapper.js";
import { readValue } from "../mapping/reading.js";
import type { Column, Table } from "../mapping/table.js";
import { names, numbered } from "./batches.js";
import { changingColumns } from "./changes.js";
import type { Loader } from "./executable.js";
import { autoflush } from "./flush.js";
import { findIdentity, identitiesOf, identityKey } from "./identity-map.js";
import { type Key, keyValues } from "./keys.js";
import { withLoadEvents } from "./load-events.js";
import { refuseReplaced } from "./membership.js";
import type { ObjectsByKey } from "./objects-by-key.js";
import type { SessionState } from "./state.js";
import { type LoadEvent, loadChannel, newLoad, readTimed } from "./tracing.js";
import { openTransaction } from "./transaction.js";
import { takeTurn } from "./transaction-events.js";

/** A mapped class whose objects are `E`. */
export type MappedClass<E extends object> = abstract new (...values: never[]) => E;

/**
 * The object with this key: from the identity map, else by a SELECT; null when there is no such row.
 * @param load sends the SELECT.
 */
export async function getObject<E extends object>(
  state: SessionState,
  entity: MappedClass<E>,
  key: Key,
  load = loadByKey,
): Promise<E | null> {
  const mapper = mapperOf(entity);
  refuseReplaced(mapper);
  const values = keyValues(mapper, key);
  const find = () => findIdentity(state.identities, mapper, values);
  const known = find();
  if (known !== undefined && !isExpired(known)) return objectOf(known, mapper) as E | null;
  const name = `get(${mapper.name})`;
  return takeTurn(state, name, async () => {
    await autoflush(state, name);
    // A call before this one in the line, or the flush, may have brought it.
    const found = find();
    if (found !== undefined && !isExpired(found)) return objectOf(found, mapper) as E | null;
    const loaded = await load(state, mapper, values);
    return (loaded ? objectOf(loaded, mapper) : null) as E | null;
  });
}

/** The object, if it is of the class that was asked for: a row of a variant can be another one's. */
function objectOf({ object, mapper: found }: Instance, mapper: Mapper): object | null {
  refuseReplaced(found);
  return isKind(found, mapper) ? object : null;
}

/** Whether nothing but the key of an object is known. */
export function isExpired({ mapper, values }: Instance): boolean {
  const others = changingColumns(mapper);
  return others.length > 0 && others.every(({ position }) => values[position] === undefined);
}

/** Loads the object with the key that stands in these values. */
export async function loadByKey(
  state: SessionState,
  mapper: Mapper,
  values: readonly unknown[],
): Promise<Instance | undefined> {
  const row = await selectByKey(state, mapper, values);
  return row && instanceOf(newLoader(state).load(mapper, row));
}

/**
 * One row by its key, its columns in table order and converted.
 * @param lock what stands behind the condition, such as sql` FOR UPDATE`.
 */
export function selectByKey(
  state: SessionState,
  mapper: Mapper,
  values: readonly unknown[],
  lock: Fragment = sql``,
): Promise<unknown[] | undefined> {
  const { dialect } = state.engine;
  const { table } = mapper;
  const parameters = table.primaryKey.map(({ type, position }) => type.bind(values[position]));
  const text = keySelect(table, dialect) + lock.toSql(dialect).text;
  const compiled = { text, parameters };
  if (!isWatched(loadChannel)) return readByKey(state, mapper, compiled);
  const event = newLoad(text, [mapper.name]);
  return timed(loadChannel, event, () => readByKey(state, mapper, compiled, event));
}

export async function readByKey(
  state: SessionState,
  mapper: Mapper,
  compiled: CompiledSql,
  event?: LoadEvent,
): Promise<unknown[] | undefined> {
  const connection = await openTransaction(state);
  const { rows } = await run(connection, compiled);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (event === undefined) readRow(mapper, row);
  else readTimed(event, 1, () => readRow(mapper, row));
  return row;
}

/** The texts of {@link keySelect}. */
const keySelects = new WeakMap<readonly Column[], { dialect: Dialect; text: string }>();

/** `SELECT id, title FROM books WHERE id = ?`, made once for the columns of a table: that takes a fifth of what `get` does. */
function keySelect(table: Table, dialect: Dialect): string {
  const known = keySelects.get(table.columns);
  if (known?.dialect === dialect) return known.text;
  const next = numbered(dialect);
  const equal = ({ name }: Column) => `${dialect.quote(name)} = ${next()}`;
  const where = table.primaryKey.map(equal).join(" AND ");
  const text = `SELECT ${names(dialect, table.columns)} FROM ${dialect.quote(table.name)} WHERE ${where}`;
  keySelects.set(table.columns, { dialect, text });
  return text;
}

/** Makes the values of a row what the program sees, in place. */
export function readRow(mapper: Mapper, row: unknown[]): void {
  for (const column of mapper.table.columns) {
    row[column.position] = readValue(mapper, column, row[column.position]);
  }
}

/** Finds rows in the identity map, and makes objects of those that are not there. */
export function newLoader(state: SessionState): Loader {
  return withLoadEvents(state, new SessionLoader(state));
}

/** A class, as its methods stay: what V8 compiled of functions that each statement makes anew is gone with them. */
export class SessionLoader implements Loader {
  /** Never gone, as that of RowBatches in `engine/mysql-stream.ts`. */
  static readonly kept = new SessionLoader({} as SessionState);
  readonly state: SessionState;
  /** Where a transaction notes what a rollback can prove wrong. */
  readonly doubted: readonly Set<object>[];
  readonly standings = new Map<Mapper, Standing>();
  readonly siblingsOf = new Map<object, Siblings>();
  /** Of the last row's class. Mostly the next row is of it too, and to ask Maps takes a quarter of `load`. */
  objects: ObjectsByKey | undefined = undefined;
  standing: Standing | undefined = undefined;

  constructor(state: SessionState) {
    this.state = state;
    this.doubted = state.transaction?.levels.flatMap(({ doubtful }) => doubtful ?? []) ?? [];
  }

  siblings(item: object): Siblings {
    const known = this.siblingsOf.get(item) ?? [];
    this.siblingsOf.set(item, known);
    return known;
  }

  /** Takes rows of another class from now on. */
  turnTo(mapper: Mapper): void {
    this.objects = identitiesOf(this.state.identities, mapper);
    this.standing = standingFor(this.standings, mapper, this.state.owner);
  }

  load(given: Mapper, row: unknown[]): object {
    const mapper = variantOfRow(given, row);
    if (this.standing?.mapper !== mapper) this.turnTo(mapper);
    const objects = this.objects as ObjectsByKey;
    const key = identityKey(mapper, row);
    let object = key === undefined ? undefined : objects.get(key);
    if (object === undefined) {
      object = mapper.fromRow(row, this.standing as Standing);
      if (key !== undefined) objects.set(key, object);
    } else if (mapper.family !== undefined && standingOf(object).mapper !== mapper) {
      throw changedVariant(standingOf(object).mapper, row, mapper);
    } else if (!fill(object, row)) return object;
    for (const doubtful of this.doubted) doubtful.add(object);
    return object;
  }
}

/** What the objects of a class share that one statement loads. */
export function standingFor(
  standings: Map<Mapper, Standing>,
  mapper: Mapper,
  owner: InstanceOwner,
  state?: ObjectState,
): Standing {
  const known = standings.get(mapper);
  if (known !== undefined) return known;
  const standing = newStanding(mapper, owner, state);
  standings.set(mapper, standing);
  return standing;
}

/** Gives an object the values that it does not know; those that it knows stay, as they may be changed. */
export function fill(object: object, row: readonly unknown[]): boolean {
  const instance = standingOf(object);
  // What shares a Standing has its whole row.
  if (!isOwn(instance)) return false;
  const { mapper, values, before, handedOut } = instance;
  let filled = false;
  for (let position = 0; position < mapper.table.columns.length; position += 1) {
    if (values[position] !== undefined || before?.has(position)) continue;
    values[position] = row[position];
    handedOut?.delete(position);
    filled = true;
  }
  return filled;
}
