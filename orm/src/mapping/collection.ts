import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { note } from "./changes.js";
import type { Instance } from "./instance.js";
import type { Relationship } from "./mapper.js";
import { checkRelated } from "./relationship-target.js";

/**
 * The objects on the other side of a to-many relationship: an array that is read as any other and changed by
 * its methods only, so that each change is known. Assigning to an index or to `length` throws.
 * @example
 * ```ts
 * const shelf = new Author({ name: "Anne Brontë" });
 * const agnes = new Book({ title: "Agnes Grey" });
 * shelf.books.push(agnes, new Book({ title: "The Tenant" }));
 * console.log(shelf.books.map(({ title }) => title)); // [ 'Agnes Grey', 'The Tenant' ]
 * console.log(agnes.author === shelf); // true
 *
 * shelf.books.remove(agnes);
 * console.log(shelf.books.length, agnes.author); // 1 null
 * ```
 */
export interface Collection<E> extends ReadonlyArray<E> {
  push(...items: E[]): number;
  pop(): E | undefined;
  shift(): E | undefined;
  unshift(...items: E[]): number;
  splice(start: number, deleteCount?: number, ...items: E[]): E[];
  /** Takes one object out; false when it is not in. */
  remove(item: E): boolean;
  /** Puts these objects in, in place of all that are in. */
  replace(items: Iterable<E>): void;
}

/** What a {@link Collection} is made of, and what its Proxy asks: one object for both, as a load makes thousands. */
export class CollectionState implements ProxyHandler<object[]> {
  /** Never gone, as that of RowBatches in `engine/mysql-stream.ts`. */
  static readonly kept = new CollectionState([], {} as Instance, {} as Relationship);
  readonly items: object[];
  readonly instance: Instance;
  readonly relationship: Relationship;
  /** The same items, to find one quickly; made when they are first needed. */
  members: Set<object> | undefined;

  constructor(items: object[], instance: Instance, relationship: Relationship) {
    this.items = items;
    this.instance = instance;
    this.relationship = relationship;
    this.members = undefined;
  }

  get(items: object[], key: PropertyKey, collection?: unknown): unknown {
    const value: unknown = Reflect.get(items, key);
    // An item, or the length.
    if (value !== undefined && typeof value !== "function") return value;
    return editOf(this, key) ?? readOf(items, key, collection) ?? value;
  }
  set(): never {
    return refuseWrite(this);
  }
  defineProperty(): never {
    return refuseWrite(this);
  }
  deleteProperty(): never {
    return refuseWrite(this);
  }
}

/** A collection with these items, which are not checked and not noted as a change: a load gives them. */
export function newCollection(
  instance: Instance,
  relationship: Relationship,
  items: object[] = [],
): Collection<object> {
  const state = new CollectionState(items, instance, relationship);
  return new Proxy(items, state) as unknown as Collection<object>;
}

export function refuseWrite({ instance, relationship }: CollectionState): never {
  const name = `${instance.mapper.name}.${relationship.property}`;
  throw new InvalidRequestError(`${name} is changed by its methods only.`, {
    code: "collection-write",
    hint: "Write push, pop, shift, unshift, splice, remove or replace; or assign an array to the property.",
  });
}

/** The method by which a rollback gives a collection its items: unchecked, and no change of the program's. */
export const resetKey: symbol = Symbol.for("ormlet.reset");

