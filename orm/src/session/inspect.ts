import { instanceOf, type ObjectState } from "../mapping/instance.js";
import { type Change, changesOf } from "./changes.js";
import type { Session } from "./session.js";
import type { SessionOwner } from "./state.js";

/** What a session knows of one object. */
export interface Inspection {
  readonly state: ObjectState;
  /** The session that it is in. */
  readonly session: Session | undefined;
  /** Its primary key, in table order; undefined while it has none. */
  readonly key: readonly unknown[] | undefined;
  /** What changed since the last flush, with the values before and after. */
  readonly changes: readonly Change[];
  /** The properties that are not in memory. */
  readonly unloaded: readonly string[];
}

/**
 * Looks into an object without changing or loading anything. The name is SQLAlchemy's.
 * @throws ArgumentError `not-mapped` for what is no object of a mapped class.
 */
export function inspect(object: object): Inspection {
  const instance = instanceOf(object);
  const { mapper, values, state } = instance;
  const key = mapper.table.primaryKey.map(({ position }) => values[position]);
  const properties = [...mapper.properties.values(), ...mapper.relationships.values()];
  return {
    state,
    session: (instance.owner as SessionOwner | undefined)?.session as Session | undefined,
    key: key.includes(undefined) ? undefined : key,
    changes: changesOf(instance),
    unloaded: properties
      .filter(({ position }) => values[position] === undefined)
      .map(({ property }) => property),
  };
}
