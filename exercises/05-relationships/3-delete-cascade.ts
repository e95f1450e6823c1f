/*
 * Exercise 5.3: What goes along (20 points, about 25 minutes)
 *
 * Read:  notebooks/05b-cascades.ipynb
 * Grade: npm run grade -- 5.3
 */
import { isPointedAt } from "ormlet/internal/mapping/accessors";
import { type Instance, instanceOf, standingOf, valuesOf } from "ormlet/internal/mapping/instance";
import type { Mapper, Relationship } from "ormlet/internal/mapping/mapper";
import { classNamed } from "ormlet/internal/mapping/registry";
import { cascadeOf, isToMany } from "ormlet/internal/mapping/relationship";
import { inverseOf } from "ormlet/internal/mapping/relationship-target";
import { has, lineOf, withVariants } from "ormlet/internal/mapping/family";
import { isUnknown } from "ormlet/internal/relationships/delete-cascade";
import { setMember, unsealed } from "ormlet/internal/relationships/in-step";
import { loadRelated } from "ormlet/internal/relationships/load";
import { membersOf, parentByKey } from "ormlet/internal/relationships/members";
import { isMoved, orphansOf } from "ormlet/internal/relationships/orphans";
import { loadOf } from "ormlet/internal/relationships/related-select";
import { groupBy } from "ormlet/internal/session/batches";
import type { Fetch } from "ormlet/internal/session/executable";
import { fetchNow } from "ormlet/internal/session/execute";
import { attach } from "ormlet/internal/session/membership";
import { letGo as expunge, withoutRow } from "ormlet/internal/session/snapshot";
import type { SessionState } from "ormlet/internal/session/state";
import { remember } from "ormlet/internal/session/transaction";

/**
 * Finds what goes together with the objects that the program deletes: orphans, and level by level what
 * relationships with the cascade `delete` hold. What is not in memory of them is loaded, by one statement for
 * each relationship and level. Then the objects that stay let go of those that go. As SQLAlchemy does.
 */
export async function deleteRelated(state: SessionState): Promise<void> {
  throw new Error("not written yet: exercise 5.3");
}

/** What is to be deleted with rows of one class; also loads what will be let go. */
export async function relatedTo(state: SessionState, rows: readonly Instance[]): Promise<Instance[]> {
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

/** Marks objects to be deleted. A new one is let go; for one whose row is gone already there is nothing to do. */
export function discard(state: SessionState, instances: readonly Instance[]): Instance[] {
  throw new Error("not written yet: exercise 5.3");
}

/** The objects that stay let go of one that goes, which keeps what it held. */
export function leave(row: Instance): void {
  throw new Error("not written yet: exercise 5.3");
}

/** Collections let go of what goes, though nothing that is in memory leads from there to them. */
export function leaveCollections(state: SessionState, gone: ReadonlySet<Instance>): void {
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

export function leaveCollection(
  holder: object,
  relationship: Relationship,
  gone: ReadonlySet<Instance>,
): void {
  const members = membersOf(valuesOf(holder)[relationship.position]);
  const going = members.filter((member) => gone.has(member));
  for (const member of going) setMember(instanceOf(holder), relationship, member, false);
}
