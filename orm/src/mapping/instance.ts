import { ArgumentError } from "../engine/index.js";
import { describe } from "./column-type.js";
import type { Mapper, Relationship } from "./mapper.js";

/**
 * Where an object stands between the program and the database, in SQLAlchemy's words. transient: only in the
 * program. pending: added to a session, not yet inserted. persistent: a row of the database, in a session.
 * deleted: its DELETE was flushed, not yet committed. detached: a row, but of no session.
 */
export type ObjectState = "transient" | "pending" | "persistent" | "deleted" | "detached";

/** The session of an instance, as the mapped class's accessors see it. */
export interface InstanceOwner {
  /** Told before each change of an instance, and `toRead` before a value that can be edited is handed out. */
  touched(instance: Instance, toRead?: boolean): void;
}

/** What ormlet keeps for one object of a mapped class, hidden in it. */
export interface Instance {
  readonly mapper: Mapper;
  readonly object: object;
  /**
   * The values as the program sees them: the columns by position, then the relationships, then for each of
   * these `true` while it is known in part only ({@link partialPlace}). undefined where nothing is known: never
   * set, made by the server and not fetched, expired, or not loaded.
   * For a loaded object it is the very array that the driver gave.
   */
  values: unknown[];
  /** What was there before the first change since the last flush, by position; undefined when nothing changed. */
  before: Map<number, unknown> | undefined;
  /** Copies of the values that were handed out and can be edited in place, by position. */
  handedOut: Map<number, unknown> | undefined;
  state: ObjectState;
  owner: InstanceOwner | undefined;
  /** Whether its row was inserted from this object: a collection that it was never given is empty, not unknown. */
  inserted: boolean;
  /** The objects of its class that came with it, by one statement, itself among them: one lazy load is for all. */
  siblings: readonly Instance[] | undefined;
}

/**
 * Where an object keeps `true` while a relationship holds only some of the related objects: those that an option of
 * a query asked for. It stands among the values, so that a rollback brings it back with them.
 */
export function partialPlace({ mapper }: Instance, { position }: Relationship): number {
  return position + mapper.relationships.size;
}

/** The property of an object in which its {@link Instance} is kept. */
export const instanceKey: symbol = Symbol.for("ormlet.instance");

/** Only `values` is a field that others see: two objects with equal values are equal to `assert.deepEqual`. */
class ObjectInstance implements Instance {
  values: unknown[];
  accessor mapper: Mapper;
  accessor object: object;
  accessor before: Map<number, unknown> | undefined;
  accessor handedOut: Map<number, unknown> | undefined;
  accessor state: ObjectState;
  accessor owner: InstanceOwner | undefined;
  accessor inserted = false;
  accessor siblings: readonly Instance[] | undefined;

  constructor(mapper: Mapper, object: object, values: unknown[], owner?: InstanceOwner) {
    this.values = values;
    this.mapper = mapper;
    this.object = object;
    this.state = owner === undefined ? "transient" : "persistent";
    this.owner = owner;
  }
}

/** Gives an object its instance: persistent when a session that loaded it is given, else transient. */
export function newInstance(
  mapper: Mapper,
  object: object,
  values: unknown[],
  owner?: InstanceOwner,
): Instance {
  return new ObjectInstance(mapper, object, values, owner);
}

/** The {@link Instance} in a value, or undefined when it is not an object of a mapped class. */
export function instanceIn(value: unknown): Instance | undefined {
  return typeof value === "object" && value !== null
    ? (value as Record<symbol, Instance | undefined>)[instanceKey]
    : undefined;
}

/**
 * What ormlet keeps for an object of a mapped class.
 * @throws ArgumentError `not-mapped` for anything else.
 */
export function instanceOf(object: unknown): Instance {
  const instance = instanceIn(object);
  if (instance !== undefined) return instance;
  throw new ArgumentError(`${describe(object)} is not an object of a mapped class.`, {
    code: "not-mapped",
    hint: Array.isArray(object)
      ? "Take one after the other; to add several, write addAll([ada, grace])."
      : 'Make it with new Author({ … }), of a class that extends Base.mapped("authors", { … }), or load it: await session.get(Author, 1).',
  });
}
