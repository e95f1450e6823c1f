import { beginningOf, guardFields, initialize } from "./construct.js";
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
import { type AnyClass, type Mapper, mapperKey, mapperOf } from "./mapper.js";
import { Path } from "./path.js";

/** The class that `mapped` gives. What belongs to all objects stands here once; an object has its values only. */
export function newClass(mapper: Mapper): AnyClass {
  const beginning = beginningOf(mapper);
  const fields = { looked: false };
  class MappedObject {
    constructor(given: unknown = {}) {
      if (new.target !== mapper.entity) mapperOf(new.target);
      const object = fields.looked ? this : guardFields(mapper, this, fields);
      fields.looked = true;
      initialize(mapper, beginning, object, given);
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
    if (Loaded.prototype !== prototype) Loaded.prototype = prototype;
    return new Loaded(row, standing);
  };
  const make: Mapper["make"] = (values, owner) =>
    instanceOf(fromRow(values, newStanding(mapper, owner)));
  return { fromRow, make };
}
