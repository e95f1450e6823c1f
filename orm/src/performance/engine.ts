import { type Engine, type EngineOptions, openEngine } from "../engine/engine.js";
import { textRows } from "./text-rows.js";

/**
 * An engine for a database URL: `createEngine("mysql://root:secret@127.0.0.1:3306/library", { echo: true })`.
 * It connects when the first statement is sent, so a wrong password is an error of that statement.
 * @param url `mysql://user:password@host:port/database?option=value`, user and password percent-encoded.
 * @param options `echo` shows every statement; `pool` is the size of the pool and its times, in seconds.
 * @throws ArgumentError for a URL or an option that is not understood.
 * @example
 * ```ts
 * const library = createEngine("mysql://root:secret@127.0.0.1:3306/library", {
 *   pool: { size: 2, timeout: 10 },
 * });
 * console.log(library.url); // mysql://root:***@127.0.0.1:3306/library
 * console.log(library.pool); // { size: 2, open: 0, idle: 0, waiting: 0 }
 * await library.dispose();
 * ```
 */
export function createEngine(url: string, options: EngineOptions = {}): Engine {
  return openEngine(url, options, { mysqlTextRows: textRows });
}
