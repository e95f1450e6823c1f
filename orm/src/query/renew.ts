import type { Instance } from "../mapping/instance.js";
import { sessionOf } from "../session/membership.js";
import { refuseChanged, replaceColumns } from "../session/refresh.js";
import { change, changedColumns } from "../session/row-changes.js";
import type { SessionState } from "../session/state.js";
import { remember } from "../session/transaction.js";
import type { SelectItem, SelectNode } from "./nodes.js";

/**
 * Whether a select locks the rows of a class. They are then read as they are now: an object that the session holds
 * has to follow, or a change of it would be made from values that are gone.
 */
export function isLocked(
  { lock, from }: SelectNode,
  item: SelectItem & { readonly kind: "entity" },
): boolean {
  const name = item.alias ?? item.mapper.table.name;
  if (from?.kind === "derived" && from.name === name && from.query.kind === "select") {
    return isLocked(from.query, item);
  }
  return lock !== undefined && (lock.of.length === 0 || lock.of.includes(name));
}

/** Gives an object that the session held before the values of its row; a new one has them already. */
export function renew(instance: Instance, row: readonly unknown[]): void {
  const state = sessionOf(instance);
  if (instance.values === row || instance.state !== "persistent" || state === undefined) return;
  takeValues(state, instance, row);
}

/** Gives an object the values of its row; what the program changed meanwhile stays changed. */
export function takeValues(state: SessionState, row: Instance, values: readonly unknown[]): void {
  refuseChanged(row, values);
  remember(state, row);
  const { columns } = row.mapper.table;
  const changed = changedColumns(row).map((column) => ({
    column,
    value: row.values[column.position],
  }));
  const before = row.values.slice();
  replaceColumns(row, values);
  for (const { position } of columns) {
    row.before?.delete(position);
    row.handedOut?.delete(position);
  }
  for (const { column, value } of changed) change(row, column, value);
  // What is left of these are relationships that the program changed.
  for (const position of row.before?.keys() ?? []) {
    if (position >= columns.length) row.values[position] = before[position];
  }
}
