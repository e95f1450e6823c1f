import { type Beginning, beginningOf, guardFields, initialize } from "./construct.js";
import { inspectForm, inspectKey, jsonForm, toRecord } from "./display.js";
import { columnsOf } from "./hybrid.js";
import {
  type Holder,
  instanceKey,
  instanceOf,
  newStanding,
  ownInstance,
  type Standing,
  standingKey,
  valuesKey,
} from "./instance.js";
import type { AnyOptions } from "./mapped.js";
import type { Declarations } from "./mapped-types.js";
import { type AnyClass, type Mapper, mapperKey, mapperOf } from "./mapper.js";
import { Path } from "./path.js";
import { variant } from "./variants.js";

/** The class that `mapped` gives. What belongs to all objects stands here once; an object has its values only. */
export function newClass(mapper: Mapper): AnyClass {
  const own: Making = { mapper, beginning: undefined, looked: false };
  const others = new Map<Mapper, Making>();
  class MappedObject {
    constructor(given: unknown = {}) {
      const making =
        new.target === mapper.entity ? own : makingOf(own, others, mapperOf(new.target));
      const object = making.looked ? this : guardFields(making.mapper, this, making);
      making.looked = true;
      making.beginning ??= beginningOf(making.mapper);
      initialize(making.mapper, making.beginning, object, given);
      // biome-ignore lint/correctness/noConstructorReturn: the first object stays guarded
      return object as this;
    }

    get [instanceKey]() {
      return ownInstance(this);
    }
    toObject() {
      return toRecord(this);
    }
    toJSON() {
      return toRecord(this, jsonForm);
    }
    [inspectKey]() {
      return toRecord(this, inspectForm);
    }
  }
  defineStatics(MappedObject, mapper);
  return MappedObject;
}

/** How objects of a class are made. */
export interface Making {
  readonly mapper: Mapper;
  /** Worked out for the first object, when all that is declared is known. */
  beginning: Beginning | undefined;
  /** Whether the fields of the class were looked at. */
  looked: boolean;
}

/** That of a variant, whose objects the constructor of its root makes. */
export function makingOf(own: Making, others: Map<Mapper, Making>, mapper: Mapper): Making {
  if (mapper === own.mapper) return own;
  const known = others.get(mapper) ?? { mapper, beginning: undefined, looked: false };
  others.set(mapper, known);
  return known;
}

/** The class that `variant` gives: it extends the user's class, whose methods its objects have too. */
export function newVariantClass(mapper: Mapper, extended: AnyClass): AnyClass {
  class Variant extends (extended as new (given?: unknown) => object) {}
  defineStatics(Variant, mapper);
  return Variant;
}

/** `Employee.variant(…)`, for the root of a family and its variants. */
export function defineVariant({ base }: Mapper): void {
  Object.defineProperty(base, "variant", {
    value(this: AnyClass, ...[kind, declarations, options]: VariantArguments) {
      return variant(mapperOf(this), this, kind, declarations, options);
    },
  });
}

export type VariantArguments = [kind: unknown, declarations: Declarations, options?: AnyOptions];

/** `Author.c` and `Author.r`. Whoever reads them uses the class, which tells its name. */
export function defineStatics(entity: AnyClass, mapper: Mapper): void {
  const c = columnsOf(mapper);
  const r = byProperty(mapper.relationships, (one) => new Path(mapper, one));
  const read = (value: object) => ({
    get(this: AnyClass) {
      return mapperOf(this) && value;
    },
  });
  Object.defineProperties(entity, { c: read(c), r: read(r), [mapperKey]: { value: mapper } });
}

/** A frozen object of what is made of each property; without a prototype, so it has no other names. */
export function byProperty<T>(
  properties: ReadonlyMap<string, T>,
  make: (item: T) => object,
): object {
  const made = Object.create(null);
  for (const [property, item] of properties) made[property] = Object.freeze(make(item));
  return Object.freeze(made);
}

/** How a loader makes objects: with the prototype of the class, but without calling its constructor. */
export function makersOf(mapper: Mapper): Pick<Mapper, "fromRow" | "make"> {
  // What a constructor function makes has half the size of what Object.create() makes, and all have the same shape.
  const Loaded = function (this: Holder, row: unknown[], standing: Standing) {
    this[valuesKey] = row;
    this[standingKey] = standing;
  } as unknown as { prototype: object; new (row: unknown[], standing: Standing): object };
  const fromRow: Mapper["fromRow"] = (row, standing) => {
    const { prototype } = mapper.entity;
    if (Loaded.prototype !== prototype) {
      Loaded.prototype = prototype;
      // Never gone, as that of RowBatches in `engine/mysql-stream.ts`.
      Object.assign(Loaded, { kept: new Loaded([], newStanding(mapper)) });
    }
    return new Loaded(row, standing);
  };
  const make: Mapper["make"] = (values, owner) =>
    instanceOf(fromRow(values, newStanding(mapper, owner)));
  return { fromRow, make };
}
