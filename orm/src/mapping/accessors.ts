import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { isStored, note } from "./changes.js";
import { type Collection, newCollection } from "./collection.js";
import { describe } from "./column-type.js";
import { lowerFirst, placed, UnloadedError } from "./errors.js";
import { isDiscriminator, kindIsFixed } from "./family.js";
import {
  type Holder,
  type Instance,
  instanceIn,
  instanceKey,
  instanceOf,
  valuesKey,
} from "./instance.js";
import type { Mapper, Relationship } from "./mapper.js";
import { isToMany } from "./relationship.js";
import { foreignKeyOf } from "./relationship-keys.js";
import { checkRelated } from "./relationship-target.js";
import type { Column } from "./table.js";

/** Gives the prototype of a mapped class a getter and a setter for each property. */
export function defineAccessors(prototype: object, mapper: Mapper): void {
  const { parent } = mapper;
  for (const [property, column] of mapper.properties) {
    if (parent?.properties.has(property)) continue;
    defineAccessor(prototype, property, true, {
      position: column.position,
      isEditable: column.type.editable !== undefined,
      get: (instance) => readColumn(instance, column),
      set: isDiscriminator(mapper, column)
        ? (instance) => {
            throw kindIsFixed(instance.mapper, column);
          }
        : (instance, value) => writeColumn(instance, column, value),
    });
  }
  for (const [property, relationship] of mapper.relationships) {
    if (parent?.relationships.has(property)) continue;
    defineAccessor(prototype, property, false, {
      position: relationship.position,
      get: (instance) => readRelationship(instance, relationship),
      set: (instance, value) => writeRelationship(instance, relationship, value),
    });
  }
}

/** Gives the prototype `lazy`: the same relationships, each as a promise. */
export function defineLazy(prototype: object, { relationships, registry }: Mapper): void {
  const face = {};
  for (const [property, relationship] of relationships) {
    Object.defineProperty(face, property, {
      enumerable: true,
      get(this: object) {
        return registry.behaviour.lazy(instanceOf(this), relationship);
      },
    });
  }
  Object.defineProperty(prototype, "lazy", {
    get(this: object) {
      const value = instanceIn(this);
      return value && Object.freeze(Object.create(face, { [instanceKey]: { value } }));
    },
  });
}

export interface Accessor {
  /** Where the value stands among those of an object, for one that is kept. */
  readonly position?: number;
  /** Whether an object that stands there can be edited in place, so that a copy of it has to be kept. */
  readonly isEditable?: boolean;
  get(instance: Instance): unknown;
  set(instance: Instance, value: unknown): void;
}

/** Those of columns are enumerable, so that `for in` finds them. The prototype itself has no values. */
export function defineAccessor(
  prototype: object,
  property: string,
  enumerable: boolean,
  { position, isEditable, get, set }: Accessor,
): void {
  Object.defineProperty(prototype, property, {
    enumerable,
    // A variant that is declared later moves the places of relationships.
    configurable: true,
    get(this: object) {
      // Most reads end here: to look at a value, a loaded object needs no instance.
      if (position !== undefined) {
        const value = ((this as Holder)[valuesKey] as unknown[] | undefined)?.[position];
        const isPlain = !isEditable || typeof value !== "object" || value === null;
        if (value !== undefined && isPlain) return value;
      }
      const instance = instanceIn(this);
      return instance && get(instance);
    },
    set(this: object, value: unknown) {
      const instance = instanceIn(this);
      if (instance) set(instance, value);
    },
  });
}

/** The value of a column. One that can be edited in place is handed out, a copy of it is kept to compare with. */
export function readColumn(instance: Instance, { position, property, type }: Column): unknown {
  const value = instance.values[position];
  if (value === undefined && isStored(instance)) throw unloaded(instance, property);
  // A converter can give a string as well as an object; only what can be edited is worth a copy.
  if (type.editable === undefined || typeof value !== "object" || value === null) return value;
  instance.handedOut ??= new Map();
  if (!instance.handedOut.has(position)) {
    instance.owner?.touched(instance, true);
    instance.handedOut.set(position, type.editable.copy(value));
  }
  return value;
}

/** Sets a column: the value is checked first, and what was there is noted when it is another one. */
export function writeColumn(instance: Instance, column: Column, value: unknown): void {
  const { mapper, values } = instance;
  const { position, primaryKey, property } = column;
  const taken = takeValue(mapper, column, value);
  if (Object.is(values[position], taken)) return;
  if (primaryKey && isStored(instance)) {
    throw new InvalidRequestError(`${mapper.name}.${property} is the key of a row and stays.`, {
      code: "key-change",
      hint: "Make a new object with the other key, and delete this one.",
    });
  }
  note(instance, position);
  values[position] = taken;
}

/**
 * The value that is kept for one that somebody gives: checked and copied by the type of the column.
 * @throws ArgumentError that names class and property.
 */
