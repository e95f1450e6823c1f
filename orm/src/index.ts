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
  type Inspection,
  inspect,
  type Key,
  MultipleResultsFound,
  NoResultFound,
  Result,
  StaleDataError,
} from "./session/index.js";
