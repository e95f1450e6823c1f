import type { Engine } from "../engine/index.js";
import { Session as RowSession } from "../session/session.js";
import { makerOf, type SessionMaker } from "../session/sessionmaker.js";
import type { SessionOptions } from "../session/state.js";
import { relationshipPlan } from "./plan.js";

/**
 * A conversation with the database: it keeps the objects that were loaded, notes what changes and writes it
 * in one flush. All of that is the session of chapter 3; this one also writes what relationships say.
 *
 *     const session = new Session(engine);
 *     session.add(new Author({ name: "Ada", books: [new Book({ title: "Notes" })] }));
 *     await session.commit();      -- INSERT INTO authors …, then INSERT INTO books … with its author_id
 *
 * Cheap to make: one for each request or task, never shared between two. The ideas are SQLAlchemy's.
 */
export class Session extends RowSession {
  constructor(engine: Engine, options: SessionOptions = {}) {
    super(engine, options, relationshipPlan);
  }
}

/**
 * Makes sessions with the same engine and options: `const SessionLocal = sessionmaker(engine)`, then
 * `new SessionLocal()`, or `SessionLocal.begin(async (session) => { … })` for one transaction.
 */
export function sessionmaker(engine: Engine, options: SessionOptions = {}): SessionMaker<Session> {
  return makerOf(Session, engine, options);
}
