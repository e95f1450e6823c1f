import { ArgumentError } from "../engine/index.js";
import { placed } from "../mapping/errors.js";
import type { Mapper } from "../mapping/mapper.js";

/** A value of a primary key. */
export type KeyPart = string | number | bigint | boolean | Date | Uint8Array;

/** A primary key: its value, or for several columns their values, in table order or by property. */
export type Key = KeyPart | readonly KeyPart[] | Readonly<Record<string, KeyPart>>;

/**
 * The values of a key, at their places in a row.
 * @throws ArgumentError `key-shape` when it is not one of the mapper's table, `column-value` for a wrong value.
 */
export function keyValues(mapper: Mapper, key: unknown): unknown[] {
  const { columns, primaryKey } = mapper.table;
  const names = primaryKey.map(({ property }) => property);
  const parts = keyParts(names, key);
  if (parts.length !== names.length || parts.some((part) => part === undefined || part === null)) {
    throw wrongShape(mapper, names);
  }
  const values: unknown[] = columns.map(() => undefined);
  for (const [index, { position, property, type }] of primaryKey.entries()) {
    try {
      values[position] = type.take(parts[index]);
    } catch (error) {
      throw placed(`${mapper.name}.${property}`, error);
    }
  }
  return values;
}

/** The parts of a key in table order, in whichever form it was given; none for a record of other names. */
export function keyParts(names: readonly string[], key: unknown): readonly unknown[] {
  if (Array.isArray(key)) return key;
  if (typeof key !== "object" || key === null) return [key];
  // A Date and bytes are values; another record of other names is not.
  if (key.constructor?.name !== "Object" && !names.some((name) => name in key)) return [key];
  const known = Object.keys(key).every((name) => names.includes(name));
  return known ? names.map((name) => (key as Record<string, unknown>)[name]) : [];
}

export function wrongShape({ name }: Mapper, names: readonly string[]): ArgumentError {
  const [first] = names;
  const hint =
    names.length === 1
      ? `Write get(${name}, ${first}) with the value of ${first}. By others: select(${name}).where(…).`
      : `Write get(${name}, [${names.join(", ")}]), or get(${name}, { ${names.join(", ")} }).`;
  return new ArgumentError(`This is not a key of ${name}, which is ${names.join(" and ")}.`, {
    code: "key-shape",
    hint,
  });
}
