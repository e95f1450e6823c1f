import type { DriverColumn, DriverConnection, DriverResult, TakeRows } from "./driver.js";
import { type MysqlFailure, mysqlError } from "./mysql-errors.js";
import { packetSize, packetTooLarge, smallPacket } from "./mysql-packet.js";
import { handOver, type Mysql2Command, streamRows, type TextRows } from "./mysql-stream.js";
import type { SqlValue } from "./values.js";

/** The part of a mysql2 connection that ormlet uses. */
export interface Mysql2Connection {
  readonly threadId: number | null;
  readonly stream: { ref(): void; unref(): void };
  on(event: "error" | "end", listener: () => void): this;
  once(event: "end", listener: () => void): this;
  query: Send<{ readonly sql: string; readonly typeCast: TypeCast }>;
  execute: Send<string>;
  unprepare(text: string): void;
  pause(): void;
  resume(): void;
  ping(callback: (failure: MysqlFailure | null) => void): void;
  end(callback: () => void): void;
  destroy(): void;
}

/** What ormlet uses of mysql2's `TypedParameter`, by which a value is sent as a type of one's choice. */
export interface Mysql2Types {
  readonly LONGLONG: { (value: number | bigint): unknown; unsigned(value: bigint): unknown };
  NEWDECIMAL(value: string): unknown;
}

type Send<Query> = (
  query: Query,
  values: unknown[],
  callback?: (failure: MysqlFailure | null, result: unknown, fields: unknown) => void,
) => Mysql2Command;

/** What mysql2 calls back with: rows or the server's OK, and the columns when there are any. */
interface Answer {
  readonly result: unknown;
  readonly fields: unknown;
}

/** How a command of mysql2 ends. */
export type Done<T> = (failure: MysqlFailure | null, value: T) => void;

/** The server's OK to a statement without rows. */
interface Ok {
  readonly affectedRows: number | string;
  readonly insertId: number | string;
  readonly serverStatus: number;
}

/** Bits of `serverStatus`, from MySQL's protocol. */
const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;

/** What runs the commands of one connection, and knows whether it is lost. */
export interface Line {
  alive: boolean;
  /** Runs one command of mysql2 to its end, or to the end of the connection. */
  command<T>(start: (done: Done<T>) => void): Promise<T>;
  /** Drops the connection; every command under way fails. */
  destroy(): void;
}

function openLine(raw: Mysql2Connection): Line {
  const closed: MysqlFailure = { message: "the connection was closed", fatal: true };
  const underWay = new Set<(failure: MysqlFailure) => void>();
  const lost = () => {
    line.alive = false;
    for (const reject of underWay) reject(closed);
    underWay.clear();
  };
  const line: Line = {
    alive: true,
    async command<T>(start: (done: Done<T>) => void) {
      if (!line.alive) throw closed;
      // An idle connection does not keep the process from ending, one that works does.
      raw.stream.ref();
      return new Promise<T>((resolve, reject) => {
        underWay.add(reject);
        start((failure, value) => {
          underWay.delete(reject);
          if (underWay.size === 0) raw.stream.unref();
          if (failure?.fatal) lost();
          if (failure) reject(failure);
          else resolve(value);
        });
      });
    },
    destroy() {
      raw.destroy();
      lost();
    },
  };
  // mysql2 calls nobody back when a connection is destroyed, and tells of a lost one by an event when
  // no statement is under way; without a listener that event would end the process.
  raw.on("error", lost).on("end", lost);
  return line;
}

