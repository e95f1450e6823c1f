import { type ConnectionState, closeConnection } from "../engine/connection.js";
import type { DriverConnection } from "../engine/driver.js";
import { connectionOf } from "../engine/engine.js";
import type { SessionState } from "../session/state.js";
import { withProperty } from "./broken-rule.js";
import { integrityDialect } from "./integrity-dialect.js";
import type { TransactionOptions } from "./options.js";
import { limitReached, runLimited } from "./stop.js";

/** Gives the connection of a transaction with these options. */
export function connectWith(
  state: SessionState,
  options: TransactionOptions,
): () => Promise<ConnectionState> {
  const begin = integrityDialect(state.engine.dialect).begin(options);
  return async () => {
    const connection = await waitForConnection(state, options);
    return { ...connection, begin, driver: guard(state, connection.driver, options) };
  };
}

/** A connection of the pool; when the signal says stop, it is not waited for, and goes back when it comes. */
export async function waitForConnection(
  { engine }: SessionState,
  { signal }: TransactionOptions,
): Promise<ConnectionState> {
  const connection = connectionOf(engine);
  const error = await limitReached(connection, { signal });
  if (error === undefined) return connection;
  connection.then(closeConnection, () => {});
  throw error;
}

/** A connection whose statements are limited, a stream batch by batch; their errors name class and property. */
export function guard(
  state: SessionState,
  driver: DriverConnection,
  options: TransactionOptions,
): DriverConnection {
  const limited = <T>(text: string, work: () => Promise<T>) =>
    runLimited(state.engine, driver, text, options, work).catch((error) => {
      throw withProperty(state, error);
    });
  const run: DriverConnection["run"] = (text, ...rest) =>
    limited(text, () => driver.run(text, ...rest));
  async function* stream(...[text, parameters]: Parameters<DriverConnection["stream"]>) {
    const batches = driver.stream(text, parameters);
    const next = () => limited(text, () => batches.next());
    try {
      for (let batch = await next(); !batch.done; batch = await next()) yield batch.value;
    } finally {
      await batches.return(undefined);
    }
  }
  return Object.create(driver, { run: { value: run }, stream: { value: stream } });
}
