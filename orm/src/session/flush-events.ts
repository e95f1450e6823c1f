import { InvalidRequestError } from "../engine/index.js";
import { lineOf } from "../mapping/family.js";
import type { Instance } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import {
  callNow,
  inListener,
  isHeard,
  type Listener,
  type Listening,
  listenersOf,
  type ObjectEvent,
} from "./listeners.js";
import { describeObject } from "./membership.js";
import type { RowStep } from "./plan.js";
import { hasChangedColumns } from "./row-changes.js";
import type { SessionState } from "./state.js";

const events = {
  insert: ["beforeInsert", "afterInsert"],
  update: ["beforeUpdate", "afterUpdate"],
  delete: ["beforeDelete", "afterDelete"],
} as const;

/**
 * Who hears of an event of the objects of a class: listeners of the class, then those of the classes that it is a variant
 * of, then those of its `Base`.
 */
export function objectListeners(mapper: Mapper, event: ObjectEvent): readonly Listener[] {
  return listenersOf(event, ...lineOf(mapper), mapper.registry.metadata);
}

/**
 * Tells the listeners of a class what is about to be written of its rows, before the statement is made: what they set
 * goes into it. Foreign keys are filled in by then. An UPDATE that only closes a circle of foreign keys is a part of
 * the INSERT or DELETE of its row, and is not told.
 * @returns what tells them that it was written.
 */
export function tellRows(state: SessionState, { kind, rows }: RowStep): (() => void) | undefined {
  const [before, after] = events[kind];
  if (!isHeard(before) && !isHeard(after)) return undefined;
  const [early, late] = [before, after].map((event) => listenersByClass(rows, event));
  if (!early?.size && !late?.size) return undefined;
  const isMeant = (row: Instance) => isWritten(kind, row);
  const meant = rows.filter(isMeant);
  for (const row of meant) tellObject(state, before, early?.get(row.mapper) ?? [], row);
  // A listener can have taken back all that was to be written.
  const written = meant.filter(isMeant);
  return () => {
    for (const row of written) tellObject(state, after, late?.get(row.mapper) ?? [], row);
  };
}

/** Whether a step writes this row as what it is called: not if nothing of it changed, or it closes a circle. */
export function isWritten(kind: RowStep["kind"], row: Instance): boolean {
  return kind !== "update" || (row.state === "persistent" && hasChangedColumns(row));
}

/** The listeners of the classes of some rows, as far as there are any: rows of one table can be of several. */
function listenersByClass(rows: readonly Instance[], event: ObjectEvent) {
  const classes = new Map<Mapper, readonly Listener[]>();
  for (const mapper of new Set(rows.map((row) => row.mapper))) {
    const listeners = objectListeners(mapper, event);
    if (listeners.length > 0) classes.set(mapper, listeners);
  }
  return classes;
}

/** The events whose listeners may change the object that they are given. */
const changing: readonly ObjectEvent[] = ["load", "beforeInsert", "beforeUpdate"];

/**
 * Calls listeners with an object.
 * @throws InvalidRequestError `async-listener` when one gives a promise: the flush would not wait for it.
 */
export function tellObject(
  state: SessionState,
  event: ObjectEvent,
  listeners: readonly Listener[],
  instance: Instance,
): void {
  const subject = changing.includes(event) ? instance : undefined;
  const listening = { event, subject, changes: false, sends: false, awaited: false };
  for (const { active, call } of listeners) {
    if (!active) continue;
    const held = event === "load" ? [] : relatedTo(instance);
    const given = [instance.object, state.owner.session] as never[];
    const result = callNow(state, listening, () => call(...given));
    if (isPromise(result)) throw asyncListener(instance, event, result);
    refuseRelated(listening, instance, held);
  }
}

/** What the relationships of an object hold, as far as it is in memory. */
function relatedTo({ mapper, values }: Instance): unknown[][] {
  return Array.from(mapper.relationships.values(), ({ position }) =>
    [values[position] ?? []].flat(),
  );
}

/** Refuses a relationship that a listener changed: which rows wait for which was planned before. */
function refuseRelated(listening: Listening, instance: Instance, held: unknown[][]): void {
  if (held.length === 0) return;
  const now = relatedTo(instance);
  const names = [...instance.mapper.relationships.keys()];
  const isSame = (one: unknown[], other: unknown[]) =>
    one.length === other.length && one.every((item, place) => item === other[place]);
  const changed = names.find((_, place) => !isSame(held[place] ?? [], now[place] ?? []));
  if (changed === undefined) return;
  throw inListener(listening, `${describeObject(instance)}: its ${changed} changed`);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

function asyncListener(
  instance: Instance,
  event: ObjectEvent,
  result: PromiseLike<unknown>,
): InvalidRequestError {
  // Whatever becomes of it, nobody waits for it any more.
  result.then(undefined, () => {});
  return new InvalidRequestError(
    `A listener of ${event} gave a promise, for ${describeObject(instance)}.`,
    {
      code: "async-listener",
      hint: "Listeners of objects are not awaited. Do it in beforeFlush or afterFlush of the session.",
    },
  );
}
