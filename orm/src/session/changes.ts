import { writeRelationship } from "../mapping/accessors.js";
import { resetKey } from "../mapping/collection.js";
import { isDiscriminator } from "../mapping/family.js";
import type { Instance } from "../mapping/instance.js";
import type { Mapper, Relationship } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import { changedColumns, hasChangedColumns } from "./row-changes.js";

/** A property that changed since the last flush. */
export interface Change {
  readonly property: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What changed in an object since the last flush; to set a value and to set it back is no change. */
export function changesOf(instance: Instance): Change[] {
  const { values, before, handedOut } = instance;
  return changedProperties(instance).map(({ property, position }) => {
    const after = values[position];
    return {
      property,
      before: handedOut?.has(position) ? handedOut.get(position) : before?.get(position),
      after: Array.isArray(after) ? [...after] : after,
    };
  });
}

/** The columns and relationships whose values are not those of the last flush. */
export function changedProperties(instance: Instance): (Column | Relationship)[] {
  return [...changedColumns(instance), ...changedRelationships(instance)];
}

/** Whether the next flush has to look at an object. */
export function hasChanges(instance: Instance): boolean {
  return hasChangedColumns(instance) || changedRelationships(instance).length > 0;
}

function changedRelationships(instance: Instance): Relationship[] {
  const { values, before } = instance;
  return touchedRelationships(instance).filter(
    ({ position }) => !isSame(before?.get(position), values[position]),
  );
}

/** The relationships that were set or edited since the last flush. Most objects have none, and get no list made. */
export function touchedRelationships({ mapper, before }: Instance): readonly Relationship[] {
  if (before === undefined) return noRelationships;
  let touched = noRelationships;
  for (const one of mapper.relationships.values()) {
    if (before.has(one.position)) touched = [...touched, one];
  }
  return touched;
}

const noRelationships: readonly Relationship[] = [];

/** Whether a relationship holds the same: the same object, or the same ones in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other);
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Gives an object back what it was at the last flush; those that it was related to since then as well. */
export function undoChanges(instance: Instance): void {
  const { mapper, values, before, handedOut } = instance;
  for (const relationship of mapper.relationships.values()) {
    const old = before?.get(relationship.position);
    if (before?.has(relationship.position)) writeRelationship(instance, relationship, old ?? null);
  }
  for (const [position, old] of before ?? []) {
    if (position < mapper.table.columns.length || old === undefined) values[position] = old;
  }
  for (const [position, copy] of handedOut ?? []) values[position] = copy;
  instance.before = undefined;
  instance.handedOut = undefined;
}

/** Changes what a collection holds, and nobody takes it for a change of the program's. */
export function replaceItems(collection: readonly unknown[], items: readonly object[]): void {
  (collection as never as Record<symbol, (items: readonly object[]) => void>)[resetKey]?.(items);
}

/** Forgets values, and changes of them; all but the key when no positions are given. */
export function expire(instance: Instance, positions = allButKey(instance)): void {
  const { columns } = instance.mapper.table;
  if (positions.some((position) => position >= columns.length)) instance.inserted = false;
  for (const position of positions) {
    instance.values[position] = undefined;
    instance.before?.delete(position);
    instance.handedOut?.delete(position);
  }
  if (instance.before?.size === 0) instance.before = undefined;
  if (instance.handedOut?.size === 0) instance.handedOut = undefined;
}

export function allButKey({ mapper }: Instance): number[] {
  const columns = changingColumns(mapper);
  return [...columns, ...mapper.relationships.values()].map(({ position }) => position);
}

/** The columns of a class that a row can have other values in: not the key, nor what says of which class it is. */
export function changingColumns(mapper: Mapper): Column[] {
  return mapper.columns.filter((one) => !one.primaryKey && !isDiscriminator(mapper, one));
}
