import { isPointedAt, isUnloaded } from "../mapping/accessors.js";
import { has, lineOf, withVariants } from "../mapping/family.js";
import { type Instance, instanceOf, standingOf, valuesOf } from "../mapping/instance.js";
import type { Mapper, Relationship } from "../mapping/mapper.js";
import { classNamed } from "../mapping/registry.js";
import { cascadeOf, isToMany } from "../mapping/relationship.js";
import { inverseOf } from "../mapping/relationship-target.js";
import { groupBy } from "../session/batches.js";
import type { Fetch } from "../session/executable.js";
import { fetchNow } from "../session/execute.js";
import { attach } from "../session/membership.js";
import { letGo as expunge, withoutRow } from "../session/snapshot.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import { setMember, unsealed } from "./in-step.js";
import { isMissing, loadRelated } from "./load.js";
import { membersOf, parentByKey } from "./members.js";
import { isMoved, orphansOf } from "./orphans.js";
import { loadOf } from "./related-select.js";

/**
 * Finds what goes together with the objects that the program deletes: orphans, and level by level what
 * relationships with the cascade `delete` hold. What is not in memory of them is loaded, by one statement for
 * each relationship and level. Then the objects that stay let go of those that go. As SQLAlchemy does.
 */
export async function deleteRelated(state: SessionState): Promise<void> {
  const gone = new Set<Instance>();
  let level = [...state.removed, ...discard(state, orphansOf(state))];
  while (level.length > 0) {
    for (const row of level) {
      gone.add(row);
      if (row.state === "persistent") row.state = "deleted";
    }
    const related: Instance[] = [];
    for (const rows of groupBy(level, ({ mapper }) => mapper).values()) {
      related.push(...(await relatedTo(state, rows)));
    }
    level = discard(state, related);
  }
  unsealed(state, () => {
    gone.forEach(leave);
    if (gone.size > 0) leaveCollections(state, gone);
  });
}

/** What is to be deleted with rows of one class; also loads what will be let go. */
async function relatedTo(state: SessionState, rows: readonly Instance[]): Promise<Instance[]> {
  const related: Instance[] = [];
  const { mapper } = rows[0] as Instance;
  const fetch: Fetch = (statement) => fetchNow(state, statement.compile(state.engine.dialect));
  for (const relationship of mapper.relationships.values()) {
    const { kind, options } = relationship;
    const deletes = cascadeOf(relationship).has("delete");
    const isAsked = deletes || (isPointedAt(mapper, relationship) && kind !== "manyToMany");
    const missing = rows.filter((row) => isUnknown(row, relationship));
    const load = loadOf({ mapper, relationship, alias: undefined });
    if (isAsked && !options.passiveDeletes) await loadRelated(load, missing, fetch);
    for (const holder of deletes ? rows : []) {
      const children = membersOf(holder.values[relationship.position]);
      related.push(...children.filter((child) => !isMoved(state, { child, holder, relationship })));
    }
  }
  return related;
}

/** Marks objects to be deleted. One that has no row is let go, and without row already nothing is done. */
function discard(state: SessionState, instances: readonly Instance[]): Instance[] {
  return instances.filter((instance) => {
    const isGone = instance.state === "transient" || withoutRow.has(instance);
    if (isGone || instance.state === "deleted" || state.removed.has(instance)) return false;
    attach(state, instance);
    remember(state, instance);
    if (instance.state === "pending") expunge(state, instance);
    else state.removed.add(instance);
    return true;
  });
}

/** Whether there can be related objects that are not in memory. */
export function isUnknown(row: Instance, relationship: Relationship): boolean {
  const isPartial = row.values[relationship.position] !== undefined;
  return isPartial ? isMissing(row, relationship) : isUnloaded(row, relationship);
}

/** The objects that stay let go of one that goes, which keeps what it held. */
function leave(row: Instance): void {
  const { state } = row;
  row.state = "deleted";
  for (const relationship of row.mapper.relationships.values()) {
    const inverse = inverseOf(row.mapper, relationship);
    if (inverse === undefined) continue;
    const value = row.values[relationship.position];
    const parent = value === undefined ? parentByKey(row, relationship) : undefined;
    for (const other of parent ? [parent] : membersOf(value)) setMember(other, inverse, row, false);
  }
  row.state = state;
}

/** Collections let go of what goes, though nothing that is in memory leads from there to them. */
function leaveCollections(state: SessionState, gone: ReadonlySet<Instance>): void {
  const classes = new Set(Array.from(gone, ({ mapper }) => lineOf(mapper)).flat());
  const mayHold = ({ registry }: Mapper, relationship: Relationship) => {
    const { kind, target, options } = relationship;
    const isFound = kind === "oneToMany" && options.backPopulates !== undefined;
    const targetClass = classNamed(registry, target);
    return isToMany(relationship) && !isFound && targetClass && classes.has(targetClass);
  };
  for (const [root, objects] of state.identities) {
    const relationships = withVariants(root).flatMap((one) => [...one.relationships.values()]);
    for (const relationship of new Set(relationships)) {
      if (!mayHold(root, relationship)) continue;
      for (const holder of objects.values()) {
        if (root.family && !has(standingOf(holder).mapper, relationship)) continue;
        leaveCollection(holder, relationship, gone);
      }
    }
  }
  for (const { mapper, object } of state.pending) {
    for (const relationship of mapper.relationships.values()) {
      if (mayHold(mapper, relationship)) leaveCollection(object, relationship, gone);
    }
  }
}

function leaveCollection(
  holder: object,
  relationship: Relationship,
  gone: ReadonlySet<Instance>,
): void {
  const members = membersOf(valuesOf(holder)[relationship.position]);
  const going = members.filter((member) => gone.has(member));
  for (const member of going) setMember(instanceOf(holder), relationship, member, false);
}
