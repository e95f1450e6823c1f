import { type Instance, instanceOf } from "./instance.js";

/**
 * An object and what is loaded around it as plain data. What is not in memory is left out. An object that is
 * met again shows its columns only, so that circles end; it is shown whole where it is nearest.
 * @param start makes the record of an object, before its properties are put in.
 * @param write what becomes of the value of a column.
 */
export function toRecord(
  instance: Instance,
  start: (one: Instance) => object = () => ({}),
  write: (value: unknown) => unknown = (value) => value,
): Record<string, unknown> {
  const records = new Map<Instance, Record<string, unknown>>();
  const copy = (one: Instance) => {
    const record = start(one) as Record<string, unknown>;
    for (const { property, position } of one.mapper.table.columns) {
      const item = one.values[position];
      if (item !== undefined) define(record, property, write(item));
    }
    if (!records.has(one)) records.set(one, record);
    return record;
  };
  const related = (object: object | null) => object && copy(instanceOf(object));
  copy(instance);
  for (const [one, record] of records) {
    for (const { property, position } of one.mapper.relationships.values()) {
      const item = one.values[position] as object | readonly object[] | null | undefined;
      if (item === undefined) continue;
      define(record, property, Array.isArray(item) ? item.map(related) : related(item));
    }
  }
  return records.get(instance) as Record<string, unknown>;
}

/** Assigning would call the setter of a class that the record is to look like. */
export function define(record: object, property: string, value: unknown): void {
  Object.defineProperty(record, property, { value, ...openProperty });
}

export const openProperty = { enumerable: true, writable: true, configurable: true };

/** A value for `JSON.stringify`, which knows no bigint and would write bytes as an object. */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

/** The method that `console.log` calls. */
export const inspectKey: symbol = Symbol.for("nodejs.util.inspect.custom");

/** A record that `console.log` shows as an object of the class: it has the prototype, without the method. */
export function inspectRecord({ mapper }: Instance): object {
  return Object.create(mapper.entity.prototype, { [inspectKey]: { value: undefined } });
}
