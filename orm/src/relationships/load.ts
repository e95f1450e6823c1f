import { ArgumentError } from "../engine/index.js";
import { isPointedAt } from "../mapping/accessors.js";
import { isStored, note } from "../mapping/changes.js";
import { newCollection } from "../mapping/collection.js";
import { declarerOf, has } from "../mapping/family.js";
import {
  type Instance,
  isOwn,
  partialPlace,
  setValues,
  standingOf,
  valuesOf,
} from "../mapping/instance.js";
import type { Mapper, Relationship } from "../mapping/mapper.js";
import type { AnyPath } from "../mapping/path.js";
import { mapperOfTable } from "../mapping/registry.js";
import { isToMany } from "../mapping/relationship.js";
import { inverseOf, pathName, targetOf } from "../mapping/relationship-target.js";
import { throughOf } from "../mapping/through.js";
import { isFiltered } from "../query/filters.js";
import type { HydratedRows } from "../query/nodes.js";
import { replaceItems } from "../session/changes.js";
import type { Fetch } from "../session/executable.js";
import { isExpired } from "../session/load.js";
import { sessionOf } from "../session/membership.js";
import { currentValue } from "../session/row-changes.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import { differenceOf, membersOf, parentByKey } from "./members.js";
import { chunksOf, type RelationLoad, relatedSelect, rowSelect } from "./related-select.js";
import { ByKey, keyOf, type Way, wayOf } from "./way.js";

/** Whether a relationship has to be loaded to be known as a whole. */
export function isMissing(instance: Instance, relationship: Relationship): boolean {
  const { values } = instance;
  if (values[relationship.position] === undefined) return true;
  const part = values[partialPlace(instance, relationship)];
  // With what is deleted goes also what a filter hides.
  return part === true || (part === FILTERED && instance.state === "deleted");
}

/** Stands at the place of {@link partialPlace} when filters can have left something out: it counts as the whole. */
export const FILTERED = "filtered";

/**
 * Loads a relationship of these objects, where it is not in memory, by one statement for each five thousand keys;
 * then what is nested. Objects that a to-one points at and that the session has need no statement.
 * @param all whether there are no other objects of their class: many need no list of keys then.
 */
export async function loadRelated(
  load: RelationLoad,
  instances: readonly Instance[],
  fetch: Fetch,
  all = false,
): Promise<void> {
  const { relationship } = load.path;
  for (const one of instances) refuseStray(load.path, one.mapper);
  const owners = instances.filter((one) => has(one.mapper, relationship));
  const missing = owners.filter((one) => isStored(one) && isMissing(one, relationship));
  const isWhole = all && missing.length === instances.length && isToMany(relationship);
  if (missing.length > 0) settle(load, await findRelated(load, missing, fetch, isWhole));
  if (load.nested.length === 0) return;
  const related = owners.flatMap(({ values }) => membersOf(values[relationship.position]));
  for (const option of load.nested) await option.load?.([...new Set(related)], fetch);
}

/**
 * Refuses a path that begins at another class. One of a variant is for those of the objects that are of it.
 * @throws ArgumentError `option-root`
 */
export function refuseStray(path: AnyPath, owner: Mapper): void {
  if (path.mapper.root === owner.root) return;
  throw new ArgumentError(
    `${pathName(path.mapper, path.relationship)} is no path of ${owner.name}.`,
    {
      code: "option-root",
      hint: `A path that is loaded here begins at ${owner.name}: ${owner.name}.r.….`,
    },
  );
}

/** Objects whose rows are found by the same key, and what was found. */
interface Group {
  readonly owners: Instance[];
  readonly items: object[];
}

