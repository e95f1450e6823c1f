/*
 * Exercise 6.2: A row, locked (20 points, about 20 minutes)
 *
 * Read:  notebooks/06-integrity.ipynb
 * Grade: npm run grade -- 6.2
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
  throw new Error("not written yet: exercise 6.2");
}

/** Locks the row with this key; the object of it gets the values that the row has now. Null when there is none. */
export async function getLocked<E extends object>(
  state: SessionState,
  entity: MappedClass<E>,
  key: Key,
  options: RowLock,
): Promise<E | null> {
  throw new Error("not written yet: exercise 6.2");
}
