import { run } from "../engine/connection.js";
import { isWatched, timed } from "../engine/events.js";
import type { CompiledSql } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import { hasChanges } from "./changes.js";
import { isWritten, tellRows } from "./flush-events.js";
import { dropIdentity, type IdentityMap, putIdentity } from "./identity-map.js";
import { alone, sealed } from "./in-flight.js";
import { isHeard, listeningIn, refuseInListener } from "./listeners.js";
import { cascade, refuseReplaced, refuseTwin } from "./membership.js";
import type { FlushConnection, RowStep, Work } from "./plan.js";
import { written } from "./row-changes.js";
import { runPlan } from "./run-plan.js";
import type { SessionState } from "./state.js";
import { type FlushEvent, flushChannel, newFlush } from "./tracing.js";
import { openTransaction, refuseFailed, remember, undoFrom } from "./transaction.js";
import { flushedBy, tellSession } from "./transaction-events.js";
import { planFlush } from "./unit-of-work.js";

/** The loaded objects whose changes the next flush will write. */
export function changedInstances({ touched, removed }: SessionState): Instance[] {
  const changed: Instance[] = [];
  for (const instance of touched) {
    if (!removed.has(instance) && hasChanges(instance)) changed.push(instance);
  }
  return changed;
}

/** A flush that the program asks for. */
export async function flushSession(state: SessionState): Promise<void> {
  refuseInListener(state, "session.flush() was called");
  return alone(state, "flush()", () => flush(state, "flush()"));
}

/** A flush before a statement, if the session is to do so; not before one of a listener, in the middle of a flush. */
export async function autoflush(state: SessionState, name: string): Promise<void> {
  refuseFailed(state);
  const isDue = state.options.autoflush && listeningIn(state) === undefined;
  if (isDue && mayHaveWork(state)) await flush(state, name);
}

/**
 * Whether a flush could find something to write. Before a statement there is mostly nothing, and the way through a flush
 * is some six promises long.
 */
export function mayHaveWork({ pending, touched, removed }: SessionState): boolean {
  return pending.size > 0 || touched.size > 0 || removed.size > 0;
}

/**
 * Writes what is new, changed and deleted. When that fails, the savepoint or transaction in which it happened is
 * rolled back at once; the session goes on after `rollback()`, or outside of the savepoint.
 */
export async function flush(state: SessionState, name: string): Promise<void> {
  refuseFailed(state);
  await sealed(state, name, async () => {
    try {
      await write(state);
    } catch (error) {
      await undoFrom(state, (state.transaction?.levels.length ?? 1) - 1, error);
      throw error;
    }
  });
}

/** Writes, and lets events hear of it where there may be something to write. */
export function write(state: SessionState): Promise<void> {
  if (!isWatched(flushChannel) || !hasWork(state)) return writeNow(state);
  const event = newFlush();
  return timed(flushChannel, event, () => writeNow(state, event));
}

export async function writeNow(state: SessionState, event?: FlushEvent): Promise<void> {
  if (isHeard("beforeFlush") && hasWork(state)) await tellSession(state, "beforeFlush");
  await state.plan.prepare(state);
  const work = gatherWork(state);
  if (event !== undefined) event.links = work.links.length;
  const isNeeded = Object.values(work).some((part) => part.length > 0);
  if (isNeeded) {
    const connection = await openTransaction(state);
    const { writing, engine } = state;
    const send = (compiled: CompiledSql) => {
      if (event !== undefined) event.statements += 1;
      return run(connection, compiled);
    };
    const tell: FlushConnection["tell"] = (step) => {
      const written = tellRows(state, step);
      if (event !== undefined) countRows(event, step);
      return written;
    };
    await runPlan(planFlush(work), { dialect: engine.dialect, writing, tell, run: send });
  }
  settle(state, work);
  if (isNeeded && isHeard("afterFlush")) await tellSession(state, "afterFlush", flushedBy(work));
}

/** Counts in an event the rows of a step that is about to be written. */
export function countRows(event: FlushEvent, { kind, rows }: RowStep): void {
  event[`${kind}s`] += rows.filter((row) => isWritten(kind, row)).length;
}

/** Whether there is anything that a flush may have to write. */
export function hasWork(state: SessionState): boolean {
  const { pending, removed } = state;
  return pending.size > 0 || removed.size > 0 || changedInstances(state).length > 0;
}

/** What a flush has to do. Only objects that are known to be new, changed or deleted are looked at. */
export function gatherWork(state: SessionState): Work {
  cascade(state, [...state.pending, ...state.touched], true);
  const inserts = [...state.pending];
  const deletes = [...state.removed];
  const changed = changedInstances(state);
  refuseTwins(state, inserts);
  // From now on a plan of relationships can tell what is about to go.
  for (const instance of deletes) instance.state = "deleted";
  const seen = inserts.concat(changed, deletes);
  const dependencies = state.plan.dependencies(seen);
  const links = state.plan.links(seen);
  const filled = dependencies.map(({ child }) => child).filter((row) => row.state === "persistent");
  for (const row of filled) remember(state, row);
  const updates = filled.length === 0 ? changed : [...new Set([...changed, ...filled])];
  return { inserts, updates, deletes, dependencies, links };
}

/** Refuses two new objects of one key, and a new one with the key of one that is there. */
export function refuseTwins({ identities }: SessionState, inserts: readonly Instance[]): void {
  const added: IdentityMap = new Map();
  for (const instance of inserts) {
    refuseReplaced(instance.mapper);
    refuseTwin(identities, instance);
    refuseTwin(added, instance);
    putIdentity(added, instance);
  }
}

/** After a flush: what was inserted is persistent, what was deleted is not, and nothing is changed. */
export function settle(state: SessionState, { inserts, updates, deletes }: Work): void {
  for (const instance of deletes) dropIdentity(state.identities, instance);
  for (const instance of inserts) {
    refuseTwin(state.identities, instance);
    instance.state = "persistent";
    instance.inserted = true;
    putIdentity(state.identities, instance);
  }
  for (const instances of [inserts, updates, deletes, state.touched]) {
    for (const instance of instances) settleOne(state, instance);
  }
  state.pending.clear();
  state.removed.clear();
}

function settleOne(state: SessionState, instance: Instance): void {
  written(instance);
  // What was handed out can still be edited.
  if (instance.handedOut && instance.state === "persistent") state.touched.add(instance);
  else state.touched.delete(instance);
}