/** The related objects of each of these; `all` when no others have any. */
async function findRelated(
  load: RelationLoad,
  owners: readonly Instance[],
  fetch: Fetch,
  all = false,
): Promise<Map<Instance, object[]>> {
  const mapper = declarerOf(load.path.mapper, load.path.relationship);
  const way = wayOf(mapper, load.path.relationship);
  const unknown = owners.filter(({ values }) => keyOf(way.near, values) === undefined);
  if (unknown.length > 0) await fetch(rowSelect(mapper, unknown));
  const found = new Map<Instance, object[]>();
  const groups = new ByKey<Group>();
  for (const owner of owners) {
    const key = keyOf(way.near, owner.values);
    let group = key == null ? undefined : groups.get(key);
    if (group !== undefined) group.owners.push(owner);
    else {
      group = { owners: [owner], items: [] };
      if (key != null) groups.set(key, group);
    }
    found.set(owner, group.items);
  }
  const asked = Array.from(groups.values()).filter((group) => !findInMemory(load, group));
  const keys = asked.map(({ owners: [owner] }) => owner as Instance);
  const collect = (rows: HydratedRows) => addRows(load, way, groups, rows);
  for (const chunk of chunksOf(way, keys, all)) {
    await fetch(relatedSelect(load, way, chunk, collect));
  }
  return found;
}

/** Takes the object that a to-one points at from the identity map, if it is there. */
function findInMemory({ path, where }: RelationLoad, { owners, items }: Group): boolean {
  const [owner] = owners;
  if (owner === undefined || where.length > 0) return false;
  const known = parentByKey(owner, path.relationship, currentValue);
  if (known === undefined || isExpired(known)) return false;
  items.push(known.object);
  return true;
}

/** Puts each row's object where its key says. With a table between, the key stands hidden in the row. */
function addRows(
  { path, nested }: RelationLoad,
  { far, hasLink }: Way,
  groups: ByKey<Group>,
  { roots, hidden }: HydratedRows,
): void {
  const columns = hasLink ? far.map((column, position) => ({ ...column, position })) : far;
  const repeats = nested.some(({ joins }) => joins);
  const tell = teller(path);
  const key: unknown[] = [];
  for (let row = 0; row < roots.length; row += 1) {
    const object = roots[row]; // `entries()` would make an array for each
    if (!object) continue;
    for (let at = 0; hasLink && at < far.length; at += 1) key[at] = hidden[at]?.[row];
    const known = keyOf(columns, hasLink ? key : valuesOf(object));
    const group = known == null ? undefined : groups.find(known);
    if (group === undefined || (repeats && group.items.includes(object))) continue;
    group.items.push(object);
    for (const owner of group.owners) tell?.(owner, object);
  }
}

/**
 * What tells an object whose it is, when it was found for its owner: a book among an author's knows its author. It
 * needs no instance for that. It is told as soon as it is made: later its row would have left the processor's cache,
 * and to fetch 20,000 rows again takes longer than to write into them. Undefined where there is no such side.
 */
export function teller({ mapper, relationship }: AnyPath) {
  const inverse = inverseOf(mapper, relationship);
  if (inverse === undefined || isToMany(inverse)) return undefined;
  const { position } = inverse;
  return (owner: Instance, item: object): void => {
    // What the program has said stays.
    if (!isMissing(owner, relationship) || owner.before?.has(relationship.position)) return;
    if (valuesOf(item)[position] !== undefined) return;
    const one = standingOf(item);
    if (isOwn(one) && (one.before?.has(position) || isRepointed(one, inverse))) return;
    setRelated(item, position, owner.object);
  };
}

/** Gives objects the related ones that were found. What the program set meanwhile, or before, stays. */
export function settle(load: RelationLoad, found: Map<Instance, object[]>): void {
  const { mapper, relationship } = load.path;
  const [owner] = found.keys();
  const state = owner && sessionOf(owner);
  const inverse = inverseOf(mapper, relationship);
  const isDoubtful = state?.transaction?.levels.some(
    ({ snapshots, doubtful }) => snapshots.size > 0 || doubtful !== undefined,
  );
  const isOther = inverse !== undefined && isPointedAt(mapper, relationship);
  const stored = state && isOther ? addPending(state, inverse, found) : undefined;
  const isHidden = state !== undefined && hides(state, mapper, relationship);
  for (const [one, items] of found) {
    if (!isMissing(one, relationship) || one.before?.has(relationship.position)) continue;
    // A rollback takes it away again: it may show what was written in this transaction.
    if (state && isDoubtful) remember(state, one);
    const rows = one.state === "deleted" ? undefined : stored?.get(one);
    setItems(one, relationship, rows ?? items);
    if (rows) {
      note(one, relationship.position);
      setItems(one, relationship, items);
    }
    const isPartial = load.where.length > 0 || load.limit !== undefined;
    const place = partialPlace(one, relationship);
    // A to-one that was found is all that there is.
    if (isPartial && (isToMany(relationship) || items.length === 0)) one.values[place] = true;
    else if (isHidden && one.state !== "deleted") one.values[place] = FILTERED;
    else if (one.values[place]) one.values[place] = undefined;
  }
}

