import { ArgumentError, type Fragment, sql } from "../engine/index.js";
import { describe } from "../mapping/column-type.js";
import { mapperOf } from "../mapping/mapper.js";
import { checkOptions } from "../mapping/naming.js";
import { loadVisible } from "../query/filtered-get.js";
import { lockNode } from "../query/given.js";
import { takeValues } from "../query/renew.js";
import type { LockOptions } from "../query/select.js";
import { autoflush } from "../session/flush.js";
import { findIdentity } from "../session/identity-map.js";
import { inTurn } from "../session/in-flight.js";
import { type Key, keyValues } from "../session/keys.js";
import { type MappedClass, newLoader, selectByKey } from "../session/load.js";
import { refuseReplaced } from "../session/membership.js";
import type { SessionState } from "../session/state.js";

/**
 * How a row is locked until the end of the transaction. With `skipLocked` a row that is locked counts as not there.
 * @example
 * ```ts
 * const loan = await session.get(Loan, 2, { lock: "update", noWait: true });
 * if (loan) loan.returnedOn = "2026-06-01";
 * await session.commit();
 * console.log(loan?.version); // 2
 * ```
 */
export interface RowLock extends Pick<LockOptions, "noWait" | "skipLocked"> {
  /** `"update"`: nobody else may change or lock it. `"share"`: nobody else may change it. */
  readonly lock: "update" | "share";
}

const modes = { update: sql` FOR UPDATE`, share: sql` FOR SHARE` };
const others = { wait: sql``, skip: sql` SKIP LOCKED`, fail: sql` NOWAIT` };

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

/** As {@link getLocked}, of a class with filters: null when they hide the row, which is not locked then. */
export async function getVisible<E extends object>(
  state: SessionState,
  entity: MappedClass<E>,
  key: Key,
  options: RowLock,
): Promise<E | null> {
  const mapper = mapperOf(entity);
  refuseReplaced(mapper);
  const { lock, ...others } = options;
  lockText(options);
  const values = keyValues(mapper, key);
  const name = `get(${mapper.name})`;
  return inTurn(state, name, async () => {
    await autoflush(state, name);
    const found = await loadVisible(state, mapper, values, lockNode(lock, others));
    return (found?.object ?? null) as E | null;
  });
}
