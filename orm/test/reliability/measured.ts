import {
  bigint,
  boolean,
  datetime,
  decimal,
  declarativeBase,
  integer,
  json,
  varchar,
} from "../../src/index.js";

export const Base = declarativeBase();

/** A row of an ordinary size, with values of many types. */
export class Reading extends Base.mapped("readings", {
  id: integer().primaryKey(),
  sensor: varchar(100),
  value: decimal(20, 6),
  total: bigint(),
  valid: boolean(),
  takenAt: datetime(),
  details: json<{ unit: string }>(),
  note: varchar(200).nullable(),
}) {}