/** When these are lost, nothing was written. */
const harmless = /^[\s(]*(BEGIN|START|ROLLBACK|SET|SELECT|SHOW|EXPLAIN|KILL|SAVEPOINT|RELEASE)\b/i;
/** Of these nothing stays when their transaction is lost; others, such as CREATE TABLE and CALL, can commit it. */
const undoable = /^[\s(]*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i;

/**
 * Wraps a connected mysql2 connection. One whose ping takes longer than `pingLimit` seconds counts as lost.
 * @param textRows reads the rows of statements without parameters, which come as text.
 */
export function openMysql(
  raw: Mysql2Connection,
  typed: Mysql2Types,
  pingLimit: number,
  textRows?: TextRows,
): DriverConnection {
  const line = openLine(raw);
  const prepared = new Set<string>();
  let inTransaction = false;
  let packetLimit: number | undefined;
  const textOnly = (parameters: readonly SqlValue[]) =>
    parameters.length === 0 ? textRows : undefined;
  const answerTo = (text: string, parameters: readonly SqlValue[]) =>
    line.command<Answer>((done) => send(raw, text, parameters, typed, done));
  const answerInBatches = (
    text: string,
    parameters: readonly SqlValue[],
    take: TakeRows,
    room = 0,
  ) =>
    line.command<DriverResult>((done) =>
      handOver(send(raw, text, parameters, typed), textOnly(parameters), take, done, room),
    );
  return {
    id: raw.threadId ?? 0,
    get alive() {
      return line.alive;
    },
    get inTransaction() {
      return inTransaction;
    },
    async run(text, parameters, take, room) {
      const inDoubt = line.alive && !harmless.test(text) && !(inTransaction && undoable.test(text));
      try {
        const size = packetSize(text, parameters);
        if (size > smallPacket) {
          packetLimit ??= toInteger(await answerTo("SELECT @@max_allowed_packet", []));
          if (size > packetLimit) throw packetTooLarge(size, packetLimit);
        }
        if (take) return await answerInBatches(text, parameters, take, room);
        const answer = await answerTo(text, parameters);
        const ok = lastOk(answer);
        if (ok) inTransaction = (ok.serverStatus & (IN_TRANSACTION | AUTOCOMMIT)) !== AUTOCOMMIT;
        return toResult(answer, ok);
      } catch (failure) {
        throw mysqlError(failure as MysqlFailure, text, parameters, inDoubt);
      } finally {
        if (parameters.length > 0) prepared.add(text);
        if (!inTransaction) forget(raw, prepared);
      }
    },
    async *stream(text, parameters) {
      try {
        const sendNow = () => send(raw, text, parameters, typed);
        yield* streamRows(raw, line, sendNow, textOnly(parameters));
      } catch (failure) {
        throw mysqlError(failure as MysqlFailure, text, parameters);
      } finally {
        if (parameters.length > 0) prepared.add(text);
        if (!inTransaction) forget(raw, prepared);
      }
    },
    async ping() {
      const limit = setTimeout(line.destroy, pingLimit * 1000);
      try {
        await line.command<void>((done) => raw.ping((failure) => done(failure ?? null)));
      } catch (failure) {
        line.destroy();
        throw mysqlError(failure as MysqlFailure);
      } finally {
        clearTimeout(limit);
      }
    },
    close: () => closeMysql(raw).then(line.destroy),
    destroy: line.destroy,
  };
}

/**
 * Closes the prepared statements, which mysql2 would keep. When a table has been made anew, or a column's
 * type changed, MySQL goes on to convert the parameters of an old prepared statement as the old column
 * needed: DECIMAL(40,5) got 12345678901234567000.00000 for its digits, because it had been DOUBLE. So a
 * statement is used again only within a transaction, whose metadata locks keep its tables as they are.
 */
function forget(raw: Mysql2Connection, prepared: Set<string>): void {
  for (const text of prepared) raw.unprepare(text);
  prepared.clear();
}

/** Says goodbye and waits until the server has hung up, a second at most. */
function closeMysql(raw: Mysql2Connection): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, 1000);
    raw.once("end", () => {
      clearTimeout(limit);
      resolve();
    });
    raw.end(() => {});
  });
}

/**
 * Sends one statement: prepared when it has parameters, which then travel apart from the text, else as
 * plain text, which saves a round trip. Without `done` mysql2 tells of each row by an event.
 */
