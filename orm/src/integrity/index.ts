export type {
  BeginOptions,
  Isolation,
  SessionOptions,
  StopSignal,
  TransactionOptions,
} from "./options.js";
export type { RowLock } from "./row-lock.js";
export { type SessionScope, sessionScope } from "./scope.js";
export { Session, type SessionMaker, sessionmaker } from "./session.js";
export { AbortError } from "./stop.js";
