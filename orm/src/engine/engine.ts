import { brand, hide } from "./brand.js";
import {
  Connection,
  type ConnectionState,
  closeConnection,
  streamStatement,
} from "./connection.js";
import type { Dialect } from "./dialect.js";
import type { Driver } from "./driver.js";
import type { Echo } from "./echo.js";
import { ArgumentError } from "./errors.js";
import { connectChannel, traced } from "./events.js";
import { mysqlDriver } from "./mysql-driver.js";
import {
  acquire,
  createPool,
  disposePool,
  type Pool,
  type PoolOptions,
  type PoolStatus,
  poolStatus,
  release,
} from "./pool.js";
import type { SqlResult } from "./result.js";
import type { Statement } from "./sql.js";
import { type DatabaseUrl, maskPassword, parseUrl } from "./url.js";

export interface EngineOptions {
  /** Shows every statement with its parameters and time. Default false. */
  readonly echo?: Echo;
  readonly pool?: PoolOptions;
}

/** What an {@link Engine} is made of. */
export interface EngineState {
  readonly driver: Driver;
  readonly pool: Pool;
  readonly echo: Echo;
}

/** A database, and a pool of connections to it. Nothing is opened before it is needed. */
export class Engine {
  /** The URL it was made from, with the password masked. */
  readonly url: string;
  /** @internal */
  declare readonly state: EngineState;

  constructor(url: string, state: EngineState) {
    this.url = url;
    hide(this, "state", state);
    brand(this, "engine");
  }

  get dialect(): Dialect {
    return this.state.driver.dialect;
  }

  /** How many connections are open, idle, and waited for. */
  get pool(): PoolStatus {
    return poolStatus(this.state.pool);
  }

  /** Runs one statement on a connection of the pool: `await engine.execute(sql\`SELECT 1 AS one\`)`. */
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>> {
    return withConnection(this.state, (connection) => connection.execute(statement));
  }

  /**
   * The rows of a statement one after the other, as they come, on a connection of the pool: memory holds a few
   * hundred of them. Who leaves the loop early hangs up: nothing but the rest of the rows is lost by that.
   */
  stream<R>(statement: Statement<R>): AsyncGenerator<R, void, undefined> {
    return streamOnce(this.state, statement);
  }

  /** Runs `work` in one transaction: COMMIT when it returns, ROLLBACK when it throws. */
  begin<T>(work: (connection: Connection) => Promise<T> | T): Promise<T> {
    return withConnection(this.state, (connection) => connection.begin(work));
  }

  /** A connection of its own, to be given back with `close()`. */
  connect(): Promise<Connection> {
    return connect(this.state);
  }

  /** Closes the pool's connections; those in use are closed when they come back. */
  dispose(): Promise<void> {
    return disposePool(this.state.pool);
  }
}

/** Takes a connection out of the pool. */
export async function connect(state: EngineState): Promise<Connection> {
  return new Connection(await openConnection(state));
}

/** What a connection out of the pool is made of; `closeConnection` gives it back. */
export async function openConnection({
  driver,
  pool,
  echo,
}: EngineState): Promise<ConnectionState> {
  const pooled = await acquire(pool);
  return {
    driver: pooled.driver,
    dialect: driver.dialect,
    echo,
    giveBack: () => release(pool, pooled),
    closed: false,
    begun: false,
    inFlight: 0,
  };
}

/** As {@link openConnection}, for what is built upon engines. */
export function connectionOf(engine: Engine): Promise<ConnectionState> {
  return openConnection(engine.state);
}

/** A connection of its own beside the pool, in which none may be free; `closeConnection` closes it. */
export async function connectBeside(engine: Engine): Promise<ConnectionState> {
  const { state, dialect } = engine;
  const driver = await state.pool.connect();
  const giveBack = () => driver.close();
  return { driver, dialect, echo: state.echo, giveBack, closed: false, begun: false, inFlight: 0 };
}

/** A connection for as long as `work` takes, given back whatever happens. */
export async function withConnection<T>(
  state: EngineState,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(state);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Gives the rows of a statement from a connection of their own. */
export async function* streamOnce<R>(
  state: EngineState,
  statement: Statement<R>,
): AsyncGenerator<R, void, undefined> {
  const connection = await openConnection(state);
  const rows = streamStatement(connection, statement);
  try {
    for (let next = await rows.next(); !next.done; next = await rows.next()) yield next.value;
  } finally {
    // First this: it drops a connection on which a statement is running, so that no rest is to be read.
    await closeConnection(connection);
    await rows.return();
  }
}

/**
 * An engine for a database URL: `createEngine("mysql://root:secret@127.0.0.1:3306/library", { echo: true })`.
 * It connects when the first statement is sent, so a wrong password is an error of that statement.
 * @throws ArgumentError for a URL or an option that is not understood.
 */
export function createEngine(url: string, options: EngineOptions = {}): Engine {
  const parsed = parseUrl(url);
  const { echo = false, pool: poolOptions } = checkOptions(options);
  const masked = maskPassword(url);
  const driver = driverFor(parsed, masked);
  const open = () =>
    traced(connectChannel, { dialect: parsed.dialect, url: masked }, () => driver.connect());
  return new Engine(masked, { driver, pool: createPool(open, poolOptions), echo });
}

function checkOptions(options: EngineOptions): EngineOptions {
  const unknown = Object.keys(options).find((name) => name !== "echo" && name !== "pool");
  if (unknown === undefined) return options;
  throw new ArgumentError(`createEngine has no option ${unknown}.`, {
    code: "engine-option",
    hint: "Its options are echo and pool: { size, overflow, prePing, recycle, timeout }.",
  });
}

function driverFor(url: DatabaseUrl, masked: string): Driver {
  if (url.dialect === "mysql") return mysqlDriver(url);
  throw new ArgumentError(`ormlet cannot open ${masked} yet.`, {
    code: "dialect-missing",
    hint: "PostgreSQL and SQLite come in a later version; use a mysql:// URL until then.",
  });
}