/** The method of a collection that changes it, or undefined for any other property. Each one is a splice. */
export function editOf(state: CollectionState, key: PropertyKey): unknown {
  const { items } = state;
  switch (key) {
    case "push":
      return (...added: object[]) => splice(state, items.length, 0, added) && items.length;
    case "pop":
      return () => splice(state, -1, 1)[0];
    case "shift":
      return () => splice(state, 0, 1)[0];
    case "unshift":
      return (...added: object[]) => splice(state, 0, 0, added) && items.length;
    case "splice":
      return (start: number, count = items.length, ...added: object[]) =>
        splice(state, start, count, added);
    case "remove":
      return (item: object) => items.includes(item) && !!splice(state, items.indexOf(item), 1);
    case "replace":
      return (added: Iterable<object>) => {
        if (Symbol.iterator in Object(added)) splice(state, 0, items.length, [...added]);
        else {
          const hint = "Write replace([book]); or push(book), to add one.";
          throw new ArgumentError("replace() needs an array.", { code: "not-an-array", hint });
        }
      };
    case "includes":
      return (item: object, from = 0) =>
        from === 0 ? membersIn(state).has(item) : items.includes(item, from);
    case resetKey:
      return (others: readonly object[]) => {
        items.length = 0;
        for (const item of others) items.push(item);
        state.members = undefined;
      };
    default:
      return undefined;
  }
}

/** Methods of an array that only read, and call nothing of the program. */
const readers: ReadonlySet<PropertyKey> = new Set<PropertyKey>([
  Symbol.iterator,
  ..."at concat entries indexOf join keys slice values".split(" "),
]);
/** Those that call it with each item, its place, and the array. */
const visitors: ReadonlySet<PropertyKey> = new Set(
  "every filter find findIndex findLast flatMap forEach map some".split(" "),
);

/**
 * A method that reads the items themselves, or undefined for any other property: to ask the Proxy for each item takes
 * five times as long. The program's functions get the collection, not the array in it.
 */
export function readOf(items: object[], key: PropertyKey, collection: unknown): unknown {
  if (!readers.has(key) && !visitors.has(key) && key !== "reduce") return undefined;
  const method: (...given: unknown[]) => unknown = Reflect.get(items, key);
  if (readers.has(key)) return method.bind(items);
  return (call: unknown, ...more: unknown[]) => {
    // What is no function is refused by the method, in its own words.
    if (typeof call !== "function") return method.call(items, call, ...more);
    const visit =
      key === "reduce"
        ? (before: unknown, item: unknown, place: unknown) => call(before, item, place, collection)
        : function (this: unknown, item: unknown, place: unknown) {
            return call.call(this, item, place, collection);
          };
    return method.call(items, visit, ...more);
  };
}

/** The items of a collection as a set. */
export function membersIn(state: CollectionState): Set<object> {
  state.members ??= new Set(state.items);
  return state.members;
}

/** Takes `count` items out from `start` on, and puts others there: what `Array.prototype.splice` does. */
export function splice(
  state: CollectionState,
  start: number,
  count: number,
  added: readonly object[] = [],
): object[] {
  const { items, instance, relationship } = state;
  const from = start < 0 ? Math.max(0, items.length + start) : Math.min(start, items.length);
  const removed = items.slice(from, from + Math.max(0, count));
  const members = membersIn(state);
  checkAdded(state, members, added, removed);
  if (removed.length + added.length > 0) note(instance, relationship.position);
  items.splice(from, removed.length);
  const behind = added.length > 0 ? items.splice(from) : [];
  for (const item of added) items.push(item);
  for (const item of behind) items.push(item);
  for (const item of removed) members.delete(item);
  for (const item of added) members.add(item);
  instance.mapper.registry.behaviour.changed(instance, relationship, added, removed);
  return removed;
}

/** Refuses what is not of the related class, and what would be in the collection twice. */
export function checkAdded(
  { instance, relationship }: Pick<CollectionState, "instance" | "relationship">,
  members: ReadonlySet<object>,
  added: readonly object[],
  removed: readonly object[],
): void {
  const gone = new Set(removed);
  const fresh = new Set<object>();
  for (const item of added) {
    checkRelated(instance.mapper, relationship, item);
    if (fresh.has(item) || (members.has(item) && !gone.has(item))) {
      const name = `${instance.mapper.name}.${relationship.property}`;
      throw new ArgumentError(`${name} would hold the same object twice.`, {
        code: "twice",
        hint: "Setting one side of a relationship sets the other. In doubt, look with includes() first.",
      });
    }
    fresh.add(item);
  }
}
