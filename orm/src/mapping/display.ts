import { InvalidRequestError } from "../engine/index.js";
import { standingOf, valuesOf } from "./instance.js";
import type { Mapper } from "./mapper.js";

/** What {@link toRecord} makes of an object: one form for a plain copy, one for JSON, one for `console.log`. */
export interface RecordForm {
  /** Makes the record of an object, before its properties are put in. */
  readonly start: (mapper: Mapper) => object;
  /** What becomes of the value of a column. */
  readonly write: (value: unknown) => unknown;
  /** Whether a property that leads back to an object around is shown, by its columns. */
  readonly showsBack: boolean;
  /** How many objects can lie in each other. */
  readonly most: number;
}

/** Data of its own, without a class. */
export const plainForm: RecordForm = {
  start: () => ({}),
  write: (value) => value,
  showsBack: false,
  most: Number.POSITIVE_INFINITY,
};

/** As the plain one, with values that JSON has, and not so deep that `JSON.stringify` runs out of stack. */
export const jsonForm: RecordForm = { ...plainForm, write: jsonValue, most: 1000 };

/** Where an object is shown whole. */
interface Place {
  readonly record: Record<string, unknown>;
  /** The place around it; undefined for the first one. */
  readonly around: Place | undefined;
  /** How many objects it lies in, itself among them. */
  readonly depth: number;
}

/**
 * An object and what is loaded around it as plain data. What is not in memory is left out. Each object is shown
 * whole once, where it is nearest; where it is met again it shows its columns only. A property that leads back to
 * an object around, as `book.author` does within `author.books`, is left out: it would say what one sees. So a
 * circle ends, and the data grows with the number of ways between objects, not with the ways through them.
 * @throws InvalidRequestError `json-depth`, where objects lie deeper in each other than `form` allows.
 */
export function toRecord(object: object, form = plainForm): Record<string, unknown> {
  const places = new Map<object, Place>();
  const copy = (one: object, around?: Place) => {
    const record = columnRecord(one, form);
    if (places.has(one)) return record;
    const depth = (around?.depth ?? 0) + 1;
    if (depth > form.most) throw tooDeep(standingOf(object).mapper, form.most);
    places.set(one, { record, around, depth });
    return record;
  };
  const first = copy(object);
  // A Map is walked in the order in which it grows: what is nearest comes first, without a call for each level.
  for (const [one, place] of places) {
    const values = valuesOf(one);
    for (const { property, position } of standingOf(one).mapper.relationships.values()) {
      const item = values[position] as object | readonly object[] | null | undefined;
      if (item === undefined) continue;
      if (Array.isArray(item)) {
        const copies = item.map((each: object) => copy(each, place));
        define(place.record, property, copies);
      } else if (item === null) define(place.record, property, null);
      else if (form.showsBack || !isAround(places.get(item), place)) {
        define(place.record, property, copy(item, place));
      }
    }
  }
  return first;
}

/** A record with the columns of an object, as far as they are in memory. */
function columnRecord(one: object, { start, write }: RecordForm): Record<string, unknown> {
  const [{ mapper }, values] = [standingOf(one), valuesOf(one)];
  const record = start(mapper) as Record<string, unknown>;
  for (const { property, position } of mapper.columns) {
    const value = values[position];
    if (value !== undefined) define(record, property, write(value));
  }
  return record;
}

/** Whether an object is shown whole at a place, or at one around it. */
function isAround(wanted: Place | undefined, inner: Place): boolean {
  if (wanted === undefined) return false;
  let at: Place | undefined = inner;
  while (at !== undefined && at.depth > wanted.depth) at = at.around;
  return at === wanted;
}

function tooDeep(mapper: Mapper, most: number): InvalidRequestError {
  return new InvalidRequestError(`JSON of this ${mapper.name} would be more than ${most} deep.`, {
    code: "json-depth",
    hint: "Objects lead on and on, as in a list. Write what is needed of each: chain.map(({ id, name }) => ({ id, name })).",
  });
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
export function inspectRecord(mapper: Mapper): object {
  return Object.create(mapper.entity.prototype, { [inspectKey]: { value: undefined } });
}

/** A console shows that the other side of a relationship is set; it cuts what is deep by itself. */
export const inspectForm: RecordForm = { ...plainForm, start: inspectRecord, showsBack: true };
