import { ArgumentError, type Fragment, InvalidRequestError } from "../engine/index.js";
import { changedVariant, variantOfRow } from "../mapping/family.js";
import type { Instance } from "../mapping/instance.js";
import { didYouMean } from "../mapping/naming.js";
import { isToMany } from "../mapping/relationship.js";
import { expire, undoChanges } from "./changes.js";
import { autoflush } from "./flush.js";
import { refuseSealed } from "./in-flight.js";
import { selectByKey } from "./load.js";
import { describeObject, persistentOf } from "./membership.js";
import type { SessionState } from "./state.js";
import { remember } from "./transaction.js";
import { takeTurn } from "./transaction-events.js";

/** Loads the columns of an object anew. What was changed in it and not flushed is lost. */
export async function refreshObject(
  state: SessionState,
  object: object,
  lock?: Fragment,
): Promise<void> {
  const instance = persistentOf(state, object, "refresh");
  const name = `refresh(${instance.mapper.name})`;
  return takeTurn(state, name, async () => {
    persistentOf(state, object, "refresh");
    remember(state, instance);
    undoChanges(instance);
    state.touched.delete(instance);
    await autoflush(state, name);
    const row = await selectByKey(state, instance.mapper, instance.values, lock);
    if (row === undefined) throw rowGone(instance);
    refuseChanged(instance, row);
    replaceColumns(instance, row);
  });
}

/** A foreign key that is another one now makes a related object that was loaded by the old one wrong. */
export function replaceColumns({ mapper, values }: Instance, row: readonly unknown[]): void {
  const { columns, table } = mapper;
  const { foreignKeys } = table;
  const keys = new Set(foreignKeys.flatMap((key) => key.columns));
  const moved = columns.some(
    ({ name, position }) => keys.has(name) && !Object.is(values[position], row[position]),
  );
  for (const { position } of columns) values[position] = row[position];
  for (const relationship of moved ? mapper.relationships.values() : []) {
    if (!isToMany(relationship)) values[relationship.position] = undefined;
  }
}

/** Forgets what is known of an object, or of some of its properties. */
export function expireObject(
  state: SessionState,
  object: object,
  properties: readonly string[],
): void {
  refuseSealed(state, "session.expire() was called");
  const instance = persistentOf(state, object, "expire");
  const positions = properties.map((property) => positionOf(instance, property));
  remember(state, instance);
  expire(instance, positions.length === 0 ? undefined : positions);
  if (!instance.before && !instance.handedOut) state.touched.delete(instance);
}

export function positionOf({ mapper }: Instance, property: string): number {
  const { name, properties, relationships } = mapper;
  const found = properties.get(property) ?? relationships.get(property);
  if (found !== undefined) return found.position;
  throw new ArgumentError(`${name} has no property ${property}.`, {
    code: "unknown-property",
    hint: didYouMean(property, [...properties.keys(), ...relationships.keys()]).trim() || undefined,
  });
}

/** @throws InvalidRequestError `variant-changed` for a row that is of another class by now. */
export function refuseChanged({ mapper }: Instance, row: readonly unknown[]): void {
  const now = variantOfRow(mapper, row);
  if (now !== mapper) throw changedVariant(mapper, row, now);
}

export function rowGone(instance: Instance): InvalidRequestError {
  return new InvalidRequestError(`The row of ${describeObject(instance)} is not there any more.`, {
    code: "row-gone",
    hint: "Somebody deleted it; expunge() the object.",
  });
}
