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
import type { TextRows } from "./mysql-stream.js";
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

  /**
   * Runs one statement on a connection of the pool: `await engine.execute(sql\`SELECT 1 AS one\`)`.
   * @example
   * ```ts
   * const tags = await engine.execute(sql<{ name: string }>`SELECT name FROM tags ORDER BY name`);
   * console.log(tags.map(({ name }) => name)); // [ 'classic', 'epic', 'love' ]
   *
   * const added = await engine.execute(sql`INSERT INTO tags (name) VALUES (${"new"})`);
   * console.log(added.rowCount, added.generatedKeys); // 1 [ 4 ]
   * ```
   */
  execute<R>(statement: Statement<R>): Promise<SqlResult<R>> {
    return withConnection(this.state, (connection) => connection.execute(statement));
  }

  /**
   * The rows of a statement one after the other, as they come, on a connection of the pool: memory holds a few
   * hundred of them. Who leaves the loop early hangs up: nothing but the rest of the rows is lost by that.
   * @example
   * ```ts
   * const titles = sql<{ title: string }>`SELECT title FROM books ORDER BY id LIMIT 2`;
   * for await (const { title } of engine.stream(titles)) {
   *   console.log(title);
   * }
   * // Emma
   * // Persuasion
   * ```
   */
  stream<R>(statement: Statement<R>): AsyncGenerator<R, void, undefined> {
    return streamOnce(this.state, statement);
  }

  /**
   * Runs `work` in one transaction: COMMIT when it returns, ROLLBACK when it throws.
   * @example
   * ```ts
   * const price = await engine.begin(async (connection) => {
   *   await connection.execute(sql`UPDATE books SET price = price + 1 WHERE id = ${1}`);
   *   const found = sql<{ price: string }>`SELECT price FROM books WHERE id = ${1}`;
   *   const [book] = await connection.execute(found);
   *   return book?.price;
   * });
   * console.log(price); // 10.50
   * ```
   */
  begin<T>(work: (connection: Connection) => Promise<T> | T): Promise<T> {
    return withConnection(this.state, (connection) => connection.begin(work));
  }

  /**
   * A connection of its own, to be given back with `close()`.
   * @example
   * ```ts
   * const connection = await engine.connect();
   * try {
   *   await connection.execute(sql`SET @reader = ${"Ada"}`);
   *   console.log(await connection.execute(sql`SELECT @reader AS reader`)); // [ { reader: 'Ada' } ]
   * } finally {
   *   await connection.close();
   * }
   * ```
   */
  connect(): Promise<Connection> {
    return connect(this.state);
  }

  /**
   * Closes the pool's connections; those in use are closed when they come back.
   * @example
   * ```ts
   * const other = createEngine("mysql://root:secret@127.0.0.1:3306/library");
   * await other.execute(sql`SELECT 1 AS one`);
   * console.log(other.pool); // { size: 5, open: 1, idle: 1, waiting: 0 }
   * await other.dispose();
   * console.log(other.pool); // { size: 5, open: 0, idle: 0, waiting: 0 }
   * ```
   */
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
 * An engine for a database URL, which connects when the first statement is sent. The package exports one of this name
 * that gives it what later chapters add.
 * @throws ArgumentError for a URL or an option that is not understood.
 */
export function createEngine(url: string, options: EngineOptions = {}): Engine {
  return openEngine(url, options);
}

/** What later chapters give an engine so that it is faster. */
export interface EngineTuning {
  readonly mysqlTextRows?: TextRows;
}

/** As {@link createEngine}, with what a later chapter gives it. */
export function openEngine(url: string, options: EngineOptions, tuning: EngineTuning = {}): Engine {
  const parsed = parseUrl(url);
  const { echo = false, pool: poolOptions } = checkOptions(options);
  const masked = maskPassword(url);
  const driver = driverFor(parsed, masked, tuning);
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

function driverFor(url: DatabaseUrl, masked: string, { mysqlTextRows }: EngineTuning): Driver {
  if (url.dialect === "mysql") return mysqlDriver(url, mysqlTextRows);
  throw new ArgumentError(`ormlet cannot open ${masked} yet.`, {
    code: "dialect-missing",
    hint: "PostgreSQL and SQLite come in a later version; use a mysql:// URL until then.",
  });
}