/** Whether filters can leave out some of what a relationship leads to: those of its class, or of the table between. */
export function hides(state: SessionState, mapper: Mapper, relationship: Relationship): boolean {
  if (isFiltered(state, targetOf(mapper, relationship))) return true;
  if (relationship.kind !== "manyToMany") return false;
  const between = mapperOfTable(throughOf(mapper, relationship).table);
  return between !== undefined && isFiltered(state, between);
}

/**
 * Changes of the other side that were not flushed count: they are what the program sees.
 * @returns what the database has for those that it changed something for.
 */
function addPending(
  state: SessionState,
  inverse: Relationship,
  found: Map<Instance, object[]>,
): Map<Instance, object[]> {
  const { position, property } = inverse;
  const stored = new Map<Instance, object[]>();
  const change = (owner: Instance, items: object[]) => {
    if (!stored.has(owner)) stored.set(owner, found.get(owner) ?? []);
    found.set(owner, items);
  };
  const changed = [...state.touched, ...state.pending].filter(
    ({ mapper }) => mapper.relationships.get(property) === inverse,
  );
  // Objects that point elsewhere now, and whose former owner was not in memory.
  const moved = new Set<object>();
  for (const member of changed) {
    const { before, object } = member;
    if (before?.has(position) && before.get(position) === undefined) moved.add(object);
    for (const owner of differenceOf(member, inverse).removed) {
      const items = found.get(owner);
      if (items?.includes(object)) {
        change(
          owner,
          items.filter((item) => item !== object),
        );
      }
    }
  }
  for (const [owner, items] of moved.size > 0 ? [...found] : []) {
    const kept = items.filter((item) => !moved.has(item));
    if (kept.length < items.length) change(owner, kept);
  }
  for (const member of changed) {
    for (const owner of differenceOf(member, inverse).added) {
      const items = found.get(owner);
      if (items && !items.includes(member.object)) change(owner, [...items, member.object]);
    }
  }
  return stored;
}

/** A collection that is there stays the same one. */
function setItems(one: Instance, relationship: Relationship, items: object[]): void {
  const { values } = one;
  const { position } = relationship;
  const value = values[position];
  // Behind what the database has stands what the program has given it since.
  if (!isToMany(relationship)) setRelated(one.object, position, items.at(-1) ?? null);
  else if (value !== undefined) replaceItems(value as object[], items);
  else setRelated(one.object, position, newCollection(one, relationship, items));
}

/** Whether the program changed the key of a relationship, `book.authorId`, since the last flush. */
export function isRepointed({ mapper, before }: Instance, relationship: Relationship): boolean {
  return (
    before !== undefined &&
    wayOf(mapper, relationship).near.some(({ position }) => before.has(position))
  );
}

/**
 * Sets a relationship. A row has its columns only, and an array that grows by itself makes room for twenty values
 * more: of 20,000 books, three megabytes.
 */
function setRelated(object: object, position: number, value: unknown): void {
  const values = valuesOf(object);
  if (position < values.length) {
    values[position] = value;
    return;
  }
  const { mapper } = standingOf(object);
  // A loop: slice and concat took twice as long.
  const longer: unknown[] = new Array(mapper.table.columns.length + mapper.relationships.size);
  for (let place = 0; place < values.length; place += 1) longer[place] = values[place];
  longer[position] = value;
  setValues(object, longer);
}