export function takeValue(mapper: Mapper, column: Column, value: unknown): unknown {
  const why = refusalOf(column, value);
  if (why !== undefined) {
    const { code, what, hint } = why;
    throw new ArgumentError(`${mapper.name}.${column.property} ${what}.`, { code, hint });
  }
  if (value === null) return null;
  try {
    return column.type.take(value);
  } catch (error) {
    throw placed(`${mapper.name}.${column.property}`, error);
  }
}

/** What each refusal of {@link takeValue} says. */
export const refusals = {
  generated: {
    code: "generated-value",
    what: "is generated and cannot be set",
    hint: "Leave it out; the server computes it from other columns.",
  },
  undefined: {
    code: "undefined-value",
    what: "was set to undefined",
    hint: "Write null for SQL's NULL, or leave the property out.",
  },
  null: {
    code: "null-value",
    what: "cannot be null",
    hint: "Give it a value, or declare the column with .nullable().",
  },
  zero: {
    code: "zero-key",
    what: "cannot be 0",
    hint: "Leave it out, and the server counts; MySQL would do so for 0 as well.",
  },
};

/** Why a column takes no such value, whatever its type; undefined when it does. */
export function refusalOf(column: Column, value: unknown) {
  if (column.generated !== undefined) return refusals.generated;
  if (value === undefined) return refusals.undefined;
  if (value === null) return column.nullable ? undefined : refusals.null;
  const isZero = column.autoIncrement && (value === 0 || value === 0n || value === "0");
  return isZero ? refusals.zero : undefined;
}

/**
 * A related object, null, or a collection. What a new object was never given is nothing; what belongs to a row is
 * not known, unless the row was just inserted: nothing can point at it yet.
 */
export function readRelationship(instance: Instance, relationship: Relationship): unknown {
  const value = instance.values[relationship.position];
  if (value !== undefined) return value;
  if (isUnloaded(instance, relationship)) throw unloaded(instance, relationship.property);
  if (!isToMany(relationship)) return null;
  const empty = newCollection(instance, relationship);
  instance.values[relationship.position] = empty;
  return empty;
}

/** Whether only the database knows what a relationship holds. */
export function isUnloaded(instance: Instance, relationship: Relationship): boolean {
  if (instance.values[relationship.position] !== undefined || !isStored(instance)) return false;
  return !instance.inserted || !isPointedAt(instance.mapper, relationship);
}

/** Whether other rows point at the object's, so that none does when it was just inserted. */
export function isPointedAt(mapper: Mapper, relationship: Relationship): boolean {
  const { kind } = relationship;
  return (
    isToMany(relationship) ||
    (kind === "oneToOne" && foreignKeyOf(mapper, relationship).side === "target")
  );
}

/**
 * Sets a relationship; a collection stays the same one and gets other items.
 * @throws UnloadedError where an object that is not in memory would have to be let go.
 */
export function writeRelationship(
  instance: Instance,
  relationship: Relationship,
  value: unknown,
): void {
  const { mapper, values } = instance;
  if (isToMany(relationship)) {
    const items = checkedItems(mapper, relationship, value);
    (readRelationship(instance, relationship) as Collection<object>).replace(items);
    return;
  }
  if (value !== null) checkRelated(mapper, relationship, value);
  const old = values[relationship.position];
  if (Object.is(old, value)) return;
  if (isUnloaded(instance, relationship) && isPointedAt(mapper, relationship)) {
    throw unloaded(instance, relationship.property);
  }
  note(instance, relationship.position);
  values[relationship.position] = value;
  const items = (one: unknown) => (one ? [one] : []) as object[];
  mapper.registry.behaviour.changed(instance, relationship, items(value), items(old));
}

/** What is assigned to a to-many must be an array; its items are checked by the collection. */
export function checkedItems(mapper: Mapper, { property }: Relationship, value: unknown): object[] {
  if (Array.isArray(value)) return value;
  throw new ArgumentError(`${mapper.name}.${property} takes an array, not ${describe(value)}.`, {
    code: "related-value",
    hint: "Write an array of objects; an empty one for none.",
  });
}

/** The error of a property that is not in memory. */
export function unloaded({ mapper }: Instance, property: string): UnloadedError {
  const { name, relationships } = mapper;
  const relationship = relationships.get(property);
  return new UnloadedError(`${name}.${property} is not loaded.`, {
    code: "unloaded",
    hint: relationship
      ? unloadedHint(name, relationship)
      : `The server made its value, or it expired. Write await session.refresh(${lowerFirst(name)}) first.`,
  });
}

/** What to write in place of reading a relationship: the remedies of the chapter of relationships. */
export function unloadedHint(name: string, relationship: Relationship): string {
  const { target, options, property, kind } = relationship;
  const variable = lowerFirst(name);
  const value = kind === "manyToMany" ? `[${variable}]` : variable;
  const other = options.backPopulates === value ? value : `${options.backPopulates}: ${value}`;
  const add = isToMany(relationship) && options.backPopulates !== undefined;
  return (
    `Load it with the query, select(${name}).options(selectinload(${name}.r.${property})), ` +
    `or now: await ${variable}.lazy.${property}.` +
    (add ? ` To add one: session.add(new ${target}({ ${other} })).` : "")
  );
}
