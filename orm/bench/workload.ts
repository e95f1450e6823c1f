import type { Connection } from "mysql2/promise";
import type { Question } from "./workloads/w6.js";

/** What is measured, on tables that every way shares. Each has a file in workloads/. */
export interface Workload {
  /** What it does, for the heading of its table; `count` is how often, or on how many rows. */
  readonly title: (count: string) => string;
  /** How often, or on how many rows, when nothing else is asked for. */
  readonly size: number;
  /** Makes the tables and their rows, once. */
  readonly prepare: (database: Connection, size: number) => Promise<void>;
  /** Brings the tables back to what they were, before each run, where a run writes. */
  readonly reset?: (database: Connection, size: number) => Promise<void>;
  /** What a run does with a way that has no function of the workload's name; undefined when the way cannot do it. */
  readonly run?: (way: Way, size: number) => Promise<readonly object[]> | undefined;
  /** Whether each run is a process of its own, which is measured from its start to its answer. */
  readonly fresh?: boolean;
  /** What a run gave as lines of text, each with all of one result that is to be verified. */
  readonly lines: (results: readonly Row[]) => string[];
  /**
   * Throws unless the database is as the run must leave it, and holds what the program says that it does.
   * @param fingerprint the sum of the checksums of the run's lines; see {@link fingerprintSql}
   * @param line the run's line, when it gave one only
   */
  readonly verify: (
    database: Connection,
    size: number,
    fingerprint: number,
    line?: string,
  ) => Promise<void>;
}

/** The workloads that each way has a function for. */
export type RunName = "w1" | "w2" | "w3" | "w4" | "w5" | "w6" | "w7";

/** The names of the workloads, which are also those of their files. */
export type WorkloadName = RunName | "w8" | "w9";

/** A statement as the driver takes it. */
export interface BuiltQuery {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** A row of a result as mysql2 gives it, or an object of the program with the same properties. */
export type Row = Record<string, unknown>;

/** One way to do the workloads: by hand, or with one library. Each has a file and a process of its own. */
export interface Way {
  /** Each gives its results, as plain rows or as objects with accessors; only this call is measured. */
  readonly runs: Record<RunName, (size: number) => Promise<readonly object[]>>;
  /** The SELECT of W6, built anew and not executed; left out where a library does not tell its SQL. */
  readonly build?: (question: Question) => BuiltQuery;
}

/** Each file of ways/ and of peers/ exports one of these as `open`. */
export type OpenWay = (url: string) => Promise<Way>;

/** Lines of these properties of each result, as {@link fingerprintSql} writes them. */
export function linesOf(...properties: readonly string[]): Workload["lines"] {
  return (results) =>
    results.map((result) => properties.map((property) => result[property]).join("|"));
}

/** A row of the database and a result of the program agree when they give the same line. */
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
