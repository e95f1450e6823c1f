import {
  detach,
  type Instance,
  instanceOf,
  type Standing,
  standingOf,
} from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import type { Column } from "../mapping/table.js";
import { ObjectsByKey } from "./objects-by-key.js";

/** The objects of a session by class, variants with their root, and {@link identityKey}: one row is one object. */
export type IdentityMap = Map<Mapper, ObjectsByKey>;

/** A primary key in a form that a Map can find. */
export type IdentityKey = string | number | bigint | boolean | null;

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

/** The objects of one class; of variants, those of all classes of the table. */
export function identitiesOf(identities: IdentityMap, mapper: Mapper): ObjectsByKey {
  const { root } = mapper;
  const known = identities.get(root);
  if (known !== undefined) return known;
  const objects = new ObjectsByKey();
  identities.set(root, objects);
  return objects;
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

/** Every object of the map. */
export function allIdentities(identities: IdentityMap): object[] {
  return [...identities.values()].flatMap((objects) => objects.values());
}

/** Lets go of every object of the map; of those that share a Standing, once. */
export function detachAll(identities: IdentityMap): void {
  let last: Standing | undefined;
  for (const objects of identities.values()) {
    objects.forEach((object) => {
      const standing = standingOf(object);
      if (standing !== last) detach(standing);
      last = standing;
    });
  }
}
