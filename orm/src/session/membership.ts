import { ArgumentError, InvalidRequestError } from "../engine/index.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import { describeRow } from "./errors.js";
import { findIdentity, type IdentityMap, identityKey } from "./identity-map.js";
import { refuseSealed } from "./in-flight.js";
import { listeningIn } from "./listeners.js";
import { letGo, putBack, withoutRow } from "./snapshot.js";
import type { SessionState } from "./state.js";
import { remember } from "./transaction.js";

/** The session that an object is in; undefined for one that is in none. */
export function sessionOf({ owner }: Instance): SessionState | undefined {
  return (owner as { session?: { state: SessionState } } | undefined)?.session?.state;
}

/** Hears of a change before it happens; see `InstanceOwner`. */
export function noteTouched(state: SessionState, instance: Instance, toRead = false): void {
  // A listener may look at what can be edited, and change its own object.
  const listening = listeningIn(state);
  const isAllowed = listening !== undefined && (toRead || listening.subject === instance);
  if (!isAllowed && (listening ?? state.sealedBy) !== undefined) {
    refuseSealed(state, `${describeObject(instance)} was changed, or handed out a value to edit,`);
  }
  remember(state, instance);
  if (instance.state === "persistent") state.touched.add(instance);
}

/** Adds objects, and what is related to them. */
export function addObjects(state: SessionState, objects: Iterable<object>): void {
  refuseSealed(state, "session.add() was called");
  if (typeof objects?.[Symbol.iterator] !== "function") {
    throw new ArgumentError("addAll() needs an array of objects.", {
      code: "not-an-array",
      hint: "Write addAll([ada, grace]), or add(ada) for one.",
    });
  }
  // One list for all of them: most bring nothing in.
  const reached: Instance[] = [];
  for (const object of objects) {
    const instance = instanceOf(object);
    attach(state, instance);
    bringIn(state, instance, false, reached);
    for (const related of reached) bringIn(state, related, false, reached);
    reached.length = 0;
  }
}

/** Adds what is related to these objects, and to those that come in with them. */
export function cascade(
  state: SessionState,
  instances: readonly Instance[],
  changedOnly = false,
): void {
  const reached: Instance[] = [];
  for (const instance of instances) bringIn(state, instance, changedOnly, reached);
  for (const instance of reached) bringIn(state, instance, false, reached);
}

/** Adds what is related to an object; what was in no session before is noted in `reached`. */
export function bringIn(
  state: SessionState,
  instance: Instance,
  changedOnly: boolean,
  reached: Instance[],
): void {
  for (const related of state.plan.related(instance, changedOnly)) {
    if (related.owner === state.owner || withoutRow.has(related)) continue;
    attach(state, related);
    reached.push(related);
  }
}

/**
 * Brings an object into the session: a transient one becomes pending, a detached one persistent. One of the
 * session that was to be deleted stays.
 */
export function attach(state: SessionState, instance: Instance): void {
  refuseReplaced(instance.mapper);
  if (instance.owner === state.owner) {
    keep(state, instance);
    return;
  }
  // A visitor, which came out of a stream, is detached as well, but has an owner that waits for its first change.
  if (instance.owner !== undefined && instance.state !== "detached") throw otherSession(instance);
  if (withoutRow.has(instance)) throw wasDeleted(instance);
  if (instance.state === "detached") refuseTwin(state.identities, instance);
  remember(state, instance);
  instance.state = instance.state === "transient" ? "pending" : "persistent";
  instance.owner = state.owner;
  putBack(state, instance);
}

/** Takes a `delete` back that was not flushed. */
export function keep(state: SessionState, instance: Instance): void {
  if (instance.state === "deleted") throw wasDeleted(instance);
  state.removed.delete(instance);
}

/** Marks an object, to be deleted by the next flush. A detached one comes into the session for that. */
export function deleteObject(state: SessionState, object: object): void {
  refuseSealed(state, "session.delete() was called");
  const instance = instanceOf(object);
  if (instance.state === "detached") attach(state, instance);
  persistentOf(state, object, "delete");
  remember(state, instance);
  state.removed.add(instance);
}

/** Whether an object is in the session, new or with a row. */
export function isIn(state: SessionState, object: object): boolean {
  const { owner, state: where } = instanceOf(object);
  return owner === state.owner && where !== "deleted";
}

/** Lets an object go. */
export function expungeObject(state: SessionState, object: object): void {
  refuseSealed(state, "session.expunge() was called");
  const instance = instanceOf(object);
  if (instance.owner !== state.owner) throw notPersistent(instance, "expunge");
  remember(state, instance);
  letGo(state, instance);
}

/** The instance of an object that is persistent in this session. */
export function persistentOf(state: SessionState, object: object, call: string): Instance {
  const instance = instanceOf(object);
  if (instance.owner === state.owner && instance.state === "persistent") return instance;
  throw notPersistent(instance, call);
}

/** Refuses an object whose key is another one's in the map: one row is one object. */
export function refuseTwin(identities: IdentityMap, instance: Instance): void {
  const twin = findIdentity(identities, instance.mapper, instance.values);
  if (twin === undefined || twin === instance) return;
  const [one, other] = [instance, twin].map((each) => `${describeObject(each)} (${each.state})`);
  throw new InvalidRequestError(`${one} cannot be in the session beside ${other}.`, {
    code: "same-key",
    hint: "Change the one that is there, or merge() the other onto it; flush a delete() first.",
  });
}

/** Refuses a class that was mapped anew, as by a cell that is run twice. */
export function refuseReplaced({ replaced, name }: Instance["mapper"]): void {
  if (!replaced) return;
  throw new InvalidRequestError(`Class ${name} was defined again.`, {
    code: "replaced-class",
    hint: "Make the object anew, of the class as it is now.",
  });
}

/** An object by class and key: "Author 7"; without a key, "a new Author". */
export function describeObject(instance: Instance): string {
  const key = identityKey(instance.mapper, instance.values);
  return key === undefined ? `a new ${instance.mapper.name}` : describeRow(instance);
}

export function otherSession(instance: Instance): InvalidRequestError {
  return new InvalidRequestError(`${describeObject(instance)} is in another session.`, {
    code: "other-session",
    hint: "Expunge it there first, or merge() it, which makes a copy.",
  });
}

export function wasDeleted(instance: Instance): InvalidRequestError {
  return new InvalidRequestError(`The row of ${describeObject(instance)} was deleted.`, {
    code: "object-deleted",
    hint: "Make a new object with the same values, and add that.",
  });
}

export function notPersistent(instance: Instance, call: string): InvalidRequestError {
  return new InvalidRequestError(
    `${describeObject(instance)} is ${instance.state}, not persistent in this session.`,
    {
      code: "not-persistent",
      hint: `${call}() is for objects of this session that have a row; expunge() takes a new one out.`,
    },
  );
}
