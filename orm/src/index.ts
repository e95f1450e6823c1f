export * from "./engine/index.js";
export * from "./integrity/index.js";
export * from "./mapping/index.js";
export { createEngine } from "./performance/index.js";
export * from "./query/index.js";
export {
  declarativeBase,
  joinedload,
  raiseload,
  SelectinLoad,
  selectinload,
} from "./relationships/index.js";
export {
  type Executable,
  type FlushEvent,
  type Flushed,
  type Inspection,
  inspect,
  type Key,
  type ListenOptions,
  type LoadEvent,
  listen,
  MultipleResultsFound,
  NoResultFound,
  type ObjectEvent,
  Result,
  type SessionEvent,
  type SessionListeners,
  StaleDataError,
} from "./session/index.js";
