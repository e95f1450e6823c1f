import { isPointedAt, isUnloaded, readRelationship } from "../mapping/accessors.js";
import type { Instance } from "../mapping/instance.js";
import type { Relationship } from "../mapping/mapper.js";
import { classNamed } from "../mapping/registry.js";
import { foreignKeyOf } from "../mapping/relationship-keys.js";
import { inverseOf } from "../mapping/relationship-target.js";
import type { Column } from "../mapping/table.js";
import { replaceItems } from "../session/changes.js";
import { currentValue, isChanged } from "../session/row-changes.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import { isSetByHand, speaks } from "./dependencies.js";
import { isInSession, membersOf, parentByKey, pointsElsewhere } from "./members.js";
import { keyOf } from "./way.js";

/** What collections will hold. */
type Items = Map<readonly object[], Set<object>>;

/**
 * Foreign keys that the program set lead to other parents: `book.authorId = 2`. Before a flush the relationships
 * follow, where they are in memory and did not change themselves: the book has author 2 if the session does, else
 * its author is not loaded; it leaves the books of the old author and comes to those of the new one. None of that is
 * a change to be written, as the key says it all.
 */
export function followKeys(state: SessionState): void {
  const items: Items = new Map();
  for (const child of state.touched) {
    if (child.state !== "persistent" || state.removed.has(child)) continue;
    for (const relationship of withNewKey(child)) {
      if (!decides(child, relationship)) follow(state, child, relationship, items);
    }
  }
  for (const [collection, now] of items) replaceItems(collection, [...now]);
}

/** The relationships of an object whose foreign keys, which its row has, are other ones now. */
function withNewKey(child: Instance): readonly Relationship[] {
  if (!hasNewKey(child)) return none;
  const { registry, relationships } = child.mapper;
  return [...relationships.values()].filter(
    (one) =>
      classNamed(registry, one.target) && keysOf(child, one).some((key) => isChanged(child, key)),
  );
}

/** Most objects that change keep their foreign keys, and this look makes nothing for them. */
function hasNewKey(child: Instance): boolean {
  const { columns, foreignKeys } = child.mapper.table;
  for (const column of columns) {
    if (!isChanged(child, column)) continue;
    for (const key of foreignKeys) if (key.columns.includes(column.name)) return true;
  }
  return false;
}

const none: readonly Relationship[] = [];

/** The columns of the row that are the foreign key of a relationship; none where the other row has it. */
function keysOf({ mapper }: Instance, relationship: Relationship): Column[] {
  if (isPointedAt(mapper, relationship)) return [];
  return foreignKeyOf(mapper, relationship).columns.map(({ child }) => child);
}

/** Whether a relationship was changed, so that it says more than the key. */
function decides(child: Instance, relationship: Relationship): boolean {
  if (!speaks(child, relationship)) return false;
  const { position } = relationship;
  const [former] = membersOf(child.before?.get(position));
  const { columns } = foreignKeyOf(child.mapper, relationship);
  return child.values[position] !== null || !isSetByHand(child, former, columns);
}

/** Moves one object to the parent that its key leads to. */
function follow(state: SessionState, child: Instance, relationship: Relationship, items: Items) {
  const { values, before } = child;
  const { position } = relationship;
  const [held] = membersOf(values[position]);
  const former = held ?? parentByKey(child, relationship);
  const found = parentByKey(child, relationship, currentValue);
  const parent = found && !state.removed.has(found) ? found : undefined;
  if (values[position] !== undefined) {
    remember(state, child);
    const isNull = keyOf(keysOf(child, relationship), values) === null;
    values[position] = isNull ? null : parent?.object;
    before?.delete(position);
  }
  const inverse = inverseOf(child.mapper, relationship);
  for (const holder of [former, parent]) {
    if (!inverse || !holder || isUnloaded(holder, inverse)) continue;
    // What is deleted keeps what it held, and so does what is in no session or another one.
    if (state.removed.has(holder) || !isInSession(holder, child)) continue;
    remember(state, holder);
    place(holder, inverse, child, holder === parent, items);
  }
}

/** Takes an object out of the other side, or puts it in. */
function place(
  holder: Instance,
  relationship: Relationship,
  { object }: Instance,
  isIn: boolean,
  items: Items,
): void {
  const value = readRelationship(holder, relationship);
  if (Array.isArray(value)) {
    const now = items.get(value) ?? new Set(value);
    items.set(value, now);
    if (isIn) now.add(object);
    else now.delete(object);
  } else if (isIn || value === object) {
    holder.values[relationship.position] = isIn ? object : null;
  }
}

/** Forgets the related objects that the foreign keys of a row do not lead to. */
export function forgetStrays(child: Instance): void {
  const { mapper, values } = child;
  for (const relationship of mapper.relationships.values()) {
    const value = values[relationship.position];
    if (value === undefined || isPointedAt(mapper, relationship)) continue;
    const [parent] = membersOf(value);
    const { columns } = foreignKeyOf(mapper, relationship);
    const isNull = keyOf(keysOf(child, relationship), values) === null;
    const isRight = parent ? !isNull && !pointsElsewhere(child, parent, columns) : isNull;
    if (!isRight) values[relationship.position] = undefined;
  }
}
