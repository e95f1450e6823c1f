import { ArgumentError } from "../engine/index.js";
import { checkedItems, takeValue } from "./accessors.js";
import { checkAdded, newCollection } from "./collection.js";
import { describe } from "./column-type.js";
import { abstractClass, isDiscriminator, kindIsFixed } from "./family.js";
import { hybridWrite } from "./hybrid.js";
import { type Instance, instanceIn, newInstance } from "./instance.js";
import type { Mapper, Relationship } from "./mapper.js";
import { didYouMean } from "./naming.js";
import { isToMany } from "./relationship.js";
import type { Column } from "./table.js";

/** How each new object of a class begins. */
export interface Beginning {
  /** By position: null for columns that can be null, constant defaults, undefined for the rest. */
  readonly values: readonly unknown[];
  /** Columns whose default is made for each object. */
  readonly made: readonly { readonly column: Column; readonly make: () => unknown }[];
}

/** Works out, once for a class, what all its new objects have in common. */
export function beginningOf(mapper: Mapper): Beginning {
  const { table, columns, relationships, family, kind } = mapper;
  const made = columns.flatMap((column) => {
    const make = makeOf(column);
    return make === undefined ? [] : [{ column, make }];
  });
  const values: unknown[] = table.columns.map(() => undefined);
  for (const column of columns) {
    if (makeOf(column) === undefined) values[column.position] = firstValue(column);
  }
  if (family !== undefined) {
    if (kind === undefined) throw abstractClass(mapper);
    values[family.column.position] = kind;
    family.used = true;
  }
  return { values: [...values, ...Array(relationships.size).fill(undefined)], made };
}

/** What makes the default of a column; a constant that could be edited, such as a Date, is made anew as well. */
export function makeOf({ default: given, type }: Column): (() => unknown) | undefined {
  if (given?.kind === "client") return given.make;
  return given?.kind === "value" && type.editable ? () => given.value : undefined;
}

export function firstValue({ default: given, nullable, generated }: Column): unknown {
  if (given?.kind === "value") return given.value;
  return nullable && given === undefined && generated === undefined ? null : undefined;
}

/** Gives a new object its values: those of the constructor, and defaults for the rest. */
export function initialize(
  mapper: Mapper,
  { values, made }: Beginning,
  object: object,
  given: unknown,
): void {
  if (typeof given !== "object" || given === null || instanceIn(given) !== undefined) {
    throw new ArgumentError(
      `new ${mapper.name} takes a record of values, not ${describe(given)}.`,
      {
        code: "constructor-value",
        hint: `Write new ${mapper.name}({ … }) with a value for each property.`,
      },
    );
  }
  const instance = newInstance(mapper, object, values.slice());
  const related: [Relationship, object[]][] = [];
  for (const property in given) {
    if (!Object.hasOwn(given, property)) continue;
    const value = (given as Record<string, unknown>)[property];
    const column = mapper.properties.get(property);
    if (column !== undefined && isDiscriminator(mapper, column)) throw kindIsFixed(mapper, column);
    if (column !== undefined) instance.values[column.position] = takeValue(mapper, column, value);
    else related.push(initializeRelationship(instance, property, value));
  }
  for (const { column, make } of made) {
    if (instance.values[column.position] !== undefined) continue;
    instance.values[column.position] = takeValue(mapper, column, make());
  }
  // The others hear of an object that is whole only, not of one whose constructor throws.
  for (const [one, items] of related) mapper.registry.behaviour.changed(instance, one, items, []);
}

/** What a constructor is given is the beginning, not a change. */
export function initializeRelationship(
  instance: Instance,
  property: string,
  value: unknown,
): [relationship: Relationship, items: object[]] {
  const { mapper } = instance;
  const relationship = mapper.relationships.get(property);
  if (relationship !== undefined) {
    const many = isToMany(relationship);
    const one = value === null ? [] : [value as object];
    const items = many ? [...checkedItems(mapper, relationship, value)] : one;
    checkAdded({ instance, relationship }, new Set(), items, []);
    const collection = many && newCollection(instance, relationship, items);
    instance.values[relationship.position] = collection || value;
    return [relationship, items];
  }
  if (mapper.hybrids.has(property)) throw hybridWrite(mapper, property);
  const known = [...mapper.properties.keys(), ...mapper.relationships.keys()];
  throw new ArgumentError(`${mapper.name} has no property ${property}.`, {
    code: "unknown-property",
    hint: `${didYouMean(property, known)}Its properties are ${known.join(", ")}.`,
  });
}

/** The object itself, but for the first one of a class: there, fields of the class are looked at as they are made. */
export function guardFields(mapper: Mapper, object: object, fields: { looked: boolean }): object {
  return new Proxy(object, {
    defineProperty(target, property, descriptor) {
      const name = String(property);
      const { properties, relationships, hybrids } = mapper;
      if (!properties.has(name) && !relationships.has(name) && !hybrids.has(name)) {
        return Reflect.defineProperty(target, property, descriptor);
      }
      fields.looked = false;
      throw new ArgumentError(
        `${mapper.name}.${name} is mapped, and a field of the class hides it.`,
        {
          code: "hidden-property",
          hint: `Take the field out; where only its type is meant, write declare ${name}: ….`,
        },
      );
    },
  });
}
