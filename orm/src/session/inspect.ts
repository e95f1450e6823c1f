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
 * @example
 * ```ts
 * const emma = await session.query(Book).filterBy({ title: "Emma" }).one();
 * emma.price = "10.00";
 * const { state, key, changes, unloaded } = inspect(emma);
 * console.log(state, key); // persistent [ 1 ]
 * console.log(changes); // [ { property: 'price', before: '9.50', after: '10.00' } ]
 * console.log(unloaded); // [ 'author', 'tags', 'loans' ]
 * ```
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
