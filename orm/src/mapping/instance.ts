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

/**
 * Where an object stands. Objects of one class that a statement loads have one Standing together, until they are
 * touched: to read fifty thousand rows, nothing is made for each but the object and its values.
 */
export interface Standing {
  readonly mapper: Mapper;
  state: ObjectState;
  owner: InstanceOwner | undefined;
  /** Who came with it, by one statement, itself among them: one lazy load is for all. */
  siblings: Siblings | undefined;
}

/**
 * The objects of one class that a statement gave, in the batches in which its rows came: null where a row has none,
 * and one object as often as it came.
 */
export type Siblings = (readonly (object | null)[])[];

/** What ormlet keeps for one object of a mapped class, hidden in it: a {@link Standing} of its own, and more. */
export interface Instance extends Standing {
  readonly object: object;
  /**
   * The values as the program sees them: the columns by position, then the relationships, then for each of
   * these `true` while it is known in part only ({@link partialPlace}). undefined where nothing is known: never
   * set, made by the server and not fetched, expired, or not loaded.
   * For a loaded object it is the very array that the driver gave. It stands in the object itself.
   */
  values: unknown[];
  /** What was there before the first change since the last flush, by position; undefined when nothing changed. */
  before: Map<number, unknown> | undefined;
  /** Copies of the values that were handed out and can be edited in place, by position. */
  handedOut: Map<number, unknown> | undefined;
  /** Whether its row was inserted from this object: a collection that it was never given is empty, not unknown. */
  inserted: boolean;
}

/**
 * Where an object keeps `true` while a relationship holds only some of the related objects: those that an option of
 * a query asked for. It stands among the values, so that a rollback brings it back with them.
 */
export function partialPlace({ mapper }: Instance, { position }: Relationship): number {
  return position + mapper.relationships.size;
}

/** The property by which an object gives its {@link Instance}; its class has it. */
export const instanceKey: symbol = Symbol.for("ormlet.instance");
/** The property of an object in which its values stand. */
export const valuesKey: symbol = Symbol.for("ormlet.values");
/** The property of an object in which its {@link Standing} is kept: one that others share, or its Instance. */
export const standingKey: symbol = Symbol.for("ormlet.standing");

/** An object of a mapped class, as this module sees it. */
export interface Holder {
  [key: symbol]: unknown;
}

/**
 * A Standing, and with an object its Instance. All is behind accessors: of two objects others see the values only, so
 * that they are equal to `assert.deepEqual` when these are.
 */
export class ObjectInstance implements Standing {
  /** Never gone, as that of RowBatches in `engine/mysql-stream.ts`. */
  static readonly kept = new ObjectInstance({} as Standing, {});
  accessor mapper: Mapper;
  accessor state: ObjectState;
  accessor owner: InstanceOwner | undefined;
  accessor object: object | undefined;
  accessor siblings: Siblings | undefined;
  accessor before: Map<number, unknown> | undefined;
  accessor handedOut: Map<number, unknown> | undefined;
  accessor inserted = false;
  /** For a shared one: what its objects share since they came by another statement. */
  accessor next: Standing | undefined;

  constructor({ mapper, state, owner, siblings }: Standing, object?: object) {
    this.mapper = mapper;
    this.state = state;
    this.owner = owner;
    this.siblings = siblings;
    this.object = object;
  }

  get values(): unknown[] {
    return valuesOf(this.object as object);
  }

  set values(values: unknown[]) {
    setValues(this.object as object, values);
  }
}

/** A Standing for objects that come together. One without a session is transient, if nothing else is said. */
export function newStanding(
  mapper: Mapper,
  owner?: InstanceOwner,
  state: ObjectState = owner === undefined ? "transient" : "persistent",
): Standing {
  return new ObjectInstance({ mapper, owner, state, siblings: undefined });
}

/** Gives a new object its values and its instance, which is transient. */
export function newInstance(mapper: Mapper, object: object, values: unknown[]): Instance {
  const standing = { mapper, state: "transient", owner: undefined, siblings: undefined } as const;
  const instance = new ObjectInstance(standing, object) as Instance;
  const holder = object as Holder;
  holder[valuesKey] = values;
  holder[standingKey] = instance;
  return instance;
}

/** The values of an object of a mapped class. Who only looks at them makes no instance. */
export function valuesOf(object: object): unknown[] {
  return (object as Holder)[valuesKey] as unknown[];
}

export function setValues(object: object, values: unknown[]): void {
  (object as Holder)[valuesKey] = values;
}

/** Where an object of a mapped class stands: what it shares with others, to be looked at only, or its Instance. */
export function standingOf(object: object): Standing {
  return (object as Holder)[standingKey] as Standing;
}

/** Whether this is the Instance of one object, which can be changed, and have values that are changed or not known. */
export function isOwn(standing: Standing): standing is Instance {
  return (standing as ObjectInstance).object !== undefined;
}

/** The instance of an object. One that shared a Standing gets its own now. A prototype alone has none. */
export function ownInstance(object: object): Instance | undefined {
  const standing = standingOf(object);
  if (standing === undefined || isOwn(standing)) return standing;
  let holder = object;
  // It is found through what has the object for its prototype, too.
  while (!Object.hasOwn(holder, standingKey)) holder = Object.getPrototypeOf(holder);
  const own = new ObjectInstance(standing, holder) as Instance;
  (holder as Holder)[standingKey] = own;
  return own;
}

/** Notes who came with an object. Those that shared a Standing, and came together once more, share the next one. */
export function setSiblings(object: object, siblings: Siblings): void {
  const standing = standingOf(object) as ObjectInstance;
  if (standing.siblings === siblings) return;
  if (isOwn(standing)) standing.siblings = siblings;
  else {
    if (standing.next?.siblings !== siblings) {
      const { mapper, state, owner } = standing;
      standing.next = new ObjectInstance({ mapper, state, owner, siblings });
    }
    (object as Holder)[standingKey] = standing.next;
  }
}

/** Lets go of an object, and of all that share its Standing. */
export function detach(standing: Standing): void {
  const shared = standing as ObjectInstance;
  shared.state = "detached";
  shared.owner = undefined;
  shared.siblings = undefined;
  shared.next = undefined;
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
