export type { BeginOptions, Isolation, StopSignal, TransactionOptions } from "./options.js";
export type { RowLock } from "./row-lock.js";
export { type SessionScope, sessionScope } from "./scope.js";
export { Session, type SessionMaker, type SessionOptions, sessionmaker } from "./session.js";
export { AbortError } from "./stop.js";
