/*
 * Exercise 6.2: A row, locked. One solution.
 *
 * Whoever locks a row is going to decide by its values, so they have to be those of now, even for an object that the
 * session has held for long. The flush before it keeps the program's own changes from being overwritten.
 * Everything that can be refused is refused before the first await, so that a misspelt option sends nothing.
 * Alternative: a lock as a call of its own, session.lock(book), which only locks and leaves the values alone.
 * It is one call more, and easily forgotten is the refresh that has to come after it.
 */
import { ArgumentError, type Fragment, sql } from "ormlet/internal/engine/index";
import type { RowLock } from "ormlet/internal/integrity/row-lock";
import { describe } from "ormlet/internal/mapping/column-type";
import { mapperOf } from "ormlet/internal/mapping/mapper";
import { checkOptions } from "ormlet/internal/mapping/naming";
import { lockNode } from "ormlet/internal/query/given";
import { takeValues } from "ormlet/internal/query/renew";
import { autoflush } from "ormlet/internal/session/flush";
import { findIdentity } from "ormlet/internal/session/identity-map";
import { inTurn } from "ormlet/internal/session/in-flight";
import { type Key, keyValues } from "ormlet/internal/session/keys";
import { type MappedClass, newLoader, selectByKey } from "ormlet/internal/session/load";
import { refuseReplaced } from "ormlet/internal/session/membership";
import type { SessionState } from "ormlet/internal/session/state";

export const modes = { update: sql` FOR UPDATE`, share: sql` FOR SHARE` };

export const others = { wait: sql``, skip: sql` SKIP LOCKED`, fail: sql` NOWAIT` };

/** What stands behind the condition. */
export function lockText({ lock, ...options }: RowLock): Fragment {
  checkOptions("The lock", options, ["noWait", "skipLocked"]);
  if (modes[lock] === undefined) {
    throw new ArgumentError(`There is no lock ${describe(lock)}.`, {
      code: "lock-options",
      hint: 'Write { lock: "update" } or { lock: "share" }.',
    });
  }
  return sql`${modes[lock]}${others[lockNode(lock, options).others]}`;
}

/** Locks the row with this key; the object of it gets the values that the row has now. Null when there is none. */
export async function getLocked<E extends object>(
  state: SessionState,
  entity: MappedClass<E>,
  key: Key,
  options: RowLock,
): Promise<E | null> {
  const mapper = mapperOf(entity);
  refuseReplaced(mapper);
  const [values, lock] = [keyValues(mapper, key), lockText(options)];
  const name = `get(${mapper.name})`;
  return inTurn(state, name, async () => {
    await autoflush(state, name);
    const row = await selectByKey(state, mapper, values, lock);
    if (row === undefined) return null;
    const known = findIdentity(state.identities, mapper, values);
    if (known === undefined) return newLoader(state).load(mapper, row) as E;
    takeValues(state, known, row);
    return known.object as E;
  });
}
