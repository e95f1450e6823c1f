import { ArgumentError } from "../engine/index.js";
import { isStored } from "../mapping/changes.js";
import { newCollection } from "../mapping/collection.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Mapper, Relationship } from "../mapping/mapper.js";
import type { AnyPath } from "../mapping/path.js";
import { isToMany } from "../mapping/relationship.js";
import { inverseOf, pathName } from "../mapping/relationship-target.js";
import type { HydratedRows } from "../query/nodes.js";
import { replaceItems } from "../session/changes.js";
import type { Fetch } from "../session/executable.js";
import { findIdentity } from "../session/identity-map.js";
import { isExpired } from "../session/load.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import { differenceOf, membersOf, sessionOf } from "./members.js";
import { type RelationLoad, relatedSelect, rowSelect } from "./related-select.js";
import { ByKey, keyOf, type Way, wayOf } from "./way.js";

/** Keys in one statement, at most. */
const CHUNK = 1000;

/** Collections that hold only some of the related objects: those that an option of a query asked for. */
const partial = new WeakSet<object>();

/** Whether a relationship has to be loaded to be known as a whole. */
export function isMissing({ values }: Instance, { position }: Relationship): boolean {
  const value = values[position];
  return value === undefined || (typeof value === "object" && partial.has(value as object));
}

/**
 * Loads a relationship of these objects, where it is not in memory, by one statement for each thousand keys;
 * then what is nested. Objects that a to-one points at and that the session has need no statement.
 */
export async function loadRelated(
  load: RelationLoad,
  instances: readonly Instance[],
  fetch: Fetch,
): Promise<void> {
  const { relationship } = load.path;
  for (const { mapper } of instances) refuseStray(load.path, mapper);
  const missing = new Set(instances.filter((one) => isStored(one) && isMissing(one, relationship)));
  if (missing.size > 0) {
    settle(load, await findRelated(load, [...missing], fetch));
  }
  if (load.nested.length === 0) return;
  const related = instances.flatMap(({ values }) => membersOf(values[relationship.position]));
  for (const option of load.nested) await option.load?.([...new Set(related)], fetch);
}

/**
 * Refuses a path that begins at another class.
 * @throws ArgumentError `option-root`
 */
export function refuseStray(path: AnyPath, owner: Mapper): void {
  if (path.mapper === owner) return;
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

/** The related objects of each of these. */
async function findRelated(
  load: RelationLoad,
  owners: readonly Instance[],
  fetch: Fetch,
): Promise<Map<Instance, object[]>> {
  const { mapper, relationship } = load.path;
  const way = wayOf(mapper, relationship);
  const unknown = owners.filter(({ values }) => keyOf(way.near, values) === undefined);
  if (unknown.length > 0) await fetch(rowSelect(mapper, unknown));
  const found = new Map<Instance, object[]>();
  const groups = new ByKey<Group>();
  for (const owner of owners) {
    const key = keyOf(way.near, owner.values);
    const group = (key != null && groups.get(key)) || { owners: [], items: [] };
    if (key != null) groups.set(key, group);
    group.owners.push(owner);
    found.set(owner, group.items);
  }
  const asked = Array.from(groups.values()).filter((group) => !findInMemory(load, way, group));
  for (let start = 0; start < asked.length; start += CHUNK) {
    const chunk = asked.slice(start, start + CHUNK).map(({ owners: [owner] }) => owner as Instance);
    const collect = (rows: HydratedRows) => addRows(load, way, groups, rows);
    await fetch(relatedSelect(load, way, chunk, collect));
  }
  return found;
}

/** Takes the object that a to-one points at from the identity map, if it is there. */
function findInMemory({ where }: RelationLoad, { target, near, far, hasLink }: Way, group: Group) {
  const { owners, items } = group;
  const isKey = far.every((one) => one.primaryKey) && far.length === target.table.primaryKey.length;
  const state = owners[0] && sessionOf(owners[0]);
  if (!isKey || hasLink || where.length > 0 || state === undefined) return false;
  const values: unknown[] = [];
  for (const [index, column] of far.entries()) {
    values[column.position] = owners[0]?.values[near[index]?.position ?? -1];
  }
  const known = findIdentity(state.identities, target, values);
  if (known === undefined || isExpired(known)) return false;
  items.push(known.object);
  return true;
}

/** Puts each row's object where its key says. With a table between, the key stands hidden in the row. */
function addRows(
  { nested }: RelationLoad,
  { far, hasLink }: Way,
  groups: ByKey<Group>,
  { roots, hidden }: HydratedRows,
): void {
  const columns = hasLink ? far.map((column, position) => ({ ...column, position })) : far;
  const repeats = nested.some(({ joins }) => joins);
  const key: unknown[] = [];
  for (const [row, object] of roots.entries()) {
    if (object === null) continue;
    if (hasLink) for (const place of far.keys()) key[place] = hidden[place]?.[row];
    const known = keyOf(columns, hasLink ? key : instanceOf(object).values);
    const items = known == null ? undefined : groups.find(known)?.items;
    if (!repeats || !items?.includes(object)) items?.push(object);
  }
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
  if (state && inverse && isToMany(relationship)) addPending(state, inverse, found);
  for (const [one, items] of found) {
    if (!isMissing(one, relationship) || one.before?.has(relationship.position)) continue;
    // A rollback takes it away again: it may show what was written in this transaction.
    if (state && isDoubtful) remember(state, one);
    setItems(one, relationship, items);
    if (load.where.length > 0 || load.limit !== undefined) {
      const value = one.values[relationship.position];
      if (Array.isArray(value)) partial.add(value);
    }
    if (inverse && !isToMany(inverse)) pointBack(one, inverse, items);
  }
}

/** Changes of the other side that were not flushed count: they are what the program sees. */
function addPending(
  state: SessionState,
  inverse: Relationship,
  found: Map<Instance, object[]>,
): void {
  for (const member of [...state.touched, ...state.pending]) {
    if (member.mapper.relationships.get(inverse.property) !== inverse) continue;
    const { added, removed } = differenceOf(member, inverse);
    for (const items of removed.map((owner) => found.get(owner) ?? [])) {
      const place = items.indexOf(member.object);
      if (place >= 0) items.splice(place, 1);
    }
    for (const items of added.map((owner) => found.get(owner) ?? [])) {
      if (!items.includes(member.object)) items.push(member.object);
    }
  }
}

/** A collection that is there stays the same one. */
function setItems(one: Instance, relationship: Relationship, items: object[]): void {
  const { values } = one;
  const { position } = relationship;
  const value = values[position];
  if (!isToMany(relationship)) setRelated(one, position, items[0] ?? null);
  else if (value === undefined) setRelated(one, position, newCollection(one, relationship, items));
  else {
    partial.delete(value as object);
    replaceItems(value as object[], items);
  }
}

/** A book that was loaded among an author's knows its author. */
function pointBack(owner: Instance, { position }: Relationship, items: readonly object[]): void {
  for (const item of items) {
    const one = instanceOf(item);
    if (one.values[position] !== undefined || one.before?.has(position)) continue;
    setRelated(one, position, owner.object);
  }
}

/**
 * Sets a relationship. A row has its columns only, and an array that grows by itself makes room for twenty values
 * more: of 20,000 books, three megabytes.
 */
function setRelated(one: Instance, position: number, value: unknown): void {
  const { values, mapper } = one;
  const length = mapper.table.columns.length + mapper.relationships.size;
  if (values.length < length) {
    // A loop: slice and concat took twice as long.
    one.values = new Array(length);
    for (let place = 0; place < values.length; place += 1) one.values[place] = values[place];
  }
  one.values[position] = value;
}
