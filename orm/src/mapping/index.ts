export type { Collection } from "./collection.js";
export {
  bigint,
  binary,
  boolean,
  Col,
  date,
  datetime,
  decimal,
  double,
  enumeration,
  integer,
  json,
  now,
  text,
  uuid,
  varchar,
} from "./column.js";
export { UnloadedError } from "./errors.js";
export { and, type Condition, Expr, not, type Order, or } from "./expression.js";
export type { Filter } from "./filters.js";
export type { Hybrid } from "./hybrid.js";
export type { Instance, InstanceOwner, ObjectState, Siblings, Standing } from "./instance.js";
export { type BaseOptions, type DeclarativeBase, declarativeBase } from "./mapped.js";
export type { AnyMappedObject, Init, Mapped, MappedObject, Value } from "./mapped-types.js";
export type { AnyClass, Mapper, Relationship } from "./mapper.js";
export { Metadata } from "./metadata.js";
export type { Naming } from "./naming.js";
export type { Path } from "./path.js";
export { manyToMany, manyToOne, oneToMany, oneToOne, Rel } from "./relationship.js";
export type { Column, Table, TableOptions } from "./table.js";
export type { Discriminator, HasVariants } from "./variant-types.js";
