export { Connection } from "./connection.js";
export type { Converter, Dialect } from "./dialect.js";
export type { Driver, DriverColumn, DriverConnection, DriverResult, TakeRows } from "./driver.js";
export type { Echo } from "./echo.js";
export { createEngine, Engine, type EngineOptions } from "./engine.js";
export {
  ArgumentError,
  DatabaseError,
  DataError,
  DeadlockError,
  IntegrityError,
  InvalidRequestError,
  OperationalError,
  OrmletError,
  PoolTimeoutError,
  ProgrammingError,
} from "./errors.js";
export type { ConnectEvent, ExecuteEvent, TransactionEvent } from "./events.js";
export { mysqlDialect } from "./mysql-dialect.js";
export type { PoolOptions, PoolStatus } from "./pool.js";
export type { SqlResult } from "./result.js";
export {
  type CompiledSql,
  Fragment,
  type Row,
  type SqlArgument,
  type Statement,
  sql,
} from "./sql.js";
export { type DatabaseUrl, parseUrl } from "./url.js";
export type { SqlValue } from "./values.js";
