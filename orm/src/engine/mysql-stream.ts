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
  on(event: "fields", listener: (fields: readonly Mysql2Field[] | undefined) => void): this;
  on(event: "result", listener: (row: unknown) => void): this;
  on(event: "error", listener: (failure: MysqlFailure) => void): this;
  on(event: "end", listener: () => void): this;
}

/** Rows that are handed on together: so many that it costs little, so few that they are little memory. */
const BATCH = 500;

/** Hands the rows of a statement over in batches, as they come. */
export function handOver(command: Mysql2Command, take: TakeRows, done: Done<DriverResult>): void {
  let columns: DriverColumn[] = [];
  let rows: unknown[][] = [];
  let rowCount = 0;
  const flush = () => {
    const batch = rows;
    rows = [];
    rowCount += batch.length;
    if (batch.length > 0) take(batch, columns);
  };
  command
    .on("fields", (fields) => {
      columns = fields?.map(toColumn) ?? columns;
    })
    .on("result", (row) => {
      // What is no array is the OK of a statement without rows.
      if (Array.isArray(row) && rows.push(row) === BATCH) flush();
    })
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
): AsyncGenerator<DriverResult> {
  let columns: DriverColumn[] = [];
  let rows: unknown[][] = [];
  let ended = false;
  let left = false;
  let wake = () => {};
  const command = line.command<void>((done) => {
    send()
      .on("fields", (fields) => {
        columns = fields?.map(toColumn) ?? columns;
      })
      .on("result", (row) => {
        // What is no array is the OK of a statement without rows.
        if (left || !Array.isArray(row)) return;
        if (rows.push(row) < BATCH) return;
        raw.pause();
        wake();
      })
      .on("error", (failure) => done(failure))
      .on("end", () => done(null));
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
