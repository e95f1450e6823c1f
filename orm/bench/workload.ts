import type { Connection } from "mysql2/promise";

/** What is measured, on tables that every way shares. Each has a file in workloads/. */
export interface Workload {
  /** What it does, for the heading of its table; `rows` is how many. */
  readonly title: (rows: string) => string;
  /** How many rows, when nothing else is asked for. */
  readonly size: number;
  /** Makes the tables and their rows, once. */
  readonly prepare: (database: Connection, size: number) => Promise<void>;
  /** Brings the tables back to what they were, before each run. */
  readonly reset: (database: Connection, size: number) => Promise<void>;
  /**
   * Throws unless the database is as the run must leave it, and holds what the program says that it does.
   * @param fingerprint of the objects that the run gave; see {@link fingerprint}
   */
  readonly verify: (database: Connection, size: number, fingerprint: number) => Promise<void>;
}

/** The names of the workloads, which are also those of their files and of the functions of each way. */
export type WorkloadName = "w1" | "w5";

/** The rows of a result, as mysql2 gives them. */
export type Row = Record<string, unknown>;

/** One way to do the workloads: by hand, or with one library. Each has a file in ways/ and a process of its own. */
export interface Way {
  /** Each gives its objects, as plain rows or with accessors; only this call is measured. */
  readonly runs: Partial<Record<WorkloadName, (size: number) => Promise<readonly object[]>>>;
}

/** Each file of ways/ exports one of these as `open`. */
export type OpenWay = (url: string) => Promise<Way>;

/** A row of the database and an object of the program agree when they give the same text. */
export function fingerprintSql(...columns: readonly string[]): string {
  return `SUM(CRC32(CONCAT_WS('|', ${columns.join(", ")})))`;
}

/** Fails with both values when they differ. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (String(actual) === String(expected)) return;
  throw new Error(`${what}: the database has ${actual}, expected was ${expected}.`);
}

/** The only row of a query. */
export async function oneRow(database: Connection, text: string): Promise<Row> {
  const [rows] = await database.query(text);
  return (rows as Row[])[0] ?? {};
}
