import { run } from "../engine/connection.js";
import { type Fragment, sql } from "../engine/sql.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import { type Mapper, mapperOf } from "../mapping/mapper.js";
import { readValue } from "../mapping/reading.js";
import type { Loader } from "./executable.js";
import { autoflush } from "./flush.js";
import { findIdentity, identitiesOf, identityKey } from "./identity-map.js";
import { inTurn } from "./in-flight.js";
import { type Key, keyValues } from "./keys.js";
import { refuseReplaced } from "./membership.js";
import type { SessionState } from "./state.js";
import { openTransaction } from "./transaction.js";

/** A mapped class whose objects are `E`. */
export type MappedClass<E extends object> = abstract new (...values: never[]) => E;

/** The object with this key: from the identity map, else by a SELECT; null when there is no such row. */
export async function getObject<E extends object>(
  state: SessionState,
  entity: MappedClass<E>,
  key: Key,
): Promise<E | null> {
  const mapper = mapperOf(entity);
  refuseReplaced(mapper);
  const values = keyValues(mapper, key);
  const find = () => findIdentity(state.identities, mapper, values);
  const known = find();
  if (known !== undefined && !isExpired(known)) return known.object as E;
  const name = `get(${mapper.name})`;
  return inTurn(state, name, async () => {
    await autoflush(state, name);
    // A call before this one in the line, or the flush, may have brought it.
    const found = find();
    if (found !== undefined && !isExpired(found)) return found.object as E;
    return ((await loadByKey(state, mapper, values))?.object ?? null) as E | null;
  });
}

/** Whether nothing but the key of an object is known. */
export function isExpired({ mapper, values }: Instance): boolean {
  const others = mapper.table.columns.filter(({ primaryKey }) => !primaryKey);
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
export async function selectByKey(
  state: SessionState,
  mapper: Mapper,
  values: readonly unknown[],
  lock: Fragment = sql``,
): Promise<unknown[] | undefined> {
  const { table } = mapper;
  const columns = table.columns.map(({ name }) => sql.identifier(name));
  const conditions = table.primaryKey.map(
    ({ name, type, position }) => sql`${sql.identifier(name)} = ${type.bind(values[position])}`,
  );
  const [from, where] = [sql.identifier(table.name), sql.join(conditions, sql` AND `)];
  const statement = sql`SELECT ${sql.join(columns)} FROM ${from} WHERE ${where}${lock}`;
  const connection = await openTransaction(state);
  const { rows } = await run(connection, statement.toSql(state.engine.dialect));
  const [row] = rows;
  if (row !== undefined) readRow(mapper, row);
  return row;
}

/** Makes the values of a row what the program sees, in place. */
export function readRow(mapper: Mapper, row: unknown[]): void {
  for (const column of mapper.table.columns) {
    row[column.position] = readValue(mapper, column, row[column.position]);
  }
}

/** Finds rows in the identity map, and makes objects of those that are not there. */
export function newLoader(state: SessionState): Loader {
  const doubted = state.transaction?.levels.flatMap(({ doubtful }) => doubtful ?? []) ?? [];
  const siblings = new Map<object, Instance[]>();
  return {
    siblings(item) {
      const known = siblings.get(item) ?? [];
      siblings.set(item, known);
      return known;
    },
    load(mapper, row) {
      const objects = identitiesOf(state.identities, mapper);
      const key = identityKey(mapper, row);
      let instance = key === undefined ? undefined : objects.get(key);
      if (instance === undefined) {
        instance = mapper.make(row, state.owner);
        if (key !== undefined) objects.set(key, instance);
      } else if (!fill(instance, row)) return instance.object;
      for (const doubtful of doubted) doubtful.add(instance);
      return instance.object;
    },
  };
}

/** Gives an object the values that it does not know; those that it knows stay, as they may be changed. */
export function fill(instance: Instance, row: readonly unknown[]): boolean {
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
