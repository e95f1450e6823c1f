import { hasBrand } from "../engine/brand.js";
import type { ConnectionState } from "../engine/connection.js";
import { connectionOf, type Engine } from "../engine/engine.js";
import { ArgumentError } from "../engine/index.js";
import type { Instance, InstanceOwner } from "../mapping/instance.js";
import { checkOptions } from "../mapping/naming.js";
import type { RowFilters } from "./executable.js";
import type { IdentityMap } from "./identity-map.js";
import type { Call } from "./in-flight.js";
import type { Listening } from "./listeners.js";
import { byKey, type RelationshipPlan, type WriteRule } from "./plan.js";
import type { SessionTransaction } from "./transaction.js";

export interface SessionOptions {
  /** Whether changes are flushed before a statement is executed. Default true. */
  readonly autoflush?: boolean;
  /** Whether a commit forgets the values of every object, so that they are loaded anew. Default false. */
  readonly expireOnCommit?: boolean;
}

/** The owner of a session's objects. */
export interface SessionOwner extends InstanceOwner {
  readonly session: object;
}

/** What a {@link Session} is made of. */
export interface SessionState {
  readonly engine: Engine;
  readonly options: Required<SessionOptions>;
  readonly plan: RelationshipPlan;
  /** How an UPDATE or a DELETE finds its rows. A later floor puts its own rule here, for the optimistic lock. */
  writing: WriteRule;
  /** Gives a connection for a transaction. A later floor puts its own here: isolation, time limits. */
  connect: () => Promise<ConnectionState>;
  /** What is added to statements that read rows of a class. A later floor puts them here. */
  filters: RowFilters | undefined;
  /** Stands in every object of the session, and hears of its changes. */
  readonly owner: SessionOwner;
  /** The persistent objects, by class and key. */
  readonly identities: IdentityMap;
  /** To be inserted by the next flush, in order of `add`. */
  readonly pending: Set<Instance>;
  /** Persistent and perhaps changed: the only loaded objects that a flush looks at. */
  readonly touched: Set<Instance>;
  /** To be deleted by the next flush. */
  readonly removed: Set<Instance>;
  /** From the first change or statement to commit, rollback or close. */
  transaction: SessionTransaction | undefined;
  /** What is under way, in the order in which it was called. */
  readonly calls: Set<Call>;
  /** Another number after each close: what was streamed before it is not the session's any more. */
  epoch: number;
  /** The call during which no object may change. */
  sealedBy: string | undefined;
  /** The listener that is being called. */
  listening: Listening | undefined;
  /** The function of `sessionmaker` that made the session, which can be listened to. */
  maker: object | undefined;
}

/** The state of a new session: it knows no object and has no connection. */
export function newState(
  engine: Engine,
  options: SessionOptions,
  plan: RelationshipPlan,
  owner: SessionOwner,
): SessionState {
  if (!hasBrand(engine, "engine")) {
    // Only its kind: a URL that is given by mistake has a password in it.
    throw new ArgumentError(`A session needs an engine, and was given: ${typeof engine}.`, {
      code: "not-an-engine",
      hint: "Write new Session(engine), or sessionmaker(engine), with engine = createEngine(url).",
    });
  }
  const defaults = { autoflush: true, expireOnCommit: false };
  checkOptions("Session", options, Object.keys(defaults));
  return {
    engine,
    options: { ...defaults, ...options },
    plan,
    writing: byKey,
    connect: () => connectionOf(engine),
    filters: undefined,
    owner,
    identities: new Map(),
    pending: new Set(),
    touched: new Set(),
    removed: new Set(),
    transaction: undefined,
    calls: new Set(),
    epoch: 0,
    sealedBy: undefined,
    listening: undefined,
    maker: undefined,
  };
}
