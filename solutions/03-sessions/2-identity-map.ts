/*
 * Exercise 3.2: One row, one object. One solution.
 *
 * A Map compares numbers, texts and bigints by what they are, and objects by where they are. So a key of one column
 * stays as it is, which costs nothing, and only objects are written as text. JSON of a list of texts is never
 * ambiguous, because it escapes what could be taken for its own quotes and commas.
 * Alternative: a map within a map for each column of the key. It needs no text at all, and takes a lookup more for
 * each column; ormlet's way has one lookup for all keys.
 */
import { type Instance, instanceOf } from "ormlet/internal/mapping/instance";
import type { Mapper } from "ormlet/internal/mapping/mapper";
import type { Column } from "ormlet/internal/mapping/table";
import {
  identitiesOf,
  type IdentityKey,
  type IdentityMap,
} from "ormlet/internal/session/identity-map";

/** The key of the row with these values, which stand in table order; undefined while a part is not known. */
export function identityKey(
  { table }: Mapper,
  values: readonly unknown[],
): IdentityKey | undefined {
  const [first, second] = table.primaryKey;
  if (first !== undefined && second === undefined) return keyPart(first, values[first.position]);
  const parts = table.primaryKey.map((column) => keyPart(column, values[column.position]));
  return parts.includes(undefined) ? undefined : JSON.stringify(parts.map(String));
}

/** Most keys are numbers and strings; a Date becomes its text, bytes become digits. */
export function keyPart({ type }: Column, value: unknown): IdentityKey | undefined {
  const part = typeof value === "object" && value !== null ? type.bind(value) : value;
  if (part instanceof Date) return part.toISOString();
  if (part instanceof Uint8Array) return Buffer.from(part).toString("hex");
  return part as IdentityKey | undefined;
}

/** The object of the row with the key that stands in these values. */
export function findIdentity(
  identities: IdentityMap,
  mapper: Mapper,
  values: readonly unknown[],
): Instance | undefined {
  const key = identityKey(mapper, values);
  const object = key === undefined ? undefined : identities.get(mapper.root)?.get(key);
  return object && instanceOf(object);
}

/** Puts an object into the map, if its key is known. */
export function putIdentity(identities: IdentityMap, instance: Instance): void {
  const key = identityKey(instance.mapper, instance.values);
  if (key !== undefined) identitiesOf(identities, instance.mapper).set(key, instance.object);
}

/** Takes an object out of the map, if it is the one that stands there. */
export function dropIdentity(identities: IdentityMap, instance: Instance): void {
  const key = identityKey(instance.mapper, instance.values);
  const objects = identities.get(instance.mapper.root);
  if (key !== undefined && objects?.get(key) === instance.object) objects.delete(key);
}
