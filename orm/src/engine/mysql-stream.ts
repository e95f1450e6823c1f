import type { DriverColumn, DriverResult, TakeRows } from "./driver.js";
import {
  type Done,
  type Line,
  type Mysql2Connection,
  type Mysql2Field,
  toColumn,
} from "./mysql-connection.js";
import type { MysqlFailure } from "./mysql-errors.js";

/** What mysql2 gives for a statement without a callback: it tells of columns, of each row, and of the end. */
export interface Mysql2Command {
  /** Read when the columns of a result are known; there once the command has started. */
  readonly options?: { typeCast?: unknown };
  /** What mysql2 does with the packet of one row, or with the one that ends the rows. */
  row?: ((packet: Mysql2Packet, connection: unknown) => unknown) | undefined;
  on(event: "fields", listener: (fields: readonly Mysql2Field[] | undefined) => void): this;
  on(event: "result", listener: (row: unknown) => void): this;
  on(event: "error", listener: (failure: MysqlFailure) => void): this;
  on(event: "end", listener: () => void): this;
}

/** A Buffer of Node.js, whose types a program that uses the package need not have. */
export interface Bytes extends Uint8Array {
  toString(encoding?: string, start?: number, end?: number): string;
}

/** What the server sent at once: the bytes of one row, from `offset` on. */
export interface Mysql2Packet {
  readonly buffer: Bytes;
  readonly offset: number;
  isEOF(): boolean;
}

/** Reads one row that came as text. */
export type ReadRow = (packet: Mysql2Packet) => unknown[];

/**
 * A faster way to read rows that came as text than that of mysql2; undefined for columns that it does not know.
 * @param room places that a row has besides, for what the program will put there.
 */
export type TextRows = (fields: readonly Mysql2Field[], room: number) => ReadRow | undefined;

/** Takes what a command tells of: its columns, then each row. */
export interface RowTaker {
  takeColumns(columns: DriverColumn[]): void;
  takeRow(row: unknown[]): void;
}

/** A command whose rows ormlet reads. */
export interface ReadCommand extends Mysql2Command {
  reading?: { readonly mysql2Row: Mysql2Command["row"]; read: ReadRow; taker: RowTaker };
}

/** Asks a command for its columns and rows, one after the other, by `textRows` where that can read them. */
export function eachRow(
  command: ReadCommand,
  textRows: TextRows | undefined,
  taker: RowTaker,
  room = 0,
): void {
  const { row: mysql2Row } = command;
  command
    .on("fields", (fields) => {
      if (fields === undefined) return;
      taker.takeColumns(fields.map(toColumn));
      command.row = mysql2Row;
      const read = mysql2Row && textRows?.(fields, room);
      if (!read) return;
      command.reading = { mysql2Row, read, taker };
      command.row = readPacket;
    })
    .on("result", (row) => {
      // What is no array is the OK of a statement without rows.
      if (Array.isArray(row)) taker.takeRow(row);
    });
}

/**
 * What mysql2 calls for each packet of rows. One function for all commands, as the rows of each are taken by the
 * methods of one class: what V8 compiled of a function that a command makes for itself is gone with the command.
 */
export function readPacket(this: ReadCommand, packet: Mysql2Packet, connection: unknown): unknown {
  const { mysql2Row, read, taker } = this.reading as Required<ReadCommand>["reading"];
  if (packet.isEOF()) return mysql2Row?.call(this, packet, connection);
  taker.takeRow(read(packet));
  return readPacket;
}

/** Rows that are handed on together: so many that it costs little, so few that they are little memory. */
const BATCH = 500;

/** Hands rows on in batches. */
export class RowBatches implements RowTaker {
  /**
   * Never used, and never gone: with the last object of a shape V8 throws away the code that it compiled for it, and
   * a server that has waited some seconds for a request would begin anew.
   */
  static readonly kept = new RowBatches(() => {});
  readonly take: TakeRows;
  columns: DriverColumn[] = [];
  rows: unknown[][] = [];
  /** How many there are now, and how many have been handed on. */
  count = 0;
  taken = 0;

  constructor(take: TakeRows) {
    this.take = take;
  }

  takeColumns(columns: DriverColumn[]): void {
    this.columns = columns;
  }

  takeRow(row: unknown[]): void {
    this.rows[this.count] = row;
    this.count += 1;
    if (this.count < BATCH) return;
    this.handOn();
    // Behind a full batch comes another, mostly. An array that grows by itself would be made eight times.
    this.rows = new Array(BATCH);
  }

  handOn(): void {
    const { rows, count } = this;
    rows.length = count;
    this.rows = [];
    this.count = 0;
    this.taken += count;
    if (count > 0) this.take(rows, this.columns);
  }
}

/** Hands the rows of a statement over in batches, as they come. */
export function handOver(
  command: Mysql2Command,
  textRows: TextRows | undefined,
  take: TakeRows,
  done: Done<DriverResult>,
  room = 0,
): void {
  const batches = new RowBatches(take);
  eachRow(command, textRows, batches, room);
  command
    .on("error", (failure) => done(failure, undefined as never))
    .on("end", () => {
      batches.handOn();
      const { columns, taken } = batches;
      done(null, { columns, rows: [], rowCount: taken, firstKey: undefined });
    });
}

/**
 * The rows of a statement in batches. While one is worked on, the next is read; then the connection is paused,
 * TCP fills up, and the server waits. Who leaves before the end lets the rest be read and thrown away: to hang
 * up would be faster, but would roll back the transaction that the connection is in.
 */
export async function* streamRows(
  raw: Mysql2Connection,
  line: Line,
  send: () => Mysql2Command,
  textRows?: TextRows,
): AsyncGenerator<DriverResult> {
  let columns: DriverColumn[] = [];
  let rows: unknown[][] = [];
  let ended = false;
  let left = false;
  let wake = () => {};
  const taker: RowTaker = {
    takeColumns(known) {
      columns = known;
    },
    takeRow(row) {
      if (left || rows.push(row) < BATCH) return;
      raw.pause();
      wake();
    },
  };
  const command = line.command<void>((done) => {
    const command = send();
    eachRow(command, textRows, taker);
    command.on("error", (failure) => done(failure)).on("end", () => done(null));
  });
  const settled = () => {
    ended = true;
    wake();
  };
  const end = command.then(settled, settled);
  const full = () => new Promise<void>((resolve) => (wake = resolve));
  try {
    while (!ended || rows.length > 0) {
      if (!ended && rows.length < BATCH) await full();
      if (ended) await command;
      const batch = { columns, rows, rowCount: rows.length, firstKey: undefined };
      rows = [];
      raw.resume();
      if (batch.rowCount > 0) yield batch;
    }
    await command;
  } finally {
    left = true;
    raw.resume();
    await end;
  }
}