function send(
  raw: Mysql2Connection,
  text: string,
  parameters: readonly SqlValue[],
  typed: Mysql2Types,
  done?: Done<Answer>,
): Mysql2Command {
  const values = parameters.map((value) => toMysql(value, typed));
  const answer =
    done &&
    ((failure: MysqlFailure | null, result: unknown, fields: unknown) =>
      done(failure, { result, fields }));
  if (parameters.length > 0) return raw.execute(text, values, answer);
  const command = raw.query({ sql: text, typeCast: exactDouble }, values, answer);
  // To be asked for each value takes a fifth of the time of a large result, and only a DOUBLE needs it.
  return command.on("fields", (fields) => {
    const hasDouble = fields?.some(({ columnType }) => columnType === DOUBLE) ?? true;
    if (command.options) command.options.typeCast = hasDouble ? exactDouble : true;
  });
}

/** How mysql2 asks for the value of a column that came as text; `next` gives what it would make of it. */
type TypeCast = (
  field: { readonly type: string; string(encoding: string): string | null },
  next: () => unknown,
) => unknown;

/** mysql2 adds up the digits of a DOUBLE one by one, which rounds: 914724.9664357405 came as …404. */
const exactDouble: TypeCast = (field, next) => {
  if (field.type !== "DOUBLE") return next();
  const text = field.string("ascii");
  return text === null ? null : Number(text);
};

/** A parameter with its exact type: mysql2 alone would send every number as a DOUBLE. */
function toMysql(value: SqlValue, typed: Mysql2Types): unknown {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? typed.LONGLONG(value) : value;
    case "bigint":
      return toMysqlBigint(value, typed);
    case "object":
      return value instanceof Uint8Array && !Buffer.isBuffer(value)
        ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
        : value;
    default:
      return value;
  }
}

/** BIGINT, BIGINT UNSIGNED, or beyond both the digits as DECIMAL. */
function toMysqlBigint(value: bigint, typed: Mysql2Types): unknown {
  if (BigInt.asIntN(64, value) === value) return typed.LONGLONG(value);
  if (BigInt.asUintN(64, value) === value) return typed.LONGLONG.unsigned(value);
  return typed.NEWDECIMAL(value.toString());
}

function isOk(result: unknown): result is Ok {
  return typeof result === "object" && result !== null && "serverStatus" in result;
}

/** The OK of a write, or the one that ends the results of CALL. */
function lastOk({ result }: Answer): Ok | undefined {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return isOk(last) ? last : undefined;
}

/** The number that a query for one number gave. */
function toInteger({ result }: Answer): number {
  return Number((result as unknown[][])[0]?.[0]);
}

/** CALL can give several results; the first with rows counts. */
function toResult({ result, fields }: Answer, ok: Ok | undefined): DriverResult {
  if (ok !== undefined && Array.isArray(result)) {
    const index = result.findIndex((part) => Array.isArray(part));
    return toResult(
      { result: result[index] ?? ok, fields: (fields as unknown[])[index] },
      undefined,
    );
  }
  if (isOk(result)) {
    const firstKey = BigInt(result.insertId);
    const rowCount = Number(result.affectedRows);
    return { columns: [], rows: [], rowCount, firstKey: firstKey === 0n ? undefined : firstKey };
  }
  const rows = result as unknown[][];
  const columns = (fields as Mysql2Field[]).map(toColumn);
  return { columns, rows, rowCount: rows.length, firstKey: undefined };
}

/** The part of mysql2's column definition that ormlet reads. */
export interface Mysql2Field {
  readonly name: string;
  readonly orgTable: string;
  readonly columnType: number;
  readonly columnLength: number;
  readonly decimals: number;
  readonly characterSet: number;
  /** By the name that Node.js has for it. */
  readonly encoding?: string;
}

/** The number of the type DOUBLE in MySQL's protocol. */
const DOUBLE = 5;

/** The character set `binary`. */
const BINARY = 63;

/** TINYINT, SMALLINT, INT, MEDIUMINT and YEAR in MySQL's protocol. */
export const integers: ReadonlySet<number> = new Set([1, 2, 3, 9, 13]);

export function toColumn(field: Mysql2Field): DriverColumn {
  return {
    name: field.name,
    table: field.orgTable,
    type: field.columnType,
    length: field.columnLength,
    decimals: field.decimals,
    binary: field.characterSet === BINARY,
    whole: integers.has(field.columnType),
  };
}
