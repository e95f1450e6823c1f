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

/** Asks a command for its columns and rows, one after the other, by `textRows` where that can read them. */
export function eachRow(
  command: Mysql2Command,
  textRows: TextRows | undefined,
  takeColumns: (columns: DriverColumn[]) => void,
  takeRow: (row: unknown[]) => void,
  room = 0,
): void {
  const { row: mysql2Row } = command;
  command
    .on("fields", (fields) => {
      if (fields === undefined) return;
      takeColumns(fields.map(toColumn));
      command.row = mysql2Row;
      const read = mysql2Row && textRows?.(fields, room);
      if (!read) return;
      command.row = function row(packet, connection) {
        if (packet.isEOF()) return mysql2Row.call(command, packet, connection);
        takeRow(read(packet));
        return row;
      };
    })
    .on("result", (row) => {
      // What is no array is the OK of a statement without rows.
      if (Array.isArray(row)) takeRow(row);
    });
}

/** Rows that are handed on together: so many that it costs little, so few that they are little memory. */
const BATCH = 500;

/** Hands the rows of a statement over in batches, as they come. */
export function handOver(
  command: Mysql2Command,
  textRows: TextRows | undefined,
  take: TakeRows,
  done: Done<DriverResult>,
  room = 0,
): void {
  let columns: DriverColumn[] = [];
  let rows: unknown[][] = [];
  let [count, rowCount] = [0, 0];
  const flush = () => {
    const batch = rows;
    batch.length = count;
    rowCount += count;
    rows = [];
    count = 0;
    if (batch.length > 0) take(batch, columns);
  };
  const takeColumns = (known: DriverColumn[]) => {
    columns = known;
  };
  const takeRow = (row: unknown[]) => {
    rows[count] = row;
    count += 1;
    if (count < BATCH) return;
    flush();
    // Behind a full batch comes another, mostly. An array that grows by itself would be made eight times.
    rows = new Array(BATCH);
  };
  eachRow(command, textRows, takeColumns, takeRow, room);
  command
    .on("error", (failure) => done(failure, undefined as never))
    .on("end", () => {
      flush();
      done(null, { columns, rows: [], rowCount, firstKey: undefined });
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
  const takeColumns = (known: DriverColumn[]) => {
    columns = known;
  };
  const command = line.command<void>((done) => {
    const command = send();
    eachRow(command, textRows, takeColumns, (row) => {
      if (left || rows.push(row) < BATCH) return;
      raw.pause();
      wake();
    });
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
