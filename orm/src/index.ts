export * from "./engine/index.js";
export * from "./mapping/index.js";
export * from "./query/index.js";
export { Session, sessionmaker } from "./relationships/index.js";
export {
  type Executable,
  type Inspection,
  inspect,
  type Key,
  MultipleResultsFound,
  NoResultFound,
  Result,
  type SessionMaker,
  type SessionOptions,
  StaleDataError,
} from "./session/index.js";
