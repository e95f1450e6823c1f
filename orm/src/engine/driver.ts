import type { Dialect } from "./dialect.js";
import type { SqlValue } from "./values.js";

/** What a driver knows of one column of a result. */
export interface DriverColumn {
  readonly name: string;
  /** The table it was read from; empty for an expression, such as COUNT(*). */
  readonly table: string;
  /** The type's number in the database's own protocol. */
  readonly type: number;
  /** Display length, in bytes. */
  readonly length: number;
  /** Digits after the decimal point, of a second too. */
  readonly decimals: number;
  /** Whether a string type holds bytes, not characters. */
  readonly binary: boolean;
  /** Whether the driver gives each value as a number, a whole one that JavaScript holds exactly. */
  readonly whole: boolean;
}

/** What came back from one statement. Rows are arrays, in the order of the columns. */
export interface DriverResult {
  /** Empty for a statement that gives no rows. */
  readonly columns: readonly DriverColumn[];
  /** As they came: the dialect's converters make JavaScript values of them. */
  readonly rows: unknown[][];
  /** Rows given, or rows that an INSERT, UPDATE or DELETE found. */
  readonly rowCount: number;
  /** The key that the server generated for the first row of an INSERT. */
  readonly firstKey: bigint | undefined;
}

/**
 * Takes rows of a result in batches, while the server still sends: what is made of them then costs hardly any time
 * of its own.
 */
export type TakeRows = (rows: unknown[][], columns: readonly DriverColumn[]) => void;

/** One open connection, as the pool and the engine see it. Every error that it gives is an OrmletError. */
export interface DriverConnection {
  /** The server's number of this connection, as in SHOW PROCESSLIST. */
  readonly id: number;
  /** False as soon as the connection is known to be lost; true says nothing for certain. */
  readonly alive: boolean;
  /** Whether the server said that a transaction is open, or that autocommit is off. */
  readonly inTransaction: boolean;
  /**
   * @param take is given the rows as they come, and never throws; the result has none then.
   * @param room so many places for what the program will add to a row; a driver need not leave them.
   */
  run(
    text: string,
    parameters: readonly SqlValue[],
    take?: TakeRows,
    room?: number,
  ): Promise<DriverResult>;
  /**
   * The rows of one statement in batches, as they come; the server waits while nobody asks for more. To leave
   * before the end reads the rest and throws it away, so that the connection and its transaction can go on.
   */
  stream(text: string, parameters: readonly SqlValue[]): AsyncGenerator<DriverResult>;
  /** One round trip that fails when the connection is lost. */
  ping(): Promise<void>;
  /** Says goodbye to the server; never fails. */
  close(): Promise<void>;
  /** Drops the connection at once, whatever it is doing. */
  destroy(): void;
}

/** Opens connections to one database; all that differs between client libraries is behind it. */
export interface Driver {
  readonly dialect: Dialect;
  connect(): Promise<DriverConnection>;
}
