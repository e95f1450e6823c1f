import type { Engine } from "../engine/engine.js";
import { makerMark } from "./listeners.js";
import { Session } from "./session.js";
import type { SessionOptions, SessionState } from "./state.js";

/** Makes sessions of one engine, all with the same options. */
export interface SessionMaker<S extends Session = Session> {
  new (): S;
  (): S;
  /** Runs `work` with a session of its own: then commits, or rolls back when it throws, and closes it. */
  begin<T>(work: (session: S) => Promise<T> | T): Promise<T>;
}

/** A class of sessions. */
export type SessionClass<S extends Session> = new (engine: Engine, options?: SessionOptions) => S;

/**
 * What makes the sessions of a program: `const SessionLocal = sessionmaker(engine)`, once; then, for each request,
 * `new SessionLocal()`, or all at once `SessionLocal.begin(async (session) => { … })`.
 */
export function sessionmaker(engine: Engine, options?: SessionOptions): SessionMaker {
  return makerOf(Session, engine, options);
}

/** What makes sessions of this class. */
export function makerOf<S extends Session>(
  Class: SessionClass<S>,
  engine: Engine,
  options?: SessionOptions,
): SessionMaker<S> {
  function SessionLocal(): S {
    return madeBy(SessionLocal, new Class(engine, options));
  }
  // Wrong arguments are refused now, not with the first request.
  SessionLocal();
  const begin: SessionMaker<S>["begin"] = (work) => withSession(SessionLocal(), work);
  return Object.assign(SessionLocal, { begin }) as unknown as SessionMaker<S>;
}

/** Notes what made a session, so that who listens to that hears of it. */
export function madeBy<S extends Session>(maker: object, session: S): S {
  if (!(makerMark in maker)) Object.defineProperty(maker, makerMark, { value: true });
  (session as unknown as { readonly state: SessionState }).state.maker = maker;
  return session;
}

/** One transaction of a session that is used for nothing else. */
export async function withSession<S extends Session, T>(
  session: S,
  work: (session: S) => Promise<T> | T,
): Promise<T> {
  try {
    return await session.begin(() => work(session));
  } finally {
    await session.close();
  }
}
