import type { Instance } from "./instance.js";

/**
 * Called before each change of a value. The session hears of it first, so that it can keep what a rollback has
 * to bring back; then the old value is kept, once, which tells the next flush what changed. Nothing is done for
 * objects that nobody changes.
 */
export function note(instance: Instance, position: number): void {
  instance.owner?.touched(instance);
  instance.before ??= new Map();
  if (instance.before.has(position)) return;
  const old = instance.values[position];
  const isCollection = position >= instance.mapper.table.columns.length && Array.isArray(old);
  instance.before.set(position, isCollection ? [...old] : old);
}

/** Whether an object stands for a row of the database, so that what it does not know can be asked for. */
export function isStored({ state }: Instance): boolean {
  return state !== "transient" && state !== "pending";
}
